"""Expressions: a grammar read by recursive descent, bounded in length, depth and size.

sum     = product { ("+" | "-") product }
product = power { ("*" | "/") power }
power   = sign [ ("^" | "**") power ]
sign    = ["+" | "-"] atom
atom    = quantity | name "(" sum { "," sum } ")" | "(" sum ")" [scale] [unit]
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from app.calculator import arithmetic
from app.calculator.arithmetic import Value
from app.quantity import MOST_DIGITS, PURE, Quantity, format_quantity, names, parse_quantity
from corpus.errors import CalculationError

LONGEST = 1000  # characters
DEEPEST = 40  # brackets within brackets
SIGNIFICANT = 4
MOST_EXACT_DIGITS = 12
ROUNDING = "to 4 significant digits, half up"

_SIGNS = str.maketrans(
    {"×": "*", "·": "*", "÷": "/", "−": "-", "–": "-", "（": "(", "）": ")", "，": ",", "％": "%", "\u00a0": " "}
)
_NAME = re.compile(r"[a-z_]+(?=\s*\()")
_OPERATOR = re.compile(r"\*\*|[-+*/^(),]")


@dataclass(frozen=True, slots=True)
class Result:
    """A computed expression. `quantity` is unrounded (to 50 digits); `shown` and `rounding` say what is displayed."""

    expression: str
    quantity: Quantity
    shown: str
    rounding: str
    steps: tuple[tuple[str, str], ...]
    operands: tuple[Quantity, ...]


def calculate(expression: str) -> Result:
    """Compute an expression such as "2.88 billion CNY / (1 + 159%)" or "growth(480, 400)".

    Raises CalculationError where it isn't one, is too large, or units can't meet.
    """
    if len(expression) > LONGEST:
        raise CalculationError(f"The expression has {len(expression):,} characters; {LONGEST:,} are the most.")
    parser = _Parser(expression)
    value = arithmetic.rescaled(parser.read())
    shown, rounding = show(value)
    text = " ".join(expression.split())
    return Result(text, arithmetic.quantity_of(value), shown, rounding, ((text, shown),), tuple(parser.operands))


def show(value: Value) -> tuple[str, str]:
    """A value as shown, and how it was rounded: "" where it is exact in at most 12 digits."""
    quantity = arithmetic.quantity_of(value)
    exact = _is_exact(value)
    if exact and len(quantity.value.normalize().as_tuple().digits) <= MOST_EXACT_DIGITS:
        plain = quantity.value.normalize()
        if plain.adjusted() < MOST_DIGITS:
            plain = Decimal(format(plain, "f"))  # without an exponent
            return format_quantity(Quantity(plain, quantity.unit, quantity.scale)), ""
    if abs(quantity.value.adjusted()) > 2 * SIGNIFICANT * 5:
        number = f"{quantity.value:.3E}"
        return f"{number} {quantity.unit.symbol}".strip(), ROUNDING
    return format_quantity(quantity, SIGNIFICANT), ROUNDING


def _is_exact(value: Value) -> bool:
    denominator = (value.number / Fraction(value.scale.factor)).denominator
    for prime in (2, 5):
        while denominator % prime == 0:
            denominator //= prime
    return denominator == 1


class _Parser:
    def __init__(self, text: str) -> None:
        self.text = text.translate(_SIGNS)
        self.position = 0
        self.depth = 0
        self.operands: list[Quantity] = []

    def read(self) -> Value:
        if not self.text.strip():
            raise CalculationError("There is nothing to calculate. Write an expression such as 2.88 billion CNY * 4.")
        value = self._sum()
        if self._peek():
            raise self._unexpected()
        return value

    def _sum(self) -> Value:
        self.depth += 1
        if self.depth > DEEPEST:
            raise CalculationError(f"The brackets are nested too deeply; {DEEPEST} levels are the most.")
        value = self._product()
        while (sign := self._peek()) in ("+", "-"):
            self._take()
            value = arithmetic.add(value, self._product(), 1 if sign == "+" else -1)
        self.depth -= 1
        return value

    def _product(self) -> Value:
        value = self._power()
        while (sign := self._peek()) in ("*", "/"):
            self._take()
            other = self._power()
            value = arithmetic.multiply(value, other) if sign == "*" else arithmetic.divide(value, other)
        return value

    def _power(self) -> Value:
        base = self._sign()
        if self._peek() in ("^", "**"):
            self._take()
            self.depth += 1
            if self.depth > DEEPEST:
                raise CalculationError("Too many powers of powers.")
            base = arithmetic.power(base, self._power())
            self.depth -= 1
        return base

    def _sign(self) -> Value:
        negative = False
        while (sign := self._peek()) in ("+", "-"):
            self._take()
            negative ^= sign == "-"
        value = self._atom()
        return Value(-value.number, value.unit, value.scale) if negative else value

    def _atom(self) -> Value:
        self._skip()
        if match := _NAME.match(self.text, self.position):
            return self._call(match[0])
        if self._peek() == "(":
            self._take()
            value = self._sum()
            self._expect(")")
            return self._united(value)
        match = names().pattern.match(self.text, self.position)
        if match is None or match["open"] or match["minus"]:
            raise self._unexpected()
        if len(match["number"]) > MOST_DIGITS:
            raise CalculationError(
                f"A number of {len(match['number'])} digits is too long; {MOST_DIGITS} are the most."
            )
        self.position = match.end()
        if re.match(r"[\w.]", self.text[self.position : self.position + 1]):
            raise self._unexpected()
        quantity = parse_quantity(match[0])
        self.operands.append(quantity)
        return arithmetic.value_of(quantity)

    def _united(self, value: Value) -> Value:
        """A bracket may carry a scale and a unit: (2 + 3) million USD."""
        self._skip()
        match = re.match(r"%|[^\W\d_]+(?: [^\W\d_]+)*", self.text[self.position :])
        if not match or value.unit != PURE:
            return value
        for end in range(match.end(), 0, -1):
            words = self.text[self.position : self.position + end]
            try:
                one = parse_quantity(f"1 {words}" if words != "%" else "1%")
            except CalculationError:
                continue
            self.position += end
            return Value(value.number * Fraction(one.scale.factor), one.unit, one.scale)
        return value

    def _call(self, name: str) -> Value:
        function = FUNCTIONS.get(name)
        if function is None:
            raise CalculationError(f"There is no function {name!r}. There are: {', '.join(sorted(FUNCTIONS))}.")
        self.position += len(name)
        self._expect("(")
        arguments = [self._sum()]
        while self._peek() == ",":
            self._take()
            arguments.append(self._sum())
        self._expect(")")
        least, most, call = function
        if not least <= len(arguments) <= most:
            wanted = str(least) if least == most else f"{least} or more" if most > 9 else f"{least} to {most}"
            raise CalculationError(f"{name}() takes {wanted} numbers, not {len(arguments)}.")
        return call(*arguments)

    def _skip(self) -> None:
        while self.position < len(self.text) and self.text[self.position].isspace():
            self.position += 1

    def _peek(self) -> str:
        self._skip()
        match = _OPERATOR.match(self.text, self.position)
        return match[0] if match else self.text[self.position : self.position + 1]

    def _take(self) -> None:
        self.position += len(self._peek())

    def _expect(self, sign: str) -> None:
        if self._peek() != sign:
            raise self._unexpected(f"a {sign!r} was expected")
        self._take()

    def _unexpected(self, why: str = "a number was expected") -> CalculationError:
        self._skip()
        rest = self.text[self.position : self.position + 20]
        where = f"at {rest!r} (character {self.position + 1})" if rest else "where it ends"
        return CalculationError(
            f"The expression can't be read {where}: {why}. Write numbers with + - * / ^ and brackets, for example "
            "2.88 billion CNY / (1 + 159%)."
        )


def _mean(*values: Value) -> Value:
    return arithmetic.divide(arithmetic.sum_of(values), Value(Fraction(len(values))))


def _extreme(sign: int) -> Callable[..., Value]:
    def choose(*values: Value) -> Value:
        best = values[0]
        for value in values[1:]:
            if arithmetic.add(value, best, -1).number * sign > 0:
                best = value
        return best

    return choose


def _absolute(value: Value) -> Value:
    return Value(abs(value.number), value.unit, value.scale)


def _run_rate(value: Value, periods: Value | None = None) -> Value:
    return arithmetic.multiply(value, periods or Value(Fraction(4)))


FUNCTIONS: dict[str, tuple[int, int, Callable[..., Value]]] = {
    "growth": (2, 2, arithmetic.growth),
    "cagr": (3, 3, arithmetic.compound_growth),
    "margin": (2, 2, arithmetic.share),
    "ratio": (2, 2, arithmetic.divide),
    "implied_base": (2, 2, arithmetic.base_of),
    "run_rate": (1, 2, _run_rate),
    "difference": (2, 2, lambda one, other: arithmetic.add(one, other, -1)),
    "mean": (1, 200, _mean),
    "average": (1, 200, _mean),
    "sum": (1, 200, lambda *values: arithmetic.sum_of(values)),
    "total": (1, 200, lambda *values: arithmetic.sum_of(values)),
    "min": (1, 200, _extreme(-1)),
    "max": (1, 200, _extreme(1)),
    "abs": (1, 1, _absolute),
    "round": (2, 2, arithmetic.rounded),
}
