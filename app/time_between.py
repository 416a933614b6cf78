"""The time between two dated events."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from app.answer import Operand, Statement
from app.evidence import Sentence
from app.figures import cited, computed
from app.question import MonthYear, find_months
from app.terms import match, tokens

_LONG_AFTER = re.compile(r"\bhow\s+(?:long|many\s+(?:months|years|days))\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Event:
    """Something dated: the sentence that tells it, and its month."""

    sentence: Sentence
    month: MonthYear


def time_between(events: Sequence[Event]) -> list[Statement]:
    """Months between two dated events; empty where there aren't two, or they are of one month."""
    if len(events) != 2:
        return []
    first, second = sorted(events, key=lambda event: (event.month.year, event.month.month))
    earlier, later = first.month, second.month
    if earlier == later:
        return []
    operands = [
        Operand(
            str(one.month), Decimal(one.month.year * 12 + one.month.month), "months", "", one.sentence.citation, role
        )
        for one, role in ((first, "earlier event"), (second, "later event"))
    ]
    expression = f"({later.year} - {earlier.year}) * 12 + ({later.month} - {earlier.month})"
    calculation = computed(expression, operands, "months")
    months = int(calculation.value)
    years, rest = divmod(months, 12)
    parts = [f"{years} year{'s' * (years > 1)}"] * (years > 0) + [f"{rest} month{'s' * (rest > 1)}"] * (rest > 0)
    also = f" ({' and '.join(parts)})" if years else ""
    calculation = replace(calculation, result=f"{months} months", unit="months")
    return [cited(f"{months} months{also} lie between {earlier} and {later}.", calculation)]


def asks_time_between(text: str) -> bool:
    """Whether a question asks how long one event came after another."""
    return bool(_LONG_AFTER.search(text)) and bool(
        re.search(r"\b(?:after|before|between|from|since|until|later)\b", text, re.IGNORECASE)
    )


def event_clauses(text: str) -> tuple[str, str] | None:
    """The two events that a question about a stretch of time names."""
    plain = text.strip().rstrip("?")
    if found := re.search(r"\bbetween\s+(.+?)\s+and\s+(.+)$", plain, re.IGNORECASE):
        return found[1], found[2]
    if found := re.search(r"\bfrom\s+(.+?)\s+(?:to|until)\s+(.+)$", plain, re.IGNORECASE):
        return found[1], found[2]
    if found := re.search(
        r"^(.*?),?\s+and\s+how\s+(?:long|many\s+\w+)\s+(?:after|later|before)(?:\s+that)?\s+(?:did|was|were|had|has)?\s*(.+)$",
        plain,
        re.IGNORECASE,
    ):
        return found[1], found[2]
    if found := re.search(
        r"how\s+(?:long|many\s+\w+)\s+(?:after|before|since)\s+(.+?)\s+(?:did|was|were|had|has)\s+(.+)$",
        plain,
        re.IGNORECASE,
    ):
        return found[1], found[2]
    return None


def dated_months(sentence: Sentence, wanted: Sequence[str]) -> list[tuple[int, MonthYear]]:
    """The months in a sentence, nearest after (or around) the words wanted first: (distance, month)."""
    held = tokens(sentence.text)
    places = [token.start for token in held if any(match(stem, frozenset([token.stem])) for stem in wanted)]
    found = []
    for start, _, month in find_months(sentence.text):
        # "began in October 2022 and were tightened in October 2023": a date belongs to the word before it.
        # A semicolon parts what is said of one event from what is said of another.
        before = [start - place + 200 * sentence.text.count(";", place, start) for place in places if place < start]
        after = [
            3 * (place - start) + 200 * sentence.text.count(";", start, place) for place in places if place > start
        ]
        found.append((min(before + after, default=10_000), month))
    return sorted(found, key=lambda item: item[0])
