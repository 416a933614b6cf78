"""What a source's words stand under: a thing agreed or due to happen hasn't happened, and demand from one side isn't demand."""

import re
from collections.abc import Iterator

from app.verifier.alignment import Alignment
from app.verifier.clauses import clauses_of
from app.verifier.finding import Finding, Kind
from app.verifier.reading import Part, read
from app.verifier.relations import gives_cause
from app.verifier.verbs import first_verb, lead, subject_of

_OF = re.compile(r"\s(?:from|of|for|at|by|with|to|among|in|on)\s", re.IGNORECASE)
_OWNED = re.compile(r"^(?:its|their|his|her)\s", re.IGNORECASE)
_BEFORE_TO = 3  # words within which the word that an infinitive hangs on stands before its "to"


def scope_findings(pair: Alignment) -> Iterator[Finding]:
    """What a claim says outright or of the whole that its source says of a plan or a part."""
    yield from _infinitives(pair)
    yield from _narrower_subjects(pair)


def _infinitives(pair: Alignment) -> Iterator[Finding]:
    """A verb of the claim that stands for "to sell" in the source, without what it hangs on: "agreed", "due"."""
    verb = first_verb(pair.claim)
    told = {place for places in pair.places for place in places}
    finite = [n for n, word in enumerate(pair.claim.words) if n >= verb >= 0 and word.part is Part.CONTENT]
    for number in finite:
        places = [place for place in pair.places[number] if not _is_noun(pair, place)]
        if not places or "to" in [word.lower for word in pair.claim.words[max(0, number - 3) : number]]:
            continue
        if pair.claim.words[number].lower.endswith("ing") or not all(_after_to(pair, place) for place in places):
            continue
        place = places[0]
        head = _governor(pair, place)
        if head is not None and head not in told and not _attributes(pair, head):
            phrase = pair.source.text[pair.source.words[head].start : pair.source.words[place].end]
            yield Finding(Kind.HEDGE, f"the passage says “{phrase}”")
            return


def _attributes(pair: Alignment, head: int) -> bool:
    """Whether a word is of "attributable to" and the like, whose "to" opens no infinitive; "due to be opened" has one."""
    word = pair.source.words[head]
    return word.part is Part.CONTENT and gives_cause(word, pair.source)


def _is_noun(pair: Alignment, place: int) -> bool:
    return place > 0 and pair.source.words[place - 1].lower in ("the", "a", "an", "its", "their", "this", "that", "of")


def _after_to(pair: Alignment, place: int) -> bool:
    words = pair.source.words
    before = [word.lower for word in words[max(0, place - 2) : place]]
    word = words[place].lower
    plain = not word.endswith(("ed", "ing")) and not words[place].text[0].isupper()
    return bool(before) and plain and (before[-1] == "to" or before == ["to", "be"])


def _governor(pair: Alignment, place: int) -> int | None:
    """The word of content that an infinitive hangs on, right before its "to"; None where a name or a number stands there."""
    words = pair.source.words
    at = next((n for n in range(place - 1, max(-1, place - 3), -1) if words[n].lower == "to"), -1)
    for number in range(at - 1, max(-1, at - 1 - _BEFORE_TO), -1):
        if words[number].part is Part.CONTENT:
            return number
        if words[number].part in (Part.NAME, Part.NUMBER):
            return None
        if words[number].lower in ("due", "able", "about", "has", "have", "had", "going", "set", "plans", "aims"):
            return number
    return None


def _narrower_subjects(pair: Alignment) -> Iterator[Finding]:
    """A subject of the source without what makes it narrower: "demand from data centres" said as "demand"."""
    told = {place for places in pair.places for place in places}
    for start, end in clauses_of(pair.source.text):
        clause = pair.source.text[start:end]
        subject = subject_of(clause)
        if not subject or not (cut := _OF.search(subject)) or is_one_measure(subject, cut.start()):
            continue
        begin = start + len(lead(clause))
        begin = pair.source.text.index(subject, begin)
        verb = begin + len(subject)
        head = content(pair, begin, begin + cut.start())
        rest = content(pair, begin + cut.end(), verb)
        after = content(pair, verb, end) | {
            n for n, word in enumerate(pair.source.words) if verb <= word.start < end and word.part is Part.NUMBER
        }
        if not head or not rest or not head & told or rest & told or not after & told:
            continue
        if any(pair.source.words[n].stem in pair.around.stems for n in rest) or is_time(subject[cut.end() :]):
            continue
        if _OWNED.search(pair.claim.text):
            continue  # "its trial": whose is told by the sentence before
        yield Finding(Kind.QUANTIFIER, f"the passage says it of “{subject}”")


def is_one_measure(subject: str, at: int) -> bool:
    """Whether what a subject is parted at stands within the name of a measure: "income from operations"."""
    return any(one.start < at < one.end for one in read(subject).measures)


def content(pair: Alignment, start: int, end: int) -> set[int]:
    """The numbers of the source's words of content and names that begin in [start, end) of its text."""
    return {
        n
        for n, word in enumerate(pair.source.words)
        if start <= word.start < end and word.part in (Part.CONTENT, Part.NAME)
    }


def is_time(text: str) -> bool:
    """Whether a text names a period, a year, a month or a day."""
    return bool(read(text).times)
