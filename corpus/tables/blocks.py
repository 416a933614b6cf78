"""Blocks of a page's lines that are the rows of one table, and the lines above them that may be its header."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from corpus.tables.columns import Column, place
from corpus.tables.period_words import is_period
from corpus.tables.units import is_unit_only, read_statement
from corpus.tables.words import Line

_BETWEEN = 5  # lines without figures that may stand between two rows
_ABOVE = 12  # lines above the first row in which header, title and unit are looked for
_HEADER_GAP = 5.0  # em between two lines of a header at most
_HEADER_WORDS = re.compile(
    r"\b(?:ended|ending|months?|weeks?|fiscal|years?|quarters?|as of|at|january|february|march|april|may|june|july|august|"
    r"september|october|november|december|millions?|thousands?|billions?|dollars|shares?)\b|^\W*$",
    re.IGNORECASE,
)
_POINTS = re.compile(r"^\W*(?:see|the) (?:accompanying|notes)\b|\bintegral part\b", re.IGNORECASE)
_PROSE_WORDS = 14


@dataclass(frozen=True, slots=True)
class Block:
    """Lines first .. last (inclusive) that hold a table's rows."""

    first: int
    last: int


def blocks_of(lines: Sequence[Line]) -> list[Block]:
    """Part a page into runs of rows: a header line, prose or a long stretch without figures ends a run."""
    body = [number for number, line in enumerate(lines) if is_body(line)]
    blocks: list[Block] = []
    for number in body:
        if blocks and _goes_on(lines, blocks[-1], number):
            blocks[-1] = Block(blocks[-1].first, number)
        else:
            blocks.append(Block(number, number))
    return blocks


def is_body(line: Line) -> bool:
    """Whether a line ends in values. One value alone may be a page's number."""
    return bool(line.trailing()) and len(line.pieces) > 1 and not is_header(line)


def is_header(line: Line) -> bool:
    """Whether a line's only figures are years, under no label but a date, a period or a unit."""
    values = line.trailing()
    if not values or not all(value.is_year for value in values):
        return False
    label = " ".join(piece.text for piece in line.pieces[: len(line.pieces) - len(values)])
    years = [int(value.text) for value in values]
    if len(years) > 1 and all(abs(later - earlier) <= 1 for earlier, later in pairwise(years)):
        return True  # "2018 2017 2016" is no row of figures, whatever stands before it
    near = max(years) - min(years) <= 15
    return near and (not label or _HEADER_WORDS.search(label) is not None)


def _edge(line: Line) -> float:
    """Where a line's figures begin; a number at its very left is the end of a label."""
    values = line.trailing()
    return values[1 if len(values) > 1 and len(values) == len(line.pieces) else 0].left


def _goes_on(lines: Sequence[Line], block: Block, number: int) -> bool:
    between = range(block.last + 1, number)
    if len(between) > _BETWEEN:
        return False
    last, here = lines[block.last], lines[number]
    edge = min(_edge(last), _edge(here))
    prose = 0
    for index in between:
        line = lines[index]
        if is_header(line) or read_statement(line.text):
            return False
        right = [piece for piece in line.pieces if piece.left >= edge - 2 * line.em]
        if right and any(is_period(piece.text) for piece in line.pieces):
            return False
        crossing = line.x0 < edge and any(
            piece.left < edge and piece.right > edge + 2 * line.em for piece in line.pieces
        )
        prose += crossing
        if crossing and (len(line.text.split()) > _PROSE_WORDS and line.text.rstrip().endswith(".")):
            return False
    if prose > 1:
        return False
    return here.y - last.y <= (len(between) + 1) * 4 * here.em


def supported(columns: Sequence[Column], body: Sequence[Line]) -> list[Column]:
    """Leave out columns that a single number makes: a page number, a figure in a note below the table or among labels."""
    most = max((column.support for column in columns), default=0)
    found = []
    for column in columns:
        # Labels run over the place of numbers that belong to them, such as the last word of a label over two lines.
        crossed = sum(
            any(piece.kind == "text" and piece.left < column.edge1 < piece.right for piece in line.pieces)
            for line in body
        )
        if crossed <= column.support and (column.support > 1 or most <= 3):
            found.append(column)
    return found


def trimmed(body: Sequence[Line], columns: Sequence[Column]) -> list[Line]:
    """Leave out the lines at a block's end that have no value in a column, or point to notes."""
    kept = list(body)
    while kept:
        values, label, _ = place(kept[-1], columns) if columns else ({}, [], True)
        text = " ".join(piece.text for piece in label)
        if values and (label or len(values) == len(columns)) and not _POINTS.search(text):
            break
        kept.pop()
    return kept


def lines_above(
    lines: Sequence[Line], first: int, floor: int, columns: Sequence[Column]
) -> tuple[list[int], int | None]:
    """The lines above a table that may be its header, from the top down, and the end of the prose right above them."""
    found: list[int] = []
    below = lines[first].y
    for index in range(first - 1, max(floor, first - _ABOVE) - 1, -1):
        line = lines[index]
        if below - line.y > _HEADER_GAP * line.em:
            break
        if _is_prose(line, columns):
            return list(reversed(found)), index
        found.append(index)
        below = line.y
    return list(reversed(found)), None


def _is_prose(line: Line, columns: Sequence[Column]) -> bool:
    """Whether a line is a sentence, or part of one, that runs on over the columns."""
    for piece in line.pieces:
        words = piece.text.split()
        lower = sum(word[:1].islower() for word in words)
        crosses = piece.left < columns[0].left and piece.right > columns[0].left and len(line.pieces) <= 2
        sentence = len(words) >= 8 and crosses and lower >= 0.5 * len(words)
        column = len(words) >= 7 and piece.right > columns[0].left and lower >= 0.7 * len(words)
        if (sentence or column) and not is_unit_only(piece.text):
            return True
    return False


def stands_alone(lines: Sequence[Line], top: Sequence[int], block: Block, start: int, end: int) -> bool:
    """Whether no line but the table's own stands in its stretch of the text: columns of prose are read one by one."""
    first = min([*top, block.first])
    foreign = [
        line
        for number, line in enumerate(lines)
        if start <= line.start < end and not first <= number <= block.last and not _POINTS.search(line.text)
    ]
    return not foreign
