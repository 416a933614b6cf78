"""A figure over several periods from one row (or column) of a table: quarters or years, each a cited cell."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from app.answer import Point, Series, Statement
from app.figures import cell_citations, cell_operand, computed, expression_of
from app.match import Acronyms, Pick, Weights, asked_periods, cell_period, fitting_cells
from app.plan_series import SeriesWords, read_series
from app.question import YEAR, Kind, Question
from app.series_text import series_text, unit_of, way
from app.terms import words
from corpus.document import Period
from corpus.errors import CalculationError
from index.cells import CellFact

_QUARTERS = re.compile(
    r"\b(?:by|per|each|every|all)\s+(?:the\s+)?(?:fiscal\s+)?quarters?\b|\bquarter[\s-]by[\s-]quarter\b|\bquarterly\b"
    r"|\b(?:last|past|latest|recent|previous)\s+(?:\w+\s+)?quarters\b|\bquarters\b",
    re.IGNORECASE,
)
_COUNT = re.compile(
    r"\b(?:last|past|latest|previous)\s+(?P<count>[2-9]|1\d|two|three|four|five|six|eight)\s+quarters\b", re.IGNORECASE
)
_COUNTS = {"two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "eight": 8}
_RANGE = re.compile(r"\b(?:from|between|since)\b|\b(?:19|20)\d\d\s*(?:-|–|—|to|through)\s*", re.IGNORECASE)
_TURNS = re.compile(
    r"chang|differ|compar|growth|grow|increas|decreas|quarter|year|trend|develop|evol|trajector|chart|plot|graph|period",
    re.IGNORECASE,
)
_PRINTED = 14  # characters of a period as the table prints it


@dataclass(frozen=True, slots=True)
class _Dated:
    """A cell with its period."""

    fact: CellFact
    period: Period

    @property
    def order(self) -> tuple[int, int]:
        return self.period.order


def asks_series(question: Question) -> bool:
    """Whether a figure is asked for each of several periods, so that one figure doesn't answer it."""
    asked = read_series(question.text)
    each = re.search(r"\b(?:by|per|each|every)\s+(?:the\s+)?(?:fiscal\s+)?quarter", question.text, re.IGNORECASE)
    return question.kind is Kind.FIGURE and bool(asked.each or asked.count or each)


def row_series(question: Question, facts: Sequence[CellFact], weights: Weights, short: Acronyms) -> list[Statement]:
    """The values of the row asked for, where a series is; empty where no one row of one table is it."""
    asked, quarters = read_series(question.text), bool(_QUARTERS.search(question.text))
    ranged = len(asked_periods(question)) > 2 or (len(asked_periods(question)) == 2 and _RANGE.search(question.text))
    turns = question.direction or re.search(r"\b(?:chang|differ|compar|growth)", question.text, re.IGNORECASE)
    if question.kind not in (Kind.FIGURE, Kind.OPEN) or not (asked.asked or quarters or (ranged and not turns)):
        return []
    lists = words()
    places = [
        *asked.places,
        *(found.span() for pattern in (_COUNT, _QUARTERS) for found in pattern.finditer(question.text)),
    ]
    said = {word.lower() for start, end in places for word in re.findall(r"\w+", question.text[start:end])} | set(
        _COUNTS
    )
    plain = replace(
        question,
        terms=tuple(
            term for term in question.terms if term.text.lower() not in lists.rise | lists.fall | said and not _TURNS.match(term.text)
        ),
        kind=Kind.FIGURE, periods=(), years=frozenset(), months=(), year_before=False, wants=frozenset(), direction=0,
    )  # fmt: skip
    if not plain.terms:
        return []
    row = _one_row(fitting_cells(plain, facts, weights, short))
    chosen = _asked(row, question, asked, quarters)
    if len(chosen) < 2:
        return []
    try:
        return [_statement(chosen, bool(asked.trend or turns))]
    except CalculationError:
        return []


def _one_row(picks: Sequence[Pick]) -> list[_Dated]:
    """The dated cells of a row, or of a column where periods stand in rows; empty where several rows fit alike."""
    dated = [_Dated(pick.fact, period) for pick in picks if (period := cell_period(pick.fact)) and period.fiscal_year]
    if len(dated) != len(picks) or not dated:
        return []
    first = dated[0].fact
    alike = {(one.fact.document_id, one.fact.caption, one.fact.unit, one.fact.row.page) for one in dated}
    by_row = all(one.fact.label == first.label for one in dated)
    by_column = all(one.fact.header == first.header for one in dated)
    if len(alike) != 1 or by_row == by_column or len({one.order for one in dated}) != len(dated):
        return []
    return sorted(dated, key=lambda one: one.order)


def _asked(row: Sequence[_Dated], question: Question, asked: SeriesWords, quarters: bool) -> list[_Dated]:
    """Those of the periods asked for."""
    whole = [one for one in row if not one.period.quarter]
    parts = [one for one in row if one.period.quarter]
    chosen = parts if quarters else whole or parts
    ends = sorted(period.order for period in asked_periods(question))
    if asked.since:
        return [one for one in chosen if one.order[0] >= asked.since]
    if ends:
        if len(ends) > 1 and _RANGE.search(question.text):
            chosen = [one for one in chosen if ends[0] <= one.order <= (ends[-1][0], ends[-1][1] or 4)]
        else:
            chosen = [one for one in chosen if one.order in ends or (one.order[0], 0) in ends]
        held = {one.order[0] for one in chosen}
        return chosen if {ends[0][0], ends[-1][0]} <= held else []
    if found := _COUNT.search(question.text):
        count = int(found["count"]) if found["count"].isdigit() else _COUNTS[found["count"].lower()]
        return chosen[-count:] if len(chosen) >= count else []
    if asked.count:
        latest = sorted({one.order[0] for one in chosen})[-asked.count :]
        return [one for one in chosen if one.order[0] in latest] if len(latest) == asked.count else []
    return chosen


def _statement(row: Sequence[_Dated], trend: bool) -> Statement:
    by_row = row[0].fact.label == row[-1].fact.label
    name = row[0].fact.label if by_row else row[0].fact.header
    points = []
    for one in row:
        period = _printed(one.fact.header if by_row else one.fact.label, one.period)
        operand = replace(cell_operand(one.fact, f"{name}, {period}"), period=period)
        negative = operand.text.lstrip().startswith(("(", "-", "−"))
        value = -abs(operand.value) if negative else operand.value
        points.append(Point(period, operand.text, Decimal(value), operand))
    unit = unit_of(points[-1].text)
    if any(unit_of(point.text) != unit for point in points) or len({point.period for point in points}) != len(points):
        raise CalculationError("The cells of the row have different units.")
    series = Series(name, unit, tuple(points))
    citations = dict.fromkeys(cell for one in row for cell in cell_citations(one.fact))
    made = Statement(series_text(series), tuple(citations), None, series)
    first, last = points[0].operand, points[-1].operand
    if not trend or unit == "%" or first is None or last is None or points[0].value <= 0:
        return made
    change = computed(f"growth({expression_of(last)}, {expression_of(first)})", (last, first), "growth")
    turn = "rose" if change.value > 0 else "fell"
    amount = change.result.lstrip("-−")
    text = f"{name} {turn} by {amount}, from {first.text} in {points[0].period} to {last.text} in {points[-1].period}."
    return replace(made, text=(text if change.value else made.text) + way(series), calculation=change)


def _printed(text: str, period: Period) -> str:
    """The period as the table prints it, where that is short and names its year."""
    plain = " ".join(text.split())
    return plain if YEAR.search(plain) and len(plain) <= _PRINTED else str(period)
