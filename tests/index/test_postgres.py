"""A corpus that servers share by a real PostgreSQL server: each has what the others wrote, and nothing is lost, doubled or half there."""

import json
import multiprocessing
import random
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from app.chats import Chats
from app.people.sessions import Sessions
from app.people.users import Users
from corpus.errors import Busy, DataProblem, IndexMismatch, SharedProblem
from index.backup import back_up
from index.ingest import ingest
from index.postgres import sending
from index.postgres.shared import SharedDatabase
from index.postgres.tables import SCHEMA
from index.repair import repair
from index.restore import restore
from index.store import Store, Trouble
from index.store import connection as connections
from index.store.seen import SeenStore
from index.vectors import FaissVectors
from tests.crash.invariants import rows
from tests.crash.state import Known, look
from tests.crash.steps import do
from tests.crash.world import Step, embedding, write_document
from tests.postgres_server import PostgresServer

STEPS_DRAWN = "ingest ingest remove begin begin begin append append rename delete user leave collect".split()


@pytest.fixture(scope="module")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PostgresServer]:
    server = PostgresServer(tmp_path_factory.mktemp("pg"))
    yield server
    server.stop()


@pytest.fixture
def uri(postgres: PostgresServer) -> str:
    return postgres.make()


@pytest.fixture
def copy(tmp_path: Path, uri: str) -> Iterator[Callable[..., Store]]:
    """Opens a server's copy by its name; all are closed at the end."""
    opened: list[Store] = []

    def open_copy(name: str, wait: float = 20.0) -> Store:
        opened.append(Store(tmp_path / name, wait, SharedDatabase(uri, wait=wait)))
        return opened[-1]

    yield open_copy
    for store in opened:
        store.close()


def write(folder: Path, name: str, version: int = 1) -> Path:
    folder.mkdir(exist_ok=True)
    write_document(folder / name, version)
    return folder / name


def bring_in(store: Store, *paths: Path, owner: int | None = None) -> None:
    assert not ingest(paths, store, embedding(1), owner=owner).failed


def words(store: Store, query: str) -> list[int]:
    return [key for key, _ in store.match(query, 50)]


# What one writes, all have


def test_a_document_of_one_server_is_on_the_other_with_all_that_belongs_to_it(
    copy: Callable[..., Store], tmp_path: Path
) -> None:
    one, other = copy("one"), copy("other")
    bring_in(one, write(tmp_path / "in", "mill.md"), write(tmp_path / "in", "yarn.md"))
    other.follow()
    assert len(other.documents()) == 2
    assert rows(other) == rows(one)
    assert words(other, "mill") == words(one, "mill") != []
    assert other.revision() == one.revision()
    assert other.identity() == one.identity() != ""
    vectors = FaissVectors(other)
    vectors.refresh()
    assert vectors.differences() == 0
    vectors.close()
    assert other.check() == []
    kept = other.source_file(other.documents()[0].id)
    assert kept.read_bytes() == one.source_file(one.documents()[0].id).read_bytes()
    assert kept.parent == other.home / "files"


def test_a_document_that_one_server_removes_leaves_nothing_on_the_other(
    copy: Callable[..., Store], tmp_path: Path, postgres: PostgresServer, uri: str
) -> None:
    one, other = copy("one"), copy("other")
    bring_in(one, write(tmp_path / "in", "mill.md"), write(tmp_path / "in", "yarn.md"))
    other.follow()
    gone = next(record for record in other.documents() if record.name == "mill")
    assert any(b"In mill, version" in file.read_bytes() for file in other.home.glob("footnote.db*"))
    for record in other.documents():
        other.source_file(record.id)
    one.remove(gone.id)
    other.follow()
    assert rows(other) == rows(one)
    assert words(other, '"in mill version"') == []
    assert sorted(path.name[:64] for path in (other.home / "files").iterdir()) == [other.documents()[0].sha256]
    for file in other.home.glob("footnote.db*"):
        assert b"In mill, version" not in file.read_bytes()
    there = postgres.run(f"SELECT DISTINCT sha256 FROM {SCHEMA}.files", database=uri.split("/")[3].split("?")[0])
    assert there == [[other.documents()[0].sha256]]


def test_a_replaced_document_keeps_its_id_its_owner_and_its_collection_on_both(
    copy: Callable[..., Store], tmp_path: Path
) -> None:
    one, other = copy("one"), copy("other")
    user = Users(one).add("ada", "a long password")
    bring_in(one, write(tmp_path / "in", "mill.md"), owner=user.id)
    key = one.documents()[0].id
    other.follow()
    collection = other.make_collection("Mills", user.id)
    other.put_in(collection.id, [key], user.id)
    write(tmp_path / "in", "mill.md", 2)
    bring_in(other, tmp_path / "in" / "mill.md")
    one.follow()
    assert rows(one) == rows(other)
    assert [record.id for record in one.documents()] == [key]
    assert one.members(collection.id) == [key]
    assert Users(one).owners(key) == Users(other).owners(key) != []


def test_two_documents_that_change_places_do_so_on_the_other(copy: Callable[..., Store], tmp_path: Path) -> None:
    one, other = copy("one"), copy("other")
    bring_in(one, write(tmp_path / "in", "mill.md"), write(tmp_path / "in", "yarn.md"))
    other.follow()
    first, second = one.documents()
    one.move(first.id, "elsewhere")
    one.move(second.id, first.path)
    one.move(first.id, second.path)
    other.follow()
    assert rows(other) == rows(one)
    assert {record.id: record.path for record in other.documents()} == {first.id: second.path, second.id: first.path}


def test_whatever_is_done_on_whichever_server_all_have_the_same(
    copy: Callable[..., Store], tmp_path: Path, uri: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Steps of every kind in a random order, each on one of two servers; and a third that is filled at the end."""
    draw = random.Random(11)
    monkeypatch.setenv("FOOTNOTE_POSTGRES_URI", uri)
    homes = [tmp_path / "one", tmp_path / "other"]
    folder = tmp_path / "in"
    folder.mkdir()
    names = ["mill.md", "yarn.md", "loom.md"]
    in_now: set[str] = set()
    chats: list[int] = []
    people: list[str] = []

    def step(what: str, **of: Any) -> dict[str, Any]:
        told: dict[str, Any] = {}
        do(draw.choice(homes), folder, Step(what, **of), lambda **said: told.update(said))
        return told

    for number in range(40):
        what = draw.choice(STEPS_DRAWN)
        if what == "ingest":
            name = draw.choice(names)
            step(what, names=(name,), versions=(number,))
            in_now.add(name)
        elif what == "remove" and in_now:
            step(what, names=(in_now.pop(),))
        elif what == "begin":
            chats.append(step(what, text=f"What of orders {number}?")["chat"])
        elif what == "append" and chats:
            step(what, chat=draw.choice(chats), text="What of cash?")
        elif what == "rename" and chats:
            step(what, chat=draw.choice(chats), text=f"Chat {number}")
        elif what == "delete" and chats:
            step(what, chat=chats.pop(draw.randrange(len(chats))))
        elif what == "user":
            people.append(f"person {number}")
            step(what, person=people[-1], text="a long password")
        elif what == "leave" and people:
            step(what, person=people.pop(), flag=True)
        elif what == "collect":
            step(what, text=f"Collection {number}")
    one, other, third = copy("one"), copy("other"), copy("third")
    assert rows(one) == rows(other) == rows(third)
    assert len(rows(one)["messages"]) >= len(chats) > 0
    assert {Path(record.path).name for record in third.documents()} == in_now
    for store in (one, other, third):
        assert store.check() == []
        assert store.shared
        assert store.shared.differences() == []
    assert look(tmp_path / "third", Known())["wrong"] == []


def test_ids_of_what_went_are_never_used_again_on_another_server(copy: Callable[..., Store], tmp_path: Path) -> None:
    one, other = copy("one"), copy("other")
    bring_in(one, write(tmp_path / "in", "mill.md"))
    passages = {stored.id for stored in one.passages_of(one.documents()[0].id)}
    gone = one.documents()[0].id
    one.remove(gone)
    bring_in(other, write(tmp_path / "in", "yarn.md"))
    assert other.documents()[0].id > gone
    assert min(stored.id for stored in other.passages_of(other.documents()[0].id)) > max(passages)


def _begin_chats(home: Path, uri: str, name: str) -> None:
    store = Store(home, 60.0, SharedDatabase(uri))
    for number in range(15):
        Chats(store).create(f"{name} {number}")
    store.close()


def test_servers_that_write_at_the_same_time_wait_for_each_other(
    copy: Callable[..., Store], tmp_path: Path, uri: str
) -> None:
    many = multiprocessing.get_context("spawn")
    writers = [many.Process(target=_begin_chats, args=(tmp_path / name, uri, name)) for name in ("one", "two", "three")]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(120)
        assert writer.exitcode == 0
    titles = [record.title for record in Chats(copy("four")).list()]
    assert sorted(titles) == sorted(f"{name} {number}" for name in ("one", "two", "three") for number in range(15))


def test_who_signs_in_on_one_server_is_known_to_the_other(copy: Callable[..., Store]) -> None:
    one, other = copy("one"), copy("other")
    Users(one).add("ada", "a long password")
    other.follow()
    person = Users(other).authenticate("ada", "a long password")
    assert person
    secret = Sessions(other, 24).begin(person)
    one.follow()
    found = Sessions(one, 24).find(secret)
    assert found
    assert found.person.name == "ada"
    Sessions(one, 24).end(secret)
    other.follow()
    assert Sessions(other, 24).find(secret) is None


# What goes wrong


@contextmanager
def _failing(monkeypatch: pytest.MonkeyPatch, owner: Any, name: str, error: Exception) -> Iterator[None]:
    with monkeypatch.context() as patch:

        def fail(*_: Any, **__: Any) -> None:
            raise error

        patch.setattr(owner, name, fail)
        yield


def test_a_write_that_the_database_has_not_is_nowhere(
    copy: Callable[..., Store], monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other = copy("one"), copy("other")
    Chats(one).create("first")
    with (
        _failing(monkeypatch, sending, "_sequences", SharedProblem("cut off")),
        pytest.raises(SharedProblem, match="cut off"),
    ):
        Chats(one).create("second")
    other.follow()
    for store in (one, other, copy("third")):
        assert [record.title for record in Chats(store).list()] == ["first"]
    Chats(one).create("second")
    other.follow()
    assert rows(one) == rows(other)


def test_a_write_that_the_database_has_comes_to_a_copy_that_could_not_be_written(
    copy: Callable[..., Store], monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other = copy("one"), copy("other")
    Chats(one).create("first")

    class Cut:
        """A connection on which the commit fails: the database has it by then."""

        def __init__(self, inner: sqlite3.Connection) -> None:
            self.inner = inner

        def commit(self) -> None:
            raise sqlite3.OperationalError("disk I/O error")

        def __getattr__(self, name: str) -> Any:
            return getattr(self.inner, name)

    with monkeypatch.context() as patch:
        patch.setattr(connections.Connections, "_writer", lambda store: Cut(store.connect()))
        with pytest.raises(DataProblem, match="disk I/O error"):
            Chats(one).create("second")
    assert [record.title for record in Chats(one).list()] == ["first"]
    one.follow()
    other.follow()
    assert sorted(record.title for record in Chats(one).list()) == ["first", "second"]
    assert rows(one) == rows(other)


def test_a_server_that_waits_too_long_is_told_that_another_one_writes(copy: Callable[..., Store]) -> None:
    one, other = copy("one"), copy("other", wait=0.3)
    with one.writing(), pytest.raises(Busy, match="Another Footnote is writing to the database"):
        Chats(other).create("late")
    Chats(other).create("now")
    one.follow()
    assert [record.title for record in Chats(one).list()] == ["now"]


def test_readers_never_wait_for_one_who_writes(copy: Callable[..., Store]) -> None:
    one, other = copy("one"), copy("other")
    Chats(one).create("first")
    with one.writing() as connection:
        connection.execute("UPDATE chats SET title = 'half done'")
        other.follow()
        assert [record.title for record in Chats(other).list()] == ["first"]
        again = copy("other", wait=0.1)  # nor does one who opens a copy
        assert [record.title for record in Chats(again).list()] == ["first"]


def test_while_the_database_is_away_answers_go_on_and_nothing_is_changed(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("index.postgres.shared.AGAIN", 0.0)
    server = PostgresServer(tmp_path / "pg")
    uri = server.make()
    store = Store(tmp_path / "one", shared=SharedDatabase(uri))
    bring_in(store, write(tmp_path / "in", "mill.md"))
    Chats(store).create("first")
    before = rows(store)
    server.kill()
    store.follow()
    store.follow()
    assert words(store, "mill")
    with pytest.raises(SharedProblem, match=r"can't be used: .* Start it, or correct postgres_uri"):
        Chats(store).create("second")
    again = Store(tmp_path / "one", shared=SharedDatabase(uri))  # a server that starts meanwhile
    assert rows(again) == before
    with pytest.raises(SharedProblem, match="can't be used"):
        Store(tmp_path / "new", shared=SharedDatabase(uri))
    assert [record.message.count("Answers are given from the copy") for record in caplog.records] == [1, 1]
    server.start()
    Chats(store).create("second")
    again.follow()
    assert rows(again) == rows(store)
    assert len(rows(store)["chats"]) == 2
    again.close()
    store.close()
    server.stop()


def test_what_a_data_directory_has_becomes_what_is_shared(copy: Callable[..., Store], tmp_path: Path) -> None:
    alone = Store(tmp_path / "one")
    bring_in(alone, write(tmp_path / "in", "mill.md"))
    Chats(alone).create("first")
    alone.close()
    one, other = copy("one"), copy("other")
    assert len(other.documents()) == 1
    assert rows(one) == rows(other)
    assert other.source_file(other.documents()[0].id).is_file()


def test_a_data_directory_with_documents_of_its_own_is_not_mixed_with_a_corpus(
    copy: Callable[..., Store], tmp_path: Path, postgres: PostgresServer
) -> None:
    Chats(copy("one")).create("shared")
    alone = Store(tmp_path / "alone")
    Chats(alone).create("mine")
    before = rows(alone)
    alone.close()
    with pytest.raises(SharedProblem, match="both hold documents or chats of their own"):
        copy("alone")
    alone = Store(tmp_path / "alone")
    assert rows(alone) == before
    alone.close()
    with pytest.raises(SharedProblem, match=r"isn't the one that the data directory .* is a copy of"):
        Store(tmp_path / "one", shared=SharedDatabase(postgres.make()))


def test_a_restored_backup_is_no_copy_until_it_is_shared_itself(
    copy: Callable[..., Store], tmp_path: Path, postgres: PostgresServer
) -> None:
    one = copy("one")
    bring_in(one, write(tmp_path / "in", "mill.md"))
    other = copy("other")
    report = back_up(other, tmp_path / "backup.zip")  # its kept files come from the database
    assert report.missing == ()
    restore(tmp_path / "backup.zip", tmp_path / "restored")
    with pytest.raises(SharedProblem, match="both hold"):
        copy("restored")
    again = Store(tmp_path / "restored", shared=SharedDatabase(postgres.make()))
    assert again.identity() != one.identity()
    assert rows(again)["passages"] == rows(one)["passages"]
    again.close()


def test_an_older_database_gets_what_it_lacks_and_a_newer_one_is_refused(
    copy: Callable[..., Store], postgres: PostgresServer, uri: str
) -> None:
    one = copy("one")
    Chats(one).create("first")
    name = uri.split("/")[3].split("?")[0]
    postgres.run(
        f"ALTER TABLE {SCHEMA}.chats DROP COLUMN scope",
        f"DROP TABLE {SCHEMA}.collection_documents",
        f"UPDATE {SCHEMA}.corpus SET schema_version = 3",
        database=name,
    )
    other = copy("other")
    assert [record.title for record in Chats(other).list()] == ["first"]
    assert other.connect().execute("SELECT scope FROM chats").fetchall() == [("{}",)]
    assert postgres.run(f"SELECT count(*) FROM {SCHEMA}.collection_documents", database=name) == [[0]]
    postgres.run(f"UPDATE {SCHEMA}.corpus SET schema_version = 99", database=name)
    for use in (lambda: copy("third"), lambda: Chats(one).create("second"), one.follow):
        with pytest.raises(IndexMismatch, match="written by a newer Footnote"):
            use()


def test_a_wrong_password_is_told_without_it(tmp_path: Path) -> None:
    server = PostgresServer(tmp_path / "pg")
    try:
        server.run("CREATE ROLE footnote LOGIN PASSWORD 'the right one'", "CREATE DATABASE corpus OWNER footnote")
        access = server.folder / "pg_hba.conf"
        access.write_text("local all postgres trust\nlocal all all scram-sha-256\n")
        server.run("SELECT pg_reload_conf()")
        uri = server.uri("corpus", "footnote")
        with pytest.raises(SharedProblem, match="postgres_password") as caught:
            Store(tmp_path / "one", shared=SharedDatabase(uri, SecretStr("the wrong one")))
        assert "the wrong one" not in str(caught.value)
        store = Store(tmp_path / "one", shared=SharedDatabase(uri, SecretStr("the right one")))
        Chats(store).create("first")
        store.close()
    finally:
        server.stop()


# Kept files and views


def changed(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-1] + b"?")


@pytest.fixture
def run(postgres: PostgresServer, uri: str) -> Callable[..., Any]:
    """Runs a statement in the database that is shared."""
    name = uri.split("/")[3].split("?")[0]
    return lambda statement: postgres.run(statement, database=name)


LOST = f"DELETE FROM {SCHEMA}.files WHERE sha256 = '{{sha}}'"
SPOILT = f"UPDATE {SCHEMA}.files SET bytes = 'another'::bytea WHERE sha256 = '{{sha}}'"


@pytest.mark.parametrize("there", [LOST, SPOILT], ids=["lost", "spoilt"])
@pytest.mark.parametrize("here", [Path.unlink, changed])
def test_a_kept_file_that_is_mended_from_its_source_is_in_the_database_again(
    copy: Callable[..., Store], tmp_path: Path, run: Callable[..., Any], here: Callable[[Path], None], there: str
) -> None:
    one, other = copy("one"), copy("other")
    source = write(tmp_path / "in", "mill.md")
    bring_in(one, source)
    other.follow()
    (record,) = one.documents()
    run(there.format(sha=record.sha256))
    here(one.source_file(record.id))
    done = repair(one, lambda: embedding(1))
    assert [(mended.done, "from" in mended.text) for mended in done] == [(True, True)]
    assert (one.problems(), other.problems()) == ([], [])
    assert other.source_file(record.id).read_bytes() == source.read_bytes()


def test_a_kept_file_whose_source_is_gone_is_mended_from_the_database(
    copy: Callable[..., Store], tmp_path: Path
) -> None:
    one = copy("one")
    source = write(tmp_path / "in", "mill.md")
    bring_in(one, source)
    told = source.read_bytes()
    source.unlink()
    (record,) = one.documents()
    changed(one.source_file(record.id))
    (mended,) = repair(one, lambda: embedding(1))
    assert (mended.done, "from the shared database" in mended.text) == (True, True)
    assert one.source_file(record.id).read_bytes() == told
    assert one.problems() == []


def test_a_kept_file_that_only_the_database_lacks_is_found_and_sent(
    copy: Callable[..., Store], tmp_path: Path, run: Callable[..., Any]
) -> None:
    one, other = copy("one"), copy("other")
    source = write(tmp_path / "in", "mill.md")
    bring_in(one, source)
    told = source.read_bytes()
    source.unlink()
    other.follow()
    (record,) = one.documents()
    run(LOST.format(sha=record.sha256))
    (found,) = one.problems()
    assert (found.trouble, found.document) == (Trouble.COPY, record.id)
    (mended,) = repair(one, lambda: embedding(1))
    assert (mended.done, "Sent" in mended.text) == (True, True)
    assert other.source_file(record.id).read_bytes() == told
    assert repair(one, lambda: embedding(1)) == repair(other, lambda: embedding(1)) == []


def test_a_write_that_comes_while_a_view_is_closed_is_in_the_database_or_nowhere(copy: Callable[..., Store]) -> None:
    class Beset(SeenStore):
        """A view that another thread writes by at the last moment before it counts as closed."""

        beset = False

        @property
        def _closed(self) -> bool:
            return bool(self.__dict__.get("closed"))

        @_closed.setter
        def _closed(self, closed: bool) -> None:
            if closed and not self.beset:
                self.beset = True
                Chats(self).create("at the last moment")
            self.__dict__["closed"] = closed

    one, other = copy("one"), copy("other")
    ada = Users(one).add("ada", "a long password")
    view = Beset(one, ada.id, lambda _: "1", lambda _: "1")
    view.close()
    assert view.beset
    other.follow()
    assert rows(other) == rows(one)
    assert [record.title for record in Chats(one).list()] == ["at the last moment"]
    with pytest.raises(DataProblem, match="closed"):
        Chats(view).create("too late")
    Chats(one).create("the whole one goes on")
    other.follow()
    assert rows(other) == rows(one)


def test_texts_come_back_as_they_were(copy: Callable[..., Store]) -> None:
    one, other = copy("one"), copy("other")
    title = "“Quotes”, \\back\\x41, :name, %s, $1, 中文, 🜚, 'single' \"double\" \t end"
    with one.writing() as connection:
        connection.execute(
            "INSERT INTO chats (title, created, updated, scope) VALUES (?, 'a', 'b', ?)",
            (title, json.dumps({"a": [None]})),
        )
    other.follow()
    assert other.connect().execute("SELECT title, scope FROM chats").fetchall() == [(title, '{"a": [null]}')]
