"""Engines over real documents, opened once: the sample corpus, and the seed article."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from app.footnote import Footnote
from app.settings import Settings

ROOT = Path(__file__).parents[2]
GOLDEN = ROOT / "tests" / "golden"
SEED = ROOT.parent / "shared" / "seed"


def golden(name: str) -> list[dict[str, Any]]:
    lines = (GOLDEN / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines if line.strip()]


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Footnote]:
    engine = Footnote(Settings(home=tmp_path_factory.mktemp("sample")))
    engine.ingest_sample()
    yield engine
    engine.close()


@pytest.fixture(scope="session")
def seed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Footnote]:
    engine = Footnote(Settings(home=tmp_path_factory.mktemp("seed")))
    report = engine.ingest([SEED])
    assert len(report.added) == 1
    yield engine
    engine.close()
