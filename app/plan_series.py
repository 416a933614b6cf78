"""How questions ask for a figure over several years: "over the last three years", "by year", "how has … developed?"."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

NUMBERS = {"two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10}
_LAST = re.compile(
    r"\b(?:(?:over|in|for|during|across|of|through)\s+)?(?:the\s+|its\s+|their\s+|each\s+of\s+the\s+)*(?:last|past|previous|latest|most\s+recent|recent|preceding)\s+"
    rf"(?P<count>[2-9]|10|{'|'.join(NUMBERS)}|few|several|couple\s+of)\s+(?:(?:fiscal|financial|full|reported|reporting)\s+)*years?\b",
    re.IGNORECASE,
)
_EACH = re.compile(
    r"\b(?:by|per|(?:for|in|of|across|over|during)\s+(?:each|every|all|all\s+of)|each|every|all)\s+(?:of\s+)?(?:the\s+|these\s+|those\s+)?(?:(?:fiscal|financial|reported|available|covered)\s+)*years?\b"
    r"|\b(?:year|years)[\s-]by[\s-](?:year|years)\b|\bover\s+(?:the\s+)?(?:(?:last|past|recent)\s+)?years\b|\bover\s+time\b|\bin\s+recent\s+years\b",
    re.IGNORECASE,
)
_TREND = re.compile(
    r"\b(?:trend(?:s|ed|ing|line)?|develop(?:ed|ing|ment|s)?|evolv(?:e|ed|es|ing)|evolution|trajectory|history(?:\s+of)?)\b",
    re.IGNORECASE,
)
_DRAWN = re.compile(r"\b(?:chart|plot|graph|time\s+series)(?:ed)?(?:\s+of)?\b", re.IGNORECASE)
_SINCE = re.compile(
    r"\b(?:since|from)\s+(?:fiscal\s+(?:year\s+)?|FY\s?)?(?P<year>(?:19|20)\d\d)(?P<on>\s+(?:on(?:wards?)?|until\s+(?:now|today)|to\s+(?:date|now|today|the\s+(?:present|latest(?:\s+(?:fiscal\s+)?year)?)))\b)?",
    re.IGNORECASE,
)
FEW = 3  # years that "the last few years" are


@dataclass(frozen=True, slots=True)
class SeriesWords:
    """What a question says of a series. `core` has the years written out that `since` names the first of."""

    asked: bool = False  # a value for each year
    each: bool = False  # in so many words
    trend: bool = False  # how it went, from the first to the last
    count: int = 0  # of the latest years; 0 where they are named, or all there are
    since: int = 0  # the first of them, up to the latest; 0 where none is named so
    places: tuple[tuple[int, int], ...] = ()  # where it says so


def read_series(core: str) -> SeriesWords:
    """The words of a question that ask for a series; `SeriesWords()` where none does."""
    found = SeriesWords()
    if last := _LAST.search(core):
        said = last["count"].lower()
        count = int(said) if said.isdigit() else NUMBERS.get(said, 2 if said.startswith("couple") else FEW)
        found = replace(found, asked=True, count=count)
    since = next((one for one in _SINCE.finditer(core) if one["on"] or one[0].lower().startswith("since")), None)
    if since:
        found = replace(found, asked=True, since=int(since["year"]))
    found = replace(
        found,
        asked=found.asked or bool(_EACH.search(core) or _TREND.search(core) or _DRAWN.search(core)),
        each=bool(_EACH.search(core)) and not re.search(r"\bover\s+(?:time|the\s+years|years)\b", core, re.IGNORECASE),
        trend=bool(_TREND.search(core)),
    )
    places = _spans(core, (_LAST, _EACH, _TREND, _DRAWN))
    if since:
        places.append((since.start(), since.start("year")))
        places += [since.span("on")] if since["on"] else []
    return replace(found, places=tuple(places))


def _spans(core: str, patterns: Sequence[re.Pattern[str]]) -> list[tuple[int, int]]:
    return [found.span() for pattern in patterns for found in pattern.finditer(core)]
