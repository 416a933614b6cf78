"""A store's copy kept in line with the corpus that servers share, and its writes made there first."""

import logging
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import SecretStr

from corpus.errors import SharedProblem
from index.postgres import capture, layout
from index.postgres.address import read_address
from index.postgres.following import bring, fetch, followed, note
from index.postgres.sending import files_kept, keep_again, send
from index.postgres.server import Away, Server
from index.postgres.tables import tables
from index.store.connection import WAIT

if TYPE_CHECKING:
    from index.store.kept_files import KeptFiles

logger = logging.getLogger(__name__)

AGAIN = 5.0  # seconds after which a server that was away is asked again by one who only reads
SNAPSHOT = "ISOLATION LEVEL REPEATABLE READ READ ONLY"
# A copy that holds one of these has something of its own.
OWN = ("documents", "users", "chats", "collections")


class SharedDatabase:
    """The shared corpus of one store. Safe to use from several threads."""

    def __init__(self, uri: str, password: SecretStr | None = None, wait: float = WAIT) -> None:
        """`wait`: seconds for another server that is writing. Raises ValueError for a URI that is none."""
        self.address = read_address(uri)
        self._writer, self._reader = (Server(self.address, password, wait) for _ in range(2))
        self._reading = threading.Lock()
        self._away_until = 0.0
        self._away = False
        self._store: KeptFiles | None = None

    @property
    def store(self) -> "KeptFiles":
        """The whole store that is the copy."""
        if self._store is None:
            raise RuntimeError("not attached to a store")
        return self._store

    def attach(self, store: "KeptFiles") -> None:
        """Make `store` the copy: bring it up to date, or share what it has where the database has nothing yet.

        Raises SharedProblem where the database isn't there and the copy has never been one, or where both hold something
        and neither is the other's; IndexMismatch where a newer Footnote wrote it.
        """
        self._store = store
        connection = store.connect()
        mine, _ = followed(connection)
        try:
            with self._transaction(self._writer, ""):
                layout.prepare(self._writer)
                self._writer.commit()
        except Away as error:
            if not mine:
                raise
            self._is_away(error)
            return
        if mine:
            self.follow()  # who only reads waits for nobody
            return
        with self._locked() as corpus:
            if corpus.revision == 0:
                with store.writing_here(connection, Turn(self, corpus).keep):
                    capture.note_all(connection)
                return
            if any(connection.execute(f"SELECT 1 FROM main.{table} LIMIT 1").fetchone() for table in OWN):
                raise SharedProblem(
                    f"The database {self.address} and the data directory {store.home} both hold documents or chats of their "
                    "own. Name another data directory with --home to use what is in the database, or an empty database to "
                    "share what is here."
                )
            self._bring(connection, self._writer, corpus)

    @contextmanager
    def turn(self) -> Iterator["Turn"]:
        """This server's turn to write: the copy is up to date, and nobody else writes until the end.

        Nothing is kept of a turn that ends without `Turn.keep`. Raises SharedProblem, Busy, IndexMismatch.
        """
        with self._locked() as corpus:
            self._require_mine(corpus)
            self._bring(self.store.connect(), self._writer, corpus)
            yield Turn(self, corpus)

    def follow(self) -> None:
        """Bring the copy up to date for one who reads. A server that is away is noted in the log, and what is here goes on."""
        if time.monotonic() < self._away_until:
            return
        try:
            if self._is_behind():
                with self.store.alone(), self._reading, self._transaction(self._reader, SNAPSHOT):
                    self._bring(self.store.connect(), self._reader, layout.corpus(self._reader))
        except Away as error:
            self._is_away(error)
        else:
            if self._away:
                logger.warning("The database %s is there again.", self.address)
            self._away = False

    def _is_behind(self) -> bool:
        with self._reading, self._transaction(self._reader, SNAPSHOT):
            corpus = layout.corpus(self._reader)
        self._require_mine(corpus)
        return followed(self.store.connect())[1] < corpus.revision

    def fetch(self, sha256: str) -> Path | None:
        """The kept file of a document, brought here; None where the database has none. Raises SharedProblem."""
        with self._reading, self._transaction(self._reader, SNAPSHOT):
            return fetch(self._reader, self.store.home / "files", sha256)

    def kept(self) -> frozenset[str]:
        """The SHA-256 of each file that the database has. Raises SharedProblem."""
        with self._reading, self._transaction(self._reader, SNAPSHOT):
            return files_kept(self._reader)

    def keep_again(self, sha256: str) -> None:
        """Have the kept file of a document in the database as it is here, which is sound. Raises SharedProblem, Busy."""
        with self.store.alone(), self._locked() as corpus:
            self._require_mine(corpus)
            keep_again(self._writer, self.store.home / "files", sha256)
            self._writer.commit()

    def differences(self) -> list[str]:
        """Tables in which the copy has another number of rows than the database, in words. Raises SharedProblem."""
        self.follow()
        connection = self.store.connect()
        found = []
        with self._reading, self._transaction(self._reader, SNAPSHOT):
            if followed(connection)[1] != layout.corpus(self._reader).revision:
                return ["the copy isn't up to date"]
            for table in tables():
                if table.name == "meta":
                    continue
                there = int(self._reader.run(f"SELECT count(*) FROM {table.there}")[0][0])
                here = int(connection.execute(f"SELECT count(*) FROM main.{table.name}").fetchone()[0])
                if here != there:
                    found.append(f"{here} rows of {table.name} here, {there} in the database")
        return found

    def watch(self, connection: sqlite3.Connection) -> None:
        """Note what is changed on a connection from now on; outside a transaction."""
        capture.watch(connection)

    def close(self) -> None:
        """Let go of its connections."""
        self._writer.close()
        self._reader.close()

    @contextmanager
    def _locked(self) -> Iterator[layout.Corpus]:
        with self._transaction(self._writer, ""):
            yield layout.corpus(self._writer, lock=True)

    @contextmanager
    def _transaction(self, server: Server, how: str) -> Iterator[None]:
        """A transaction that is undone at the end unless it was committed."""
        server.begin(how)
        try:
            yield
        finally:
            server.rollback()

    def _require_mine(self, corpus: layout.Corpus) -> None:
        mine = followed(self.store.connect())[0]
        if mine != corpus.id:
            raise SharedProblem(
                f"The database {self.address} isn't the one that the data directory {self.store.home} is a copy of. Correct "
                "postgres_uri or, if it was made anew, restore it; another data directory (--home) is filled from it."
            )

    def _bring(self, connection: sqlite3.Connection, server: Server, corpus: layout.Corpus) -> None:
        if followed(connection) == (corpus.id, corpus.revision):
            return
        with self.store.writing_here(connection):
            since = followed(connection)[1]  # another process may have brought it meanwhile
            if since < corpus.revision:
                bring(connection, server, since)
            note(connection, corpus.id, max(since, corpus.revision))
            capture.forget(connection)

    def _is_away(self, error: SharedProblem) -> None:
        self._away_until = time.monotonic() + AGAIN
        if not self._away:
            logger.warning("%s Answers are given from the copy in %s meanwhile.", error, self.store.home)
        self._away = True


class Turn:
    """One write, between the corpus's lock and its commit."""

    def __init__(self, shared: SharedDatabase, corpus: layout.Corpus) -> None:
        self._shared, self._corpus = shared, corpus

    def keep(self, connection: sqlite3.Connection) -> None:
        """Write to the database what the transaction of `connection` changed, and have it kept there.

        From then on it counts; where the copy can't be written after that, it is brought from the database.
        """
        server, revision = self._shared._writer, self._corpus.revision + 1
        if send(connection, server, self._shared.store.home / "files", revision):
            note(connection, self._corpus.id, revision)
            server.commit()
        elif not followed(connection)[0]:
            note(connection, self._corpus.id, self._corpus.revision)
        capture.forget(connection)
