"""The confidence of computed answers over tables, fitted: `python -m tests.eval.confidence FILE [--write]`.

On the dev half of TAT-QA's contexts: logistic regression with an L2 penalty (Newton's method) over the features of
`app.tabletext.confidence`, and the threshold from the scores of contexts left out in turn (10 folds), as the least at which
the precision of all computed answers given is TARGET. The confirm half is only measured. `--write` replaces confidence.toml.
"""

import argparse
from datetime import date
from pathlib import Path

import numpy as np

from app.tabletext.confidence import FILE, features
from app.tatqa import given, read_contexts, table_text
from app.tatqa_score import score

TARGET = 0.97  # above the mark of 0.96: the other half will do a little worse
PENALTY = 1.0
# Weights are drawn to zero, but for these, of which the half has too few to tell: an amount whose scale is nowhere stated may be
# in thousands, and of figures printed as negatives (costs in brackets) it is a matter of convention which way they change.
FIRM = 100.0  # penalty that holds a weight to its prior
PRIOR = {"scaleless": -4.0, "negative": -3.0}
FOLDS = 10
STEPS = 500

Rows = tuple[np.ndarray, np.ndarray, np.ndarray, int, list[str]]


def rows(path: Path, half: str) -> Rows:
    """(features (n, d) float64, right (n,), context number (n,), arithmetic questions of the half, feature names)."""
    found, right, contexts, arithmetic, names = [], [], [], 0, []
    for number, (document, questions) in enumerate(read_contexts(path, half)):
        engine = table_text(document)
        for one in questions:
            arithmetic += one.kind == "arithmetic"
            reply = engine.answer(one.text)
            if reply is None or not reply.computed:
                continue
            texts, scale = given(reply)
            values = features(reply)
            names = list(values)
            found.append(list(values.values()))
            right.append(score(one.answers, one.scale, texts, scale, computed=True).exact)
            contexts.append(number)
    return np.array(found), np.array(right), np.array(contexts), arithmetic, names


def fit(held: np.ndarray, right: np.ndarray, names: list[str]) -> np.ndarray:
    """Weights (d + 1,), the constant last, by Newton's method; the constant isn't penalised."""
    data = np.hstack([held, np.ones((len(held), 1))])
    penalty = np.full(data.shape[1], PENALTY)
    penalty[-1] = 1e-6
    penalty[[number for number, name in enumerate(names) if name in PRIOR]] = FIRM
    prior = np.array([*(PRIOR.get(name, 0.0) for name in names), 0.0])
    weights = prior.copy()
    for _ in range(STEPS):
        chance = 1 / (1 + np.exp(-data @ weights))
        slope = data.T @ (right - chance) - penalty * (weights - prior)
        curve = (data * (chance * (1 - chance))[:, None]).T @ data + np.diag(penalty)
        step = np.linalg.solve(curve, slope)
        weights += step / max(1.0, float(np.abs(step).max()))  # no step longer than one: Newton's may overshoot
        if np.abs(step).max() < 1e-8:
            break
    return weights


def chances(held: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Probabilities (n,)."""
    return 1 / (1 + np.exp(-(held @ weights[:-1] + weights[-1])))


def threshold_for(chance: np.ndarray, right: np.ndarray) -> float:
    """The least probability at and above which TARGET of the answers are right; 1 where there is none."""
    order = np.argsort(-chance)
    precise = np.cumsum(right[order]) / np.arange(1, len(order) + 1)
    good = np.flatnonzero(precise >= TARGET)
    return float(chance[order][good[-1]]) if len(good) else 1.0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("--write", action="store_true", help="replace the shipped parameters")
    arguments = parser.parse_args()
    held, right, contexts, arithmetic, names = rows(arguments.file, "dev")
    outside = np.zeros(len(right))
    for fold in range(FOLDS):
        out = contexts % FOLDS == fold
        outside[out] = chances(held[out], fit(held[~out], right[~out], names))
    bar = threshold_for(outside, right)
    weights = fit(held, right, names)
    print(f"dev, left out in turn: threshold {bar:.4f}, {_line(outside, right, bar, arithmetic)}")
    other = rows(arguments.file, "confirm")
    print(f"confirm: {_line(chances(other[0], weights), other[1], bar, other[3])}")
    for name, weight in zip([*names, "constant"], weights, strict=True):
        print(f"  {name:10} {weight:8.3f}")
    if arguments.write:
        FILE.write_text(_toml(names, weights, bar), encoding="utf-8")


def _line(chance: np.ndarray, right: np.ndarray, bar: float, arithmetic: int) -> str:
    sure = chance >= bar
    return f"{sure.sum()} of {len(right)} computed given, precision {right[sure].mean():.4f}; {arithmetic} arithmetic questions"


def _toml(names: list[str], weights: np.ndarray, bar: float) -> str:
    lines = [
        "# How sure a computed answer over a table is. Fitted on the dev half of TAT-QA's contexts:",
        f"# python -m tests.eval.confidence FILE --write   ({date.today().isoformat()})",
        f"constant = {weights[-1]:.4f}",
        f"threshold = {bar:.4f}",
        "",
        "[weights]",
        *(f"{name} = {weight:.4f}" for name, weight in zip(names, weights[:-1], strict=True)),
    ]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()
