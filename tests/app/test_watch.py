"""Watched folders: what is added, changed, moved, half-written, broken, deleted; real files and a real index."""

import json
import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.footnote import Footnote
from app.settings import Settings
from app.watch import Watch
from corpus.errors import DataProblem
from tests.started import Started, footnote

LONG_AGO = time.time() - 3600


def write(path: Path, text: str, when: float = LONG_AGO) -> Path:
    """A file that was finished long ago, unless another time is given."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"# Report\n\n{text}\n", encoding="utf-8")
    os.utime(path, (when, when))
    return path


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Footnote]:
    engine = Footnote(Settings(home=tmp_path / "home"))
    yield engine
    engine.close()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "watched"
    folder.mkdir()
    return folder


def watching(engine: Footnote, folder: Path, *, mirror: bool = False, settle: float = 0.0) -> tuple[Watch, list[str]]:
    said: list[str] = []
    return Watch(engine, [folder], said.append, mirror, settle), said


def names(engine: Footnote) -> list[str]:
    return [record.name for record in engine.documents()]


def test_what_is_there_comes_in_and_what_is_added_follows(engine: Footnote, folder: Path) -> None:
    write(folder / "one.md", "Revenue was 5 million EUR.")
    write(folder / "deep" / "two.txt", "Costs were 3 million EUR.")
    write(folder / ".hidden.md", "Nothing to see.")
    (folder / "picture.png").write_bytes(b"x")
    watch, said = watching(engine, folder)
    assert watch.look()
    assert names(engine) == ["one", "two"]
    write(folder / "three.md", "Profit was 2 million EUR.")
    watch.look()
    assert names(engine) == ["one", "three", "two"]
    watch.look()
    assert [each.split(":")[0] for each in said] == ["added one", "added two", "added three"]
    assert watch.counts.added == 3


def test_a_changed_file_replaces_its_document(engine: Footnote, folder: Path) -> None:
    file = write(folder / "one.md", "Revenue was 5 million EUR.")
    watch, said = watching(engine, folder)
    watch.look()
    write(file, "Revenue was 6 million EUR.", LONG_AGO + 60)
    watch.look()
    assert names(engine) == ["one"]
    assert "6 million" in engine.page_text("one", 0)
    assert said[-1] == "replaced one: 1 page"


def test_a_file_that_is_being_written_waits_until_it_rests(engine: Footnote, folder: Path) -> None:
    file = folder / "long.md"
    watch, _ = watching(engine, folder, settle=0.3)
    for part in range(3):
        with file.open("a", encoding="utf-8") as out:
            out.write(f"Part {part} of the report.\n\n")
        assert not watch.look()
        assert names(engine) == []
    while not watch.look():
        time.sleep(0.05)
    assert "Part 2" in engine.page_text("long", 0)
    assert watch.counts.replaced == 0


def test_a_moved_file_keeps_its_document_and_the_citations_of_it(engine: Footnote, folder: Path) -> None:
    file = write(folder / "one.md", "Revenue was 5 million EUR.")
    watch, said = watching(engine, folder, mirror=True)
    watch.look()
    before = engine.documents()[0]
    (folder / "sub").mkdir()
    file.rename(folder / "sub" / "renamed.md")
    watch.look()
    after = engine.documents()[0]
    assert (after.id, after.name) == (before.id, before.name)
    assert after.path == str(folder / "sub" / "renamed.md")
    assert said[-1].startswith("moved one")
    write(folder / "sub" / "renamed.md", "Revenue was 7 million EUR.", LONG_AGO + 60)
    watch.look()
    assert len(engine.documents()) == 1
    assert "7 million" in engine.page_text(names(engine)[0], 0)


def test_a_deleted_file_takes_its_document_only_in_a_mirror(engine: Footnote, folder: Path) -> None:
    one, two = write(folder / "one.md", "One."), write(folder / "two.md", "Two.")
    write(folder / "three.md", "Three.")
    watch, said = watching(engine, folder)
    watch.look()
    one.unlink()
    assert watch.look()
    watch.look()
    assert names(engine) == ["one", "three", "two"]
    assert sum("is gone; one stays" in each for each in said) == 1
    two.unlink()
    mirror, said = watching(engine, folder, mirror=True)  # what was deleted while nobody watched goes, too
    mirror.look()
    assert names(engine) == ["three"]
    assert sorted(said) == ["removed one: its file is gone", "removed two: its file is gone"]


def test_a_deleted_file_comes_back_within_the_time_and_nothing_is_lost(engine: Footnote, folder: Path) -> None:
    file = write(folder / "one.md", "One.")
    watch, _ = watching(engine, folder, mirror=True, settle=30)
    watch.look()
    key = engine.documents()[0].id
    file.unlink()  # as an editor does that saves by replacing
    assert not watch.look()
    write(file, "One, again.")
    watch.look()
    assert next(record.id for record in engine.documents()) in {key, key + 1}
    assert watch.counts.removed == 0


def test_of_two_equal_files_the_document_stays_with_the_one_that_is_left(engine: Footnote, folder: Path) -> None:
    first, second = write(folder / "a.md", "The same."), write(folder / "b.md", "The same.")
    watch, _ = watching(engine, folder, mirror=True)
    watch.look()
    assert len(engine.documents()) == 1
    first.unlink()
    watch.look()
    assert [record.path for record in engine.documents()] == [str(second)]
    second.unlink()
    watch.look()
    assert engine.documents() == []


def test_a_drive_that_is_not_there_loses_no_documents(engine: Footnote, folder: Path) -> None:
    for name in ("one", "two"):
        write(folder / f"{name}.md", f"{name}.")
    watch, said = watching(engine, folder, mirror=True)
    watch.look()
    away = folder.rename(folder.parent / "away")
    watch.look()
    assert names(engine) == ["one", "two"]
    folder.mkdir()  # an empty mount point
    watch.look()
    watch.look()
    assert names(engine) == ["one", "two"]
    assert sum("is empty now" in each for each in said) == 1
    folder.rmdir()
    away.rename(folder)
    watch.look()
    assert watch.counts.removed == 0


def test_documents_of_elsewhere_are_left_alone(engine: Footnote, folder: Path, tmp_path: Path) -> None:
    beside = write(tmp_path / "watched-not" / "other.md", "Other.")
    upload = write(tmp_path / "upload.md", "Uploaded.")
    engine.ingest([beside])
    engine.ingest([upload], uploaded=True)
    beside.unlink()
    watch, _ = watching(engine, folder, mirror=True)
    watch.look()
    watch.look()
    assert names(engine) == ["other", "upload"]


def test_a_broken_file_is_reported_once_and_tried_again_when_it_changes(engine: Footnote, folder: Path) -> None:
    file = folder / "report.txt"
    file.write_bytes(b"\x00\x01\x02 broken \xff\xfe\x00" * 50)
    os.utime(file, (LONG_AGO, LONG_AGO))
    write(folder / "good.md", "Good.")
    watch, said = watching(engine, folder)
    watch.look()
    watch.look()
    assert names(engine) == ["good"]
    assert sum("could not read" in each for each in said) == 1
    write(file, "Now it is a text.", LONG_AGO + 60)
    watch.look()
    assert names(engine) == ["good", "report"]
    assert watch.counts.failed == 1


def test_the_data_directory_is_never_taken_in(tmp_path: Path, engine: Footnote) -> None:
    write(tmp_path / "one.md", "One.")
    watch, _ = watching(engine, tmp_path)
    for _ in range(3):
        watch.look()
    assert names(engine) == ["one"]


def test_a_path_that_is_no_folder_is_refused(engine: Footnote, tmp_path: Path) -> None:
    with pytest.raises(DataProblem, match="no folder"):
        Watch(engine, [tmp_path / "missing"], print)


def test_once_does_what_is_to_be_done_and_stops(folder: Path, tmp_path: Path) -> None:
    write(folder / "one.md", "One.")
    done = footnote("watch", str(folder), "--once", "--json", home=tmp_path / "home")
    assert json.loads(done.stdout) == {"added": 1, "replaced": 0, "moved": 0, "removed": 0, "failed": 0, "documents": 1}
    assert "added one: 1 page" in done.stderr


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_it_stops_clean_and_says_what_was_done(folder: Path, tmp_path: Path, how: signal.Signals) -> None:
    write(folder / "one.md", "One.")
    out, err = tmp_path / "out", tmp_path / "err"
    process = Started("watch", str(folder), "--home", str(tmp_path / "home"), output=out, errors=err)
    try:
        while "\nadded one" not in (err.read_text() if err.exists() else ""):
            assert process.poll() is None
            time.sleep(0.05)
        process.send_signal(how)
        assert process.wait(60) == 0
    finally:
        process.kill()
    assert "1 added" in out.read_text()
    assert "Traceback" not in err.read_text()
