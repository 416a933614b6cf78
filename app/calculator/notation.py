"""Expressions of the calculator's grammar as people write them: signs, thousands, and formulas in place of functions."""

import re
from collections.abc import Callable

_CALL = re.compile(r"\b(mean|margin|growth|cagr|sum)\(")
_LONG = re.compile(r"(?<![\d.,])(\d{4,})(?=(?:\.\d+)?\s+[^\W\d])")  # a unit or scale follows: 2025 alone may be a year
_COMPOUND = re.compile(r"\s[-+*/]\s")


def shown_expression(expression: str) -> str:
    """An expression with typographic signs, thousands separators and the formula itself in place of a function's name."""
    plain = _LONG.sub(lambda match: f"{int(match[1]):,}", _unfolded(expression))
    return re.sub(r"\s*\*\s*", " × ", re.sub(r"\s+/\s+", " ÷ ", plain)).replace(" - ", " − ")


def _unfolded(expression: str) -> str:
    """Functions written out, innermost last; what isn't balanced or is used otherwise stays as it is."""
    match = _CALL.search(expression)
    if match is None:
        return expression
    arguments, end = _arguments(expression, match.end())
    formula = _FORMULAS[match[1]](arguments) if arguments else None
    if formula is None:
        return expression[: match.end()] + _unfolded(expression[match.end() :])
    rest = expression[end:]
    before = expression[: match.start()]
    # A sum among other terms needs its brackets, and so does anything that is divided by.
    alone = not before.strip("( ") and not rest.strip(") ")
    bare = alone or not (re.search(r"\s[-+]\s", _outside(formula)) or before.rstrip(" (").endswith("/"))
    return _unfolded(before + (formula if bare else f"({formula})") + rest)


def _arguments(text: str, start: int) -> tuple[list[str], int]:
    """The arguments of a call whose bracket opens before `start`, and where it ends; none where it isn't closed."""
    depth, first, found = 1, start, []
    for place in range(start, len(text)):
        depth += (text[place] == "(") - (text[place] == ")")
        if (depth == 1 and text[place] == ",") or depth == 0:
            found.append(text[first:place].strip())
            first = place + 1
        if depth == 0:
            return found, place + 1
    return [], len(text)


def _outside(text: str) -> str:
    """A text without what stands in brackets."""
    while (shorter := re.sub(r"\([^()]*\)", "", text)) != text:
        text = shorter
    return text


def _term(text: str) -> str:
    """An argument as a term of a product: in brackets where it is compound."""
    whole = text.startswith("(") and _arguments(text, 1)[1] == len(text)
    return f"({text})" if _COMPOUND.search(_outside(_unfolded(text))) and not whole else text


def _mean(found: list[str]) -> str | None:
    return f"({' + '.join(found)}) / {len(found)}" if len(found) > 1 else None


def _margin(found: list[str]) -> str | None:
    return f"{_term(found[0])} / {_term(found[1])}" if len(found) == 2 else None


def _growth(found: list[str]) -> str | None:
    return f"({_term(found[0])} - {_term(found[1])}) / {_term(found[1])}" if len(found) == 2 else None


def _cagr(found: list[str]) -> str | None:
    return f"({_term(found[1])} / {_term(found[0])})^(1/{found[2]}) - 1" if len(found) == 3 else None


def _sum(found: list[str]) -> str | None:
    return " + ".join(found) if len(found) > 1 else None


_FORMULAS: dict[str, Callable[[list[str]], str | None]] = {
    "mean": _mean, "margin": _margin, "growth": _growth, "cagr": _cagr, "sum": _sum,
}  # fmt: skip
