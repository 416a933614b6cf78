"""The mutation test of the verifier: how many falsehoods it catches, how many truths it refuses.

    python -m tests.eval.mutations [--seed N] [--home DIR] [--truths 500] [--falsehoods 2000] [--show KIND]

`--home` is a data directory whose filings give sentences and cells too.
"""

import argparse
import random
import time
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from app.verifier import unsupported
from corpus.errors import UnknownDocument
from index.store import Store
from tests.eval.falsehoods import NUMERIC, Falsehood, falsehoods
from tests.eval.truths import Library, Truth, truths


@dataclass(frozen=True)
class Outcome:
    """What the verifier made of the statements of one run."""

    refused: tuple[tuple[Truth, str], ...]  # truths, with the reason
    missed: tuple[Falsehood, ...]
    truths: tuple[Truth, ...]
    falsehoods: tuple[Falsehood, ...]
    milliseconds: tuple[float, ...]  # a statement

    @property
    def refused_share(self) -> float:
        return len(self.refused) / len(self.truths)

    def caught(self, kinds: frozenset[str] | None = None) -> float:
        """The share of falsehoods caught, of some kinds or all."""
        made = [one for one in self.falsehoods if kinds is None or one.kind in kinds]
        return 1 - sum(one in self.missed for one in made) / len(made)


def run(seed: int, store: Store | None = None, count: int = 500, wrong: int = 2000) -> Outcome:
    """Make truths and falsehoods from one seed and hold the verifier to them."""
    random_ = random.Random(seed)
    library = Library()
    made = truths(library, random_, store, count)
    false = _even([one for truth in made for one in falsehoods(truth, made, random_)], wrong, random_)
    times: list[float] = []

    def page_text(document: str, page: int) -> str:
        try:
            return library.page_text(document, page)
        except KeyError as error:
            raise UnknownDocument(document) from error

    def judged(statement: object) -> str | None:
        started = time.perf_counter()
        reason = unsupported(statement, "", page_text)  # type: ignore[arg-type]
        times.append(1000 * (time.perf_counter() - started))
        return reason

    refused = tuple((one, reason) for one in made if (reason := judged(one.statement)))
    missed = tuple(one for one in false if judged(one.statement) is None)
    return Outcome(refused, missed, tuple(made), tuple(false), tuple(times))


def _even(found: Sequence[Falsehood], count: int, random_: random.Random) -> list[Falsehood]:
    """`count` of them, the rarer kinds whole and the frequent ones cut to an equal number."""
    by_kind: dict[str, list[Falsehood]] = defaultdict(list)
    for one in found:
        by_kind[one.kind].append(one)
    for some in by_kind.values():
        random_.shuffle(some)
    chosen: list[Falsehood] = []
    while len(chosen) < count and any(by_kind.values()):
        for some in by_kind.values():
            if some and len(chosen) < count:
                chosen.append(some.pop())
    return chosen


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--home", type=Path)
    parser.add_argument("--truths", type=int, default=500)
    parser.add_argument("--falsehoods", type=int, default=2000)
    parser.add_argument(
        "--show", default="", help="a kind whose misses are printed; 'true' for truths that are refused"
    )
    options = parser.parse_args()
    store = Store(options.home) if options.home else None
    outcome = run(options.seed, store, options.truths, options.falsehoods)
    if store:
        store.close()
    _print(outcome, options.show)


def _print(outcome: Outcome, show: str) -> None:
    made, missed = Counter(one.kind for one in outcome.falsehoods), Counter(one.kind for one in outcome.missed)
    print(f"{'kind':12} {'made':>5} {'caught':>7}")
    for kind, count in made.most_common():
        print(f"{kind:12} {count:5} {1 - missed[kind] / count:7.1%}")
    print(f"{'all':12} {len(outcome.falsehoods):5} {outcome.caught():7.1%}")
    print(f"{'numbers':12} {sum(made[kind] for kind in NUMERIC):5} {outcome.caught(NUMERIC):7.1%}")
    print()
    forms = Counter((one.origin, one.form) for one in outcome.truths)
    lost = Counter((one.origin, one.form) for one, _ in outcome.refused)
    print(f"{'true':24} {'made':>5} {'refused':>8}")
    for (origin, form), count in sorted(forms.items()):
        print(f"{origin + ', ' + form:24} {count:5} {lost[origin, form] / count:8.1%}")
    print(f"{'all':24} {len(outcome.truths):5} {outcome.refused_share:8.1%}")
    times = sorted(outcome.milliseconds)
    print(f"\nms a statement: p50 {times[len(times) // 2]:.1f}, p95 {times[int(0.95 * len(times))]:.1f}")
    if show == "true":
        for one, reason in outcome.refused:
            print(f"\n{one.statement.text}\n  {reason}\n  {[cited.quote for cited in one.statement.citations][:2]}")
    elif show:
        for false in outcome.missed:
            if show in (false.kind, "all"):
                print(
                    f"\n[{false.kind}] {false.statement.text}\n  true: {false.truth.statement.text}\n  {[cited.quote[:600] for cited in false.statement.citations][:2]}"
                )


if __name__ == "__main__":
    main()
