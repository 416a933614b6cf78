"""The retriever's weights by cross-validation over companies: `python -m tests.eval.folds --data DIR --home DIR`.

For each fold the weights are chosen on the other companies, by coordinate ascent on MRR over multiples of the shipped
ones, and measured on the companies left out, beside the shipped weights. The index must have been built by
`python -m app eval financebench` with the same --data and --home.
"""

from collections.abc import Callable, Sequence
from typing import Any

from index.ranking import Weights
from tests.eval.ablation import CUES, figures, opened, ranks

FOLDS = 5
MULTIPLES = (0.0, 0.5, 1.0, 1.5, 2.0)
PASSES = 2

Ranks = Callable[[tuple[float, ...]], list[int]]


def folds(questions: Sequence[dict[str, Any]]) -> list[list[str]]:
    """Companies, dealt to folds so that each has about as many questions: the largest first, to the smallest fold."""
    counts: dict[str, int] = {}
    for one in questions:
        counts[one["company"]] = counts.get(one["company"], 0) + 1
    dealt: list[list[str]] = [[] for _ in range(FOLDS)]
    for company in sorted(counts, key=lambda name: (-counts[name], name)):
        min(dealt, key=lambda fold: sum(counts[name] for name in fold)).append(company)
    return dealt


def choose(shipped: tuple[float, ...], of: Ranks, rows: Sequence[int]) -> tuple[float, ...]:
    """The weights with the best MRR on some questions; the shipped ones stay where nothing is better."""

    def mrr(weights: tuple[float, ...]) -> float:
        found = of(weights)
        return figures([found[row] for row in rows])[-1]

    best, score = shipped, mrr(shipped)
    for _ in range(PASSES):
        for place in range(len(shipped)):
            for multiple in MULTIPLES:
                tried = (*best[:place], round(shipped[place] * multiple, 4), *best[place + 1 :])
                if (reached := mrr(tried)) > score + 1e-9:
                    best, score = tried, reached
    return best


def main() -> None:
    engine, questions = opened(__doc__)
    known: dict[tuple[float, ...], list[int]] = {}

    def of(weights: tuple[float, ...]) -> list[int]:
        if weights not in known:
            engine.retriever().weights = Weights(**dict(zip(CUES, weights, strict=True)))
            known[weights] = ranks(engine, questions)
        return known[weights]

    shipped = tuple(float(getattr(Weights(), cue)) for cue in CUES)
    print(
        "| fold | companies left out | questions | chosen on the others: hit@5, MRR | shipped: hit@5, MRR | chosen weights |"
    )
    print("|---|---|---|---|---|---|", flush=True)
    out, as_shipped = [], []
    for number, fold in enumerate(folds(questions), 1):
        inside = [row for row, one in enumerate(questions) if one["company"] not in fold]
        left = [row for row in range(len(questions)) if row not in inside]
        best = choose(shipped, of, inside)
        chosen, before = ([of(weights)[row] for row in left] for weights in (best, shipped))
        out += chosen
        as_shipped += before
        changed = ", ".join(
            f"{cue} {value:g}" for cue, value, usual in zip(CUES, best, shipped, strict=True) if value != usual
        )
        shown = " | ".join(f"{figures(one)[2]:.3f}, {figures(one)[4]:.3f}" for one in (chosen, before))
        print(f"| {number} | {len(fold)} | {len(left)} | {shown} | {changed or 'as shipped'} |", flush=True)
    shown = " | ".join(f"{figures(one)[2]:.3f}, {figures(one)[4]:.3f}" for one in (out, as_shipped))
    print(f"| all | | {len(out)} | {shown} | |")
    engine.close()


if __name__ == "__main__":
    main()
