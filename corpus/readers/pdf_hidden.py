"""Text of a PDF page that nobody sees: too small, off the page, without ink, in the colour of its ground, behind a picture.

What a reader of the page can't see isn't read. Where nearly all of a page's text is so, it is the layer of a scan that
character recognition laid under or over its picture: that is kept.
"""

import ctypes
from collections import deque
from collections.abc import Iterable, Iterator
from itertools import repeat
from typing import Any

import numpy as np
import pypdfium2.raw as pdfium
from numpy.typing import NDArray

from corpus.readers.pdf_direct import ADDRESS, address, direct, rows

SMALLEST = 2.0  # points
LIGHT = 225  # of 255 in each colour, from which text may be in the colour of its ground
CONTRAST = 20  # of 255 between the lightest and the darkest point, below which nothing is seen
SCAN = 0.7  # share of a page's text that is hidden, from which it is a scan's layer
_INVISIBLE = (pdfium.FPDF_TEXTRENDERMODE_INVISIBLE, pdfium.FPDF_TEXTRENDERMODE_CLIP)

_OBJECT = direct(pdfium.FPDFPage_GetObject, ADDRESS, ctypes.c_int, gives=ADDRESS)
_KIND = direct(pdfium.FPDFPageObj_GetType, ADDRESS)
_MODE = direct(pdfium.FPDFTextObj_GetTextRenderMode, ADDRESS)
_SIZE = direct(pdfium.FPDFTextObj_GetFontSize, ADDRESS, ADDRESS)
_MATRIX = direct(pdfium.FPDFPageObj_GetMatrix, ADDRESS, ADDRESS)
_COLOUR = direct(pdfium.FPDFPageObj_GetFillColor, *[ADDRESS] * 5)
_BOUNDS = direct(pdfium.FPDFPageObj_GetBounds, *[ADDRESS] * 5)

Bounds = tuple[float, float, float, float]  # left, bottom, right, top


def without_hidden(page: Any, textpage: Any, text: str) -> tuple[str, bool]:
    """The page's text with each hidden character as a space, so that no offset changes; whether it's a scan's layer."""
    look = _Look(page)
    hidden = look.hidden()
    if not hidden:
        return text, False
    keeps = [
        character.isspace() or address(pdfium.FPDFText_GetTextObject(textpage.raw, index)) not in hidden
        for index, character in enumerate(text)
    ]
    seen = sum(keep and not character.isspace() for keep, character in zip(keeps, text, strict=True))
    if look.is_picture and seen < (1 - SCAN) * sum(not character.isspace() for character in text):
        return text, True
    return "".join(character if keep else " " for keep, character in zip(keeps, text, strict=True)), False


class _Look:
    """What is drawn on a page and can't be seen.

    Some programs draw each letter as an object of its own, thousands on a page, so that PDFium writes what is asked of
    an object straight to its row of a table, and the table is judged as a whole.
    """

    def __init__(self, page: Any) -> None:
        self.page = page
        self.box: Bounds = page.get_cropbox()
        self.is_picture = False  # a picture fills most of it, as on a scan

    def hidden(self) -> frozenset[int]:
        """The addresses of the text objects that can't be seen."""
        page = address(self.page.raw)
        objects = [*map(_OBJECT, repeat(page), range(pdfium.FPDFPage_CountObjects(self.page.raw)))]
        modes = np.asarray([*map(_MODE, objects)], np.int64)
        at = np.flatnonzero(modes != pdfium.FPDF_TEXTRENDERMODE_UNKNOWN)
        if not len(at):
            return frozenset()
        texts = [objects[number] for number in at.tolist()]
        found: set[int] = set()
        for number in np.flatnonzero(modes == pdfium.FPDF_TEXTRENDERMODE_UNKNOWN).tolist():
            item = objects[number]
            if _KIND(item) == pdfium.FPDF_PAGEOBJ_IMAGE and (cover := _bounds(item)):
                self.is_picture = self.is_picture or _area(cover) > _area(self.box) / 2
                before = texts[: int(np.searchsorted(at, number))]
                found.update(one for one in before if (part := _bounds(one)) and _covers(cover, part))
        items = np.asarray(texts, np.int64)
        sizes = np.zeros(len(items), np.float32)
        matrices = np.zeros((len(items), 6), np.float32)  # a, b, c, d, e, f
        colours = np.tile(np.asarray([0, 0, 0, 255], np.uint32), (len(items), 1))  # red, green, blue, alpha
        _done(map(_SIZE, texts, rows(sizes)))
        _done(map(_MATRIX, texts, rows(matrices)))
        red = rows(colours)
        _done(map(_COLOUR, texts, *(range(red.start + part, red.stop + part, red.step) for part in (0, 4, 8, 12))))
        unseen = np.isin(modes[at], _INVISIBLE) | self._absent(items, sizes, matrices)
        found.update(items[unseen].tolist())
        light = (colours[:, :3].min(axis=1) >= LIGHT) | (colours[:, 3] < 255 - LIGHT)
        if len(faint := items[light & ~unseen]):
            found.update(self._unseen(faint.tolist()))
        return frozenset(found)

    def _absent(
        self, items: NDArray[np.int64], sizes: NDArray[np.float32], matrices: NDArray[np.float32]
    ) -> NDArray[np.bool_]:
        """(n,): which are smaller than anybody reads, or begin off the page and stay there."""
        a, b, c, d, across, up = matrices.astype(np.float64).T
        absent = np.asarray(np.abs(sizes) * np.abs(a * d - b * c) ** 0.5 < SMALLEST)
        left, bottom, right, top = self.box
        begins_off = (across < left) | (across > right) | (up < bottom) | (up > top)
        for number in np.flatnonzero(begins_off & ~absent).tolist():
            part = _bounds(int(items[number]))
            absent[number] = part is not None and (
                part[2] <= left or part[0] >= right or part[3] <= bottom or part[1] >= top
            )
        return absent

    def _unseen(self, light: list[int]) -> Iterator[int]:
        """Those whose place on the drawn page is of one shade."""
        bitmap = self.page.render(scale=1, grayscale=True)
        picture = bitmap.to_numpy()
        left, _, _, top = self.box
        for item in light:
            bounds = _bounds(item)
            if bounds is None:
                continue
            rows = slice(max(0, int(top - bounds[3])), max(0, int(top - bounds[1])) + 1)
            columns = slice(max(0, int(bounds[0] - left)), max(0, int(bounds[2] - left)) + 1)
            drawn = picture[rows, columns]
            if drawn.size and int(drawn.max()) - int(drawn.min()) < CONTRAST:
                yield item
        bitmap.close()


def _done(calls: Iterable[object]) -> None:
    """Make the calls: a loop that isn't Python's own costs a quarter less."""
    deque(calls, maxlen=0)


def _bounds(item: int) -> Bounds | None:
    values = (ctypes.c_float * 4)()
    at = ctypes.addressof(values)
    if not _BOUNDS(item, at, at + 4, at + 8, at + 12):
        return None
    left, bottom, right, top = values
    return left, bottom, right, top


def _area(bounds: Bounds) -> float:
    return max(0.0, bounds[2] - bounds[0]) * max(0.0, bounds[3] - bounds[1])


def _covers(whole: Bounds, part: Bounds) -> bool:
    return whole[0] <= part[0] and whole[1] <= part[1] and whole[2] >= part[2] and whole[3] >= part[3]
