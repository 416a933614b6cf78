"""How many of a thing: "two customers", "three of the five reactors", "a single supplier", told of the thing that is counted."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import takewhile

from app.quantity import UnitKind
from app.verifier.alignment import Alignment
from app.verifier.finding import Finding, Kind
from app.verifier.lexicon import lexicon
from app.verifier.reading import Part, Reading, Word
from app.verifier.verbs import is_verb

MOST_WORDS = 3  # of what is counted
_ARTICLES = frozenset(("a", "an"))
_SINGLE = frozenset(("single", "sole"))
_AT = frozenset("in at from for".split())
_OWNERS = frozenset("the its their our his her these those".split())
_WHICH = frozenset("which whom them".split())
_BESIDE = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Count:
    """`part` of `whole` things, of which one may be "" for unknown; `things` are the numbers of the words that name them.

    Without things, a number whose thing is left out: "closed three".
    """

    things: frozenset[int]
    part: str
    whole: str
    said: str  # as written, for a person
    by_article: bool = False
    is_amount: bool = False  # written in digits, as amounts are
    where: frozenset[int] = frozenset()  # the numbers of the names after it: "six factories in Mexico"

    @property
    def told(self) -> str:
        """How many the sentence tells something of."""
        return self.part or self.whole


def counts_of(reading: Reading) -> list[Count]:
    """What a text counts, in order."""
    found: list[Count] = []
    for number, word in enumerate(reading.words[:-1]):
        article = word.lower in _ARTICLES
        value = "1" if article or word.lower in _SINGLE else _value(reading, word)
        if value and (one := _count(reading, number, value, article, found)):
            found.append(replace(one, where=_where(reading, max(one.things, default=number) + 1)))
    # "Of the nine wells, four are dry" tells nothing of nine.
    parted = {(one.things, one.whole) for one in found if one.part}
    opens = _OF_THE.match(reading.text)
    return [one for one in found if one.part or not opens or (one.things, one.whole) not in parted]


def _count(reading: Reading, number: int, value: str, article: bool, before: list[Count]) -> Count | None:
    words = reading.words
    after = words[number + 1]
    if not _BESIDE.fullmatch(reading.text[words[number].end : after.start]):
        return None if article else Count(frozenset(), "", value, words[number].text)
    if after.lower == "of" and not article and number + 2 < len(words):
        at = number + 2
        if words[at].lower in _WHICH:
            wholes = [one for one in before if one.things]
            return Count(wholes[-1].things, value, wholes[-1].whole, words[number].text) if wholes else None
        if words[at].lower not in _OWNERS:
            return None
        whole = _value(reading, words[at + 1]) if at + 1 < len(words) else ""
        things = _things(reading, at + 2 if whole else at + 1)
        return (
            Count(things, value, whole, reading.text[words[number].start : words[max(things)].end]) if things else None
        )
    things = _things(reading, number + 1)
    if things:
        if (
            number
            and words[number - 1].lower == "the"
            and number > 1
            and words[number - 2].lower == "of"
            and before
            and before[-1].things == things
        ):
            return None  # the whole of "three of the five reactors", which is counted
        digits = words[number].text[0].isdigit()
        return Count(things, "", value, reading.text[words[number].start : words[max(things)].end], article, digits)
    if article:
        return None
    wholes = [one for one in before if one.things and _OF_THE.match(reading.text)]
    if wholes:
        return Count(wholes[0].things, value, wholes[0].whole, words[number].text)  # "Of the nine wells, four are dry"
    return Count(frozenset(), "", value, words[number].text)


def _where(reading: Reading, number: int) -> frozenset[int]:
    """The names that a place's preposition at `number` leads to."""
    words = reading.words
    if number >= len(words) or words[number].lower not in _AT:
        return frozenset()
    at = number + 1 + (number + 1 < len(words) and words[number + 1].lower == "the")
    return frozenset(takewhile(lambda place: words[place].part is Part.NAME, range(at, len(words))))


_OF_THE = re.compile(r"(?:Out\s+)?[Oo]f\s+(?:the|its|their|our)\s")


def _value(reading: Reading, word: Word) -> str:
    """A whole number that counts; "" for one that is an amount, a time or no number."""
    if not word.stem.isdigit() or any(one.start <= word.start < one.end for one in reading.times):
        return ""
    of = next((one.quantity for one in reading.quantities if one.start <= word.start < one.end), None)
    if of and (of.unit.kind not in (UnitKind.PURE, UnitKind.COUNT) or of.scale.name):
        return ""
    return word.stem


def _things(reading: Reading, number: int) -> frozenset[int]:
    """The words from `number` on that name what is counted; none where a verb or a small word stands there."""
    found: list[int] = []
    for at in range(number, min(number + MOST_WORDS, len(reading.words))):
        word = reading.words[at]
        names = word.part in (Part.CONTENT, Part.NAME) or word.lower in lexicon().counted
        if not names or is_verb(reading, at):
            break
        if found and not _BESIDE.fullmatch(reading.text[reading.words[at - 1].end : word.start]):
            break
        found.append(at)
    return frozenset(found)


def count_findings(pair: Alignment) -> Iterator[Finding]:
    """Another number of what is counted, a part told as the whole, or one told as many."""
    mine, theirs = counts_of(pair.claim), [one for one in counts_of(pair.source) if not one.by_article]
    loose = {one.told for one in theirs if not one.things}
    for one in mine:
        if not one.part and one.is_amount:
            continue  # held to the source's amounts
        same = [other for other in theirs if _of_one_thing(pair, one, other)]
        if other := _elsewhere(pair, one, theirs):
            yield Finding(Kind.QUANTIFIER, f"the passage says “{other.said}” of {_named(pair, one)}, not “{one.said}”")
        if one.by_article:
            same = [other for other in same if _other_form(pair, one, other)]
        if same and one.told not in loose and not any(_fits(one, other) for other in same):
            yield Finding(Kind.QUANTIFIER, f"the passage says “{same[0].said}”, not “{one.said}”")
    counted = {n for one in mine for n in one.things}
    quantified = any(word.lower in lexicon().quantifiers for word in pair.claim.words)
    for other in theirs:
        bare = [n for n, places in enumerate(pair.places) if n not in counted and other.things & set(places)]
        if not bare or {n for n in counted if other.things & set(pair.places[n])}:
            continue
        word = pair.claim.words[bare[-1]]
        if other.part and not quantified:
            yield Finding(Kind.QUANTIFIER, f"the passage says it of “{other.said}”")
        elif (
            other.told == "1"
            and not other.part
            and _plural(word)
            and word.lower not in {each.lower for each in pair.source.words}
        ):
            yield Finding(Kind.QUANTIFIER, f"the passage says “{other.said}”, not “{word.text}”")


def _elsewhere(pair: Alignment, one: Count, theirs: list[Count]) -> Count | None:
    """The source's count of the place that the claim names, where the claim's number is that of another place."""
    mine = {place for number in one.where for place in pair.places[number]}
    here = [other for other in theirs if other.where & mine]
    there = [other for other in theirs if other.where and not other.where & mine and other.told == one.told]
    if not here or not there or one.told in {other.told for other in here}:
        return None
    return here[0] if all(not each.things or _of_one_thing(pair, one, each) for each in (*here, *there)) else None


def _named(pair: Alignment, one: Count) -> str:
    return " ".join(pair.claim.words[number].text for number in sorted(one.where))


def says_single(pair: Alignment, number: int) -> bool:
    """Whether a word of the claim is the "single" of a thing that the source has one of."""
    if pair.claim.words[number].lower not in _SINGLE:
        return False
    things = _things(pair.claim, number + 1)
    return any(
        other.told == "1" and _of_one_thing(pair, Count(things, "", "1", ""), other) for other in counts_of(pair.source)
    )


def _of_one_thing(pair: Alignment, one: Count, other: Count) -> bool:
    theirs = {pair.source.words[n].stem for n in other.things if pair.source.words[n].part is Part.SMALL}
    return any(set(pair.places[n]) & other.things or pair.claim.words[n].stem in theirs for n in one.things)


def _fits(one: Count, other: Count) -> bool:
    if one.part and one.whole and other.whole and one.whole != other.whole:
        return False
    return one.told == other.told


def _other_form(pair: Alignment, one: Count, other: Count) -> bool:
    """Whether a thing is told in the singular where the source has the plural."""
    head = pair.claim.words[max(one.things)]
    return any(
        _plural(pair.source.words[place]) and not _plural(head)
        for place in pair.places[max(one.things)]
        if place in other.things
    )


def _plural(word: Word) -> bool:
    return word.lower.endswith("s") and not word.lower.endswith("ss")
