"""A table as lines of figures: what each cell stands under, over several header rows, sections and periods either way round.

A `Line` is a run of cells that differ by period alone: a row whose columns are years, or a column whose rows are.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from app.tabletext.figure import Figure, is_year, read_figure
from app.tabletext.when import When, is_dated, when_of, without
from corpus.document import Cell, Table

_UNIT_ALONE = re.compile(
    r"\(?\s*(?:in\s+|us|rmb|hk|s)?(?:[$€£¥%]|eur|usd|gbp|rmb|cny|number|amount|no\.|percent)?\s*['’]?\s*(?:thousands?|millions?|billions?|m|mn|bn|k|000s?|'000)?\s*\)?",
    re.IGNORECASE,
)
_YEARS = re.compile(
    r"\b(?:expir|maturit|through|year of|due|since|date|vesting|year)", re.IGNORECASE
)  # what has years for its figures
_IN = re.compile(r"\b(?:thousand|million|billion)s?\b|['’]?000", re.IGNORECASE)
_MARKS = re.compile(r"\s*(?:\((?:\d{1,2}|[a-z])\)|\[\d{1,2}\])(?=\s|$|:)")


@dataclass(frozen=True, slots=True)
class Entry:
    """One cell of the body with what it stands under."""

    row: int
    column: int
    cell: Cell
    figure: Figure | None
    label: str  # the row's, without footnote marks
    section: tuple[str, ...]
    head: str  # the column's, all header rows joined
    when: When | None
    heads: tuple[Cell, ...] = field(default=(), compare=False)
    label_cell: Cell | None = field(default=None, compare=False)
    section_cells: tuple[Cell, ...] = field(default=(), compare=False)

    @property
    def text(self) -> str:
        """The cell as printed."""
        return self.cell.text


@dataclass(frozen=True, slots=True)
class Line:
    """Cells that differ by period alone. `label`, `section` and `head` are without their periods."""

    label: str
    section: tuple[str, ...]
    head: str
    entries: tuple[Entry, ...]
    row: int  # of its first cell
    down: bool = False  # whether the periods run down a column


@dataclass(frozen=True, slots=True)
class Grid:
    """A table read. `title` is what stands above or left of all its columns; `top` the header rows' other words."""

    table: Table
    title: str
    entries: tuple[Entry, ...]
    lines: tuple[Line, ...]
    labels: tuple[tuple[int, str, tuple[str, ...], bool], ...]  # (row, label, section, whether it has a figure)
    heads: tuple[tuple[int, str], ...]  # (column, head)
    top: str


def read_grid(table: Table) -> Grid:
    """The table's body, line by line. Ragged, merged and empty tables give what can be read, or nothing."""
    cells = {(cell.row, cell.column): cell for cell in table.cells if cell.text.strip()}
    if not cells:
        return Grid(table, table.caption or "", (), (), (), (), "")
    rows = sorted({row for row, _ in cells})
    width = max(column for _, column in cells) + 1
    by_row = {row: [cells.get((row, column)) for column in range(width)] for row in rows}
    given = {row.number: row for row in table.rows}
    header = _header_rows(rows, by_row, table)
    heads = _heads(header, by_row, width)
    title = " ".join([table.caption or "", *(one.text for row in header if (one := by_row[row][0]))]).strip()
    entries: list[Entry] = []
    inner = False
    labels: list[tuple[int, str, tuple[str, ...], bool]] = []
    section: list[Cell] = []
    for row in rows[len(header) :]:
        found = by_row[row]
        label, body = found[0], [(column, cell) for column, cell in enumerate(found) if column and cell]
        lone = (
            body[0][1]
            if not label and len(body) == 1 and not read_figure(body[0][1].text) and not when_of(body[0][1].text)
            else None
        )
        if lone and re.search(r"[A-Za-z]{3}", lone.text) and len(found) > 2:
            label, body = lone, []
        if (
            not body
            and label
            and _IN.search(label.text)
            and len(label.text) < 50
            and re.match(r"\W*(?:in|amounts|dollars|[$€£]|us|all)\b|\(", label.text, re.IGNORECASE)
        ):
            title = f"{title} {label.text}".strip()
            continue
        if not body:
            if label and not re.match(r"\(?\d{1,2}\)|note\b|source\b", label.text, re.IGNORECASE):
                section = _under(section, label, bool(rows.index(row) and _is_section(by_row, rows, row - 1)))
            continue
        if _is_inner_header(label, body):
            heads = _replaced(heads, body, width, more=inner)
            inner = True
            if (label and when_of(label.text) is not None) or (label and label.text.strip().endswith(":")):
                section = [label]
            continue
        inner = False
        known = given.get(row)
        name = _plain(known.label if known else label.text if label else "")
        path = known.section if known else tuple(_plain(one.text) for one in section)
        if not name and len(labels) > 1 and any(read_figure(cell.text) for _, cell in body):
            name = "Total"  # an unnamed row below others adds them up
        has_figure = False
        for column, cell in body:
            unknown = known is not None and cell.unit is None  # a reader that tells units doesn't know this one
            figure = (
                None
                if unknown
                or (
                    is_year(cell.text)
                    and _YEARS.search(f"{name} {' '.join(one.text for one in heads.get(column, []))}")
                )
                else read_figure(cell.text)
            )
            has_figure |= figure is not None
            head_cells = tuple(heads.get(column, ()))
            head = _plain(" ".join(" ".join(one.text.split()) for one in head_cells))
            when = _when(head, name, path)
            entries.append(Entry(row, column, cell, figure, name, path, head, when, head_cells, label, tuple(section)))
        labels.append((row, name, path, has_figure))
    flat = tuple(
        (column, " ".join(cell.text for cell in cells_))
        for column, cells_ in sorted(heads.items())
        if column and cells_
    )
    top = " ".join(cell.text for row in header for cell in by_row[row] if cell)
    return Grid(table, title, tuple(entries), tuple(_lines(entries)), tuple(labels), flat, top)


def _plain(text: str) -> str:
    return " ".join(_MARKS.sub(" ", text).split()).rstrip(":").strip()


def _is_data(row: Sequence[Cell | None]) -> bool:
    """Whether a row has a figure that isn't a year or a date of a header."""
    return any(
        cell and not is_year(cell.text) and (figure := read_figure(cell.text)) and not figure.nil for cell in row[1:]
    )


def _header_rows(rows: Sequence[int], by_row: dict[int, list[Cell | None]], table: Table) -> list[int]:
    """The first rows without a figure, down to the last that has words over a column."""
    run: list[int] = []
    for row in rows[:8]:
        body = [cell for cell in by_row[row][1:] if cell]
        if _is_data(by_row[row]) or (
            run
            and body
            and any(read_figure(cell.text) for cell in body)
            and not any(is_year(cell.text) for cell in body)
        ):
            break
        if (
            run
            and by_row[row][0]
            and body
            and all(is_year(cell.text) for cell in body)
            and any(
                (found := when_of(cell.text)) and found.years for number in run for cell in by_row[number][1:] if cell
            )
        ):
            break  # years as figures under a header that has its periods
        run.append(row)
    dated = False
    last = -1
    for place, row in enumerate(run):
        body = [cell for cell in by_row[row][1:] if cell]
        # One lone text under the periods begins the first section, unless it states a unit.
        if body and not (
            dated
            and len(body) == 1
            and not _UNIT_ALONE.fullmatch(body[0].text.strip())
            and not _IN.search(body[0].text)
        ):
            last = place
        dated = dated or any((found := when_of(cell.text)) and found.years for cell in body)
    header = run[: last + 1]
    stated = [row for row in rows if row < table.header_rows]
    if len(run) == min(len(rows), 8) or (len(header) > 5 and len(header) > len(stated)):
        return stated  # a table of words: the reader's own header
    return header


def _heads(header: Sequence[int], by_row: dict[int, list[Cell | None]], width: int) -> dict[int, list[Cell]]:
    """For each column the header cells over it; one alone in its row is over all, one before gaps over these."""
    heads: dict[int, list[Cell]] = {column: [] for column in range(width)}
    for row in header:
        held = [column for column in range(1, width) if by_row[row][column]]
        if not held:
            continue
        if len(held) == 1:
            cell = by_row[row][held[0]]
            for column in range(1, width):
                heads[column].append(cell)  # type: ignore[arg-type]
            continue
        gaps = [column for column in range(held[0], width) if column not in held]
        spans = bool(gaps) and all(column + 1 in gaps for column in held[:-1])
        current: Cell | None = None
        for column in range(1, width):
            current = by_row[row][column] or (current if spans else None)
            if current:
                heads[column].append(current)
    return heads


def _is_inner_header(label: Cell | None, body: Sequence[tuple[int, Cell]]) -> bool:
    """Whether a row inside the body heads the rows below it: periods or units over the columns, no figure."""
    texts = [cell.text for _, cell in body]
    if any(read_figure(text) and not is_year(text) for text in texts):
        return False
    if all(is_dated(text) or _UNIT_ALONE.fullmatch(text.strip()) for text in texts):
        return not label or all(not is_year(text) for text in texts) or when_of(label.text) is not None
    return False


def _replaced(
    heads: dict[int, list[Cell]], body: Sequence[tuple[int, Cell]], width: int, *, more: bool
) -> dict[int, list[Cell]]:
    """The heads below an inner header; `more`: it goes on from the one above it."""
    new = {}
    periods = not more and any(is_dated(cell.text) for _, cell in body)
    for column in range(width):
        own = [cell for place, cell in body if place == column]
        kept = [cell for cell in heads.get(column, []) if not (periods and is_dated(cell.text))]
        new[column] = [*kept, *own]
    return new


def _is_section(by_row: dict[int, list[Cell | None]], rows: Sequence[int], row: int) -> bool:
    return row in by_row and bool(by_row[row][0]) and not any(by_row[row][1:])


def _under(section: list[Cell], label: Cell, follows: bool) -> list[Cell]:
    """The path of headings: one right below another is inside it, two levels at the most."""
    return [section[0], label] if follows and len(section) == 1 else [label]


def _when(head: str, label: str, section: tuple[str, ...]) -> When | None:
    """A cell's period: its header's, completed by the row's; else the row's or its section's."""
    over, beside = when_of(head), when_of(label)
    if over and over.years:
        return over
    above = next((found for part in reversed(section) if (found := when_of(part))), None)
    if over and (rest := beside or above) and rest.years:
        return When(rest.years, over.quarter or rest.quarter, over.month or rest.month, over.day or rest.day)
    return over or beside or above


def _lines(entries: Sequence[Entry]) -> list[Line]:
    groups: dict[tuple[object, ...], list[Entry]] = {}
    heads = {one.column: (one.when, without(one.head)) for one in entries if when_of(one.head)}
    periods, rests = [when for when, _ in heads.values()], [rest for _, rest in heads.values()]
    # Columns of one period each whose other words never recur ("53 weeks", "52 weeks") differ by period alone.
    single = (
        len(set(periods)) == len(periods) > 1
        and len(set(rests)) > 1
        and all(when and len(when.years) < 2 for when in periods)
        and not any("%" in rest or "change" in rest.lower() for rest in rests)
    )
    for one in entries:
        head, label, path = without(one.head), without(one.label), tuple(without(part) for part in one.section)
        if single and one.column in heads:
            head = ""
        if when_of(one.head):
            key: tuple[object, ...] = ("row", one.row, head)
        elif when_of(one.label) or any(when_of(part) for part in one.section):
            key = ("column", one.column, label, path)
        else:
            key = ("cell", one.row, one.column)
        groups.setdefault(key, []).append(one)
    lines = []
    for key, held in groups.items():
        first = held[0]
        repeated = max(Counter(one.when for one in held).values())
        parts = [held] if repeated == 1 or key[0] != "column" else [[one] for one in held]
        for part in parts:
            first = part[0]
            lines.append(
                Line(without(first.label) or ("" if key[0] == "column" else first.label), tuple(filter(None, (without(one) for one in first.section))), "" if single and key[0] == "row" else without(first.head),
                     tuple(part), first.row, key[0] == "column")
            )  # fmt: skip
    return lines
