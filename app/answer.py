"""What a question gets: an `Answer` of statements, each with its citations, figures with their calculation."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any

from index.citation import Citation


class AnswerKind(StrEnum):
    """An answer from passages or a calculation, a definition from the glossary, or a refusal."""

    ANSWER = "answer"
    DEFINITION = "definition"
    REFUSAL = "refusal"


@dataclass(frozen=True, slots=True)
class Operand:
    """A number that goes into a calculation. `citation` is None only for a number the person gave or a constant."""

    text: str  # as written in its source: "2.88 billion CNY"
    value: Decimal  # as written: 2.88
    unit: str  # "CNY", "%", "" …
    scale: str  # "billion", "" …
    citation: Citation | None
    role: str = ""  # "revenue, Q1 2026", "growth on the year"; "given in the question"; "constant: quarters in a year"
    period: str = ""  # "FY2018", where `role` ends with it; "" where the operand has no place in a table by period

    @property
    def item(self) -> str:
        """What it is, without its period: "revenue"."""
        return self.role.removesuffix(f", {self.period}") if self.period else self.role

    def to_json(self) -> dict[str, Any]:
        """The object of `ask --json`."""
        return {
            "text": self.text,
            "value": str(self.value),
            "unit": self.unit,
            "scale": self.scale,
            "role": self.role,
            "period": self.period,
            "citation": self.citation.to_json() if self.citation else None,
        }


@dataclass(frozen=True, slots=True)
class Calculation:
    """A shown computation: `expression` in the calculator's grammar, its operands, the exact and the shown result."""

    expression: str  # "2.88 / (1 + 159%)"
    operands: tuple[Operand, ...]
    result: str  # as shown: "1.112 billion CNY"
    value: Decimal  # result in base units, unrounded: 1111969111.96…
    unit: str
    scale: str = ""  # the scale `result` is shown in: "billion"
    rounding: str = ""  # "to 4 significant digits, half up"
    steps: tuple[tuple[str, str], ...] = ()  # (label, value) rows to show, operands first
    note: str = ""  # "both inputs are rounded, so it lies between 1.108 and 1.116 billion CNY"

    def to_json(self) -> dict[str, Any]:
        """The object of `ask --json`."""
        return {
            "expression": self.expression,
            "operands": [operand.to_json() for operand in self.operands],
            "result": self.result,
            "value": str(self.value),
            "unit": self.unit,
            "scale": self.scale,
            "rounding": self.rounding,
            "note": self.note,
        }


@dataclass(frozen=True, slots=True)
class Point:
    """A figure of a series: a cell as printed (`operand`), or computed (`calculation`); one of the two, never both."""

    period: str  # "FY2019"
    text: str  # as shown: "12.3%", "2,415 million USD"
    value: Decimal  # in the unit and scale of the series: 12.3, 2415
    operand: Operand | None = None
    calculation: Calculation | None = None

    @property
    def operands(self) -> tuple[Operand, ...]:
        """What it rests on."""
        return self.calculation.operands if self.calculation else (self.operand,) if self.operand else ()

    def to_json(self) -> dict[str, Any]:
        """The object of `ask --json`."""
        return {
            "period": self.period,
            "text": self.text,
            "value": str(self.value),
            "operand": self.operand.to_json() if self.operand else None,
            "calculation": self.calculation.to_json() if self.calculation else None,
        }


@dataclass(frozen=True, slots=True)
class Series:
    """One figure over periods, earliest first."""

    name: str  # "revenue"
    unit: str  # of every value: "million USD", "%", "days"; "" for a ratio
    points: tuple[Point, ...]
    missing: tuple[str, ...] = ()  # periods asked for that the documents don't give
    note: str = ""  # restatements, the filings that it was put together from

    def to_json(self) -> dict[str, Any]:
        """The object of `ask --json`."""
        return {
            "name": self.name,
            "unit": self.unit,
            "points": [point.to_json() for point in self.points],
            "missing": list(self.missing),
            "note": self.note,
        }


@dataclass(frozen=True, slots=True)
class Statement:
    """One sentence of an answer with what supports it. A statement of an answer has a citation or a calculation."""

    text: str
    citations: tuple[Citation, ...] = ()
    calculation: Calculation | None = None
    series: Series | None = None
    understood: tuple[tuple[str, str], ...] = ()  # how the question was read, of a figure: ("Company", "Acorn Mills")

    def to_json(self) -> dict[str, Any]:
        """The object of `ask --json`."""
        return {
            "text": self.text,
            "citations": [citation.to_json() for citation in self.citations],
            "calculation": self.calculation.to_json() if self.calculation else None,
            "series": self.series.to_json() if self.series else None,
            "understood": [{"what": what, "as": as_} for what, as_ in self.understood],
        }


def joined(statements: Iterable[Statement]) -> str:
    """The text of statements."""
    return " ".join(statement.text for statement in statements)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A cell that is near to a figure which was refused: its row, its column and what stands there."""

    label: str
    header: str
    text: str
    citation: Citation

    def to_json(self) -> dict[str, Any]:
        """The object of `ask --json`."""
        return {"label": self.label, "header": self.header, "text": self.text, "citation": self.citation.to_json()}


@dataclass(frozen=True, slots=True)
class Withheld:
    """A sentence of a language model's draft that isn't shown as part of the answer, and why."""

    text: str
    reason: str

    def to_json(self) -> dict[str, Any]:
        """The object of `ask --json`."""
        return {"text": self.text, "reason": self.reason}


@dataclass(frozen=True, slots=True)
class Answer:
    """The reply to a question. A refusal has no figure in `text` and shows `nearest` passages, best first.

    `candidates` are cells near to a figure that was refused; none of them is given as the answer.
    """

    question: str
    kind: AnswerKind
    text: str
    statements: tuple[Statement, ...] = ()
    nearest: tuple[Citation, ...] = ()
    resolved: str = ""  # the question as understood after a follow-up was resolved; "" if the same
    elapsed_ms: float = 0.0
    candidates: tuple[Candidate, ...] = ()
    writer: str = ""  # the language model whose verified sentences these are; "" where they are the sources' own
    note: str = ""  # why a language model's words aren't shown: "The language model didn't answer within 30 s."
    withheld: tuple[Withheld, ...] = ()  # of the model's draft
    choices: tuple[str, ...] = ()  # whole questions, one of which is meant; of a refusal that asks which
    recognised: tuple[tuple[str, int], ...] = ()  # cited documents and pages (from 0) that were read by OCR
    remark: str = ""  # on the question: what of it isn't answered, what it wrongly takes for granted; no figure

    def to_json(self) -> dict[str, Any]:
        """The one object that `ask --json` prints."""
        return {
            "question": self.question,
            "kind": str(self.kind),
            "text": self.text,
            "statements": [statement.to_json() for statement in self.statements],
            "nearest": [citation.to_json() for citation in self.nearest],
            "candidates": [candidate.to_json() for candidate in self.candidates],
            "resolved": self.resolved,
            "elapsed_ms": round(self.elapsed_ms, 1),
            "writer": self.writer,
            "note": self.note,
            "withheld": [one.to_json() for one in self.withheld],
            "choices": list(self.choices),
            "recognised": [{"document": name, "page": page + 1} for name, page in self.recognised],
            "remark": self.remark,
        }


@dataclass(frozen=True, slots=True)
class Turn:
    """One exchange of a chat, as the next question's context."""

    question: str
    answer: Answer


__all__ = ["Answer", "AnswerKind", "Calculation", "Citation", "Operand", "Statement", "Turn", "Withheld", "joined"]
