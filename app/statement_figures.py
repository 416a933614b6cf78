"""A plan and the filings of one company make a figure: each operand a cell, the arithmetic shown."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal, localcontext

from app.answer import Calculation, Citation, Operand, Statement
from app.calculator import calculate
from app.concepts import concepts
from app.figures import cell_citations, shown_expression
from app.formula import Binary, Call, Formula, Item, Number, as_percent, dated, in_words, numbers_of, written
from app.line_items import ItemValue, find_item
from app.metrics import formula_text
from app.plan import Mode, Plan
from app.quantity import Quantity, UnitKind, format_number, names
from app.statement_cells import Line
from corpus.document import Kind, Metadata
from corpus.errors import CalculationError

_SAME = Decimal("0.0005")  # relative: two filings give the same figure, apart from rounding
_MOST_DECIMALS = 3  # of an amount that no rounding was asked for


@dataclass(frozen=True, slots=True)
class Filing:
    """A document of a company with the cells of its primary statements."""

    name: str
    metadata: Metadata
    lines: Sequence[Line]

    @property
    def year(self) -> int:
        """Its fiscal year, 0 where it isn't known."""
        return (self.metadata.period.fiscal_year if self.metadata.period else None) or 0


@dataclass(frozen=True, slots=True)
class _Bound:
    """A formula whose every item is found."""

    formula: Formula
    values: dict[Item, ItemValue]
    filing: str  # "" where several were needed
    note: str = ""


def figure(plan: Plan, filings: Sequence[Filing]) -> list[Statement]:
    """The figure that a plan asks for, from the filings of one company; empty where an operand isn't beyond doubt."""
    plan = _with_years(plan, filings)
    if not plan.years:
        return []
    moments = [dated(plan.formula, year) for year in plan.years]
    bound = _bind(_whole(plan, moments), plan, filings)
    if bound is None:
        return []
    try:
        return [_statement(plan, moments, bound)]
    except CalculationError:
        return []  # units that can't meet, a division by zero


def _with_years(plan: Plan, filings: Sequence[Filing]) -> Plan:
    if plan.years:
        return plan
    latest = max((one.year for one in filings if one.metadata.kind is Kind.ANNUAL_REPORT), default=0)
    if not latest or plan.quarter or plan.mode in (Mode.AVERAGE, Mode.CAGR):
        return plan
    pair = plan.mode in (Mode.GROWTH, Mode.COMPARE)
    return replace(plan, years=(latest - 1, latest) if pair else (latest,))


def _whole(plan: Plan, moments: Sequence[Formula]) -> Formula:
    """The formula of the answer over all years."""
    if plan.form.percent and plan.show == "ratio":
        moments = [as_percent(one) for one in moments]
    if plan.mode is Mode.AVERAGE:
        return Call("mean", tuple(moments))
    if plan.mode is Mode.CAGR:
        return Call("cagr", (moments[0], moments[-1], Number(Decimal(plan.years[-1] - plan.years[0]))))
    if plan.mode in (Mode.GROWTH, Mode.COMPARE):
        return _change(plan, moments[0], moments[-1])
    return moments[0]


def _change(plan: Plan, first: Formula, last: Formula) -> Formula:
    """From one year to another: percentages and ratios by their difference, amounts in percent unless money is asked."""
    in_percent = plan.show in ("amount", "per share") and not (plan.form.scale and not plan.form.percent)
    if in_percent or (plan.form.percent and plan.show in ("days",)):
        return Call("growth", (last, first))
    return Binary("-", last, first)


# Which filing gives which operand


def _bind(formula: Formula, plan: Plan, filings: Sequence[Filing]) -> _Bound | None:
    """All items from one filing where one has them: that of the last year asked for, or a later one that restates it."""
    last = max(plan.years)
    for kinds in ((Kind.ANNUAL_REPORT,), (Kind.EARNINGS_RELEASE, Kind.QUARTERLY_REPORT)):
        own = sorted(
            (one for one in filings if one.metadata.kind in kinds and one.year >= last), key=lambda one: one.year
        )
        whole = [bound for one in own if (bound := _in_one(formula, plan, one))]
        if whole:
            return _latest(whole)
        if kinds[0] is Kind.ANNUAL_REPORT and (bound := _in_several(formula, plan, filings)):
            return bound
    return None


def _in_one(formula: Formula, plan: Plan, filing: Filing) -> _Bound | None:
    values: dict[Item, ItemValue] = {}
    found = _filled(formula, values, lambda item: _value(item, plan, filing))
    return _Bound(found, values, filing.name) if found else None


def _in_several(formula: Formula, plan: Plan, filings: Sequence[Filing]) -> _Bound | None:
    """Each item from the filing of its own year, else from the next that has it."""
    annual = sorted((one for one in filings if one.metadata.kind is Kind.ANNUAL_REPORT), key=lambda one: one.year)

    def find(item: Item) -> ItemValue | None:
        later = (one for one in annual if one.year >= (item.year or 0))
        return next((value for one in later if (value := _value(item, plan, one))), None)

    values: dict[Item, ItemValue] = {}
    found = _filled(formula, values, find)
    return _Bound(found, values, "") if found else None


def _value(item: Item, plan: Plan, filing: Filing) -> ItemValue | None:
    return (
        find_item(filing.lines, concepts()[item.concept], item.year or 0, plan.quarter, plan.literal)
        if filing.lines
        else None
    )


def _filled(
    formula: Formula, values: dict[Item, ItemValue], find: Callable[[Item], ItemValue | None]
) -> Formula | None:
    """The formula with each item found, or written out where it follows from others; None where one is missing."""
    if isinstance(formula, Number):
        return formula
    if isinstance(formula, Item):
        if formula not in values and (value := find(formula)):
            values[formula] = value
        if formula in values:
            return formula
        derive = concepts()[formula.concept].derive
        return _filled(dated(formula_text(derive), formula.year or 0), values, find) if derive else None
    if isinstance(formula, Binary):
        left, right = _filled(formula.left, values, find), _filled(formula.right, values, find)
        return Binary(formula.sign, left, right) if left and right else None
    parts = [_filled(one, values, find) for one in formula.arguments]
    return Call(formula.name, tuple(one for one in parts if one)) if all(parts) else None


def _latest(found: Sequence[_Bound]) -> _Bound:
    """The earliest filing's figures, unless a later one gives other ones: then those, and a note that says so."""
    first, chosen = found[0], found[0]
    for later in found[1:]:
        changed = [
            item for item in first.values if item in later.values and not _alike(first.values[item], later.values[item])
        ]
        if changed:
            item = changed[0]
            before, now = first.values[item], later.values[item]
            if before.line.fact.label.lower() != now.line.fact.label.lower():
                continue  # another row, perhaps another figure: not plainly a restatement
            note = f"{_of(item)} was {before.text} in {first.filing}; {later.filing} gives it as {now.text}, which is used."
            chosen = replace(later, note=note)
    return chosen


def _alike(one: ItemValue, other: ItemValue) -> bool:
    first, second = (calculate(value.expression).quantity.base for value in (one, other))
    return abs(first - second) <= _SAME * max(abs(first), abs(second))


# What is shown


def _statement(plan: Plan, moments: Sequence[Formula], bound: _Bound) -> Statement:
    expression = _expression(bound.formula, bound)
    quantity = calculate(expression).quantity
    result, rounding = _shown(quantity, plan)
    operands = _operands(bound)
    steps = [(operand.role, operand.text) for operand in operands]
    years = [f"{_period(year, plan.quarter)}" for year in plan.years]
    between: list[tuple[str, Quantity]] = []
    if plan.mode is not Mode.VALUE and len(bound.values) > len(moments):
        between = [(year, _part(plan, one, bound)) for year, one in zip(years, moments, strict=True)]
        steps += [(f"{plan.name}, {year}", _shown(one, plan)[0]) for year, one in between]
    steps.append((f"{plan.name} = {shown_expression(expression)}" if len(operands) > 1 else plan.name, result))
    unit = plan.show if plan.show == "days" else quantity.unit.symbol
    calculation = Calculation(
        expression,
        operands,
        result,
        quantity.base,
        unit,
        plan.form.scale or quantity.scale.name,
        rounding,
        tuple(steps),
        _note(plan, bound),
    )
    text = _text(plan, moments, bound, quantity, result)
    return Statement(text, tuple(_citations(bound)), calculation)


def _part(plan: Plan, moment: Formula, bound: _Bound) -> Quantity:
    """The figure of one of the years."""
    found = _filled(moment, dict(bound.values), lambda item: bound.values.get(item))
    if found is None:
        raise CalculationError(f"{plan.name} has no figure for one of the years.")
    if plan.form.percent and plan.show == "ratio":
        found = as_percent(found)
    return calculate(_expression(found, bound)).quantity


def _expression(formula: Formula, bound: _Bound) -> str:
    return written(formula, lambda item: bound.values[item].expression)


def _operands(bound: _Bound) -> tuple[Operand, ...]:
    found = []
    for item, value in bound.values.items():
        parts = value.unit.split()
        scale = parts[0] if parts and parts[0] in names().scales else ""
        unit = parts[-1] if parts and parts[-1] != scale else ""
        found.append(Operand(value.text, abs(value.line.value), unit, scale, value.line.fact.row, _of(item)))
    for number in numbers_of(bound.formula):
        what = "days in a year" if number.value == 365 else "of the formula"
        text = f"{number.value}{'%' if number.percent else ''}"
        found.append(Operand(text, number.value, "%" if number.percent else "", "", None, f"constant: {what}"))
    return tuple(found)


def _of(item: Item) -> str:
    return f"{concepts()[item.concept].name}, FY{item.year}"


def _period(year: int, quarter: int | None) -> str:
    return f"Q{quarter} FY{year}" if quarter else f"FY{year}"


def _citations(bound: _Bound) -> Iterable[Citation]:
    return dict.fromkeys(citation for value in bound.values.values() for citation in cell_citations(value.line.fact))


def _note(plan: Plan, bound: _Bound) -> str:
    """What a reader has to know of how it was computed: convention, restatement, rows that are named otherwise."""
    notes = [bound.note] if bound.note else []
    if plan.source and len(bound.values) > 1:
        notes.append(f"Convention: {plan.source}.")
    seen = set()
    for item, value in bound.values.items():
        label = " ".join(value.line.fact.label.split())
        if item.concept == "net_income" and "attributable" in label.lower() and label not in seen:
            seen.add(label)
            notes.append(f"Net income is the row “{label}”.")
    return " ".join(notes)


def _text(plan: Plan, moments: Sequence[Formula], bound: _Bound, quantity: Quantity, result: str) -> str:
    name = plan.name[0].upper() + plan.name[1:]
    first, last = _period(plan.years[0], plan.quarter), _period(plan.years[-1], plan.quarter)
    if plan.mode is Mode.VALUE:
        yes = "" if not plan.sign else "Yes. " if quantity.value * plan.sign > 0 else "No. "
        if len(bound.values) == 1:
            label = " ".join(next(iter(bound.values.values())).line.fact.label.split())
            return f"{yes}{name}, {first}: {result} (“{label}”)."
        return f"{yes}{name}, {first}: {result}, from {in_words(plan.formula, lambda one: concepts()[one].name)}."
    if plan.mode is Mode.AVERAGE:
        return f"{name}, average of {first} to {last}: {result}."
    if plan.mode is Mode.CAGR:
        return f"{name}, compound annual growth from {first} to {last}: {result}."
    before, after = (_shown(_part(plan, one, bound), plan)[0] for one in (moments[0], moments[-1]))
    turn = "rose" if quantity.value > 0 else "fell" if quantity.value < 0 else "did not change"
    rose = (quantity.value > 0) - (quantity.value < 0)
    yes = ("Yes. " if rose == plan.direction else "No. ") if plan.yes_no and plan.direction else ""
    if not rose:
        return f"{yes}{name} {turn}: {before} in {first}, {after} in {last}."
    amount = result.lstrip("-−")
    return f"{yes}{name} {turn} by {amount}, from {before} in {first} to {after} in {last}."


def _shown(quantity: Quantity, plan: Plan) -> tuple[str, str]:
    """A quantity in the form asked for, and how it was rounded: "" where it wasn't."""
    kind, form = quantity.unit.kind, plan.form
    if kind is UnitKind.CURRENCY:
        scale = form.scale or ("" if form.whole or plan.show == "per share" else quantity.scale.name)
        with localcontext() as context:
            context.prec = 60
            value = quantity.base / (names().scales[scale].factor if scale else Decimal(1))
        exact = value.normalize()
        decimals = max(-int(exact.as_tuple().exponent), 0)
        places = form.places if form.places is not None else decimals if decimals <= _MOST_DECIMALS else 2
        number, rounding = _rounded(value, places)
        return " ".join(part for part in (number, scale, quantity.unit.symbol) if part), rounding
    usual = {UnitKind.PERCENT: 1, UnitKind.POINTS: 1}.get(kind, 2)
    if kind in (UnitKind.PERCENT, UnitKind.POINTS) and abs(quantity.value) < 1:
        usual = 2
    number, rounding = _rounded(quantity.base, usual if form.places is None else form.places)
    if kind is UnitKind.PERCENT:
        return f"{number}%", rounding
    if kind is UnitKind.POINTS:
        return f"{number} percentage points", rounding
    return (f"{number} days" if plan.show == "days" else number), rounding


def _rounded(value: Decimal, places: int) -> tuple[str, str]:
    with localcontext() as context:
        context.prec = 60
        shown = value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    shown = shown or abs(shown)  # no "-0.00"
    return format_number(shown), "" if shown == value else f"to {places} decimal place{'s' * (places != 1)}, half up"
