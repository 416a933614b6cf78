"""A plan and the filings of one company make a figure: each operand a cell, the arithmetic shown."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from decimal import Decimal

from app.answer import Calculation, Citation, Operand, Statement
from app.answer_form import shown
from app.calculator import calculate
from app.calculator.notation import shown_expression
from app.figures import cell_citations, change_text
from app.formula import (
    Binary,
    Call,
    Formula,
    Item,
    Number,
    as_percent,
    dated,
    divisors,
    in_words,
    items_of,
    numbers_of,
    written,
)
from app.metrics import formula_text
from app.operands import Bound, Filing, bind, doubted, filled, item_name, lacking, period_name
from app.plan import Mode, Plan
from app.quantity import Quantity, names
from app.terms import capitalised
from app.understood import understood
from corpus.document import Kind
from corpus.errors import CalculationError
from index.cells import is_dash
from index.concepts import concepts
from index.line_items import ItemValue


def lacking_items(plan: Plan, filings: Sequence[Filing]) -> list[Item]:
    """The line items that a plan needs and the filings don't give beyond doubt for each of its years."""
    plan = with_years(plan, filings)
    return lacking(whole(plan, [dated(plan.formula, year) for year in plan.years]), plan, filings) if plan.years else []


def doubted_items(plan: Plan, filings: Sequence[Filing]) -> list[ItemValue]:
    """What the filings give for a plan in cells of a statement that doesn't add up."""
    plan = with_years(plan, filings)
    return doubted(whole(plan, [dated(plan.formula, year) for year in plan.years]), plan, filings) if plan.years else []


def figure(plan: Plan, filings: Sequence[Filing]) -> list[Statement]:
    """The figure that a plan asks for, from the filings of one company; empty where an operand isn't beyond doubt."""
    plan = with_years(plan, filings)
    if not plan.years:
        return []
    moments = [moment(plan, year) for year in plan.years]
    bound = bind(whole(plan, moments), plan, filings)
    if bound is None:
        return []
    try:
        made = statement(plan, moments, bound)
        return [replace(made, understood=understood(plan, filings, (bound.filing,)))]
    except CalculationError:
        return []  # units that can't meet, a division by zero


def moment(plan: Plan, year: int) -> Formula:
    """The plan's formula for a year."""
    formula = dated(plan.formula, year)
    return as_percent(formula) if plan.form.percent and plan.show == "ratio" else formula


def with_years(plan: Plan, filings: Sequence[Filing]) -> Plan:
    """The plan with the latest years where none are asked for."""
    if plan.years:
        return plan
    latest = max((one.year for one in filings if one.metadata.kind is Kind.ANNUAL_REPORT), default=0)
    if plan.count and latest:
        return replace(plan, years=tuple(range(latest - plan.count + 1, latest + 1)))
    if not latest or plan.quarter or plan.mode in (Mode.AVERAGE, Mode.CAGR):
        return plan
    pair = plan.mode in (Mode.GROWTH, Mode.COMPARE)
    return replace(plan, years=(latest - 1, latest) if pair else (latest,))


def whole(plan: Plan, moments: Sequence[Formula]) -> Formula:
    """The formula of the answer over all years."""
    if plan.mode is Mode.AVERAGE:
        return Call("mean", tuple(moments))
    if plan.mode is Mode.CAGR:
        return Call("cagr", (moments[0], moments[-1], Number(Decimal(plan.years[-1] - plan.years[0]))))
    if plan.mode in (Mode.GROWTH, Mode.COMPARE):
        # Percentages and ratios change by a difference, amounts in percent unless money is asked for.
        by_share = plan.show in ("amount", "per share") and (plan.form.percent or not plan.form.scale)
        if by_share or (plan.form.percent and plan.show == "days"):
            return Call("growth", (moments[-1], moments[0]))
        return Binary("-", moments[-1], moments[0])
    return moments[0]


def statement(plan: Plan, moments: Sequence[Formula], bound: Bound) -> Statement:
    """A plan's figure with its calculation; `moments` are its formulas by year. Raises CalculationError."""
    plan, bound, why = _meaningful(plan, bound)
    expression = expression_of(bound.formula, bound)
    quantity = calculate(expression).quantity
    result, rounding = shown(quantity, plan.form, plan.show, scale_of(bound))
    operands = operands_of(plan, bound)
    steps = [(operand.role, operand.text) for operand in operands]
    by_year: list[str] = []
    if plan.mode is not Mode.VALUE:
        ends = moments if plan.mode is Mode.AVERAGE else (moments[0], moments[-1])
        years = plan.years if plan.mode is Mode.AVERAGE else (plan.years[0], plan.years[-1])
        by_year = [moment_text(plan, one, bound) for one in ends]
        if len(set(by_year)) == 1 and quantity.base:
            by_year = [moment_text(plan, one, bound, finer=2) for one in ends]  # "from 4.4% to 4.4%" shows no change
        steps += [
            (f"{plan.name}, {period_name(year, plan.quarter)}", text)
            for year, one, text in zip(years, ends, by_year, strict=True)
            if one not in bound.values
        ]
    steps.append((f"{plan.name} = {shown_expression(expression)}" if len(operands) > 1 else plan.name, result))
    unit = plan.show if plan.show == "days" else quantity.unit.symbol
    calculation = Calculation(
        expression,
        operands,
        result,
        quantity.base,
        unit,
        plan.form.scale or scale_of(bound) if unit not in ("", "%", "pp", "days") else "",
        rounding,
        tuple(steps),
        " ".join(one for one in (_note(plan, bound), why) if one),
    )
    return Statement(_text(plan, by_year, bound, quantity, result), tuple(cells_of(bound)), calculation)


def _meaningful(plan: Plan, bound: Bound) -> tuple[Plan, Bound, str]:
    """A change in money where one in percent would be a share of a loss; and why it is told so."""
    formula = bound.formula
    if not (isinstance(formula, Call) and formula.name == "growth"):
        return plan, bound, ""
    later, earlier = formula.arguments
    if calculate(expression_of(earlier, bound)).quantity.base >= 0:
        return plan, bound, ""
    first = period_name(plan.years[0], plan.quarter)
    why = f"Not in percent: the figure of {first} is negative, and a share of it would say nothing."
    form = replace(plan.form, percent=False, places=None)
    return replace(plan, form=form), replace(bound, formula=Binary("-", later, earlier)), why


def moment_text(plan: Plan, moment: Formula, bound: Bound, finer: int = 0) -> str:
    """The figure of one of the years: as printed where it is one cell, else computed and shown in its usual form.

    `finer`: decimal places more than usual.
    """
    if isinstance(moment, Item) and moment in bound.values:
        return bound.values[moment].text
    found = filled(moment, dict(bound.values), bound.values.get)
    if found is None:
        raise CalculationError(f"{plan.name} has no figure for one of the years.")
    quantity = calculate(expression_of(found, bound)).quantity
    places = max(plan.form.places or 0, 1 if plan.show == "percent" else 2) + finer
    form = replace(plan.form, places=None if plan.show == "amount" else places)
    return shown(quantity, form, plan.show, scale_of(bound))[0]


def expression_of(formula: Formula, bound: Bound) -> str:
    """A formula in the calculator's grammar."""
    return written(formula, lambda item: bound.values[item].expression)


def scale_of(bound: Bound) -> str:
    """The widest scale that an operand is printed in."""
    scales = {part for value in bound.values.values() for part in value.unit.split() if part in names().scales}
    return max(scales, key=lambda name: names().scales[name].factor, default="")


def operands_of(plan: Plan, bound: Bound) -> tuple[Operand, ...]:
    """The cells that a figure rests on, then its formula's constants."""
    found = []
    for item, value in bound.values.items():
        parts = value.unit.split()
        scale = parts[0] if parts and parts[0] in names().scales else ""
        unit = parts[-1] if parts and parts[-1] != scale else ""
        role = item_name(item, plan.quarter)
        period = period_name(item.year or 0, plan.quarter)
        found.append(Operand(value.text, abs(value.line.value), unit, scale, value.line.fact.row, role, period))
    for number in numbers_of(bound.formula):
        what = "days in a year" if number.value == 365 else "of the formula"
        text = f"{number.value}{'%' if number.percent else ''}"
        found.append(Operand(text, number.value, "%" if number.percent else "", "", None, f"constant: {what}"))
    return tuple(found)


def cells_of(bound: Bound) -> Iterable[Citation]:
    """The cells first, in the order of the operands; then their headers and where the units are stated."""
    facts = [value.line.fact for value in bound.values.values()]
    return dict.fromkeys([*(fact.row for fact in facts), *(one for fact in facts for one in cell_citations(fact))])


def _note(plan: Plan, bound: Bound) -> str:
    """What a reader has to know of how it was computed: convention, restatement, rows that are named otherwise."""
    notes = [bound.note] if bound.note else []
    if plan.source and len(bound.values) > 1:
        notes.append(f"Convention: {plan.source}.")
    attributable = {
        " ".join(value.line.fact.label.split())
        for item, value in bound.values.items()
        if item.concept == "net_income" and "attributable" in value.line.fact.label.lower()
    }
    notes += [f"Net income is the row “{label}”." for label in sorted(attributable)]
    nil = [item_name(item, plan.quarter) for item, value in bound.values.items() if is_dash(value.line.fact.text)]
    notes += [f"The statement prints a dash for {name}: nil." for name in nil]
    if any(calculate(expression_of(one, bound)).quantity.value < 0 for one in divisors(bound.formula)):
        notes.append("What it is divided by is negative, so that the figure says little.")
    return " ".join(notes)


def _text(plan: Plan, by_year: Sequence[str], bound: Bound, quantity: Quantity, result: str) -> str:
    name = capitalised(plan.name)
    first, last = period_name(plan.years[0], plan.quarter), period_name(plan.years[-1], plan.quarter)
    if plan.mode is Mode.VALUE:
        yes = "" if not plan.sign else "Yes. " if quantity.value * plan.sign > 0 else "No. "
        if len(bound.values) == 1:
            label = " ".join(next(iter(bound.values.values())).line.fact.label.split())
            return f"{yes}{name}, {first}: {result} (“{label}”)."
        return f"{yes}{name}, {first}: {result}, from {_in_words(plan.formula, bound)}."
    if plan.mode is Mode.AVERAGE:
        return f"{name}, average of {first} to {last}: {result}."
    if plan.mode is Mode.CAGR:
        return f"{name}, compound annual growth from {first} to {last}: {result}."
    rose = (quantity.value > 0) - (quantity.value < 0)
    ends = f"{by_year[0]} in {first}", f"{by_year[-1]} in {last}"
    return change_text(name, rose, result, ends, plan.direction if plan.yes_no else 0)


def _in_words(formula: Formula, bound: Bound) -> str:
    """The formula in words, items that were computed from others written out."""
    found = {item.concept for item in bound.values}

    def name(concept: str) -> str:
        known = concepts()[concept]
        if concept in found or not known.derive:
            return known.name
        text = in_words(formula_text(known.derive), lambda one: concepts()[one].name)
        return text if formula == Item(concept) or items_of(formula) == (Item(concept),) else f"({text})"

    return in_words(formula, name)
