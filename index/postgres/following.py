"""What others wrote to PostgreSQL, brought into this server's SQLite file, inside a transaction of both."""

import json
import os
import sqlite3
from itertools import islice
from pathlib import Path
from typing import Any

from index.part_files import part_of, put_in_place
from index.postgres.layout import FILES, GONE, SEQUENCES
from index.postgres.server import Server
from index.postgres.tables import MESSAGE_WORDS, Table, quoted, tables
from index.store import word_index
from index.store.connection import FOLLOWED, OF_CORPUS
from index.store.kept_files import REMOVED, owe

LOT = 2000


def followed(connection: sqlite3.Connection) -> tuple[str, int]:
    """The corpus that a SQLite file is a copy of, "" where of none, and the revision that it is at."""
    found = dict(connection.execute("SELECT key, value FROM main.meta WHERE key IN (?, ?)", (FOLLOWED, OF_CORPUS)))
    return str(found.get(OF_CORPUS, "")), int(found.get(FOLLOWED, 0))


def note(connection: sqlite3.Connection, corpus: str, revision: int) -> None:
    """Note that it is at a revision of a corpus, inside the caller's transaction."""
    connection.executemany(
        "INSERT OR REPLACE INTO main.meta VALUES (?, ?)", ((OF_CORPUS, corpus), (FOLLOWED, str(revision)))
    )


def bring(connection: sqlite3.Connection, server: Server, since: int) -> bool:
    """Write what was changed after the revision `since`; whether documents went, whose files are to go, too."""
    went = _take_out(connection, server, since)
    there = {row[0] for row in server.run(_news(since))}
    for table in tables():
        if table.name not in there:
            continue
        _free(connection, server, table, since)
        rows = (table.from_json(row) for row in server.each(_changed(table, since)))
        while lot := list(islice(rows, LOT)):
            if table.name == MESSAGE_WORDS:
                connection.executemany(table.deletion(), ([row[0]] for row in lot))
            connection.executemany(table.insertion(), lot)
    for name, seq in server.run(f"SELECT name, seq FROM {SEQUENCES}"):
        changed = connection.execute("UPDATE main.sqlite_sequence SET seq = max(seq, ?) WHERE name = ?", (seq, name))
        if not changed.rowcount:
            connection.execute("INSERT INTO main.sqlite_sequence (name, seq) VALUES (?, ?)", (name, seq))
    return went


def fetch(server: Server, folder: Path, sha256: str) -> Path | None:
    """The kept file of a document, brought into `folder`; None where there is none."""
    found = server.run(f"SELECT suffix, count(*) FROM {FILES} WHERE sha256 = :sha GROUP BY suffix", sha=sha256)
    if not found:
        return None
    suffix, count = found[0]
    target = folder / f"{sha256}{suffix}"
    temporary = part_of(target)
    try:
        with temporary.open("wb") as file:
            for number in range(int(count)):
                rows = server.run(
                    f"SELECT bytes FROM {FILES} WHERE sha256 = :sha AND piece = :number", sha=sha256, number=number
                )
                file.write(rows[0][0])
            file.flush()
            os.fsync(file.fileno())
        put_in_place(temporary, target)
    finally:
        temporary.unlink(missing_ok=True)
    return target


def _news(since: int) -> str:
    """The query for the names of tables that have rows to be brought."""
    return " UNION ALL ".join(
        f"SELECT '{table.name}' WHERE EXISTS (SELECT 1 FROM {table.there} WHERE revision > {since:d})"
        for table in tables()
    )


def _changed(table: Table, since: int) -> str:
    return f"SELECT {table.names} FROM {table.there} WHERE revision > {since:d}"


def _take_out(connection: sqlite3.Connection, server: Server, since: int) -> bool:
    gone: dict[str, list[list[Any]]] = {}
    # A copy that begins has nothing that could have gone.
    for name, key in server.run(f"SELECT name, key FROM {GONE} WHERE revision > :since", since=since) if since else ():
        gone.setdefault(name, []).append(json.loads(key))
    if "documents" in gone:
        # Passages first, so that their words go one by one and not in the midst of a cascade.
        connection.executemany("DELETE FROM main.passages WHERE document_id = ?", gone["documents"])
    for table in reversed(tables()):
        connection.executemany(table.deletion(), gone.get(table.name, ()))
    if "documents" not in gone:
        return False
    word_index.merge(connection, "words")
    owe(connection, REMOVED)
    return True


def _free(connection: sqlite3.Connection, server: Server, table: Table, since: int) -> None:
    """Take back what no two rows may have alike from those that are written next: two may have changed places."""
    if not table.unique:
        return
    keys = server.run(f"SELECT {quoted(table.key)} FROM {table.there} WHERE revision > :since", since=since)
    change = ", ".join(f"\"{name}\" = '/' || \"{name}\" || '/' || hex(randomblob(8))" for name in table.unique)
    connection.executemany(f"UPDATE main.{table.name} SET {change} WHERE {table.of_key}", keys)
