"""One figure over several fiscal years from the filings of one company: a value for each year, each cited.

Values that go beside each other come from one filing where one has them. Where one doesn't, the next earlier filing goes
on from there; a year that a later filing gives otherwise than its own is taken from the later one, and that is said.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from app.answer import Calculation, Point, Series, Statement
from app.answer_form import shown
from app.calculator import calculate
from app.formula import Formula, Item
from app.operands import Bound, Filing, bind, bind_in, period_name, restated
from app.plan import Mode, Plan
from app.series_text import lacking_text, number_of, series_text, unit_of, way
from app.statement_figures import (
    cells_of,
    expression_of,
    figure,
    moment,
    operands_of,
    scale_of,
    statement,
    whole,
    with_years,
)
from app.understood import understood
from corpus.document import Kind
from corpus.errors import CalculationError
from index.concepts import concepts, plain_label

MOST_YEARS = 12
MANY_YEARS = frozenset([Mode.SERIES, Mode.AVERAGE, Mode.CAGR])  # what no one sentence or cell gives


@dataclass(frozen=True, slots=True)
class _Year:
    year: int
    formula: Formula
    bound: Bound


def plan_statements(plan: Plan, filings: Sequence[Filing]) -> list[Statement]:
    """What the filings give for a plan, a figure or a series of them; empty where it isn't beyond doubt."""
    if plan.mode is not Mode.SERIES:
        made = figure(plan, filings)
        if made or plan.mode is not Mode.COMPARE or plan.yes_no or len(plan.years) != 2:
            return made
        # Of two years asked about side by side, the one that is given.
        found = _bound(replace(plan, mode=Mode.SERIES), filings)
        return _only(plan, found[0], filings) if len(found) == 1 else []
    named = plan.years
    plan = _spanned(plan, filings)
    if not 0 < len(plan.years) <= MOST_YEARS:
        return []
    found = _bound(plan, filings)
    if plan.trend and named and (not found or {found[0].year, found[-1].year} != {named[0], named[-1]}):
        return []  # a change to or from a year that isn't given
    try:
        if len(found) == 1:
            return _only(plan, found[0], filings)
        return [_statement(plan, found, filings)] if len(found) > 1 else []
    except CalculationError:
        return []  # units that can't meet, a division by zero


def _only(plan: Plan, one: _Year, filings: Sequence[Filing]) -> list[Statement]:
    """The one year that is given, and that it is the only one."""
    made = figure(replace(plan, mode=Mode.VALUE, years=(one.year,)), filings)
    return [replace(each, text=f"{each.text} These documents give it for no other year asked about.") for each in made]


def _spanned(plan: Plan, filings: Sequence[Filing]) -> Plan:
    """The plan with every year from the first asked for; of none named, every year that the filings give."""
    years = [one.year for one in filings if one.metadata.kind is Kind.ANNUAL_REPORT and one.year]
    if plan.count or plan.years or not years:
        return with_years(plan, filings)
    if plan.since:
        return replace(plan, years=tuple(range(plan.since, max(years) + 1)))
    every = replace(plan, years=tuple(range(max(min(years) - 4, max(years) - MOST_YEARS + 1), max(years) + 1)))
    given = [one.year for one in _bound(every, filings)]
    return replace(plan, years=tuple(range(min(given), max(given) + 1)) if given else ())


def _bound(plan: Plan, filings: Sequence[Filing]) -> list[_Year]:
    """The years that can be given, earliest first."""
    found: list[_Year] = []
    current: Filing | None = None
    for year in sorted(plan.years, reverse=True):
        one, formula = replace(plan, years=(year,), mode=Mode.VALUE), moment(plan, year)
        own = bind(formula, one, filings)
        bound = bind_in(formula, one, current) if current else None
        if bound is None:
            bound = own
        elif own:
            bound = own if own.filing == bound.filing else replace(bound, note=restated(own, bound))
        if bound is None:
            continue
        current = next((filing for filing in filings if filing.name == bound.filing), current)
        found.append(_Year(year, formula, bound))
    return found[::-1]


def _statement(plan: Plan, found: Sequence[_Year], filings: Sequence[Filing]) -> Statement:
    points = _points(plan, found)
    unit = unit_of(points[-1].text)
    if any(unit_of(point.text) != unit for point in points):
        raise CalculationError("The values of the years have different units.")
    absent = sorted(set(plan.years) - {one.year for one in found})
    missing = tuple(period_name(year, plan.quarter) for year in absent)
    series = Series(plan.name, unit, tuple(points), missing, _note(found))
    citations = tuple(dict.fromkeys(cell for one in found for cell in cells_of(one.bound)))
    read = understood(plan, filings, [one.bound.filing for one in found])
    made = Statement(series_text(series), citations, None, series, read)
    if plan.trend and (turn := _turn(plan, found[0], found[-1])):
        made = replace(made, text=turn.text + way(series) + lacking_text(series), calculation=turn.calculation)
    return made


def _points(plan: Plan, found: Sequence[_Year]) -> list[Point]:
    scale = scale_of(found[-1].bound)
    return [_point(plan, one, scale, scale_of(found[-1].bound)) for one in found]


def _point(plan: Plan, one: _Year, scale: str, last: str) -> Point:
    bound, period = one.bound, period_name(one.year, plan.quarter)
    expression = expression_of(bound.formula, bound)
    quantity = calculate(expression).quantity
    operands = operands_of(plan, bound)
    as_printed = plan.form.places is None and not plan.form.scale and not plan.form.whole
    if isinstance(bound.formula, Item) and as_printed and scale_of(bound) == last:
        value = bound.values[bound.formula]
        return Point(period, value.text, value.amount, operands[0])
    text, rounding = shown(quantity, plan.form, plan.show, scale)
    calculation = Calculation(
        expression, operands, text, quantity.base, quantity.unit.symbol, "", rounding,
        (*((operand.role, operand.text) for operand in operands), (f"{plan.name}, {period}", text)),
    )  # fmt: skip
    sign = -1 if quantity.base < 0 else 1
    return Point(period, text, sign * number_of(text), None, calculation)


def _note(found: Sequence[_Year]) -> str:
    """What was restated, and which filing gives which years where several do."""
    notes = list(dict.fromkeys(one.bound.note for one in found if one.bound.note))
    notes += _labels(found)
    named = dict.fromkeys(one.bound.filing for one in found)
    if len(named) > 1:
        parts = []
        for name in named:
            years = [one.year for one in found if one.bound.filing == name]
            span = period_name(years[0]) + (f" to {period_name(years[-1])}" if len(years) > 1 else "")
            parts.append(f"{span} from {name or 'several filings'}")
        notes.append(f"Put together: {'; '.join(parts)}.")
    return " ".join(notes)


def _labels(found: Sequence[_Year]) -> list[str]:
    """Rows of one line item that filings name otherwise, so that a reader can judge whether they are the same."""
    rows: dict[str, dict[str, str]] = {}
    for one in found:
        for item, value in one.bound.values.items():
            label = " ".join(value.line.fact.label.split())
            rows.setdefault(item.concept, {}).setdefault(
                plain_label(label), f"“{label}” (from {period_name(item.year or 0)})"
            )
    return [
        f"Rows of {concepts()[concept].name}: {', '.join(labels.values())}."
        for concept, labels in rows.items()
        if len(labels) > 1
    ]


def _turn(plan: Plan, first: _Year, last: _Year) -> Statement | None:
    """How it went from the first year to the last; None where the two years' rows aren't of the same figure."""
    values = {**first.bound.values, **last.bound.values}
    shares = {(item.concept, "attributable" in value.line.fact.label.lower()) for item, value in values.items()}
    if len({concept for concept, _ in shares}) < len(shares):
        return None  # the owners' share in one year, all of it in the other: no change of one figure
    if any(values[item].expression != value.expression for item, value in first.bound.values.items()):
        return None
    ends = replace(plan, mode=Mode.GROWTH, years=(first.year, last.year), direction=0, yes_no=False)
    moments = (first.bound.formula, last.bound.formula)
    return statement(ends, moments, Bound(whole(ends, moments), values, ""))
