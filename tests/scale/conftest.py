"""Real servers, started once: Milvus on a free port with a directory of its own."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.scale.milvus_server import MilvusServer


@pytest.fixture(scope="session")
def milvus(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MilvusServer]:
    server = MilvusServer(tmp_path_factory.mktemp("milvus")).start()
    yield server
    server.kill()


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Not read where they aren't run: what they import is in an environment of its own (`make test-scale`)."""
    kind = collection_path.stem.removeprefix("test_")
    return True if f"not {kind}" in config.option.markexpr else None
