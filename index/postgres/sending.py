"""What a transaction changed in the SQLite file, written to PostgreSQL inside the transaction that holds the corpus's lock."""

import json
import sqlite3
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from typing import Any

from index.postgres.capture import changes
from index.postgres.layout import CORPUS, FILES, GONE, SEQUENCES
from index.postgres.server import Server
from index.postgres.tables import SCHEMA, Table, tables

PIECE = 1 << 20  # bytes of a kept file in a row

Keys = Mapping[tuple[Any, ...], bool]


def send(connection: sqlite3.Connection, server: Server, folder: Path, revision: int) -> bool:
    """Write what changed as `revision`, with the kept files of documents from `folder`; False where nothing did.

    Raises SharedProblem.
    """
    changed = changes(connection)
    if not changed:
        return False
    for table in tables():  # what others belong to first: what belongs to it goes with it, in both databases
        _take_out(server, table, changed.get(table.name, {}), revision)
    for table in tables():
        _put(connection, server, table, changed.get(table.name, {}), revision)
    if "documents" in changed:
        _keep_files(connection, server, folder, changed["documents"])
    _sequences(connection, server, changed)
    server.run(f"UPDATE {CORPUS} SET revision = :revision", revision=revision)
    return True


def _take_out(server: Server, table: Table, keys: Keys, revision: int) -> None:
    gone = [_key_json(table, key) for key, went in keys.items() if went]
    if not gone:
        return
    same = " AND ".join(f't."{name}" = k."{name}"' for name in table.key)
    named = ", ".join(f't."{name}"' for name in table.key)
    found = server.send(
        f"DELETE FROM {table.there} AS t USING json_populate_recordset(NULL::{table.there}, CAST(:rows AS json)) AS k "
        f"WHERE {same} RETURNING CAST(json_build_array({named}) AS text)",
        gone,
    )
    # Only what went by itself: a row that went with another's goes with it in each copy, too.
    server.send(
        f"INSERT INTO {GONE} SELECT :revision, name, key FROM json_populate_recordset(NULL::{GONE}, CAST(:rows AS json))",
        [json.dumps({"name": table.name, "key": key}) for (key,) in found],
        revision=revision,
    )


def _put(connection: sqlite3.Connection, server: Server, table: Table, keys: Keys, revision: int) -> None:
    rows = [table.to_json(row) for row in _rows(connection, table, keys)]
    if not rows:
        return
    server.send(
        f"INSERT INTO {table.there} ({table.names}, revision) SELECT {table.names}, :revision FROM "
        f"json_populate_recordset(NULL::{table.there}, CAST(:rows AS json)) {table.over('revision')}",
        rows,
        revision=revision,
    )


def _rows(connection: sqlite3.Connection, table: Table, keys: Iterable[tuple[Any, ...]]) -> Iterable[tuple[Any, ...]]:
    for key in keys:
        row = connection.execute(table.here(), key).fetchone()
        if row is not None:
            yield row


def _key_json(table: Table, key: tuple[Any, ...]) -> str:
    return json.dumps(dict(zip(table.key, key, strict=True)), ensure_ascii=False)


def _keep_files(connection: sqlite3.Connection, server: Server, folder: Path, keys: Keys) -> None:
    """Have the files of documents that came, and no longer those of documents that went."""
    for (key,) in keys:
        row = connection.execute("SELECT sha256 FROM main.documents WHERE id = ?", (key,)).fetchone()
        if row is not None and not server.run(f"SELECT 1 FROM {FILES} WHERE sha256 = :sha LIMIT 1", sha=row[0]):
            _keep(server, folder, str(row[0]))
    if any(keys.values()):
        server.run(f"DELETE FROM {FILES} WHERE sha256 NOT IN (SELECT sha256 FROM {SCHEMA}.documents)")


def files_kept(server: Server) -> frozenset[str]:
    """The SHA-256 of each kept file that is there. Raises SharedProblem."""
    return frozenset(row[0] for row in server.run(f"SELECT DISTINCT sha256 FROM {FILES}"))


def keep_again(server: Server, folder: Path, sha256: str) -> None:
    """Have a document's kept file as it is in `folder`, in place of what there is of it. Raises SharedProblem."""
    server.run(f"DELETE FROM {FILES} WHERE sha256 = :sha", sha=sha256)
    if server.run(f"SELECT 1 FROM {SCHEMA}.documents WHERE sha256 = :sha LIMIT 1", sha=sha256):
        _keep(server, folder, sha256)


def _keep(server: Server, folder: Path, sha256: str) -> None:
    found = next(folder.glob(f"{sha256}*"), None)
    if found is None:
        return  # read from a place that is gone: the document is there all the same
    with found.open("rb") as file:
        for number, piece in enumerate(iter(lambda: file.read(PIECE), b"")):
            server.run(
                f"INSERT INTO {FILES} VALUES (:sha, :suffix, :number, :bytes)",
                sha=sha256,
                suffix=found.name[64:],
                number=number,
                bytes=piece,
            )


def _sequences(connection: sqlite3.Connection, server: Server, changed: Collection[str]) -> None:
    """Note the last ids given, so that no server gives one again."""
    given = connection.execute("SELECT name, seq FROM main.sqlite_sequence").fetchall()
    rows = [json.dumps({"name": name, "seq": seq}) for name, seq in given if name in changed]
    server.send(
        f"INSERT INTO {SEQUENCES} SELECT name, seq FROM json_populate_recordset(NULL::{SEQUENCES}, CAST(:rows AS json)) "
        "ON CONFLICT (name) DO UPDATE SET seq = excluded.seq WHERE sequences.seq < excluded.seq",
        rows,
    )
