"""A data directory from a backup: unpacked beside its place, checked, then put there."""

import hashlib
import os
import shutil
import sqlite3
import zipfile
import zlib
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from pydantic import ValidationError

from corpus.errors import Busy, DataProblem, FootnoteError, IndexMismatch, UnreadableFile
from index.archive import BLOCK, MANIFEST, MANIFEST_BYTES, Manifest, Member, is_ours
from index.part_files import left_over, part_of, sync_folder
from index.store import SCHEMA_VERSION, Store
from index.store.connection import FILE_NAME, is_busy

_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError)


@dataclass(frozen=True, slots=True)
class RestoreReport:
    """What was restored; `problems` were in the data directory when it was backed up, `aside` is the old one."""

    home: Path
    documents: int
    chats: int
    created: datetime
    problems: tuple[str, ...]
    aside: Path | None


def restore(archive: Path, home: Path, force: bool = False) -> RestoreReport:
    """Make the data directory `home` from a backup.

    A directory that holds something is left alone, unless `force`: then it is renamed, never removed. Raises UnreadableFile
    for an archive that is damaged or no backup, IndexMismatch for one of a newer Footnote, Busy where `home` is in use,
    DataProblem where it can't be written; `home` is then as it was.
    """
    home = home.absolute()
    taken = home.exists() and not (home.is_dir() and not any(home.iterdir()))
    if taken and not force:
        raise DataProblem(
            f"{home} holds something already. Name another directory with --home, or give --force: then it is kept "
            "under another name."
        )
    if taken:
        _require_unused(home)
    staging = part_of(home)
    try:
        home.parent.mkdir(parents=True, exist_ok=True)
        for path in left_over(home.parent):
            if path.name.startswith(f"{home.name}."):
                shutil.rmtree(path)
        manifest = _unpack(archive, staging)
        documents, chats, problems = _checked(archive, staging)
        aside = _put(staging, home, taken)
    except OSError as error:
        raise DataProblem(
            f"{home} can't be written: {error.strerror or error}. Free space there, check the permissions, or name another "
            "directory with --home. What was there before is kept."
        ) from error
    finally:
        shutil.rmtree(staging, ignore_errors=True)
    return RestoreReport(home, documents, chats, manifest.created, problems, aside)


def _unpack(archive: Path, staging: Path) -> Manifest:
    try:
        opened = zipfile.ZipFile(archive)
    except OSError as error:
        raise UnreadableFile(
            f"{archive} can't be opened ({error.strerror or error}). Check the path and its permissions."
        ) from error
    except _BROKEN as error:
        raise _damaged(archive, str(error)) from error
    with opened as zipped:
        try:
            manifest = _manifest(archive, zipped)
            _require_room(manifest, staging.parent)
            (staging / "files").mkdir(parents=True)
            for member in manifest.members:
                _unpack_member(archive, zipped, member, staging / member.name)
        except _BROKEN as error:
            raise _damaged(archive, str(error)) from error
    sync_folder(staging / "files")
    sync_folder(staging)
    return manifest


def _manifest(archive: Path, zipped: zipfile.ZipFile) -> Manifest:
    names = Counter(zipped.namelist())
    if names[MANIFEST] != 1:
        raise UnreadableFile(
            f"{archive} is no backup of Footnote: it has no manifest. Name one that `footnote backup` wrote."
        )
    if zipped.getinfo(MANIFEST).file_size > MANIFEST_BYTES:
        raise _damaged(archive, "its manifest is too large")
    with zipped.open(MANIFEST) as file:
        data = file.read(MANIFEST_BYTES + 1)
    try:
        manifest = Manifest.model_validate_json(data)
    except ValidationError as error:
        raise _damaged(archive, f"its manifest can't be read: {error.errors()[0]['msg']}") from error
    if manifest.schema_version > SCHEMA_VERSION:
        raise IndexMismatch(
            f"{archive} was written by a newer Footnote (schema {manifest.schema_version}, this one knows {SCHEMA_VERSION}). "
            "Update Footnote."
        )
    told = Counter(member.name for member in manifest.members)
    if told + Counter({MANIFEST: 1}) != names or max(told.values(), default=0) != 1 or FILE_NAME not in told:
        raise _damaged(archive, "its members aren't those of its manifest")
    for member in manifest.members:
        if not is_ours(member.name):
            raise _damaged(archive, f"it holds {member.name!r}, which no backup does")
        if zipped.getinfo(member.name).file_size != member.size:
            raise _damaged(archive, f"{member.name} hasn't the size that its manifest tells")
    return manifest


def _require_room(manifest: Manifest, folder: Path) -> None:
    needed, free = sum(member.size for member in manifest.members), shutil.disk_usage(folder).free
    if needed > free:
        raise DataProblem(
            f"The backup needs {needed / 1e6:,.0f} MB, and {folder} has {free / 1e6:,.0f} MB free. Free space, or name another "
            "directory with --home."
        )


def _unpack_member(archive: Path, zipped: zipfile.ZipFile, member: Member, target: Path) -> None:
    digest, left = hashlib.sha256(), member.size
    with zipped.open(member.name) as read, target.open("xb") as written:
        # What a header tells of the size is no promise: never more than it is taken.
        while block := read.read(min(BLOCK, left + 1)):
            left -= len(block)
            if left < 0:
                raise _damaged(archive, f"{member.name} is larger than its manifest tells")
            digest.update(block)
            written.write(block)
        written.flush()
        os.fsync(written.fileno())
    if left or digest.hexdigest() != member.sha256:
        raise _damaged(archive, f"{member.name} isn't as it was backed up")


def _damaged(archive: Path, why: str) -> UnreadableFile:
    return UnreadableFile(
        f"{archive} is damaged or no backup of Footnote: {why}. Nothing was restored; use another backup."
    )


def _checked(archive: Path, staging: Path) -> tuple[int, int, tuple[str, ...]]:
    """Open what was unpacked, as the next command will; gives documents, chats, and what is inconsistent."""
    try:
        store = Store(staging)
    except IndexMismatch:
        raise
    except FootnoteError as error:
        raise _damaged(archive, str(error.__cause__ or error)) from error
    try:
        with store.writing() as connection:
            connection.execute("DELETE FROM sessions")  # as they are in a backup of what could only be read
        store.forget_identity()
        problems = tuple(store.check())
        documents, chats = (
            int(store.connect().execute(f"SELECT count(*) FROM {table}").fetchone()[0])
            for table in ("documents", "chats")
        )
    except sqlite3.DatabaseError as error:
        raise _damaged(archive, str(error)) from error
    finally:
        store.close()
    return documents, chats, problems


def _require_unused(home: Path) -> None:
    """Raise Busy where another process has the database of `home` open: what it keeps would go to the old one."""
    if not (home / FILE_NAME).is_file():
        return
    connection = sqlite3.connect(home / FILE_NAME, timeout=0)
    try:
        # Only the last connection of all may leave the log; Store takes it up again.
        connection.execute("PRAGMA journal_mode = DELETE")
    except sqlite3.DatabaseError as error:
        if is_busy(error):
            raise Busy(
                f"Another Footnote has {home} open. Stop it (the chat page too), then restore; nothing was changed."
            ) from error
        # A damaged database is a reason to restore.
    finally:
        connection.close()


def _put(staging: Path, home: Path, taken: bool) -> Path | None:
    aside = None
    if taken:
        aside = home.with_name(f"{home.name}.before-restore-{datetime.now(UTC):%Y%m%d-%H%M%S-%f}")
        home.rename(aside)
    elif home.exists():
        home.rmdir()
    try:
        staging.rename(home)
    except OSError:
        if aside:
            aside.rename(home)
        raise
    sync_folder(home.parent)
    return aside
