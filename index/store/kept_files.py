"""Copies of the files that documents were read from, named by their SHA-256, so that a source can always be shown."""

import errno
import shutil
from pathlib import Path

from corpus.document import Document
from index.store.connection import Connections

FULL = (errno.ENOSPC, errno.EDQUOT, errno.EROFS)


class KeptFiles(Connections):
    """Keeping files, and sweeping away those that belong to no document."""

    def _keep_file(self, document: Document, source: Path) -> None:
        # In the transaction, so that no other process sweeps it away before the document is in.
        target = self.home / "files" / f"{document.sha256}{source.suffix.lower()}"
        if target.exists() or not source.exists():
            return
        temporary = target.parent / f"part-{target.name}"
        try:
            shutil.copyfile(source, temporary)
            temporary.replace(target)
        except OSError as error:
            temporary.unlink(missing_ok=True)
            if error.errno in FULL or error.filename == str(temporary):
                raise self._unwritable(error) from error
            raise

    def sweep(self) -> None:
        """Remove kept files that belong to no document: of a removed one, or of one that was interrupted."""
        with self.writing() as connection:
            kept = {row[0] for row in connection.execute("SELECT sha256 FROM documents")}
            for path in (self.home / "files").iterdir():
                if path.name[:64] not in kept:
                    try:
                        path.unlink(missing_ok=True)
                    except OSError as error:
                        raise self._unwritable(error) from error
