"""One page's picture becomes text, with the place of each of its words on the page as shown."""

from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING

from corpus.document import PlacedWord
from corpus.ocr.doubt import hidden
from corpus.ocr.lines import Line, lines_of
from corpus.ocr.second_look import twice
from corpus.ocr.tesseract import Seen, Tesseract
from corpus.tables.words import Word

if TYPE_CHECKING:
    from PIL.Image import Image

DPI = 300  # what Tesseract is best at
LONGEST = 5000  # pixels of a page's longer side at most
ENOUGH = 3000  # of its longer side; a smaller picture is enlarged to a page's size
PAGE = 3508  # a page of A4 at `DPI`
MOST = 3.0  # times that a picture is enlarged
LEGIBLE = 60  # of 100: a word below it may be anything
UPRIGHT = 0.5  # share of legible words below which the page may lie on its side
_DIGIT_HEIGHT = 0.66  # em
_POINTS = 72.0


@dataclass(frozen=True, slots=True)
class Recognised:
    """What was recognised: the text, where its words stand, the same for finding tables, and what is in doubt."""

    text: str
    words: tuple[PlacedWord, ...]
    table_words: tuple[Word, ...]  # turned upright, in points
    doubtful: int  # figures that stand as ▯
    legible: float  # share of words, from 0 to 1

    @property
    def hidden_lines(self) -> tuple[tuple[int, int], ...]:
        """The ranges of lines in which figures are illegible."""
        found, start = [], 0
        for line in self.text.split("\n"):
            if "▯" in line:
                found.append((start, start + len(line)))
            start += len(line) + 1
        return tuple(found)


def recognise(tesseract: Tesseract, picture: "Image", dpi: float = DPI) -> Recognised:
    """Read a page's picture, of `dpi` pixels an inch; one that lies on its side is turned first.

    Raises UnreadableFile where Tesseract fails.
    """
    grey = _sized(picture.convert("L"))
    dpi *= grey.width / picture.width
    words, turn = tesseract.words(grey), 0
    if _legible(words) < UPRIGHT or len(words) < 4 or _on_side(words):
        turned_by = tesseract.turn(grey)
        turned = _turned(grey, turned_by)
        other = tesseract.words(turned) if turned_by else []
        if _weight(other) > _weight(words) or (other and _on_side(words) and not _on_side(other)):
            words, turn, grey = other, turned_by, turned
    words = twice(tesseract, grey, words)
    return _page(lines_of(words), grey.size, turn, _POINTS / dpi, _legible(words))


def _on_side(words: list[Seen]) -> bool:
    """Whether most words of some length are higher than wide: Tesseract reads some text that runs up or down."""
    long = [word for word in words if len(word.text) > 2]
    return sum(word.bottom - word.top > word.right - word.left for word in long) * 2 > len(long) > 0


def _page(lines: list[Line], size: tuple[int, int], turn: int, point: float, legible: float) -> Recognised:
    parts: list[str] = []
    placed: list[PlacedWord] = []
    for_tables: list[Word] = []
    at = doubtful = 0
    for line in lines:
        texts, doubts = hidden(line.words)
        doubtful += doubts
        # Boxes reach as far as each word's letters do: a line has one height and one place.
        digits = [word.bottom - word.top for word in line.words if word.text.isdigit()]
        height = median(digits) if digits else line.height
        for number, (word, raw) in enumerate(zip(line.words, texts, strict=True)):
            text = "".join(each for each in raw if each.isprintable() and not each.isspace()) or "?"
            if number:
                at += 1
            parts.append(("" if not number else " ") + text)
            placed.append(PlacedWord(at, at + len(text), *_box(word, size, turn), round(word.confidence)))
            for_tables.append(
                Word(at, at + len(text), text, word.left * point, word.right * point, line.y * point, height * point)
            )
            at += len(text)
        parts.append("\n")
        at += 1
    return Recognised("".join(parts).rstrip("\n"), tuple(placed), tuple(for_tables), doubtful, legible)


def _box(word: Seen, size: tuple[int, int], turn: int) -> tuple[float, float, float, float]:
    """A word's box as fractions of the page as shown, turned back."""
    width, height = size
    left, top, right, bottom = word.left / width, word.top / height, word.right / width, word.bottom / height
    if turn == 90:
        left, top, right, bottom = top, 1 - right, bottom, 1 - left
    elif turn == 180:
        left, top, right, bottom = 1 - right, 1 - bottom, 1 - left, 1 - top
    elif turn == 270:
        left, top, right, bottom = 1 - bottom, left, 1 - top, right
    return round(left, 5), round(top, 5), round(right, 5), round(bottom, 5)


def _sized(picture: "Image") -> "Image":
    """A picture that Tesseract can read: not too large to be done with, not too small to be made out."""
    longer = max(picture.size)
    scale = LONGEST / longer if longer > LONGEST else min(MOST, PAGE / longer) if longer < ENOUGH else 1.0
    if scale == 1.0:
        return picture
    return picture.resize((max(1, round(picture.width * scale)), max(1, round(picture.height * scale))))


def _turned(picture: "Image", turn: int) -> "Image":
    from PIL.Image import Transpose

    if not turn:
        return picture
    # Pillow turns the other way round.
    ways = {90: Transpose.ROTATE_270, 180: Transpose.ROTATE_180, 270: Transpose.ROTATE_90}
    return picture.transpose(ways[turn])


def _legible(words: list[Seen]) -> float:
    return sum(word.confidence >= LEGIBLE for word in words) / len(words) if words else 0.0


def _weight(words: list[Seen]) -> int:
    return sum(len(word.text) for word in words if word.confidence >= LEGIBLE)
