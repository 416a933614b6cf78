"""Claims that differ from their source in what turns a meaning, and paraphrases that don't, held to the verifier.

    python -m tests.eval.hard_pairs [--set looked-at|held-back] [--show]

`hard_pairs.jsonl` was looked at while the verifier was mended for it; `hard_pairs_held_back.jsonl` was written before
that and looked at after it, so that its first figures are honest. docs/verification.md has both. `--show` prints what
goes wrong, with the reason.
"""

import argparse
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from app.answer import Citation, Statement
from app.verifier import Verdict, judge

GOLDEN = Path(__file__).parents[1] / "golden"
FILES = {"looked-at": GOLDEN / "hard_pairs.jsonl", "held-back": GOLDEN / "hard_pairs_held_back.jsonl"}


@dataclass(frozen=True, slots=True)
class HardPair:
    """A source, a claim on it, and whether the source supports it; `kind` is what the pair tries: "cause", "hedge" …"""

    kind: str
    source: str
    claim: str
    supported: bool

    @property
    def verdict(self) -> Verdict:
        """What the verifier says of the claim, with the source as its one citation."""
        citation = Citation("note", 0, 0, len(self.source), self.source)
        return judge(Statement(self.claim, (citation,)), "", lambda _document, _page: self.source, lambda _document: "")


def hard_pairs(name: str) -> Iterator[HardPair]:
    """The pairs of a set, "looked-at" or "held-back"."""
    for line in FILES[name].read_text(encoding="utf-8").splitlines():
        yield HardPair(**json.loads(line))


def main() -> None:
    """Print, for each set and kind, how many supported claims are kept and unsupported ones caught."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--set", choices=FILES, action="append", help="one set alone")
    parser.add_argument("--show", action="store_true", help="print what goes wrong, with the reason")
    options = parser.parse_args()
    for name in options.set or FILES:
        judged = [(one, one.verdict) for one in hard_pairs(name)]
        for kind in ("", *dict.fromkeys(one.kind for one, _ in judged)):
            some = [(one.supported, verdict.stands) for one, verdict in judged if kind in ("", one.kind)]
            kept = [stands for supported, stands in some if supported]
            caught = [not stands for supported, stands in some if not supported]
            print(
                f"{name:10} {kind or 'all':12} kept {sum(kept)} of {len(kept)}, caught {sum(caught)} of {len(caught)}"
            )
        for one, verdict in judged if options.show else ():
            if verdict.stands != one.supported:
                reasons = "; ".join(finding.reason for finding in verdict.findings)
                print(f"\n{'true' if one.supported else 'FALSE'} [{one.kind}] {one.source}\n  {one.claim}\n  {reasons}")


if __name__ == "__main__":
    main()
