"""A table as lines of figures: what each cell stands under, over several header rows, sections and periods either way round.

A `Line` is a run of cells that differ by period alone: a row whose columns are years, or a column whose rows are.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache

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
_LONGEST_UNIT = 50  # characters of a row that states a unit: "(in thousands of euros)"
_UNIT_FIRST = re.compile(r"\W*(?:in|amounts|dollars|[$€£]|us|all)\b|\(", re.IGNORECASE)
_NOTE = re.compile(r"\(?\d{1,2}\)|note\b|source\b", re.IGNORECASE)
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
    header = _header_rows(rows, by_row, table)
    reader = _Reader(table, by_row, header, width)
    for row in rows[len(header) :]:
        reader.read(row)
    top = " ".join(cell.text for row in header for cell in by_row[row] if cell)
    flat = tuple((column, reader.over(column)[0]) for column in range(1, width) if reader.over(column)[0])
    return Grid(
        table, reader.title, tuple(reader.entries), tuple(_lines(reader.entries)), tuple(reader.labels), flat, top
    )


class _Reader:
    """The rows below the header, read one by one under the section and the headers in force."""

    def __init__(self, table: Table, by_row: dict[int, list[Cell | None]], header: Sequence[int], width: int) -> None:
        self.by_row, self.width = by_row, width
        self.given = {row.number: row for row in table.rows}
        self.heads = _heads(header, by_row, width)
        self.title = " ".join([table.caption or "", *(one.text for row in header if (one := by_row[row][0]))]).strip()
        self.entries: list[Entry] = []
        self.labels: list[tuple[int, str, tuple[str, ...], bool]] = []
        self.section: list[Cell] = []
        self.inner = False  # whether the row before was a header inside the table
        self.alone = False  # whether the row before was a heading
        self._over: dict[int, tuple[str, tuple[Cell, ...]]] = {}

    def over(self, column: int) -> tuple[str, tuple[Cell, ...]]:
        """A column's header rows, joined and one by one."""
        if column not in self._over:
            cells = tuple(self.heads.get(column, ()))
            self._over[column] = _plain(" ".join(one.text for one in cells)), cells
        return self._over[column]

    def read(self, row: int) -> None:
        """Take one row in: a heading, a header inside the table, a unit, or figures."""
        found = self.by_row[row]
        label, body = found[0], [(column, cell) for column, cell in enumerate(found) if column and cell]
        if not label and len(body) == 1 and self.width > 2 and _is_heading(body[0][1].text):
            label, body = body[0][1], []
        if not body:
            self._heading(label)
            return
        self.alone = False
        if _is_inner_header(label, body):
            self.heads, self._over = _replaced(self.heads, body, self.width, more=self.inner), {}
            self.inner = True
            if label and (when_of(label.text) is not None or label.text.strip().endswith(":")):
                self.section = [label]
            return
        self.inner = False
        self._figures(row, label, body)

    def _heading(self, label: Cell | None) -> None:
        if label is None or _NOTE.match(label.text):
            return
        if _IN.search(label.text) and len(label.text) < _LONGEST_UNIT and _UNIT_FIRST.match(label.text):
            self.title = f"{self.title} {label.text}".strip()
            return
        # One heading right below another is inside it, two levels at the most.
        nested = self.alone and len(self.section) == 1
        self.section = [self.section[0], label] if nested else [label]
        self.alone = True

    def _figures(self, row: int, label: Cell | None, body: Sequence[tuple[int, Cell]]) -> None:
        known = self.given.get(row)
        name = _plain(known.label if known else label.text if label else "")
        path = known.section if known else tuple(_plain(one.text) for one in self.section)
        if not name and len(self.labels) > 1 and any(read_figure(cell.text) for _, cell in body):
            name = "Total"  # an unnamed row below others adds them up
        has_figure = False
        for column, cell in body:
            head, heads = self.over(column)
            dated = is_year(cell.text) and _YEARS.search(f"{name} {head}")
            # A reader that tells units leaves out those that it doesn't know.
            unknown = known is not None and cell.unit is None
            figure = None if unknown or dated else read_figure(cell.text)
            has_figure |= figure is not None
            when = _when(head, name, path)
            self.entries.append(
                Entry(row, column, cell, figure, name, path, head, when, heads, label, tuple(self.section))
            )
        self.labels.append((row, name, path, has_figure))


@lru_cache(maxsize=20_000)
def _plain(text: str) -> str:
    return " ".join(_MARKS.sub(" ", text).split()).rstrip(":").strip()


def _is_heading(text: str) -> bool:
    return not read_figure(text) and not when_of(text) and re.search(r"[A-Za-z]{3}", text) is not None


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
        label = by_row[row][0]
        if run and label and body and all(is_year(cell.text) for cell in body):
            above = [cell for number in run for cell in by_row[number][1:] if cell]
            dated_above = any((found := when_of(cell.text)) and found.years for cell in above)
            if dated_above or (len(above) > 1 and _names_a_row(label.text)):
                break  # figures that look like years, under a header of their own
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
    if not all(is_dated(text) or _UNIT_ALONE.fullmatch(text.strip()) for text in texts):
        return False
    years = [int(re.sub(r"\D", "", text)[:4]) for text in texts if is_year(text)]
    if not years:
        return True
    # "2024 | 2023" heads columns; "Branch 2000 | 2007 | 2000" is a row whose figures look like years.
    run = max(years) - min(years) < len(years) and len(set(years)) in (1, len(years))
    return run and (label is None or not _names_a_row(label.text))


def _names_a_row(label: str) -> bool:
    """Whether the text left of years is a row's name, and no period, unit or heading over the labels."""
    rest = without(label)
    return bool(rest) and not (_IN.search(rest) or _UNIT_ALONE.fullmatch(rest) or label.rstrip().endswith(":"))


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
        head = without(one.head)
        if single and one.column in heads:
            head = ""
        if when_of(one.head):
            key: tuple[object, ...] = ("row", one.row, head)
        elif when_of(one.label) or any(when_of(part) for part in one.section):
            key = ("column", one.column, without(one.label), tuple(without(part) for part in one.section))
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
