"""Pictures of pages, of PDFs and of documents that are pictures themselves, at the resolution that is looked at, kept once drawn."""

import threading
from collections import OrderedDict
from functools import lru_cache
from pathlib import Path

from app.reading.apart import apart

WIDTHS = (700, 1100, 1600, 2200, 3200)  # pixels; a picture is drawn at one of these
PDF = "application/pdf"
MOST_BYTES = 64 << 20  # of pictures kept in memory


def width_for(wanted: int) -> int:
    """The smallest of the widths that is no less than what is wanted; the largest where none is."""
    return next((width for width in WIDTHS if width >= wanted), WIDTHS[-1])


class Pictures:
    """Draws pages and keeps the pictures used last. Safe to use from several threads."""

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self._most = most_bytes
        self._kept: OrderedDict[tuple[Path, int, int], bytes] = OrderedDict()
        self._bytes = 0
        self._lock = threading.Lock()

    def picture(self, path: Path, page: int, width: int, media_type: str = PDF) -> bytes:
        """A page as PNG, `width_for(width)` pixels wide. Raises UnreadableFile.

        A kept file's name is its content's hash, so that what is kept never goes stale.
        """
        key = (path, page, width_for(width))
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        drawn = _drawn(path, page, key[2], media_type)  # without the lock: a slow page keeps none that is kept waiting
        with self._lock:
            if key not in self._kept:
                self._kept[key] = drawn
                self._bytes += len(drawn)
            while self._bytes > self._most and len(self._kept) > 1:
                _, gone = self._kept.popitem(last=False)
                self._bytes -= len(gone)
        return drawn


def _drawn(path: Path, page: int, width: int, media_type: str) -> bytes:
    if media_type == PDF:
        from corpus.readers.pdf import render_page

        return apart(path, page, render_page, path, page, width)
    from corpus.readers.picture import render_picture

    return apart(path, page, render_picture, path, page, width)


@lru_cache(maxsize=1024)
def page_shape(path: Path, page: int, media_type: str = PDF) -> float:
    """Give a page's width divided by its height, as it is shown. Raises UnreadableFile.

    A kept file's name is its content's hash, so that what is remembered never goes stale.
    """
    if media_type == PDF:
        from corpus.readers import pdf

        return apart(path, page, pdf.page_shape, path, page)
    from corpus.readers import picture

    return apart(path, page, picture.page_shape, path, page)
