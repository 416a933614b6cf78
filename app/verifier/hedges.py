"""Care: what a source says it was told, expects or thinks possible stays so in a claim."""

import re
from collections import Counter
from collections.abc import Iterator

from app.verifier.alignment import Alignment
from app.verifier.bounds import before_number
from app.verifier.finding import Finding, Kind
from app.verifier.lexicon import lexicon
from app.verifier.reading import Part, Reading, Word, is_hedge_there

_HEDGE_SCOPE = 6


def hedge_findings(pair: Alignment) -> Iterator[Finding]:
    """Care that the source takes over what the claim tells is kept; a claim isn't made more doubtful by another kind."""
    mine, theirs = hedges_of(pair.claim), hedges_of(pair.source)
    kinds = Counter(kind for _, kind in mine)
    # What will be may be told as expected, and as "is to be"; what is expected isn't told as what will be.
    kinds["will"] += kinds["expected"] + len(_IS_TO.findall(pair.claim.text))
    told: Counter[str] = Counter()
    for number, kind in theirs:
        scope = [n for n in range(number + 1, len(pair.source.words)) if pair.source.words[n].part is not Part.SMALL][
            :1
        ]
        scope = scope or [n for n in range(number) if pair.source.words[n].part is not Part.SMALL][-1:]
        if any(place in places for place in scope for places in pair.places) or _covers(pair, number):
            told[kind] += 1
            if told[kind] > kinds[kind]:
                yield Finding(Kind.HEDGE, f"the passage says “{pair.source.words[number].text}”, the sentence doesn't")
    given = {kind for _, kind in theirs}
    given |= {"expected"} if "will" in given else set()
    given |= {"will"} if _IS_TO.search(pair.source.text) else set()
    for number, kind in mine:
        word = pair.claim.words[number]
        if kind == "will" and any(other in given for _, other in mine if other in ("likely", "may")):
            continue  # "will likely" of what "is likely to"
        if kind not in given and word.lower not in ("can", "could"):
            yield Finding(Kind.HEDGE, f"the passage doesn't say “{word.text}”")


def hedges_of(reading: Reading) -> list[tuple[int, str]]:
    """The hedges of a text with their kinds; "may" and "would" count as one, as do "expects" and "plans"."""
    kinds = lexicon().hedges
    return [
        (n, _KINS.get(kinds[word.lower], kinds[word.lower]))
        for n, word in enumerate(reading.words)
        if word.lower in kinds
        and is_hedge_there(reading.text, word.lower, word.start, word.end)
        and not _is_month(reading, word)
        and not (kinds[word.lower] == "may" and _HOW_MANY.search(reading.text[: word.start]))
        and not (kinds[word.lower] == "close" and before_number(reading, word))
    ]


_HOW_MANY = re.compile(r"\bhow\s+(?:many|much)\s+(?:\w+\s+){0,3}$", re.IGNORECASE)
_IS_TO = re.compile(r"\b(?:is|are|was|were)\s+to\s+(?!the\b|an?\b)[a-z]+", re.IGNORECASE)
_KINS = {"would": "may", "planned": "expected"}


def _is_month(reading: Reading, word: Word) -> bool:
    return word.text == "May" or any(one.start <= word.start < one.end for one in reading.times)


def _covers(pair: Alignment, number: int) -> bool:
    """Whether most of what follows a hedge of the source is in the claim."""
    rest = [
        place
        for place in range(number + 1, min(len(pair.source.words), number + 1 + _HEDGE_SCOPE))
        if pair.source.words[place].part is not Part.SMALL
    ]
    told = [place for place in rest if any(place in places for places in pair.places)]
    return bool(rest) and len(told) * 2 > len(rest)
