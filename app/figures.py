"""Figures with their sources: cells and quantities as operands, calculations with their steps, earlier figures compared."""

import re
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from app.answer import Calculation, Citation, Operand, Statement
from app.calculator import Result, calculate
from app.calculator.notation import shown_expression
from app.match import Pick
from app.quantity import Quantity, UnitKind, find_quantities, format_quantity, parse_quantity
from corpus.errors import CalculationError
from corpus.period import find_periods
from index.cells import CellFact


def cell_text(fact: CellFact) -> str:
    """A cell with its table's unit: "51.0 million euros"."""
    own = {item.quantity.unit.kind for item in find_quantities(fact.text)}
    if (
        not fact.unit
        or own - {UnitKind.PURE, UnitKind.COUNT}
        or not re.fullmatch(r"[$€£¥]?\s*\(?-?[\d.,]+\)?", fact.text)
    ):
        return fact.text
    return f"{fact.text} {fact.unit}"


def cell_citations(fact: CellFact) -> tuple[Citation, ...]:
    """The row, the column's header and the place that states the unit."""
    heads = fact.heads or (fact.head,)
    found = (fact.row, *heads, fact.corner if fact.unit or fact.caption else None)
    return tuple(dict.fromkeys(one for one in found if one))


def cell_statement(pick: Pick) -> Statement:
    """A cell as a sentence: label, header, value."""
    fact = pick.fact
    header = "" if fact.first_column and not find_periods(fact.header, bare_years=True) else f", {fact.header}"
    return Statement(f"{fact.label}{header}: {cell_text(fact)}.", cell_citations(fact))


def cell_operand(fact: CellFact, role: str = "") -> Operand:
    """A cell as an operand."""
    return operand_of(cell_text(fact), fact.row, role or f"{fact.label}, {fact.header}")


def operand_of(text: str, citation: Citation | None, role: str) -> Operand:
    """What a text says as an operand; its number alone where the unit isn't known."""
    try:
        quantity = parse_quantity(text)
        return Operand(text, quantity.value, quantity.unit.symbol, quantity.scale.name, citation, role)
    except CalculationError:
        number = re.search(r"[\d,]+(?:\.\d+)?", text)
        return Operand(text, Decimal(number[0].replace(",", "")) if number else Decimal(0), "", "", citation, role)


def expression_of(operand: Operand) -> str:
    """An operand in the calculator's grammar, without thousands separators."""
    number = format(operand.value, "f")
    if operand.unit == "%":
        return f"{number}%"
    return " ".join(part for part in (number, operand.scale, operand.unit) if part)


def computed(expression: str, operands: Sequence[Operand], label: str, note: str = "") -> Calculation:
    """A calculation by the calculator, with its operands as first steps. Raises CalculationError."""
    result = calculate(expression)
    steps = [(operand.role or operand.text, operand.text) for operand in operands]
    steps.append((f"{label} = {shown_expression(expression)}", result.shown))
    return replace(calculation_of(result, operands), expression=expression, steps=tuple(steps), note=note)


def calculation_of(result: Result, operands: Sequence[Operand]) -> Calculation:
    """A result of the calculator as a calculation on these operands, with the calculator's own steps."""
    quantity = result.quantity
    return Calculation(
        result.expression, tuple(operands), result.shown, quantity.base, quantity.unit.symbol, quantity.scale.name,
        result.rounding, tuple(result.steps),
    )  # fmt: skip


def quantity_operand(quantity: Quantity, citation: Citation | None, role: str) -> Operand:
    """A quantity of a calculation as its operand."""
    return Operand(format_quantity(quantity), quantity.value, quantity.unit.symbol, quantity.scale.name, citation, role)


def cited(text: str, calculation: Calculation, more: Sequence[Citation] = ()) -> Statement:
    """A statement on a calculation, with the citations of its operands and `more`."""
    citations = [operand.citation for operand in calculation.operands if operand.citation]
    return Statement(text, tuple(dict.fromkeys([*citations, *more])), calculation)


def change_text(name: str, rose: int, amount: str, ends: tuple[str, str], asked: int = 0) -> str:
    """How a figure went from the one of `ends` to the other ("37% in FY2024"); `rose`: 1, -1, or 0 for no change.

    `asked`: whether the question is if it rose (1) or fell (-1), which is answered first.
    """
    yes = "" if not asked else "Yes. " if rose == asked else "No. "
    first, last = ends
    if not rose:
        return f"{yes}{name} did not change: {first}, {last}."
    return f"{yes}{name} {'rose' if rose > 0 else 'fell'} by {amount.lstrip('-−')}, from {first} to {last}."


def about(rounding: str) -> str:
    """The word before a figure that was rounded."""
    return "About " if rounding else ""


def figure_of(statement: Statement) -> tuple[str, tuple[Operand, ...]] | None:
    """The figure that a statement gives: its expression and operands, None where it gives none or several alike."""
    if statement.series and not statement.calculation:
        return None  # a figure for each of several periods
    if statement.calculation:
        return f"({statement.calculation.expression})", statement.calculation.operands
    found = find_quantities(statement.text)
    money = [item for item in found if item.quantity.unit.kind is UnitKind.CURRENCY]
    plain = [item for item in found if item.quantity.unit.kind is not UnitKind.PERCENT]
    chosen = next(iter(money or plain or found), None)
    if chosen is None or not statement.citations:
        return None
    operand = operand_of(chosen.text, statement.citations[0], "figure of an earlier answer")
    return expression_of(operand), (operand,)


def compare(first: Statement, second: Statement) -> list[Statement]:
    """The difference of two earlier figures, and the first as a change from the second where both are amounts."""
    one, other = figure_of(first), figure_of(second)
    if one is None or other is None:
        return []
    operands = tuple(dict.fromkeys([*one[1], *other[1]]))
    calculation = computed(f"{one[0]} - {other[0]}", operands, "difference")
    if calculation.value < 0:
        one, other = other, one
        calculation = computed(f"{one[0]} - {other[0]}", operands, "difference")
    more = (*first.citations, *second.citations)
    result = [cited(f"The difference is {calculation.result}.", calculation, more)]
    if calculation.unit != "%" and calculate(other[0]).quantity.base > 0:
        growth = computed(f"growth({one[0]}, {other[0]})", operands, "change")
        result.append(cited(f"The larger is {growth.result} above the smaller.", growth, more))
    return result
