"""Tables of a page from its words and their places: blocks of lines with figures, their columns, headers, rows, units.

No rules are drawn between the columns of a financial statement; what tells a column is that its figures end at the same place.
A table is `confident` only if every figure has one column, every column a header, and nothing speaks against it.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from corpus.document import Cell, Row, Span, Table
from corpus.tables.blocks import Block, blocks_of, is_body, lines_above, stands_alone, supported, trimmed
from corpus.tables.columns import Column, find_columns, place, same_grid
from corpus.tables.headers import Header, read_header
from corpus.tables.labels import Label, join_labels
from corpus.tables.labels import Row as BodyRow
from corpus.tables.units import Statement, cell_unit, currencies, currency_of, is_unit_only, read_statement, row_unit
from corpus.tables.words import Line, Piece, Word, joined, lines_of

_BAD_ROWS = 0.1  # share of rows in doubt, left out, that a confident table may have
_CENTS = 0.4  # share of figures with decimals in a table whose amounts have none
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_NOTES = re.compile(r"(?:notes?|ref(?:erence)?s?|footnotes?|pages?(?: (?:no|numbers?))?)\.?", re.IGNORECASE)
_NONE = "?"  # the currency of a row in a table of several
_NOTES_TITLE = re.compile(
    r"^[^\S\n]*notes to (?:the )?(?:[a-z]+ ){0,3}financial statements[^\n]{0,30}\n(?:[^\n]{0,60}\n)?[^\S\n]*(?P<unit>\([^\n()]{1,90}\))",
    re.IGNORECASE | re.MULTILINE,
)


@dataclass(frozen=True, slots=True)
class Stated:
    """A statement of unit, where it stands, and the columns of the table that it was found for."""

    statement: Statement
    span: Span | None
    columns: tuple[Column, ...] = ()


def page_tables(words: Sequence[Word], page: int, text: str, notes: Stated | None = None) -> list[Table]:
    """Give the tables of a page in the order of its text; those in which a column is in doubt say so.

    `notes` is what the notes to the statements state for all their tables (`notes_unit`); it holds for a table of money
    that states nothing itself.
    """
    lines = lines_of(words)
    found = []
    floor = 0
    before: Stated | None = None
    for block in blocks_of(lines):
        made = _table(lines, block, floor, page, text, before, notes)
        floor = block.last + 1
        if made is not None:
            table, before = made
            found.append(table)
    return sorted(found, key=lambda one: (one.span.start, one.span.end))


def notes_unit(text: str, page: int) -> Stated | None:
    """Give the unit that stands right under the title of the notes to the statements, None where there is none."""
    title = _NOTES_TITLE.search(text)
    if title is None:
        return None
    statement = read_statement(title["unit"])
    start = title.start("unit")
    return Stated(statement, Span(page, start + statement.start, start + statement.end)) if statement else None


def _table(
    lines: Sequence[Line],
    block: Block,
    floor: int,
    page: int,
    text: str,
    before: Stated | None,
    notes: Stated | None,
) -> tuple[Table, Stated | None] | None:
    """Make a block a table; None where it is none: one row, or no columns.

    `before` is what the table above states of its unit: it holds for one on the same columns that states nothing.
    """
    body = lines[block.first : block.last + 1]
    columns = supported(find_columns([line for line in body if is_body(line)]), body)
    body = trimmed(body, columns)
    if not columns or sum(is_body(line) for line in body) < 2:
        return None
    block = Block(block.first, block.first + len(body) - 1)
    above, sentence = lines_above(lines, block.first, floor, columns)
    header = read_header([lines[index] for index in above], columns)
    rows, doubtful = _rows(body, columns)
    if len([row for row in rows if row.values]) < 2:
        return None
    top = [above[index] for index in header.lines]
    leads = [
        index
        for index in above
        if index not in top and (not top or index > max(top)) and not read_statement(lines[index].text)
    ]
    heading_rows = [
        BodyRow(lines[index], lines[index].pieces, {}) for index in leads if lines[index].x0 < columns[0].left
    ]
    labelled = join_labels([*heading_rows, *rows], columns[0].left)
    stated = _statement(lines, above, block.first, page, text)
    if stated is None and before is not None and same_grid(before.columns, columns, lines[0].em):
        stated = before
    if stated is None and any("$" in piece.text for line in body for piece in line.pieces if piece.kind == "figure"):
        stated = notes
    if stated is not None:
        stated = replace(stated, columns=tuple(columns))
    first = min((lines[index].start for index in [*top, *leads]), default=body[0].start)
    start, end = min(first, min(line.start for line in body)), max(line.end for line in body)
    kept = [index for index, name in enumerate(header.texts) if not _NOTES.fullmatch(name.strip())]
    if not kept:
        return None
    confident = (
        header.sure and _sure(rows, doubtful, columns, header, kept) and stands_alone(lines, top, block, start, end)
    )
    table = _assembled(
        page, text, Span(page, start, end), labelled, header, kept, stated, confident, lines, above, sentence, top
    )
    return table, stated


def _rows(body: Sequence[Line], columns: Sequence[Column]) -> tuple[list[BodyRow], int]:
    """Give the rows of a block and the number of those left out, since a figure in them has no column beyond doubt."""
    rows: list[BodyRow] = []
    doubtful = 0
    for line in body:
        values, label, sure = place(line, columns)
        if not sure:
            doubtful += 1
            rows.append(BodyRow(line, tuple(label), {}, False))
        else:
            rows.append(BodyRow(line, tuple(label), values))
    return rows, doubtful


def _statement(lines: Sequence[Line], above: Sequence[int], first: int, page: int, text: str) -> Stated | None:
    """The statement of unit nearest above the rows: in the header's lines, else in the lines right above these."""
    lowest = min(above, default=first)
    for index in [*reversed(above), *range(lowest - 1, max(-1, lowest - 6), -1)]:
        for piece in _with_next(lines, index):
            statement = read_statement(piece.text)
            if statement:
                return Stated(statement, _find(text, page, piece.start, piece.end, statement.text))
    return None


def _with_next(lines: Sequence[Line], index: int) -> list[Piece]:
    """A line's texts; one that opens a bracket goes on in the next line: "(in millions, except" "per share data)"."""
    pieces = list(lines[index].pieces)
    last = pieces[-1]
    if last.text.count("(") > last.text.count(")") and index + 1 < len(lines):
        following = lines[index + 1].pieces[0]
        if following.kind == "text" and following.start >= last.end:
            pieces[-1] = joined(last, following)
    return pieces


def _find(text: str, page: int, start: int, end: int, part: str) -> Span | None:
    """Where a part of a piece stands in the page's text, whose white space may differ."""
    pattern = r"\s+".join(re.escape(word) for word in part.split())
    match = re.compile(pattern).search(text, start, end)
    return Span(page, match.start(), match.end()) if match else None


def _sure(
    rows: Sequence[BodyRow], doubtful: int, columns: Sequence[Column], header: Header, kept: Sequence[int]
) -> bool:
    """Whether nothing speaks against the table: columns with headers that differ, few rows left out."""
    valued = [row for row in rows if row.values]
    if doubtful > _BAD_ROWS * (len(valued) + doubtful) or not kept:
        return False
    names = [header.texts[index].strip() for index in kept]
    if not all(names):
        return False
    for index in range(len(kept)):
        for other in range(index):
            if names[index] == names[other] and _percent(valued, kept[index]) == _percent(valued, kept[other]):
                return False
    return not _moves_in_time(rows, header, kept)


def _moves_in_time(rows: Sequence[BodyRow], header: Header, kept: Sequence[int]) -> bool:
    """Whether rows name years of their own under one period for all columns: a statement of changes over years."""
    years = [set(_YEAR.findall(header.texts[index])) for index in kept]
    shared = set.intersection(*years) if len(years) > 1 else set()
    return bool(shared) and any(set(_YEAR.findall(row.text)) - set.union(*years) for row in rows)


def _percent(rows: Sequence[BodyRow], column: int) -> bool:
    """Whether a column's values are percentages."""
    values = [row.values[column].text for row in rows if column in row.values and row.values[column].kind == "figure"]
    return bool(values) and sum("%" in value for value in values) > 0.5 * len(values)


def _unit(piece: Piece, row: str | None, header: str, percent: bool, column: Sequence[str]) -> str | None:
    """The unit of a figure; among several currencies it is its own sign that tells which, or its column's, or nothing."""
    if row and row.endswith(_NONE):
        own = currency_of("", [piece.text]) or currency_of("", column)
        row = row.replace(_NONE, own) if own else None
    return cell_unit(piece.text, row, header, percent)


def _assembled(
    page: int,
    text: str,
    span: Span,
    labelled: Sequence[tuple[BodyRow, Label]],
    header: Header,
    kept: Sequence[int],
    stated: Stated | None,
    confident: bool,
    lines: Sequence[Line],
    above: Sequence[int],
    sentence: int | None,
    top: Sequence[int],
) -> Table:
    statement = stated.statement if stated else None
    number_of = {index: number + 1 for number, index in enumerate(kept)}
    height = max((head.row for head in header.heads), default=-1) + 1
    cells = [
        Cell(head.row, number_of[column], text[head.start : head.end], Span(page, head.start, head.end))
        for head in header.heads
        for column in range(head.first, head.last + 1)
        if column in number_of
    ]
    values_shown = [piece.text for row, _ in labelled for piece in row.values.values()]
    currency = currency_of(statement.text if statement else "", values_shown)
    percent = {column: _percent([row for row, _ in labelled], column) for column in number_of}
    amounts = [text for text in values_shown if "%" not in text and any(map(str.isdigit, text))]
    whole = sum("." in text for text in amounts) <= _CENTS * len(amounts)
    mixed = len(currencies(statement.text if statement else "", values_shown)) > 1
    by_column = {
        column: [row.values[column].text for row, _ in labelled if column in row.values] for column in number_of
    }
    rows = []
    for index, (row, label) in enumerate(labelled):
        number = height + index
        values = {column: piece for column, piece in row.values.items() if column in number_of}
        if label.end > label.start:
            cells.append(Cell(number, 0, text[label.start : label.end], Span(page, label.start, label.end)))
        money = [piece.text for column, piece in values.items() if not percent[column] and "%" not in piece.text]
        unit = row_unit(statement, label.text, label.section, money, currency or _NONE * mixed, whole)
        cells += [
            Cell(
                number,
                number_of[column],
                text[piece.start : piece.end],
                Span(page, piece.start, piece.end),
                _unit(piece, unit, header.texts[column], percent[column], by_column[column])
                if piece.kind == "figure"
                else None,
            )
            for column, piece in values.items()
        ]
        rows.append(Row(number, label.text, label.section))
    titles = [lines[index].text for index in above if not top or index < min(top)]
    shown = [title for title in titles[-3:] if not is_unit_only(title)]
    if not shown and sentence is not None:
        shown = [lines[sentence].text]
    caption = " ".join(shown) or None
    return Table(
        span,
        tuple(sorted(cells, key=lambda cell: (cell.row, cell.column))),
        height,
        caption,
        stated.span if stated else None,
        confident,
        tuple(rows),
    )
