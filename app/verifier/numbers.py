"""Numbers of a claim: equal to the source's in value, scale and unit, and each where the source has it."""

import re
from collections.abc import Iterator, Sequence

from app.measure import measure_of
from app.quantity import FoundQuantity
from app.verifier.alignment import Alignment
from app.verifier.amounts import equal, units_meet, with_stated
from app.verifier.bounds import bound_before, with_bound
from app.verifier.finding import Finding, Kind
from app.verifier.places import place_findings
from app.verifier.reading import Part

_SPELLED = frozenset(
    "half third quarter fifth tenth dozen twice double doubled triple tripled quadrupled hundred hundreds thousand thousands million millions billion billions twenty thirty forty fifty sixty seventy eighty ninety".split()
)
_IN_NAME = re.compile(r"\b[A-Za-z]\w*-$")  # "COVID-19", "F-35"
_ORDINAL = frozenset("third fifth tenth quarter".split())
_FORMS = {
    form: frozenset(forms.split())
    for forms in (
        "double doubles doubled doubling twice",
        "triple triples tripled tripling",
        "half halves halved halving",
    )
    for form in forms.split()
}


def number_findings(pair: Alignment) -> Iterator[Finding]:
    """What is wrong with a claim's numbers beside its evidence."""
    yield from _quantities(pair)
    yield from _plain_numbers(pair)
    yield from _reordered(pair)
    if not pair.evidence.is_cell:
        yield from place_findings(pair)


def _quantities(pair: Alignment) -> Iterator[Finding]:
    stated = pair.evidence.units
    free = list(pair.source.quantities)
    for one in pair.claim.quantities:
        held = [other for other in free if equal(one, other, pair.claim.text, pair.source.text, stated)]
        if not held:
            yield _mismatch(one, pair.source.quantities, pair.claim.text, pair.source.text, stated)
            continue
        mine = measure_of(one, pair.claim.text)
        own = [other for other in held if _same_measure(mine, measure_of(other, pair.source.text), pair)]
        if not own:
            theirs = measure_of(held[0], pair.source.text)
            yield Finding(Kind.MEASURE, f"{one.text} is the {theirs} in the passage, not the {mine}")
            continue
        if end := _other_end(pair, own[0]):
            yield Finding(Kind.HEDGE, f"the passage gives {one.text} as one end of a range: {end}")
            continue
        step = _step(pair.claim.text, one)
        if step and all(_step(pair.source.text, other) not in ("", step) for other in own):
            yield Finding(Kind.ROLE, f"the passage has it the other way round: “{step} {one.text}”")
        free.remove(own[0])


_FIRST_END = re.compile(r"\bbetween\s+$", re.IGNORECASE)
_LAST_END = re.compile(r"\bbetween\s+\S+(?:\s+\w+){0,3}?\s+and\s+$", re.IGNORECASE)


def _other_end(pair: Alignment, one: FoundQuantity) -> str:
    """The other end of a range "between … and …" that a quantity is an end of, where the claim doesn't give it too; else ""."""
    given = pair.source.quantities
    number = given.index(one)
    if _FIRST_END.search(pair.source.text[: one.start]) and number + 1 < len(given):
        other = given[number + 1]
    elif number and _LAST_END.search(pair.source.text[: one.start]):
        other = given[number - 1]
    else:
        return ""
    return "" if any(said.quantity.value == other.quantity.value for said in pair.claim.quantities) else other.text


def _step(text: str, one: FoundQuantity) -> str:
    """Whether a quantity is where a change begins or where it ends: "from" or "to" before it, else ""."""
    match = re.search(r"\b(from|to)\s+(?:\w+\s+)?[$€£¥(]?\s*$", text[: one.start], re.IGNORECASE)
    return match[1].lower() if match else ""


def _same_measure(mine: str | None, theirs: str | None, pair: Alignment) -> bool:
    if mine is None or theirs is None or mine == theirs:
        return True
    # The claim names what the source names elsewhere: only then are they at odds.
    return mine not in {one.measure.name for one in pair.source.measures}


def _mismatch(one: FoundQuantity, given: Sequence[FoundQuantity], claim: str, source: str, stated: str) -> Finding:
    """What the nearest of the given quantities differs in."""
    value = abs(one.quantity.value)
    for other in given:
        theirs = with_stated(other.quantity, stated)
        if abs(theirs.value) != value:
            continue
        if not units_meet(one.quantity, theirs):
            return Finding(Kind.UNIT, f"the passage gives {other.text}, not {one.text}: another unit")
        if theirs.scale.factor != one.quantity.scale.factor:
            said = f"{other.text} {theirs.scale.name}".strip() if theirs.scale.name not in other.text else other.text
            return Finding(Kind.SCALE, f"the passage gives {said}, not {one.text}: another scale")
        return Finding(Kind.HEDGE, f"the passage gives {with_bound(other, source)}, not {with_bound(one, claim)}")
    return Finding(Kind.NUMBER, f"the number {one.text} isn't in the passage")


def _plain_numbers(pair: Alignment) -> Iterator[Finding]:
    """Numbers that are no quantity: written in words, of a list, in a name."""
    inside = [(one.start, one.end) for one in pair.claim.quantities]
    inside += [(one.start, one.end) for one in pair.claim.times]
    held = {digits for word in pair.source.words for digits in (word.stem, word.stem.replace(",", ""))}
    held |= {format(abs(one.quantity.value).normalize(), "f") for one in pair.source.quantities}
    wide = pair.around.stems
    for word in pair.claim.words:
        if word.part is not Part.NUMBER or any(start <= word.start < end for start, end in inside):
            continue
        if name := _IN_NAME.search(pair.claim.text[: word.start]):
            strange = f"{name[0]}{word.text}" not in f"{pair.source.text} {pair.around.text}"
        else:
            strange = word.stem not in held and word.stem not in wide
        if strange:
            yield Finding(Kind.NUMBER, f"the number {word.text} isn't in the passage")
            continue
        bounds = {bound_before(pair.source.text, other.start) for other in pair.source.words if other.stem == word.stem}
        if bounds and bound_before(pair.claim.text, word.start) not in bounds:
            yield Finding(Kind.HEDGE, f"the passage has another bound before {word.text}")
    said = [
        word.lower
        for word in pair.claim.words
        if word.lower in _SPELLED and not any(s <= word.start < e for s, e in inside)
    ]
    theirs = {word.lower for word in pair.source.words}
    for lower in said:
        held_too = theirs & _FORMS.get(lower, frozenset({lower, lower.rstrip("s"), f"{lower}s"}))
        if not held_too and lower != "quarter":
            yield Finding(Kind.NUMBER, f"“{lower}” isn't in the passage")
            continue
        if lower in _ORDINAL and not re.search(rf"\b(?:a|one|two|three|four)[\s-]{lower}", pair.source.text):
            continue
        at, there = _place_of(lower, pair.claim.text), _place_of(lower, pair.source.text)
        if (
            at >= 0
            and there >= 0
            and bound_before(pair.source.text, there) not in ("", bound_before(pair.claim.text, at))
        ):
            yield Finding(Kind.HEDGE, f"the passage has a bound before “{lower}”, the sentence hasn't")


def _reordered(pair: Alignment) -> Iterator[Finding]:
    """Other numbers between the same words: a text that is its source's but for the order of its numbers."""
    mine, theirs = _DIGITS.findall(pair.claim.text), _DIGITS.findall(pair.source.text)
    if mine == theirs or len(mine) != len(theirs):
        return
    if _bare(pair.claim.text) == _bare(pair.source.text) and set(mine) <= set(theirs):
        moved = next(one for one, other in zip(mine, theirs, strict=True) if one != other)
        yield Finding(Kind.ROLE, f"{moved} stands where the passage has another number")


_DIGITS = re.compile(r"\d(?:[\d,]*\d)?(?:\.\d+)?")


def _bare(text: str) -> str:
    return " ".join(_DIGITS.sub("#", text).lower().split()).rstrip(".")


def _place_of(word: str, text: str) -> int:
    match = re.search(rf"\b{word}\b", text, re.IGNORECASE)
    return match.start() if match else -1
