"""Make cases, and say what was found: `python -m tests.fuzz --cases 20000 --seed 1 [--target readers] [--json]`.

Exit status 0 where nothing crashed, hung, took too much memory or failed but in the product's own words, 1 else.
`--case N` runs one case again; `--save FILE` writes the file of a case of the readers, to be looked at.
"""

import argparse
import json
import sys
import time
from pathlib import Path

from tests.fuzz.cases import TARGETS, file_of
from tests.fuzz.run import Tally, run

SHARES = {"readers": 0.5, "questions": 0.25, "calculator": 0.25}


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="tests.fuzz", description="Files, questions and calculations that nobody would write."
    )
    parser.add_argument("--cases", type=int, default=20_000, help="in all; half of them files (default 20,000)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--first", type=int, default=0, help="number of the first case of each target (default 0)")
    parser.add_argument("--target", choices=TARGETS, help="only this one")
    parser.add_argument("--case", type=int, help="only the case of this number")
    parser.add_argument("--save", type=Path, metavar="FILE", help="with --case: write its file")
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    if arguments.save and (arguments.case is None or arguments.target != "readers"):
        parser.error("--save needs --target readers and --case: it writes the file of one case")

    def tell(tally: Tally) -> None:
        if not arguments.json:
            print(f"\r{tally.cases:,} cases, {len(tally.failures)} failures", end="", file=sys.stderr, flush=True)

    started = time.monotonic()
    tally = Tally()
    for target in (arguments.target,) if arguments.target else TARGETS:
        most = round(arguments.cases * (1 if arguments.target else SHARES[target]))
        numbers = range(arguments.first, arguments.first + most)
        if arguments.case is not None:
            numbers = range(arguments.case, arguments.case + 1)
            if arguments.save:
                suffix, data = file_of(arguments.seed, arguments.case)
                arguments.save.write_bytes(data)
                print(f"{arguments.save} is of the kind {suffix}", file=sys.stderr)
        run(target, numbers, arguments.seed, tally, tell)
    found = {
        "cases": tally.cases,
        "failures": tally.failures,
        "outcomes": dict(sorted(tally.outcomes.items())),
        "slowest_seconds": round(tally.slowest[0], 2),
        "slowest": tally.slowest[1],
        "seconds": round(time.monotonic() - started),
        "seed": arguments.seed,
    }
    print(json.dumps(found, indent=None if arguments.json else 1, ensure_ascii=False))
    return 1 if tally.failures else 0


if __name__ == "__main__":
    sys.exit(main())
