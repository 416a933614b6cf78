"""Pictures as documents (PNG, JPEG, TIFF): a page each, read by recognition and shown as they are."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from corpus.document import Page
from corpus.errors import UnreadableFile
from corpus.ocr.ocr import Ocr, Picture, Told
from corpus.ocr.page import DPI
from corpus.ocr.scans import Scans, scans_of

if TYPE_CHECKING:
    from PIL.Image import Image

LARGEST = 150_000_000  # pixels: a page of A3 at 900 dpi; more is a trap or a map
MOST_PAGES = 2000  # of a TIFF
_LEAST_DPI = 72  # what a file says of itself may be nonsense below it


def read_picture(path: Path, ocr: Ocr, told: Told | None = None) -> tuple[list[Page], Scans]:
    """Read the page, or the pages of a TIFF.

    Raises UnreadableFile where recognition isn't there, the file is broken or too large, or holds no text.
    """
    if ocr.tesseract is None:
        raise UnreadableFile(
            f"{path.name} is a picture, and its text can't be read yet: {ocr.missing}. Then add it again."
        )
    with _opened(path) as image:
        count = getattr(image, "n_frames", 1)
    if count > MOST_PAGES:
        raise UnreadableFile(f"{path.name} holds {count} pictures; the limit is {MOST_PAGES}. Split it.")

    def draw(number: int) -> Picture:
        with _opened(path) as image:
            return _frame(image, number)

    found = ocr.read(range(count), draw, told)
    scans = scans_of(found, [])
    pages = [Page(number, scans.texts.get(number, "")) for number in range(count)]
    if not any(page.text.strip() for page in pages):
        why = next((said for said in found.values() if isinstance(said, str)), "it shows none, or too faintly")
        raise UnreadableFile(
            f"No text could be made out in {path.name} ({why}). Scan it again at 300 dpi, upright and in sharp focus."
        )
    return pages, scans


def render_picture(path: Path, page: int, width: int) -> bytes:
    """Give a page as a PNG at most `width` pixels wide. Raises UnreadableFile."""
    with _opened(path) as image:
        shown = _frame(image, page).image
    if shown.width > width:
        shown = shown.resize((width, max(1, round(shown.height * width / shown.width))))
    out = io.BytesIO()
    shown.save(out, "PNG", optimize=False)
    return out.getvalue()


def page_shape(path: Path, page: int) -> float:
    """Give a page's width divided by its height, as it is shown. Raises UnreadableFile."""
    with _opened(path) as image:
        shown = _frame(image, page).image
    return shown.width / max(shown.height, 1)


@contextmanager
def _opened(path: Path) -> "Iterator[Image]":
    try:
        from PIL import Image
    except ImportError as error:
        raise UnreadableFile("Pictures can't be opened without Pillow: pip install 'footnote[ocr]'.") from error
    try:
        with Image.open(path, formats=("PNG", "JPEG", "TIFF")) as image:
            if image.width * image.height > LARGEST:
                raise UnreadableFile(
                    f"{path.name} has {image.width:,} by {image.height:,} pixels, which is too many. Save it smaller, or in parts."
                )
            yield image
    except (OSError, ValueError, SyntaxError, EOFError, Image.DecompressionBombError) as error:
        raise UnreadableFile(f"{path.name} is a broken picture ({error}). Save or scan it again.") from error


def _frame(image: "Image", number: int) -> Picture:
    """One page as it is meant to be seen: turned as the camera says, what is transparent on white."""
    from PIL import Image, ImageOps

    try:
        image.seek(number)
    except EOFError as error:
        raise UnreadableFile(f"There is no page {number + 1} in this picture. Add it again.") from error
    dpi = image.info.get("dpi", (DPI, DPI))[0]
    shown = ImageOps.exif_transpose(image)
    if shown.mode in ("RGBA", "LA", "PA") or "transparency" in shown.info:
        shown = shown.convert("RGBA")
        ground = Image.new("RGBA", shown.size, "white")
        shown = Image.alpha_composite(ground, shown)
    return Picture(shown.convert("RGB"), float(dpi) if dpi and dpi >= _LEAST_DPI else float(DPI))
