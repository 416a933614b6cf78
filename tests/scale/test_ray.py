"""Files read on a real Ray cluster: the same rows and vectors as without one, whatever happens to its workers."""

import os
import shutil
import signal
import threading
import time
from pathlib import Path

import numpy as np
import pytest

from app.footnote import SAMPLE, Footnote
from app.settings import Settings
from corpus.errors import ClusterProblem
from index.embedding import PassageEmbedding
from index.store import Store
from tests.scale.milvus_server import free_port

pytestmark = pytest.mark.ray
COPIES = 4
MARK = "FOOTNOTE_TEST_OF"


@pytest.fixture
def files(tmp_path: Path) -> Path:
    """The sample corpus several times, each file with bytes of its own, and one that can't be read."""
    folder = tmp_path / "files"
    folder.mkdir()
    for path in SAMPLE.glob("*.md"):
        for number in range(COPIES):
            text = path.read_text(encoding="utf-8")
            (folder / f"{path.stem}-{number}.md").write_text(f"{text}\n\nCopy {number}.\n", encoding="utf-8")
    (folder / "broken.pdf").write_bytes(b"%PDF-1.7 and no more")
    return folder


def engine(home: Path, embedding: PassageEmbedding, **settings: str) -> Footnote:
    opened = Footnote(Settings(home=home, **settings))  # type: ignore[arg-type]
    opened.use_embedding(embedding)
    return opened


def rows(store: Store) -> list[list[tuple[object, ...]]]:
    """Everything that was read, but for the time."""
    connection = store.connect()
    skipped = {"documents": {"added"}}
    found = []
    for table in ("documents", "pages", "page_features", "page_tables", "passages", "facts", "fact_items", "glossary"):
        columns = [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]
        kept = ", ".join(f'"{name}"' for name in columns if name not in skipped.get(table, set()))
        found.append(sorted(connection.execute(f"SELECT {kept} FROM {table}").fetchall(), key=repr))
    return found


def assert_same(ours: Store, theirs: Store) -> None:
    assert rows(theirs) == rows(ours)
    for one, other in zip(ours.embeddings(), theirs.embeddings(), strict=True):
        np.testing.assert_array_equal(one, other)
    assert theirs.problems() == []


def test_a_cluster_gives_the_same_rows_and_vectors(tmp_path: Path, files: Path, embedding: PassageEmbedding) -> None:
    here = engine(tmp_path / "here", embedding)
    there = engine(tmp_path / "there", embedding, ingest_on="ray")
    ours, theirs = here.ingest([files]), there.ingest([files])
    assert len(theirs.added) == len(ours.added) == COPIES * len(list(SAMPLE.glob("*.md")))
    assert theirs.failed == ours.failed
    assert len(theirs.failed) == 1
    assert_same(here.store, there.store)
    # What is there isn't read again; what was changed is, and keeps its id.
    changed = sorted(files.glob("*.md"))[0]
    changed.write_text(changed.read_text(encoding="utf-8") + "\nRevenue rose by 5%.\n", encoding="utf-8")
    again = there.ingest([files])
    assert [Path(record.path).name for record in again.replaced] == [changed.name]
    assert len(again.unchanged) == len(ours.added) - 1
    here.ingest([files])
    assert_same(here.store, there.store)
    here.close()
    there.close()


def readers(mark: str) -> list[int]:
    """The workers that read files, of the cluster that was started under `mark`."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            title, environment = (process / "cmdline").read_bytes(), (process / "environ").read_bytes()
        except OSError:
            continue  # it ended meanwhile
        if title.startswith(b"ray::") and b"Map" in title and f"{MARK}={mark}".encode() in environment:
            found.append(int(process.name))
    return found


def test_a_worker_killed_in_the_middle_loses_and_doubles_nothing(
    tmp_path: Path, files: Path, embedding: PassageEmbedding, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(MARK, str(tmp_path))  # the workers of this test's cluster, and no others, have it
    here = engine(tmp_path / "here", embedding)
    here.ingest([files])
    there = engine(tmp_path / "there", embedding, ingest_on="ray")
    killed: list[int] = []

    def kill() -> None:
        end = time.monotonic() + 240
        while time.monotonic() < end and not killed:
            if there.documents() and (found := readers(str(tmp_path))):
                os.kill(found[0], signal.SIGKILL)
                killed.append(found[0])
            time.sleep(0.05)

    killer = threading.Thread(target=kill)
    killer.start()
    there.ingest([files])
    killer.join()
    assert len(killed) == 1
    assert_same(here.store, there.store)
    here.close()
    there.close()


def test_a_cluster_that_is_not_there_is_told(tmp_path: Path, files: Path, embedding: PassageEmbedding) -> None:
    away = engine(tmp_path / "home", embedding, ingest_on="ray", ray_address=f"127.0.0.1:{free_port()}")
    with pytest.raises(ClusterProblem, match=r"Check ray_address .* ingest_on = here"):
        away.ingest([files])
    assert away.documents() == []
    away.close()


def test_an_uploaded_file_is_read_here(tmp_path: Path, embedding: PassageEmbedding) -> None:
    away = engine(tmp_path / "home", embedding, ingest_on="ray", ray_address=f"127.0.0.1:{free_port()}")
    file = tmp_path / "note.md"
    shutil.copy(next(SAMPLE.glob("*.md")), file)
    assert len(away.ingest([file], uploaded=True).added) == 1
    away.close()
