"""What is compared with what: the greater and the lesser of "costs in Brno are lower than costs in Essen" keep their places."""

import re
from collections.abc import Iterator, Mapping
from functools import cache

from app.verifier.alignment import Alignment
from app.verifier.finding import Finding, Kind
from app.verifier.lexicon import lexicon, phrases
from app.verifier.reading import Part, Reading

_SIDES = "above for below, or more for less"
_ENDS = re.compile(r"[,;:.](?:\s|$)")


def comparison_findings(pair: Alignment) -> Iterator[Finding]:
    """A claim that makes the greater of two the lesser."""
    theirs = compared(pair.source)
    for greater, lesser, said in compared(pair.claim):
        if theirs and all(_count(pair, greater, less) and _count(pair, lesser, more) for more, less, _ in theirs):
            yield Finding(Kind.ROLE, f"what is compared has changed places around “{said}”")


def compared(reading: Reading) -> list[tuple[set[int], set[int], str]]:
    """The numbers of the words of the greater and of the lesser of each comparison, with its word."""
    found = []
    sides = _sides()
    for match in _comparing().finditer(reading.text):
        word = (match["exceeds"] or match["how"]).lower()
        start = max((cut.end() for cut in _ENDS.finditer(reading.text[: match.start()])), default=0)
        cut = _ENDS.search(reading.text, match.end())
        left = _between(reading, start, match.start())
        right = _between(reading, match.end(), cut.start() if cut else len(reading.text))
        if left and right:
            found.append((left, right, word) if sides.get(word, 1) > 0 else (right, left, word))
    return found


@cache
def _sides() -> Mapping[str, int]:
    """Words that compare: 1 where what stands before them is the greater, -1 where it is the lesser."""
    return next(one.sides for one in lexicon().opposites if one.says == _SIDES)


@cache
def _comparing() -> re.Pattern[str]:
    sides = _sides()
    exceeds = [word for word in sides if word.startswith(("exceed", "out"))]
    hows = [word for word in sides if word not in exceeds]
    return re.compile(
        rf"(?P<exceeds>{phrases(exceeds).pattern})|(?P<how>{phrases(hows).pattern})(?:\s+[a-z]+){{0,2}}\s+than\b(?!\s+[$€£¥]?\d)",
        re.IGNORECASE,
    )


def _between(reading: Reading, start: int, end: int) -> set[int]:
    return {
        n
        for n, word in enumerate(reading.words)
        if start <= word.start < end and word.part in (Part.CONTENT, Part.NAME)
    }


def _count(pair: Alignment, mine: set[int], theirs: set[int]) -> int:
    """How many of the claim's words `mine` stand for one word of the source alone, and that among `theirs`."""
    return sum(len(pair.places[n]) == 1 and pair.places[n][0] in theirs for n in mine)
