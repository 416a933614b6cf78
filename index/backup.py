"""A data directory as one archive: consistent while others write to it, and whole or not there at all."""

import hashlib
import os
import secrets
import shutil
import sqlite3
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

from corpus.errors import DataProblem
from index.archive import BLOCK, MANIFEST, OWN_FILES, Manifest, Member, is_ours
from index.part_files import part_of, put_in_place, remove_left_over
from index.store import SCHEMA_VERSION, Store
from index.store.connection import FILE_NAME
from index.store.schema import copy_database


@dataclass(frozen=True, slots=True)
class BackupReport:
    """What went into a backup; `missing` are the documents whose kept file isn't there."""

    file: Path
    documents: int
    chats: int
    bytes: int
    missing: tuple[str, ...]


def back_up(store: Store, target: Path) -> BackupReport:
    """Write all of a data directory to the archive `target`, as it stands at one moment, but for who is signed in.

    Others go on reading and writing; they wait only while the kept files are linked. A backup of the same name is replaced
    once the new one is whole. The vectors are left out: they are made again from the database. Raises DataProblem where
    `target` is another file, or can't be written.
    """
    target = target.absolute()
    if target.exists() and not _is_backup(target):
        raise DataProblem(f"{target} is there and is no backup of Footnote. Name another file.")
    if target.parent == (store.home / "files").absolute():
        raise DataProblem(f"{target.parent} holds the documents' files. Name another folder for the backup.")
    temporary = part_of(target)
    try:
        with _moment(store) as (database, files, missing):
            report = _write(temporary, store, database, files)
        put_in_place(temporary, target)
    except OSError as error:
        raise DataProblem(
            f"The backup {target} can't be written: {error.strerror or error}. Free space there and in {store.home}, check "
            "the permissions, or name another file. No part of it is left."
        ) from error
    except sqlite3.DatabaseError as error:
        raise DataProblem(
            f"The database can't be copied: {error}. Free space in {store.home}; `footnote doctor` says whether it is damaged."
        ) from error
    finally:
        temporary.unlink(missing_ok=True)
    return BackupReport(target, report.documents, report.chats, target.stat().st_size, missing)


@contextmanager
def _moment(store: Store) -> Iterator[tuple[Path, list[Path], tuple[str, ...]]]:
    """The database and the kept files as they are now, held in a folder of their own; names of documents without one."""
    staging = store.home / f"backup-{secrets.token_hex(4)}.{os.getpid()}.part"
    if store.read_only:  # nobody changes it
        yield store.file, sorted((store.home / "files").iterdir()), ()
        return
    remove_left_over(store.home)
    for record in store.documents() if store.shared else ():
        store.kept_file(record.sha256)  # brought here from the database
    (staging / "files").mkdir(parents=True)
    reader = sqlite3.connect(store.file, timeout=60)
    try:
        # While nobody writes, the moment of the reader and of the files is the same.
        with store.writing():
            reader.execute("BEGIN")
            names = dict(reader.execute("SELECT sha256, name FROM documents"))
            for path in (store.home / "files").iterdir():
                if path.name[:64] in names:
                    _link(path, staging / "files" / path.name)
                    del names[path.name[:64]]
        copy_database(store.file, staging / FILE_NAME, reader)
        reader.rollback()
        end_sessions(staging / FILE_NAME)
        yield staging / FILE_NAME, sorted((staging / "files").iterdir()), tuple(sorted(names.values()))
    finally:
        reader.close()
        shutil.rmtree(staging)


def end_sessions(file: Path) -> None:
    """Take the sessions of people who are signed in out of a copy of the database: who has it signs in anew."""
    connection = sqlite3.connect(file, isolation_level=None)
    try:
        connection.execute("PRAGMA secure_delete = ON")
        connection.execute("DELETE FROM sessions")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    finally:
        connection.close()


def _link(path: Path, target: Path) -> None:
    try:
        target.hardlink_to(path)
    except OSError:  # a file system without links
        shutil.copyfile(path, target)


def _write(temporary: Path, store: Store, database: Path, files: list[Path]) -> Manifest:
    members = [_Source(FILE_NAME, database)]
    members += [_Source(_kept_name(path), path) for path in files]
    members += [_Source(name, store.home / name) for name in OWN_FILES if (store.home / name).is_file()]
    copy = sqlite3.connect(f"{database.absolute().as_uri()}?immutable=1", uri=True)
    try:
        documents, chats = (
            copy.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in ("documents", "chats")
        )
    finally:
        copy.close()
    # Chats and settings are in it: for its owner alone.
    with (
        os.fdopen(os.open(temporary, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600), "w+b") as raw,
        zipfile.ZipFile(raw, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive,
    ):
        manifest = Manifest(
            footnote_backup=1,
            schema_version=SCHEMA_VERSION,
            created=datetime.now(UTC),
            documents=documents,
            chats=chats,
            members=tuple(_add(archive, one) for one in members),
        )
        archive.writestr(MANIFEST, manifest.model_dump_json(indent=1))
    return manifest


@dataclass(frozen=True, slots=True)
class _Source:
    name: str
    path: Path


def _kept_name(path: Path) -> str:
    name = f"files/{path.name}"
    return name if is_ours(name) else name[: len("files/") + 64]


def _add(archive: zipfile.ZipFile, source: _Source) -> Member:
    with source.path.open("rb") as read, archive.open(zipfile.ZipInfo(source.name), "w", force_zip64=True) as written:
        size, sha256 = _copied(read, written)
    return Member(name=source.name, size=size, sha256=sha256)


def _copied(read: IO[bytes], written: IO[bytes]) -> tuple[int, str]:
    digest, size = hashlib.sha256(), 0
    while block := read.read(BLOCK):
        digest.update(block)
        written.write(block)
        size += len(block)
    return size, digest.hexdigest()


def _is_backup(path: Path) -> bool:
    try:
        with zipfile.ZipFile(path) as archive:
            return MANIFEST in archive.namelist()
    except (OSError, zipfile.BadZipFile):
        return False
