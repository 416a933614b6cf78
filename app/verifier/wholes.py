"""What is said of a part told as said of the whole: of somebody's segment, of one place, of a part of a year."""

import re
from collections.abc import Iterator

from app.verifier.alignment import Alignment
from app.verifier.clauses import clauses_of
from app.verifier.finding import Finding, Kind
from app.verifier.reading import FoundTime, Part
from app.verifier.scope import content, is_one_measure, is_time
from app.verifier.verbs import is_verb, lead, subject_of

_OWNED = re.compile(r"^(?:its|their|his|her)\s", re.IGNORECASE)


def whole_findings(pair: Alignment) -> Iterator[Finding]:
    """What a claim says of the whole that its source says of a part."""
    yield from _owners(pair)
    yield from _places_lost(pair)
    yield from _parts_of_years(pair)


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
        if not owned or is_one_measure(subject, owned.end("part")):
            continue
        at = pair.source.text.index(subject, start)
        owner = content(pair, *(at + place for place in owned.span("owner")))
        part = content(pair, *(at + place for place in owned.span("part")))
        verb = at + len(subject)
        aside = _ASIDE.search(pair.source.text, verb, end)
        until = aside.start() if aside else end
        after = (content(pair, verb, until) | _amounts(pair, verb, until)) & told
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
            if names and len(lost) == len(names) and not is_time(match[0]):
                yield Finding(Kind.QUANTIFIER, f"the passage says it of {match[1]}")


def _of_amount(pair: Alignment, start: int, at: int) -> bool:
    """Whether what stands at `at` in a clause is of its amount: it opens the clause, or follows a measure, an amount or a verb."""
    source = pair.source
    before = source.text[start:at].rstrip()
    if not before:
        return True
    ends = {one.end for one in source.measures} | {one.end for one in source.quantities}
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
