"""A store as one person sees it: the views in front of its tables, and what may be changed by way of it."""

import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from corpus.document import Document, Page, Passage, Span
from corpus.errors import NotYours, UnknownDocument
from index.store import Store
from index.store.schema import make
from index.store.seen import HIDDEN, OF_DOCUMENTS, OF_ROWS, OPEN, SeenStore

ANNA, BEN = 1, 2


def put(store: Store, name: str, owner: int | None, text: str = "some words") -> int:
    document = Document(name, f"/{name} {owner}", f"{name}{owner}", "text/plain", (Page(0, text),))
    passages = [Passage(Span(0, 0, len(text)), text, (), "")]
    return store.add(document, passages, np.ones((1, 3), np.float32), "m@1", owner=owner)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = Store(tmp_path)
    with store.writing() as connection:
        for key, name in ((ANNA, "anna"), (BEN, "ben")):
            connection.execute("INSERT INTO users VALUES (?, ?, 'x', 0, '2026-01-01')", (key, name))
    yield store
    store.close()


def owned_by(person: int) -> Callable[[str], str]:
    whose = "SELECT 1 FROM main.document_owners AS whose WHERE whose.document_id"
    return lambda column: (
        f"(NOT EXISTS ({whose} = {column}) OR EXISTS ({whose} = {column} AND whose.user_id = {person}))"
    )


def seen(store: Store, person: int, *, admin: bool = False) -> SeenStore:
    return SeenStore(
        store,
        person,
        owned_by(person),
        lambda row: f"({row}.owner_id = {person} OR {row}.owner_id IS NULL)",
        admin=admin,
    )


def test_each_table_is_known_to_the_views() -> None:
    connection = sqlite3.connect(":memory:")
    make(connection)
    tables = {row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    tables = {name for name in tables if not name.startswith(("sqlite_", "words_", "message_words_"))}
    told = [*OF_DOCUMENTS, *OF_ROWS, *HIDDEN, *OPEN, "chats", "messages", "words"]
    assert sorted(told) == sorted(tables), "say in index/store/seen.py who may read a new table"


def test_no_row_of_anothers_document_is_read_from_any_table(store: Store) -> None:
    mine, theirs = put(store, "mine", BEN), put(store, "theirs", ANNA)
    view = seen(store, BEN)
    for table, column in OF_DOCUMENTS.items():
        found = {row[0] for row in view.connect().execute(f"SELECT {column} FROM {table}")}
        assert theirs not in found
        if table in ("documents", "pages", "passages"):
            assert found == {mine}
    assert len(view.embeddings()[0]) == 1
    assert view.match("words", 10) == [(view.passages_of(mine)[0].id, pytest.approx(store.match("words", 1)[0][1]))]
    assert view.frequency("words") == 1
    assert [int(one) for one in view.passage_places()[:, 1]] == [mine]
    assert view.passages([row[0] for row in store.passage_places()]) == view.passages_of(mine)
    with pytest.raises(UnknownDocument):
        view.document(theirs)
    with pytest.raises(UnknownDocument):
        view.page(theirs, 0)


def test_people_are_told_to_nobody(store: Store) -> None:
    assert seen(store, BEN).connect().execute("SELECT * FROM users").fetchall() == []


def test_the_revision_changes_with_what_is_seen(store: Store) -> None:
    view = seen(store, BEN)
    put(store, "mine", BEN)
    first = view.revision()
    theirs = put(store, "theirs", ANNA)
    second = view.revision()
    with store.writing() as connection:
        connection.execute("INSERT INTO document_owners VALUES (?, ?)", (theirs, BEN))
    assert len({first, second, view.revision()}) == 3


def test_a_document_that_is_replaced_keeps_its_owner(store: Store) -> None:
    key = put(store, "mine", ANNA)
    assert put(store, "mine", ANNA, "other words") == key
    assert [one.id for one in seen(store, ANNA).documents()] == [key]
    assert seen(store, BEN).documents() == []


def test_two_peoples_names_are_apart(store: Store) -> None:
    names = {store.document(put(store, "report", owner)).name for owner in (ANNA, BEN, None)}
    assert names == {"report (anna)", "report (ben)", "report"}


def test_bytes_are_known_to_their_owner_alone(store: Store) -> None:
    key = put(store, "mine", ANNA)
    sha256 = store.document(key).sha256
    found = store.by_sha256(sha256, ANNA)
    assert found is not None
    assert found.id == key
    assert store.by_sha256(sha256, BEN) is None
    assert store.by_sha256(sha256) is None


def test_the_last_owner_takes_a_document_out(store: Store) -> None:
    key = put(store, "ours", ANNA)
    with store.writing() as connection:
        connection.execute("INSERT INTO document_owners VALUES (?, ?)", (key, BEN))
    seen(store, ANNA).remove(key)
    assert store.document(key).id == key
    assert seen(store, ANNA).documents() == []
    seen(store, BEN).remove(key)
    assert store.documents() == []


def test_anothers_document_and_everyones_stay(store: Store) -> None:
    theirs, everyones, mine = put(store, "theirs", ANNA), put(store, "everyones", None), put(store, "mine", BEN)
    view = seen(store, BEN)
    assert view.locked() == {everyones}
    assert seen(store, BEN, admin=True).locked() == frozenset()
    assert store.locked() == frozenset()
    with pytest.raises(UnknownDocument):
        view.remove(theirs)
    with pytest.raises(NotYours, match="everyone"):
        view.remove(everyones)
    with pytest.raises(NotYours):
        view.remove_all([mine, everyones])
    assert len(store.documents()) == 3
    seen(store, BEN, admin=True).remove(everyones)
    assert [one.id for one in store.documents()] == [theirs, mine] or len(store.documents()) == 2


def test_nothing_but_chats_is_written_through_a_view(store: Store) -> None:
    key = put(store, "everyones", None)
    view = seen(store, BEN)
    with pytest.raises(Exception, match="view"), view.writing() as connection:
        connection.execute("DELETE FROM documents WHERE id = ?", (key,))
    for work in (view.sweep, view.stray_files, view.check, view.problems):
        with pytest.raises(RuntimeError):
            work()
    assert store.document(key)


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE chats SET title = 'mine now'",
        "UPDATE chats SET owner_id = 2",
        "DELETE FROM chats",
        "UPDATE messages SET rating = 1",
        "DELETE FROM messages",
        "INSERT INTO messages (chat_id, question, answer_json, created) VALUES (1, 'q', '{}', '2026-01-01')",
        "INSERT INTO chats (title, created, updated) VALUES ('t', '2026-01-01', '2026-01-01')",
        "INSERT INTO chats (title, created, updated, owner_id) VALUES ('t', '2026-01-01', '2026-01-01', 1)",
        "UPDATE collections SET shared = 1",
        "DELETE FROM collections WHERE id = 1",
        "INSERT INTO collection_documents VALUES (1, 1)",
        "INSERT INTO document_owners VALUES (1, 2)",
        "DELETE FROM document_owners",
    ],
)
def test_a_chat_and_a_collection_are_changed_by_their_owner_alone(store: Store, change: str) -> None:
    put(store, "theirs", ANNA)
    with store.writing() as connection:
        connection.execute(
            "INSERT INTO chats (id, title, created, updated, owner_id, shared) VALUES (1, 't', '2026-01-01', '2026-01-01', 1, 1)"
        )
        connection.execute(
            "INSERT INTO messages (chat_id, question, answer_json, created) VALUES (1, 'q', '{}', '2026-01-01')"
        )
        connection.execute("INSERT INTO collections VALUES (1, 'c', 1, 0, '2026-01-01')")
        connection.execute("INSERT INTO collections VALUES (2, 'everyone', NULL, 0, '2026-01-01')")
    before = "\n".join(store.connect().iterdump())
    with pytest.raises(sqlite3.IntegrityError, match="another person"), seen(store, BEN).writing() as connection:
        connection.execute(change)
    assert "\n".join(store.connect().iterdump()) == before


def test_views_go_with_their_threads_and_leave_the_store_open(store: Store) -> None:
    view = seen(store, BEN)
    view.documents()
    view.close()
    assert store.documents() == []
