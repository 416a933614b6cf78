"""Words in the order in which they are drawn: text from right to left turned round, Arabic letters in their joined forms.

A simple case of the Unicode Bidirectional Algorithm (UAX 9): lines run from left to right, runs of Hebrew or Arabic in them
from right to left, and numbers inside of those from left to right.
"""

import re
import unicodedata
from functools import cache

_RIGHT = {"R", "AL"}
_NUMBER = re.compile(r"[\d٠-٩][\d٠-٩.,:/%]*")
_MIRRORED = str.maketrans("()[]{}<>«»“”", ")(][}{><»«”“")
_FORMS = {"<isolated>": 0, "<final>": 1, "<initial>": 2, "<medial>": 3}


def is_right_to_left(words: str) -> bool:
    """Whether the first letter with a direction runs from right to left."""
    for one in words:
        kind = unicodedata.bidirectional(one)
        if kind in _RIGHT or kind == "L":
            return kind in _RIGHT
    return False


def has_right_to_left(words: str) -> bool:
    """Whether any letter does."""
    return any(unicodedata.bidirectional(one) in _RIGHT for one in words)


def drawn(words: str) -> str:
    """A word as it is drawn from left to right."""
    if not has_right_to_left(words):
        return words
    parts = []
    for right, run in _runs(words):
        parts.append(_turned(joined_letters(run)) if right else run)
    return "".join(reversed(parts)) if is_right_to_left(words) else "".join(parts)


def _runs(words: str) -> list[tuple[bool, str]]:
    """Runs of one direction; what has none belongs to the run before it."""
    runs: list[tuple[bool, str]] = []
    for one in words:
        kind = unicodedata.bidirectional(one)
        right = kind in _RIGHT if kind in {*_RIGHT, "L"} else (runs[-1][0] if runs else is_right_to_left(words))
        if runs and runs[-1][0] == right:
            runs[-1] = (right, runs[-1][1] + one)
        else:
            runs.append((right, one))
    return runs


def _turned(words: str) -> str:
    """Backwards, with brackets mirrored, marks behind their letters and numbers as they are."""
    units: list[str] = []
    at = 0
    while at < len(words):
        number = _NUMBER.match(words, at)
        unit = number[0] if number else words[at]
        at += len(unit)
        while at < len(words) and unicodedata.combining(words[at]):
            unit += words[at]
            at += 1
        units.append(unit if number else unit.translate(_MIRRORED))
    return "".join(reversed(units))


@cache
def _presentation() -> dict[str, list[str]]:
    """Arabic letters by their forms: isolated, final, initial, medial; "" where a letter has none."""
    forms: dict[str, list[str]] = {}
    for code in range(0xFE80, 0xFEFD):
        kind, _, letters = unicodedata.decomposition(chr(code)).partition(" ")
        if kind in _FORMS and " " not in letters:
            forms.setdefault(chr(int(letters, 16)), ["", "", "", ""])[_FORMS[kind]] = chr(code)
    return forms


def joined_letters(words: str) -> str:
    """Arabic letters in the forms that they have beside their neighbours."""
    table = _presentation()
    letters = [index for index, one in enumerate(words) if not unicodedata.combining(one)]
    shown = list(words)
    for position, index in enumerate(letters):
        forms = table.get(words[index])
        if not forms:
            continue
        before = words[letters[position - 1]] if position else ""
        after = words[letters[position + 1]] if position + 1 < len(letters) else ""
        from_right = bool(table.get(before, ["", "", ""])[2])  # a letter with an initial form joins what follows
        to_left = bool(forms[2]) and bool(table.get(after, ["", ""])[1])
        form = forms[3 if from_right and to_left else 1 if from_right else 2 if to_left else 0]
        shown[index] = form or words[index]
    return "".join(shown)
