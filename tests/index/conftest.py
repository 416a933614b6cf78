"""Real parts: a store in a temporary directory, the shipped model loaded once."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from index.embedding import PassageEmbedding, load_embedding
from index.store import Store


@pytest.fixture(scope="session")
def embedding() -> PassageEmbedding:
    return load_embedding()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store(tmp_path / "home")
    yield opened
    opened.close()
