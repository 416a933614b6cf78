"""The words of a PDF's page with their places, read from PDFium by the first and last character of each."""

import ctypes
import re
from collections.abc import Callable
from typing import Any

import pypdfium2.raw as pdfium

from corpus.readers.pdf_direct import ADDRESS, address, direct
from corpus.rows import row_strength
from corpus.tables.words import Word

_WORD = re.compile(r"\S+")
_SAMPLE = 40  # words that tell which way the text runs
_LIFTED = 0.15  # of a digit's height, from where a raised digit begins

_BOX = direct(pdfium.FPDFText_GetCharBox, ADDRESS, ctypes.c_int, *[ADDRESS] * 4)
_ORIGIN = direct(pdfium.FPDFText_GetCharOrigin, ADDRESS, ctypes.c_int, *[ADDRESS] * 2)

_Turn = Callable[[float, float], tuple[float, float]]
# Text may run to the right, upward, downward or upside down in the page's own space.
_TURNS: dict[str, _Turn] = {
    "right": lambda x, y: (x, -y),
    "up": lambda x, y: (y, x),
    "down": lambda x, y: (-y, -x),
    "left": lambda x, y: (-x, y),
}


def may_hold_table(text: str) -> bool:
    """Tell cheaply whether a page has lines that end in figures; pages of prose needn't be measured."""
    found = 0
    for line in text.split("\n"):
        if line and row_strength(line) >= 1:
            found += 1
            if found == 3:
                return True
    return False


def words_of(textpage: Any, text: str) -> list[Word]:
    """Give the words of a page, turned so that they read from left to right and top to bottom."""
    reader = _Reader(textpage)
    ranges = [match.span() for match in _WORD.finditer(text)]
    turn = _TURNS[reader.direction(ranges)]
    words = []
    pending = list(reversed(ranges))
    while pending:
        start, end = pending.pop()
        first = reader.box(start)
        last = reader.box(end - 1) if end - start > 1 else first
        corners = [turn(x, y) for box in (first, last) for x, y in (box[:2], box[2:])]
        xs = [x for x, _ in corners]
        top, foot = sorted(y for _, y in corners[:2])
        height = foot - top
        last_top, last_foot = sorted(y for _, y in corners[2:])
        if last_top > foot or last_foot < top:
            # A hyphen joins the ends of two lines, which need not follow each other on the page.
            cut = text.rfind("-", start, end - 1) + 1
            if cut > start:
                pending += [(cut, end), (start, cut)]
                continue
        _, baseline = turn(*reader.origin(start))
        marked = 0
        if end - start > 1 and text[end - 1].isdigit() and (text[start].isdigit() or end - start > 2):
            marked = int(baseline - last_foot > _LIFTED * max(height, 1.0))
        words.append(Word(start, end, text[start:end], min(xs), max(xs), baseline, height, marked))
    return words


class _Reader:
    """Asks PDFium for places, which it writes straight to where they are read."""

    def __init__(self, textpage: Any) -> None:
        self.page = address(textpage.raw)
        self.values = (ctypes.c_double * 4)()
        first = ctypes.addressof(self.values)
        self.at = tuple(range(first, first + ctypes.sizeof(self.values), ctypes.sizeof(ctypes.c_double)))

    def box(self, index: int) -> tuple[float, float, float, float]:
        """Left, bottom, right and top of a character."""
        _BOX(self.page, index, *self.at)
        left, right, bottom, top = self.values
        return left, bottom, right, top

    def origin(self, index: int) -> tuple[float, float]:
        """Where a character begins on its baseline."""
        _ORIGIN(self.page, index, *self.at[:2])
        return self.values[0], self.values[1]

    def direction(self, ranges: list[tuple[int, int]]) -> str:
        """Tell which way most words run, by the way from their first character to their last."""
        votes = dict.fromkeys(_TURNS, 0)
        long = [(start, end) for start, end in ranges if end - start > 2]
        for start, end in long[:: max(1, len(long) // _SAMPLE)]:
            (x0, y0), (x1, y1) = self.origin(start), self.origin(end - 1)
            across, along = x1 - x0, y1 - y0
            if abs(across) >= abs(along):
                votes["right" if across >= 0 else "left"] += 1
            else:
                votes["up" if along > 0 else "down"] += 1
        return max(votes, key=lambda name: votes[name])
