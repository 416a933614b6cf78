"""Whether an item that no row gives may be computed from others in a filing: only where its statement's rows bear it out."""

from collections.abc import Sequence
from decimal import Decimal

from index.concepts import Concept, concepts, is_part, label_rank
from index.line_items import find_item
from index.statement_cells import Line

_TOP = "current_liabilities"
# Items that end the liabilities of a balance sheet.
_BELOW = ("redeemable_interest", "preferred_stock", "common_stock", "common_stock_and_capital", "paid_in_capital",
          "treasury_stock", "retained_earnings", "other_comprehensive_income", "noncontrolling_interest", "equity",
          "total_equity", "liabilities_and_equity")  # fmt: skip


def may_derive(
    concept: Concept, lines: Sequence[Line], year: int, quarter: int | None = None, literal: str = ""
) -> bool:
    """Whether `concept.derive` gives the item in a document for a period, as `concept.derive_if` demands.

    `literal` is the item in a question's words: "formula" allows an item of a formula alone, since who asks for one
    of two rows by its name doesn't ask for their sum.
    """
    if not concept.derive:
        return False
    if concept.derive_if == "formula":
        return not literal
    if concept.derive_if == "liabilities":
        return _liabilities_add_up(lines, year, quarter)
    return concept.derive_if != "parts" or _parts_add_up(concept, lines, year, quarter)


def _liabilities_add_up(lines: Sequence[Line], year: int, quarter: int | None) -> bool:
    """Whether current liabilities and the rows from there to equity are the total of assets less equity."""
    total, equity, top = (_found(name, lines, year, quarter) for name in ("total_assets", "total_equity", _TOP))
    if not (total and equity and top):
        return False
    (first, amount), found = top, Decimal(0)
    rows = [line for line in lines if _table(line) == _table(first) and line.column == first.column]
    for line in sorted(rows, key=lambda one: one.fact.place[1]):
        if line.fact.place[1] > first.fact.place[1]:
            if any(label_rank(concepts()[name], line.fact.label, line.fact.section) is not None for name in _BELOW):
                break
            found += line.value
    return abs(total[1] - equity[1] - amount - found) <= _slack(rows)


def _parts_add_up(concept: Concept, lines: Sequence[Line], year: int, quarter: int | None) -> bool:
    """Whether the rows that the item is spread over add up to revenue less the gross profit that is printed."""
    revenue, profit = (_found(name, lines, year, quarter) for name in ("revenue", "gross_profit"))
    if not (revenue and profit):
        return False
    parts = [
        abs(line.value)
        for line in lines
        if _table(line) == _table(profit[0]) and line.column == profit[0].column and is_part(concept, line.fact.label)
    ]
    return len(parts) > 1 and abs(revenue[1] - profit[1] - sum(parts, Decimal(0))) <= _slack(lines)


def _found(name: str, lines: Sequence[Line], year: int, quarter: int | None) -> tuple[Line, Decimal] | None:
    value = find_item(lines, concepts()[name], year, quarter) if lines else None
    return (value.line, value.amount) if value else None


def _table(line: Line) -> tuple[int, int]:
    return line.fact.row.page, line.fact.place[0]


def _slack(lines: Sequence[Line]) -> Decimal:
    """Two units of the last place that the figures are printed to."""
    places = max((-int(line.value.as_tuple().exponent) for line in lines if line.value), default=0)
    return 2 * Decimal(1).scaleb(-max(places, 0))
