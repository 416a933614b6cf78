"""The fonts of PDFs: Noto Sans with its kin for other scripts, WenQuanYi Micro Hei for Chinese, Japanese and Korean.

All are embedded, each with the characters that are used. A character that none of them has is written as its code, so
that nothing vanishes: "[U+1F600]".
"""

import threading
import unicodedata
from collections.abc import Iterator
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

from corpus.errors import DataProblem

# Packages that ship the files, and the files by the order in which a character is looked for.
NOTO, CJK = "manimgx_fonts", "paperang_p2_fonts_cjk"
REGULAR, ITALIC = "NotoSans[wght].ttf", "NotoSans-Italic[wght].ttf"
SCRIPTS = (
    "NotoSansHebrew[wght].ttf", "NotoSansArabic[wght].ttf", "NotoSansArmenian[wght].ttf", "NotoSansGeorgian[wght].ttf",
    "NotoSansDevanagari[wght].ttf", "NotoSansThai[wght].ttf", "NotoSansSymbols[wght].ttf",
)  # fmt: skip
CJK_FILE = "fonts/wqy-microhei.ttc"
_LOCK = threading.Lock()


@cache
def _font(package: str, file: str) -> TTFont:
    """A font, registered under its file's name. Raises DataProblem where its package isn't installed."""
    spec = find_spec(package)
    path = Path(spec.origin).parent / file if spec and spec.origin else None
    if path is None or not path.exists():
        name = package.replace("_", "-")
        raise DataProblem(f"A font for PDFs is missing ({file}). Install it again: pip install {name}")
    font = TTFont(f"{package}/{file}", str(path))
    pdfmetrics.registerFont(font)
    return font


@cache
def _has(package: str, file: str, character: str) -> bool:
    return ord(character) in _font(package, file).face.charToGlyph


@cache
def _font_of(character: str, italic: bool) -> str | None:
    """The name of the first font that has a character."""
    with _LOCK:
        first = (ITALIC, REGULAR) if italic else (REGULAR,)
        for package, file in [*((NOTO, one) for one in (*first, *SCRIPTS)), (CJK, CJK_FILE)]:
            if _has(package, file, character):
                return str(_font(package, file).fontName)
    return None


def pieces(text: str, italic: bool = False) -> Iterator[tuple[str, str]]:
    """A text as (font, words) in order; white space and combining marks stay with what goes before them."""
    font, held = "", ""
    for character in text:
        own = _font_of(character, italic)
        shown = character
        if own is None:
            shown, own = f"[U+{ord(character):04X}]", str(_font_of("U", italic))
        joins = font and (character.isspace() or unicodedata.combining(character))
        if held and own != font and not (joins and _held_by(font, character)):
            yield font, held
            held = ""
        if not held:
            font = own
        held += shown
    if held:
        yield font, held


def _held_by(font: str, character: str) -> bool:
    package, _, file = font.partition("/")
    return _has(package, file, character)


def width(font: str, size: float, words: str) -> float:
    """How wide words are, in points."""
    return float(pdfmetrics.stringWidth(words, font, size))
