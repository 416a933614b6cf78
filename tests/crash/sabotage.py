"""Promises broken on purpose: the harness must find each, or it finds nothing."""

import sqlite3
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from app import chat_undo
from app.people.users import Users
from corpus.document import Document
from index import backup, ingest
from index.statement_facts import Entry
from index.store import DocumentRecord, writing
from index.store.staging import Staging


def half() -> None:
    """A document is committed before its facts are written."""
    whole = writing.write_facts

    def committed_before(connection: sqlite3.Connection, key: int, entries: Sequence[Entry], stamp: str) -> None:
        connection.commit()
        connection.execute("BEGIN IMMEDIATE")
        whole(connection, key, entries, stamp)

    writing.write_facts = committed_before


def file_first() -> None:
    """A removed document's file goes before the removal is sure."""
    remove = writing.Writing.remove

    def removing(store: writing.Writing, document_id: int) -> DocumentRecord:
        store.source_file(document_id).unlink()
        return remove(store, document_id)

    writing.Writing.remove = removing  # type: ignore[method-assign]


def torn_backup() -> None:
    """A backup is copied to its place piece by piece."""

    def piece_by_piece(temporary: Path, path: Path) -> None:
        data = temporary.read_bytes()
        with path.open("wb") as file:
            for start in range(0, len(data), 1024):
                file.write(data[start : start + 1024])
                file.flush()

    backup.put_in_place = piece_by_piece


def belongings_later() -> None:
    """The owners and collections of a document that is replaced are put back in a transaction of their own."""
    add, belongings = writing.Writing.add, writing._belongings

    def adding(store: writing.Writing, document: Document, *given: Any, **options: Any) -> int:
        old = store.by_path(document.path)
        kept = belongings(store.connect(), old.id) if old else {}
        key = add(store, document, *given, **options)
        for table, rows in kept.items():
            with store.writing() as connection:
                connection.executemany(
                    f"INSERT INTO {table} ({writing._BELONGS[table]}, document_id) VALUES (?, ?)",
                    ((other, key) for other in rows),
                )
        return key

    writing._belongings = lambda connection, document_id: {}
    writing.Writing.add = adding  # type: ignore[method-assign]


def half_adopted() -> None:
    """Vectors of another model take their place before the documents tell that model."""
    adopt = Staging.adopt_staged

    def adopting(store: Staging, model: str) -> bool:
        with store.writing() as connection:
            connection.execute("INSERT OR REPLACE INTO embeddings SELECT passage_id, vector FROM staged_embeddings")
        return adopt(store, model)

    Staging.adopt_staged = adopting  # type: ignore[method-assign]


def undone_in_pieces() -> None:
    """A chat that comes back is committed row by row."""
    put = chat_undo._put

    def committed(connection: sqlite3.Connection, table: str, row: dict[str, Any]) -> int:
        key = put(connection, table, row)
        connection.commit()
        connection.execute("BEGIN IMMEDIATE")
        return key

    chat_undo._put = committed


def user_first() -> None:
    """A user goes before the documents that are to go with them: for a while these are everyone's."""
    remove = Users.remove

    def removing(users: Users, user_id: int, *, keep_documents: bool) -> None:
        theirs = [] if keep_documents else users.only_theirs(user_id)
        remove(users, user_id, keep_documents=True)
        for record in theirs:
            users._store.remove(record.id)

    Users.remove = removing  # type: ignore[method-assign]


def left_behind() -> None:
    """Archives are unpacked among the system's temporary files."""

    @contextmanager
    def elsewhere(home: Path) -> Iterator[Path]:
        with tempfile.TemporaryDirectory() as folder:
            yield Path(folder)

    ingest.working_folder = elsewhere


# Each with the kinds of step in which it shows.
SABOTAGES: dict[str, tuple[Callable[[], None], tuple[str, ...]]] = {
    "half": (half, ("ingest", "replace")),
    "file-first": (file_first, ("ingest", "remove")),
    "torn-backup": (torn_backup, ("begin", "backup")),
    "belongings-later": (belongings_later, ("user", "own", "replace")),
    "half-adopted": (half_adopted, ("reindex", "begin")),
    "undone-in-pieces": (undone_in_pieces, ("begin", "undo")),
    "user-first": (user_first, ("ingest", "user", "own", "leave")),
    "left-behind": (left_behind, ("archive", "remove")),
}
