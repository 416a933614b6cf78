"""Text of a PDF page that nobody sees: too small, off the page, without ink, in the colour of its ground, behind a picture.

What a reader of the page can't see isn't read. Where nearly all of a page's text is so, it is the layer of a scan that
character recognition laid under or over its picture: that is kept.
"""

import ctypes
from collections.abc import Iterator
from typing import Any

import pypdfium2.raw as pdfium

SMALLEST = 2.0  # points
LIGHT = 225  # of 255 in each colour, from which text may be in the colour of its ground
CONTRAST = 20  # of 255 between the lightest and the darkest point, below which nothing is seen
SCAN = 0.7  # share of a page's text that is hidden, from which it is a scan's layer
_INVISIBLE = (pdfium.FPDF_TEXTRENDERMODE_INVISIBLE, pdfium.FPDF_TEXTRENDERMODE_CLIP)

Bounds = tuple[float, float, float, float]  # left, bottom, right, top


def without_hidden(page: Any, textpage: Any, text: str) -> tuple[str, bool]:
    """The page's text with each hidden character as a space, so that no offset changes; whether it's a scan's layer."""
    look = _Look(page)
    hidden = look.hidden()
    if not hidden:
        return text, False
    keeps = [
        character.isspace() or _address(pdfium.FPDFText_GetTextObject(textpage.raw, index)) not in hidden
        for index, character in enumerate(text)
    ]
    seen = sum(keep and not character.isspace() for keep, character in zip(keeps, text, strict=True))
    if look.is_picture and seen < (1 - SCAN) * sum(not character.isspace() for character in text):
        return text, True
    return "".join(character if keep else " " for keep, character in zip(keeps, text, strict=True)), False


class _Look:
    """What is drawn on a page and can't be seen. Asks PDFium without making its arguments anew for each object."""

    def __init__(self, page: Any) -> None:
        self.page = page
        self.box: Bounds = page.get_cropbox()
        self.is_picture = False  # a picture fills most of it, as on a scan
        self._size, self._matrix = ctypes.c_float(), pdfium.FS_MATRIX()
        self._colour = [ctypes.c_uint() for _ in range(4)]
        self._sizes, self._matrices = ctypes.byref(self._size), ctypes.byref(self._matrix)
        self._colours = [ctypes.byref(one) for one in self._colour]

    def hidden(self) -> frozenset[int]:
        """The addresses of the text objects that can't be seen."""
        found: set[int] = set()
        light: list[Any] = []
        texts: list[Any] = []
        mode_of, get, raw = pdfium.FPDFTextObj_GetTextRenderMode, pdfium.FPDFPage_GetObject, self.page.raw
        for index in range(pdfium.FPDFPage_CountObjects(raw)):
            item = get(raw, index)
            mode = mode_of(item)
            if mode != pdfium.FPDF_TEXTRENDERMODE_UNKNOWN:
                texts.append(item)
                if mode in _INVISIBLE or self._is_absent(item):
                    found.add(_address(item))
                elif self._is_light(item):
                    light.append(item)
            elif pdfium.FPDFPageObj_GetType(item) == pdfium.FPDF_PAGEOBJ_IMAGE and (cover := _bounds(item)):
                self.is_picture = self.is_picture or _area(cover) > _area(self.box) / 2
                found.update(_address(one) for one in texts if (part := _bounds(one)) and _covers(cover, part))
        if light:
            found.update(self._unseen(light))
        return frozenset(found)

    def _is_absent(self, item: Any) -> bool:
        """Whether it is smaller than anybody reads, or begins off the page and stays there."""
        pdfium.FPDFTextObj_GetFontSize(item, self._sizes)
        pdfium.FPDFPageObj_GetMatrix(item, self._matrices)
        matrix = self._matrix
        if abs(self._size.value) * abs(matrix.a * matrix.d - matrix.b * matrix.c) ** 0.5 < SMALLEST:
            return True
        left, bottom, right, top = self.box
        if left <= matrix.e <= right and bottom <= matrix.f <= top:
            return False
        part = _bounds(item)
        return part is not None and (part[2] <= left or part[0] >= right or part[3] <= bottom or part[1] >= top)

    def _is_light(self, item: Any) -> bool:
        """Whether it is filled nearly white, or hardly at all."""
        if not pdfium.FPDFPageObj_GetFillColor(item, *self._colours):
            return False
        *colours, alpha = (value.value for value in self._colour)
        return min(colours) >= LIGHT or alpha < 255 - LIGHT

    def _unseen(self, light: list[Any]) -> Iterator[int]:
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
                yield _address(item)
        bitmap.close()


def _address(item: Any) -> int:
    return ctypes.cast(item, ctypes.c_void_p).value or 0


def _bounds(item: Any) -> Bounds | None:
    values = [ctypes.c_float() for _ in range(4)]
    if not pdfium.FPDFPageObj_GetBounds(item, *map(ctypes.byref, values)):
        return None
    left, bottom, right, top = (value.value for value in values)
    return left, bottom, right, top


def _area(bounds: Bounds) -> float:
    return max(0.0, bounds[2] - bounds[0]) * max(0.0, bounds[3] - bounds[1])


def _covers(whole: Bounds, part: Bounds) -> bool:
    return whole[0] <= part[0] and whole[1] <= part[1] and whole[2] >= part[2] and whole[3] >= part[3]
