"""What a transaction changes in the SQLite file, noted by triggers of the connection that it is made on."""

import json
import sqlite3
from collections.abc import Iterator
from typing import Any

from index.postgres.tables import MESSAGE_WORDS, META, Table, tables

CHANGED = (
    "footnote_changed"  # table of the connection: it is rolled back with the transaction, and gone with the process
)


def watch(connection: sqlite3.Connection) -> None:
    """Note from now on which rows of shared tables come, change and go on a connection; outside a transaction."""
    made = "SELECT 1 FROM temp.sqlite_master WHERE name = ?"
    if connection.execute(made, (CHANGED,)).fetchone():
        return
    for statement in _statements():
        connection.execute(statement)


def changes(connection: sqlite3.Connection) -> dict[str, dict[tuple[Any, ...], bool]]:
    """Table → key → whether the row went, if only for a moment; since the last `forget`."""
    found: dict[str, dict[tuple[Any, ...], bool]] = {}
    rows = connection.execute(f"SELECT name, key, max(gone) FROM temp.{CHANGED} GROUP BY name, key")
    for name, key, gone in rows:
        found.setdefault(name, {})[tuple(json.loads(key))] = bool(gone)
    # A message's words are written with it.
    if messages := found.get("messages"):
        found[MESSAGE_WORDS] = dict.fromkeys(messages, True)
    return found


def note_all(connection: sqlite3.Connection) -> None:
    """Take every row for one that came, inside a transaction: what is here becomes what is shared."""
    for table in _watched():
        connection.execute(
            f"INSERT INTO temp.{CHANGED} SELECT '{table.name}', {_key(table.key, '')}, 0 FROM main.{table.name} {_only('WHERE', table, '')}"
        )


def forget(connection: sqlite3.Connection) -> None:
    """Note anew: what was noted has been sent, or came from there."""
    connection.execute(f"DELETE FROM temp.{CHANGED}")


def _statements() -> Iterator[str]:
    yield f"CREATE TEMP TABLE {CHANGED} (name TEXT NOT NULL, key TEXT NOT NULL, gone INTEGER NOT NULL)"
    for table in _watched():
        for event, row, gone in (("INSERT", "new", 0), ("UPDATE", "new", 0), ("DELETE", "old", 1)):
            yield (
                f"CREATE TEMP TRIGGER {CHANGED}_{table.name}_{event} AFTER {event} ON main.{table.name} {_only('WHEN', table, f'{row}.')} "
                f"BEGIN INSERT INTO {CHANGED} VALUES ('{table.name}', {_key(table.key, f'{row}.')}, {gone}); END"
            )


def _key(columns: tuple[str, ...], row: str) -> str:
    return f"json_array({', '.join(f'{row}{column}' for column in columns)})"


def _only(where: str, table: Table, row: str) -> str:
    """The condition, after the word `where`, on what is all servers' of a table of which some is one copy's."""
    return f"{where} {row}key IN ({', '.join(map(repr, META))})" if table.name == "meta" else ""


def _watched() -> Iterator[Table]:
    """The tables that have triggers: no virtual one can."""
    return (table for table in tables() if table.name != MESSAGE_WORDS)
