"""Clauses: a sentence's parts with a verb each."""

import re
from functools import lru_cache

from app.verifier.reading import read
from app.verifier.verbs import first_verb

_CUT = re.compile(
    r";\s+|,\s+(?:and|but|while|whereas|although|yet)\s+|\s+(?:but|while|whereas)\s+"
    r"|\s+and\s+(?=(?:one|it|its|they|their|the|that of)\s)",
    re.IGNORECASE,
)
PARALLEL = re.compile(r"one\s", re.IGNORECASE)


@lru_cache(maxsize=8192)
def clauses_of(text: str) -> tuple[tuple[int, int], ...]:
    """The clauses of a sentence as half-open ranges of characters; one where it has no other with a verb of its own."""
    found: list[tuple[int, int]] = []
    start = 0
    for cut in _CUT.finditer(text):
        parallel = bool(PARALLEL.match(text, cut.end()))
        if parallel or (_has_verb(text[start : cut.start()]) and _has_verb(text[cut.end() :])):
            found.append((start, cut.start()))
            start = cut.end()
    return (*found, (start, len(text)))


def _has_verb(text: str) -> bool:
    return first_verb(read(text)) >= 0
