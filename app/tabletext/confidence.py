"""How sure a computed answer is: a logistic score over a handful of features, fitted by `python -m tests.eval.confidence`."""

import math
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from app.tabletext.reply import Reply
from app.tabletext.request import Form
from corpus.errors import DataProblem

FILE = Path(__file__).parent / "confidence.toml"

_TWO_LINES = (Form.DIFFERENCE, Form.RATIO, Form.SHARE)
_COUNTS = (Form.COUNT_ITEMS, Form.COUNT_PERIODS)


@dataclass(frozen=True, slots=True)
class Parameters:
    """Weights by feature, the constant, and the least probability at which an answer is stated."""

    weights: Mapping[str, float]
    constant: float
    threshold: float


def features(reply: Reply) -> dict[str, float]:
    """What the score looks at, each from 0 to about 1.

    missed: share of the phrase's words that no line holds; extra: share of the line's words that the phrase hasn't; near: how
    close the runner-up is; period: how certain it is; undated: no period asked for, or one for a change; scaleless: an amount
    whose scale neither the table nor its text states.
    """
    given = reply.features
    return {
        "missed": 1.0 - given.get("recall", 0.0),
        "extra": 1.0 - given.get("precision", 0.0),
        "near": 1.0 - given.get("margin", 0.0) / 0.3,
        "exact": given.get("exact", 0.0),
        "period": 1.0 - given.get("period", 0.0),
        "undated": 1.0 - given.get("periods", 0.0),
        "scaleless": float(
            not given.get("unit", 0.0) and reply.scale != "percent" and reply.form not in (Form.RATIO, *_COUNTS)
        ),
        "unlike": 1.0 - given.get("alike", 1.0),
        "signs": given.get("signs", 0.0),
        "negative": given.get("negative", 0.0),
        "nil": given.get("nil", 0.0),
        "told": given.get("told", 0.0),
        "unsigned": given.get("unsigned", 0.0),
        "two": float(reply.form in _TWO_LINES),
        "sum": float(reply.form is Form.SUM),
        "listed": float(reply.form is Form.COUNT_ITEMS),
    }


def confidence(reply: Reply, *, as_printed: bool = False) -> float:
    """The probability that a computed answer is right, from 0 to 1.

    `as_printed`: it is shown beside its cells, signs and all, in the table's own scale. Then neither a scale that isn't stated
    is a doubt, nor the sign of a cost in brackets, except where a rate hangs on it.
    """
    known = parameters()
    values = features(reply)
    if as_printed:
        values["scaleless"] = 0.0
        if reply.form not in (Form.PERCENT_CHANGE, Form.RATIO, Form.SHARE):
            values["negative"] = 0.0
    score = known.constant + sum(known.weights[name] * value for name, value in values.items())
    return 1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, score))))


@cache
def parameters() -> Parameters:
    """The fitted parameters. Raises DataProblem where the file lacks one."""
    data = tomllib.loads(FILE.read_text(encoding="utf-8"))
    try:
        return Parameters(dict(data["weights"]), float(data["constant"]), float(data["threshold"]))
    except (KeyError, TypeError, ValueError) as error:
        raise DataProblem(
            f"{FILE.name} lacks {error}. Fit it again: python -m tests.eval.confidence FILE --write."
        ) from error
