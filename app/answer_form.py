"""The form in which a question wants its figure: percent, scale, decimal places."""

import re
from dataclasses import dataclass

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
