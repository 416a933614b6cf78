"""Profits and losses: one measure by its name, two by the word and the sign: "net loss", "net income", "net income: (5)"."""

import re
from collections.abc import Iterator

from app.measure import FoundMeasure, mention_of
from app.quantity import FoundQuantity
from app.verifier.alignment import Alignment
from app.verifier.amounts import equal
from app.verifier.finding import Finding, Kind
from app.verifier.reading import Reading

SAYS = "a profit for a loss, or a loss for a profit"
_PROFIT = re.compile(r"\b(?:income|profits?|earnings)\b", re.IGNORECASE)
_LOSS = re.compile(r"\blosse?s?\b", re.IGNORECASE)
_EITHER = re.compile(r"^\s*[/(]+\s*(?:loss|losses|income|profit|earnings)\b", re.IGNORECASE)  # "income (loss)"

_OR_ELSE = re.compile(r"\b(?:income|profits?|earnings|loss(?:es)?)\s*[/(]+\s*$", re.IGNORECASE)


def side_of(found: FoundMeasure, text: str) -> int:
    """1 where a measure is named as a profit, -1 as a loss, 0 where as either ("income (loss)") or where it is no result."""
    phrase = text[found.start : found.end]
    if not found.measure.result or _EITHER.match(text[found.end :]) or _OR_ELSE.search(text[: found.start]):
        return 0
    profit, loss = bool(_PROFIT.search(phrase)), bool(_LOSS.search(phrase))
    return (
        profit - loss
        if found.measure.name != "earnings per share"
        else -int(_BEFORE.search(text[: found.end]) is not None)
    )


_BEFORE = re.compile(r"\bloss(?:es)?\s+per\s+(?:\w+\s+)?share$", re.IGNORECASE)


def sides_of(reading: Reading) -> Iterator[tuple[FoundMeasure, int]]:
    """The results that a text names, each as a profit (1) or as a loss (-1)."""
    for found in reading.measures:
        if side := side_of(found, reading.text):
            yield found, side


def result_findings(pair: Alignment) -> Iterator[Finding]:
    """A loss told as a profit of the same amount, or a profit as a loss."""
    for one in pair.claim.quantities:
        mine = _of(one, pair.claim)
        if not mine:
            continue
        theirs = {
            _of(other, pair.source)
            for other in pair.source.quantities
            if equal(one, other, pair.claim.text, pair.source.text, pair.evidence.units)
        }
        if theirs == {-mine}:
            yield Finding(Kind.DIRECTION, f"the sentence gives {SAYS}: {one.text}")
            return
    mine_, theirs_ = dict(_named(pair.claim)), dict(_named(pair.source))
    for name, side in mine_.items():
        if not pair.claim.quantities and theirs_.get(name, side) == -side:
            yield Finding(Kind.DIRECTION, f"the sentence gives {SAYS}")


def _named(reading: Reading) -> Iterator[tuple[str, int]]:
    """Each result that a text names on one side only."""
    every = [(found.measure.name, side) for found, side in sides_of(reading)]
    yield from ((name, side) for name, side in every if (name, -side) not in every)


def _of(one: FoundQuantity, reading: Reading) -> int:
    """Whether an amount is a profit (1) or a loss (-1), by what it is called and its sign; 0 where it's neither."""
    found = mention_of(one, reading.text)
    if found is None or not found.measure.result:
        return 0
    side = side_of(found, reading.text)
    text = reading.text
    negative = one.quantity.value < 0 or (text[one.start - 1 : one.start] == "(" and text[one.end : one.end + 1] == ")")
    if side < 0:
        return -1
    return -1 if negative else 1
