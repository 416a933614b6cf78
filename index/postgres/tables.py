"""The tables that servers share, read from the schema of the SQLite file, so that there is one schema to keep.

In PostgreSQL each row carries the revision that wrote it; a copy asks for those it hasn't seen.
"""

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

from index.store.connection import IDENTITY
from index.store.schema import make

SCHEMA = "footnote"  # in the database
TYPES = {"INTEGER": "bigint", "TEXT": "text", "REAL": "double precision", "BLOB": "bytea"}
META = ("revision", IDENTITY)  # the rows of `meta` that are all servers'; the others are of one copy
MESSAGE_WORDS = "message_words"  # a table of words that no trigger makes: it comes and goes with its messages
WORDS_KEY = "message_id"


def quoted(names: Iterable[str]) -> str:
    """Names of columns as both databases take them, with commas between."""
    return ", ".join(f'"{name}"' for name in names)


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its name, its type and default in SQLite."""

    name: str
    kind: str
    required: bool = False
    default: str | None = None


@dataclass(frozen=True)
class Table:
    """A table that is shared. `parents`: (column, table, its column) of each foreign key."""

    name: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    parents: tuple[tuple[str, str, str], ...]
    unique: tuple[str, ...] = ()  # columns of text beside the key that no two rows may have alike

    @cached_property
    def there(self) -> str:
        """Its name in PostgreSQL."""
        return f'{SCHEMA}."{self.name}"'

    @cached_property
    def names(self) -> str:
        """Its columns, as both take them."""
        return quoted(column.name for column in self.columns)

    @cached_property
    def selected(self) -> str:
        """Its columns as SQLite is asked for them."""
        return quoted(self._own(column.name) for column in self.columns)

    @cached_property
    def blobs(self) -> frozenset[str]:
        """The columns that hold bytes."""
        return frozenset(column.name for column in self.columns if column.kind == "BLOB")

    @cached_property
    def of_key(self) -> str:
        """The condition in SQLite on the row of a key."""
        return " AND ".join(f'"{self._own(name)}" = ?' for name in self.key)

    def here(self) -> str:
        """The query for the row of a key in SQLite."""
        return f"SELECT {self.selected} FROM main.{self.name} WHERE {self.of_key}"

    def deletion(self) -> str:
        """The statement that takes the row of a key out in SQLite."""
        return f"DELETE FROM main.{self.name} WHERE {self.of_key}"

    def over(self, *more: str) -> str:
        """The end of an insertion that is to take the place of the row with its key; `more`: columns beside its own."""
        rest = [*(column.name for column in self.columns if column.name not in self.key), *more]
        change = ", ".join(f'"{name}" = excluded."{name}"' for name in rest)
        return f"ON CONFLICT ({quoted(self.key)}) DO {f'UPDATE SET {change}' if rest else 'NOTHING'}"

    def insertion(self) -> str:
        """The statement that writes a row in SQLite, over the one with its key."""
        values = ", ".join("?" for _ in self.columns)
        insert = f"INSERT INTO main.{self.name} ({self.selected}) VALUES ({values})"
        if self.name == MESSAGE_WORDS:
            return insert  # what was there is taken out first: a virtual table knows no conflict
        return f"{insert} {self.over()}"

    def to_json(self, row: Sequence[Any]) -> str:
        """A row as PostgreSQL's `json_populate_recordset` takes it."""
        cells = {
            column.name: f"\\x{value.hex()}" if isinstance(value, bytes) else value
            for column, value in zip(self.columns, row, strict=True)
        }
        return json.dumps(cells, ensure_ascii=False)

    def from_json(self, row: dict[str, Any]) -> tuple[Any, ...]:
        """A row as PostgreSQL's `row_to_json` gives it."""
        return tuple(
            bytes.fromhex(row[column.name][2:])
            if column.name in self.blobs and row[column.name] is not None
            else row[column.name]
            for column in self.columns
        )

    def _own(self, name: str) -> str:
        return "rowid" if self.name == MESSAGE_WORDS and name == WORDS_KEY else name


@cache
def tables() -> tuple[Table, ...]:
    """Every shared table, those that others belong to first."""
    connection = sqlite3.connect(":memory:")
    make(connection)
    found = [*_tables(connection), _message_words()]
    connection.close()
    ordered: list[Table] = []
    while found:
        placed = {table.name for table in ordered}
        ready = [
            table for table in found if all(parent in placed or parent == table.name for _, parent, _ in table.parents)
        ]
        ordered += ready
        found = [table for table in found if table not in ready]
    return tuple(ordered)


def _tables(connection: sqlite3.Connection) -> Iterator[Table]:
    rows = connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'table' ORDER BY name").fetchall()
    virtual = [name for name, sql in rows if sql.startswith("CREATE VIRTUAL")]
    for name, _ in rows:
        if name.startswith("sqlite_") or any(name == one or name.startswith(f"{one}_") for one in virtual):
            continue
        columns = connection.execute(f"PRAGMA table_info({name})").fetchall()
        keys = sorted((place, column) for _, column, _, _, _, place in columns if place)
        yield Table(
            name,
            tuple(Column(column, kind, bool(required), default) for _, column, kind, required, default, _ in columns),
            tuple(column for _, column in keys),
            tuple(
                (row[3], row[2], row[4] or "id")
                for row in connection.execute(f"PRAGMA foreign_key_list({name})").fetchall()
            ),
            tuple(_unique(connection, name)),
        )


def _unique(connection: sqlite3.Connection, table: str) -> Iterator[str]:
    kinds = {row[1]: row[2] for row in connection.execute(f"PRAGMA table_info({table})").fetchall()}
    for _, index, unique, origin, _ in connection.execute(f"PRAGMA index_list({table})").fetchall():
        if unique and origin != "pk":
            for _, _, column in connection.execute(f"PRAGMA index_info({index})").fetchall():
                if column is not None and kinds[column] == "TEXT":
                    yield column


def _message_words() -> Table:
    texts = tuple(Column(name, "TEXT", True) for name in ("question", "answer", "quotes"))
    return Table(
        MESSAGE_WORDS, (Column(WORDS_KEY, "INTEGER", True), *texts), (WORDS_KEY,), ((WORDS_KEY, "messages", "id"),)
    )
