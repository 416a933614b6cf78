"""What holds for all tests: real parts, and that no time is asserted."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from index.embedding import PassageEmbedding, load_embedding
from index.store import Store

# How long a case takes depends on the machine's other work: time is measured by `make bench`, never asserted.
settings.register_profile("footnote", deadline=None)
settings.load_profile("footnote")


@pytest.fixture(scope="session")
def embedding() -> PassageEmbedding:
    """The shipped model, loaded once."""
    return load_embedding()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """A store in a temporary directory."""
    opened = Store(tmp_path / "home")
    yield opened
    opened.close()
