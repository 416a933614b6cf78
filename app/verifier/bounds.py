"""Words before a number that make it a bound or a round figure: "more than", "up to", "about", "nearly"."""

import re
from functools import cache, lru_cache

from app.quantity import FoundQuantity
from app.verifier.lexicon import lexicon, phrases
from app.verifier.reading import Reading, Word

MOST_BETWEEN = 5  # characters between a bound and its number


@lru_cache(maxsize=8192)
def bound_before(text: str, start: int) -> str:
    """The kind of the bound that stands before a number: "over" 2.88 billion → "least"; "" where none does."""
    match = _bounds_before().search(text[:start])
    return lexicon().bounds[" ".join(match[1].lower().split())] if match else ""


@cache
def _bounds_before() -> re.Pattern[str]:
    return re.compile(rf"({phrases(lexicon().bounds).pattern})\s+(?:the\s+)?[$€£¥]?\s*$", re.IGNORECASE)


def with_bound(one: FoundQuantity, text: str) -> str:
    """A quantity as written, with the bound before it: "more than 5%"."""
    match = _bounds_before().search(text[: one.start])
    return f"{match[1]} {one.text}" if match else one.text


def in_bound_phrase(reading: Reading, word: Word) -> bool:
    """Whether a word is of a bound before a number ("more than 5"), which is checked with the number."""
    numbers = [one.start for one in reading.quantities]
    return any(
        match.start() <= word.start < match.end() and any(0 <= at - match.end() <= MOST_BETWEEN for at in numbers)
        for match in _bounds().finditer(reading.text)
    )


@cache
def _bounds() -> re.Pattern[str]:
    return phrases(lexicon().bounds)


def before_number(reading: Reading, word: Word) -> bool:
    """Whether a quantity follows a word closely, in the same clause."""
    return any(
        word.start < one.start
        and one.start - word.end <= 8
        and not re.search(r"[.,;]", reading.text[word.end : one.start])
        for one in reading.quantities
    )
