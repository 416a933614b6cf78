"""A claim's words beside the words of its evidence: which stands for which, and how well two places fit by what is near.

Numbers, names and the words that turn a meaning are told apart by their neighbours: in "margin rose from 37% to 40%"
said as "from 40% to 37%" every word is the source's, but 40% stands where the source has 37%.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from app.match import acronyms
from app.verifier.evidence import Evidence
from app.verifier.lexicon import alike
from app.verifier.reading import Part, Reading, Word, read

WINDOW = 7  # words on each side that tell a place
_LEADING = frozenset(
    "from to than by in at above below over under after before because and with as per for until since not".split()
)
_SMALL_WEIGHT = 0.5
NUMBER_WEIGHT = 3.0  # a number that the source has once tells a place best
OTHER_SIDE = 0.4  # what a word counts that stands after the one place and before the other


_PASSIVE = re.compile(
    r"\b(?:is|are|was|were|be|been|being)(?:n['’]t)?\s+(?:(?:\w+ly|also|not|then|now|first|since|been|being|in|effect)\s+){0,2}(?:\w+(?<!e)ed|bought|sold|made|built|told|held|led|lent|left|paid|sent|taken|given"
    r"|driven|drawn|known|written|shown|found|met|won|lost|brought|kept|cut|spent|sued|put)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Alignment:
    """`places[n]`: the numbers of the source's words that stand for the claim's word n, none for most small words."""

    claim: Reading
    source: Reading
    evidence: Evidence
    places: tuple[tuple[int, ...], ...]

    @cached_property
    def around(self) -> Reading:
        """What stands over the evidence."""
        return read(self.evidence.around)

    @cached_property
    def _acronyms(self) -> frozenset[str]:
        texts = (self.source.text, self.claim.text)
        return acronyms(texts).expand(self.source.stems)

    def expands(self, word: Word) -> bool:
        """Whether a word is a short or a long form that the source introduces for one of its own."""
        introduced = "(" in self.source.text or "(" in self.claim.text
        return introduced and word.stem in self._acronyms

    @cached_property
    def voices_differ(self) -> bool:
        """Whether one of the two has a verb in the passive voice and the other hasn't."""
        return bool(_PASSIVE.search(self.claim.text)) != bool(_PASSIVE.search(self.source.text))

    def at(self, start: int, end: int) -> int:
        """The number of the claim's word that begins in [start, end) or after it."""
        return _number_at(self.claim.words, start, end)

    def at_source(self, start: int, end: int) -> int:
        """The number of the source's word that begins in [start, end) or after it."""
        return _number_at(self.source.words, start, end)

    def preferred(
        self, here: int, one: int, other: int, without: frozenset[int] = frozenset(), apart: bool = False
    ) -> tuple[float, float]:
        """How much the words near the claim's place `here` speak for the source's place `one`, and for `other`.

        Only what tells the two apart counts. `without` are words of the claim that don't count: those that may have
        changed places themselves. With `apart`, words must be as far from the place in both: for two words that stand
        side by side ("gains/(losses)"), which nearness alone doesn't tell apart.
        """
        for_one = for_other = 0.0
        for number in range(max(0, here - WINDOW), min(len(self.places), here + WINDOW + 1)):
            if number == here or number in without or not self.places[number]:
                continue
            more = self._near(number, here, one, apart) - self._near(number, here, other, apart)
            for_one += max(0.0, more)
            for_other += max(0.0, -more)
        return for_one, for_other

    def _near(self, number: int, here: int, there: int, apart: bool) -> float:
        """How well a word at `number`, beside the claim's `here`, stands beside the source's `there`."""
        word = self.claim.words[number]
        weight = _SMALL_WEIGHT if word.part is Part.SMALL else 1.0
        if word.part is Part.NUMBER and word.text[0].isdigit() and len(self.places[number]) == 1:
            weight = NUMBER_WEIGHT
        weight /= abs(number - here)
        return weight * max(
            (1.0 if (place < there) == (number < here) else OTHER_SIDE)
            / (1 + abs(abs(place - there) - (abs(number - here) if apart else 0)))
            for place in self.places[number]
        )


def align(claim: Reading, evidence: Evidence) -> Alignment:
    """Hold a claim beside its evidence."""
    source = evidence.reading
    places: list[tuple[int, ...]] = []
    for word in claim.words:
        if word.part is Part.SMALL:
            same = word.lower in _LEADING
            places.append(tuple(n for n, other in enumerate(source.words) if same and other.lower == word.lower))
        elif word.part is Part.CONTENT:
            exact = tuple(n for n, other in enumerate(source.words) if other.stem == word.stem)
            means = exact or not source.says(word.stem)
            places.append(exact if means else tuple(n for n, other in enumerate(source.words) if _means(word, other)))
        else:
            places.append(tuple(n for n, other in enumerate(source.words) if other.stem == word.stem))
    return Alignment(claim, source, evidence, tuple(places))


def _means(word: Word, other: Word) -> bool:
    return other.part is not Part.NUMBER and alike(word.stem, other.stem)


def _number_at(words: Sequence[Word], start: int, end: int) -> int:
    return next((number for number, word in enumerate(words) if word.end > start), max(0, len(words) - 1))
