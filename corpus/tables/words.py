"""Words with their place on the page, the lines they stand in, and the figures and texts that a line parts into."""

import re
from collections.abc import Iterable, Sequence
from itertools import pairwise
from statistics import median
from typing import NamedTuple

GAP = 1.0  # em; wider than this between two words, and they belong to different cells
TIGHT = 0.6  # em; nearer than this, and they are words of one text
_SAME_LINE = 0.35  # em between baselines at most
_RAISED = 0.75  # the digits of a mark are smaller than this share of the line's
_LIFT = 0.15  # em; a letter or sign whose baseline is so much higher than its neighbour's is a mark

_NUMBER = r"(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?|\.\d+"
_CURRENCY = r"(?:[A-Z]{1,3})?[$€£¥₹₩]"
_FIGURE = re.compile(rf"\(?(?:{_CURRENCY})?\(?[-–−]?(?:{_NUMBER})\)?%?\)?(?:x|bps?|pts?|pp)?")
_PREFIX = re.compile(rf"\(?(?:{_CURRENCY})?\(?")
_SUFFIX = re.compile(r"\)?%?\)?|pts?|bps?|pp")
_BLANK = re.compile(rf"(?:{_CURRENCY})?\(?[-–—−‒]{{1,3}}\)?%?|(?i:n/?[am]|n\.m\.|nmf?)|\*{{1,3}}")
_LONGEST_BLANK = 3  # letters: "nmf"
_MARK = re.compile(r"(?:\(?[a-z0-9]{1,2}\)|\([A-Z]\)|\[[a-z0-9]\]|\*{1,3}|[†‡§])+")
_YEAR = re.compile(r"(?:19|20)\d\d")


# Tuples, since a filing has a hundred thousand of them: a frozen dataclass takes six times as long to make.
class Word(NamedTuple):
    """A word of a page: its range in the text and its place, in points, as read: x to the right, y downward.

    `y` is the baseline. `height` is of its first character; `marked` counts raised digits that end it.
    """

    start: int
    end: int
    text: str
    x0: float
    x1: float
    y: float
    height: float
    marked: int = 0


class Piece(NamedTuple):
    """A stretch of a line: a figure with its signs, a mark for "none", or words that belong together.

    `x0` and `x1` are of the digits, `left` and `right` of the whole with "$", brackets and "%". `whole` tells that its
    signs stand beside it in the text, so that [start, end) holds them.
    """

    kind: str  # "figure", "blank" or "text"
    start: int
    end: int
    text: str
    x0: float
    x1: float
    left: float
    right: float
    whole: bool = True
    words: tuple[tuple[int, int, float, float], ...] = ()  # of a text: start, end, x0, x1 of each word

    @property
    def is_value(self) -> bool:
        """Whether it can stand in a column of figures."""
        return self.kind != "text"

    @property
    def is_year(self) -> bool:
        """Whether it reads as a bare year."""
        return self.kind == "figure" and _YEAR.fullmatch(self.text) is not None


class Line(NamedTuple):
    """Words on one baseline, from left to right, parted into pieces."""

    y: float
    em: float
    pieces: tuple[Piece, ...]

    @property
    def x0(self) -> float:
        """Where it begins."""
        return self.pieces[0].left

    @property
    def x1(self) -> float:
        """Where it ends."""
        return max(piece.right for piece in self.pieces)

    @property
    def start(self) -> int:
        """Offset of its first character in the text."""
        return min(piece.start for piece in self.pieces)

    @property
    def end(self) -> int:
        """Offset after its last character in the text."""
        return max(piece.end for piece in self.pieces)

    @property
    def text(self) -> str:
        """What it says."""
        return " ".join(piece.text for piece in self.pieces)

    def trailing(self) -> tuple[Piece, ...]:
        """The values that end it and stand apart from its words, and from each other."""
        found: list[Piece] = []
        for index in range(len(self.pieces) - 1, -1, -1):
            piece = self.pieces[index]
            if not piece.is_value:
                break
            gap = piece.left - self.pieces[index - 1].right if index else GAP * self.em
            if gap >= GAP * self.em or (self.pieces[index - 1].is_value and gap >= TIGHT * self.em / 2):
                found.append(piece)
            else:
                break
        values = tuple(reversed(found))
        if len(values) == len(self.pieces) > 1 and values[0].is_year and not all(value.is_year for value in values):
            return values[1:]  # a row for a year
        return values


def lines_of(words: Iterable[Word]) -> list[Line]:
    """Part words into lines, from the top of the page down."""
    ordered = sorted(words, key=lambda word: word.y)
    if not ordered:
        return []
    heights = [word.height for word in ordered if word.text[:1].isdigit()] or [word.height for word in ordered]
    em = max(median(heights) / 0.66, 1.0)
    rows: list[list[Word]] = []
    for word in ordered:
        if rows and word.y - rows[-1][0].y <= _SAME_LINE * em:
            rows[-1].append(word)
        else:
            rows.append([word])
    # Marks raised above a line may come out as a line of their own.
    rows = [row for row in rows if not all(_is_mark(word, 0.66 * em) for word in row)]
    return [Line(median(word.y for word in row), em, pieces) for row in rows if (pieces := _pieces(row, em))]


def _is_mark(word: Word, usual: float) -> bool:
    """Whether a word is a footnote's mark by its look, or by its smaller digits."""
    small = word.height < _RAISED * usual and word.text.isdigit() and len(word.text) <= 2
    return small or _MARK.fullmatch(word.text) is not None


def _pieces(row: Sequence[Word], em: float) -> tuple[Piece, ...]:
    """Part a line's words into figures, marks for none, and texts; raised footnote marks are left out."""
    words = sorted(row, key=lambda word: word.x0)
    digits = [word.height for word in words if word.text[0].isdigit()]
    usual = median(digits) if digits else 0.0
    kept: list[Word] = []
    for word in words:
        if kept and word.x0 - kept[-1].x1 < TIGHT * em and _marks(word, kept[-1], usual, em):
            continue
        kept.append(word)
    pieces: list[Piece] = []
    run: list[Word] = []  # words of one text, so far
    index = 0
    while index < len(kept):
        taken = _value(kept, index, em)
        word = kept[index]
        if run and (taken or word.x0 - run[-1].x1 >= GAP * em or word.start < run[-1].end):
            pieces.append(_text(run))
            run = []
        if taken:
            piece, index = taken
            pieces.append(piece)
        else:
            run.append(word)
            index += 1
    if run:
        pieces.append(_text(run))
    return tuple(_rejoined(pieces, em))


def _marks(word: Word, before: Word, usual: float, em: float) -> bool:
    """Whether a word is a footnote's mark to the one right before it."""
    bare = word.text.strip("()")
    if len(bare) <= 2 and (
        (word.height < _RAISED * usual and bare.isdigit()) or (len(bare) == 1 and before.y - word.y > _LIFT * em)
    ):
        return True
    return bool(_MARK.fullmatch(word.text) and _FIGURE.fullmatch(before.text)) and before.text[-1] != "("


def _text(run: Sequence[Word]) -> Piece:
    """Words that belong together."""
    first, last = run[0], run[-1]
    places = tuple((word.start, word.end, word.x0, word.x1) for word in run)
    shown = " ".join(word.text for word in run)
    return Piece("text", first.start, last.end, shown, first.x0, last.x1, first.x0, last.x1, words=places)


def _value(words: Sequence[Word], index: int, em: float) -> tuple[Piece, int] | None:
    """Read a figure or a mark for none that begins at `index`, with the signs printed apart from it."""
    if len(words[index].text) > _LONGEST_BLANK and words[index].text.isalpha():
        return None
    at = index
    while at < len(words) and at - index < 2 and words[at].text and _PREFIX.fullmatch(words[at].text):
        at += 1
    if at == len(words):
        return None
    word = words[at]
    text = word.text[: len(word.text) - word.marked] if word.marked else word.text
    figure = _FIGURE.fullmatch(text)
    if not figure and not _BLANK.fullmatch(text):
        return None
    last = at
    while last + 1 < len(words) and last - at < 2:
        following = words[last + 1]
        if not _SUFFIX.fullmatch(following.text) or following.x0 - words[last].x1 > GAP * em:
            break
        last += 1
    taken = words[index : last + 1]
    end = taken[-1].end if last > at else word.start + len(text)
    whole = all(one.end <= other.start <= one.end + 4 for one, other in pairwise(taken))
    start, end = (taken[0].start, end) if whole else (word.start, word.start + len(text))
    shown = "".join(one.text for one in taken[:-1]) + (taken[-1].text if last > at else text)
    if shown.count("(") != shown.count(")"):
        return None
    # Columns line up at the digits: a closing bracket and "%" may stand beyond them.
    tail = len(text) - len(text.rstrip(")%"))
    width = (word.x1 - word.x0) / max(len(word.text), 1)
    kind = "figure" if figure else "blank"
    return Piece(
        kind, start, end, shown, word.x0, word.x1 - 0.8 * tail * width, taken[0].x0, taken[-1].x1, whole
    ), last + 1


def joined(one: Piece, other: Piece) -> Piece:
    """Two pieces of a line as one text."""
    return Piece(
        "text",
        one.start,
        other.end,
        f"{one.text} {other.text}",
        one.left,
        other.right,
        one.left,
        other.right,
        words=(*_places(one), *_places(other)),
    )


def _places(piece: Piece) -> tuple[tuple[int, int, float, float], ...]:
    return piece.words or ((piece.start, piece.end, piece.left, piece.right),)


def _rejoined(pieces: Sequence[Piece], em: float) -> list[Piece]:
    """Give numbers inside a text back to it: "net of $503 and …", "December 31, 2018"."""
    out: list[Piece] = []
    for number, piece in enumerate(pieces):
        last = out[-1] if out else None
        following = pieces[number + 1] if number + 1 < len(pieces) else None
        close_before = last is not None and last.kind == "text" and piece.left - last.right < TIGHT * em
        close_after = following is not None and following.kind == "text" and following.left - piece.right < TIGHT * em
        joins = piece.kind == "text" or close_after or (close_before and _ends_open(last))
        if (
            joins
            and last is not None
            and last.kind == "text"
            and piece.left - last.right < GAP * em
            and piece.start >= last.end
        ):
            out[-1] = joined(last, piece)
        elif joins and piece.kind != "text":
            out.append(piece._replace(kind="text", x0=piece.left, x1=piece.right, words=_places(piece)))
        else:
            out.append(piece)
    return out


_OPEN_END = re.compile(
    r"(?:\b(?:January|February|March|April|May|June|July|August|September|October|November|December|"
    r"Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)\.?(?:\s+\d{1,2})?,?|\b(?:note|notes|fiscal|FY|of|and|in|to|year|item))$",
    re.IGNORECASE,
)


def _ends_open(piece: Piece | None) -> bool:
    """Whether a text asks for a number right behind it: a month and day, "Note", "of"."""
    return piece is not None and _OPEN_END.search(piece.text) is not None
