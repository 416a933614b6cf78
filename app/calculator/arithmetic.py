"""Arithmetic on quantities: which units may meet, and the figures that finance computes from others.

In sums a percentage meets percentages, percentage points, or a plain number (1 + 159% = 2.59). In products and
quotients it is a factor: 159% = 1.59. Currencies don't mix.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, localcontext
from fractions import Fraction

from app.quantity import MOST_DIGITS, ONE, PURE, Quantity, Scale, Unit, UnitKind, names
from corpus.errors import CalculationError, UndefinedResult, UnitMismatch

MOST_BITS = 3000  # of a numerator or denominator: about 900 digits
MOST_EXPONENT = 1000
PRECISION = 50
PERCENT = Unit(UnitKind.PERCENT, "%", "%")
POINTS = Unit(UnitKind.POINTS, "pp", "pp")


@dataclass(frozen=True, slots=True)
class Value:
    """A quantity inside a calculation: exact, without scale; `scale` is how its result should be shown."""

    number: Fraction  # in `unit`, scale applied
    unit: Unit = PURE
    scale: Scale = ONE

    def __post_init__(self) -> None:
        if max(self.number.numerator.bit_length(), self.number.denominator.bit_length()) > MOST_BITS:
            raise CalculationError("The result has too many digits. Use smaller numbers or exponents.")


def value_of(quantity: Quantity) -> Value:
    """A quantity as a value."""
    return Value(Fraction(quantity.base), quantity.unit, quantity.scale)


def quantity_of(value: Value) -> Quantity:
    """A value as a quantity in its scale, to 50 digits."""
    with localcontext() as context:
        context.prec = PRECISION
        context.rounding = ROUND_HALF_UP
        number = value.number / Fraction(value.scale.factor)
        return Quantity(Decimal(number.numerator) / Decimal(number.denominator), value.unit, value.scale)


def factor_of(value: Value) -> Fraction:
    """A pure number or a percentage as a factor: 159% → 1.59."""
    return value.number / 100 if value.unit.kind is UnitKind.PERCENT else value.number


def _is_factor(value: Value) -> bool:
    return value.unit.kind in (UnitKind.PURE, UnitKind.PERCENT)


def _wider(one: Value, other: Value) -> Scale:
    return one.scale if one.scale.factor >= other.scale.factor else other.scale


def add(one: Value, other: Value, sign: int = 1) -> Value:
    """Sum (sign 1) or difference (sign -1). Raises UnitMismatch where the units can't meet."""
    kinds = {one.unit.kind, other.unit.kind}
    if one.unit == other.unit:
        unit = POINTS if sign < 0 and kinds == {UnitKind.PERCENT} else one.unit
        return Value(one.number + sign * other.number, unit, _wider(one, other))
    if kinds == {UnitKind.PURE, UnitKind.PERCENT}:
        return Value(factor_of(one) + sign * factor_of(other), PURE, _wider(one, other))
    if kinds == {UnitKind.PERCENT, UnitKind.POINTS}:
        points = other.number * Fraction(other.unit.factor) if other.unit.kind is UnitKind.POINTS else other.number
        mine = one.number * Fraction(one.unit.factor) if one.unit.kind is UnitKind.POINTS else one.number
        return Value(mine + sign * points, PERCENT)
    if one.unit.kind is other.unit.kind and one.unit.family == other.unit.family != "":
        converted = other.number * Fraction(other.unit.factor) / Fraction(one.unit.factor)
        return Value(one.number + sign * converted, one.unit, one.scale)
    raise UnitMismatch(_mismatch(one, other, "added to" if sign > 0 else "subtracted from"))


def multiply(one: Value, other: Value) -> Value:
    """Product; one of the two must be a plain number or a percentage."""
    if _is_factor(other):
        one, other = other, one
    if not _is_factor(one):
        raise UnitMismatch(_mismatch(one, other, "multiplied by"))
    if other.unit.kind is UnitKind.PERCENT and one.unit.kind is UnitKind.PURE:
        return Value(one.number * other.number / 100, PURE, one.scale)
    if other.unit.kind is UnitKind.PERCENT:
        return Value(one.number * other.number / 10_000)
    return Value(factor_of(one) * other.number, other.unit, _wider(one, other))


def divide(one: Value, other: Value) -> Value:
    """Quotient: of like units a plain number, else by a plain number or a percentage. Raises UndefinedResult by zero."""
    if other.number == 0:
        raise UndefinedResult("A division by zero has no result.")
    if one.unit.kind is other.unit.kind and one.unit.kind not in (UnitKind.PURE,) and _alike(one, other):
        ratio_ = (one.number * Fraction(one.unit.factor)) / (other.number * Fraction(other.unit.factor))
        return Value(ratio_)
    if _is_factor(other):
        scale = one.scale if other.scale == ONE else ONE
        return Value(one.number / factor_of(other), one.unit, scale)
    raise UnitMismatch(_mismatch(one, other, "divided by"))


def power(one: Value, other: Value) -> Value:
    """Power of a plain number; a whole exponent up to 1,000 is exact, another is computed to 50 digits."""
    if one.unit.kind is not UnitKind.PURE or other.unit.kind is not UnitKind.PURE:
        raise UnitMismatch("Only plain numbers can be raised to a power.")
    base, exponent = one.number, other.number
    if base == 0 and exponent <= 0:
        raise UndefinedResult("Zero can't be raised to zero or to a negative power.")
    if abs(exponent) > MOST_EXPONENT:
        raise CalculationError(f"The exponent is too large: {MOST_EXPONENT:,} is the most.")
    if exponent.denominator == 1:
        size = max(base.numerator.bit_length(), base.denominator.bit_length())
        if size * abs(exponent.numerator) > MOST_BITS:
            raise CalculationError("The result has too many digits. Use smaller numbers or exponents.")
        return Value(base**exponent.numerator)
    if base < 0:
        raise UndefinedResult("A root of a negative number has no real result.")
    return Value(_root(base, exponent))


def _root(base: Fraction, exponent: Fraction) -> Fraction:
    with localcontext() as context:
        context.prec = PRECISION + 10
        number = Decimal(base.numerator) / Decimal(base.denominator)
        result = number ** (Decimal(exponent.numerator) / Decimal(exponent.denominator))
        if result.is_finite() and abs(result.adjusted()) < MOST_BITS // 4:
            return Fraction(context.create_decimal(result))
    raise CalculationError("The result is too large. Use smaller numbers or exponents.")


def _alike(one: Value, other: Value) -> bool:
    return one.unit == other.unit or (one.unit.family == other.unit.family != "")


def _mismatch(one: Value, other: Value, verb: str) -> str:
    def word(value: Value) -> str:
        return value.unit.symbol or "a plain number"

    hint = ""
    if UnitKind.PERCENT in (one.unit.kind, other.unit.kind):
        hint = " To raise an amount by a percentage, multiply it: 2 billion CNY * (1 + 10%)."
    elif one.unit.kind is other.unit.kind is UnitKind.CURRENCY:
        hint = " Convert one currency first; the calculator knows no exchange rates."
    return f"{word(other)} can't be {verb} {word(one)}." + hint


def growth(later: Value, earlier: Value) -> Value:
    """Relative change from `earlier` to `later`, in percent of `earlier`'s size."""
    if earlier.number == 0:
        raise UndefinedResult("Growth from zero has no rate.")
    change = add(later, earlier, -1)
    if not _alike(later, earlier) and later.unit != earlier.unit:
        raise UnitMismatch(_mismatch(later, earlier, "compared with"))
    start = abs(earlier.number) * Fraction(earlier.unit.factor) / Fraction(later.unit.factor)
    return Value(change.number / start * 100, PERCENT)


def compound_growth(first: Value, last: Value, years: Value) -> Value:
    """Compound annual growth rate: (last / first)^(1 / years) - 1, in percent."""
    span = years.number * Fraction(years.unit.factor) / 12 if years.unit.family == "months" else years.number
    if span <= 0:
        raise UndefinedResult("A compound growth rate needs a stretch of time above zero.")
    quotient = divide(last, first)
    if quotient.unit.kind is not UnitKind.PURE or quotient.number <= 0:
        raise UndefinedResult("A compound growth rate needs two figures of the same sign and unit.")
    return Value((power(Value(quotient.number), Value(1 / span)).number - 1) * 100, PERCENT)


def share(part: Value, whole: Value) -> Value:
    """`part` in percent of `whole`."""
    quotient = divide(part, whole)
    if quotient.unit.kind is not UnitKind.PURE:
        raise UnitMismatch(_mismatch(part, whole, "compared with"))
    return Value(quotient.number * 100, PERCENT)


def base_of(later: Value, rate: Value) -> Value:
    """What grew by `rate` (a percentage) to `later`: later / (1 + rate)."""
    if rate.unit.kind is not UnitKind.PERCENT:
        raise UnitMismatch("A growth rate is a percentage: implied_base(2.88 billion CNY, 159%).")
    return divide(later, Value(1 + rate.number / 100))


def sum_of(values: Sequence[Value]) -> Value:
    """The sum of one or more values."""
    if not values:
        raise CalculationError("A sum needs at least one number.")
    result = values[0]
    for value in values[1:]:
        result = add(result, value)
    return result


# The same on quantities, for callers outside expressions.


def difference(one: Quantity, other: Quantity) -> Quantity:
    """`one` less `other`; of two percentages in percentage points. Raises UnitMismatch."""
    return quantity_of(add(value_of(one), value_of(other), -1))


def total(*quantities: Quantity) -> Quantity:
    """The sum. Raises UnitMismatch where the units differ."""
    return quantity_of(sum_of([value_of(one) for one in quantities]))


def mean(*quantities: Quantity) -> Quantity:
    """The arithmetic mean. Raises UnitMismatch where the units differ."""
    summed = sum_of([value_of(one) for one in quantities])
    return quantity_of(divide(summed, Value(Fraction(len(quantities)))))


def growth_rate(later: Quantity, earlier: Quantity) -> Quantity:
    """Relative change from `earlier` to `later`, in percent.

    Raises UndefinedResult where `earlier` is zero, UnitMismatch where the units differ.
    """
    return quantity_of(growth(value_of(later), value_of(earlier)))


def cagr(first: Quantity, last: Quantity, years: Quantity) -> Quantity:
    """Compound annual growth rate, in percent. Raises UndefinedResult for no time or figures of different sign."""
    return quantity_of(compound_growth(value_of(first), value_of(last), value_of(years)))


def run_rate(quantity: Quantity, periods: int = 4) -> Quantity:
    """A period's figure stretched to a year of `periods` such periods."""
    return quantity_of(multiply(value_of(quantity), Value(Fraction(periods))))


def ratio(one: Quantity, other: Quantity) -> Quantity:
    """`one` divided by `other`, a plain number. Raises UndefinedResult for zero, UnitMismatch."""
    return quantity_of(divide(value_of(one), value_of(other)))


def margin(part: Quantity, whole: Quantity) -> Quantity:
    """`part` in percent of `whole`. Raises UndefinedResult for zero, UnitMismatch."""
    return quantity_of(share(value_of(part), value_of(whole)))


def implied_base(later: Quantity, rate: Quantity) -> Quantity:
    """What grew by `rate` to `later`: later / (1 + rate). Raises UndefinedResult for a fall of 100%."""
    return quantity_of(base_of(value_of(later), value_of(rate)))


def implied_base_bounds(later: Quantity, rate: Quantity) -> tuple[Quantity, Quantity]:
    """The least and the greatest base that rounding of the two inputs allows: half a unit in each one's last place.

    2.88 billion after 159%: 2.875 / 2.595 to 2.885 / 2.585.
    """

    def spread(quantity: Quantity) -> Decimal:
        exponent = quantity.value.as_tuple().exponent
        return Decimal(5).scaleb(int(exponent) - 1)

    def shifted(quantity: Quantity, sign: int) -> Quantity:
        return Quantity(quantity.value + sign * spread(quantity), quantity.unit, quantity.scale)

    low = implied_base(shifted(later, -1), shifted(rate, 1))
    high = implied_base(shifted(later, 1), shifted(rate, -1))
    return low, high


def rescaled(value: Value) -> Value:
    """A value in a scale that shows it with one to four digits before the point, where it came with a scale."""
    size = abs(value.number)
    if value.scale == ONE and (size < 10**6 or value.unit.kind is not UnitKind.CURRENCY):
        return value
    if value.scale != ONE and Fraction(1, 10) <= size / Fraction(value.scale.factor) < 10_000:
        return value
    known = names().scales
    for name in ("trillion", "billion", "million"):
        if size >= Fraction(known[name].factor):
            return Value(value.number, value.unit, known[name])
    return Value(value.number, value.unit, ONE)


def rounded(value: Value, places: Value) -> Value:
    """`value`, in its scale, rounded half up to so many decimal places."""
    if places.number.denominator != 1 or abs(places.number) > MOST_DIGITS:
        raise CalculationError("round(x, n) takes a whole number of places, 60 at the most.")
    scaled = value.number / Fraction(value.scale.factor)
    unit = Fraction(10) ** int(-places.number)
    steps = abs(scaled) / unit
    whole = (2 * steps.numerator + steps.denominator) // (2 * steps.denominator)
    result = whole * unit * (1 if scaled >= 0 else -1)
    return Value(result * Fraction(value.scale.factor), value.unit, value.scale)
