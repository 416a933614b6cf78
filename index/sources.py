"""Which files are to be read: those named, those of folders and archives; what isn't there, and what is left out."""

import os
import stat
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from corpus.errors import UnreadableFile
from corpus.readers import SUPPORTED, path_text
from corpus.readers.clean import one_line
from corpus.readers.content import IMAGES
from corpus.zip_archive import is_archive, unpack

ICON = 20_000  # bytes: a smaller picture in a folder is an icon, not a page


@dataclass(frozen=True, slots=True)
class Source:
    """A file to read. `identity` is what its document is known by, `shown` what a person calls it."""

    path: Path
    identity: str
    shown: str


@dataclass(frozen=True, slots=True)
class Sources:
    """The files, those that can't be read with the reason, and how many in folders and archives are no documents."""

    files: tuple[Source, ...]
    failed: tuple[tuple[Path, str], ...]
    left_out: int


def find_sources(
    paths: Iterable[Path],
    folder: Path,
    max_file_mb: int,
    *,
    uploaded: bool = False,
    owner: int | None = None,
    names: Mapping[Path, str] | None = None,
    pictures: bool = True,
) -> Sources:
    """Find the files of `paths`: files, folders, zip archives; these are unpacked into `folder`.

    An `uploaded` file is known by its name, or by what `names` calls it, since its place is a passing one. `pictures`: those
    in folders are taken, too.
    """
    files: dict[Path, Source] = {}
    failed: list[tuple[Path, str]] = []
    left_out: list[Path] = []

    def unreadable(error: OSError) -> None:
        place = Path(str(error.filename))
        failed.append((place, f"The folder {place} can't be opened ({error.strerror}). Check its permissions."))

    archives = unpacked_out = 0
    for path in paths:
        for file in walk(path, unreadable, left_out.append, pictures=pictures) if _is_folder(path) else (path,):
            reason = _unfit(file)
            if reason:
                failed.append((file, one_line(reason)))
                continue
            called = (names or {}).get(file, file.name)
            identity = path_text(_uploaded(called, owner) if uploaded else file.resolve())
            if not is_archive(file):
                files[file] = Source(file, identity, one_line(called) if uploaded else file.name)
                continue
            try:
                archive = unpack(file, folder / str(archives), max_file_mb << 20)
            except UnreadableFile as error:
                failed.append((file, one_line(str(error))))
                continue
            archives += 1
            unpacked_out += archive.left_out
            for member, inside in archive.files:
                files[member] = Source(member, f"{identity}/{inside}", f"{inside} in {file.name}")
    return Sources(tuple(files.values()), tuple(failed), len(left_out) + unpacked_out)


def walk(
    folder: Path,
    unreadable: Callable[[OSError], None],
    left_out: Callable[[Path], None] = lambda _: None,
    *,
    pictures: bool = True,
) -> Iterator[Path]:
    """The files of a folder that can be read, in order; hidden ones and what can't be opened are left out.

    `left_out` is told of files that are no documents; hidden ones, icons, and pictures where `pictures` is False.
    """
    for parent, folders, names in os.walk(folder, onerror=unreadable):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            path = Path(parent) / name
            if _is_document(path, pictures):
                yield path
            else:
                left_out(path)


def in_archive(path: str) -> bool:
    """Whether a document's path leads into an archive that is there."""
    return any(parent.is_file() for parent in Path(path).parents)


def _is_document(path: Path, pictures: bool) -> bool:
    kind = SUPPORTED.get(path.suffix.lower())
    if kind is None or path.name.startswith((".", "~$")):
        return False
    if kind not in IMAGES:
        return True
    try:
        return pictures and path.stat().st_size >= ICON
    except OSError:
        return False


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except OSError:
        return False  # `_unfit` says what is wrong with it


def _unfit(path: Path) -> str | None:
    """Why a path can't be a file to read: reading a pipe or a device would never end."""
    if str(path).lower().startswith(("http:/", "https:/")):
        return (
            f"{path} is an address on the web, and Footnote fetches nothing from there. Open it in a browser, save the page "
            "(Ctrl-S) and add the file."
        )
    try:
        mode = path.stat().st_mode
    except (OSError, ValueError) as error:
        if path.is_symlink():
            return f"{path} is a link that leads to no file. Give the file itself."
        if isinstance(error, PermissionError):
            return f"{path} can't be opened ({error.strerror}). Check its permissions and those of its folder."
        return f"There is no file or folder {path}. Check the path."
    return (
        None if stat.S_ISREG(mode) else f"{path} is no regular file (a pipe or a device). Save what it gives as a file."
    )


def _uploaded(called: str, owner: int | None) -> Path:
    """What an uploaded file is known by: its name, among those of its owner."""
    return Path("uploaded", called) if owner is None else Path("uploaded by", str(owner), called)
