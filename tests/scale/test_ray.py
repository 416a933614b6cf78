"""Files read on a real Ray cluster: the same rows and vectors as without one, whatever happens to its workers."""

import contextlib
import os
import secrets
import shutil
import signal
import subprocess
import sys
import threading
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from app.footnote import SAMPLE, Footnote
from app.settings import Settings
from corpus.errors import ClusterProblem
from index.embedding import DEFAULT_MODEL, PassageEmbedding
from index.file_report import Became
from index.ingest import ingest
from index.ray.reading import RayReading
from index.store import Store
from tests.scale.milvus_server import ROOT, free_port

pytestmark = [pytest.mark.ray, pytest.mark.timeout(900)]  # servers start, on machines that are busy
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


@contextlib.contextmanager
def cluster(port: int) -> Iterator[str]:
    """One that others started, as its command line starts it; gives its address."""
    command = [
        str(Path(sys.executable).with_name("ray")),
        "start",
        "--head",
        f"--port={port}",
        "--num-cpus=2",
        "--block",
    ]
    head = subprocess.Popen(
        [*command, "--include-dashboard=false", "--disable-usage-stats"],
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield f"127.0.0.1:{port}"
    finally:
        head.terminate()
        head.wait()


def test_a_cluster_by_its_address_gives_the_same_to_who_has_its_token(
    tmp_path: Path, files: Path, embedding: PassageEmbedding, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RAY_AUTH_MODE", "token")
    monkeypatch.setenv("RAY_AUTH_TOKEN", token := secrets.token_hex(32))
    here = engine(tmp_path / "here", embedding)
    here.ingest([files])
    with cluster(free_port()) as address:
        there = engine(tmp_path / "there", embedding, ingest_on="ray", ray_address=address)
        end = time.monotonic() + 120
        while True:
            try:
                there.ingest([files])
            except ClusterProblem:
                assert time.monotonic() < end
                time.sleep(1)  # it isn't up yet
            else:
                break
        assert_same(here.store, there.store)
        # A worker with another model, or of another version, is refused before it reads anything.
        other = RayReading(address, DEFAULT_MODEL, "int8", "another@1")
        with contextlib.closing(Store(tmp_path / "other")) as store:
            with pytest.raises(ClusterProblem, match=r"not with another@1"):
                ingest([files], store, embedding, readers=other)
            assert store.documents() == []
        monkeypatch.setenv("RAY_AUTH_TOKEN", secrets.token_hex(32))
        there.remove(there.documents()[0].id)
        with pytest.raises(ClusterProblem, match=r"Check ray_address, the cluster's token") as caught:
            there.ingest([files])
        assert token not in str(caught.value)
    here.close()
    there.close()


def test_an_ingestion_that_is_called_off_ends_and_keeps_what_was_done(
    tmp_path: Path, files: Path, embedding: PassageEmbedding
) -> None:
    there = engine(tmp_path / "there", embedding, ingest_on="ray")
    done: list[Became] = []
    report = there.ingest([files], done=lambda one: done.append(one.became), cancelled=lambda: Became.ADDED in done)
    assert [record.id for record in there.documents()] == [report.added[0].id]
    assert done.count(Became.STOPPED) >= len(list(files.glob("*.md"))) - 1
    assert there.store.problems() == []
    there.close()


def test_two_ingestions_at_once_disturb_nothing(tmp_path: Path, files: Path, embedding: PassageEmbedding) -> None:
    """Each from a thread, as on the page; the one that is done first leaves the other its cluster."""
    here = engine(tmp_path / "here", embedding)
    here.ingest([files])
    long = engine(tmp_path / "long", embedding, ingest_on="ray")
    short = engine(tmp_path / "short", embedding, ingest_on="ray")
    other = threading.Thread(target=short.ingest, args=([sorted(files.glob("*.md"))[0]],))
    other.start()
    long.ingest([files])
    other.join()
    assert_same(here.store, long.store)
    assert len(short.documents()) == 1
    for opened in (here, long, short):
        opened.close()


def test_a_cluster_that_is_not_there_is_told(tmp_path: Path, files: Path, embedding: PassageEmbedding) -> None:
    away = engine(tmp_path / "home", embedding, ingest_on="ray", ray_address=f"127.0.0.1:{free_port()}")
    with pytest.raises(ClusterProblem, match=r"Check ray_address, .* ingest_on = here"):
        away.ingest([files])
    assert away.documents() == []
    away.close()


def test_an_uploaded_file_is_read_here(tmp_path: Path, embedding: PassageEmbedding) -> None:
    away = engine(tmp_path / "home", embedding, ingest_on="ray", ray_address=f"127.0.0.1:{free_port()}")
    file = tmp_path / "note.md"
    shutil.copy(next(SAMPLE.glob("*.md")), file)
    assert len(away.ingest([file], uploaded=True).added) == 1
    away.close()


def test_what_is_unpacked_from_an_archive_is_read_here(tmp_path: Path, embedding: PassageEmbedding) -> None:
    """The folder that it is unpacked to is on this machine alone."""
    away = engine(tmp_path / "home", embedding, ingest_on="ray", ray_address=f"127.0.0.1:{free_port()}")
    with zipfile.ZipFile(tmp_path / "notes.zip", "w") as archive:
        for path in SAMPLE.glob("*.md"):
            archive.write(path, path.name)
    assert len(away.ingest([tmp_path / "notes.zip"]).added) == len(list(SAMPLE.glob("*.md")))
    away.close()


def test_a_password_goes_to_no_cluster(tmp_path: Path, embedding: PassageEmbedding) -> None:
    away = engine(tmp_path / "home", embedding, ingest_on="ray", ray_address=f"127.0.0.1:{free_port()}")
    assert len(away.ingest([next(SAMPLE.glob("*.md"))], password="open sesame").added) == 1
    away.close()
