"""Files that appear whole or not at all: written beside their place, brought to the disk, then renamed.

A part that is being written is named `NAME.PID.part`; what a killed process left is known by its number.
"""

import os
import re
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

INCOMING = "incoming"  # in the data directory: files on their way in
_PART = re.compile(r"\.(\d+)\.part(?:-journal|-wal|-shm)?$")
_DAY = 86_400.0


def write_atomically(path: Path, data: bytes) -> None:
    """Write `path` so that a crash leaves the old file or the new one, never a part."""
    temporary = part_of(path)
    try:
        temporary.write_bytes(data)
        put_in_place(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)


def part_of(path: Path) -> Path:
    """Where this process writes `path` before it is whole."""
    return path.with_name(f"{path.name}.{os.getpid()}.part")


def put_in_place(temporary: Path, path: Path) -> None:
    """Rename a whole file to its place once its bytes are on the disk; the name is there too when this returns."""
    with temporary.open("rb") as file:
        os.fsync(file.fileno())
    temporary.replace(path)
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Bring the names in a folder to the disk, where the system can."""
    if os.name != "posix":
        return
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


@contextmanager
def working_folder(home: Path) -> Iterator[Path]:
    """An empty folder inside the data directory for files that are unpacked, received or read again; it goes afterwards.

    Not in the system's folder for temporary files: what a killed process leaves there would stay, and is a person's.
    """
    waiting = home / INCOMING
    waiting.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=waiting, suffix=f".{os.getpid()}.part") as folder:
        yield Path(folder)


def left_over(folder: Path) -> list[Path]:
    """Parts in `folder`, and working folders in it, whose process is gone; of other systems' processes those older than a day."""
    found = []
    waiting = folder / INCOMING
    for path in (*sorted(folder.iterdir()), *(sorted(waiting.iterdir()) if waiting.is_dir() else ())):
        match = _PART.search(path.name)
        if match and not _is_written(path, int(match[1])):
            found.append(path)
    return found


def remove_left_over(folder: Path) -> list[Path]:
    """Remove what `left_over` finds; gives what was removed."""
    found = left_over(folder)
    for path in found:
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
    return found


def _is_written(path: Path, process: int) -> bool:
    if process == os.getpid():
        return True
    if os.name == "posix":
        try:
            os.kill(process, 0)
        except ProcessLookupError:
            return False
        except (PermissionError, OverflowError):
            return True
        return True
    try:
        return time.time() - path.stat().st_mtime < _DAY
    except FileNotFoundError:
        return False
