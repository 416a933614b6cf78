"""Copies of the files that documents were read from, named by their SHA-256, so that a source can always be shown."""

import errno
import hashlib
import logging
import os
import sqlite3
from pathlib import Path
from typing import TYPE_CHECKING

from corpus.document import Document
from corpus.errors import DataProblem, UnreadableFile
from index.part_files import remove_left_over, sync_folder
from index.store.connection import WAIT, Connections
from index.store.schema import copies

if TYPE_CHECKING:
    from index.postgres.shared import SharedDatabase

logger = logging.getLogger(__name__)

FULL = (errno.ENOSPC, errno.EDQUOT, errno.EROFS)
BLOCK = 1 << 20
OWED = "sweep"  # in `meta`: a document went, and its file is still to go
REMOVED = "removed"  # its value where that was asked for, and no copy of the text may stay


class KeptFiles(Connections):
    """Keeping files, and sweeping away those that belong to no document."""

    def __init__(self, home: Path, wait: float = WAIT, shared: "SharedDatabase | None" = None) -> None:
        """As `Connections`; the file of a document whose removal was interrupted is swept away now."""
        super().__init__(home, wait, shared)
        if not self.read_only:
            if shared:
                shared.attach(self)
            self._sweep_what_is_owed()

    def _sweep_what_is_owed(self) -> None:
        if not self.connect().execute("SELECT 1 FROM main.meta WHERE key = ?", (OWED,)).fetchone():
            return
        try:
            self.sweep()
        except DataProblem as error:  # it stays owed, and what was asked for goes on
            logger.warning("A removed document's file is still there: %s", error)

    def follow(self) -> None:
        """See what other servers wrote until now, where the data directory is a copy of what they share."""
        if self.shared and not self.read_only:
            self.shared.follow()
            self.shared.store._sweep_what_is_owed()

    def kept_file(self, sha256: str) -> Path | None:
        """The kept copy of a file, brought here from the shared database where it isn't yet; None where there is none.

        Raises SharedProblem.
        """
        found = next((self.home / "files").glob(f"{sha256}*"), None)
        return self.shared.fetch(sha256) if found is None and self.shared else found

    def _keep_file(self, document: Document, source: Path) -> None:
        # In the transaction, so that no other process sweeps it away before the document is in.
        target = self.home / "files" / f"{document.sha256}{source.suffix.lower()}"
        if target.exists() or not source.exists():
            return
        temporary = target.parent / f"part-{target.name}"
        try:
            found = _copy(source, temporary)
            if found != document.sha256:
                raise UnreadableFile(f"{source.name} was changed while it was read; ingest it again.")
            temporary.replace(target)
            sync_folder(target.parent)
        except OSError as error:
            if error.errno in FULL or error.filename == str(temporary):
                raise self._unwritable(error) from error
            raise
        finally:
            temporary.unlink(missing_ok=True)

    def sweep(self) -> None:
        """Remove kept files that belong to no document: of a removed one, or of one that was interrupted.

        What a killed process left half written goes too.
        """
        with self.writing_here(self.connect()) as connection:
            try:
                owed = connection.execute("SELECT value FROM meta WHERE key = ?", (OWED,)).fetchone()
                removed = owed == (REMOVED,)
                older = self.older_copies() if removed else []
                for path in (*self.stray_files(), *older):
                    path.unlink(missing_ok=True)
                remove_left_over(self.home)
            except OSError as error:
                raise self._unwritable(error) from error
            connection.execute("DELETE FROM meta WHERE key = ?", (OWED,))
        if removed:  # the text goes from the log of writes, too, as far as no reader holds it open
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def stray_files(self) -> list[Path]:
        """Kept files that belong to no document."""
        kept = {row[0] for row in self.connect().execute("SELECT sha256 FROM documents")}
        return sorted(path for path in (self.home / "files").iterdir() if path.name[:64] not in kept)

    def older_copies(self) -> list[Path]:
        """Copies of the database that were kept when it was brought to a newer schema."""
        return copies(self.file)


def owe(connection: sqlite3.Connection, why: str) -> None:
    """Note, inside the caller's transaction, that a file is to be swept away: REMOVED, which outweighs "", a replacement."""
    connection.execute(
        "INSERT INTO main.meta VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = max(value, excluded.value)",
        (OWED, why),
    )


def sha256_of(path: Path) -> str:
    """The SHA-256 of a file's bytes. Raises OSError."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _copy(source: Path, target: Path) -> str:
    """Copy a file to the disk; gives the SHA-256 of what was copied."""
    digest = hashlib.sha256()
    with source.open("rb") as read, target.open("wb") as written:
        try:
            while block := read.read(BLOCK):
                digest.update(block)
                written.write(block)
            written.flush()
            os.fsync(written.fileno())
        except OSError as error:
            # Of a failed write the system doesn't say to which file it was.
            error.filename = error.filename or str(target)
            raise
    return digest.hexdigest()
