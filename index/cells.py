"""Cells of tables, each with its row's label, its column's header and its unit: what figures are taken from."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from corpus.document import Cell, Metadata, Passage, Span, Table
from index.citation import Citation


@dataclass(frozen=True, slots=True)
class CellFact:
    """One cell with its row label, column header and the unit that its table states."""

    document_id: int
    document: str
    metadata: Metadata
    section: tuple[str, ...]
    caption: str  # caption, first header cell and all else that holds for the whole table
    label: str
    header: str
    text: str
    unit: str  # "million euros", "" where the cell says it itself or the table nothing
    row: Citation  # from the label to the cell
    head: Citation | None  # the column's header
    corner: Citation | None  # where the unit is stated
    first_column: bool  # the only column of figures
    heads: tuple[Citation, ...] = ()  # all that the column's header is joined from, outermost first
    placed: bool = False  # from a table found by where words stand; of its period only what it states itself is known
    cell: Span | None = None  # of the figure alone
    place: tuple[int, int] = (0, 0)  # where its table begins in the page, and its row there


@dataclass(frozen=True, slots=True)
class Source:
    """What the cells of a document's tables need of it: read from the store, or of a document that isn't in it yet."""

    id: int  # 0 while it isn't in the store
    name: str
    metadata: Metadata
    text: Callable[[int], str]  # of a page, by its number from 0
    passages: Callable[[int], Sequence[Passage]]  # of a page, in reading order


_DASH = re.compile(r"(?:[A-Z]{0,3}[$€£¥₹₩])?\s*\(?[-–—−‒]{1,3}\)?%?")


def is_dash(text: str) -> bool:
    """Whether a cell holds a dash alone, which stands for nil in a statement."""
    return _DASH.fullmatch(text.strip()) is not None


def cells_of(source: Source, table: Table, dashes: bool = False) -> list[CellFact]:
    """The figures of a table; none of one in doubt. `dashes`: also the dashes of rows with figures, in these' unit."""
    if table.rows:
        return _placed_cells(source, table, dashes)
    text, page, name = source.text(table.span.page), table.span.page, source.name
    grid = {(cell.row, cell.column): cell for cell in table.cells}
    columns = max((cell.column for cell in table.cells), default=0)
    heads = {
        column: [
            grid[row, column] for row in range(table.header_rows) if (row, column) in grid and grid[row, column].text
        ]
        for column in range(columns + 1)
    }
    section = _section(source, table.span)
    corner_cells = heads.get(0, [])
    caption = " ".join([table.caption or "", *(cell.text for cell in corner_cells)]).strip()
    unit = stated_unit(caption)
    corner = next((_cite(name, cell.span, text) for cell in corner_cells if cell.span), None)
    facts = []
    for (row, column), cell in sorted(grid.items()):
        label = grid.get((row, 0))
        if row < table.header_rows or column == 0 or cell.span is None or label is None or label.span is None:
            continue
        head = heads[column][-1] if heads[column] else None
        facts.append(
            CellFact(
                source.id,
                name,
                source.metadata,
                section,
                caption,
                label.text,
                " ".join(cell.text for cell in heads[column]),
                cell.text,
                unit or stated_unit(head.text if head else ""),
                _cite(name, Span(page, label.span.start, cell.span.end), text),
                _cite(name, head.span, text) if head and head.span else None,
                corner,
                columns == 1,
                cell=cell.span,
                place=(table.span.start, row),
            )  # fmt: skip
        )
    return facts


def _placed_cells(source: Source, table: Table, dashes: bool) -> list[CellFact]:
    """The figures of a table found by where words stand: none of one in doubt, none whose unit the page doesn't tell."""
    if not table.confident:
        return []
    text, page, name = source.text(table.span.page), table.span.page, source.name
    rows = {row.number: row for row in table.rows}
    labels = {cell.row: cell for cell in table.cells if cell.column == 0}
    heads: dict[int, list[Cell]] = {}
    for cell in table.cells:
        if cell.row < table.header_rows and cell.span:
            heads.setdefault(cell.column, []).append(cell)
    # The unit may be stated once for all notes, on an earlier page.
    corner = _cite(name, table.unit, source.text(table.unit.page)) if table.unit else None
    caption = " ".join(part for part in (table.caption or "", corner.quote if corner else "") if part)
    section = _section(source, table.span)
    facts = []
    units = _row_units(table) if dashes else {}
    for cell in table.cells:
        row, label = rows.get(cell.row), labels.get(cell.row)
        unit = units.get(cell.row) if cell.unit is None and is_dash(cell.text) else cell.unit
        if cell.column == 0 or cell.span is None or unit is None or not row or not label or not label.span:
            continue
        cited = tuple(_cite(name, head.span, text) for head in heads.get(cell.column, []) if head.span)
        first = min(label.span.start, cell.span.start)
        facts.append(
            CellFact(
                source.id,
                name,
                source.metadata,
                (*section, *row.section),
                caption,
                row.label,
                " ".join(" ".join(head.text.split()) for head in heads.get(cell.column, [])),
                _bare_figure(cell.text),
                "" if "%" in cell.text else unit,
                _cite(name, Span(page, first, cell.span.end), text),
                cited[-1] if cited else None,
                corner,
                len(heads) == 1,
                cited,
                True,
                cell.span,
                (table.span.start, cell.row),
            )  # fmt: skip
        )
    return facts


def _row_units(table: Table) -> dict[int, str]:
    """The unit of each row whose figures have one and the same."""
    found: dict[int, set[str]] = {}
    for cell in table.cells:
        if cell.row >= table.header_rows and cell.column and cell.unit is not None and cell.unit != "%":
            found.setdefault(cell.row, set()).add(cell.unit)
    return {row: next(iter(units)) for row, units in found.items() if len(units) == 1}


def _section(source: Source, span: Span) -> tuple[str, ...]:
    for passage in source.passages(span.page):
        if passage.span.start <= span.start < passage.span.end or passage.span.start >= span.start:
            return passage.section
    return ()


def _cite(name: str, span: Span, text: str) -> Citation:
    return Citation(name, span.page, span.start, span.end, text[span.start : span.end])


def _bare_figure(text: str) -> str:
    """A figure without its currency sign, which its unit names, and without spaces: "$ (1,234 )" → "(1,234)"."""
    return re.sub(r"\s+|[A-Z]{0,3}[$€£¥₹₩]", "", text)


_UNIT = re.compile(
    r"\b(?:in|amounts in|expressed in)\s+((?:thousands?|millions?|billions?|trillions?)(?:\s+of)?\s*((?:US|Chinese|Hong Kong|Canadian|Australian)?\s*[A-Za-z]+)?|USD|EUR|CNY|GBP|RMB|euros?|dollars?|US dollars?|yuan)\b",
    re.IGNORECASE,
)


def stated_unit(text: str) -> str:
    """The unit that a caption states: "in millions of euros" → "million euros"; "" where it states none."""
    match = _UNIT.search(text)
    if not match:
        return ""
    parts = re.sub(r"\s+of\b", "", match[1]).split()
    scale = parts[0].lower()
    if scale.rstrip("s") in ("thousand", "million", "billion", "trillion"):
        currency = " ".join(word for word in parts[1:] if word.lower() not in ("except", "and"))
        return f"{scale.rstrip('s')} {currency}".strip()
    return match[1]
