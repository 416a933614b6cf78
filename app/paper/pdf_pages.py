"""Lines laid on pages: the text from the top, the footnotes of a page's marks at its bottom, long ones over to the next.

Distances are in points from the page's upper left corner, until they are drawn.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from app.paper.pdf_lines import Line

WIDTH, HEIGHT = 595.0, 842.0  # A4
MARGIN = 62.0
FOOT = 44.0  # from the lower edge to the page's number
SPACE = HEIGHT - MARGIN - FOOT - 26  # for text and footnotes
RULE = 12.0  # the line above footnotes, with its distances
MOST_CARRIED = 0.6  # of a page that the footnotes of earlier pages may take
ROOM = 46.0  # what a heading needs below it


@dataclass(frozen=True, slots=True)
class Column:
    """A line at its place in a row; `note`: the footnote that begins with it, 0 for none."""

    line: Line
    x: float
    note: int = 0


@dataclass(frozen=True, slots=True)
class Strip:
    """What is as wide as the page and one line high: a line of text, or of each cell of a row of a table."""

    height: float
    columns: tuple[Column, ...] = ()
    rule: bool = False  # above it
    shade: bool = False
    room: float = 0.0  # that must be left below it on its page
    outline: str = ""  # the entry that it is in the list of contents

    @property
    def notes(self) -> tuple[int, ...]:
        """The footnotes whose marks stand in it."""
        return tuple(dict.fromkeys(note for column in self.columns for note in column.line.notes))


@dataclass(slots=True)
class Sheet:
    """A page: strips with their distance from the top of its text, and those of its footnotes."""

    body: list[tuple[float, Strip]] = field(default_factory=list)
    foot: list[Strip] = field(default_factory=list)
    used: float = 0.0

    @property
    def foot_height(self) -> float:
        """What the footnotes take, with the line above them."""
        return sum(strip.height for strip in self.foot) + (RULE if self.foot else 0)

    @property
    def free(self) -> float:
        """What is left of the page."""
        return SPACE - self.used - self.foot_height


def laid_out(strips: Sequence[Strip], footnote: Callable[[int], list[Strip]]) -> list[Sheet]:
    """The pages; `footnote` gives the lines of one, each of which is asked for once."""
    sheets = [Sheet()]
    seen: set[int] = set()
    carried: list[Strip] = []
    for strip in strips:
        new = [number for number in strip.notes if number not in seen]
        lines = [line for number in new for line in footnote(number)]
        seen.update(new)
        if not _fits(sheets[-1], strip, lines, bool(carried)):
            sheets.append(Sheet())
            carried = _carry_on(sheets[-1], carried)
            while carried and not _fits(sheets[-1], strip, lines, True):
                sheets.append(Sheet())
                carried = _carry_on(sheets[-1], carried)
        sheet = sheets[-1]
        if not sheet.body and not (strip.columns or strip.rule):
            continue  # no distance at the top of a page
        sheet.body.append((sheet.used, strip))
        sheet.used += strip.height
        # In order: a footnote never stands before the rest of an earlier one.
        carried += lines
        while carried and carried[0].height + (0 if sheet.foot else RULE) <= sheet.free:
            sheet.foot.append(carried.pop(0))
    while carried:
        sheets.append(Sheet())
        carried = _carry_on(sheets[-1], carried, 1.0)
    return sheets


def _fits(sheet: Sheet, strip: Strip, lines: Sequence[Strip], waiting: bool) -> bool:
    """Whether a strip may stand on a page, with the beginning of its footnotes where it brings any."""
    if not sheet.body:
        return True
    first = 0.0
    if lines:
        if waiting:
            return False  # its footnotes would come a page later
        first = sum(line.height for line in lines[:2]) + (0 if sheet.foot else RULE)
    return strip.height + strip.room + first <= sheet.free


def _carry_on(sheet: Sheet, carried: list[Strip], share: float = MOST_CARRIED) -> list[Strip]:
    """Put what is left of earlier footnotes on a new page; gives what finds no room there either."""
    while carried and sheet.foot_height + carried[0].height <= SPACE * share:
        sheet.foot.append(carried[0])
        carried = carried[1:]
    return carried
