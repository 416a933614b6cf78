"""The command line itself with the real model, killed at random moments of its work: as a person's machine would do it."""

import json
import random
import resource
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Collection, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from index.restore import restore
from index.store import Store
from index.store.connection import FILE_NAME
from index.store.kept_files import sha256_of
from tests.crash import invariants
from tests.crash.forked import result_of
from tests.crash.plan import NAMES
from tests.crash.trial import Tally
from tests.crash.world import write_document
from tests.processes import seconds_with_children

ROOT = Path(__file__).parents[2]
KINDS = ("ingest", "ingest", "remove", "backup")
LOOK = 0.005  # seconds between looks at what is to be killed
AT_ONCE = 3  # files that an ingestion brings in
FILINGS = 8  # the smallest of a folder, so that many kills take minutes


class Reports:
    """Short reports, each ingestion with other versions of some."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._version = folder, 0

    def change(self, draw: random.Random, _: Path) -> list[str]:
        """Write what the next ingestion has to do; gives the names."""
        names = draw.sample(NAMES, AT_ONCE)
        for name in names:
            self._version += 1
            write_document(self._folder / name, self._version)
        return names


class Filings:
    """Real filings, each ingestion with some that were removed before."""

    def __init__(self, folder: Path, given: Path) -> None:
        """Raises ValueError where `given` holds no PDF."""
        self._folder = folder
        found = sorted(given.rglob("*.pdf"), key=lambda path: (path.stat().st_size, path.name))[:FILINGS]
        if not found:
            raise ValueError(f"no PDF in {given}")
        for path in found:
            shutil.copyfile(path, folder / path.name)

    def change(self, draw: random.Random, home: Path) -> list[str]:
        """As of reports: some of the filings that are in are taken out, in peace."""
        names = draw.sample(_names(self._folder), min(AT_ONCE, len(_names(self._folder))))
        if home.exists():
            finished(home, "remove", "--yes", *(Path(name).stem for name in names))
        return names


def run(work: Path, kills: int, seed: int, tally: Tally, filings: Path | None = None) -> None:
    """Kill `footnote ingest`, `remove` and `backup` `kills` times; what is found goes to `tally`.

    What is ingested are short reports in versions, or PDFs of the folder `filings`.
    """
    trials = _Trials(work, random.Random(seed), tally, filings)
    first = tally.kills
    while tally.kills - first < kills:
        trials.once()
    tally.failures += _unlike_in_peace(trials.home, trials.folder, work)


class _Trials:
    """One data directory, on which commands are killed one after the other."""

    def __init__(self, work: Path, draw: random.Random, tally: Tally, filings: Path | None) -> None:
        self._work, self._draw, self._tally = work, draw, tally
        self.home, self.folder, self._backup = work / "home", work / "files", work / "backup.zip"
        self.folder.mkdir(parents=True)
        self._files = Filings(self.folder, filings) if filings else Reports(self.folder)
        self._seconds: dict[str, float] = {}  # of work for a file, by kind, as learnt
        self._files.change(draw, self.home)
        self._ingest()

    def once(self) -> None:
        """Kill a command and check everything; the first of a kind is let through, for its time."""
        kind = self._draw.choice(KINDS)
        names = (
            self._files.change(self._draw, self.home) if kind == "ingest" else [self._draw.choice(_names(self.folder))]
        )
        word = {"ingest": str(self.folder), "remove": Path(names[0]).stem, "backup": str(self._backup)}[kind]
        if kind not in self._seconds:
            since = _children_seconds()
            finished(self.home, kind, word)
            self._seconds[kind] = (_children_seconds() - since) / len(names)
            self._ingest()
            return
        before = result_of(lambda: _digests(self.home))
        if not self._is_killed(kind, word, names):
            self._tally.survived += 1
            self._ingest()
            return
        self._tally.kills += 1
        self._tally.by_kind[f"command line: {kind}"] += 1
        self._tally.by_mode["work"] += 1
        wrong, now = _found(self.home, self.folder, self._backup, self._work)
        if kind != "backup":
            through = sum(before.get(name) != now.get(name) for name in names)
            self._tally.halves[f"command line, {kind}: through with {through} of {len(names)} files"] += 1
        self._tally.failures += [f"{kind} on the command line: {one}" for one in wrong]

    def _is_killed(self, kind: str, word: str, names: Sequence[str]) -> bool:
        """Begin a command and kill it; False where it was done before. Raises RuntimeError where it failed by itself."""
        through = self._draw.randrange(len(names)) if kind == "ingest" else 0
        files = [sha256_of(self.folder / name) for name in names]
        process = subprocess.Popen(
            _command(self.home, kind, word), cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        _kill(process, self.home, files, through, self._seconds[kind] * self._draw.random())
        if process.returncode not in (0, -signal.SIGKILL):
            raise RuntimeError(f"{kind} {word}: status {process.returncode}")
        return process.returncode != 0

    def _ingest(self) -> None:
        finished(self.home, "ingest", str(self.folder))


def _children_seconds() -> float:
    """Processor time of all commands that have ended, with what they started."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _kill(process: subprocess.Popen[bytes], home: Path, files: Collection[str], through: int, seconds: float) -> None:
    """Kill a command once `through` of the files, by their SHA-256, are in, and it has worked for `seconds` more.

    By processor time, so that a busy machine has it killed at the same places as an idle one.
    """
    with closing(sqlite3.connect(f"file:{home / FILE_NAME}?mode=ro", uri=True)) as connection:

        def count() -> int:
            known = {row[0] for row in connection.execute("SELECT sha256 FROM documents")}
            return len(known.intersection(files))

        while through and process.poll() is None and count() < through:
            time.sleep(LOOK)
    since = seconds_with_children(process.pid)
    while process.poll() is None and seconds_with_children(process.pid) - since < seconds:
        time.sleep(LOOK)
    process.kill()
    process.wait()


def _names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def _command(home: Path, *words: str) -> list[str]:
    return [sys.executable, "-m", "app", *words, "--home", str(home), "--json"]


def finished(home: Path, *words: str) -> dict[str, Any]:
    """What a command prints that isn't killed. Raises RuntimeError where it fails."""
    result = subprocess.run(_command(home, *words), cwd=ROOT, capture_output=True, text=True, timeout=900)
    if result.returncode:
        raise RuntimeError(f"{words}: {result.stderr}")
    found: dict[str, Any] = json.loads(result.stdout)
    return found


def _digests(home: Path) -> dict[str, str]:
    store = Store(home)
    found = invariants.digests(store)
    store.close()
    return found


def _found(home: Path, folder: Path, backup: Path, work: Path) -> tuple[list[str], dict[str, str]]:
    """What is wrong after a kill or once the files were ingested again, and the digests of what was there before that."""

    def first() -> tuple[list[str], dict[str, str]]:
        wrong = invariants.integrity(home / FILE_NAME)
        store = Store(home)
        wrong += invariants.of_the_database(store) + invariants.of_the_vectors(store)
        store.close()
        if backup.exists():
            report = restore(backup, work / "restored")
            wrong += [f"restored: {one}" for one in report.problems]
            shutil.rmtree(report.home)
        return wrong, _digests(home)

    wrong, digests = result_of(first)
    report = finished(home, "ingest", str(folder))
    if report["failed"] or report["documents"] != len(_names(folder)):
        wrong.append(f"the same command again: {report}")

    def then() -> list[str]:
        store = Store(home)
        wrong = invariants.of_the_database(store) + invariants.of_the_files(store)
        named = {Path(record.path).name for record in store.documents()}
        store.close()
        return wrong if named == set(_names(folder)) else [*wrong, f"documents: {named}"]

    return wrong + result_of(then), digests


def _unlike_in_peace(home: Path, folder: Path, work: Path) -> list[str]:
    """The documents whose rows aren't those that the same file has in a data directory where nothing was ever killed."""
    finished(work / "peace", "ingest", str(folder))
    found, wanted = (result_of(lambda each=each: _digests(each)) for each in (home, work / "peace"))
    return [f"{name} isn't as it is when ingested in peace" for name in wanted if found.get(name) != wanted[name]]
