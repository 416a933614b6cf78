"""Headings of text that doesn't mark them: told by wording, capitals, bold type and what stands around them."""

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from corpus.document import Heading, Page, Span
from corpus.pulse import pulse
from corpus.rows import is_header, row_strength

_PART = re.compile(r"part\s+(?:[IVX]{1,4}|\d)\b[.:]?", re.IGNORECASE)
_ITEM = re.compile(r"item\s+\d{1,2}[A-C]?\s*[.:–—-]", re.IGNORECASE)
_NOTE = re.compile(r"note\s+\d{1,2}\s*[.:–—-]\s*\S", re.IGNORECASE)
_STATEMENT = re.compile(
    r"(?:(?:condensed|unaudited|interim)\s+){0,2}(?:consolidated\s+)?(?:(?:condensed|interim)\s+)?"
    r"(?:balance\s+sheets?|income\s+statements?|statements?\s+of\s+(?:consolidated\s+)?(?:comprehensive\s+|net\s+)?"
    r"(?:(?:\w+\s+)?operations|income|earnings|loss|cash\s+flows?|financial\s+(?:position|condition)|"
    r"(?:stockholders|shareholders|shareowners)[’'`]?s?[’'`]?\s+equity|changes\s+in\s+\w+|equity|profit))\b",
    re.IGNORECASE,
)
_PAGE_REFERENCE = re.compile(r"(?:\.{3,}|\s)\s*(?:F-)?\d{1,3}(?:\s*[-–]\s*\d{1,3})?\s*$")
_ENUMERATION = re.compile(r"^[\d\W_]+$")
_NUMBERED = re.compile(r"(?:\d{1,2}(?:\.\d{1,2}){0,2}|[A-Z])[.)]\s+(?=[A-Z])")
_SMALL = frozenset("a an and as at by for from in into of on or the to with s".split())
_MOST = 100  # characters of a heading


@dataclass(frozen=True, slots=True)
class _Line:
    start: int
    text: str


def lines_of(text: str) -> list[tuple[int, str]]:
    """Give the lines that aren't blank, trimmed, each with the offset of its first character."""
    found = []
    offset = 0
    for line in text.split("\n"):
        stripped = line.strip()
        if stripped:
            found.append((offset + len(line) - len(line.lstrip()), stripped))
        offset += len(line) + 1
    return found


def running_lines(pages: Sequence[Page]) -> frozenset[str]:
    """Find what stands at the top or bottom of many pages, digits apart: running heads and feet."""
    counts: Counter[str] = Counter()
    for page in pages:
        lines = [line for _, line in lines_of(page.text)]
        counts.update({_shape(line) for line in (*lines[:3], *lines[-2:])})
    least = max(3, len(pages) // 40)
    return frozenset(shape for shape, count in counts.items() if count >= least)


def find_headings(page: Page, running: frozenset[str], bold: Callable[[int, int], bool] | None = None) -> list[Heading]:
    """Find a page's headings. `bold(start, end)` tells whether that stretch of the page is set in bold type.

    Levels: 1 a part, 2 an item, 3 a statement, a note or a bold line in capitals, 4 any other.
    """
    lines = [_Line(*line) for line in lines_of(page.text)]
    if sum(_ITEM.match(line.text) is not None for line in lines) >= 5 and page.number < 12:
        return []  # a table of contents
    strengths = [row_strength(line.text) for line in lines]
    found: list[Heading] = []
    for index, line in enumerate(lines):
        pulse()
        if len(line.text) > _MOST or _ENUMERATION.match(line.text) or _shape(line.text) in running:
            continue
        level = _worded(line.text)
        if level is None and _candidate(lines, strengths, index):
            set_bold = bold is not None and bold(line.start, line.start + len(line.text))
            level = _styled(line.text, set_bold, bold is not None)
            if level and set_bold and _crowded(lines, index, bold):
                level = None
        if level is not None:
            found.append(Heading(Span(page.number, line.start, line.start + len(line.text)), line.text, level))
    return found


def _worded(text: str) -> int | None:
    """Tell the level from the wording of reports and filings."""
    if _PAGE_REFERENCE.search(text) and not _PART.fullmatch(text):
        return None
    if _PART.fullmatch(text):
        return 1
    if _ITEM.match(text):
        return 2
    if text.endswith((",", ";")) or len(text.split()) > 14:
        return None
    if _NOTE.match(text) and text[:4] in ("Note", "NOTE") and not text.endswith("."):
        return 3
    statement = _STATEMENT.search(text)
    if statement and not text.endswith(".") and text[statement.start()].isupper():
        before, after = text[: statement.start()], text[statement.end() :]
        if len(before.split()) <= 6 and len(after.split()) <= 6 and _titled(before) and _titled(after):
            return 3
    return None


def _titled(text: str) -> bool:
    return all(not word[0].isalpha() or word[0].isupper() or word in _SMALL for word in text.split())


def _candidate(lines: Sequence[_Line], strengths: Sequence[int], index: int) -> bool:
    """Tell whether a line may be a heading for its length and neighbours: not a row, nor amid rows or table headers."""
    text = lines[index].text
    words = text.split()
    if not 3 <= len(text) <= 90 or len(words) > 12 or text.endswith((".", ",", ";", "-", "(")):
        return False
    if not (text[0].isupper() or text[0].isdigit()) or strengths[index] > 0 or is_header(text):
        return False
    last = len(lines)
    around = [at for at in (index - 1, index + 1) if 0 <= at < last]
    if index + 2 < last and len(lines[index + 1].text) < 60:
        around.append(index + 2)
    return not any(strengths[at] > 0 or is_header(lines[at].text) for at in around)


def _styled(text: str, set_bold: bool, knows_bold: bool) -> int | None:
    letters = [character for character in text if character.isalpha()]
    capitals = len(letters) >= 4 and all(character.isupper() for character in letters)
    if set_bold:
        return 3 if capitals else 4
    if capitals and len(letters) >= 10 and len(text.split()) >= 2:
        return 4
    if not knows_bold and _NUMBERED.match(text) and len(text.split()) <= 8:
        return 4
    return None


def _crowded(lines: Sequence[_Line], index: int, bold: Callable[[int, int], bool] | None) -> bool:
    """Tell whether bold short lines stand all around, as the column heads of a table do."""
    if bold is None:
        return False
    around = [lines[at] for at in (index - 2, index - 1, index + 1, index + 2) if 0 <= at < len(lines)]
    return sum(len(line.text) <= 40 and bold(line.start, line.start + len(line.text)) for line in around) >= 3


def _shape(text: str) -> str:
    return re.sub(r"\d+", "#", text.casefold())
