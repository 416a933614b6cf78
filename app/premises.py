"""What a question takes for granted ("why did revenue fall?", "how much did it lose?"), held against what the documents say.

Such a question is put as the plain one that tells ("by how much did revenue change?", "what was net income?"); where the
answer to that says the opposite, it is the answer, with a remark that the question supposes otherwise.
"""

import re
import tomllib
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from app.answer import Answer, AnswerKind, Statement
from app.quantity import UnitKind, find_quantities
from app.terms import direction, words
from corpus.errors import DataProblem

FILE = Path(__file__).parent / "premises.toml"
_MINUS = re.compile(r"^[^\d]*(?:[-−]\s?[$€£¥]?\s?\d|\([$€£¥]?\s?\d)")


@dataclass(frozen=True, slots=True)
class Premise:
    """What is supposed (`sign`: 1 a rise or a profit, -1 a fall or a loss) and the question `means` that tells."""

    kind: str  # "turn" of a rise or fall, "sign" of a profit or loss
    sign: int
    means: str
    remark: str
    reason: bool  # it is asked why, so that what bears the premise out is no answer
    whether: bool  # it is asked whether it is so


@dataclass(frozen=True, slots=True)
class _Wording:
    kind: str
    sign: int
    asked: re.Pattern[str]
    means: str
    reason: bool
    whether: bool


@dataclass(frozen=True, slots=True)
class _Wordings:
    premises: tuple[_Wording, ...]
    remarks: dict[str, str]
    rise: frozenset[str]
    fall: frozenset[str]


@cache
def _wordings(path: Path = FILE) -> _Wordings:
    """The wordings of premises.toml. Raises DataProblem where it can't be used."""
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
        rise = words().rise | frozenset(data["turns"]["rise"])
        fall = words().fall | frozenset(data["turns"]["fall"])
        turn = "|".join(sorted(rise | fall, key=len, reverse=True))
        found = tuple(
            _Wording(
                one["kind"],
                one.get("sign", 0),
                re.compile(one["asked"].replace("TURN", turn), re.IGNORECASE),
                one["means"],
                one.get("reason", False),
                one.get("whether", False),
            )
            for one in data["premise"]
        )
        return _Wordings(found, data["remark"], rise, fall)
    except (OSError, ValueError, KeyError, re.error) as error:
        raise DataProblem(f"{path} can't be used: {error}. Mend it, or put the shipped file back.") from error


def read_premise(question: str) -> Premise | None:
    """What a question takes for granted, None where its wording is none of those known."""
    known = _wordings()
    plain = " ".join(question.split())
    for one in known.premises:
        if found := one.asked.match(plain):
            parts = {name: text or "" for name, text in found.groupdict().items()}
            turn = parts.get("turn", "").lower()
            sign = one.sign or (turn in known.rise) - (turn in known.fall)
            remark = known.remarks[f"{'whether' if one.whether else one.kind} {sign}"]
            return Premise(one.kind, sign, one.means.format_map(parts), remark, one.reason, one.whether)
    return None


def corrected(premise: Premise, answer: Answer) -> Answer | None:
    """The answer to the plain question as that to the one that supposes, with a remark; None where it doesn't say otherwise."""
    if answer.kind is not AnswerKind.ANSWER or not answer.statements:
        return None
    told = direction(answer.statements[0].text) if premise.kind == "turn" else _sign(answer.statements[0])
    return replace(answer, remark=premise.remark) if told == -premise.sign else None


def bears_out(premise: Premise, answer: Answer) -> bool:
    """Whether the answer to the plain question gives the figure as the question supposes it."""
    if answer.kind is not AnswerKind.ANSWER or not answer.statements or premise.kind != "sign":
        return False
    return _sign(answer.statements[0]) == premise.sign


def _sign(statement: Statement) -> int:
    """The sign of the one amount that a statement gives, 0 where it gives none or several."""
    if statement.calculation:
        value = statement.calculation.value
        return (value > 0) - (value < 0)
    amounts = [one for one in find_quantities(statement.text) if one.quantity.unit.kind is UnitKind.CURRENCY]
    if len(amounts) != 1:
        return 0
    return -1 if _MINUS.match(statement.text[: amounts[0].end].rpartition(":")[2].strip()) else 1
