"""Zip archives: the documents in them, unpacked within limits; what isn't one is left out and counted."""

import shutil
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from corpus.errors import UnreadableFile
from corpus.readers.clean import file_name, one_line
from corpus.readers.content import BROKEN, SUPPORTED

MOST_FILES = 2000  # documents in one archive
MOST_ENTRIES = 20_000
MOST_BYTES = 2_000_000_000  # once unpacked
RATIO = 300  # unpacked to packed, of an entry that is large
LARGE = 20_000_000  # bytes, from which the ratio is looked at
_BLOCK = 1 << 20
_ENCRYPTED = 0x1


@dataclass(frozen=True, slots=True)
class Unpacked:
    """The files that were unpacked, each with its path in the archive, and how many entries were left out."""

    files: tuple[tuple[Path, str], ...]
    left_out: int


def is_archive(path: Path) -> bool:
    """Whether a file is a zip archive by name and content; Word and Excel files are none by name."""
    return path.suffix.lower() == ".zip" and zipfile.is_zipfile(path)


def unpack(path: Path, folder: Path, max_bytes: int) -> Unpacked:
    """Unpack the documents of an archive into `folder`, each in a folder of its own under its own name.

    Names in the archive decide nothing about where files go. Archives inside it, hidden files and files of unknown kinds are
    left out. Raises UnreadableFile where it is broken, encrypted, holds no document, or is beyond the limits; an entry larger
    than `max_bytes` is unpacked as far as tells that.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            entries = [entry for entry in archive.infolist() if not entry.is_dir()]
            wanted = [entry for entry in entries if is_wanted(PurePosixPath(entry.filename).parts)]
            _check(path, entries, wanted)
            files = [
                (_extract(archive, entry, folder / str(number), max_bytes), one_line(entry.filename))
                for number, entry in enumerate(wanted)
            ]
    except BROKEN as error:
        raise UnreadableFile(f"{path.name} is a broken archive ({error}). Download or pack it again.") from error
    return Unpacked(tuple(files), len(entries) - len(wanted))


def is_wanted(parts: Sequence[str]) -> bool:
    """Whether a path's parts name a document: a kind that is read, nothing hidden, none of a system's own folders."""
    hidden = any(part.startswith((".", "~$", "__MACOSX")) for part in parts)
    return bool(parts) and not hidden and PurePosixPath(parts[-1]).suffix.lower() in SUPPORTED


def _check(path: Path, entries: Sequence[zipfile.ZipInfo], wanted: Sequence[zipfile.ZipInfo]) -> None:
    if len(entries) > MOST_ENTRIES or len(wanted) > MOST_FILES:
        raise UnreadableFile(
            f"{path.name} holds {len(wanted):,} documents among {len(entries):,} files; the limits are {MOST_FILES:,} and "
            f"{MOST_ENTRIES:,}. Pack fewer into one archive."
        )
    if not wanted:
        raise UnreadableFile(
            f"{path.name} holds no document that can be read: none of its {len(entries):,} files is of a kind that is. "
            f"Those are {' '.join(SUPPORTED)}."
        )
    if any(entry.flag_bits & _ENCRYPTED for entry in wanted):
        raise UnreadableFile(f"{path.name} is encrypted. Unpack it with its password and add what it holds.")
    size = sum(entry.file_size for entry in wanted)
    bomb = any(entry.file_size > LARGE and entry.file_size > RATIO * max(entry.compress_size, 1) for entry in wanted)
    if size > MOST_BYTES or bomb:
        raise UnreadableFile(
            f"{path.name} would unpack to {size / 1e6:,.0f} MB, which is too much or too tightly packed. Unpack it and add "
            "the documents that you need."
        )


def _extract(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, folder: Path, max_bytes: int) -> Path:
    folder.mkdir(parents=True)
    target = folder / (_short(file_name(Path(PurePosixPath(entry.filename).name))))
    # What the entry says of its size may be a lie: no more is written than is read anyway.
    left = max_bytes + 1
    with archive.open(entry) as source, target.open("wb") as written:
        while left > 0 and (block := source.read(min(_BLOCK, left))):
            written.write(block)
            left -= len(block)
    return target


def _short(name: str) -> str:
    """A name that any file system takes: at most 200 bytes, its ending kept."""
    stem, suffix = Path(name).stem, Path(name).suffix
    while len((stem + suffix).encode("utf-8", "replace")) > 200:
        stem = stem[:-1]
    return (stem + suffix).replace("/", "_")


def clear(folder: Path) -> None:
    """Remove what was unpacked."""
    shutil.rmtree(folder, ignore_errors=True)
