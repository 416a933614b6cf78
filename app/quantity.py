"""Quantities: a number as written, its scale (thousand, billion, 亿) and its unit, found in text and shown again.

All arithmetic on them is the calculator's. Words and signs of units and scales stand in units.toml.
"""

import re
import tomllib
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation, localcontext
from enum import StrEnum
from functools import cache
from pathlib import Path

from corpus.errors import CalculationError

MOST_DIGITS = 60


class UnitKind(StrEnum):
    """What a unit measures."""

    PURE = "pure"
    CURRENCY = "currency"
    PERCENT = "percent"
    POINTS = "points"
    COUNT = "count"
    BYTES = "bytes"
    TIME = "time"
    POWER = "power"


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit. `family` is the unit that it converts to, by `factor`: 1 GB = 10^9 bytes."""

    kind: UnitKind
    symbol: str
    family: str = field(default="", compare=False)
    factor: Decimal = field(default=Decimal(1), compare=False)


@dataclass(frozen=True, slots=True)
class Scale:
    """A power of ten with a name: billion, 亿; "" is one."""

    name: str
    factor: Decimal


PURE = Unit(UnitKind.PURE, "")
ONE = Scale("", Decimal(1))


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number as written (`value`), in its scale and unit: 2.88 billion CNY. A percentage of 159 has the value 159."""

    value: Decimal
    unit: Unit = PURE
    scale: Scale = ONE

    @property
    def base(self) -> Decimal:
        """The value without its scale: 2.88 billion → 2880000000. The unit stays (GB stay GB, 159% stays 159)."""
        with localcontext() as context:
            context.prec = 2 * MOST_DIGITS
            return self.value * self.scale.factor


@dataclass(frozen=True, slots=True)
class FoundQuantity:
    """A quantity in a text, half-open [start, end); `hedge` is the word of doubt before it ("over", "about")."""

    start: int
    end: int
    quantity: Quantity
    text: str
    hedge: str | None = None


@dataclass(frozen=True, slots=True)
class _Names:
    scales: dict[str, Scale]
    units: dict[str, Unit]
    signs: dict[str, Unit]
    pattern: re.Pattern[str]


NUMBER = r"(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?|\.\d+"
_HEDGES = "over|more than|about|around|approximately|at least|at most|up to|nearly|almost|roughly|less than|under|some|above|below"
_MONTH = r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*"


@cache
def names() -> _Names:
    """Units, scales and the pattern of a quantity, from units.toml."""
    data = tomllib.loads((Path(__file__).parent / "units.toml").read_text(encoding="utf-8"))
    scales = {
        word: Scale(one["name"], Decimal(10) ** one["exponent"]) for one in data["scale"] for word in one["words"]
    }
    units: dict[str, Unit] = {}
    signs: dict[str, Unit] = {}
    for one in data["unit"]:
        unit = Unit(
            UnitKind(one["kind"]), one["symbol"], one.get("base", one["symbol"]), Decimal(one.get("factor", "1"))
        )
        units |= dict.fromkeys(one["words"], unit)
        signs |= dict.fromkeys(one["signs"], unit)
    short = _alternatives(word for word in scales if word.isascii() and len(word) < 3)
    letters = _alternatives(word for word in scales if word.isascii() and len(word) > 2)
    others = _alternatives(word for word in scales if not word.isascii())
    words = _alternatives(word for word in units if word.isascii())
    foreign = _alternatives(word for word in units if not word.isascii())
    before = _alternatives(sign for sign, unit in signs.items() if unit.kind is UnitKind.CURRENCY)
    before_words = _alternatives(
        word for word, unit in units.items() if unit.kind is UnitKind.CURRENCY and word.isascii() and word.isupper()
    )
    pattern = re.compile(
        rf"(?P<open>\(\s*)?(?:(?P<sign>{before})\s?|(?P<code>{before_words})\s)?(?P<minus>[-−](?=[\d.]))?(?P<number>{NUMBER})"
        rf"(?:\s?(?P<percent>[%％])|(?:\s?(?P<brief>(?:{short})(?![\w-]))|[\s-]?(?P<scale>(?:{letters})(?![\w-])|{others}))?"
        rf"(?:[\s-]?(?P<unit>(?:{words})(?!\w)|{foreign}))?)",
    )
    return _Names(scales, units, signs, pattern)


def _alternatives(words: "object") -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))  # type: ignore[call-overload]


def find_quantities(text: str) -> list[FoundQuantity]:
    """The quantities of a text, in order: amounts, percentages, sizes, plain numbers.

    Left out are what only look like numbers of things: years and dates, quarters ("Q1 2026"), ordinals, page and list
    numbers, and names with digits ("H100").
    """
    found = []
    for match in names().pattern.finditer(text):
        start, end = match.span()
        if match["open"]:
            # "(1,234)" is a negative amount; "(2.88 billion" is only an opening bracket.
            start += len(match["open"])
        if _no_quantity(text, match, start, end):
            continue
        quantity = _quantity(match)
        closed = (
            text[end : end + 1] == ")" and match["open"] and quantity.unit.kind in (UnitKind.PURE, UnitKind.CURRENCY)
        )
        if closed and not match["scale"] and not match["unit"] and len(match["number"]) > 2:
            quantity = Quantity(-quantity.value, quantity.unit, quantity.scale)
            start, end = match.start(), end + 1
        hedge = re.search(rf"\b({_HEDGES})\s+$", text[:start], re.IGNORECASE)
        found.append(FoundQuantity(start, end, quantity, text[start:end], hedge[1].lower() if hedge else None))
    return found


def _no_quantity(text: str, match: re.Match[str], start: int, end: int) -> bool:
    before, after = text[max(0, start - 14) : start], text[end : end + 14]
    bare = not (match["sign"] or match["code"] or match["percent"] or match["scale"] or match["brief"] or match["unit"])
    number = match["number"]
    if re.search(r"[\w.]$", before) and not (match["sign"] or match["code"]):
        return True  # inside a word or a number: H100, 10.1.2
    if bare and (
        re.match(r"(?:st|nd|rd|th)\b|[A-Za-z_]|-[A-Za-z]{1,2}\b|[:/]\d|\.\d", after)
        or re.search(r"[\d][-/:]$|#$", before)
    ):
        return True
    if bare and re.fullmatch(r"(?:19|20)\d\d", number):
        return True
    if bare and (re.match(rf"\s+{_MONTH}\b", after) or re.search(rf"\b{_MONTH}\.?\s+$", before)):
        return True
    if bare and re.search(
        r"\b(?:Q|FY|[Pp]age|[Nn]ote|[Ii]tem|[Nn]o\.|[Ss]ection|[Tt]able|[Ff]igure|[Cc]hapter)\s*$", before
    ):
        return True
    return (
        bare
        and number.isdigit()
        and len(number) <= 2
        and bool(re.match(r"[.)]\s", after))
        and before.strip(" \n") == ""
    )


def _quantity(match: re.Match[str]) -> Quantity:
    known = names()
    unit = PURE
    if match["percent"]:
        unit = known.signs["%"]
    elif match["unit"]:
        unit = known.units[match["unit"]]
    elif match["sign"] or match["code"]:
        unit = known.signs.get(match["sign"] or "") or known.units[match["code"]]
    written = match["scale"] or match["brief"]
    scale = known.scales[written] if written else ONE
    value = Decimal(match["number"].replace(",", ""))
    return Quantity(-value if match["minus"] else value, unit, scale)


def parse_quantity(text: str) -> Quantity:
    """The one quantity that `text` is. Raises CalculationError where it is something else."""
    plain = text.strip()
    match = names().pattern.fullmatch(plain)
    if match is None or match["open"]:
        # Brackets are a minus sign, around the number alone or with its scale and unit: "(1,234) million USD".
        negative = re.fullmatch(r"\(\s*(.+?)\s*\)(\s+\D+)?", plain)
        if negative and (inner := names().pattern.fullmatch(negative[1] + (negative[2] or ""))) and not inner["open"]:
            quantity = _quantity(inner)
            return Quantity(-quantity.value, quantity.unit, quantity.scale)
        raise CalculationError(
            f"{text[:80]!r} isn't a quantity. Write a number with its scale and unit, such as 2.88 billion CNY or 159%."
        )
    if len(match["number"]) > MOST_DIGITS:
        raise CalculationError(f"A number of {len(match['number'])} digits is too long; {MOST_DIGITS} are the most.")
    return _quantity(match)


def format_number(value: Decimal, significant: int | None = None) -> str:
    """A number with thousands separators; with `significant`, rounded half up to so many significant digits."""
    try:
        with localcontext() as context:
            context.prec = 2 * MOST_DIGITS
            context.rounding = ROUND_HALF_UP
            if significant is not None and value:
                shift = value.adjusted() - significant + 1
                value = value.quantize(Decimal(1).scaleb(shift)) if shift <= 0 else round_to(value, shift)
    except InvalidOperation as error:
        raise CalculationError(f"{value} has too many digits to be shown.") from error
    return f"{value:,f}"


def round_to(value: Decimal, shift: int) -> Decimal:
    """`value` rounded half up to a multiple of 10^shift, shift > 0."""
    unit = Decimal(1).scaleb(shift)
    return (value / unit).quantize(Decimal(1), ROUND_HALF_UP) * Decimal(10) ** shift


def format_quantity(quantity: Quantity, significant: int | None = None) -> str:
    """A quantity as it is shown: "2.88 billion CNY", "159%", "1,234.5 million USD"."""
    number = format_number(quantity.value, significant)
    if quantity.unit.kind is UnitKind.PERCENT:
        return f"{number}%"
    symbol = quantity.unit.symbol
    if quantity.value == 1 and not quantity.scale.name and quantity.unit.kind in (UnitKind.TIME, UnitKind.COUNT):
        symbol = symbol.removesuffix("s")
    return " ".join(part for part in (number, quantity.scale.name, symbol) if part)
