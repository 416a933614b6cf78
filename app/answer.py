"""What a question gets: an `Answer` of statements, each with its citations, figures with their calculation."""

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

    def to_json(self) -> dict[str, Any]:
        """The object of `ask --json`."""
        return {
            "text": self.text,
            "value": str(self.value),
            "unit": self.unit,
            "scale": self.scale,
            "role": self.role,
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
class Statement:
    """One sentence of an answer with what supports it. A statement of an answer has a citation or a calculation."""

    text: str
    citations: tuple[Citation, ...] = ()
    calculation: Calculation | None = None

    def to_json(self) -> dict[str, Any]:
        """The object of `ask --json`."""
        return {
            "text": self.text,
            "citations": [citation.to_json() for citation in self.citations],
            "calculation": self.calculation.to_json() if self.calculation else None,
        }


@dataclass(frozen=True, slots=True)
class Answer:
    """The reply to a question. A refusal has no figure in `text` and shows `nearest` passages, best first."""

    question: str
    kind: AnswerKind
    text: str
    statements: tuple[Statement, ...] = ()
    nearest: tuple[Citation, ...] = ()
    resolved: str = ""  # the question as understood after a follow-up was resolved; "" if the same
    elapsed_ms: float = 0.0

    def to_json(self) -> dict[str, Any]:
        """The one object that `ask --json` prints."""
        return {
            "question": self.question,
            "kind": str(self.kind),
            "text": self.text,
            "statements": [statement.to_json() for statement in self.statements],
            "nearest": [citation.to_json() for citation in self.nearest],
            "resolved": self.resolved,
            "elapsed_ms": round(self.elapsed_ms, 1),
        }


@dataclass(frozen=True, slots=True)
class Turn:
    """One exchange of a chat, as the next question's context."""

    question: str
    answer: Answer


__all__ = ["Answer", "AnswerKind", "Calculation", "Citation", "Operand", "Statement", "Turn"]
