"""Calculations done again: the result, the operands beside their citations, and what its parts give."""

import re
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

from app.answer import Calculation, Operand, Statement
from app.calculator import calculate
from app.quantity import ONE, PURE, Quantity, UnitKind, find_quantities, names
from app.verifier.amounts import scales_of, units_meet, with_stated
from corpus.errors import CalculationError

_NUMBER = re.compile(r"\d+(?:,\d{3})*(?:\.\d+)?")
EXACT = Decimal("1e-12")  # relative difference of two computations of one expression
# What a formula brings along: 1 in 1 + growth, 12 months a year, 100 percent, the days of a year.
FORMULA = frozenset([*(str(number) for number in range(13)), "100", "360", "365"])
_CALL = re.compile(r"[a-z_]*\(")
MOST_PARTS = 120
FEWEST_DIGITS = 4  # that a shown result keeps before its zeros
_LOOSE = frozenset(["", "pp", "%", "days", "months"])


def miscalculated(calculation: Calculation) -> str | None:
    """How a calculation done again differs from what it says; None where it doesn't."""
    try:
        again = calculate(calculation.expression).quantity.base
    except CalculationError as error:
        return f"{calculation.expression} can't be calculated again ({error})"
    if abs(again - calculation.value) > abs(again) * EXACT:
        return f"{calculation.expression} is {again}, not {calculation.value}"
    shown = next(iter(find_quantities(calculation.result)), None)
    if shown and "E" not in calculation.result and not rounds(shown.quantity, again, 0):
        return f"{calculation.expression} is {again}, which isn't {calculation.result}"
    return None


def miscited(statement: Statement, calculation: Calculation, question: str) -> str | None:
    """Which operand isn't what its citation or the question gives, in number, scale and unit; None where all are."""
    asked = digits_of(question)
    for operand in calculation.operands:
        if operand.citation is None:
            if not operand.role.startswith("constant") and not digits_of(operand.text) <= asked:
                return f"{operand.text} is neither cited nor given in the question"
        elif reason := misquoted(operand, statement):
            return reason
    operands = {number for operand in calculation.operands for number in digits_of(operand.text)}
    operands |= {canonical(format(abs(operand.value), "f")) for operand in calculation.operands}
    for number in digits_of(calculation.expression) - operands - FORMULA:
        return f"{number} in {calculation.expression} is no operand"
    return _other_units(calculation)


def misquoted(operand: Operand, statement: Statement) -> str | None:
    """How a cited operand isn't what its citation gives, in the scale and unit stated by the same document's citations."""
    if operand.citation is None or not digits_of(operand.text) <= digits_of(operand.citation.quote):
        return f"{operand.text} isn't in the passage that it cites"
    stated = " ".join(one.quote for one in statement.citations if one.document == operand.citation.document)
    return _another_scale(operand, stated)


def _another_scale(operand: Operand, stated: str) -> str | None:
    """Whether an operand's quote gives its number in another scale or unit."""
    if operand.citation is None:
        return None
    mine = _quantity_of(operand)
    counted = mine.unit.kind in (UnitKind.COUNT, UnitKind.PURE) and mine.scale.name in scales_of(stated)
    if counted and find_quantities(operand.citation.quote) and not _has_sign(operand.citation.quote):
        return None  # a number of shares, in the table's scale
    held = [one for one in find_quantities(operand.citation.quote) if abs(one.quantity.value) == abs(mine.value)]
    if not held:
        return None
    for one in held:
        given = with_stated(one.quantity, stated)
        bare = given.unit.kind in (UnitKind.PURE, UnitKind.COUNT)
        untold = bare and not given.scale.name and not scales_of(stated)
        same_unit = bare or mine.unit.kind is UnitKind.PURE or units_meet(mine, given)
        if same_unit and (untold or given.scale.factor == mine.scale.factor):
            return None
        if (
            not mine.scale.name
            and one.quantity.unit.kind is UnitKind.CURRENCY
            and re.search(r"\bshares?\b", stated, re.I)
        ):
            return None  # a figure per share, which the table's scale leaves out
        if not mine.scale.name and re.search(r"\bper\s+\w*\s*share\b|EPS", f"{operand.role} {stated}", re.I):
            return None
    return f"{operand.text} is {held[0].text} in the passage that it cites"


def _has_sign(quote: str) -> bool:
    return any(sign in quote for sign in "$€£¥%")


def _quantity_of(operand: Operand) -> Quantity:
    """An operand as a quantity; its text tells a unit that has no symbol of its own."""
    known = names()
    scale = known.scales.get(operand.scale, ONE)
    unit = next((one for one in known.units.values() if one.symbol == operand.unit), None)
    unit = unit or next((one for one in known.signs.values() if one.symbol == operand.unit), PURE)
    return Quantity(operand.value, unit, scale)


def _other_units(calculation: Calculation) -> str | None:
    """Whether the expression has an operand in another scale or unit than the operand itself."""
    operands = [one for one in calculation.operands if one.scale or one.unit]
    quantities = find_quantities(calculation.expression)
    whole = {(abs(one.quantity.value), one.quantity.scale.name) for one in quantities if one.quantity.scale.name}
    for found in quantities:
        if found.text in FORMULA and any(value == abs(found.quantity.value) for value, _ in whole):
            continue  # the formula's own 2, beside an operand of 2 million
        same = [one for one in operands if abs(one.value) == abs(found.quantity.value)]
        if same and not any(
            one.scale == found.quantity.scale.name and one.unit in (found.quantity.unit.symbol, *_LOOSE) for one in same
        ):
            return f"{found.text} in {calculation.expression} is {same[0].text} among the operands"
    return None


def parts_of(expression: str) -> list[Quantity]:
    """What the calls and brackets within an expression give, and the terms and arguments of each."""
    whole = [expression]
    for match in _CALL.finditer(expression):
        depth = 0
        for at in range(match.end() - 1, len(expression)):
            depth += (expression[at] == "(") - (expression[at] == ")")
            if depth == 0:
                whole += [expression[match.start() : at + 1], expression[match.end() : at]]
                break
    arguments = [part for text in whole for part in _split(text, ",")]
    sums = [part for text in (*whole, *arguments) for part in _split(text, r"\s[-+]\s")]
    texts = [one for one in (*whole[1:], *arguments, *sums) if one != expression]
    values = []
    for text in list(dict.fromkeys(texts))[:MOST_PARTS]:
        try:
            values.append(calculate(text).quantity)
        except CalculationError:
            continue  # a list of arguments is no expression
    return values


def _split(expression: str, sign: str) -> list[str]:
    """What stands between the signs of an expression outside of its brackets, and what stands before each of them."""
    parts, depth, start = [], 0, 0
    for match in re.finditer(rf"[()]|{sign}", expression):
        depth += (match[0] == "(") - (match[0] == ")")
        if depth == 0 and match[0] not in "()":
            parts += [expression[start : match.start()].strip(), expression[: match.start()].strip()]
            start = match.end()
    parts.append(expression[start:].strip())
    return parts if len(parts) > 1 else []


def rounds(shown: Quantity, true: Decimal, fewest: int) -> bool:
    """Whether a shown number is `true` (in base units) rounded half up at its last digit; `fewest` decimal places."""
    exponent = int(shown.value.as_tuple().exponent)
    if -exponent < fewest:
        return abs(shown.base) == abs(true)
    step = Decimal(1).scaleb(exponent)
    try:
        near = (abs(true) / shown.scale.factor / step).quantize(Decimal(1), ROUND_HALF_UP) * step
    except InvalidOperation:
        return False
    if near == abs(shown.value):
        return True
    # A whole number that was rounded to its significant digits.
    digits = str(abs(int(shown.value)))
    zeros = len(digits) - len(digits.rstrip("0"))
    if exponent or not zeros or len(digits) - zeros < FEWEST_DIGITS:
        return False
    coarse = Decimal(10) ** zeros
    return (abs(true) / shown.scale.factor / coarse).quantize(Decimal(1), ROUND_HALF_UP) * coarse == abs(shown.value)


def digits_of(text: str) -> set[str]:
    """The numbers of a text, as `canonical` writes them."""
    return {canonical(match[0]) for match in _NUMBER.finditer(text)}


def canonical(number: str) -> str:
    """A number's digits without separators and closing zeros: "1,200.50" → "1200.5"."""
    plain = number.replace(",", "")
    return plain.rstrip("0").rstrip(".") if "." in plain else plain
