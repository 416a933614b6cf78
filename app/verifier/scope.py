"""What a source's words stand under: a thing agreed or due to happen hasn't happened, and demand from one side isn't demand."""

import re
from collections.abc import Iterator

from app.verifier.alignment import Alignment
from app.verifier.clauses import clauses_of
from app.verifier.finding import Finding, Kind
from app.verifier.reading import FoundTime, Part, read
from app.verifier.relations import gives_cause
from app.verifier.verbs import first_verb, is_verb, lead, subject_of

_OF = re.compile(r"\s(?:from|of|for|at|by|with|to|among|in|on)\s", re.IGNORECASE)
_OWNED = re.compile(r"^(?:its|their|his|her)\s", re.IGNORECASE)
_BEFORE_TO = 3  # words within which the word that an infinitive hangs on stands before its "to"


def scope_findings(pair: Alignment) -> Iterator[Finding]:
    """What a claim says outright or of the whole that its source says of a plan or a part."""
    yield from _infinitives(pair)
    yield from _narrower_subjects(pair)
    yield from _owners(pair)
    yield from _places_lost(pair)
    yield from _parts_of_years(pair)


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
        if not subject or not (cut := _OF.search(subject)) or _is_one_measure(subject, cut.start()):
            continue
        begin = start + len(lead(clause))
        begin = pair.source.text.index(subject, begin)
        verb = begin + len(subject)
        head = _content(pair, begin, begin + cut.start())
        rest = _content(pair, begin + cut.end(), verb)
        after = _content(pair, verb, end) | {
            n for n, word in enumerate(pair.source.words) if verb <= word.start < end and word.part is Part.NUMBER
        }
        if not head or not rest or not head & told or rest & told or not after & told:
            continue
        if any(pair.source.words[n].stem in pair.around.stems for n in rest) or _is_time(subject[cut.end() :]):
            continue
        if _OWNED.search(pair.claim.text):
            continue  # "its trial": whose is told by the sentence before
        yield Finding(Kind.QUANTIFIER, f"the passage says it of “{subject}”")


def _is_one_measure(subject: str, at: int) -> bool:
    """Whether what a subject is parted at stands within the name of a measure: "income from operations"."""
    return any(one.start < at < one.end for one in read(subject).measures)


def _owners(pair: Alignment) -> Iterator[Finding]:
    """What is said of a part of somebody or of something, told of them: "Vossen's cloud segment" as "Vossen"."""
    claim = subject_of(pair.claim.text)
    if not claim:
        return
    begin = len(lead(pair.claim.text))
    mine = [
        n
        for n, word in enumerate(pair.claim.words)
        if begin <= word.start < begin + len(claim) and word.part in (Part.CONTENT, Part.NAME)
    ]
    told = {place for places in pair.places for place in places}
    for start, end in clauses_of(pair.source.text):
        clause = pair.source.text[start:end]
        subject = subject_of(clause)
        owned = _OWNER.search(subject) or _PART_OF.fullmatch(subject)
        if not owned or _is_one_measure(subject, owned.end("part")):
            continue
        at = pair.source.text.index(subject, start)
        owner = _content(pair, *(at + place for place in owned.span("owner")))
        part = _content(pair, *(at + place for place in owned.span("part")))
        verb = at + len(subject)
        aside = _ASIDE.search(pair.source.text, verb, end)
        until = aside.start() if aside else end
        after = (_content(pair, verb, until) | _amounts(pair, verb, until)) & told
        if mine and part and after and not part & told and all(set(pair.places[n]) & owner for n in mine):
            yield Finding(Kind.NAME, f"the passage says it of “{subject}”")


def _amounts(pair: Alignment, start: int, end: int) -> set[int]:
    """The numbers of the words in digits of the source's amounts in [start, end)."""
    return {pair.at_source(one.start, one.end) for one in pair.source.quantities if start <= one.start < end}


_ASIDE = re.compile(r",\s+(?:of\s+)?(?:which|who|whom)\b")  # what stands after it is told of something else
_OWNER = re.compile(r"^(?P<owner>.+?)['’]s?\s+(?P<part>.+)$")
_PART_OF = re.compile(r"(?P<part>.+?)\s+(?:of|at|in|within)\s+(?P<owner>.+)", re.IGNORECASE)


def _places_lost(pair: Alignment) -> Iterator[Finding]:
    """An amount or a change of a measure in one place, told as that of the whole: "in Europe"."""
    if not pair.claim.quantities or not pair.claim.measures or _OWNED.search(pair.claim.text):
        return
    told = {place for places in pair.places for place in places}
    for start, end in clauses_of(pair.source.text):
        if not any(start <= one.start < end and _is_told(pair, one.start, told) for one in pair.source.quantities):
            continue
        for match in _IN_PLACE.finditer(pair.source.text, start, end):
            if not _of_amount(pair, start, match.start()):
                continue
            names = [
                n
                for n, word in enumerate(pair.source.words)
                if match.start(1) <= word.start < match.end(1) and word.part is Part.NAME
            ]
            lost = [n for n in names if n not in told and pair.source.words[n].stem not in pair.around.stems]
            if names and len(lost) == len(names) and not _is_time(match[0]):
                yield Finding(Kind.QUANTIFIER, f"the passage says it of {match[1]}")


def _of_amount(pair: Alignment, start: int, at: int) -> bool:
    """Whether what stands at `at` in a clause is of its amount: it opens the clause, or follows a measure, an amount or a verb."""
    source = pair.source
    before = source.text[start:at].rstrip()
    if not before:
        return True
    ends = {one.end for one in (*source.measures, *source.quantities)}
    ends |= {word.end for n, word in enumerate(source.words) if is_verb(source, n)}
    return start + len(before) in ends


_IN_PLACE = re.compile(r"\b[Ii]n\s+(?:the\s+)?([A-Z][\w&-]*(?:\s+[A-Z][\w&-]*)*)")


def _is_told(pair: Alignment, at: int, told: set[int]) -> bool:
    """Whether the claim tells the source's word that begins at `at`."""
    return pair.at_source(at, at + 1) in told


_SPAN = re.compile(
    r"\b(?:two|three|six|nine|[2369]|13|26|39|thirteen|twenty-six|thirty-nine)[\s-]+(?:months|weeks)\b", re.IGNORECASE
)


def _parts_of_years(pair: Alignment) -> Iterator[Finding]:
    """An amount of a quarter, a half or some months, told as that of the year."""
    narrow = [one for one in pair.source.times if one.key[0] in ("quarter", "half", "period")]
    spans = list(_SPAN.finditer(pair.source.text))
    if not pair.claim.quantities or not (narrow or spans):
        return
    if any(one.key[0] in ("quarter", "half", "period", "month") for one in pair.claim.times) or _SPAN.search(
        pair.claim.text
    ):
        return
    years = {one.key[1] for one in pair.claim.times if one.key[0] == "year"}
    for year in sorted(years, key=str):
        places = [one for one in pair.source.times if one.key == ("year", year)]
        if places and all(_in_part(pair, one, narrow, spans) for one in places):
            yield Finding(Kind.PERIOD, f"the passage says it of a part of {year}")


def _in_part(pair: Alignment, year: FoundTime, narrow: list[FoundTime], spans: list[re.Match[str]]) -> bool:
    """Whether a year of the source is that of a quarter, a half or of some months that stand with it."""
    near = [(one.start, one.end) for one in narrow] + [one.span() for one in spans]
    return any(
        start <= year.start < end
        or (end <= year.start and _TO_YEAR.fullmatch(pair.source.text, end, year.start))
        or (year.end <= start and re.fullmatch(r"[\s,]*(?:the\s+)?", pair.source.text[year.end : start]))
        for start, end in near
    )


_TO_YEAR = re.compile(
    r"(?:[\s,]|\b(?:of|in|fiscal|the|year|ended|ending|to|through|[A-Z][a-z]{2,8}|\d{1,2})\b|['’]s?)*"
)


def _content(pair: Alignment, start: int, end: int) -> set[int]:
    return {
        n
        for n, word in enumerate(pair.source.words)
        if start <= word.start < end and word.part in (Part.CONTENT, Part.NAME)
    }


def _is_time(text: str) -> bool:
    return bool(read(text).times)
