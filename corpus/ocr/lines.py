"""Words of a picture put into lines of text: rows of tables whole, columns of prose apart, a crooked page set straight."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from corpus.ocr.tesseract import Seen

_LONG = 4  # words of a line that tells how crooked the page is
_CROOKED = 0.1  # the steepest slope that is believed: about six degrees
_SAME_LINE = 0.5  # of the lower one's height that two lines of a row share at least
# What stands in the columns of a table: a figure with its signs, a dash for none, a year, a currency.
_VALUE = re.compile(r"[(\[]?[A-Z]{0,3}[$€£¥]?[-–—−(]*[\d.,]*\d[\d.,]*[)\]%xX*]*|[$€£¥(]{1,2}|[-–—−_]{1,3}|[)%]{1,2}|n/?a|FY|USD|EUR", re.IGNORECASE)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Line:
    """Words that stand on one line, from left to right; `y` is where it stands on the page set straight, in pixels."""

    words: tuple[Seen, ...]
    y: float
    height: float

    @property
    def is_values(self) -> bool:
        """Whether nothing but figures stands in it."""
        return all(_VALUE.fullmatch(word.text) for word in self.words)


def lines_of(words: Sequence[Seen]) -> list[Line]:
    """Put words into lines in the order of reading.

    Tesseract makes the labels of a table one block and its figures another: lines of nothing but figures are put back
    behind what stands at their height on the left.
    """
    slope = _slope(words)
    groups: dict[tuple[int, int, int], list[Seen]] = {}
    for word in words:
        groups.setdefault(word.line, []).append(word)
    lines: list[Line] = []
    for group in groups.values():
        line = _line(group, slope)
        place = next((at for at in range(len(lines)) if _is_row(lines[at], line)), None) if line.is_values else None
        if place is None:
            lines.append(line)
        else:
            lines[place] = _line([*lines[place].words, *line.words], slope)
    # Figures may come before their labels, and a table's lines in parts of their blocks.
    return _joined(lines, slope)


def _joined(lines: list[Line], slope: float) -> list[Line]:
    done: list[Line] = []
    waiting = list(lines)
    while waiting:
        line = waiting.pop(0)
        if line.is_values:
            beside = next((at for at, other in enumerate(waiting) if _is_row(other, line)), None)
            if beside is not None:
                waiting[beside] = _line([*waiting[beside].words, *line.words], slope)
                continue
        done.append(line)
    return done


def _is_row(left: Line, values: Line) -> bool:
    """Whether `values` go on the line of `left`: at its height, and nowhere over its words."""
    reach = min(left.height, values.height)
    shared = reach - abs(left.y - values.y)
    if shared < _SAME_LINE * reach:
        return False
    return left.words[-1].right <= values.words[0].left or (
        left.is_values and values.words[-1].right <= left.words[0].left
    )


def _line(words: Sequence[Seen], slope: float) -> Line:
    ordered = tuple(sorted(words, key=lambda word: word.left))
    return Line(
        ordered,
        median((word.top + word.bottom) / 2 - slope * word.left for word in ordered),
        median(word.bottom - word.top for word in ordered),
    )


def _slope(words: Sequence[Seen]) -> float:
    """How far lines sink to the right, by those with several words."""
    groups: dict[tuple[int, int, int], list[Seen]] = {}
    for word in words:
        groups.setdefault(word.line, []).append(word)
    slopes = []
    for group in groups.values():
        if len(group) >= _LONG:
            first, last = group[0], group[-1]
            run = last.left - first.left
            rise = (last.top + last.bottom - first.top - first.bottom) / 2
            if run > 0:
                slopes.append(rise / run)
    found = median(slopes) if slopes else 0.0
    return found if abs(found) <= _CROOKED else 0.0
