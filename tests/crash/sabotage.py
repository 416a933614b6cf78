"""Promises broken on purpose: the harness must find each, or it finds nothing."""

import sqlite3
from collections.abc import Callable, Sequence
from pathlib import Path

from index import backup
from index.statement_facts import Entry
from index.store import DocumentRecord, writing


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


# Each with the kinds of step in which it shows.
SABOTAGES: dict[str, tuple[Callable[[], None], tuple[str, ...]]] = {
    "half": (half, ("ingest", "replace")),
    "file-first": (file_first, ("ingest", "remove")),
    "torn-backup": (torn_backup, ("begin", "backup")),
}
