"""What is laid down in the database: the shared tables, what went, the kept files, and the corpus's own row."""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass

from corpus.errors import IndexMismatch
from index.postgres.server import Server
from index.postgres.tables import SCHEMA, TYPES, Column, Table, quoted, tables
from index.store.schema import SCHEMA_VERSION

CORPUS = f"{SCHEMA}.corpus"
GONE = f"{SCHEMA}.gone"
SEQUENCES = f"{SCHEMA}.sequences"
FILES = f"{SCHEMA}.files"


@dataclass(frozen=True, slots=True)
class Corpus:
    """The corpus's row: which one it is, and the revision of its last change."""

    id: str
    revision: int


def prepare(server: Server) -> None:
    """Make what isn't there, or bring what an older version made to this one, inside the caller's transaction.

    Raises IndexMismatch where a newer version made it.
    """
    if _version(server) == SCHEMA_VERSION:
        return
    # No two at once; it is let go with the transaction.
    server.run(f"SELECT pg_advisory_xact_lock(hashtext('{SCHEMA}'))")
    there = _version(server)
    if there == SCHEMA_VERSION:
        return  # another one did it meanwhile
    for statement in _statements(server):
        server.run(statement)
    if there:
        server.run(f"UPDATE {CORPUS} SET schema_version = :version", version=SCHEMA_VERSION)
    else:
        server.run(f"INSERT INTO {CORPUS} VALUES (:id, :version, 0)", id=uuid.uuid4().hex, version=SCHEMA_VERSION)


def _version(server: Server) -> int:
    """The schema that is laid down, 0 for none. Raises IndexMismatch where a newer version did it."""
    there = server.run(
        "SELECT 1 FROM information_schema.tables WHERE table_schema = :schema AND table_name = 'corpus'", schema=SCHEMA
    )
    version = int(server.run(f"SELECT schema_version FROM {CORPUS}")[0][0]) if there else 0
    if version > SCHEMA_VERSION:
        raise _newer(server, version)
    return version


def corpus(server: Server, *, lock: bool = False) -> Corpus:
    """The corpus's row; with `lock` nobody else writes until the transaction ends. Raises IndexMismatch, Busy."""
    rows = server.run(f"SELECT id, schema_version, revision FROM {CORPUS}{' FOR UPDATE' if lock else ''}")
    key, version, revision = rows[0]
    if int(version) > SCHEMA_VERSION:
        raise _newer(server, int(version))
    return Corpus(str(key), int(revision))


def _newer(server: Server, version: int) -> IndexMismatch:
    return IndexMismatch(
        f"The database {server.address} was written by a newer Footnote (schema {version}, this one knows {SCHEMA_VERSION}). "
        "Update Footnote on this server."
    )


def _statements(server: Server) -> Iterator[str]:
    yield f"CREATE SCHEMA IF NOT EXISTS {SCHEMA}"
    yield f"CREATE TABLE IF NOT EXISTS {CORPUS} (id text NOT NULL, schema_version integer NOT NULL, revision bigint NOT NULL)"
    yield f"CREATE TABLE IF NOT EXISTS {GONE} (revision bigint NOT NULL, name text NOT NULL, key text NOT NULL)"
    yield f"CREATE INDEX IF NOT EXISTS gone_revision ON {GONE} (revision)"
    yield f"CREATE TABLE IF NOT EXISTS {SEQUENCES} (name text PRIMARY KEY, seq bigint NOT NULL)"
    # In pieces, since a value is sent and read whole.
    yield (
        f"CREATE TABLE IF NOT EXISTS {FILES} (sha256 text NOT NULL, suffix text NOT NULL, piece integer NOT NULL, "
        "bytes bytea NOT NULL, PRIMARY KEY (sha256, piece))"
    )
    for table in tables():
        yield from _table(table)
        rows = server.run(
            "SELECT column_name FROM information_schema.columns WHERE table_schema = :schema AND table_name = :name",
            schema=SCHEMA,
            name=table.name,
        )
        known = {row[0] for row in rows}
        for column in table.columns:
            if column.name not in known:
                yield f"ALTER TABLE {table.there} ADD COLUMN {_column(table, column)}"


def _table(table: Table) -> Iterator[str]:
    parts = [_column(table, column) for column in table.columns]
    parts.append("revision bigint NOT NULL")
    parts.append(f"PRIMARY KEY ({quoted(table.key)})")
    yield f"CREATE TABLE IF NOT EXISTS {table.there} ({', '.join(parts)})"
    yield f'CREATE INDEX IF NOT EXISTS "{table.name}_revision" ON {table.there} (revision)'
    for column, _, _ in table.parents:
        yield f'CREATE INDEX IF NOT EXISTS "{table.name}_{column}" ON {table.there} ("{column}")'


def _column(table: Table, column: Column) -> str:
    default = f" DEFAULT {column.default}" if column.default is not None else ""
    parents = (
        f' REFERENCES {SCHEMA}."{parent}" ("{other}") ON DELETE CASCADE'
        for name, parent, other in table.parents
        if name == column.name
    )
    return f'"{column.name}" {TYPES[column.kind]}{default}{" NOT NULL" if column.required else ""}{"".join(parents)}'
