"""A sentence as the verifier reads it: its words with their part, its quantities, measures and periods."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import lru_cache
from itertools import pairwise

from app.measure import FoundMeasure, find_measures
from app.quantity import FoundQuantity, Quantity, UnitKind, find_quantities
from app.terms import stem, words
from app.verifier.lexicon import alike, groups_of, lexicon, small_words
from corpus.period import find_dates, find_periods

_WORD = re.compile(r"\d[\d,]*(?:\.\d+)?|[^\W_](?:\.[A-Z]\.?)+|[^\W_][\w&+]*(?:['’]\w{1,2}(?!\w))?", re.UNICODE)
_ENDING = re.compile(r"['’]s?$")  # of a possessive
_MONTHS = ("january february march april may june july august september october november december").split()
_MONTH = re.compile(
    r"\b(Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)\b(?!['’]s)"
)
_YEAR = re.compile(r"(?<![A-Za-z]-)(?<![\d.,$€£¥])(?:FY\s?)?((?:19|20)\d\d)(?!\d|[.,]\d|[.,]?\s?%)")
_QUARTER = re.compile(r"\b(first|second|third|fourth)[\s-]+(?:fiscal[\s-]+)?quarter\b|\bQ([1-4])\b", re.IGNORECASE)
_NUMBERS = {"first": 1, "second": 2, "third": 3, "fourth": 4}
_HALF = re.compile(r"\b(first|second)[\s-]+half\b|\bH([12])\b", re.IGNORECASE)
_DAY = re.compile(r"\b(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day\b")


# A negative amount with its scale after the brackets: read as one of the same length.
_NEGATIVE = re.compile(r"\((\d[\d,.]*)\)(?=\s+(?:thousand|million|billion)\b)")


_SUBJECT_BEFORE = re.compile(
    r"(?:\b(?:[Ii]t|[Tt]he\s+(?:company|board|group|management))|(?<=\s)[A-Z][\w&-]+|^[A-Z][\w&-]+)\s+$"
)
_GOES_ON = re.compile(r"[\w,;:)\]%]\s*$|\d\.?\s*$|[A-Za-z]\.\s+$")
_STOPPED = re.compile(r"[.!?:]\s+[\"“(]?$")
_INFINITIVE = re.compile(r"\s+(?:(?:is|are|was|were)\s+)?(?:to|that)\b", re.IGNORECASE)
_POSSESSIVE = re.compile(r"['’]s\b")


class Part(StrEnum):
    """What a word does in its sentence."""

    CONTENT = "content"
    NAME = "name"
    NUMBER = "number"
    SMALL = "small"


@dataclass(frozen=True, slots=True)
class Word:
    """A word where it stands, half-open [start, end)."""

    start: int
    end: int
    text: str
    stem: str
    part: Part
    lower: str  # the word in lower case, its apostrophe plain


@dataclass(frozen=True, slots=True)
class FoundTime:
    """A period, year, month or day in a text: `key` is ("year", 2026), ("quarter", 1), ("month", 3), ("period", 2026, 1) …"""

    start: int
    end: int
    key: tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The words of a text, to be asked for one by one."""

    stems: frozenset[str]
    openings: Mapping[str, frozenset[str]]  # the stems by their first three letters
    groups: frozenset[int]  # of words that mean the same, in which its stems are

    def says(self, stem_: str) -> bool:
        """Whether it has a word, one of its family or one that means the same."""
        if stem_ in self.stems or groups_of(stem_) & self.groups:
            return True
        return any(alike(stem_, other) for other in self.openings.get(stem_[:3], ()))


@lru_cache(maxsize=16384)
def vocabulary(text: str) -> Vocabulary:
    """The words of a text; a small part of the work of reading it."""
    stems = frozenset(stem(_ENDING.sub("", match[0])) for match in _WORD.finditer(text))
    openings: dict[str, set[str]] = {}
    for one in stems:
        openings.setdefault(one[:3], set()).add(one)
    groups = frozenset(group for one in stems for group in groups_of(one))
    return Vocabulary(stems, {opening: frozenset(some) for opening, some in openings.items()}, groups)


@dataclass(frozen=True, slots=True)
class Reading:
    """A text read once."""

    text: str
    words: tuple[Word, ...]
    quantities: tuple[FoundQuantity, ...]
    measures: tuple[FoundMeasure, ...]
    times: tuple[FoundTime, ...]
    vocabulary: Vocabulary

    @property
    def stems(self) -> frozenset[str]:
        """The stems of all its words."""
        return self.vocabulary.stems

    def says(self, stem_: str) -> bool:
        """Whether it has a word, one of its family or one that means the same."""
        return self.vocabulary.says(stem_)


@lru_cache(maxsize=8192)
def read(text: str) -> Reading:
    """Read a text."""
    text = _NEGATIVE.sub(r" -\1", text)
    quantities = tuple(_ranges(text, find_quantities(text)))
    times = tuple(_times(text))
    taken = [(one.start, one.end) for one in quantities] + [(one.start, one.end) for one in times]
    return Reading(text, tuple(_words(text, taken)), quantities, find_measures(text), times, vocabulary(text))


def _ranges(text: str, found: list[FoundQuantity]) -> list[FoundQuantity]:
    """Quantities where the first of a range has the unit of its end: "between 400 and 420 million euros"."""
    for number, (one, other) in enumerate(pairwise(found)):
        bare = one.quantity.unit.kind is UnitKind.PURE and not one.quantity.scale.name
        if bare and re.fullmatch(r"\s+(?:and|to)\s+", text[one.end : other.start]):
            opening = re.search(r"\b(between|from)\s+$", text[: one.start], re.IGNORECASE)
            joins = "and" if opening and opening[1].lower() == "between" else "to"
            if opening and joins in text[one.end : other.start]:
                whole = Quantity(one.quantity.value, other.quantity.unit, other.quantity.scale)
                found[number] = replace(one, quantity=whole)
    return found


def _words(text: str, taken: list[tuple[int, int]]) -> list[Word]:
    found: list[Word] = []
    small, neutral = small_words(), lexicon().neutral
    for match in _WORD.finditer(text):
        plain = _ENDING.sub("", match[0])
        start, end = match.start(), match.start() + len(plain)
        opens = not _GOES_ON.search(text, max(0, start - 4), start) or bool(
            _STOPPED.search(text, max(0, start - 5), start)
        )
        root = stem(plain)
        if any(first <= start < last for first, last in taken) or plain[0].isdigit():
            part = Part.NUMBER
        elif plain.lower().replace("’", "'") in small or "n't" in plain.replace("’", "'"):
            part = Part.SMALL if is_hedge_there(text, plain.lower(), start, end) else Part.CONTENT
        elif _is_name(plain, opens and not _POSSESSIVE.match(text, start + len(plain))):
            part = Part.NAME
        elif root.isdigit():
            part = Part.SMALL if plain.lower() == "one" else Part.NUMBER
        else:
            part = Part.SMALL if root in neutral else Part.CONTENT
        found.append(Word(start, end, plain, root, part, plain.lower().replace("’", "'")))
    return found


def is_hedge_there(text: str, word: str, start: int, end: int) -> bool:
    """Whether a word that is also a thing ("plan", "forecasts") hedges where it stands: before "to", or as the verb of a name."""
    if word not in lexicon().before_to or _INFINITIVE.match(text, end):
        return True
    return word.endswith("s") and bool(_SUBJECT_BEFORE.search(text[:start]))


def _is_name(word: str, opens: bool) -> bool:
    """Whether a word is a name: written with a capital where none is due, or as no common word is."""
    if any(letter.isupper() for letter in word[1:]) or (word[0].isupper() and any(one.isdigit() for one in word)):
        return word not in words().not_names
    return word[0].isupper() and not opens


def _times(text: str) -> list[FoundTime]:
    found = [FoundTime(match.start(1), match.end(1), ("year", int(match[1]))) for match in _YEAR.finditer(text)]
    for match in _MONTH.finditer(text):
        if (
            match[0] == "May"
            and not re.match(r"\s+(?:\d|of\b)", text[match.end() :])
            and not re.search(r"\b(?:in|since|until|by|last|of|to|\d)\s+$", text[: match.start()])
        ):
            continue
        number = next(index for index, name in enumerate(_MONTHS, 1) if name.startswith(match[1].lower()[:3]))
        found.append(FoundTime(match.start(), match.end(), ("month", number)))
        if day := re.match(r"\s+(\d{1,2})(?!\d|[.,]\d)", text[match.end() :]):
            found.append(FoundTime(match.end() + day.start(1), match.end() + day.end(1), ("day", int(day[1]))))
        elif day := re.search(r"\b(\d{1,2})(?:st|nd|rd|th)?\s+$", text[: match.start()]):
            found.append(FoundTime(day.start(1), day.end(1), ("day", int(day[1]))))
    for pattern, name in ((_QUARTER, "quarter"), (_HALF, "half")):
        for match in pattern.finditer(text):
            number = int(match[2]) if match[2] else _NUMBERS[match[1].lower()]
            found.append(FoundTime(match.start(), match.end(), (name, number)))
    found += [FoundTime(match.start(), match.end(), ("weekday", match[0].lower())) for match in _DAY.finditer(text)]
    for one in find_periods(text):
        if one.period.quarter and one.period.fiscal_year:
            found.append(FoundTime(one.start, one.end, ("period", one.period.fiscal_year, one.period.quarter)))
        elif one.period.fiscal_year and not any(time.key == ("year", one.period.fiscal_year) for time in found):
            found.append(FoundTime(one.start, one.end, ("year", one.period.fiscal_year)))
    for at, date in find_dates(text):
        if re.match(r"\d{4}-", text[at:]):
            found += [
                FoundTime(at, at + 10, key) for key in (("year", date.year), ("month", date.month), ("day", date.day))
            ]
    return sorted(found, key=lambda one: (one.start, one.end))
