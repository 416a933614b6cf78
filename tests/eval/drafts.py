"""Sentences written by hand as a model would write them, true and false, held to the verifier: drafts.jsonl.

    python -m tests.eval.drafts [--set "first sight"] [--show]

The sets are named for when they were written: each before its results were looked at, so that its first figures are
honest; docs/verification.md has these. `--show` prints the true ones withheld and the false ones let through.
"""

import argparse
import json
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from app.answer import Citation, Statement
from app.verifier import Verdict, judge

ROOT = Path(__file__).parents[2]
GOLDEN = ROOT / "tests" / "golden"
FIRST = "development"  # of the drafts that name no set
_ABOUT = {"cambricon-q1-2026": "Cambricon Technologies ; Q1 2026"}


@dataclass(frozen=True, slots=True)
class HandWritten:
    """A sentence, whether its passages say so, and the verdict on it."""

    text: str
    true: bool
    set: str
    kind: str  # what it tries: "splice", "passive" …
    verdict: Verdict

    @property
    def right(self) -> bool:
        """Whether it was kept where true, withheld where false."""
        return self.verdict.stands == self.true


def drafts() -> Iterator[HandWritten]:
    """Every draft, judged."""
    made_up = tomllib.loads((GOLDEN / "draft_passages.toml").read_text(encoding="utf-8"))
    for line in (GOLDEN / "drafts.jsonl").read_text(encoding="utf-8").splitlines():
        one = json.loads(line)
        if "made_up" in one:
            passages = [(name, made_up[name]["text"], made_up[name]["about"]) for name in one["made_up"]]
        else:
            openings = one["passage"] if isinstance(one["passage"], list) else [one["passage"]]
            about = _ABOUT.get(one["document"], "")
            passages = [(f"{n}", _sample(one["document"], opening), about) for n, opening in enumerate(openings)]
        yield HandWritten(
            one["text"], one["true"], one.get("set", FIRST), one.get("kind", ""), _judged(one["text"], passages)
        )


def _judged(text: str, passages: list[tuple[str, str, str]]) -> Verdict:
    pages = {name: held for name, held, _ in passages}
    abouts = {name: about for name, _, about in passages}
    citations = tuple(Citation(name, 0, 0, len(held), held) for name, held, _ in passages)
    return judge(Statement(text, citations), "", lambda name, _: pages[name], lambda name: abouts[name])


def _sample(document: str, opening: str) -> str:
    """The paragraph of a sample document that begins so."""
    page = (ROOT / "corpus" / "sample" / f"{document}.md").read_text(encoding="utf-8")
    start = page.index("\n" + opening) + 1
    end = page.find("\n\n", start)
    return page[start : end if end > 0 else None]


def main() -> None:
    """Print, for each set, how many true ones are kept and false ones caught."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--set", default="", help="one set alone")
    parser.add_argument("--show", action="store_true", help="print what went wrong, with the reason")
    options = parser.parse_args()
    found = [one for one in drafts() if options.set in ("", one.set)]
    for name in dict.fromkeys(one.set for one in found):
        for true, done in ((True, "kept"), (False, "caught")):
            some = [one for one in found if one.set == name and one.true is true]
            print(f"{name:14} {'true' if true else 'false':6} {sum(one.right for one in some)} of {len(some)} {done}")
    for one in found if options.show else ():
        if not one.right:
            reasons = "; ".join(finding.reason for finding in one.verdict.findings)
            print(f"\n{'true' if one.true else 'FALSE'} [{one.set}, {one.kind}] {one.text}\n  {reasons}")


if __name__ == "__main__":
    main()
