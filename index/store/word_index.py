"""Upkeep of SQLite's word indexes (FTS5): removed words are merged away, before the index has more levels than it can hold.

Each merge of a whole index ("optimize") may put it a level higher, and SQLite refuses an index of more than 2,000 levels as
malformed, for ever: after a thousand removals. An index that has climbed is built anew ("rebuild"), which begins at the bottom.
"""

import sqlite3
from typing import Literal

Table = Literal["words", "message_words"]

MOST_LEVELS = 500  # from which it is built anew; well below what SQLite takes
_STRUCTURE = 10  # the row of an index's data that tells its levels (fts5_index.c, FTS5_STRUCTURE_ROWID)
_COOKIE = 4  # bytes before them
_SECOND = b"\xff\x00\x00\x01"  # after the cookie, in the second form of that row


def merge(connection: sqlite3.Connection, table: Table) -> None:
    """Merge what was removed out of the index: FTS5 only marks deleted words until then."""
    work = "rebuild" if levels(connection, table) >= MOST_LEVELS else "optimize"
    connection.execute(f"INSERT INTO main.{table} ({table}) VALUES ('{work}')")


def rebuild(connection: sqlite3.Connection, table: Table) -> None:
    """Build the index anew from what it is of, also where it has more levels than SQLite opens."""
    block = _structure(connection, table)
    if _levels(block) >= MOST_LEVELS:
        # An index without levels and segments, and a count of none written, as FTS5 begins one.
        empty = block[:_COOKIE] + bytes(3)
        connection.execute(f"UPDATE main.{table}_data SET block = ? WHERE id = {_STRUCTURE}", (empty,))
        connection.execute(f"DELETE FROM main.{table}_idx")
        connection.execute(f"DELETE FROM main.{table}_data WHERE id > {_STRUCTURE}")
    connection.execute(f"INSERT INTO main.{table} ({table}) VALUES ('rebuild')")


def levels(connection: sqlite3.Connection, table: Table) -> int:
    """How many levels the index has; 0 where that can't be told."""
    return _levels(_structure(connection, table))


def _structure(connection: sqlite3.Connection, table: Table) -> bytes:
    row = connection.execute(f"SELECT block FROM main.{table}_data WHERE id = {_STRUCTURE}").fetchone()
    return bytes(row[0]) if row else b""


def _levels(block: bytes) -> int:
    start = _COOKIE + len(_SECOND) * block.startswith(_SECOND, _COOKIE)
    count = 0
    for byte in block[start : start + 8]:  # SQLite's varint: seven bits a byte, the high bit tells that more follow
        count = count << 7 | byte & 0x7F
        if not byte & 0x80:
            break
    return count
