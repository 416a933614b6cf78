"""Words before a measure or a thing that make another of it: adjusted, non-GAAP, diluted, net of debt."""

import re
from collections.abc import Iterator

from app.measure import FoundMeasure, mention_of
from app.verifier.alignment import Alignment
from app.verifier.amounts import equal
from app.verifier.finding import Finding, Kind
from app.verifier.lexicon import lexicon
from app.verifier.reading import Part, Reading

_BESIDE = re.compile(r"[\s-]+")


def qualifier_findings(pair: Alignment) -> Iterator[Finding]:
    """What a claim's measures and words are narrowed by must be what the source's are, no less and no more."""
    yield from _of_measures(pair)
    yield from _of_words(pair)


def _of_measures(pair: Alignment) -> Iterator[Finding]:
    over = pair.around.stems
    everywhere = _all(pair.source)
    if _all(pair.claim) == everywhere and _narrowing(pair.claim) == _narrowing(pair.source):
        return  # the same ones, in another order: "earnings per diluted share"
    yield from _of_amounts(pair)
    for one in pair.claim.measures:
        theirs = [
            qualifiers_of(other, pair.source)
            for other in pair.source.measures
            if other.measure.name == one.measure.name
        ]
        mine = qualifiers_of(one, pair.claim)
        if not theirs or mine in theirs:
            continue
        if any(mine <= some and _joined(pair.source) for some in theirs):
            continue  # "basic and diluted earnings per share"
        if any(some <= mine and mine - some <= (over | everywhere) for some in theirs):
            continue  # its heading says so
        nearest = min(theirs, key=lambda some: len(some ^ mine))
        phrase = pair.claim.text[one.start : one.end]
        lost = sorted(nearest - mine)
        yield Finding(
            Kind.MEASURE,
            f"the passage says “{lost[0]}” of the {phrase}"
            if lost
            else f"the passage doesn't say “{sorted(mine - nearest)[0]}” of the {phrase}",
        )


def _of_amounts(pair: Alignment) -> Iterator[Finding]:
    """An amount of a measure narrowed in one way, told of it narrowed in another: GAAP's as non-GAAP's."""
    for one in pair.claim.quantities:
        mine = mention_of(one, pair.claim.text)
        held = [
            other
            for other in pair.source.quantities
            if equal(one, other, pair.claim.text, pair.source.text, pair.evidence.units)
        ]
        theirs = [found for other in held if (found := mention_of(other, pair.source.text))]
        if mine is None or not theirs or any(found.measure.name != mine.measure.name for found in theirs):
            continue
        narrowed = [qualifiers_of(found, pair.source) for found in theirs]
        elsewhere = {qualifiers_of(found, pair.source) for found in pair.source.measures}
        own = qualifiers_of(mine, pair.claim)
        if own not in narrowed and own in elsewhere and not _joined(pair.source):
            yield Finding(Kind.MEASURE, f"the passage gives {one.text} of another {mine.measure.name}")


def _of_words(pair: Alignment) -> Iterator[Finding]:
    inside = [(one.start, one.end) for one in pair.claim.measures]
    there = [(one.start, one.end) for one in pair.source.measures]
    everywhere = _all(pair.claim)
    for number, word in enumerate(pair.claim.words):
        places = pair.places[number]
        if word.part is not Part.CONTENT or not places or word.lower in lexicon().qualifiers:
            continue
        if any(start <= word.start < end for start, end in inside):
            continue
        if any(start <= pair.source.words[place].start < end for place in places for start, end in there):
            continue
        lost = [_before(pair.source, place) - everywhere for place in places]
        if all(lost):
            yield Finding(Kind.MEASURE, f"the passage says “{sorted(lost[0])[0]} {word.text}”")


def qualifiers_of(found: FoundMeasure, reading: Reading) -> frozenset[str]:
    """What narrows a measure where it is named: words of its phrase and right before it, in lower case."""
    numbers = [n for n, word in enumerate(reading.words) if found.start <= word.start < found.end]
    if not numbers:
        return frozenset()
    known = lexicon().qualifiers | found.measure.narrows
    phrase = reading.text[found.start : found.end].lower()
    own = {word for word in known if re.search(rf"(?<![\w-]){re.escape(word)}(?![\w-])", phrase)}
    before = _before(reading, numbers[0], found.measure.narrows)
    return frozenset(own | before)


def _before(reading: Reading, number: int, more: frozenset[str] = frozenset()) -> frozenset[str]:
    """The qualifiers that stand right before a word, without another word between."""
    known = lexicon().qualifiers | more
    found = set()
    at = number
    while at and reading.words[at - 1].lower in known:
        if not _BESIDE.fullmatch(reading.text[reading.words[at - 1].end : reading.words[at].start]):
            break
        at -= 1
        found.add(reading.words[at].lower)
    return frozenset(found)


def _all(reading: Reading) -> frozenset[str]:
    known = lexicon().qualifiers
    return frozenset(word.lower for word in reading.words if word.lower in known)


def _narrowing(reading: Reading) -> frozenset[str]:
    """All that narrows a measure somewhere in a text."""
    return frozenset(word for one in reading.measures for word in qualifiers_of(one, reading))


_OR = re.compile(r"\b(?:and|or)\b|/|,", re.IGNORECASE)


def _joined(reading: Reading) -> bool:
    """Whether two qualifiers of a text stand side by side, so that it is said of each: "basic and diluted"."""
    known = lexicon().qualifiers
    words = reading.words
    return any(
        one.lower in known and other.lower in known and _OR.search(reading.text[one.end : other.start])
        for one, other in (
            (words[n], words[n + 2 if n + 2 < len(words) and words[n + 1].lower in ("and", "or") else n + 1])
            for n in range(len(words) - 1)
        )
    )
