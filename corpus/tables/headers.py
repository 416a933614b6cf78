"""Headers of columns: which lines above a table's figures say what each column is."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from corpus.tables.columns import Column
from corpus.tables.header_line import Box, placed_over, segments
from corpus.tables.period_words import FULL_YEAR, MONTH, MONTH_NAME, STEM, is_period
from corpus.tables.words import Line, Piece

_SEVERAL = re.compile(r"\b(?:two|three|four|five|ten)[\s-]+years?\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Head:
    """One header text and the columns that it stands over, first to last."""

    row: int
    first: int
    last: int
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Header:
    """All headers of a table: `texts` has one a column, joined from the top; `sure` tells that no place is in doubt."""

    heads: tuple[Head, ...]
    texts: tuple[str, ...]
    sure: bool
    lines: tuple[int, ...]  # indices of the lines given that hold a header


def read_header(lines: Sequence[Line], columns: Sequence[Column]) -> Header:
    """Tell what the lines above a table say of its columns.

    A text belongs to the columns under it; one over several stands at their middle. A period's beginning that stands
    alone on its line ("Years Ended December 31,") holds for every column with a year or date, also where it is printed
    at the left.
    """
    heads: list[Head] = []
    sure = True
    used: list[int] = []
    stems: list[tuple[int, Piece]] = []
    boxes = [Box(column.left, column.right) for column in columns]
    # From the lowest line up: a header over several columns stands at the middle of the headers below it.
    for number in range(len(lines) - 1, -1, -1):
        line = lines[number]
        over, corner = segments(line, columns, boxes)
        for piece in corner:
            if STEM.search(piece.text) and (over or _only_stem(piece.text)):
                stems.append((2 * number, _stem_part(piece)))
                used.append(number)
        if not over:
            continue
        placed, certain = placed_over(over, columns, boxes, line.em)
        sure = sure and certain
        # Odd rows are the lines themselves; an even one goes before it, for what is printed at the line's left.
        heads += [
            Head(2 * number + 1, first, last, piece.start, piece.end, piece.text) for piece, first, last in placed
        ]
        used.append(number)
        for piece, first, last in placed:
            if first == last:
                boxes[first] = boxes[first].with_head(piece)
    heads = _numbered(_without_titles(_spread(heads, stems, len(columns)), len(columns)))
    texts = tuple(
        " ".join(head.text for head in sorted(heads, key=lambda one: one.row) if head.first <= column <= head.last)
        for column in range(len(columns))
    )
    return Header(tuple(heads), texts, sure, tuple(sorted(set(used))))


def _without_titles(heads: Sequence[Head], columns: int) -> list[Head]:
    """Leave out what stands over the header and isn't of it: names and titles alone on a line, lists of several years."""
    kept = [head for head in heads if not _lists_years(head, heads)]
    periods = [head.row for head in kept if is_period(head.text)]
    for row in sorted({head.row for head in kept}):
        here = [head for head in kept if head.row == row]
        alone = len({head.start for head in here}) == 1 and not is_period(here[0].text)
        wide = here[0].last - here[0].first + 1 > columns / 2
        if not alone or not (wide or (periods and row < min(periods))) or len(here) == len(kept):
            break
        kept = [head for head in kept if head.row != row]
    return kept


def _lists_years(head: Head, heads: Sequence[Head]) -> bool:
    """Whether a text over several columns names years that aren't theirs."""
    if head.first == head.last:
        return False
    years = set(FULL_YEAR.findall(head.text))
    under = [
        other
        for other in heads
        if other is not head and head.first <= other.first and other.last <= head.last and other.start != head.start
    ]
    own = {year for other in under for year in FULL_YEAR.findall(other.text)}
    return len(years) > 1 or _SEVERAL.search(head.text) is not None or bool(years and own)


def _numbered(heads: Sequence[Head]) -> list[Head]:
    """Number the rows of headers from 0."""
    rows = {row: number for number, row in enumerate(sorted({head.row for head in heads}))}
    return [replace(head, row=rows[head.row]) for head in heads]


def _only_stem(text: str) -> bool:
    """Whether a text at the left is a period's beginning and nothing else, so that it speaks of the columns."""
    return len(text.split()) <= 8 and text.rstrip().endswith(",")


def _stem_part(piece: Piece) -> Piece:
    """The end of a text that begins a period: "(In millions) Years ended December 31," → "Years ended December 31,"."""
    match = re.search(
        rf"(?:(?:for the |at |as of )?(?:fiscal |(?:three|six|nine|twelve) )?(?:years?|months|weeks|quarters?|periods?)?(?:\s+(?:ended|ending))?\s*,?\s*)?(?:{MONTH}\s+\d{{1,2}})?,?:?$",
        piece.text,
        re.IGNORECASE,
    )
    text = match[0].strip() if match else piece.text
    start = piece.end - len(text)
    return Piece("text", start, piece.end, text, piece.x0, piece.x1, piece.left, piece.right)


def _spread(heads: list[Head], stems: Sequence[tuple[int, Piece]], columns: int) -> list[Head]:
    """Let a period's beginning that is alone on its line hold for all columns that have a year or a date."""
    out = list(heads)
    for head in heads:
        alone = not any(other.row == head.row and other is not head and is_period(other.text) for other in heads)
        if not alone or not STEM.search(head.text) or FULL_YEAR.search(head.text):
            continue
        out += _copies(head, head.row, out, [index for index in range(columns) if not head.first <= index <= head.last])
    # A whole date or year that is the only period of the header is every column's, also where some have no figures.
    periods = [head for head in heads if is_period(head.text)]
    if len({head.start for head in periods}) == 1 and FULL_YEAR.search(periods[0].text):
        one = periods[0]
        if one.last > one.first:
            out += [
                replace(one, first=index, last=index) for index in range(columns) if not one.first <= index <= one.last
            ]
    for row, piece in stems:
        base = Head(row, 0, 0, piece.start, piece.end, piece.text)
        if not any(STEM.search(head.text) and not FULL_YEAR.search(head.text) for head in heads):
            out += _copies(base, row, out, list(range(columns)))
    return out


def _copies(head: Head, row: int, heads: Sequence[Head], columns: Sequence[int]) -> list[Head]:
    month = MONTH_NAME.search(head.text)
    dated = [
        index
        for index in columns
        if any(other.first <= index <= other.last and FULL_YEAR.search(other.text) for other in heads)
        and not any(
            other.first <= index <= other.last
            and (other.text == head.text or (month and MONTH_NAME.search(other.text)))
            for other in heads
        )
    ]
    return [Head(row, index, index, head.start, head.end, head.text) for index in dated]
