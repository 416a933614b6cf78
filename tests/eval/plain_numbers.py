"""Numbers of a text, read by code of its own for the independent check: value, scale, kind, and how exactly they are meant."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import pairwise

SCALES = {
    "thousand": 3, "thousands": 3, "k": 3, "million": 6, "millions": 6, "m": 6, "mn": 6, "mm": 6, "billion": 9, "billions": 9, "bn": 9, "b": 9,
    "trillion": 12, "trillions": 12, "tn": 12, "亿": 8, "万": 4,
}  # fmt: skip
_ONES = "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen".split()
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
SPELLED = {word: Decimal(n) for n, word in enumerate(_ONES)} | {
    word: Decimal(10 * n) for n, word in enumerate(_TENS, 2)
}
SPELLED |= {"dozen": Decimal(12), "hundred": Decimal(100), "hundreds": Decimal(100), "thousands": Decimal(1000)}
PORTIONS = {
    "half": "half halve halved halves halving 50", "third": "third thirds", "quarter": "quarter quarters 25", "double": "double doubled doubles twice doubling twofold 2",
    "triple": "triple tripled triples threefold", "twice": "twice double doubled two 2", "doubled": "double doubled doubles twice doubling",
    "tripled": "triple tripled", "halved": "half halved", "fifth": "fifth fifths 20", "tenth": "tenth tenths",
}  # fmt: skip
CURRENCIES = {
    "USD": r"US\$|\$|USD|dollars?", "EUR": "€|EUR|euros?", "GBP": "£|GBP|pounds?|sterling", "CNY": "CNY|RMB|yuan|renminbi|人民币|元|¥",
    "JPY": "JPY|yen|¥|円", "CHF": "CHF|francs?",
}  # fmt: skip
_SIGN = "|".join(CURRENCIES.values())
_NUMBER = re.compile(
    rf"(?P<lead>US\$|[$€£¥]|\b(?:USD|EUR|GBP|CNY|RMB|JPY|CHF)\b)?\s?(?P<open>\()?(?P<digits>\d[\d,]*(?:\.\d+)?|\.\d+)(?P<close>\))?"
    rf"(?:(?P<percent>\s?(?:%|per\s?cent\b))|(?P<points>\s?(?:percentage\s+points?|pp\b|basis\s+points?))"
    rf"|[\s-]?(?P<scale>thousands?|millions?|billions?|trillions?|(?:mm|mn|bn|tn|[mbk])(?![\w-])|[亿万])?"
    rf"(?:\s?(?:of\s+)?(?:US\s)?(?P<unit>{_SIGN})(?![A-Za-z]))?)",
    re.IGNORECASE,
)
_LOOSE = re.compile(
    r"\b(about|around|approximately|roughly|nearly|almost|some|over|more than|less than|under|at least|up to|above|below|just)\s+(?:US\$|[$€£¥]|[A-Z]{3}\s)?\s*$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Amount:
    """A number where it stands. `exponent` of ten is its scale's, None where it names none; `kind`: percent, points, a currency or ""."""

    start: int
    end: int
    text: str
    digits: Decimal
    exponent: int | None
    kind: str
    loose: bool  # after "about", "over" …
    decimals: int

    @property
    def base(self) -> Decimal:
        return self.digits * (Decimal(10) ** (self.exponent or 0))


def amounts(text: str) -> Iterator[Amount]:
    """Every number of a text written in digits."""
    for match in _NUMBER.finditer(text):
        at = match.start("digits")
        before = text[max(0, at - 1) : at]
        if before.isalnum() or (before in "-." and text[max(0, at - 2) : at - 1].isalnum()):
            continue  # in a name: H100, Q1, 10-K, CloudMatrix-384
        digits = match["digits"].rstrip(",").replace(",", "")
        end = (
            match.end()
            if match["scale"] or match["percent"] or match["points"] or match["unit"]
            else match.end("digits")
        )
        if not match["scale"] and text[end : end + 1].isalpha():
            continue
        scale = match["scale"]
        kind = (
            "percent"
            if match["percent"]
            else "points"
            if match["points"]
            else _currency(match["lead"] or match["unit"])
        )
        yield Amount(
            at, end, match[0].strip(), Decimal(digits), SCALES[scale.lower()] if scale else None, kind,
            bool(_LOOSE.search(text[: match.start("lead") if match["lead"] else at])), len(digits.partition(".")[2]),
        )  # fmt: skip


def _currency(word: str | None) -> str:
    return next((code for code, words in CURRENCIES.items() if word and re.fullmatch(words, word, re.IGNORECASE)), "")


def holds(said: Amount, quotes: str, over: str) -> str:
    """What is wrong with a number beside the quotes, "" for nothing. `over` is the text of the pages that the quotes stand on."""
    given = [*amounts(quotes), *_first_ends(quotes)]
    if not given:
        return "number"
    near = [one for one in given if _equal(said, one, over)]
    if not near:
        return "number"
    if not any(_same_kind(said, one, quotes, over) for one in near):
        return "unit"
    return ""


def _first_ends(text: str) -> Iterator[Amount]:
    """The first of a range in the scale and kind of its end: "between 400 and 420 million euros"."""
    for one, other in pairwise(amounts(text)):
        if (
            one.exponent is None
            and not one.kind
            and re.fullmatch(r"\s(?:and|to)\s|\s?[–-]\s?", text[one.end : other.start])
        ):
            yield replace(one, exponent=other.exponent, kind=other.kind)


def _equal(said: Amount, one: Amount, over: str) -> bool:
    for exponent in _exponents(said, one, over):
        value = one.digits * Decimal(10) ** exponent
        if said.base == value:
            return True
        year = one.exponent is None and not one.decimals and 1900 <= one.digits < 2100
        if said.loose and not one.loose and not year and value and abs(said.base - value) / value <= Decimal("0.06"):
            return True
    return False


def _exponents(said: Amount, one: Amount, over: str) -> set[int]:
    """The powers of ten that a quoted number may be in: its own, else none, or one that its page states for a table."""
    if one.exponent is not None:
        return {one.exponent}
    if said.exponent is None or "%" in one.text:
        return {0}
    stated = {SCALES[match[1].lower()] for match in _STATED.finditer(over)}
    return {0} | stated


# A scale over a table: no number stands right before it.
_STATED = re.compile(r"(?<![\d.,]\s)(?<![\d.,])\b(thousands?|millions?|billions?)\b", re.IGNORECASE)


def _same_kind(said: Amount, one: Amount, quotes: str, over: str) -> bool:
    if said.kind == one.kind or not said.kind:
        return said.kind == one.kind or one.kind != "percent" or said.exponent is None
    if said.kind == "points":
        return bool(re.search(r"\bpoints?\b", quotes))
    if said.kind == "percent":
        return not one.kind and bool(re.search(r"%|\bper\s?cent", f"{quotes} {over}"))
    if one.kind:
        return one.kind not in CURRENCIES
    return bool(re.search(CURRENCIES[said.kind], f"{quotes} {over}", re.IGNORECASE))
