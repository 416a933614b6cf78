"""A series in words: its values, where it rose or fell, which periods are lacking."""

import re
from decimal import Decimal
from itertools import pairwise

from app.answer import Series
from app.terms import capitalised
from corpus.errors import CalculationError

MOST_SAID = 5  # values that the sentence gives; the table gives them all
_NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?|\.\d+")


def number_of(text: str) -> Decimal:
    """The figure of a shown value, without its sign. Raises CalculationError where there is none."""
    found = _NUMBER.search(text)
    if found is None:
        raise CalculationError(f"{text!r} has no figure.")
    return Decimal(found[0].replace(",", ""))


def unit_of(text: str) -> str:
    """What stands behind the figure: "million USD", "%"."""
    return _NUMBER.sub("", text, count=1).strip("-−() ")


def way(series: Series) -> str:
    """Whether it rose or fell in each of the years, or where it was highest and lowest."""
    values = [point.value for point in series.points]
    if len(values) < 3 or series.missing:
        return ""
    if all(one < other for one, other in pairwise(values)):
        return " It rose in each of these periods."
    if all(one > other for one, other in pairwise(values)):
        return " It fell in each of these periods."
    high, low = max(series.points, key=lambda one: one.value), min(series.points, key=lambda one: one.value)
    said = [f"{word} in {one.period} ({one.text})" for word, one in (("highest", high), ("lowest", low))
            if one not in (series.points[0], series.points[-1])]  # fmt: skip
    return f" It was {' and '.join(said)}." if said else ""


def series_text(series: Series) -> str:
    """The values in a sentence; of many, the first and the last."""
    name = capitalised(series.name)
    points = series.points
    if len(points) > MOST_SAID:
        first, last = points[0], points[-1]
        said = f"from {first.text} in {first.period} to {last.text} in {last.period}; the table has each year"
    else:
        said = ", ".join(f"{point.text} in {point.period}" for point in points)
    return f"{name}: {said}.{lacking_text(series)}"


def lacking_text(series: Series) -> str:
    """Which periods the documents don't give, \"\" where they give all."""
    return f" These documents don't give it for {', '.join(series.missing)}." if series.missing else ""
