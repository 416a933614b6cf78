"""Dates whose parts belong together, and years that stand where the source has another number."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator

from app import terms
from app.verifier.alignment import Alignment
from app.verifier.finding import Finding, Kind
from app.verifier.reading import Part, Reading

_BETWEEN = re.compile(r"[\s,]*(?:of\s+)?(?:\d{1,2}(?:st|nd|rd|th)?[\s,]+)?")  # "April 27, 2025": month, then year


def date_findings(pair: Alignment) -> Iterator[Finding]:
    """What is wrong with how a claim puts days, months and years together, whose parts are all the source's."""
    yield from _parted(pair)
    yield from _year_for_number(pair)
    yield from _year_for_label(pair)


def _parted(pair: Alignment) -> Iterator[Finding]:
    """A month with a day or a year that the source has for another month."""
    theirs = _dates(pair.source)
    for month, parts in _dates(pair.claim).items():
        for kind, value in parts:
            same = {other for one, other in theirs.get(month, ()) if one == kind}
            if same and value not in same:
                yield Finding(Kind.PERIOD, f"the passage has that month with {sorted(same)[0]}, not with {value}")


def _dates(reading: Reading) -> dict[int, set[tuple[str, int]]]:
    """For each month, the days and years that stand with it: {4: {("day", 27), ("year", 2025)}}."""
    found: dict[int, set[tuple[str, int]]] = defaultdict(set)
    months = [one for one in reading.times if one.key[0] == "month"]
    for month in months:
        for one in reading.times:
            first, last = (month, one) if one.start >= month.end else (one, month)
            between = reading.text[first.end : last.start]
            near = one.key[0] == "year" and first is month and _BETWEEN.fullmatch(between)
            beside = one.key[0] == "day" and re.fullmatch(r"(?:st|nd|rd|th)?\s+(?:of\s+)?", between)
            if near or beside:
                found[int(month.key[1])].add((str(one.key[0]), int(one.key[1])))
    return found


def _year_for_number(pair: Alignment) -> Iterator[Finding]:
    """A year that the claim has more often than its source, where a number of the source is lost: it took its place."""
    said = {word.text for word in pair.claim.words if word.part is Part.NUMBER}
    lost = [word.text for word in pair.source.words if word.text[0].isdigit() and word.text not in said]
    mine = Counter(one.key for one in pair.claim.times if one.key[0] == "year")
    theirs = Counter(one.key for one in pair.source.times if one.key[0] == "year")
    for key, count in mine.items():
        if lost and theirs[key] and count > theirs[key]:
            yield Finding(Kind.PERIOD, f"the sentence has {key[1]} more often than the passage")


def _year_for_label(pair: Alignment) -> Iterator[Finding]:
    """A year right after a word that the source follows with other numbers: "Level 2" as "Level 2022", "age 56" as "age 2020"."""
    words = pair.source.words
    for time in pair.claim.times:
        number = pair.at(time.start, time.end)
        before = pair.claim.words[number - 1] if time.key[0] == "year" and number else None
        if before is None or before.part is Part.NUMBER or before.lower in terms.words().stop:
            continue
        places = [n for n, word in enumerate(words) if word.lower == before.lower]
        after = [words[place + 1].text.rstrip(",") for place in places if _beside(pair, place)]
        if after and len(after) == len(places) and str(time.key[1]) not in after:
            yield Finding(Kind.NUMBER, f"the passage has {before.text} {after[0]}")


def _beside(pair: Alignment, place: int) -> bool:
    """Whether a number in digits stands right after a word of the source."""
    words = pair.source.words
    return (
        place + 1 < len(words) and words[place + 1].start - words[place].end == 1 and words[place + 1].text[0].isdigit()
    )
