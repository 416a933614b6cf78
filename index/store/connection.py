"""Connections to the SQLite file, one a thread, and the transactions that everything is written in."""

import os
import sqlite3
import threading
import uuid
import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from corpus.errors import Busy, DataProblem
from index.store.schema import prepare

if TYPE_CHECKING:
    from index.postgres.shared import SharedDatabase

FILE_NAME = "footnote.db"
IDENTITY = "identity"  # in `meta`
OF_CORPUS, FOLLOWED = "corpus", "followed"  # in `meta` of a copy: of which shared corpus, and at which of its revisions
WAIT = 60.0  # seconds for another process that is writing


class OfThread:
    """A thread's connection: closed with it, so that threads that come and go use up no files."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection

    def __del__(self) -> None:
        self.connection.close()


class Connections:
    """The data directory opened: connections, transactions, the revision."""

    owner: int | None = None  # whose the chats become that are begun; None: everyone's

    def __init__(self, home: Path, wait: float = WAIT, shared: "SharedDatabase | None" = None) -> None:
        """Open, or create, the data directory `home`; `wait`: seconds for another process that is writing.

        With a database that is `shared` it is this server's copy of that; what is written is written there first.
        On a file system that can only be read it is opened for reading. Raises DataProblem where it can't be used, Busy
        where another process doesn't finish writing, IndexMismatch where a newer version of Footnote wrote it.
        """
        self.home = Path(home)
        self._wait = wait
        self._local = threading.local()
        self._connections: weakref.WeakSet[OfThread] = weakref.WeakSet()
        self._writing = threading.RLock()
        self._closed = False
        self.shared = shared
        self.read_only = _only_read(self.home)
        try:
            if not self.read_only:
                (self.home / "files").mkdir(parents=True, exist_ok=True)
            prepare(self.connect(), self.file)
        except (sqlite3.DatabaseError, OSError) as error:
            self.close()
            if is_busy(error):
                raise self._unwritable(error) from error
            raise DataProblem(
                f"The data directory {self.home} can't be used: {error}. Check its permissions and free space; if the file "
                f"{FILE_NAME} is damaged, restore a backup (footnote restore), or move it away and ingest your documents again."
            ) from error

    @property
    def file(self) -> Path:
        """The SQLite file."""
        return self.home / FILE_NAME

    def connect(self) -> sqlite3.Connection:
        """This thread's connection, with foreign keys on; the caller doesn't close it."""
        if self._closed:
            raise DataProblem("The data directory was closed; open it again.")
        mine: OfThread | None = getattr(self._local, "mine", None)
        if mine is None:
            mine = self._local.mine = OfThread(self._open())
            self._connections.add(mine)
        return mine.connection

    def _open(self) -> sqlite3.Connection:
        log = self.file.with_name(f"{FILE_NAME}-wal")
        if self.read_only and not (log.exists() and log.stat().st_size):
            # Nobody can write there, and no log is left to be read: SQLite needs no lock, which it couldn't take.
            where, uri = f"{self.file.absolute().as_uri()}?immutable=1", True
        else:
            where, uri = str(self.file), False
        connection = sqlite3.connect(where, timeout=self._wait, check_same_thread=False, uri=uri)
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            # Each commit reaches the disk before it returns: an answer that was shown is kept, and the copy of a file
            # isn't deleted before the removal of its document is sure.
            connection.execute("PRAGMA synchronous = FULL")
            connection.execute("PRAGMA foreign_keys = ON")
            connection.execute("PRAGMA secure_delete = ON")
        except BaseException:
            connection.close()
            raise
        return connection

    def close(self) -> None:
        """Close every thread's connection, and the shared database."""
        self._closed = True
        if self.shared:
            self.shared.close()
        self._close_connections()

    def _close_connections(self) -> None:
        self._closed = True
        for each in list(self._connections):
            each.connection.close()
        self._connections.clear()

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        with self.writing() as connection:
            yield connection
            connection.execute(
                "INSERT INTO meta VALUES ('revision', '1') "
                "ON CONFLICT (key) DO UPDATE SET value = CAST(value AS INTEGER) + 1"
            )

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """A transaction that no other thread, process or server writes beside: all of it is kept, or nothing.

        Raises DataProblem where the data directory or the shared database can't be written, Busy where another is writing
        for too long.
        """
        with self.alone():
            if self.shared is None:
                with self.writing_here(self._writer()) as connection:
                    yield connection
                return
            with self.shared.turn() as turn, self.writing_here(self._writer(), turn.keep) as connection:
                yield connection

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Nobody else in this process writes meanwhile."""
        with self._writing:
            yield

    @contextmanager
    def writing_here(
        self, connection: sqlite3.Connection, keep: Callable[[sqlite3.Connection], None] = lambda _: None
    ) -> Iterator[sqlite3.Connection]:
        """A transaction of this data directory's file alone; `keep` is called when all but its commit is done. Raises as `writing`."""
        try:
            with self.alone():
                if self.shared:
                    self.shared.watch(connection)
                connection.execute("BEGIN IMMEDIATE")
                try:
                    yield connection
                    keep(connection)
                    connection.commit()
                except BaseException:
                    connection.rollback()
                    raise
        except sqlite3.IntegrityError:
            raise  # a defect of ours, not of the directory
        except sqlite3.DatabaseError as error:
            raise self._unwritable(error) from error

    def _writer(self) -> sqlite3.Connection:
        """The connection that this thread writes with."""
        return self.connect()

    def _unwritable(self, error: Exception) -> DataProblem:
        if is_busy(error):
            return Busy(
                f"Another Footnote is writing to {self.home} and wasn't done within {self._wait:g} seconds. Nothing was "
                "changed; wait until it is done, then try again."
            )
        if "malformed" in str(error) or "vtable" in str(error):
            return DataProblem(
                f"The data in {self.home} is damaged: {error}. Nothing was changed. Stop what uses it, then mend it with: "
                "footnote doctor --repair"
            )
        return DataProblem(
            f"The data directory {self.home} can't be written: {error}. Free space on its disk, check its permissions, "
            "then try again. What was there before is kept."
        )

    def may_change(self, owner: int | None) -> bool:
        """Whether what belongs to `owner`, None for everyone, may be changed by way of this store."""
        return True

    def revision(self) -> int:
        """A number that grows with every change of the documents: what was derived at another revision is stale."""
        row = self.connect().execute("SELECT value FROM meta WHERE key = 'revision'").fetchone()
        return int(row[0]) if row else 0

    def identity(self) -> str:
        """What tells this data directory from any other, for what is derived from it elsewhere; made when first asked for.

        A backup that is restored gets another one. "" where the directory can only be read and has none.
        """
        wanted = "SELECT value FROM meta WHERE key = ?"
        row = self.connect().execute(wanted, (IDENTITY,)).fetchone()
        if row is None and not self.read_only:
            with self.writing() as connection:
                connection.execute("INSERT OR IGNORE INTO meta VALUES (?, ?)", (IDENTITY, uuid.uuid4().hex))
            row = self.connect().execute(wanted, (IDENTITY,)).fetchone()
        return str(row[0]) if row else ""

    def corpus(self) -> str:
        """The shared corpus that this is a copy of, "" for none."""
        row = self.connect().execute("SELECT value FROM main.meta WHERE key = ?", (OF_CORPUS,)).fetchone()
        return str(row[0]) if row and self.shared else ""

    def forget_identity(self) -> None:
        """Have another identity from now on, and follow no shared database: this was copied from another directory."""
        with self.writing() as connection:
            connection.executemany("DELETE FROM meta WHERE key = ?", ([IDENTITY], [OF_CORPUS], [FOLLOWED]))


def is_busy(error: BaseException) -> bool:
    """Whether SQLite gave up waiting for another process or connection."""
    return isinstance(error, sqlite3.Error) and (getattr(error, "sqlite_errorcode", 0) & 0xFF) in (
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_LOCKED,
    )


def _only_read(home: Path) -> bool:
    """Whether a data directory is on a file system that nobody can write."""
    if not hasattr(os, "statvfs") or not (home / FILE_NAME).exists():
        return False
    return bool(os.statvfs(home).f_flag & os.ST_RDONLY)
