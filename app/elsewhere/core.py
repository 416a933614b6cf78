"""The core of what is said: of what and of whom it is, of when, which way it goes, and which figures it gives."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from app.elsewhere.lists import lists
from app.elsewhere.said import LEGAL, Said
from app.elsewhere.when import When, when_of
from app.quantity import FoundQuantity, UnitKind
from app.verifier.amounts import with_stated
from app.verifier.bounds import bound_before, in_bound_phrase
from app.verifier.clauses import clauses_of
from app.verifier.hedges import hedges_of
from app.verifier.lexicon import lexicon
from app.verifier.reading import Part, Reading, Vocabulary, Word, read, vocabulary
from app.verifier.results import SAYS as PROFIT_OR_LOSS
from app.verifier.results import sides_of

RISE_OR_FALL = 0  # its place among the opposites of claims.toml
_PARTS = re.compile(r";\s+|,?\s+(?:and|but|while|whereas|although)\s+")
# Opposites that are what was done: said of one thing, they contradict each other.
_DEEDS = (
    "a purchase for a sale, or a sale for a purchase",
    "a permission for a ban, or a ban for a permission",
    "tightening for easing, or easing for tightening",
)


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure with how exactly it is given: its last digit stands for `place`, in base units."""

    text: str  # as written, with its unit
    base: Decimal
    unit: str  # the family: "CNY", "%", "bytes", "" for a plain number
    kind: UnitKind
    place: Decimal
    loose: Decimal  # the place where zeros at the end may be rounding; two digits always count
    bound: str  # "least", "most", "near", "almost"; "" for none
    scaled: bool  # written with a scale: "2.88 billion"
    changes: int  # 1 or -1 for an amount by which something rises or falls, 0 for how much it is


@dataclass(frozen=True)
class Core:
    """One clause, read for comparison."""

    said: Said
    text: str
    kept: str  # the text with blanks for its asides: causes, comparisons with other times
    keys: frozenset[str]  # stems of what it is of, "=revenue" for a measure; without company, period and causes
    every: frozenset[str]  # the same with the causes and comparisons that stand with it
    names: frozenset[str]
    figures: tuple[Figure, ...]
    signs: frozenset[tuple[int, int]]  # pairs of opposites that it has a side of: (0, 1) for a rise
    negations: int
    hedges: frozenset[str]
    quantifiers: frozenset[str]
    when: When | None
    words: Vocabulary
    measures: frozenset[str]

    def has(self, key: str, strict: bool = False) -> bool:
        """Whether it speaks of what a key is, or stands under it. `strict`: by its own words or its company's name."""
        if key.startswith("="):
            return key[1:] in self.measures
        if key.startswith("±"):
            return any(place == int(key[1:]) for place, _ in self.signs)
        return self.words.says(key) or key in self.said.company or (not strict and key in self.said.headings)


@lru_cache(maxsize=2048)
def cores(said: Said) -> tuple[Core, ...]:
    """The clauses of what is said that tell something; a cell is one."""
    text = said.plain
    return tuple(_core(said, part, text) for part in _clauses(text)) if not said.is_cell else (_core(said, text, text),)


def _clauses(text: str) -> Iterator[str]:
    """Its clauses, parted also where each side gives a figure of a measure of its own."""
    for start, end in clauses_of(text):
        clause = text[start:end]
        at = 0
        for cut in _PARTS.finditer(clause):
            left, right = clause[at : cut.start()], clause[cut.end() :]
            if all(read(side).measures and read(side).quantities for side in (left, right)) and not _REACHES.search(
                clause
            ):
                yield left
                at = cut.end()
        yield clause[at:]


_REACHES = re.compile(r"\brespectively\b", re.IGNORECASE)


def _core(said: Said, text: str, whole: str) -> Core:
    reading = read(text)
    aside = () if said.is_cell else _asides(reading)
    kept = _blanked(text, aside)
    keys, every, names = _keys(reading, aside, said)
    if not names and text != whole:
        names = _keys(read(whole), (), said)[2]
        keys, every = keys | names, every | names
    words = [word for word in reading.words if not _inside(word.start, aside)]
    when = said.when if said.is_cell else when_of(kept, said.metadata)
    if not said.is_cell and when is not None and not when.stated and text != whole:
        when = when_of(_blanked(whole, _asides(read(whole))), said.metadata)
    return Core(
        said,
        text,
        kept,
        keys,
        every,
        names,
        tuple(_figures(reading, aside, said)),
        frozenset(_signs(reading, words)),
        sum(word.lower in lexicon().negators or word.lower.endswith("n't") for word in reading.words),
        frozenset(kind for _, kind in hedges_of(reading)),
        frozenset(lexicon().quantifiers[word.lower] for word in words if word.lower in lexicon().quantifiers)
        - {"each", "any", "together"},
        when,
        vocabulary(text),
        frozenset(one.measure.name for one in reading.measures),
    )


def _asides(reading: Reading) -> tuple[tuple[int, int], ...]:
    """Stretches that tell of another time, why, or something more of a figure: half-open ranges of characters."""
    text, known = reading.text, lists()
    found: list[tuple[int, int]] = []
    for match in lexicon().asides.finditer(text):
        found.append((match.start(), len(text)))
        break
    for match in known.compares.finditer(text):
        if _inside(match.start(), found) or not re.match(
            r"\s+(?:the\s+|a\s+|about\s+|over\s+)*[-–(]?[$€£¥]?\d|\s+(?:the|a|last|its)\s+(?:\w+\s+){0,3}(?:year|quarter|period|loss|profit)|\s+(?:19|20)\d\d",
            text[match.end() :],
        ):
            continue
        if match[0].lower() == "from" and not (
            re.match(r"\s+[-–(]?[$€£¥]?\d", text[match.end() :]) and reading.quantities
        ):
            continue
        to = re.search(r"\s+to\s+(?=[-–(]?[$€£¥]?\d)", text[match.end() :])
        end = match.end() + to.start() if match[0].lower() == "from" and to else len(text)
        found.append((match.start(), end))
    if reading.quantities:
        last = max((one.end for one in reading.quantities if not _inside(one.start, found)), default=-1)
        comma = re.search(r",\s+", text[last:]) if last >= 0 else None
        if comma:
            first = re.match(r"\w+", text[last + comma.end() :])
            rest = {word.lower() for word in re.findall(r"\w+", text[last + comma.end() :])}
            opens = first[0].lower() if first else ""
            if (
                opens not in known.narrowing
                and not rest & (known.narrowing - _EVERYDAY)
                and not read(text[last + comma.end() :]).times
            ):
                found.append((last + comma.start(), len(text)))
    return tuple(found)


_EVERYDAY = frozenset("for in on at of from to by during after before only".split())


def _inside(at: int, ranges: "tuple[tuple[int, int], ...] | list[tuple[int, int]]") -> bool:
    return any(start <= at < end for start, end in ranges)


def _blanked(text: str, ranges: tuple[tuple[int, int], ...]) -> str:
    for start, end in ranges:
        text = text[:start] + " " * (end - start) + text[end:]
    return text


def _keys(
    reading: Reading, aside: tuple[tuple[int, int], ...], said: Said
) -> tuple[frozenset[str], frozenset[str], frozenset[str]]:
    """What it is of: without its asides, with them; and the names among it."""
    measures = [(one.start, one.end, f"={one.measure.name}") for one in reading.measures]
    keys: set[str] = {name for start, _, name in measures if not _inside(start, aside)}
    every: set[str] = {name for _, _, name in measures}
    names: set[str] = set()
    turning = lexicon().opposites[RISE_OR_FALL].sides
    for number, word in enumerate(reading.words):
        if word.part in (Part.SMALL, Part.NUMBER) or any(start <= word.start < end for start, end, _ in measures):
            continue
        if word.lower in turning or in_bound_phrase(reading, word) or word.lower in lexicon().quantifiers:
            continue
        if word.lower in lexicon().hedges or word.lower in lexicon().negators or word.lower in LEGAL | {"s"}:
            continue
        is_name = word.part is Part.NAME or (number == 0 and (word.stem in said.company or _opens_name(reading)))
        is_name = is_name and (word.stem in said.company or word.stem not in lists().headings)
        if is_name:
            names |= {word.stem} if not _inside(word.start, aside) else set()
        elif word.stem in lists().giving and reading.quantities:
            continue
        key = word.stem if is_name else _key(word)
        every.add(key)
        if not _inside(word.start, aside):
            keys.add(key)
    return frozenset(keys), frozenset(every), frozenset(names)


def _opens_name(reading: Reading) -> bool:
    """Whether the word that opens a sentence is of a name that goes on: "Birch Foods"."""
    first, *rest = reading.words[:2]
    return bool(rest) and first.text[0].isupper() and rest[0].part is Part.NAME and rest[0].start == first.end + 1


def _key(word: Word) -> str:
    """A word's stem, or for what was done the place of its opposites: "bought" and "sold" are of one kind."""
    for place, one in enumerate(lexicon().opposites):
        if one.says in _DEEDS and word.lower in one.sides:
            return f"±{place}"
    return word.stem


def _signs(reading: Reading, words: list[Word]) -> Iterator[tuple[int, int]]:
    for place, one in enumerate(lexicon().opposites):
        if one.says == PROFIT_OR_LOSS:
            starts = {word.start for word in words}
            yield from ((place, side) for found, side in sides_of(reading) if found.start in starts)
            # A gain may be a rise; "profitable" is no measure.
            yield from ((place, one.sides[word.lower]) for word in words if word.lower in _RESULTS)
            continue
        for word in words:
            if word.lower in one.sides and word.part is not Part.NUMBER and not in_bound_phrase(reading, word):
                yield place, one.sides[word.lower]


_RESULTS = frozenset(("profitable", "unprofitable"))


def _figures(reading: Reading, aside: tuple[tuple[int, int], ...], said: Said) -> Iterator[Figure]:
    for one in reading.quantities:
        if not _inside(one.start, aside) and not re.match(r"\s*(?:st|nd|rd|th)\b", reading.text[one.end :]):
            yield _figure(one, reading)


def _figure(one: FoundQuantity, reading: Reading) -> Figure:
    text = reading.text
    quantity = with_stated(one.quantity, "")
    digits = quantity.value.as_tuple()
    exponent = digits.exponent if isinstance(digits.exponent, int) else 0
    zeros = 0
    if exponent == 0:
        written = "".join(map(str, digits.digits))
        zeros = min(len(written) - len(written.rstrip("0")), max(0, len(written) - 2))
    factor = quantity.scale.factor * quantity.unit.factor
    bracketed = text[one.start - 1 : one.start] == "("
    base = quantity.value * factor
    return Figure(
        one.text,
        abs(base) if bracketed or one.text.startswith("(") else base,
        quantity.unit.family,
        quantity.unit.kind,
        Decimal(1).scaleb(exponent) * factor,
        Decimal(1).scaleb(exponent + zeros) * factor,
        bound_before(text, one.start),
        bool(quantity.scale.name),
        _changes(one, text),
    )


_BY = re.compile(
    r"\b(?P<word>[a-z]+)(?:\s+(?:sharply|slightly|strongly|significantly|modestly|further|also|again))?\s+(?:by\s+|of\s+)?(?:(?:about|around|approximately|nearly|almost|over|more than|some|roughly|an?|another)\s+)*[$€£¥(]?\s*$",
    re.IGNORECASE,
)
_AFTER = re.compile(
    r"\s*\)?\s*(?:\w+\s+)?(?P<word>increase|decrease|growth|decline|rise|drop|jump|fall|reduction|more|less|higher|lower|improvement|surge|gain)\b",
    re.IGNORECASE,
)


def _changes(one: FoundQuantity, text: str) -> int:
    """Whether a figure is by how much something rises (1) or falls (-1), by the word beside it; 0 where it is a level."""
    sides = lexicon().opposites[RISE_OR_FALL].sides
    before = _BY.search(text[: one.start])
    if before and (side := sides.get(before["word"].lower(), 0)):
        return side
    if after := _AFTER.match(text[one.end :]):
        word = after["word"].lower()
        return 1 if word in ("more", "higher") else -1 if word in ("less", "lower") else sides.get(word, 0)
    return 0
