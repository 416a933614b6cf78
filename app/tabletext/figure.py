"""Figures as cells print them: "$ (1,234)", "12.5 %", "—", "7,201 (1)"; a number with its sign, unit and scale."""

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from app.quantity import UnitKind, names

LONGEST = 30  # digits of a figure; what is longer is a code

_CURRENCIES = (
    ("US$", "USD"), ("HK$", "HKD"), ("NT$", "TWD"), ("C$", "CAD"), ("A$", "AUD"), ("S$", "SGD"), ("RMB¥", "CNY"),
    ("RMB", "CNY"), ("USD", "USD"), ("EUR", "EUR"), ("GBP", "GBP"), ("CNY", "CNY"), ("€", "EUR"), ("£", "GBP"), ("₹", "INR"), ("₩", "KRW"),
    ("$", "USD"), ("¥", "JPY"),
)  # fmt: skip
_SCALES = {
    "thousand": "thousand", "thousands": "thousand", "k": "thousand", "million": "million", "millions": "million", "m": "million", "mn": "million",
    "billion": "billion", "billions": "billion", "bn": "billion", "b": "billion", "trillion": "trillion",
}  # fmt: skip
_SIGNS = "|".join(re.escape(sign) for sign, _ in _CURRENCIES)
_FIGURE = re.compile(
    rf"(?P<minus>[-−–]\s*)?(?P<open>\(\s*)?(?P<sign>{_SIGNS})?\s*(?P<inner>\(\s*|[-−–]\s*)?"
    r"(?P<number>(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?|\.\d+)"
    rf"\s*(?P<after>{_SIGNS})?\s*(?P<scale>[A-Za-z]+)?\s*(?P<percent>%|per ?cent|pts?|p|c|x)?\s*(?P<close>\)+)?\s*(?P<late>%)?",
    re.IGNORECASE,
)
_MARKS = re.compile(r"(?:\s*(?:\[\w{1,2}\]|\((?:\d|[a-z]|i{1,3}|iv|vi{0,3})\)|[*†‡§¹²³⁴⁵⁶]+))+\s*$", re.IGNORECASE)
_YEAR = re.compile(r"\s*(?:19|20)\d\d\s*")
_NIL = re.compile(r"\(?(?:US)?[$€£]?\s*(?:[-−–—]+|nil)\s*\)?\s*%?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Figure:
    """A printed figure. `unit`: "USD", "%", "" where the print doesn't say; `scale`: "million", "" likewise.

    `nil`: printed as a dash or "nil"; its value is zero in a sum, and a change from it has no rate.
    """

    value: Decimal
    unit: str = ""
    scale: str = ""
    nil: bool = False


@lru_cache(maxsize=50_000)
def read_figure(text: str) -> Figure | None:
    """The one figure that a cell's text is, None where it is words, a range, a date or nothing.

    Parentheses and a leading minus are a negative sign; footnote marks behind the figure are left off.
    """
    plain = " ".join(text.replace("\u00a0", " ").split())
    if not plain or len(plain) > 60:
        return None
    if _NIL.fullmatch(plain):
        return Figure(Decimal(0), "%" if "%" in plain else "", "", True)
    match = _FIGURE.fullmatch(plain)
    bare = _MARKS.sub("", plain)
    if match is None and bare:
        match = _FIGURE.fullmatch(bare)
    if match is None or len(match["number"]) > LONGEST:
        return None
    if is_year(match["number"]) and (match["after"] or match["scale"]):
        return None  # "2019 €m" heads a column
    scale = (match["scale"] or "").lower()
    unit = ""
    if scale and scale not in _SCALES:
        if scale not in ("p", "c", "x", "pts", "pt", "percent", "cents"):
            return None
        unit, scale = ("%" if scale == "percent" else ""), ""
    percent = (match["percent"] or "").lower()
    if match["late"] or percent == "%" or percent.startswith("per"):
        unit = "%"
    elif sign := match["sign"] or match["after"]:
        unit = next(code for mark, code in _CURRENCIES if mark.lower() == sign.lower())
    value = Decimal(match["number"].replace(",", ""))
    opened = bool(match["open"]) or (match["inner"] or "").startswith("(")
    if match["close"] and not opened:
        return None  # a bracket that only closes; one that only opens, closed in a PDF's next column, is still a minus
    negative = bool(match["minus"]) or opened or bool(match["inner"])
    return Figure(-value if negative else value, unit, _SCALES.get(scale, ""))


def is_year(text: str) -> bool:
    """Whether a cell's text is a year alone, footnote marks apart: a header, seldom a figure."""
    return bool(_YEAR.match(text)) and bool(_YEAR.fullmatch(_MARKS.sub("", text)))


@lru_cache(maxsize=5_000)
def currency_of(text: str) -> str:
    """The currency that a header or caption names by sign or code: "US$ thousands" → "USD"; "" for none."""
    for mark, code in _CURRENCIES:
        pattern = re.escape(mark) if not mark.isalpha() else rf"(?<![A-Za-z]){mark}(?![a-z])"
        if re.search(pattern, text):
            return code
    return _currency_word(text)


def _currency_word(text: str) -> str:
    """The currency that a text names by its word: "in millions of euros" → "EUR"."""
    for word, unit in sorted(names().units.items(), key=lambda one: -len(one[0])):
        if unit.kind is UnitKind.CURRENCY and len(word) > 2 and re.search(rf"(?<!\w){re.escape(word)}(?!\w)", text):
            return unit.symbol
    return ""
