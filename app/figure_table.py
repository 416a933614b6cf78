"""The figures behind an answer as a table: periods in columns, line items in rows, the figure itself last."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from app.answer import Citation, Operand, Statement

_YEAR = re.compile(r"(?:19|20)\d\d")
_UNIT = re.compile(r"^(?P<figure>[-−(]*[\d.,]+\)?)\s*(?P<unit>\D.*)?$")


@dataclass(frozen=True, slots=True)
class Cell:
    """One figure: what stands there without its unit, its place (None for one that was computed), and the unit."""

    text: str
    citation: Citation | None = None
    unit: str = ""  # "" where the row has it


@dataclass(frozen=True, slots=True)
class Row:
    """A line item over the table's periods; None where it has none for one."""

    label: str
    unit: str  # of each of its cells: "million USD"; "" where they differ, and each says its own
    cells: tuple[Cell | None, ...]
    computed: bool = False


@dataclass(frozen=True, slots=True)
class FigureTable:
    """Periods, latest first as filings print them, and rows as long as they are."""

    periods: tuple[str, ...]
    rows: tuple[Row, ...]


def figure_table(statement: Statement) -> FigureTable | None:
    """The table of a statement's figures; None where its operands belong to no periods, or there is but one cell."""
    results: dict[str, str] = {}
    if statement.series:
        operands = [operand for point in statement.series.points for operand in point.operands]
        # Where one of the values had to be computed, all of them stand in the last row.
        points = statement.series.points
        results = {point.period: point.text for point in points} if any(one.calculation for one in points) else {}
    else:
        operands = list(statement.calculation.operands) if statement.calculation else []
    placed = [operand for operand in operands if operand.period and operand.citation]
    cited = [operand for operand in operands if operand.citation]
    if len(placed) < 2 or len(placed) < len(cited):
        return None
    missing = statement.series.missing if statement.series else ()
    held = {*(operand.period for operand in placed), *results, *missing}
    periods = tuple(sorted(held, key=period_order, reverse=True))
    rows = [_operand_row(item, placed, periods) for item in dict.fromkeys(operand.item for operand in placed)]
    if results and statement.series:
        rows.append(_row(statement.series.name, {key: Cell(text) for key, text in results.items()}, periods, True))
    return FigureTable(periods, tuple(rows))


def period_order(period: str) -> tuple[int, str]:
    """A key by which periods sort in time: "Q1 2025", "FY2019"."""
    year = _YEAR.search(period)
    return (int(year[0]) if year else 0, period)


def _operand_row(item: str, operands: Iterable[Operand], periods: Sequence[str]) -> Row:
    cells = {one.period: Cell(one.text, one.citation) for one in operands if one.item == item}
    return _row(item, cells, periods, False)


def _row(label: str, cells: dict[str, Cell], periods: Sequence[str], computed: bool) -> Row:
    """A row; a unit that all its cells have goes into its head, others stay with their cells. A % stays where it is."""
    parted = {period: _parted(cell) for period, cell in cells.items()}
    units = {cell.unit for cell in parted.values()}
    unit = units.pop() if len(units) == 1 else ""
    if unit:
        parted = {period: Cell(cell.text, cell.citation) for period, cell in parted.items()}
    return Row(label, unit, tuple(parted.get(period) for period in periods), computed)


def _parted(cell: Cell) -> Cell:
    found = _UNIT.match(cell.text)
    if not found or found["unit"] in (None, "%"):
        return cell
    return Cell(found["figure"], cell.citation, found["unit"])
