"""Faults that a disk or another process brings about: file systems of a given size, limits, and data directories to break."""

import os
import resource
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from index.ingest import ingest
from index.store import Store
from tests.crash.world import embedding, write_document

ROOT = Path(__file__).parents[2]
EMBEDDING = embedding(1)


def documents(folder: Path, count: int = 3, version: int = 1) -> list[Path]:
    """Short reports in a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    files = [folder / f"report-{number}.md" for number in range(count)]
    for file in files:
        write_document(file, version)
    return files


def filled(home: Path, folder: Path, count: int = 3, version: int = 1) -> Store:
    """A data directory with a few reports in it, open."""
    store = Store(home)
    assert len(ingest(documents(folder, count, version), store, EMBEDDING).added) == count
    return store


@contextmanager
def disk(folder: Path, kilobytes: int) -> Iterator[Path]:
    """A file system of that size at `folder`. Needs the right to mount; without it the test is skipped, and says so."""
    folder.mkdir()
    made = _mount("-t", "tmpfs", "-o", f"size={kilobytes}k", "tmpfs", str(folder))
    if made.returncode:
        pytest.skip(f"no file system of a given size can be mounted here: {made.stderr.strip()}")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


def remount(folder: Path, options: str) -> None:
    """Change a file system that `disk` made: "ro", "rw", "size=…k"."""
    result = _mount("-o", f"remount,{options}", str(folder))
    assert result.returncode == 0, result.stderr


def _mount(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["mount", *words], capture_output=True, text=True)


@contextmanager
def largest_file(size: int) -> Iterator[None]:
    """No file of this process may grow beyond `size` bytes: a write fails, as on a full disk."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    ignored = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, ignored)


def copied(home: Path, target: Path) -> Path:
    """The files of a data directory as they lie there now, also of one that is open: what a crash would leave."""
    shutil.copytree(home, target)
    return target


def in_another_process(script: str, *arguments: object) -> "subprocess.Popen[str]":
    """Python code in a process of its own; `argv` holds the arguments. It says "ready" when it is."""
    process = subprocess.Popen(
        [sys.executable, "-c", script, *map(str, arguments)],
        cwd=ROOT,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline().strip() == "ready"
    return process
