"""Requests in words that hold all their numbers: "159% growth to 2.88 billion: what was the base?"."""

import re
from collections.abc import Callable

from app.calculator.expression import Result, calculate
from app.quantity import ONE, PURE, Quantity, find_quantities, names
from corpus.errors import CalculationError

LONGEST = 300  # characters; a longer text isn't a request for one calculation
_SLOT = "\x00"
_LEAD = r"(?:(?:please|can you|could you)\s+)?(?:what(?:'s|’s| is| was| would be| are)?|how much is|calculate|compute|give me|work out|find)?\s*(?:the\s+|an?\s+)?"
_RISE = r"(?:growth|rise|increase|jump|gain|surge|growing|grew|grown|rose|increased|jumped|up|a rise|a gain)"
_FALL = r"(?:fall|drop|decline|decrease|fell|dropped|declined|decreased|down)"
_BASE = r".*\b(?:base|before|originally?|earlier|previous(?:ly)?|start(?:ing)?|prior|initial(?:ly)?|from what)\b.*"


def _listed(function: str) -> Callable[[list[str]], str]:
    return lambda numbers: f"{function}({', '.join(numbers)})"


# Patterns over the request with each quantity replaced by a slot, and the expression of the quantities in order.
_REQUESTS: tuple[tuple[re.Pattern[str], Callable[[list[str]], str]], ...] = tuple(
    (re.compile(rf"{_LEAD}{pattern}\W*", re.IGNORECASE), make)
    for pattern, make in (
        (rf"(?:after\s+)?#\s+{_RISE}\s+to\s+#{_BASE}", lambda n: f"{n[1]} / (1 + {n[0]})"),
        (rf"(?:after\s+)?#\s+{_FALL}\s+to\s+#{_BASE}", lambda n: f"{n[1]} / (1 - {n[0]})"),
        (rf"(?:\w+\s+)?{_RISE}\s+(?:by\s+)?#\s+to\s+#{_BASE}", lambda n: f"{n[1]} / (1 + {n[0]})"),
        (rf"(?:\w+\s+)?{_FALL}\s+(?:by\s+)?#\s+to\s+#{_BASE}", lambda n: f"{n[1]} / (1 - {n[0]})"),
        (rf"#\s+after\s+(?:a\s+)?(?:{_RISE}\s+of\s+#|#\s+{_RISE}){_BASE}", lambda n: f"{n[0]} / (1 + {n[1]})"),
        (r"(?:cagr|compound (?:annual )?growth(?: rate)?)\s+(?:from|of)\s+#\s+to\s+#\s+(?:over|in|after)\s+#", lambda n: f"cagr({n[0]}, {n[1]}, {n[2]})"),
        (r"#\s+of\s+#", lambda n: f"{n[0]} * {n[1]}"),
        (r"(?:percent(?:age)?\s+)?(?:growth|change|increase|decrease|rise|fall)(?:\s+rate)?(?:\s+in percent)?\s+from\s+#\s+to\s+#(?:\s+in percent)?", lambda n: f"growth({n[1]}, {n[0]})"),
        (r"(?:average|mean)\s+of\s+#(?:\s*(?:,|and|,\s*and)\s*#)+", _listed("mean")),
        (r"(?:sum|total)\s+of\s+#(?:\s*(?:,|and|,\s*and)\s*#)+", _listed("sum")),
        (r"difference\s+between\s+#\s+and\s+#", lambda n: f"difference({n[0]}, {n[1]})"),
        (r"ratio\s+of\s+#\s+to\s+#", lambda n: f"ratio({n[0]}, {n[1]})"),
        (r"#\s+(?:as\s+)?(?:an?\s+)?(?:in\s+)?percent(?:age)?\s+of\s+#", lambda n: f"margin({n[0]}, {n[1]})"),
        (r"percent(?:age)?\s+of\s+#\s+is\s+#", lambda n: f"margin({n[1]}, {n[0]})"),
        (r"(?:annuali[sz]ed?|run[\s-]?rate\s+of)\s+#\s+(?:a|per|each)\s+quarter", lambda n: f"run_rate({n[0]}, 4)"),
        (r"(?:annuali[sz]ed?|run[\s-]?rate\s+of)\s+#\s+(?:a|per|each)\s+month", lambda n: f"run_rate({n[0]}, 12)"),
    )
)  # fmt: skip


def understand(text: str) -> Result | None:
    """The calculation that a request in words asks for, None where it isn't one or needs more than its own numbers.

    Raises CalculationError where it is one and has no result.
    """
    if len(text) > LONGEST or not any(character.isdigit() for character in text):
        return None
    plain = " ".join(text.split())
    found = find_quantities(plain)
    if not found:
        return None
    slots, position = [], 0
    for one in found:
        slots.append(plain[position : one.start])
        position = one.end
    slots.append(plain[position:])
    shape = "#".join(slots)
    if shape.count("#") == len(found):
        quantities = _like([one.quantity for one in found])
        for pattern, make in _REQUESTS:
            if pattern.fullmatch(shape):
                return calculate(make([_written(one) for one in quantities]))
    return _bare(plain)


def _bare(text: str) -> Result | None:
    """An expression with words around it: "what is 2.88 billion × 4?"."""
    expression = re.sub(rf"^{_LEAD}", "", text, count=1, flags=re.IGNORECASE).rstrip(" ?=.!")
    if not re.search(r"[\d%)\w]\s*(?:\*\*|[-+*/^×÷−])\s*[\d(.$€£¥]|\b[a-z_]+\(", expression):
        return None
    if re.fullmatch(r"[\d\s-]+", expression) and "-" in expression and " - " not in expression:
        return None  # 2023-10 is a date, 10-12 a range
    words = set(re.findall(r"[^\W\d_]+", expression))
    known = names()
    parts = {part for name in (*known.scales, *known.units, *known.signs) for part in re.findall(r"[^\W\d_]+", name)}
    from app.calculator.expression import FUNCTIONS

    functions = {part for name in FUNCTIONS for part in name.split("_")}
    if not words <= parts | functions:
        return None
    return calculate(expression)


def _like(quantities: list[Quantity]) -> list[Quantity]:
    """ "From 2 to 5 billion": a number without scale and unit takes those of the next amount that has them."""
    result: list[Quantity] = []
    amounts = [
        one
        for one in quantities
        if one.unit.kind in ("currency", "pure", "count") and (one.scale != ONE or one.unit != PURE)
    ]
    last = amounts[-1] if amounts else None
    for number, one in enumerate(quantities):
        later = any(other is last for other in quantities[number + 1 :])
        if last and later and one.unit == PURE and one.scale == ONE:
            one = Quantity(one.value, last.unit, last.scale)
        elif last and one.unit == PURE and one.scale != ONE and last.unit.kind == "currency":
            one = Quantity(one.value, last.unit, one.scale)
        result.append(one)
    return result


def _written(quantity: Quantity) -> str:
    number = format(quantity.value, "f")
    if quantity.unit.symbol == "%":
        return f"{number}%"
    return " ".join(part for part in (number, quantity.scale.name, quantity.unit.symbol) if part)


__all__ = ["CalculationError", "understand"]
