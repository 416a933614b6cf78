"""Engines over real documents, opened once: the sample corpus, and the seed article."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from app.answer import Answer
from app.footnote import Footnote
from app.settings import Settings
from app.verifier import unsupported
from tests.app.drawn_filing import companies, draw

ROOT = Path(__file__).parents[2]
GOLDEN = ROOT / "tests" / "golden"
SEED = ROOT.parent / "shared" / "seed"


def ask(engine: Footnote, question: str) -> Answer:
    """An answer, each of whose statements the verifier bears out."""
    answer = engine.ask(question)
    for one in answer.statements:
        assert unsupported(one, question, engine.page_text) is None
    return answer


def golden(name: str) -> list[dict[str, Any]]:
    lines = (GOLDEN / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines if line.strip()]


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Footnote]:
    engine = Footnote(Settings(home=tmp_path_factory.mktemp("sample")))
    engine.ingest_sample()
    yield engine
    engine.close()


def sample_home(home: Path) -> Path:
    """A data directory with the sample corpus in it, for a process of its own or to be changed."""
    engine = Footnote(Settings(home=home))
    engine.ingest_sample()
    engine.close()
    return home


@pytest.fixture(scope="session")
def reports(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Footnote]:
    """The drawn annual reports of made-up companies; only asked, never changed."""
    folder = tmp_path_factory.mktemp("reports")
    for one in companies():
        draw(one, folder / f"{one.key}.pdf")
    engine = Footnote(Settings(home=tmp_path_factory.mktemp("home")))
    engine.ingest([folder])
    yield engine
    engine.close()


@pytest.fixture(scope="session")
def seed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Footnote]:
    engine = Footnote(Settings(home=tmp_path_factory.mktemp("seed")))
    report = engine.ingest([SEED])
    assert len(report.added) == 1
    yield engine
    engine.close()
