"""Lines of plain text that are rows or headers of a table: what a format without table marks still shows."""

import re
from collections.abc import Sequence

_VALUE = re.compile(r"[($€£¥+\-–−]*(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?\)?%?\)?(?:x|bps|pts?)?")
_YEAR = re.compile(r"(?:19|20)\d\d")
_BLANK_VALUES = frozenset({"—", "–", "-", "−", "--", "N/A", "n/a", "NM", "nm", "N/M", "n/m", "*"})
_SYMBOLS = frozenset({"$", "€", "£", "¥", "%", ")", ")%", "(", "$(", "pts", "bps", "x", "|", "US$"})
_FOOTNOTE = re.compile(r"\([a-z0-9]{1,2}\)")
_UNITS = re.compile(r"\bin\s+(?:millions|thousands|billions|percent|\w+ of (?:dollars|euros|yuan))\b", re.IGNORECASE)
_ENDED = re.compile(
    r"\b(?:months|weeks|years?|quarters?|periods?)\s+end(?:ed|ing)\b|"
    r"\b(?:january|february|march|april|may|june|july|august|september|october|november|december)\s+\d{1,2},",
    re.IGNORECASE,
)
_SENTENCE_END = (".", ";", "!", "?")
_LABEL_WORDS = 14
_NEUTRAL_WORDS = 9


def trailing_values(line: str) -> tuple[int, int, bool]:
    """Count the values that end a line and the words before them; the last item says whether all values are years."""
    tokens = line.split()
    values, years = 0, True
    position = len(tokens)
    while position:
        token = tokens[position - 1]
        if token in _BLANK_VALUES:
            values += 1
            years = False
        elif _VALUE.fullmatch(token):
            values += 1
            years = years and _YEAR.fullmatch(token) is not None
        elif token not in _SYMBOLS and not (values and _FOOTNOTE.fullmatch(token)):
            break
        position -= 1
    return values, position, years and values > 0


def is_header(line: str) -> bool:
    """Tell whether a line looks like a table's header: years, period ends or a unit, and no figures."""
    text = line.strip()
    if not text or len(text) > 160 or len(text.split()) > 18 or text.endswith(_SENTENCE_END):
        return False
    values, _, years = trailing_values(text)
    if values and not years:
        return False
    return years or bool(_UNITS.search(text)) or bool(_ENDED.search(text))


def is_unit(line: str) -> bool:
    """Tell whether a line names the unit of a table: "(in millions, except per share data)"."""
    return len(line) <= 120 and bool(_UNITS.search(line)) and not line.rstrip().endswith(_SENTENCE_END)


def goes_on(line: str, following: str) -> bool:
    """Tell whether a table's line belongs with the next: a label over two lines, or one that announces rows."""
    if line[-1] in ",;:":
        return True
    return (
        line[-1] in "–—-"
        and line[0].isalpha()
        and following[0].isalpha()
        and not any(character.isdigit() for character in line)
    )


def row_strength(line: str) -> int:
    """Rate a line: 2 a row of several values, 1 a label and one value, 0 short enough to stand between, -1 prose."""
    values, words, _ = trailing_values(line)
    if values >= 2 and words <= _LABEL_WORDS:
        return 2
    if values == 1 and words <= _LABEL_WORDS - 2:
        return 1
    if line.rstrip().endswith(":"):
        return 0 if len(line.split()) <= 2 * _NEUTRAL_WORDS else -1
    if len(line.split()) <= _NEUTRAL_WORDS and not line.rstrip().endswith(_SENTENCE_END):
        return 0
    return -1


def find_tables(lines: Sequence[str], breaks: frozenset[int] = frozenset()) -> list[tuple[int, int]]:
    """Give the half-open ranges of `lines` that look like tables, headers above included.

    `breaks` are indices where a table can't go on: a heading stands there.
    """
    strengths = [row_strength(line) for line in lines]
    found: list[tuple[int, int]] = []
    index = 0
    while index < len(lines):
        if strengths[index] < 1:
            index += 1
            continue
        last, neutral, at = index, 0, index + 1
        while at < len(lines) and neutral <= 2 and strengths[at] >= 0 and at not in breaks:
            if strengths[at] >= 1:
                last, neutral = at, 0
            else:
                neutral += 1
            at += 1
        end = last + 1
        run = strengths[index:end]
        if run.count(2) >= 2 or (run.count(2) == 1 and run.count(1) >= 2) or run.count(1) >= 4:
            floor = found[-1][1] if found else 0
            start = _with_header(lines, strengths, index, floor, breaks)
            if found and start - floor <= 2 and not breaks.intersection(range(floor, end)):
                start = found.pop()[0]  # a label over two lines, or a remark, parts no table
            found.append((start, end))
        index = end
    return found


def _with_header(lines: Sequence[str], strengths: Sequence[int], start: int, floor: int, breaks: frozenset[int]) -> int:
    """Take the short header lines right above a table's first row into it, six at most."""
    top = start
    while top > floor and start - top < 6 and top not in breaks:
        above = top - 1
        if above in breaks or not (strengths[above] == 0 or is_header(lines[above])):
            break
        top = above
    return top
