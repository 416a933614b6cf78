"""The command line itself with the real model, killed at random times: as a person's machine would do it."""

import json
import random
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from index.restore import restore
from index.store import Store
from tests.crash import invariants
from tests.crash.forked import result_of
from tests.crash.plan import NAMES
from tests.crash.trial import Tally
from tests.crash.world import write_document

ROOT = Path(__file__).parents[2]


def run(work: Path, kills: int, seed: int, tally: Tally) -> None:
    """Kill `footnote ingest`, `remove` and `backup` `kills` times; what is found goes to `tally`."""
    draw = random.Random(seed)
    home, folder, backup = work / "home", work / "files", work / "backup.zip"
    folder.mkdir(parents=True)
    seconds: dict[str, float] = {}
    version = done = 0
    while done < kills:
        kind = draw.choice(("ingest", "ingest", "remove", "backup"))
        for name in draw.sample(NAMES, 3) if kind == "ingest" else ():
            version += 1
            write_document(folder / name, version)
        if not seconds or kind != "ingest":
            finished(home, "ingest", str(folder))
        words = {"ingest": str(folder), "remove": Path(draw.choice([*_names(folder)])).stem, "backup": str(backup)}
        if kind not in seconds:
            started = time.monotonic()
            finished(home, kind, words[kind])
            seconds[kind] = time.monotonic() - started
            continue
        process = subprocess.Popen(
            _command(home, kind, words[kind]), cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
        )
        time.sleep(seconds[kind] * draw.random())
        process.kill()
        process.communicate()
        if process.returncode == 0:
            tally.survived += 1
            continue
        done += 1
        tally.kills += 1
        tally.by_kind[f"command line: {kind}"] += 1
        tally.by_mode["time"] += 1
        tally.failures += [f"{kind} on the command line: {one}" for one in _wrong(home, folder, backup, work)]


def _names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def _command(home: Path, *words: str) -> list[str]:
    return [sys.executable, "-m", "app", *words, "--home", str(home), "--json"]


def finished(home: Path, *words: str) -> dict[str, Any]:
    """What a command prints that isn't killed. Raises RuntimeError where it fails."""
    result = subprocess.run(_command(home, *words), cwd=ROOT, capture_output=True, text=True, timeout=300)
    if result.returncode:
        raise RuntimeError(f"{words}: {result.stderr}")
    found: dict[str, Any] = json.loads(result.stdout)
    return found


def _wrong(home: Path, folder: Path, backup: Path, work: Path) -> list[str]:
    def first() -> list[str]:
        store = Store(home)
        wrong = invariants.integrity(store.file) + invariants.of_the_database(store) + invariants.of_the_vectors(store)
        store.close()
        if backup.exists():
            report = restore(backup, work / "restored")
            wrong += [f"restored: {one}" for one in report.problems]
            shutil.rmtree(report.home)
        return wrong

    wrong: list[str] = result_of(first)
    report = finished(home, "ingest", str(folder))
    if report["failed"] or report["documents"] != len(_names(folder)):
        wrong.append(f"the same command again: {report}")

    def then() -> list[str]:
        store = Store(home)
        wrong = invariants.of_the_database(store) + invariants.of_the_files(store)
        named = {Path(record.path).name for record in store.documents()}
        store.close()
        return wrong if named == set(_names(folder)) else [*wrong, f"documents: {named}"]

    wrong += result_of(then)
    return wrong
