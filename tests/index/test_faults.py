"""Full and read-only disks, damaged logs, older files, other processes: nothing is lost, and it is said what to do."""

import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

import pytest

from app.answer import Answer, AnswerKind
from app.chats import Chats
from corpus.errors import Busy, DataProblem, UnreadableFile
from index.embedding import PassageEmbedding
from index.ingest import ingest
from index.store import SCHEMA_VERSION, Store, schema
from index.vectors import FaissVectors
from tests.crash.forked import result_of
from tests.crash.invariants import digests, of_the_database, of_the_files, of_the_vectors
from tests.crash.world import Engine
from tests.index.faults import (
    EMBEDDING,
    ROOT,
    copied,
    disk,
    documents,
    filled,
    in_another_process,
    largest_file,
    remount,
)
from tests.index.older import to_schema_2


def whole(store: Store) -> None:
    assert of_the_database(store) == []
    assert of_the_vectors(store) == []


def answer(question: str, length: int = 0) -> Answer:
    return Answer(question, AnswerKind.REFUSAL, "Nothing found. " + "x" * length)


# A full disk


def test_on_a_full_disk_what_was_there_is_kept_and_the_same_call_goes_on_once_there_is_room(tmp_path: Path) -> None:
    files = documents(tmp_path / "files", 40)
    with disk(tmp_path / "home", 900) as home:
        store = Store(home)
        with pytest.raises(DataProblem, match="Free space"):
            ingest(files, store, EMBEDDING)
        kept = digests(store)
        assert 1 < len(kept) < 40
        assert of_the_database(store) == []
        chats = Chats(store)

        def begin_many() -> None:
            for number in range(1000):
                chats.begin(answer(f"question {number}", 5000))

        with pytest.raises(DataProblem, match="Free space"):
            begin_many()
        said = [chats.get(record.id).messages[0].question for record in reversed(chats.list())]
        assert said == [f"question {number}" for number in range(len(said))]
        # Vectors that find no room on the disk are in memory.
        vector = EMBEDDING.embed(["orders"])[0]
        assert len(FaissVectors(store).search(vector, 5)) == 5
        remount(home, "size=20000k")
        assert len(ingest(files, store, EMBEDDING).unchanged) == len(kept)
        assert {name: digests(store)[name] for name in kept} == kept
        assert len(store.documents()) == 40
        whole(store)
        assert of_the_files(store) == []
        store.close()


def test_a_file_that_can_grow_no_more_ends_an_ingestion_and_leaves_every_document_whole(tmp_path: Path) -> None:
    store = filled(tmp_path / "home", tmp_path / "files", 2)
    before = digests(store)
    more = documents(tmp_path / "more", 60)
    with largest_file(store.file.stat().st_size + 150_000), pytest.raises(DataProblem, match="Free space"):
        ingest(more, store, EMBEDDING)
    assert before.items() <= digests(store).items()
    whole(store)
    ingest(more, store, EMBEDDING)
    assert of_the_files(store) == []
    store.close()


def test_a_kept_file_that_finds_no_room_leaves_neither_its_document_nor_a_part(tmp_path: Path) -> None:
    store = Store(tmp_path / "home")
    file = documents(tmp_path / "files", 1)[0]
    # Read as a short text, but too large to be kept.
    file.write_text(file.read_text() + "\n" * 3_000_000)
    with largest_file(1_000_000), pytest.raises(DataProblem, match="Free space"):
        ingest([file], store, EMBEDDING)
    assert store.documents() == []
    assert list((store.home / "files").iterdir()) == []
    store.close()


# A directory that can't be written


def test_on_a_file_system_that_can_only_be_read_questions_are_answered_and_writes_say_why_not(tmp_path: Path) -> None:
    with disk(tmp_path / "home", 20_000) as home:
        engine = Engine(home, 1)
        engine.ingest(documents(tmp_path / "files"))
        chat = Chats(engine.store).begin(engine.ask("What were the orders?")).chat_id
        expected = engine.search("orders memory", 5)
        engine.close()
        remount(home, "ro")
        engine = Engine(home, 1)
        assert engine.store.read_only
        assert engine.search("orders memory", 5) == expected
        assert engine.ask("What is report-1's margin?").text
        assert len(Chats(engine.store).get(chat).messages) == 1
        assert engine.store.check() == []
        for write in (
            lambda: engine.ingest(documents(tmp_path / "more", version=2)),
            lambda: engine.remove("report-0"),
            lambda: Chats(engine.store).rename(chat, "another"),
        ):
            with pytest.raises(DataProblem, match="permissions"):
                write()
        engine.close()


def test_a_log_that_a_crash_left_on_a_read_only_file_system_is_never_left_out(tmp_path: Path) -> None:
    with disk(tmp_path / "disk", 20_000) as folder:
        store = filled(tmp_path / "home", tmp_path / "files")
        # The file alone would open, and lack what is in the log.
        store.connect().execute("PRAGMA wal_checkpoint(TRUNCATE)")
        Chats(store).begin(answer("in the log alone"))
        left = copied(store.home, folder / "home")
        assert (left / "footnote.db-wal").stat().st_size
        (left / "footnote.db-shm").unlink()
        store.close()
        remount(folder, "ro")
        with pytest.raises(DataProblem, match="permissions"):
            Store(left)


def test_a_directory_without_the_right_to_write_is_an_error_that_says_so(tmp_path: Path) -> None:
    # Not in pytest's own folder: another user may not enter that.
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        filled(folder / "home", tmp_path / "files").close()
        for path in (folder / "home", *(folder / "home").rglob("*")):
            path.chmod(0o555 if path.is_dir() else 0o444)

        def opened() -> str:
            if os.geteuid() == 0:  # whom no permission stops
                os.setuid(65534)
            with pytest.raises(DataProblem) as caught:
                Store(folder / "home")
            return str(caught.value)

        said = result_of(opened)
        assert said.startswith(f"The data directory {folder / 'home'} can't be used")
        assert "Check its permissions" in said


# The log of writes


@pytest.mark.parametrize("share", [0.0, 0.1, 0.33, 0.5, 0.77, 0.9, 0.999])
@pytest.mark.parametrize("harm", ["cut", "flip"])
def test_a_damaged_log_gives_the_state_of_an_earlier_moment_and_never_a_part_of_one(
    tmp_path: Path, share: float, harm: str
) -> None:
    store = filled(tmp_path / "home", tmp_path / "files", 5)
    expected = digests(store)
    left = copied(store.home, tmp_path / "left")
    store.close()
    log = left / "footnote.db-wal"
    data = bytearray(log.read_bytes())
    place = int(share * (len(data) - 1))
    if harm == "cut":
        log.write_bytes(data[:place])
    else:
        data[place] ^= 0x55
        log.write_bytes(data)
    again = Store(left)
    found = digests(again)
    assert found.items() <= expected.items()
    assert sorted(found) == sorted(expected)[: len(found)]
    whole(again)
    ingest(sorted((tmp_path / "files").iterdir()), again, EMBEDDING)
    assert digests(again) == expected
    assert of_the_files(again) == []
    again.close()


def test_without_its_shared_memory_file_the_log_is_read_all_the_same(tmp_path: Path) -> None:
    store = filled(tmp_path / "home", tmp_path / "files")
    expected = digests(store)
    left = copied(store.home, tmp_path / "left")
    store.close()
    (left / "footnote.db-shm").unlink()
    again = Store(left)
    assert digests(again) == expected
    whole(again)
    again.close()


def test_every_commit_is_on_the_disk_before_it_returns(tmp_path: Path) -> None:
    store = Store(tmp_path)
    assert store.connect().execute("PRAGMA synchronous").fetchone() == (2,)
    store.close()


# Older schemas


def older(home: Path, files: Path) -> dict[str, str]:
    """A data directory as schema 2 had it; gives the digests of before."""
    store = filled(home, files)
    expected = digests(store)
    to_schema_2(store.connect())
    store.close()
    return expected


def test_an_older_file_is_brought_forward_and_kept_as_it_was(tmp_path: Path) -> None:
    home = tmp_path / "home"
    expected = older(home, tmp_path / "files")
    store = Store(home)
    ingest([tmp_path / "files"], store, EMBEDDING)
    assert digests(store) == expected
    whole(store)
    copy = home / "footnote-before-schema-2.db"
    assert store.older_copies() == [copy]
    with sqlite3.connect(copy) as old:
        assert old.execute("PRAGMA user_version").fetchone() == (2,)
        assert old.execute("SELECT count(*) FROM documents").fetchone() == (3,)
    old.close()
    # What is removed is nowhere any more.
    store.remove(store.documents()[0].id)
    assert store.older_copies() == []
    store.close()


def test_a_migration_that_is_interrupted_leaves_the_old_schema_and_is_done_the_next_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "home"
    expected = older(home, tmp_path / "files")

    def interrupted(connection: sqlite3.Connection) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(schema, "make", interrupted)
        with pytest.raises(KeyboardInterrupt):
            Store(home)
    with sqlite3.connect(home / "footnote.db") as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (2,)
    connection.close()
    store = Store(home)
    ingest([tmp_path / "files"], store, EMBEDDING)
    assert digests(store) == expected
    store.close()


def test_without_room_for_the_copy_an_older_file_is_left_as_it_is(tmp_path: Path) -> None:
    home = tmp_path / "home"
    older(home, tmp_path / "files")
    with largest_file(50_000), pytest.raises(DataProblem, match="free space"):
        Store(home)
    assert sorted(path.name for path in home.glob("*.part*")) == []
    with sqlite3.connect(home / "footnote.db") as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (2,)
    connection.close()
    Store(home).close()


def test_several_processes_that_meet_an_older_file_leave_one_of_the_new_schema(tmp_path: Path) -> None:
    home = tmp_path / "home"
    older(home, tmp_path / "files")
    script = (
        "import sys; from pathlib import Path; from index.store import Store; print('ready', flush=True); sys.stdin.readline(); "
        "store = Store(Path(sys.argv[1])); print(len(store.documents()), flush=True); store.close()"
    )
    several = [in_another_process(script, home) for _ in range(3)]
    for process in several:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    assert [process.communicate(timeout=120)[0].strip() for process in several] == ["3"] * 3
    store = Store(home)
    assert store.connect().execute("PRAGMA user_version").fetchone() == (SCHEMA_VERSION,)
    assert store.check() == []
    store.close()


# Several processes

HOLDING = """
import sys
from pathlib import Path
from index.store import Store
store = Store(Path(sys.argv[1]))
with store.writing() as connection:
    connection.execute("UPDATE chats SET title = 'held'")
    print("ready", flush=True)
    sys.stdin.readline()
store.close()
"""


def test_a_second_writer_is_told_that_the_first_is_busy_and_readers_go_on(tmp_path: Path) -> None:
    store = filled(tmp_path / "home", tmp_path / "files")
    before = digests(store)
    chat = Chats(store).begin(answer("first"))
    first = in_another_process(HOLDING, store.home)
    second = Store(store.home, wait=0.2)
    for write in (
        lambda: Chats(second).append(chat.chat_id, answer("more")),
        lambda: second.remove(1),
        lambda: ingest(documents(tmp_path / "more", version=2), second, EMBEDDING),
        second.problems,
    ):
        with pytest.raises(Busy, match="Another Footnote is writing"):
            write()
    assert digests(second) == before
    assert Chats(second).get(chat.chat_id).record.title == "first"
    assert len(FaissVectors(second).search(EMBEDDING.embed(["orders"])[0], 5)) == 5
    first.communicate("done\n", timeout=60)
    assert Chats(second).append(chat.chat_id, answer("more")).question == "more"
    second.close()
    whole(store)
    store.close()


def test_a_second_writer_waits_for_the_first(tmp_path: Path) -> None:
    store = filled(tmp_path / "home", tmp_path / "files")
    chat = Chats(store).begin(answer("first"))
    first = in_another_process(HOLDING, store.home)
    threading.Timer(0.5, first.communicate, ("done\n",)).start()
    Chats(store).append(chat.chat_id, answer("second"))
    # After it, and not in spite of it.
    assert Chats(store).get(chat.chat_id).record.title == "held"
    first.wait(timeout=60)
    store.close()


def test_questions_are_answered_and_kept_while_the_command_line_ingests(
    tmp_path: Path, embedding: PassageEmbedding
) -> None:
    home = tmp_path / "home"
    files = documents(tmp_path / "files", 12)
    engine = Engine(home, 1)
    engine._embedding = embedding
    engine.ingest(files[:2])
    chats = Chats(engine.store)
    command = [sys.executable, "-m", "app", "ingest", str(tmp_path / "files"), "--home", str(home), "--json"]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    asked: dict[int, list[str]] = {}
    failed: list[BaseException] = []

    def ask(number: int) -> None:
        try:
            chat = chats.begin(engine.ask(f"What is term report-{number}?")).chat_id
            asked[chat] = [f"What is term report-{number}?"]
            while process.poll() is None:
                question = f"What were orders and memory of report-{number}, {len(asked[chat])}?"
                chats.append(chat, engine.ask(question, chats.get(chat).history))
                asked[chat].append(question)
        except BaseException as error:  # noqa: BLE001 - told below
            failed.append(error)

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(3)]
    for thread in threads:
        thread.start()
    _, said = process.communicate(timeout=240)
    for thread in threads:
        thread.join()
    assert process.returncode == 0, said
    assert failed == []
    for chat, questions in asked.items():
        assert [message.question for message in chats.get(chat).messages] == questions
    assert len(engine.documents()) == 12
    whole(engine.store)
    engine.close()


def test_a_connection_is_closed_with_its_thread(tmp_path: Path) -> None:
    store = filled(tmp_path / "home", tmp_path / "files")
    before = len(list(Path("/proc/self/fd").iterdir()))
    for _ in range(50):
        thread = threading.Thread(target=store.documents)
        thread.start()
        thread.join()
    assert len(list(Path("/proc/self/fd").iterdir())) <= before + 3
    store.close()


# Removals, and files that change


def test_a_removal_that_was_interrupted_is_finished_at_the_next_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = filled(tmp_path / "home", tmp_path / "files")

    def interrupted(self: Store) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(Store, "sweep", interrupted)
        with pytest.raises(KeyboardInterrupt):
            store.remove(1)
    assert len(store.stray_files()) == 1
    store.close()
    again = Store(tmp_path / "home")
    assert of_the_files(again) == []
    again.close()


def test_a_file_that_changes_while_it_is_read_is_reported_and_never_kept_under_a_wrong_checksum(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = Store(tmp_path / "home")
    file, other = documents(tmp_path / "files", 2)
    real = PassageEmbedding.embed_passages

    def meanwhile(self: PassageEmbedding, texts: list[str]) -> object:
        if file.exists() and not store.documents():
            file.write_text("Other words than were read.")
        return real(self, texts)

    monkeypatch.setattr(PassageEmbedding, "embed_passages", meanwhile)
    report = ingest([file, other], store, EMBEDDING)
    assert [(path.name, "changed while it was read" in why) for path, why in report.failed] == [(file.name, True)]
    assert [record.name for record in store.documents()] == [other.stem]
    monkeypatch.undo()
    assert len(ingest([file], store, EMBEDDING).added) == 1
    assert of_the_database(store) == []
    with pytest.raises(UnreadableFile):
        store._keep_file(store_document(store, file), other)
    store.close()


def store_document(store: Store, file: Path) -> object:
    from corpus.readers import read

    shutil.rmtree(store.home / "files")
    (store.home / "files").mkdir()
    return read(file)
