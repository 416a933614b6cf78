"""Splices: a number of one clause said of what another clause is about.

In "its backlog was 650 million, and its sales were 1,100 million" every word of "its backlog was 1,100 million" stands.
"""

import re
from collections.abc import Iterator
from functools import lru_cache

from app.verifier.alignment import Alignment
from app.verifier.amounts import equal, units_meet
from app.verifier.clauses import PARALLEL, clauses_of
from app.verifier.finding import Finding, Kind
from app.verifier.lexicon import lexicon
from app.verifier.reading import Part, Reading

_LEANS = re.compile(r"\b(?:it|its|they|their|them)\b", re.IGNORECASE)


def clause_findings(pair: Alignment) -> Iterator[Finding]:
    """A number of one clause of the source said of what stands in another that has such a number itself."""
    clauses = clauses_of(pair.source.text)
    if len(clauses) < 2:
        return
    for one in pair.claim.quantities:
        held = [
            other
            for other in pair.source.quantities
            if equal(one, other, pair.claim.text, pair.source.text, pair.evidence.units)
        ]
        homes = {_clause_at(clauses, other.start) for other in held}
        if len(homes) != 1:
            continue
        home = homes.pop()
        own = _words(pair.source, clauses[home])
        told = {place for places in pair.places for place in places}
        rivals = [n for n in range(len(clauses)) if n != home and _rivals(pair, clauses, n, home, one.start)]
        names_too = not _LEANS.search(pair.source.text[slice(*clauses[home])])
        for rival in rivals:
            theirs = _words(pair.source, clauses[rival])
            stray = _stray(pair, one.start, theirs - own, own, names_too)
            if stray and own - told:
                yield Finding(Kind.ROLE, f"the passage gives {one.text} of something else than “{stray}”")
                break


def _clause_at(clauses: tuple[tuple[int, int], ...], at: int) -> int:
    return next(n for n, (_, end) in enumerate(clauses) if at < end or n == len(clauses) - 1)


def _words(reading: Reading, clause: tuple[int, int]) -> set[int]:
    """The words of content and the names of a clause."""
    start, end = clause
    return {
        n
        for n, word in enumerate(reading.words)
        if start <= word.start < end and word.part in (Part.CONTENT, Part.NAME)
    }


def _rivals(pair: Alignment, clauses: tuple[tuple[int, int], ...], number: int, home: int, at: int) -> bool:
    """Whether a clause has a number of the claim's kind that the claim doesn't give too; "one for …" needs none."""
    start, end = clauses[number]
    if abs(number - home) == 1 and PARALLEL.match(pair.source.text, clauses[max(number, home)][0]):
        return True
    mine = next(one for one in pair.claim.quantities if one.start == at)
    theirs = [one for one in pair.source.quantities if start <= one.start < end]
    said = {one.quantity.base for one in pair.claim.quantities}
    kinds = [
        one for one in theirs if units_meet(one.quantity, mine.quantity) or units_meet(mine.quantity, one.quantity)
    ]
    return bool(kinds) and not any(one.quantity.base in said for one in kinds)


def _stray(pair: Alignment, at: int, theirs: set[int], own: set[int], names_too: bool) -> str:
    """A word of the claim's own clause that stands in another clause of the source alone; "" for none."""
    mine = clauses_of(pair.claim.text)
    start, end = mine[_clause_at(mine, at)]
    for number, word in enumerate(pair.claim.words):
        if not start <= word.start < end or word.part not in (Part.CONTENT, Part.NAME) or not pair.places[number]:
            continue
        if word.lower in _light() or (word.part is Part.NAME and not names_too):
            continue
        if set(pair.places[number]) <= theirs and not set(pair.places[number]) & own:
            return word.text
    return ""


@lru_cache(maxsize=1)
def _light() -> frozenset[str]:
    """Verbs and words of direction, which say what became of a thing and not which one it is."""
    known = lexicon()
    return known.finite.verbs | frozenset(word for one in known.opposites for word in one.sides)
