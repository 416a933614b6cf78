"""Kill, check, and say what was found: `python -m tests.crash --kills 300 --seed 1 [--real 20 [--filings DIR]] [--postgres] [--json]`.

Exit status 0 where nothing was lost, doubled or half done after any kill, 1 else.
"""

import argparse
import contextlib
import json
import os
import sys
import tempfile
from pathlib import Path
from typing import Any

# Before NumPy is loaded: a process that forks must have one thread.
for library in ("OMP", "OPENBLAS", "MKL"):
    os.environ[f"{library}_NUM_THREADS"] = "1"


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="tests.crash", description="Kill the process at random points and check everything."
    )
    parser.add_argument("--kills", type=int, default=300, help="kills with the cheap embedding (default 300)")
    parser.add_argument(
        "--real", type=int, default=0, help="further kills of the real command line with the real model"
    )
    parser.add_argument(
        "--filings",
        type=Path,
        metavar="DIR",
        help="what those ingest: the smallest PDFs of a folder, not short reports",
    )
    parser.add_argument("--postgres", action="store_true", help="each data directory is a copy of a shared database")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--sabotage", metavar="NAME", nargs="+", help="break promises (sabotage.py), one at a time, until each is found"
    )
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()

    if arguments.sabotage:
        from tests.crash.forked import result_of
        from tests.crash.trial import Trials

        with tempfile.TemporaryDirectory() as folder:
            Trials(Path(folder), arguments.seed)  # loads what is needed
            # Each in a copy of this process, which stays as it is.
            each = {name: result_of(lambda name=name: _found(arguments, name)) for name in arguments.sabotage}
        print(json.dumps(each, indent=None if arguments.json else 1))
        return 1 if any(found["failures"] for found in each.values()) else 0
    found = _found(arguments)
    print(json.dumps(found, indent=None if arguments.json else 1))
    return 1 if found["failures"] else 0


def _found(arguments: argparse.Namespace, broken: str = "") -> dict[str, Any]:
    from tests.crash import command_line, sabotage, trial
    from tests.crash.plan import KINDS
    from tests.postgres_server import PostgresServer

    kinds = tuple(KINDS)
    if broken:
        spoil, kinds = sabotage.SABOTAGES[broken]
        spoil()

    with contextlib.ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        database = None
        if arguments.postgres:
            server = PostgresServer(Path(folder) / "pg")
            stack.callback(server.stop)
            database = server.make
        trials = trial.Trials(Path(folder) / "trials", arguments.seed, kinds, database)
        tally = trials.tally
        while tally.kills < arguments.kills and len(tally.failures) < (1 if broken else 20):
            known = len(tally.failures)
            trials.once()
            if not arguments.json:
                print(f"\r{tally.kills} killed, {len(tally.failures)} failures", end="", file=sys.stderr, flush=True)
                for failure in tally.failures[known:]:
                    print(f"\n{failure}", file=sys.stderr, flush=True)
        if arguments.real:
            command_line.run(Path(folder) / "real", arguments.real, arguments.seed, tally, arguments.filings)
    return {
        "kills": tally.kills,
        "too_late": tally.survived,
        "failures": tally.failures,
        "by_kind": dict(sorted(tally.by_kind.items())),
        "by_mode": dict(sorted(tally.by_mode.items())),
        "found_after_an_interrupted_step": dict(sorted(tally.halves.items())),
        "seed": arguments.seed,
    }


if __name__ == "__main__":
    sys.exit(main())
