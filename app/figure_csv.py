"""The figures of answers as CSV: one row for each cell and each computed figure, with its place in the documents.

A cell that a spreadsheet would take for a formula gets an apostrophe in front (OWASP, CSV Injection); numbers are plain
decimals without thousands separators, so that a minus in front of one is a number's.
"""

import csv
import io
import re
from collections.abc import Iterable, Iterator
from decimal import Decimal

from app.answer import Answer, Calculation, Citation, Operand, Point, Series, Statement
from app.calculator.notation import shown_expression
from app.csv_cell import safe_cell
from app.quantity import names

COLUMNS = (
    "question", "kind", "figure", "period", "value", "unit", "scale", "as_shown", "document", "page", "start", "end",
    "quote", "expression",
)  # fmt: skip
_LEADING = re.compile(r"[-−(]?\s*\d[\d,]*(?:\.\d+)?")


def figures_csv(answers: Iterable[Answer]) -> str:
    """The figures of answers with a header row, lines ended by CR LF (RFC 4180); "" where they have none."""
    rows = [row for answer in answers for row in _rows(answer)]
    if not rows:
        return ""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    writer.writerows([safe_cell(row.get(column, "")) for column in COLUMNS] for row in rows)
    return text.getvalue()


Row = dict[str, str]


def _rows(answer: Answer) -> Iterator[Row]:
    for statement in answer.statements:
        for row in _of_statement(statement):
            yield {"question": answer.question, **row}
    for one in answer.candidates:
        found = _LEADING.match(one.text)
        yield {
            "question": answer.question,
            "kind": "candidate, not the answer",
            "figure": one.label,
            "period": one.header,
            "value": _plain(found[0]) if found else "",
            "as_shown": one.text,
            **_place(one.citation),
        }


def _of_statement(statement: Statement) -> Iterator[Row]:
    seen: set[Operand] = set()
    for point in statement.series.points if statement.series else ():
        yield from _of_point(point, statement.series, seen)
    if statement.calculation:
        yield from (_of_operand(one) for one in statement.calculation.operands if one not in seen)
        yield _of_result(statement.calculation)


def _of_point(point: Point, series: Series | None, seen: set[Operand]) -> Iterator[Row]:
    yield from (_of_operand(one) for one in point.operands if one not in seen)
    seen.update(point.operands)
    if point.calculation and series:
        yield {
            "kind": "computed",
            "figure": series.name,
            "period": point.period,
            "value": format(point.value, "f"),
            **_unit_and_scale(series.unit),
            "as_shown": point.text,
            "expression": shown_expression(point.calculation.expression),
        }


def _unit_and_scale(text: str) -> Row:
    """ "million USD" apart."""
    first, _, rest = text.partition(" ")
    return {"unit": rest, "scale": first} if first in names().scales else {"unit": text, "scale": ""}


def _of_operand(operand: Operand) -> Row:
    citation = operand.citation
    row = {
        "kind": "cited" if citation else "constant" if operand.role.startswith("constant") else "given",
        "figure": operand.item,
        "period": operand.period,
        "value": format(_signed(operand), "f"),
        "unit": operand.unit,
        "scale": operand.scale,
        "as_shown": operand.text,
    }
    return row | _place(citation) if citation else row


def _place(citation: Citation) -> Row:
    return {
        "document": citation.document,
        "page": str(citation.page + 1),
        "start": str(citation.start),
        "end": str(citation.end),
        "quote": citation.quote,
    }


def _signed(operand: Operand) -> Decimal:
    """The value with the sign that it is shown with: brackets are a minus."""
    negative = operand.text.lstrip().startswith(("(", "-", "−"))
    return -abs(operand.value) if negative else operand.value


def _of_result(calculation: Calculation) -> Row:
    """The result as it is shown; `expression` gives it unrounded."""
    found = _LEADING.search(calculation.result)
    label = calculation.steps[-1][0] if calculation.steps else ""
    return {
        "kind": "computed",
        "figure": label.partition(" = ")[0],
        "value": _plain(found[0]) if found else format(calculation.value, "f"),
        "unit": calculation.unit,
        "scale": calculation.scale,
        "as_shown": calculation.result,
        "expression": shown_expression(calculation.expression),
    }


def _plain(number: str) -> str:
    """A figure as a plain decimal: "(1,234" → "-1234"."""
    digits = re.sub(r"[^\d.]", "", number)
    return f"-{digits}" if number.lstrip()[:1] in "(-−" else digits
