"""Whose word something is: "analysts say", "according to the regulator"; a claim keeps it, and gives it to nobody else."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from app.verifier.alignment import Alignment
from app.verifier.clauses import clauses_of
from app.verifier.finding import Finding, Kind
from app.verifier.lexicon import alike, lexicon
from app.verifier.reading import Part, Reading, Word

_STOPS = re.compile(r"[,;:—–()]|\b(?:and|but|while|whereas|although|that|because|which|who)\b", re.IGNORECASE)
_ACCORDING = re.compile(r"\baccording\s+to\s+(?P<who>[^,;:.]+)", re.IGNORECASE)
MOST_WORDS = 8  # of whose word it is


@dataclass(frozen=True, slots=True)
class Attribution:
    """Whose word it is: the numbers of the words that name them, the last one first to be asked, and where it is told."""

    who: tuple[int, ...]
    at: int  # the number of the verb, or of "according"

    def head(self, reading: Reading) -> Word:
        """The word that says who it is: "analysts" of "the bank's own analysts"."""
        return reading.words[self.who[-1]]


def attributions_of(reading: Reading) -> list[Attribution]:
    """What a text gives as somebody's word."""
    found = []
    for match in _ACCORDING.finditer(reading.text):
        first, last = match.span("who")
        who = [n for n, word in enumerate(reading.words) if first <= word.start < last]
        verb = next((n for n, word in enumerate(reading.words) if word.start >= match.start()), 0)
        if who := _naming(reading, who[:MOST_WORDS]):
            found.append(Attribution(tuple(who), verb))
    verbs = lexicon().speech
    for number, word in enumerate(reading.words):
        if word.lower not in verbs or not number or _follows_noun_marker(reading, number):
            continue
        start = max((cut.end() for cut in _STOPS.finditer(reading.text[: word.start])), default=0)
        before = [n for n in range(number) if reading.words[n].start >= start]
        if who := _naming(reading, before[-MOST_WORDS:]):
            found.append(Attribution(tuple(who), number))
    return found


def _naming(reading: Reading, numbers: list[int]) -> list[int]:
    """Of some words those that name somebody."""

    def names(word: Word) -> bool:
        if word.part is Part.NUMBER or any(one.start <= word.start < one.end for one in reading.times):
            return False
        return word.part in (Part.CONTENT, Part.NAME) or _is_general(word)

    return [n for n in numbers if names(reading.words[n]) and not reading.words[n].lower.endswith("ly")]


def _follows_noun_marker(reading: Reading, number: int) -> bool:
    """Whether a word that may be a verb of speech is a noun or part of a passive there: "the claims", "is said"."""
    before = reading.words[number - 1].lower
    return before in (
        "the",
        "a",
        "an",
        "its",
        "their",
        "of",
        "no",
        "is",
        "are",
        "was",
        "were",
        "be",
        "been",
        "being",
        "to",
        "these",
        "those",
        "for",
        "in",
    )


def attribution_findings(pair: Alignment) -> Iterator[Finding]:
    """Somebody else's word, or one told as plain fact."""
    mine, theirs = attributions_of(pair.claim), attributions_of(pair.source)
    if not theirs:
        return
    for one in mine:
        head = one.head(pair.claim)
        near = _nearest(pair, theirs)
        if head.lower in lexicon().document or any(_same(pair, one, other) for other in near):
            continue
        said = near[0].head(pair.source).text
        yield Finding(Kind.NAME, f"the passage gives it as the word of {said}, not of {head.text}")
        return
    told = {place for places in pair.places for place in places}
    for other in theirs:
        head = other.head(pair.source)
        if mine or _is_general(head) or _of_document(pair, other) or set(other.who) & told:
            continue
        if head.part is Part.NAME and not pair.around.stems:
            continue  # the company itself, perhaps
        if _covers(pair, other, told):
            yield Finding(Kind.HEDGE, f"the passage gives it as the word of {head.text}")


def _nearest(pair: Alignment, theirs: list[Attribution]) -> list[Attribution]:
    """Those of the source's attributions whose clause has most of the claim's words."""
    told = {place for places in pair.places for place in places}
    shares: dict[int, list[Attribution]] = {}
    for other in theirs:
        at = pair.source.words[other.at].start
        text = pair.source.text
        start, end = next(one for one in clauses_of(text) if at < one[1] or one[1] == len(text))
        start = max(start, text.rfind(";", 0, at) + 1)
        end = min(end, stop) if (stop := text.find(";", at)) >= 0 else end
        inside = sum(start <= pair.source.words[n].start < end for n in told - set(other.who))
        shares.setdefault(inside, []).append(other)
    return shares[max(shares)]


def _same(pair: Alignment, one: Attribution, other: Attribution) -> bool:
    mine, theirs = one.head(pair.claim), other.head(pair.source)
    if alike(mine.stem, theirs.stem) or set(pair.places[one.who[-1]]) & set(other.who):
        return True
    own = mine.lower in lexicon().issuer, theirs.lower in lexicon().issuer
    if own == (True, True):
        return True
    named = theirs if own[0] else mine
    if not any(own):
        return False
    return named.stem in pair.around.stems or (named.part is Part.NAME and not pair.around.stems)


def _of_document(pair: Alignment, other: Attribution) -> bool:
    """Whether it is the word of the company that the document is of."""
    return any(
        pair.source.words[n].part is Part.NAME and pair.source.words[n].stem in pair.around.stems for n in other.who
    )


def _covers(pair: Alignment, other: Attribution, told: set[int]) -> bool:
    """Whether most of what somebody says is told by the claim."""
    rest = [
        n
        for n, word in enumerate(pair.source.words)
        if word.part in (Part.CONTENT, Part.NAME) and n not in other.who and n != other.at
    ]
    return bool(rest) and sum(n in told for n in rest) * 2 >= len(rest)


def _is_general(word: Word) -> bool:
    """Whether it is a word for the one that a document is of, or for the document."""
    return word.lower in lexicon().issuer or word.lower in lexicon().document
