"""Opening a file that must be one: a pipe or a device in its place would be waited for without end."""

import io
import os
import stat
from pathlib import Path

from corpus.errors import UnreadableFile


def open_regular(path: Path) -> io.BufferedReader:
    """Open a file to read. Raises OSError where it can't be opened, UnreadableFile where it is no regular file."""
    # Without waiting: opening a pipe would wait for who writes to it, and what was a file may be one by now.
    opened = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    try:
        if not stat.S_ISREG(os.fstat(opened).st_mode):
            raise UnreadableFile(
                f"{path} is no regular file (a folder, a pipe or a device). Save what it gives as a file."
            )
        return os.fdopen(opened, "rb")
    except BaseException:
        os.close(opened)
        raise
