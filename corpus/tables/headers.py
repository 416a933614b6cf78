"""Headers of columns: which lines above a table's figures say what each column is."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from corpus.tables.columns import Column
from corpus.tables.units import read_statement
from corpus.tables.words import GAP, TIGHT, Line, Piece, joined

_MONTH = (
    r"(?:January|February|March|April|May|June|July|August|September|October|November|December|"
    r"Jan\.?|Feb\.?|Mar\.?|Apr\.?|Jun\.?|Jul\.?|Aug\.?|Sept?\.?|Oct\.?|Nov\.?|Dec\.?)"
)
_DATE = rf"{_MONTH}\s+\d{{1,2}},?(?:\s+(?:19|20)\d\d)?"
_PERIOD = re.compile(
    rf"\b{_MONTH}\s+\d|\b{_MONTH}\b|\b(?:19|20)\d\d\b|\b(?:months?|weeks?|quarters?|years?)\s+end|\b(?:three|six|nine|twelve|13|26|39|52)[\s-]+(?:months?|weeks?)\b|\bfiscal\b|\bQ[1-4]\b|\b[1-4]Q\d|"
    r"\b(?:first|second|third|fourth)\s+quarter",
    re.IGNORECASE,
)
_SPAN = re.compile(
    rf"\b(?:months?|weeks?|quarters?|years?|periods?)\b|\b(?:at|as of)\b|\b{_MONTH}(?:\s+\d{{1,2}}\b)?", re.IGNORECASE
)
_STEM = re.compile(
    rf"(?:\b(?:years?|months|weeks|quarters?|periods?)(?:\s+(?:ended|ending))?,?(?:\s+{_MONTH}(?:\s+\d{{1,2}})?)?,?:?"
    rf"|(?:\b(?:at|as of)\s+)?\b{_MONTH}\s+\d{{1,2}},?:?)$",
    re.IGNORECASE,
)
_MONTHS = re.compile(rf"\b{_MONTH}(?!\w)", re.IGNORECASE)
_SEVERAL = re.compile(r"\b(?:two|three|four|five|ten)[\s-]+years?\b", re.IGNORECASE)
_COMPARED = re.compile(r"\b(?:vs\.?|versus|over|from|to|and|compared (?:to|with))$", re.IGNORECASE)
_FULL_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_COLUMN_GAP = 0.5  # em; more than a space between words is one between columns
_DAY_END = re.compile(r"\d,$")
_YEAR_END = re.compile(r"\b(?:19|20)\d\d$")
_BEGINS = re.compile(
    rf"{_MONTH}\s+\d|(?:For\s+(?:the\s+)?)?(?:Three|Six|Nine|Twelve|Fiscal|Thirteen|Twenty|Thirty|Fifty|As of|At|(?:Years?|Quarters?) [Ee]nd(?:ed|ing))\b|"
    r"\d\d [Ww]eeks"
)
_YEAR_BEGINS = re.compile(r"(?:19|20)\d\d\b")
_DATES = re.compile(rf"{_DATE}|(?:19|20)\d\d", re.IGNORECASE)
_TITLE = re.compile(
    r"\btable of contents\b|\bstatements?\b|\bbalance sheets?\b|\bsubsidiaries\b|\b(?:inc|corp|co|ltd|plc)\b|\bnotes to\b|\bexhibit\b",
    re.IGNORECASE,
)
_WIDE = 9.0  # em; what is wider is more than a column's name
_ALIKE = 1.6  # em by which the middle of a header may miss the middle of its columns


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
class _Box:
    """How far a column reaches: its figures, and the headers found over it so far."""

    left: float
    right: float
    heads: tuple[float, float] | None = None

    def with_head(self, piece: Piece) -> "_Box":
        left, right = self.heads or (piece.left, piece.right)
        return replace(self, heads=(min(left, piece.left), max(right, piece.right)))

    def under(self, piece: Piece) -> bool:
        """Whether a text stands over the column, or over a header of it."""
        return (piece.left < self.right and piece.right > self.left) or (
            self.heads is not None and piece.left < self.heads[1] and piece.right > self.heads[0]
        )


@dataclass(frozen=True, slots=True)
class Header:
    """All headers of a table: `texts` has one a column, joined from the top; `sure` tells that no place is in doubt."""

    heads: tuple[Head, ...]
    texts: tuple[str, ...]
    sure: bool
    lines: tuple[int, ...]  # indices of the lines given that hold a header


def is_period(text: str) -> bool:
    """Whether a text names a period or a part of one."""
    return _PERIOD.search(text) is not None


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
    boxes = [_Box(column.left, column.right) for column in columns]
    # From the lowest line up: a header over several columns stands at the middle of the headers below it.
    for number in range(len(lines) - 1, -1, -1):
        line = lines[number]
        over, corner = _segments(line, columns, boxes)
        for piece in corner:
            if _STEM.search(piece.text) and (over or _only_stem(piece.text)):
                stems.append((2 * number, _stem_part(piece)))
                used.append(number)
        if not over:
            continue
        placed, certain = _placed(over, columns, boxes, line.em)
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
    years = set(_FULL_YEAR.findall(head.text))
    under = [
        other
        for other in heads
        if other is not head and head.first <= other.first and other.last <= head.last and other.start != head.start
    ]
    own = {year for other in under for year in _FULL_YEAR.findall(other.text)}
    return len(years) > 1 or _SEVERAL.search(head.text) is not None or bool(years and own)


def _numbered(heads: Sequence[Head]) -> list[Head]:
    """Number the rows of headers from 0."""
    rows = {row: number for number, row in enumerate(sorted({head.row for head in heads}))}
    return [replace(head, row=rows[head.row]) for head in heads]


def _is_unit(text: str) -> bool:
    """Whether a text states a unit and little else."""
    statement = read_statement(text)
    return statement is not None and len(statement.text) > 0.6 * len(text)


def _only_stem(text: str) -> bool:
    """Whether a text at the left is a period's beginning and nothing else, so that it speaks of the columns."""
    return len(text.split()) <= 8 and text.rstrip().endswith(",")


def _stem_part(piece: Piece) -> Piece:
    """The end of a text that begins a period: "(In millions) Years ended December 31," → "Years ended December 31,"."""
    match = re.search(
        rf"(?:(?:for the |at |as of )?(?:fiscal |(?:three|six|nine|twelve) )?(?:years?|months|weeks|quarters?|periods?)?(?:\s+(?:ended|ending))?\s*,?\s*)?(?:{_MONTH}\s+\d{{1,2}})?,?:?$",
        piece.text,
        re.IGNORECASE,
    )
    text = match[0].strip() if match else piece.text
    start = piece.end - len(text)
    return Piece("text", start, piece.end, text, piece.x0, piece.x1, piece.left, piece.right)


def _segments(line: Line, columns: Sequence[Column], boxes: Sequence[_Box]) -> tuple[list[Piece], list[Piece]]:
    """Part a line into texts over the columns and texts at the left of them; titles across both are left out."""
    over: list[Piece] = []
    corner: list[Piece] = []
    pieces = _split(line, columns)
    begin = min(columns[0].left, boxes[0].heads[0] if boxes[0].heads else columns[0].left)
    for piece in pieces:
        if _is_unit(piece.text) or (piece.kind == "figure" and not piece.is_year):
            continue
        hit = [column for column, box in zip(columns, boxes, strict=True) if box.under(piece)]
        area = max(0.0, min(piece.right, columns[-1].right) - max(piece.left, columns[0].left))
        width = max(piece.right - piece.left, 0.1)
        aligned = any(
            abs(piece.right - column.right) <= GAP * line.em or abs(_center(piece) - column.center) <= GAP * line.em
            for column in (hit or columns)
        )
        spans = abs(_center(piece) - (columns[0].left + columns[-1].right) / 2) <= _ALIKE * line.em
        date = _DATES.fullmatch(piece.text.strip()) is not None
        period = is_period(piece.text)
        outside = columns[0].left - piece.left > 1.5 * line.em
        if hit and outside:
            # A header may begin left of narrow figures, next to headers of other columns.
            short = width <= _WIDE * line.em and piece is not pieces[-1]
            fits = (period and (spans or aligned or area / width >= 0.6)) or (
                len(hit) == 1 and (aligned or date or short)
            )
        else:
            fits = bool(hit) and (area / width >= 0.6 or period or (len(hit) == 1 and aligned))
            fits = fits or piece.left > begin
        # Years may stand at the left of a wide column's figures.
        fits = fits or (piece.is_year and len(columns) > 1 and _in_zone(piece, 0, columns, line.em))
        if fits and (period or not _TITLE.search(piece.text)):
            over.append(piece)
        elif piece.right <= columns[0].right:
            corner.append(piece)
    return over, corner


def _split(line: Line, columns: Sequence[Column]) -> list[Piece]:
    """Part texts that run over several columns: where a period ends and the next begins, or at gaps between columns."""
    out: list[Piece] = []
    for piece in _with_numbers(line):
        hit = sum(piece.left < column.right and piece.right > column.left for column in columns)
        if piece.kind != "text" or hit < 2 or len(piece.words) < 2:
            out.append(piece)
            continue
        texts = _texts(piece)
        part = _part(piece.words[0], texts[0])
        for number, (before, word) in enumerate(pairwise(piece.words)):
            following = " ".join(texts[number + 1 :])
            new = (_YEAR_END.search(part.text) and (_YEAR_BEGINS.match(following) or _BEGINS.match(following))) or (
                _DAY_END.search(part.text) and _BEGINS.match(following)
            )
            if new or word[2] - before[3] > _COLUMN_GAP * line.em:
                out.append(part)
                part = _part(word, texts[number + 1])
            else:
                part = joined(part, _part(word, texts[number + 1]))
        out.append(part)
    return out


def _with_numbers(line: Line) -> list[Piece]:
    """The pieces of a header line, a number right behind a text joined to it: "Level 1", "2022 vs. 2021"."""
    out: list[Piece] = []
    for piece in line.pieces:
        gap = piece.left - out[-1].right if out and out[-1].kind == "text" else 2 * line.em
        compared = bool(out) and _COMPARED.search(out[-1].text) is not None
        near = gap < (GAP if compared else TIGHT) * line.em
        if piece.kind == "figure" and near and piece.start >= out[-1].end and (compared or not piece.is_year):
            out[-1] = joined(out[-1], piece)
        else:
            out.append(piece)
    return out


def _texts(piece: Piece) -> list[str]:
    """The words of a text, as many as their places."""
    words = piece.text.split()
    return words if len(words) == len(piece.words) else [piece.text, *[""] * (len(piece.words) - 1)]


def _part(word: tuple[int, int, float, float], text: str) -> Piece:
    start, end, x0, x1 = word
    return Piece("text", start, end, text, x0, x1, x0, x1, words=(word,))


def _placed(
    pieces: Sequence[Piece], columns: Sequence[Column], boxes: Sequence[_Box], em: float
) -> tuple[list[tuple[Piece, int, int]], bool]:
    """Tell which columns each text of a header line stands over, and whether that is certain."""
    if len(pieces) == len(columns):
        return [(piece, index, index) for index, piece in enumerate(pieces)], all(
            _over(piece, columns[index], em) or (len(columns) > 1 and _in_zone(piece, index, columns, em))
            for index, piece in enumerate(pieces)
        )
    if len(pieces) > 1 and len(columns) % len(pieces) == 0 and all(is_period(piece.text) for piece in pieces):
        size = len(columns) // len(pieces)
        shares = [(piece, size * number, size * (number + 1) - 1) for number, piece in enumerate(pieces)]
        if all(
            _missed(piece, boxes[first], boxes[last]) <= _tolerance(first, last, columns, em)
            for piece, first, last in shares
        ):
            return shares, True
    hits = [[index for index, box in enumerate(boxes) if box.under(piece)] for piece in pieces]
    placed: list[tuple[Piece, int, int]] = []
    sure = True
    for number, (piece, hit) in enumerate(zip(pieces, hits, strict=True)):
        before = max((index for one in hits[:number] for index in one), default=-1)
        after = min((index for one in hits[number + 1 :] for index in one), default=len(columns))
        if placed:
            before = max(before, placed[-1][2])
        ranges = [
            (first, last)
            for first in range(before + 1, after)
            for last in range(first, after)
            if all(first <= index <= last for index in hit)
        ]
        fitting = [
            (miss, first, last)
            for first, last in ranges
            if (miss := _missed(piece, boxes[first], boxes[last])) <= _tolerance(first, last, columns, em)
        ]
        single = len(hit) == 1 and (abs(piece.right - columns[hit[0]].right) <= 0.5 * em or not is_period(piece.text))
        if single and (len(pieces) > 1 or not is_period(piece.text)):
            placed.append((piece, hit[0], hit[0]))
        elif fitting:
            # A period alone on its line is all the columns', where it stands at their middle.
            widest = max(fitting, key=lambda one: (one[2] - one[1], -one[0]))
            alone = len(pieces) == 1 and is_period(piece.text)
            _, first, last = widest if alone else min(fitting)
            others = [one for one in fitting if (one[1], one[2]) != (first, last)]
            # Over a column and over it with its neighbours: the text says nothing of which, if it names a period.
            if others and _SPAN.search(piece.text) and len(pieces) > 1 and min(others)[0] < 0.4 * em:
                sure = False
            placed.append((piece, first, last))
        elif hit:
            placed.append((piece, hit[0], hit[-1]))
            if len(pieces) > 1 and is_period(piece.text):
                sure = False
        elif is_period(piece.text):
            sure = False
    return placed, sure


def _spread(heads: list[Head], stems: Sequence[tuple[int, Piece]], columns: int) -> list[Head]:
    """Let a period's beginning that is alone on its line hold for all columns that have a year or a date."""
    out = list(heads)
    for head in heads:
        alone = not any(other.row == head.row and other is not head and is_period(other.text) for other in heads)
        if not alone or not _STEM.search(head.text) or _FULL_YEAR.search(head.text):
            continue
        out += _copies(head, head.row, out, [index for index in range(columns) if not head.first <= index <= head.last])
    # A whole date or year that is the only period of the header is every column's, also where some have no figures.
    periods = [head for head in heads if is_period(head.text)]
    if len({head.start for head in periods}) == 1 and _FULL_YEAR.search(periods[0].text):
        one = periods[0]
        if one.last > one.first:
            out += [
                replace(one, first=index, last=index) for index in range(columns) if not one.first <= index <= one.last
            ]
    for row, piece in stems:
        base = Head(row, 0, 0, piece.start, piece.end, piece.text)
        if not any(_STEM.search(head.text) and not _FULL_YEAR.search(head.text) for head in heads):
            out += _copies(base, row, out, list(range(columns)))
    return out


def _copies(head: Head, row: int, heads: Sequence[Head], columns: Sequence[int]) -> list[Head]:
    month = _MONTHS.search(head.text)
    dated = [
        index
        for index in columns
        if any(other.first <= index <= other.last and _FULL_YEAR.search(other.text) for other in heads)
        and not any(
            other.first <= index <= other.last and (other.text == head.text or (month and _MONTHS.search(other.text)))
            for other in heads
        )
    ]
    return [Head(row, index, index, head.start, head.end, head.text) for index in dated]


def _over(piece: Piece, column: Column, em: float) -> bool:
    return piece.left < column.right + em and piece.right > column.left - em


def _in_zone(piece: Piece, index: int, columns: Sequence[Column], em: float) -> bool:
    """Whether the middle of a text lies between the edge of the column before and the column's own."""
    before = columns[index - 1].right if index else columns[0].right - (columns[1].right - columns[0].right)
    return before < _center(piece) < columns[index].right + em


def _center(piece: Piece) -> float:
    return (piece.left + piece.right) / 2


def _missed(piece: Piece, first: _Box, last: _Box) -> float:
    """How far the middle of a text is from the middle of some columns: of their figures, their headers, or both."""
    middles = [(first.left + last.right) / 2]
    if first.heads and last.heads:
        middles.append((first.heads[0] + last.heads[1]) / 2)
        middles.append((min(first.left, first.heads[0]) + max(last.right, last.heads[1])) / 2)
    return min(abs(_center(piece) - middle) for middle in middles)


def _tolerance(first: int, last: int, columns: Sequence[Column], em: float) -> float:
    return _ALIKE * em + 0.06 * (columns[last].right - columns[first].left)
