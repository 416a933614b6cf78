"""What holds for all tests: real parts, and that no time is asserted."""

import functools
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import settings
from numpy.typing import NDArray

import index.embedding
from index.embedding import DEFAULT_MODEL, DEFAULT_PRECISION, PassageEmbedding, load_embedding
from index.encoder import Encoder
from index.store import Store

# How long a case takes depends on the machine's other work: time is measured by `make bench`, never asserted.
settings.register_profile("footnote", deadline=None)
settings.load_profile("footnote")

# Files of a minute and more come first, so that no worker is left alone with one; those of the browser come one after the other,
# since they share a browser and a server.
LONG = ("crash", "browser", "load", "eval", "app")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    folders = {item: item.path.relative_to(here).parts[0] for item in items}
    items.sort(key=lambda item: LONG.index(folders[item]) if folders[item] in LONG else len(LONG))


class Remembering:
    """An encoder that reads each text once: the same few documents are read by hundreds of tests."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder
        self.dimension, self.count_tokens = encoder.dimension, encoder.count_tokens
        self._kept: dict[tuple[str, str], NDArray[np.float32]] = {}

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        return self._read(texts, "encode")

    def encode_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        return self._read(texts, "encode_queries")

    def encode_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        return self._read(texts, "encode_passages")

    def _read(self, texts: Sequence[str], way: str) -> NDArray[np.float32]:
        new = [text for text in dict.fromkeys(texts) if (text, way) not in self._kept]
        read = getattr(self._encoder, way)
        self._kept |= {(text, way): vector for text, vector in zip(new, read(new), strict=True)} if new else {}
        return np.stack([self._kept[text, way] for text in texts])


@pytest.fixture(scope="session", autouse=True)
def _model_is_loaded_once() -> Iterator[None]:
    """Engines that tests open in their own process share the shipped model, which nothing changes, and its vectors."""

    @functools.cache
    def shipped() -> PassageEmbedding:
        loaded = load_embedding()
        return PassageEmbedding(Remembering(loaded._encoder), loaded.name, loaded.model_id)

    def load(model: str = DEFAULT_MODEL, precision: str = DEFAULT_PRECISION) -> PassageEmbedding:
        usual = (model, precision) == (DEFAULT_MODEL, DEFAULT_PRECISION)
        return shipped() if usual else load_embedding(model, precision)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(index.embedding, "load_embedding", load)
        # Nor is one begun that nobody would ask for, and that the next test of loading would be given.
        patch.setattr("app.commands.command.load_ahead", lambda settings: None)
        yield


@pytest.fixture(scope="session")
def embedding() -> PassageEmbedding:
    """The shipped model."""
    return index.embedding.load_embedding()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """A store in a temporary directory."""
    opened = Store(tmp_path / "home")
    yield opened
    opened.close()
