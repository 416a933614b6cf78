"""Milvus and Ray as the settings name them, without their packages and without their servers."""

import importlib
import subprocess
import sys
from pathlib import Path

import pytest
from pydantic import ValidationError

from app.footnote import Footnote
from app.settings import Settings
from corpus.errors import ClusterProblem, VectorsProblem
from corpus.ocr.ocr import NO_OCR
from corpus.reading import Limits
from index.ray.tasks import Order, outcomes
from index.reading import Reading
from index.vector_choice import FAISS
from index.vectors import FaissVectors
from tests.crash.world import embedding, write_document


def test_faiss_is_the_default_and_nothing_of_the_others_is_imported(tmp_path: Path) -> None:
    assert Settings(home=tmp_path).vectors() == FAISS
    code = (
        "import sys; from app.footnote import Footnote; from app.settings import Settings\n"
        "engine = Footnote(Settings()); engine.ingest_sample(); engine.ask('What is HBM?')\n"
        "print(sorted({'ray', 'pymilvus', 'index.ray', 'index.milvus'} & set(sys.modules)))"
    )
    environment = {"FOOTNOTE_HOME": str(tmp_path), "PATH": ""}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
    assert isinstance(FAISS.open(None), FaissVectors)  # type: ignore[arg-type]


def test_without_the_package_the_server_of_vectors_is_refused_with_what_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "grpc", None)
    monkeypatch.delitem(sys.modules, "index.milvus.server", raising=False)
    with pytest.raises(VectorsProblem, match=r"needs the package grpc.*pip install 'footnote\[milvus\]'"):
        importlib.import_module("index.milvus.server")


def test_without_the_package_the_cluster_is_refused_with_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ray", None)
    order = Order("", "all-MiniLM-L6-v2", "int8", "m@1", Reading(220, NO_OCR), 200, Limits())
    with pytest.raises(ClusterProblem, match=r"needs the package ray.*pip install 'footnote\[ray\]'"):
        next(outcomes(order, {}))


RAY_THAT_ENDS = """
import os
class exceptions:
    class RayError(Exception): pass
def init(**_): os._exit(1)
"""


@pytest.mark.parametrize(("address", "said"), [("", "where memory is short"), ("cluster", "Check ray_address")])
def test_a_cluster_that_ends_the_process_that_speaks_to_it_is_told_with_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, address: str, said: str
) -> None:
    package = tmp_path / "lib" / "ray"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text(RAY_THAT_ENDS)
    (package / "data.py").touch()
    monkeypatch.setenv("PYTHONPATH", str(package.parent))
    engine = Footnote(Settings(home=tmp_path / "home", ingest_on="ray", ray_address=address))
    engine.use_embedding(embedding(1))
    write_document(tmp_path / "mill.md", 1)
    with pytest.raises(ClusterProblem, match=rf"ended with status 1\)\. .*{said}.*ingest_on = here"):
        engine.ingest([tmp_path / "mill.md"])
    assert engine.documents() == []
    engine.close()


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"vector_store": "milvus"}, "needs milvus_uri"),
        ({"milvus_uri": "milvus.db"}, "an address like http"),
        ({"milvus_uri": "http://root:Hidden@127.0.0.1:19530"}, "milvus_token"),
        ({"vector_store": "other"}, "faiss"),
        ({"ingest_on": "spark"}, "ray"),
    ],
)
def test_settings_that_name_no_server_are_refused(tmp_path: Path, given: dict[str, str], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        Settings(home=tmp_path, **given)  # type: ignore[arg-type]


def test_the_token_of_a_server_is_not_shown(tmp_path: Path) -> None:
    settings = Settings(
        home=tmp_path, vector_store="milvus", milvus_uri="http://127.0.0.1:1", milvus_token="root:Hidden"
    )
    assert "Hidden" not in str(settings.shown()) + repr(settings) + repr(settings.vectors())
