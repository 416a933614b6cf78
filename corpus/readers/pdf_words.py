"""The words of a PDF's page with their places, read from PDFium by the first and last character of each."""

import ctypes
import re
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pypdfium2.raw as pdfium
from numpy.typing import NDArray

from corpus.readers.pdf_direct import ADDRESS, address, direct, rows
from corpus.rows import row_strength
from corpus.tables.words import Word

_WORD = re.compile(r"\S+")
_SAMPLE = 40  # words that tell which way the text runs
_LIFTED = 0.15  # of a digit's height, from where a raised digit begins

_BOX = direct(pdfium.FPDFText_GetCharBox, ADDRESS, ctypes.c_int, *[ADDRESS] * 4)
_ORIGIN = direct(pdfium.FPDFText_GetCharOrigin, ADDRESS, ctypes.c_int, *[ADDRESS] * 2)

_LEFT, _RIGHT, _BOTTOM, _TOP = range(4)  # as PDFium gives the sides of a box

_Coordinates = NDArray[np.float64]
_Turn = Callable[[_Coordinates, _Coordinates], tuple[_Coordinates, _Coordinates]]
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
    words: list[Word] = []
    while ranges:
        found, ranges = _placed(reader, turn, text, ranges)
        words += found
    return sorted(words, key=lambda word: word.start)


def _placed(
    reader: "_Reader", turn: "_Turn", text: str, ranges: Sequence[tuple[int, int]]
) -> tuple[list[Word], list[tuple[int, int]]]:
    """The words of the ranges, but for those that are ends of two lines: their parts, to be looked at again."""
    firsts, lasts = reader.boxes([start for start, _ in ranges]), reader.boxes([end - 1 for _, end in ranges])
    origins = reader.origins([start for start, _ in ranges])
    (x0, y0), (x1, y1) = (turn(*firsts[:, corner].T) for corner in ((_LEFT, _BOTTOM), (_RIGHT, _TOP)))
    (x2, y2), (x3, y3) = (turn(*lasts[:, corner].T) for corner in ((_LEFT, _BOTTOM), (_RIGHT, _TOP)))
    baselines = turn(*origins.T)[1]
    tops, feet = np.minimum(y0, y1), np.maximum(y0, y1)
    heights = feet - tops
    last_feet = np.maximum(y2, y3)
    # Digits that end a word above its baseline are a footnote's mark; what stands on another line was parted by a hyphen.
    raised = (baselines - last_feet > _LIFTED * np.maximum(heights, 1.0)).tolist()
    elsewhere = ((np.minimum(y2, y3) > feet) | (last_feet < tops)).tolist()
    lefts = np.minimum(np.minimum(x0, x1), np.minimum(x2, x3)).tolist()
    rights = np.maximum(np.maximum(x0, x1), np.maximum(x2, x3)).tolist()
    words: list[Word] = []
    parted: list[tuple[int, int]] = []
    for (start, end), left, right, baseline, height, apart, lifted in zip(
        ranges, lefts, rights, baselines.tolist(), heights.tolist(), elsewhere, raised, strict=True
    ):
        # A hyphen joins the ends of two lines, which need not follow each other on the page.
        if apart and (cut := text.rfind("-", start, end - 1) + 1) > start:
            parted += [(start, cut), (cut, end)]
            continue
        marked = lifted and end - start > 1 and text[end - 1].isdigit() and (text[start].isdigit() or end - start > 2)
        words.append(Word(start, end, text[start:end], left, right, baseline, height, int(marked)))
    return words, parted


class _Reader:
    """Asks PDFium for places, which it writes straight to where they are read."""

    def __init__(self, textpage: Any) -> None:
        self.page = address(textpage.raw)

    def boxes(self, indexes: Sequence[int]) -> _Coordinates:
        """(n, 4): left, right, bottom and top of characters."""
        table = np.zeros((len(indexes), 4))
        for index, at in zip(indexes, rows(table), strict=True):
            _BOX(self.page, index, at, at + 8, at + 16, at + 24)
        return table

    def origins(self, indexes: Sequence[int]) -> _Coordinates:
        """(n, 2): where characters begin on their baselines."""
        table = np.zeros((len(indexes), 2))
        for index, at in zip(indexes, rows(table), strict=True):
            _ORIGIN(self.page, index, at, at + 8)
        return table

    def direction(self, ranges: Sequence[tuple[int, int]]) -> str:
        """Tell which way most words run, by the way from their first character to their last."""
        long = [(start, end) for start, end in ranges if end - start > 2]
        sample = long[:: max(1, len(long) // _SAMPLE)]
        votes = dict.fromkeys(_TURNS, 0)
        ways = self.origins([end - 1 for _, end in sample]) - self.origins([start for start, _ in sample])
        for across, along in ways.tolist():
            if abs(across) >= abs(along):
                votes["right" if across >= 0 else "left"] += 1
            else:
                votes["up" if along > 0 else "down"] += 1
        return max(votes, key=lambda name: votes[name])
