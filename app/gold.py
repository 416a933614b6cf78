"""Gold answers that are one number, and whether an answer gives it: for measuring, not for answering."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from app.answer import Answer, AnswerKind
from app.answer_form import read_form
from app.quantity import Quantity, UnitKind, find_quantities, names

TOLERANCE = Decimal("0.01")  # relative, where the question asks for no rounding
_ONE_NUMBER = re.compile(
    r"[\s~≈]*(?P<sign>[-−(]?)\s*(?:USD|US)?\s*(?P<money>[$€£])?\s*(?P<minus>[-−]?)(?P<number>\d[\d,]*(?:\.\d+)?)\s*(?P<close>\)?)\s*"
    r"(?P<percent>%|percent)?\s*(?P<scale>thousand|million|billion|mn|bn)?\s*(?:days|times|x|USD|dollars)?\W*",
    re.IGNORECASE,
)  # fmt: skip
_SCALES = {"mn": "million", "bn": "billion"}


@dataclass(frozen=True, slots=True)
class Gold:
    """A gold number. `value` is in base units where the gold says its scale, else as written; `unit` "%", "money" or ""."""

    value: Decimal
    unit: str
    scaled: bool  # whether `value` is known to be in base units


def read_gold(answer: str, question: str) -> Gold | None:
    """The number that a gold answer consists of, None where it is anything else.

    A gold of "$1577.00" to a question that asks for USD millions is 1,577 million.
    """
    found = _ONE_NUMBER.fullmatch(answer.strip().rstrip("."))
    if found is None:
        return None
    value = Decimal(found["number"].replace(",", ""))
    if found["sign"] or found["minus"]:
        value = -value
    if found["percent"]:
        return Gold(value, "%", True)
    scale = _SCALES.get((found["scale"] or "").lower(), (found["scale"] or "").lower()) or read_form(question).scale
    if scale:
        return Gold(value * names().scales[scale].factor, "money", True)
    return Gold(value, "money" if found["money"] else "", False)


def is_right(gold: Gold, answer: Answer, question: str) -> bool:
    """Whether the answer's first figure is the gold number.

    The first figure is the first calculation's result, else the first quantity of the text that is no date. Compared
    are quantities, not digits: 65.4% is 0.654, and 1,577 million USD is 1.577 billion USD; money isn't compared with a
    percentage. A number is right within half a unit of the last place that the question asks for, else within 1% of the
    gold. Where the gold gives money without a scale, and the question none, the scale is free.
    """
    given = _figure(answer)
    if given is None:
        return False
    kind, value = given.unit.kind, given.base
    places = read_form(question).places
    if kind in (UnitKind.PERCENT, UnitKind.POINTS):
        if gold.unit == "money":
            return False
        target = gold.value if gold.unit == "%" else gold.value * 100
        step = None if places is None else Decimal(1).scaleb(-places) * (1 if gold.unit == "%" else 100)
        return _near(value, target, step)
    if gold.unit == "%":
        step = None if places is None else Decimal(1).scaleb(-places)
        return kind is UnitKind.PURE and _near(value * 100, gold.value, step)
    if kind is UnitKind.CURRENCY and not gold.scaled:
        factors = (scale.factor for scale in names().scales.values())
        return any(_near(value / factor, gold.value, None) for factor in factors)
    if gold.unit == "money" and kind is not UnitKind.CURRENCY:
        return False
    whole = kind is UnitKind.CURRENCY  # scaled: the places asked for are of millions
    return _near(value, gold.value, None if places is None or whole else Decimal(1).scaleb(-places))


def _near(value: Decimal, gold: Decimal, step: Decimal | None) -> bool:
    """Within the last place of `step`, or within 1%: a gold rounded from the same figure, computed to full digits."""
    if step is None:
        return abs(value - gold) <= TOLERANCE * abs(gold)
    rounded = (value / step).quantize(Decimal(1), ROUND_HALF_UP) * step
    return abs(rounded - gold) <= step * Decimal("0.5")


def _figure(answer: Answer) -> Quantity | None:
    for statement in answer.statements:
        text = statement.calculation.result if statement.calculation else statement.text
        if found := find_quantities(text):
            return found[0].quantity
    return None


@dataclass
class Score:
    """Counts over questions whose gold is one number."""

    questions: int = 0
    correct: int = 0
    wrong: int = 0
    refused: int = 0

    def add(self, gold: Gold, answer: Answer, question: str) -> None:
        """Count one answer."""
        self.questions += 1
        if answer.kind is AnswerKind.REFUSAL:
            self.refused += 1
        elif is_right(gold, answer, question):
            self.correct += 1
        else:
            self.wrong += 1

    def to_json(self) -> dict[str, int]:
        """The object of `eval financebench --json`."""
        return {
            "questions": self.questions,
            "answered": self.correct + self.wrong,
            "correct": self.correct,
            "wrong": self.wrong,
            "refused": self.refused,
        }


def scores(rows: Iterable[tuple[dict[str, str], Answer]]) -> dict[str, dict[str, int]]:
    """Scores over all questions with a gold number ("numeric") and over those of the type metrics-generated."""
    every, metrics = Score(), Score()
    for row, answer in rows:
        gold = read_gold(row.get("answer", ""), row["question"])
        if gold is None:
            continue
        every.add(gold, answer, row["question"])
        if row.get("question_type") == "metrics-generated":
            metrics.add(gold, answer, row["question"])
    return {"numeric": every.to_json(), "metrics_generated": metrics.to_json()}
