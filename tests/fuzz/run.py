"""Runs cases in the process that reads files, with its limits: what it doesn't come back from is found, too."""

import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from corpus.reading import BeyondLimits, Limits, ReaderProcess
from tests.fuzz.cases import run_case, warm_up

SECONDS = 10.0  # of one case
START_SECONDS = 120.0
MEMORY_MB = {"readers": 512, "questions": 2048, "calculator": 512}


@dataclass
class Tally:
    """What was found: outcomes by target, failures with the command that gives them again."""

    outcomes: Counter[str] = field(default_factory=Counter)
    failures: list[str] = field(default_factory=list)
    slowest: tuple[float, str] = (0.0, "")
    cases: int = 0


def run(target: str, numbers: range, seed: int, tally: Tally, tell: Callable[[Tally], None] = lambda _: None) -> None:
    """Run the cases `numbers` of a target."""
    process = ReaderProcess(Limits(MEMORY_MB[target], SECONDS))
    try:
        for number in numbers:
            if process.process_id is None:  # loading libraries and the sample corpus is no part of a case
                process.limits = Limits(MEMORY_MB[target], START_SECONDS)
                process.call("the start", warm_up, target)
                process.limits = Limits(MEMORY_MB[target], SECONDS)
            again = f"python -m tests.fuzz --target {target} --seed {seed} --case {number}"
            started = time.monotonic()
            try:
                kind, words = process.call(f"case {number}", run_case, target, seed, number)
            except BeyondLimits as error:
                kind, words = "bug", str(error)
            seconds = time.monotonic() - started
            tally.slowest = max(tally.slowest, (seconds, again))
            tally.cases += 1
            tally.outcomes[f"{target}: {kind}"] += 1
            if kind == "bug":
                tally.failures.append(f"{again}\n{words}")
            tell(tally)
    finally:
        process.end()
