"""Numbers, names and times of a claim where the source has them: none has taken another's place."""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from app.quantity import FoundQuantity
from app.verifier.alignment import Alignment
from app.verifier.dates import date_findings
from app.verifier.finding import Finding, Kind
from app.verifier.reading import Part, Reading

CLEARLY = 1.25  # how much better a number must fit another's place to be out of its own
LEAST = 0.1  # and by how much at all
RIVAL = 2.0  # the same for one that the claim doesn't name


def place_findings(pair: Alignment) -> Iterator[Finding]:
    """Two numbers, names or times that have changed places, or one that stands where the source has another."""
    claim, source = pair.claim, pair.source
    inside = _within(pair, [(one.start, one.end) for one in claim.quantities])
    numbers = [(pair.at(one.start, one.end), _key(one)) for one in claim.quantities]
    given = [(pair.at_source(one.start, one.end), _key(one)) for one in source.quantities]
    yield from _moved(pair, numbers, given, Kind.NUMBER, inside)
    counted, counts = [list(_counts(reading)) for reading in (claim, source)]
    yield from _moved(pair, counted, counts, Kind.NUMBER, frozenset(n for n, _ in counted))
    inside = _within(pair, [(one.start, one.end) for one in claim.times])
    for kind in dict.fromkeys(str(one.key[0]) for one in claim.times if one.key[0] != "period"):
        mine = [(pair.at(one.start, one.end), one.key) for one in claim.times if one.key[0] == kind]
        theirs = [(pair.at_source(one.start, one.end), one.key) for one in source.times if one.key[0] == kind]
        yield from _moved(pair, mine, theirs, Kind.PERIOD, inside)
    yield from date_findings(pair)
    here = [(n, word.lower) for n, word in enumerate(claim.words) if word.lower in _WHERE]
    there = [(n, word.lower) for n, word in enumerate(source.words) if word.lower in _WHERE]
    yield from _moved(pair, here, there, Kind.ROLE, frozenset(n for n, _ in here), rivals_too=False)
    if pair.voices_differ:
        return  # who did what to whom is told by the verb then
    proper = {word.stem for word in (*claim.words, *source.words) if word.part is Part.NAME}
    common = {word.stem for word in claim.words if word.text[0].islower()}
    proper |= {word.stem for word in source.words[:1] if word.part is Part.CONTENT} - common  # a name too, perhaps
    names_ = [(n, word.stem) for n, word in enumerate(claim.words) if word.stem in proper and word.text[0].isupper()]
    theirs_ = [(n, word.stem) for n, word in enumerate(source.words) if word.stem in proper and word.text[0].isupper()]
    yield from _moved(pair, _heads(names_), _heads(theirs_), Kind.NAME, frozenset(n for n, _ in names_))


# Prepositions that tell two things of one name apart: "the link inside the server", "the link between servers".
_WHERE = frozenset("inside outside between within without among before after above below against behind".split())


def _within(pair: Alignment, spans: Sequence[tuple[int, int]]) -> frozenset[int]:
    return frozenset(
        n for n, word in enumerate(pair.claim.words) if any(start <= word.start < end for start, end in spans)
    )


def _heads(found: list[tuple[int, str]]) -> list[tuple[int, str]]:
    """The last word of each run: "SK hynix" is one name."""
    return [one for n, one in enumerate(found) if n + 1 == len(found) or found[n + 1][0] != one[0] + 1]


def _counts(reading: Reading) -> Iterator[tuple[int, object]]:
    """Numbers in words, which are no amounts: "two mills"."""
    taken = [(one.start, one.end) for one in reading.quantities] + [(one.start, one.end) for one in reading.times]
    for number, word in enumerate(reading.words):
        if (
            word.part is Part.NUMBER
            and word.stem.isdigit()
            and not any(start <= word.start < end for start, end in taken)
        ):
            yield number, word.stem


def _key(one: FoundQuantity) -> tuple[Decimal, str]:
    return one.quantity.base * one.quantity.unit.factor, one.quantity.unit.family


def _moved(
    pair: Alignment,
    mine: Sequence[tuple[int, object]],
    theirs: Sequence[tuple[int, object]],
    kind: Kind,
    inside: frozenset[int],
    rivals_too: bool = True,
) -> Iterator[Finding]:
    """Things of one kind that the source has in each other's place; `inside` are the claim's words that they are of."""

    said = {one for _, one in mine}
    for index, (here, key) in enumerate(mine):
        own = [place for place, other in theirs if other == key]
        if not own:
            continue
        for there, other_key in mine[index + 1 :]:
            other = [place for place, one in theirs if one == other_key]
            if other_key == key or not other:
                continue
            if _crossed(pair, here, there, own, other, inside):
                yield Finding(Kind.ROLE, f"{_word(pair, here)} and {_word(pair, there)} have changed places")
        if not rivals_too:
            continue
        for rival in (place for place, one in theirs if one not in said and not _incomparable(one, key)):
            if kind is Kind.NAME and any(_follows_the_same(pair, here, place) for place in own):
                break
            against, for_own = zip(*(pair.preferred(here, rival, place, inside) for place in own), strict=True)
            if min(against) > LEAST and min(against) > RIVAL * max(for_own):
                yield Finding(
                    kind, f"the passage has {pair.source.words[rival].text} where the sentence has {_word(pair, here)}"
                )
        rivals = any(one not in said for _, one in theirs)
        if rivals and kind is not Kind.NAME and [one for _, one in mine].count(key) > len(own):
            yield Finding(kind, f"the sentence has {_word(pair, here)} more often than the passage")


def _incomparable(one: object, other: object) -> bool:
    """Whether two quantities are a percentage and percentage points, which no sentence has in each other's place."""
    families = {key[1] for key in (one, other) if isinstance(key, tuple) and len(key) == 2}
    return families == {"%", "percentage points"}


def _follows_the_same(pair: Alignment, here: int, place: int) -> bool:
    """Whether a name stands right after the same word in the claim and in the source: "bought Tarn Optics"."""
    first, there = _run(pair.claim, here), _run(pair.source, place)
    return first > 0 and there - 1 in pair.places[first - 1]


def _run(reading: Reading, number: int) -> int:
    while number and reading.words[number - 1].part is Part.NAME:
        number -= 1
    return number


def _crossed(
    pair: Alignment, here: int, there: int, own: Sequence[int], other: Sequence[int], inside: frozenset[int]
) -> bool:
    """Whether two things of a claim fit each other's places in the source clearly better than their own."""
    for one in own:
        for two in other:
            first, second = pair.preferred(here, two, one, inside), pair.preferred(there, one, two, inside)
            if first[0] + second[0] <= max(LEAST, CLEARLY * (first[1] + second[1])):
                return False
    return True


def _word(pair: Alignment, number: int) -> str:
    return pair.claim.words[number].text
