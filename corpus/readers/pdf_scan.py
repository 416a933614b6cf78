"""Pages of a PDF that are pictures of text: told by what is drawn on them, and drawn again for recognition."""

import ctypes
from typing import Any

import pypdfium2.raw as pdfium

from corpus.ocr.ocr import Picture
from corpus.ocr.page import DPI, LONGEST

LITTLE = 60  # visible characters: a stamp, a page's number or a scanner's name, and no page of text
OUTLINES = 30  # paths on a page without text, from which they may be letters
_POINTS = 72.0


def is_scanned(page: Any, text: str) -> bool:
    """Whether a page holds next to no text, and something drawn that may be: pictures over half of it, or many lines.

    Some programs print letters as outlines. An empty page isn't scanned.
    """
    if len("".join(text.split())) > LITTLE:
        return False
    covered, pictures, paths = 0.0, 0, 0
    for index in range(pdfium.FPDFPage_CountObjects(page.raw)):
        item = pdfium.FPDFPage_GetObject(page.raw, index)
        kind = pdfium.FPDFPageObj_GetType(item)
        paths += kind == pdfium.FPDF_PAGEOBJ_PATH
        if kind in (pdfium.FPDF_PAGEOBJ_IMAGE, pdfium.FPDF_PAGEOBJ_FORM):
            pictures += 1
            covered += _area(item)
    left, bottom, right, top = page.get_cropbox()
    return covered > (right - left) * (top - bottom) / 2 or (not text.strip() and (pictures > 0 or paths >= OUTLINES))


def drawn(page: Any) -> Picture:
    """A page as a picture for recognition, turned as it is shown."""
    inches = max(page.get_width(), page.get_height(), 1.0) / _POINTS
    dpi = min(DPI, LONGEST / inches)
    bitmap = page.render(scale=dpi / _POINTS, grayscale=True)
    image = bitmap.to_pil().copy()
    bitmap.close()
    return Picture(image, dpi)


def _area(item: Any) -> float:
    values = [ctypes.c_float() for _ in range(4)]
    if not pdfium.FPDFPageObj_GetBounds(item, *map(ctypes.byref, values)):
        return 0.0
    left, bottom, right, top = (value.value for value in values)
    return max(0.0, right - left) * max(0.0, top - bottom)
