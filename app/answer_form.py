"""The form in which a question wants its figure: percent, scale, decimal places; and a figure shown in it."""

import re
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, localcontext

from app.quantity import Quantity, UnitKind, format_number, names

_MOST_DECIMALS = 3  # of an amount that no rounding was asked for

_PLACES = re.compile(
    r"\b(?:to|with|using|in)?\s*(?P<count>zero|no|one|two|three|four|five|\d)\s+(?:decimal(?:\s+(?:places?|points?|digits?))?|digits?\s+after)",
    re.IGNORECASE,
)
_NEAREST = re.compile(
    r"\bnearest\s+(?P<what>tenth|hundredth|thousandth|whole|integer|dollar|million|billion|thousand|percent|day|cent)\b",
    re.IGNORECASE,
)
_COUNTS = {"zero": 0, "no": 0, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5}
_NEARNESS = {"tenth": 1, "hundredth": 2, "thousandth": 3, "cent": 2}
_SCALE = re.compile(
    r"(?:\b(?:in|as)\s+(?:units\s+of\s+)?(?:USD|US\s+dollars|U\.S\.\s+dollars|dollars|US\$|\$|EUR|euros?)?\s*(?:of\s+)?|\b(?:USD|US\$|\$)\s*(?:in\s+)?)(?P<scale>thousand|million|billion)s?\b"
    r"|\b(?:nearest|answer\s+in)\s+(?P<near>thousand|million|billion)s?\b|\(\s*\$?\s*(?P<bare>thousand|million|billion)s?\s*\)",
    re.IGNORECASE,
)
_PERCENT = re.compile(
    r"\b(?:in|as)\s+(?:units\s+of\s+)?(?:an?\s+|the\s+)?(?:percents?|percentages?|%)|\bin\s+%|\bunits\s+of\s+percents?|\bpercent(?:age)?\s+terms",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Form:
    """What is asked of the answer's form; None and "" where nothing is."""

    percent: bool = False
    places: int | None = None  # decimal places
    scale: str = ""  # thousand, million, billion
    whole: bool = False  # in plain dollars


def read_form(text: str) -> Form:
    """The form that a question asks for."""
    places = None
    if found := _PLACES.search(text):
        places = int(_COUNTS.get(found["count"].lower(), 0) if not found["count"].isdigit() else found["count"])
    near = _NEAREST.search(text)
    if near and places is None:
        places = _NEARNESS.get(near["what"].lower(), 0)
    scale = _SCALE.search(text)
    named = next((part for part in scale.groups() if part), "") if scale else ""
    whole = not named and bool(
        re.search(r"\bin\s+(?:USD|US\s+dollars|dollars)\b(?!\s*(?:thousand|million|billion))", text, re.IGNORECASE)
    )
    return Form(bool(_PERCENT.search(text)), places, named.lower(), whole)


def shown(quantity: Quantity, form: Form, kind: str = "", scale: str = "") -> tuple[str, str]:
    """A quantity in the form asked for, and how it was rounded: "" where it wasn't.

    `kind` is how the figure is usually shown ("days", "per share", …), `scale` the one that an amount came in.
    """
    unit = quantity.unit.kind
    if unit is UnitKind.CURRENCY or kind == "shares":
        scale = form.scale or ("" if form.whole or kind == "per share" else scale or quantity.scale.name)
        with localcontext() as context:
            context.prec = 60
            value = quantity.base / (names().scales[scale].factor if scale else Decimal(1))
        decimals = max(-int(value.normalize().as_tuple().exponent), 0)
        usual = decimals if decimals <= _MOST_DECIMALS else 2
        usual = max(usual, 2) if kind == "per share" else usual
        number, rounding = _rounded(value, usual if form.places is None else form.places)
        return " ".join(part for part in (number, scale, quantity.unit.symbol) if part), rounding
    usual = 2
    if unit in (UnitKind.PERCENT, UnitKind.POINTS) and abs(quantity.value) >= 1:
        usual = 1
    number, rounding = _rounded(quantity.base, usual if form.places is None else form.places)
    if unit is UnitKind.PERCENT:
        return f"{number}%", rounding
    if unit is UnitKind.POINTS:
        return f"{number} percentage points", rounding
    return (f"{number} days" if kind == "days" else number), rounding


def _rounded(value: Decimal, places: int) -> tuple[str, str]:
    with localcontext() as context:
        context.prec = 60
        result = value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    result = result or abs(result)  # no "-0.00"
    return format_number(result), "" if result == value else f"to {places} decimal place{'s' * (places != 1)}, half up"
