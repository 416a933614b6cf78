"""Backups: whole, of one moment, also while others write; and archives that are damaged or mean harm."""

import json
import os
import random
import shutil
import stat
import struct
import threading
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from app.answer import Answer, AnswerKind
from app.chats import Chats
from corpus.errors import Busy, DataProblem, FootnoteError, IndexMismatch, UnreadableFile
from index.backup import back_up
from index.ingest import ingest
from index.restore import restore
from index.store import SCHEMA_VERSION, Store
from tests.crash.invariants import chats_of, digests, of_the_database, of_the_files, of_the_vectors
from tests.crash.world import write_document
from tests.index.faults import EMBEDDING, documents, filled, in_another_process, largest_file
from tests.index.older import to_schema_2


def answer(question: str) -> Answer:
    return Answer(question, AnswerKind.REFUSAL, "Nothing found.")


@pytest.fixture
def store(tmp_path: Path) -> Store:
    store = filled(tmp_path / "home", tmp_path / "files")
    for number in range(3):
        Chats(store).begin(answer(f"question {number}"))
    (store.home / "glossary.toml").write_text("# mine\n")
    (store.home / "settings.toml").write_text("port = 8003\n")
    return store


@pytest.fixture
def backup(store: Store, tmp_path: Path) -> Path:
    return back_up(store, tmp_path / "backup.zip").file


def everything(store: Store) -> dict[str, Any]:
    connection = store.connect()
    tables = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    rows = {name: connection.execute(f'SELECT * FROM "{name}"').fetchall() for name in tables}
    files = {path.name: path.read_bytes() for path in (store.home / "files").iterdir()}
    own = {name: (store.home / name).read_text() for name in ("glossary.toml", "settings.toml")}
    return {"rows": rows, "files": files, "own": own}


def test_what_is_backed_up_is_restored_row_by_row_and_byte_by_byte(store: Store, backup: Path, tmp_path: Path) -> None:
    report = restore(backup, tmp_path / "again")
    assert (report.documents, report.chats, report.problems, report.aside) == (3, 3, (), None)
    again = Store(tmp_path / "again")
    assert everything(again) == everything(store)
    assert of_the_vectors(again) == []
    assert of_the_files(again) == []
    # And it goes on as the first one did.
    assert len(ingest(sorted((tmp_path / "files").iterdir()), again, EMBEDDING).unchanged) == 3
    again.close()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["again", "backup.zip", "files", "home"]
    assert stat.S_IMODE(backup.stat().st_mode) == 0o600


def test_a_backup_is_of_one_moment_while_files_come_and_go_and_chats_go_on(store: Store, tmp_path: Path) -> None:
    stop, failed = threading.Event(), []
    folder = tmp_path / "files"

    def change() -> None:
        version = 1
        while not stop.is_set():
            version += 1
            write_document(folder / "report-0.md", version)
            write_document(folder / "more.md", version)
            ingest([folder / "report-0.md", folder / "more.md"], store, EMBEDDING)
            store.remove(store.document("more").id)

    def talk() -> None:
        number = 3
        while not stop.is_set():
            Chats(store).begin(answer(f"question {number}"))
            number += 1

    def guarded(work: Callable[[], None]) -> Callable[[], None]:
        def run() -> None:
            try:
                work()
            except BaseException as error:  # noqa: BLE001 - told below
                failed.append(error)

        return run

    threads = [threading.Thread(target=guarded(work)) for work in (change, talk)]
    for thread in threads:
        thread.start()
    try:
        counts = []
        for number in range(8):
            report = back_up(store, tmp_path / f"{number}.zip")
            assert report.missing == ()
            found = restore(report.file, tmp_path / f"home-{number}")
            assert found.problems == ()
            again = Store(found.home)
            assert of_the_database(again) == []
            assert of_the_files(again) == []
            questions = sorted(int(chat[1][0].split()[1]) for chat in chats_of(again).values())
            assert questions == list(range(len(questions)))
            counts.append(len(questions))
            again.close()
    finally:
        stop.set()
        for thread in threads:
            thread.join()
    assert failed == []
    assert counts == sorted(counts)
    assert [path.name for path in store.home.iterdir() if path.name.endswith(".part")] == []


def test_a_backup_takes_the_place_of_an_older_one_and_of_nothing_else(
    store: Store, backup: Path, tmp_path: Path
) -> None:
    Chats(store).begin(answer("one more"))
    back_up(store, backup)
    assert restore(backup, tmp_path / "again").chats == 4
    letter = tmp_path / "letter.txt"
    letter.write_text("Dear reader")
    with pytest.raises(DataProblem, match="no backup of Footnote"):
        back_up(store, letter)
    assert letter.read_text() == "Dear reader"
    with pytest.raises(DataProblem, match="another folder"):
        back_up(store, store.home / "files" / "backup.zip")


def test_a_backup_that_finds_no_room_leaves_the_older_one_and_no_part(
    store: Store, backup: Path, tmp_path: Path
) -> None:
    before = backup.read_bytes()
    with largest_file(20_000), pytest.raises(DataProblem, match=r"Free space"):
        back_up(store, backup)
    assert backup.read_bytes() == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["backup.zip", "files", "home"]
    assert not [path for path in store.home.iterdir() if path.name.endswith(".part")]


def test_a_document_whose_kept_file_is_gone_is_backed_up_and_named(store: Store, tmp_path: Path) -> None:
    store.source_file(store.document("report-1").id).unlink()
    report = back_up(store, tmp_path / "backup.zip")
    assert report.missing == ("report-1",)
    assert restore(report.file, tmp_path / "again").problems == ("the kept file of report-1 is missing",)


# Restoring over something


def test_a_directory_that_holds_something_is_left_alone_without_force_and_kept_aside_with_it(
    store: Store, backup: Path, tmp_path: Path
) -> None:
    Chats(store).begin(answer("after the backup"))
    store.close()
    with pytest.raises(DataProblem, match="--force"):
        restore(backup, store.home)
    report = restore(backup, store.home, force=True)
    assert report.aside is not None
    for home, chats in ((store.home, 3), (report.aside, 4)):
        opened = Store(home)
        assert len(Chats(opened).list()) == chats
        assert of_the_database(opened) == []
        opened.close()


def test_a_directory_that_another_process_has_open_is_not_restored_over(store: Store, backup: Path) -> None:
    store.close()
    script = (
        "import sys; from pathlib import Path; from index.store import Store; store = Store(Path(sys.argv[1])); store.documents(); "
        "print('ready', flush=True); sys.stdin.readline()"
    )
    other = in_another_process(script, store.home)
    with pytest.raises(Busy, match="Stop it"):
        restore(backup, store.home, force=True)
    other.communicate("done\n", timeout=60)
    assert restore(backup, store.home, force=True).chats == 3


def test_a_damaged_database_can_be_restored_over(store: Store, backup: Path) -> None:
    store.close()
    store.file.write_bytes(b"no database at all" * 1000)
    assert restore(backup, store.home, force=True).chats == 3


def test_an_empty_directory_is_taken_as_it_is(backup: Path, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    assert restore(backup, tmp_path / "empty").documents == 3


def test_without_room_nothing_is_restored_and_nothing_left(backup: Path, tmp_path: Path) -> None:
    with largest_file(20_000), pytest.raises(DataProblem, match="Free space"):
        restore(backup, tmp_path / "again")
    assert not (tmp_path / "again").exists()
    assert not [path for path in tmp_path.iterdir() if path.name.endswith(".part")]


# Archives that are damaged or mean harm


def refused(archive: Path, home: Path, error: type[FootnoteError] = UnreadableFile) -> str:
    with pytest.raises(error) as caught:
        restore(archive, home)
    assert not home.exists()
    assert not [path for path in home.parent.iterdir() if path.name.endswith(".part")]
    return str(caught.value)


def test_an_archive_cut_anywhere_is_refused(backup: Path, tmp_path: Path) -> None:
    data = backup.read_bytes()
    broken = tmp_path / "broken.zip"
    for share in (0, 0.001, 0.2, 0.5, 0.8, 0.99, 0.9999):
        broken.write_bytes(data[: int(share * len(data))])
        refused(broken, tmp_path / "again")
    assert "can't be opened" in refused(tmp_path / "nowhere.zip", tmp_path / "again")


def test_an_archive_with_a_changed_byte_is_refused_or_gives_the_same(
    store: Store, backup: Path, tmp_path: Path
) -> None:
    data, draw = backup.read_bytes(), random.Random(5)
    expected = (digests(store), chats_of(store))
    broken, home = tmp_path / "broken.zip", tmp_path / "again"
    places = [draw.randrange(len(data)) for _ in range(60)] + [
        draw.randrange(len(data) - 900, len(data)) for _ in range(60)
    ]
    refusals = 0
    for place in places:
        changed = bytearray(data)
        changed[place] ^= 1 << draw.randrange(8)
        broken.write_bytes(changed)
        try:
            restore(broken, home)
        except (UnreadableFile, IndexMismatch, DataProblem):
            refusals += 1
            assert not home.exists()
        else:  # a byte that says nothing: a time, a permission
            again = Store(home)
            assert (digests(again), chats_of(again)) == expected
            again.close()
            shutil.rmtree(home)
    assert refusals > 60


def rewritten(backup: Path, target: Path, change: Callable[[dict[str, Any], dict[str, bytes]], None]) -> Path:
    """A backup with another manifest and other members, well formed as an archive."""
    with zipfile.ZipFile(backup) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    manifest = json.loads(members.pop("manifest.json"))
    change(manifest, members)
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
        archive.writestr("manifest.json", json.dumps(manifest))
    return target


@pytest.mark.parametrize(
    "name",
    [
        "../escaped",
        "files/../../escaped",
        "/tmp/footnote-escaped",
        "files/" + "a" * 64 + "/../../../escaped",
        "files/" + "a" * 64 + ".x/../../escaped",
        "..\\escaped",
        "C:/escaped",
        "vectors.faiss",
        "files/readme",
        "files/" + "a" * 64 + ".t\nxt",
    ],
)
def test_no_member_leads_out_of_the_directory(backup: Path, tmp_path: Path, name: str) -> None:
    def change(manifest: dict[str, Any], members: dict[str, bytes]) -> None:
        members[name] = b"x"
        sha256 = "2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881"
        manifest["members"].append({"name": name, "size": 1, "sha256": sha256})

    before = {path.name for path in tmp_path.iterdir()}
    archive = rewritten(backup, tmp_path / "evil.zip", change)
    assert "which no backup does" in refused(archive, tmp_path / "inner" / "again")
    assert {path.name for path in tmp_path.iterdir()} - before <= {"evil.zip", "inner"}
    assert not Path("/tmp/footnote-escaped").exists()


def test_a_link_in_an_archive_becomes_no_link(backup: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(backup) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    evil = tmp_path / "evil.zip"
    with zipfile.ZipFile(evil, "w") as archive:
        for name, data in members.items():
            entry = zipfile.ZipInfo(name)
            entry.external_attr = (stat.S_IFLNK | 0o777) << 16
            archive.writestr(entry, data)
    restore(evil, tmp_path / "again")
    assert not [path for path in (tmp_path / "again").rglob("*") if path.is_symlink()]


def drop(manifest: dict[str, Any], members: dict[str, bytes]) -> None:
    members.pop(next(name for name in members if name.startswith("files/")))


def add(manifest: dict[str, Any], members: dict[str, bytes]) -> None:
    members["files/" + "b" * 64] = b"more"


def change_words(manifest: dict[str, Any], members: dict[str, bytes]) -> None:
    name = next(name for name in members if name.startswith("files/"))
    members[name] = members[name][:-1] + b"?"


def without_database(manifest: dict[str, Any], members: dict[str, bytes]) -> None:
    members.pop("footnote.db")
    manifest["members"] = [one for one in manifest["members"] if one["name"] != "footnote.db"]


def negative(manifest: dict[str, Any], members: dict[str, bytes]) -> None:
    manifest["members"][0]["size"] = -1


def twice(manifest: dict[str, Any], members: dict[str, bytes]) -> None:
    manifest["members"].append(manifest["members"][0])


@pytest.mark.parametrize("change", [drop, add, change_words, without_database, negative, twice])
def test_an_archive_that_is_not_what_its_manifest_tells_is_refused(
    backup: Path, tmp_path: Path, change: Callable[[dict[str, Any], dict[str, bytes]], None]
) -> None:
    assert "damaged" in refused(rewritten(backup, tmp_path / "evil.zip", change), tmp_path / "again")


def test_an_archive_of_something_else_and_one_of_a_newer_version_are_named_as_such(
    backup: Path, tmp_path: Path
) -> None:
    other = tmp_path / "other.zip"
    with zipfile.ZipFile(other, "w") as archive:
        archive.writestr("letter.txt", "Dear reader")
    assert "no manifest" in refused(other, tmp_path / "again")

    def newer(manifest: dict[str, Any], members: dict[str, bytes]) -> None:
        manifest["schema_version"] = SCHEMA_VERSION + 1

    assert "newer Footnote" in refused(rewritten(backup, other, newer), tmp_path / "again", IndexMismatch)


def test_a_member_that_unpacks_to_more_than_is_told_is_stopped(backup: Path, tmp_path: Path) -> None:
    """The directory of the archive and the manifest both tell 100 bytes; a gigabyte of zeros is behind it."""
    name = "files/" + "c" * 64
    bomb = tmp_path / "bomb.zip"
    with zipfile.ZipFile(backup) as archive:
        members = {one: archive.read(one) for one in archive.namelist()}
    manifest = json.loads(members.pop("manifest.json"))
    manifest["members"].append({"name": name, "size": 100, "sha256": "0" * 64})
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        for one, data in members.items():
            archive.writestr(one, data)
        with archive.open(name, "w") as written:
            for _ in range(64):
                written.write(bytes(1 << 20))
        archive.writestr("manifest.json", json.dumps(manifest))
    data = bomb.read_bytes()
    # The unpacked size, wherever the archive tells it.
    assert data.count(struct.pack("<L", 64 << 20)) >= 1
    bomb.write_bytes(data.replace(struct.pack("<L", 64 << 20), struct.pack("<L", 100)))
    refused(bomb, tmp_path / "again")


def test_a_backup_that_needs_more_room_than_there_is_is_refused_before_anything_is_written(
    backup: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        shutil, "disk_usage", lambda folder: os.terminal_size((0, 0)) and type("Free", (), {"free": 1000})
    )
    assert "Free space" in refused(backup, tmp_path / "again", DataProblem)


def test_a_huge_manifest_is_not_read(backup: Path, tmp_path: Path) -> None:
    evil = tmp_path / "evil.zip"
    with zipfile.ZipFile(evil, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("manifest.json", "w") as written:
        for _ in range(65):
            written.write(b" " * (1 << 20))
    assert "too large" in refused(evil, tmp_path / "again")


def test_a_backup_of_an_older_version_is_brought_forward(backup: Path, tmp_path: Path) -> None:
    def older(manifest: dict[str, Any], members: dict[str, bytes]) -> None:
        import hashlib
        import sqlite3

        file = tmp_path / "old.db"
        file.write_bytes(members["footnote.db"])
        connection = sqlite3.connect(file)
        connection.execute("PRAGMA journal_mode = DELETE")
        to_schema_2(connection)
        connection.close()
        data = members["footnote.db"] = file.read_bytes()
        manifest["schema_version"] = 2
        entry = next(one for one in manifest["members"] if one["name"] == "footnote.db")
        entry |= {"size": len(data), "sha256": hashlib.sha256(data).hexdigest()}

    report = restore(rewritten(backup, tmp_path / "older.zip", older), tmp_path / "again")
    assert (report.documents, report.problems) == (3, ())


def test_documents_of_the_test_are_what_they_seem(tmp_path: Path) -> None:
    assert len({file.read_text() for file in documents(tmp_path, 3)}) == 3


def test_a_backup_signs_nobody_in(tmp_path: Path) -> None:
    store = Store(tmp_path / "home")
    try:
        with store.writing() as connection:
            connection.execute("INSERT INTO users VALUES (1, 'anna', 'a hash', 0, '2026-01-01')")
            connection.execute("INSERT INTO sessions VALUES ('abcdef0123', 1, '2026-01-01', '2126-01-01')")
            connection.execute("INSERT INTO tokens VALUES ('0123abcdef', 1, '2026-01-01')")
        back_up(store, tmp_path / "backup.zip")
        assert store.connect().execute("SELECT count(*) FROM sessions").fetchone() == (1,)
    finally:
        store.close()
    with zipfile.ZipFile(tmp_path / "backup.zip") as archive:
        held = archive.read("footnote.db")
    assert b"abcdef0123" not in held
    assert b"0123abcdef" in held
    restore(tmp_path / "backup.zip", tmp_path / "again")
    again = Store(tmp_path / "again")
    try:
        assert again.connect().execute("SELECT count(*) FROM sessions").fetchone() == (0,)
        assert again.connect().execute("SELECT name FROM users").fetchall() == [("anna",)]
        assert again.check() == []
    finally:
        again.close()
