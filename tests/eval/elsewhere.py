"""How often two things said are called agreeing or contradicting rightly: `python -m tests.eval.elsewhere [--wrong]`."""

import argparse
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.elsewhere import Comparison, Relation, Said, compare
from corpus.document import Kind, Metadata, Period
from index.citation import Citation

GOLDEN = Path(__file__).parents[1] / "golden" / "elsewhere.jsonl"
_PERIOD = re.compile(r"(?:FY|Q(?P<quarter>[1-4]) )(?P<year>\d{4})")


@dataclass(frozen=True)
class Case:
    """Two things said, and how the second stands to the first."""

    mine: Said
    theirs: Said
    relation: Relation
    tries: str
    set: str

    @property
    def found(self) -> Comparison:
        """What comparing them gives."""
        return compare(self.mine, self.theirs)


@dataclass(frozen=True)
class Score:
    """Counts of one relation."""

    relation: Relation
    right: int
    called: int  # how often it was said
    due: int  # how often it was true

    @property
    def precision(self) -> float:
        """The share of what was called so that is."""
        return self.right / self.called if self.called else 1.0

    @property
    def recall(self) -> float:
        """The share of what is so that was called so."""
        return self.right / self.due if self.due else 1.0


def cases() -> list[Case]:
    """The golden cases."""
    return [_case(json.loads(line)) for line in GOLDEN.read_text(encoding="utf-8").splitlines() if line.strip()]


def _case(data: dict[str, Any]) -> Case:
    return Case(_said("mine", data), _said("theirs", data), Relation(data["relation"]), data["tries"], data["set"])


def _said(side: str, data: dict[str, Any]) -> Said:
    def given(name: str) -> Any:
        return data.get(f"{side}_{name}", data.get(name))

    match = _PERIOD.fullmatch(given("period") or "")
    period = Period(int(match["year"]), int(match["quarter"]) if match["quarter"] else None) if match else None
    text = data[side]
    metadata = Metadata(given("title"), given("company"), period, Kind(given("kind") or "document"))
    place = Citation(given("document") or side, 0, 0, len(text), text)
    return Said(text, metadata, tuple(given("section") or ()), given("before") or "", place)


def scores(some: Sequence[Case]) -> Iterator[Score]:
    """Precision and recall of agreeing and of contradicting."""
    pairs = [(case.relation, case.found.relation) for case in some]
    for relation in (Relation.AGREES, Relation.CONTRADICTS):
        called = [true for true, said in pairs if said is relation]
        yield Score(relation, called.count(relation), len(called), sum(true is relation for true, _ in pairs))


def main() -> None:
    """Print the counts, by set, and with --wrong the cases that go wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--wrong", action="store_true", help="list the cases that go wrong")
    wrong = parser.parse_args().wrong
    every = cases()
    for name in dict.fromkeys(case.set for case in every):
        some = [case for case in every if case.set == name]
        print(f"{name}: {len(some)} cases")
        for one in scores(some):
            print(
                f"  {one.relation}: precision {one.precision:.3f} ({one.right}/{one.called}), "
                f"recall {one.recall:.3f} ({one.right}/{one.due})"
            )
    for case in every if wrong else ():
        if (found := case.found).relation is not case.relation:
            print(f"{case.set} | {case.tries} | {case.relation}, said: {found.relation} ({found.words})")
            print(f"    {case.mine.text}\n    {case.theirs.text}")


if __name__ == "__main__":
    main()
