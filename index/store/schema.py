"""The schema of the SQLite file: made for a new one, and an older one brought to it, with a copy kept of how it was."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

from corpus.errors import IndexMismatch
from index.part_files import part_of, put_in_place

SCHEMA_VERSION = 4
# What an older file lacks, by the version that it is brought to; tables that are new are in schema.sql.
MIGRATIONS = {
    2: (
        "ALTER TABLE page_tables ADD COLUMN unit_page INTEGER",
        "ALTER TABLE page_tables ADD COLUMN unit_start INTEGER",
        "ALTER TABLE page_tables ADD COLUMN unit_end INTEGER",
        "ALTER TABLE page_tables ADD COLUMN confident INTEGER NOT NULL DEFAULT 1",
        "ALTER TABLE page_tables ADD COLUMN rows TEXT NOT NULL DEFAULT '[]'",
    ),
    3: ("ALTER TABLE documents ADD COLUMN facts TEXT NOT NULL DEFAULT ''",),
    4: (
        "ALTER TABLE chats ADD COLUMN owner_id INTEGER REFERENCES users (id) ON DELETE CASCADE",
        "ALTER TABLE chats ADD COLUMN shared INTEGER NOT NULL DEFAULT 0",
        "ALTER TABLE chats ADD COLUMN scope TEXT NOT NULL DEFAULT '{}'",
        "ALTER TABLE messages ADD COLUMN scope TEXT",
        "ALTER TABLE messages ADD COLUMN pinned TEXT",
        "ALTER TABLE messages ADD COLUMN rating INTEGER",
        "ALTER TABLE messages ADD COLUMN remark TEXT NOT NULL DEFAULT ''",
        "ALTER TABLE documents ADD COLUMN overview TEXT NOT NULL DEFAULT ''",
    ),
}


def prepare(connection: sqlite3.Connection, file: Path) -> None:
    """Make the schema, or bring an older file to it, in one transaction: a crash leaves the old schema or the new one.

    An older file is copied first, to `copy_of`. Raises IndexMismatch where a newer Footnote wrote it.
    """
    if _version(connection, file) == SCHEMA_VERSION:
        return
    connection.execute("BEGIN IMMEDIATE")
    try:
        version = _version(connection, file)  # another process may have done it meanwhile
        if version < SCHEMA_VERSION:
            if version:
                copy_database(file, copy_of(file, version))
            for later in range(version + 1, SCHEMA_VERSION + 1) if version else ():
                for statement in MIGRATIONS[later]:
                    connection.execute(statement)
            make(connection)
            connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
        connection.commit()
    except BaseException:
        connection.rollback()
        raise


def _version(connection: sqlite3.Connection, file: Path) -> int:
    version = int(connection.execute("PRAGMA user_version").fetchone()[0])
    if version > SCHEMA_VERSION:
        raise IndexMismatch(
            f"{file} was written by a newer Footnote (schema {version}, this one knows {SCHEMA_VERSION}). "
            "Update Footnote, or name another data directory with --home."
        )
    return version


def make(connection: sqlite3.Connection) -> None:
    """Make the tables, indexes and triggers that aren't there, inside the caller's transaction."""
    for statement in _statements():
        connection.execute(statement)


def _statements() -> Iterator[str]:
    # `executescript` would end the transaction that it is called in.
    statement = ""
    for line in (Path(__file__).parent / "schema.sql").read_text(encoding="utf-8").splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""


def copy_of(file: Path, version: int) -> Path:
    """Where a file of an older schema is kept as it was."""
    return file.with_name(f"{file.stem}-before-schema-{version}{file.suffix}")


def copies(file: Path) -> list[Path]:
    """The copies that were kept of `file` when it was brought to a newer schema."""
    return sorted(file.parent.glob(f"{file.stem}-before-schema-*{file.suffix}"))


def copy_database(file: Path, target: Path, source: sqlite3.Connection | None = None) -> None:
    """Copy a database as it stands at one moment, also while others write to it; `target` appears whole or not at all.

    `source`: a connection whose transaction fixes that moment; else it is now.
    """
    temporary = part_of(target)
    opened = source or sqlite3.connect(file, timeout=60)
    try:
        copied = sqlite3.connect(temporary)
        try:
            opened.backup(copied)
        finally:
            copied.close()
        put_in_place(temporary, target)
    finally:
        temporary.unlink(missing_ok=True)
        if source is None:
            opened.close()
