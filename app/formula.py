"""Formulas over line items and years: resolved to the years they need, and written for the calculator or a reader."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Number:
    """A constant of a formula: 365, 1, 2."""

    value: Decimal
    percent: bool = False


@dataclass(frozen=True, slots=True)
class Item:
    """A line item by its concept's id, in a year; None is the year asked for."""

    concept: str
    year: int | None = None


@dataclass(frozen=True, slots=True)
class Binary:
    """Two formulas and a sign between them: + - * /."""

    sign: str
    left: "Formula"
    right: "Formula"


@dataclass(frozen=True, slots=True)
class Call:
    """A function of the calculator, or one of time: average, change, prior (with `years`, those named)."""

    name: str
    arguments: tuple["Formula", ...]
    years: tuple[int, ...] = ()


Formula = Number | Item | Binary | Call


def dated(formula: Formula, year: int) -> Formula:
    """The formula for a year: every item with its year, averages and changes written out."""
    if isinstance(formula, Number):
        return formula
    if isinstance(formula, Item):
        return formula if formula.year is not None else Item(formula.concept, year)
    if isinstance(formula, Binary):
        return Binary(formula.sign, dated(formula.left, year), dated(formula.right, year))
    inner = formula.arguments
    if formula.name in ("average", "change"):
        years = formula.years if len(formula.years) > 1 else (year - 1, year)
        moments = tuple(dated(inner[0], one) for one in sorted(years))
        return Call("mean", moments) if formula.name == "average" else Binary("-", moments[-1], moments[0])
    if formula.name == "prior":
        return dated(inner[0], year - 1)
    return Call(formula.name, tuple(dated(one, year) for one in inner))


def parts_of(formula: Formula) -> tuple[Formula, ...]:
    """The formula and every formula in it, outermost first."""
    if isinstance(formula, Binary):
        return (formula, *parts_of(formula.left), *parts_of(formula.right))
    if isinstance(formula, Call):
        return (formula, *(part for one in formula.arguments for part in parts_of(one)))
    return (formula,)


def items_of(formula: Formula) -> tuple[Item, ...]:
    """Its line items, each once, in the order in which they stand."""
    if isinstance(formula, Item):
        return (formula,)
    if isinstance(formula, Binary):
        return tuple(dict.fromkeys([*items_of(formula.left), *items_of(formula.right)]))
    if isinstance(formula, Call):
        return tuple(dict.fromkeys(item for one in formula.arguments for item in items_of(one)))
    return ()


def years_of(formula: Formula) -> frozenset[int]:
    """The years that it names itself."""
    if isinstance(formula, Item):
        return frozenset() if formula.year is None else frozenset([formula.year])
    if isinstance(formula, Binary):
        return years_of(formula.left) | years_of(formula.right)
    if isinstance(formula, Call):
        return frozenset(formula.years).union(*(years_of(one) for one in formula.arguments))
    return frozenset()


def numbers_of(formula: Formula) -> tuple[Number, ...]:
    """Its constants, each once."""
    if isinstance(formula, Number):
        return (formula,)
    if isinstance(formula, Binary):
        return tuple(dict.fromkeys([*numbers_of(formula.left), *numbers_of(formula.right)]))
    if isinstance(formula, Call):
        return tuple(dict.fromkeys(number for one in formula.arguments for number in numbers_of(one)))
    return ()


def written(formula: Formula, write: Callable[[Item], str]) -> str:
    """The formula in the calculator's grammar, its items as `write` gives them."""
    if isinstance(formula, Number):
        return f"{formula.value}{'%' if formula.percent else ''}"
    if isinstance(formula, Item):
        return write(formula)
    if isinstance(formula, Call):
        return f"{formula.name}({', '.join(written(one, write) for one in formula.arguments)})"
    left, right = written(formula.left, write), written(formula.right, write)
    if formula.sign in "*/" and isinstance(formula.left, Binary) and formula.left.sign in "+-":
        left = f"({left})"
    if isinstance(formula.right, Binary) and (
        formula.sign in "*/" or (formula.sign == "-" and formula.right.sign in "+-")
    ):
        right = f"({right})"
    return f"{left} {formula.sign} {right}"


def as_percent(formula: Formula) -> Formula:
    """A ratio as a percentage: a / b → margin(a, b); as it is where it is no ratio."""
    if isinstance(formula, Binary) and formula.sign == "/":
        return Call("margin", (formula.left, formula.right))
    if isinstance(formula, Binary) and formula.sign == "-" and formula.left == Number(Decimal(1)):
        taken = formula.right
        if isinstance(taken, Binary) and taken.sign == "/":  # 1 - a / b is (b - a) / b
            return Call("margin", (Binary("-", taken.right, taken.left), taken.right))
    return formula


def at_year_end(formula: Formula) -> Formula:
    """The formula with year-end balances in place of averages."""
    if isinstance(formula, Binary):
        return Binary(formula.sign, at_year_end(formula.left), at_year_end(formula.right))
    if isinstance(formula, Call):
        if formula.name == "average":
            return at_year_end(formula.arguments[0])
        return Call(formula.name, tuple(at_year_end(one) for one in formula.arguments), formula.years)
    return formula


def divisors(formula: Formula) -> tuple[Formula, ...]:
    """What it divides by."""
    if isinstance(formula, Binary):
        own = (formula.right,) if formula.sign == "/" else ()
        return (*own, *divisors(formula.left), *divisors(formula.right))
    if isinstance(formula, Call):
        own = (formula.arguments[1],) if formula.name == "margin" else ()
        return (*own, *(found for one in formula.arguments for found in divisors(one)))
    return ()


def in_words(formula: Formula, name: Callable[[str], str]) -> str:
    """A formula as a person writes it, before it is dated: "365 × average accounts payable ÷ cost of goods sold"."""
    if isinstance(formula, Number):
        return f"{formula.value}{'%' if formula.percent else ''}"
    if isinstance(formula, Item):
        return name(formula.concept)
    if isinstance(formula, Call):
        inner = [in_words(one, name) for one in formula.arguments]
        parted = [
            f"({text})" if isinstance(one, Binary) else text for one, text in zip(formula.arguments, inner, strict=True)
        ]
        if formula.name in ("average", "change", "prior"):
            return {"average": "average ", "change": "change in ", "prior": "the year before's "}[
                formula.name
            ] + parted[0]
        if formula.name == "growth":
            return f"growth of {parted[0]} on {parted[1]}"
        return f"{parted[0]} ÷ {parted[1]}" if formula.name == "margin" else f"{formula.name}({', '.join(inner)})"
    left, right = in_words(formula.left, name), in_words(formula.right, name)
    if formula.sign in "*/" and isinstance(formula.left, Binary) and formula.left.sign in "+-":
        left = f"({left})"
    if isinstance(formula.right, Binary) and (
        formula.sign in "*/" or (formula.sign == "-" and formula.right.sign in "+-")
    ):
        right = f"({right})"
    return f"{left} {_TYPED[formula.sign]} {right}"


_TYPED = {"+": "+", "-": "−", "*": "×", "/": "÷"}
