"""An answer as the JSON text in which it is kept, and back: the shape of `ask --json` leaves out what only the page needs."""

import json
from dataclasses import asdict
from decimal import Decimal, InvalidOperation
from typing import Any

from app.answer import (
    Answer,
    AnswerKind,
    Calculation,
    Candidate,
    Citation,
    Operand,
    Point,
    Series,
    Statement,
    Withheld,
)
from corpus.errors import DataProblem


def answer_to_json(answer: Answer) -> str:
    """An answer as JSON text, with everything in it."""
    return json.dumps(asdict(answer), ensure_ascii=False, default=str)


def answer_from_json(text: str) -> Answer:
    """The answer that `answer_to_json` wrote. Raises DataProblem where the text isn't one."""
    try:
        data = json.loads(text)
        return Answer(
            question=data["question"],
            kind=AnswerKind(data["kind"]),
            text=data["text"],
            statements=tuple(_statement(each) for each in data["statements"]),
            nearest=tuple(Citation(**each) for each in data["nearest"]),
            resolved=data["resolved"],
            elapsed_ms=data["elapsed_ms"],
            # What an earlier Footnote kept has none.
            candidates=tuple(
                Candidate(**{**each, "citation": Citation(**each["citation"])}) for each in data.get("candidates", ())
            ),
            writer=data.get("writer", ""),
            note=data.get("note", ""),
            withheld=tuple(Withheld(**each) for each in data.get("withheld", ())),
            choices=tuple(data.get("choices", ())),
            recognised=tuple((str(name), int(page)) for name, page in data.get("recognised", ())),
            remark=data.get("remark", ""),
        )
    except (ValueError, KeyError, TypeError, InvalidOperation) as error:
        raise DataProblem(
            f"A kept answer can't be read ({type(error).__name__}: {error}); delete that chat, or use the Footnote "
            "that wrote it."
        ) from error


def _statement(data: dict[str, Any]) -> Statement:
    calculation, series = data["calculation"], data.get("series")
    return Statement(
        data["text"],
        tuple(Citation(**each) for each in data["citations"]),
        _calculation(calculation) if calculation else None,
        _series(series) if series else None,
        tuple((what, read) for what, read in data.get("understood", ())),
    )


def _calculation(data: dict[str, Any]) -> Calculation:
    operands = tuple(_operand(each) for each in data["operands"])
    steps = tuple((label, value) for label, value in data["steps"])
    return Calculation(**{**data, "operands": operands, "value": Decimal(data["value"]), "steps": steps})


def _operand(data: dict[str, Any]) -> Operand:
    citation = Citation(**data["citation"]) if data["citation"] else None
    return Operand(**{**data, "value": Decimal(data["value"]), "citation": citation})


def _series(data: dict[str, Any]) -> Series:
    return Series(**{**data, "points": tuple(map(_point, data["points"])), "missing": tuple(data["missing"])})


def _point(data: dict[str, Any]) -> Point:
    operand, calculation = data["operand"], data["calculation"]
    return Point(
        data["period"],
        data["text"],
        Decimal(data["value"]),
        _operand(operand) if operand else None,
        _calculation(calculation) if calculation else None,
    )
