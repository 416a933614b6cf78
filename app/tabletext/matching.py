"""Which line of a table a phrase of a question means, and how sure that is."""

import re
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from math import fsum, log
from pathlib import Path

from app.tabletext.grid import Entry, Grid, Line
from app.tabletext.when import When, fit, without
from app.terms import same, stem, synonyms, tokens

_SILENT = frozenset(
    "the a an of in on at for to from by and or as is was were are be been did does do with between among what which how much many it its their this that these those "
    "company group year period end ended ending fiscal respective respectively during there has have had than over both s per us".split()
)  # fmt: skip
_NON = re.compile(
    r"\bnon[- ]?([a-z]+)", re.IGNORECASE
)  # "non-current" is a word of its own: its parts mean the opposite
_SCALES = frozenset("thousand million billion".split())  # "rents, million EUR": a scale and a currency name no line
_CODES = frozenset("usd eur gbp cny rmb chf jpy".split())
_FAINT = frozenset("amount value number figure level annual".split())  # words that a question adds to a label
_FAINT_WEIGHT = 0.15
_HEAD, _SECTION, _TITLE, _BETWEEN = 0.95, 0.85, 0.35, 0.9  # what a word found there counts for, beside 1 in the label
_SHARE = re.compile(r"%|\bper ?cent|\bchange\b|\bvariance\b|\brate\b|\bincrease\b|\bmargin\b", re.IGNORECASE)
_RATE = re.compile(r"\brates?\b|\bmargin\b|\byield\b|\bvolatility\b|\bratio\b", re.IGNORECASE)
_STRETCH = re.compile(r"\d{4}\s*[-–—/]\s*\d{2,4}")  # "2021-2022" is one period, "2019 versus 2018" is none
_WITHIN = re.compile(r"[\s_/–—-]+")


@lru_cache(maxsize=50_000)
def stems(text: str) -> tuple[str, ...]:
    """The words of a label or phrase as they are compared: without periods, articles and question words, each once."""
    bare = _NON.sub(r"non\1", re.sub(r"[/–—]", " ", without(text).replace("’", "'")))
    found = dict.fromkeys(token.stem for token in tokens(bare))
    return tuple(one for one in found if one not in _SILENT and "-" not in one.strip("-")) or tuple(found)


@lru_cache(maxsize=50_000)
def plain(text: str) -> str:
    """A label for comparison as a whole: its words in order, brackets and marks apart."""
    return " ".join(token.stem for token in tokens(_WITHIN.sub(" ", without(text))) if token.stem not in _SILENT)


@dataclass(frozen=True, slots=True)
class Match:
    """A line with its score for a phrase, from 0 to about 1.1; `recall` is the share of the phrase's words it holds.

    `margin` is the distance to the best line that gives another figure.
    """

    line: Line
    score: float
    recall: float
    precision: float
    exact: bool
    margin: float = 1.0


class Matcher:
    """Scores the lines of one table against phrases."""

    def __init__(self, grid: Grid, context: str = "") -> None:
        """`context`: headings and sentences that introduce the table."""
        self.grid = grid
        self.context = context
        self._found: dict[tuple[str, tuple[When, ...]], list[Match]] = {}

    @cached_property
    def _parts(self) -> list[tuple[frozenset[str], frozenset[str], frozenset[str]]]:
        found = []
        for line in self.grid.lines:
            label, section = (
                frozenset(stems(line.label)),
                frozenset(one for part in line.section for one in stems(part)),
            )
            if line.label == "Total" and line.entries[0].label_cell is None:
                label |= section  # an unnamed total is the total of its section
            found.append((label, section, frozenset(stems(line.head))))
        return found

    @cached_property
    def _title(self) -> frozenset[str]:
        return frozenset(stems(f"{self.grid.title} {self.grid.top} {self.context}"))

    @cached_property
    def _vocabulary(self) -> dict[str, int]:
        """Each word with the number of distinct labels, sections and heads that hold it."""
        counts: dict[str, int] = {}
        for group in {part for parts in self._parts for part in parts}:
            for one in group:
                counts[one] = counts.get(one, 0) + 1
        return counts

    @cached_property
    def _size(self) -> int:
        return len({part for parts in self._parts for part in parts})

    def weight(self, stem: str) -> float:
        """How telling a word is in this table."""
        rare = log(1 + self._size / (1 + self._vocabulary.get(stem, 0))) + 0.3
        return rare * (_FAINT_WEIGHT if stem in _FAINT else 1.0)

    def alike(self, stem: str) -> dict[str, float]:
        """The table's words that stand for a question's: itself and its family 1, synonyms 0.7."""
        found = {}
        for one in self._vocabulary.keys() | self._title:
            if one == stem or same(stem, one):
                found[one] = 1.0
            elif synonyms(stem, one):
                found[one] = 0.7
        return found

    def matches(self, phrase: str, periods: Sequence[When] = ()) -> list[Match]:
        """The lines that have a cell for each period, best first, with at least one word of the phrase."""
        key = (phrase, tuple(periods))
        if key not in self._found:
            self._found[key] = self._ranked(phrase, tuple(periods))
        return self._found[key]

    def best(self, phrase: str, periods: Sequence[When] = ()) -> Match | None:
        """The best line, with its margin over the best that gives other figures."""
        ranked = self.matches(phrase, periods)
        return ranked[0] if ranked else None

    def _ranked(self, phrase: str, periods: tuple[When, ...]) -> list[Match]:
        wanted = stems(phrase)
        alike = {one: self.alike(one) for one in wanted}
        total = sum(self.weight(one) for one in wanted) or 1.0
        whole = plain(phrase)
        found = []
        for line, (label, section, head) in zip(self.grid.lines, self._parts, strict=True):
            if not any(entry.figure for entry in line.entries):
                continue
            held = label | section | head
            if wanted and not any(one in held for words in alike.values() for one in words):
                continue
            if periods and not all(entry_at(line, when) for when in periods):
                continue
            found.append(self._scored(line, (label, section, head), wanted, alike, total, whole, phrase))
        found.sort(key=lambda one: (-one.score, one.line.row))
        if found:
            first = found[0]
            values = figures_of(first.line)
            rival = next((one for one in found[1:] if figures_of(one.line) != values), None)
            found[0] = Match(
                first.line,
                first.score,
                first.recall,
                first.precision,
                first.exact,
                first.score - rival.score if rival else 1.0,
            )
        return found

    def _scored(
        self,
        line: Line,
        parts: tuple[frozenset[str], frozenset[str], frozenset[str]],
        wanted: Sequence[str],
        alike: dict[str, dict[str, float]],
        total: float,
        whole: str,
        whole_text: str,
    ) -> Match:
        label, section, head = parts
        hit = own = 0.0
        used: set[str] = set()
        for one in wanted:
            words = alike[one]
            best = 0.0
            for group, factor in ((label, 1.0), (head, _HEAD), (section, _SECTION), (self._title, _TITLE)):
                for word in words.keys() & group:
                    if words[word] * factor > best:
                        best = words[word] * factor
                    used.add(word)
            hit += best * self.weight(one)
            own += (best if words.keys() & (label | head) else 0) * self.weight(one)
        recall = hit / total
        precision = self._precision(label or (head if line.down else section), used)
        over = self._precision(head, used) if head else 1.0
        exact = whole == plain(line.label) and bool(whole)
        inside = bool(plain(line.label)) and f" {plain(line.label)} " in f" {whole} "
        score = 0.58 * recall + 0.27 * precision + 0.07 * over + 0.04 * bool(own) + 0.1 * exact + 0.04 * inside
        if _SHARE.search(f"{line.label} {line.head}") and not _SHARE.search(whole_text):
            score -= 0.12
        first = next((one.figure for one in line.entries if one.figure), None)
        if (
            first
            and first.unit == "%"
            and not _SHARE.search(f"{whole_text} {line.label}")
            and not _RATE.search(whole_text)
        ):
            score -= 0.2
        if opposed(wanted, label | section | head):
            score -= 0.25
        if line.section and not self._precision(section, used):
            score -= 0.02
        return Match(line, score, recall, precision, exact)

    def _precision(self, group: Iterable[str], used: set[str]) -> float:
        words = frozenset(group)
        words -= _SCALES | _CODES if words & _SCALES and words & _CODES else frozenset()
        weights = [(self.weight(one), one in used) for one in words]
        # Summed exactly: a set's order changes from run to run, and ties must not hang on rounding.
        whole = fsum(weight for weight, _ in weights)
        return fsum(weight for weight, held in weights if held) / whole if whole else 0.0


def opposed(wanted: Iterable[str], held: frozenset[str]) -> bool:
    """Whether a label says the opposite of a word asked for, without that word: "diluted" where "basic" is asked."""
    asked = set(wanted)
    return any(
        (one in asked and other in held and one not in held and other not in asked)
        for pair in opposites()
        for one, other in (pair, pair[::-1])
    )


@cache
def opposites() -> tuple[tuple[str, str], ...]:
    """Pairs of words that tell two lines apart (words.toml), as stems."""
    data = tomllib.loads((Path(__file__).parent / "words.toml").read_text(encoding="utf-8"))
    return tuple((stem(one), stem(other)) for one, other in data["opposites"])


def figures_of(line: Line) -> tuple[object, ...]:
    """The figures of a line, for telling whether two lines say the same."""
    return tuple((one.figure.value, one.figure.unit) for one in line.entries if one.figure)


def entry_at(line: Line, when: When) -> Entry | None:
    """The line's cell of a period that has a figure, by the best fit; None where it has none."""
    scored = [(fit(when, one.when), one) for one in line.entries if one.figure]
    best = max((score for score, _ in scored), default=0.0)
    if best <= 0:
        return None
    return next(one for score, one in scored if score == best)


def certain_at(line: Line, when: When) -> float:
    """How well that cell's period fits, 0 where two cells fit alike."""
    scored = [fit(when, one.when) for one in line.entries if one.figure]
    best = max(scored, default=0.0)
    return best if scored.count(best) == 1 else 0.0


def in_time(line: Line) -> list[Entry]:
    """The line's figures that have a period, earliest first; of two with one period the first."""
    dated: dict[When, Entry] = {}
    for one in line.entries:
        if one.figure and one.when and (len(one.when.years) <= 1 or _STRETCH.search(f"{one.head} {one.label}")):
            dated.setdefault(one.when, one)
    return sorted(dated.values(), key=lambda one: one.when.order if one.when else (0, 0, 0, 0))
