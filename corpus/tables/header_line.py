"""One line of a header: the texts that stand over the columns, and which columns each stands over."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from corpus.tables.columns import Column
from corpus.tables.period_words import DATE, MONTH, SPAN, is_period
from corpus.tables.units import is_unit_only
from corpus.tables.words import GAP, TIGHT, Line, Piece, joined

_COMPARED = re.compile(r"\b(?:vs\.?|versus|over|from|to|and|compared (?:to|with))$", re.IGNORECASE)
_COLUMN_GAP = 0.5  # em; more than a space between words is one between columns
_DAY_END = re.compile(r"\d,$")
_YEAR_END = re.compile(r"\b(?:19|20)\d\d$")
_BEGINS = re.compile(
    rf"{MONTH}\s+\d|(?:For\s+(?:the\s+)?)?(?:Three|Six|Nine|Twelve|Fiscal|Thirteen|Twenty|Thirty|Fifty|As of|At|(?:Years?|Quarters?) [Ee]nd(?:ed|ing))\b|"
    r"\d\d [Ww]eeks"
)
_YEAR_BEGINS = re.compile(r"(?:19|20)\d\d\b")
_DATES = re.compile(rf"{DATE}|(?:19|20)\d\d", re.IGNORECASE)
_TITLE = re.compile(
    r"\btable of contents\b|\bstatements?\b|\bbalance sheets?\b|\bsubsidiaries\b|\b(?:inc|corp|co|ltd|plc)\b|\bnotes to\b|\bexhibit\b",
    re.IGNORECASE,
)
_WIDE = 9.0  # em; what is wider is more than a column's name
_ALIKE = 1.6  # em by which the middle of a header may miss the middle of its columns


@dataclass(frozen=True, slots=True)
class Box:
    """How far a column reaches: its figures, and the headers found over it so far."""

    left: float
    right: float
    heads: tuple[float, float] | None = None

    def with_head(self, piece: Piece) -> "Box":
        """The same with one more header over it."""
        left, right = self.heads or (piece.left, piece.right)
        return replace(self, heads=(min(left, piece.left), max(right, piece.right)))

    def under(self, piece: Piece) -> bool:
        """Whether a text stands over the column, or over a header of it."""
        return (piece.left < self.right and piece.right > self.left) or (
            self.heads is not None and piece.left < self.heads[1] and piece.right > self.heads[0]
        )


def segments(line: Line, columns: Sequence[Column], boxes: Sequence[Box]) -> tuple[list[Piece], list[Piece]]:
    """Part a line into texts over the columns and texts at the left of them; titles across both are left out."""
    over: list[Piece] = []
    corner: list[Piece] = []
    pieces = _split(line, columns)
    begin = min(columns[0].left, boxes[0].heads[0] if boxes[0].heads else columns[0].left)
    for piece in pieces:
        if is_unit_only(piece.text) or (piece.kind == "figure" and not piece.is_year):
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


def placed_over(
    pieces: Sequence[Piece], columns: Sequence[Column], boxes: Sequence[Box], em: float
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
            if others and SPAN.search(piece.text) and len(pieces) > 1 and min(others)[0] < 0.4 * em:
                sure = False
            placed.append((piece, first, last))
        elif hit:
            placed.append((piece, hit[0], hit[-1]))
            if len(pieces) > 1 and is_period(piece.text):
                sure = False
        elif is_period(piece.text):
            sure = False
    return placed, sure


def _over(piece: Piece, column: Column, em: float) -> bool:
    return piece.left < column.right + em and piece.right > column.left - em


def _in_zone(piece: Piece, index: int, columns: Sequence[Column], em: float) -> bool:
    """Whether the middle of a text lies between the edge of the column before and the column's own."""
    before = columns[index - 1].right if index else columns[0].right - (columns[1].right - columns[0].right)
    return before < _center(piece) < columns[index].right + em


def _center(piece: Piece) -> float:
    return (piece.left + piece.right) / 2


def _missed(piece: Piece, first: Box, last: Box) -> float:
    """How far the middle of a text is from the middle of some columns: of their figures, their headers, or both."""
    middles = [(first.left + last.right) / 2]
    if first.heads and last.heads:
        middles.append((first.heads[0] + last.heads[1]) / 2)
        middles.append((min(first.left, first.heads[0]) + max(last.right, last.heads[1])) / 2)
    return min(abs(_center(piece) - middle) for middle in middles)


def _tolerance(first: int, last: int, columns: Sequence[Column], em: float) -> float:
    return _ALIKE * em + 0.06 * (columns[last].right - columns[first].left)
