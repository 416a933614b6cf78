"""Measures: what an amount is an amount of ("revenue", "net income", "run-rate"), in questions and in sentences.

An amount belongs to the measure that stands nearest to it, with a price on every comma and conjunction between. A
sentence gives the figure asked for only where one of its amounts belongs to a measure asked for.
"""

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

from app.quantity import FoundQuantity

_BREAK = re.compile(r"[;:—–]|,(?!\d)|\b(?:but|while|whereas|although|though|and|against)\b", re.IGNORECASE)
_COST_OF_BREAK = 20  # characters that a break between an amount and a measure counts for
_COST_OF_AFTER = 10  # and that a measure counts for which comes after its amount
_SEPARATE = re.compile(r"[\s-]*")  # between two measures side by side


@dataclass(frozen=True, slots=True)
class Measure:
    """A measure of measures.toml; `accepts` holds its own name and those of the measures that serve for it."""

    name: str
    accepts: frozenset[str]
    says: re.Pattern[str] | None = None  # what a sentence must hold to give the whole of it
    narrows: frozenset[str] = frozenset()  # words of its phrases that make another amount of it: "net" debt
    result: bool = False  # a profit or a loss, by the word that its phrase has


@dataclass(frozen=True, slots=True)
class FoundMeasure:
    """A measure in a text, half-open [start, end)."""

    start: int
    end: int
    measure: Measure


@dataclass(frozen=True, slots=True)
class _Known:
    phrases: dict[str, Measure]
    measures: re.Pattern[str]
    others: re.Pattern[str]  # what only begins as a measure does: "impairment test"


@cache
def _known() -> _Known:
    data = tomllib.loads((Path(__file__).parent / "measures.toml").read_text(encoding="utf-8"))
    phrases: dict[str, Measure] = {}
    for one in data["measure"]:
        says = re.compile(rf"\b(?:{one['says']})\b", re.IGNORECASE) if "says" in one else None
        measure = Measure(
            one["name"],
            frozenset([one["name"], *one.get("accepts", ())]),
            says,
            frozenset(one.get("narrows", ())),
            one.get("result", False),
        )
        for phrase in one["phrases"]:
            if phrases.setdefault(_plain(phrase), measure) is not measure:
                raise ValueError(f"measures.toml: {phrase!r} stands for two measures; leave it with one")
    words = (
        re.sub(r"[\s-]+", r"[\\s-]+", re.escape(phrase).replace(r"\ ", " ").replace(r"\-", "-"))
        for phrase in sorted(phrases, key=len, reverse=True)
    )
    other = "|".join(map(re.escape, data["not_before"]))
    anywhere = rf"(?<![\w&])(?:{'|'.join(words)})(?:e?s)?(?![\w&])"
    return _Known(
        phrases,
        re.compile(rf"{anywhere}(?!\s+(?:{other})\b)", re.IGNORECASE),
        re.compile(rf"{anywhere}(?=\s+(?:{other})\b)", re.IGNORECASE),
    )


def _plain(phrase: str) -> str:
    return " ".join(re.split(r"[\s-]+", phrase.lower().replace("’", "'").strip()))


@lru_cache(maxsize=4096)
def find_measures(text: str) -> tuple[FoundMeasure, ...]:
    """The measures of a text, in order; of two side by side ("revenue run-rate") the last, with both words."""
    found: list[FoundMeasure] = []
    for match in _known().measures.finditer(text.replace("’", "'")):
        measure = _named(match[0])
        if found and _SEPARATE.fullmatch(text, found[-1].end, match.start()):
            found[-1] = FoundMeasure(found[-1].start, match.end(), measure)
        else:
            found.append(FoundMeasure(match.start(), match.end(), measure))
    return tuple(found)


def _named(phrase: str) -> Measure:
    """The measure of a phrase that the pattern found, a plural s apart."""
    plain, phrases = _plain(phrase), _known().phrases
    return next(phrases[one] for one in (plain, plain.removesuffix("s"), plain.removesuffix("es")) if one in phrases)


def asked_measures(question: str) -> frozenset[str]:
    """Names of the measures whose amounts serve a question; empty where it names none."""
    return frozenset(name for found in find_measures(question) for name in found.measure.accepts)


def asks_measure(question: str) -> bool:
    """Whether a question asks what a measure was: "what was net income in 2020?", not "what is the revenue model?"."""
    opening = _WHAT_WAS.match(question)
    return opening is not None and any(_PHRASE_ENDS.match(question, found.end) for found in find_measures(question))


_WHAT_WAS = re.compile(r"\W*what(?:['’]s|\s+(?:is|was|are|were))\b", re.IGNORECASE)
_PHRASE_ENDS = re.compile(
    r"\s*(?:$|[?.,(:]|(?:in|for|of|at|as|during|by|from|to|on|over|and|was|is|were|amount|figure|number|total)\b|Q[1-4]|FY|(?:19|20)\d\d)",
    re.IGNORECASE,
)


def measure_of(quantity: FoundQuantity, text: str) -> str | None:
    """The name of the measure that a quantity of `text` belongs to, None where the text has none."""
    found = mention_of(quantity, text)
    return found.measure.name if found else None


def mention_of(quantity: FoundQuantity, text: str) -> FoundMeasure | None:
    """Where `text` names the measure that one of its quantities belongs to, None where it has none."""
    return min(find_measures(text), key=lambda one: _distance(one, quantity, text), default=None)


def nearest_measure(start: int, end: int, text: str) -> str | None:
    """The name of the measure that what stands at [start, end) speaks of, None where the text has none."""
    found = find_measures(text)
    return min(found, key=lambda one: _away(one, start, end, text)).measure.name if found else None


def _distance(found: FoundMeasure, quantity: FoundQuantity, text: str) -> int:
    return _away(found, quantity.start, quantity.end, text)


def _away(found: FoundMeasure, start: int, end: int, text: str) -> int:
    before = found.end <= start
    between = text[found.end : start] if before else text[end : found.start]
    return len(between) + _COST_OF_BREAK * len(_BREAK.findall(between)) + _COST_OF_AFTER * (not before)


def of_measures(quantities: Iterable[FoundQuantity], text: str, wanted: frozenset[str]) -> list[FoundQuantity]:
    """The quantities of `text` that belong to a measure `wanted`; all where none is wanted or the text has none."""
    found = find_measures(text)
    if not found and any(_named(match[0]).name in wanted for match in _known().others.finditer(text)):
        return []
    if not wanted or not found:
        return list(quantities)
    silent = {one.measure.name for one in found if one.measure.says and not one.measure.says.search(text)}
    return [one for one in quantities if measure_of(one, text) in wanted - silent]
