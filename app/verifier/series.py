"""Series: each value is a cited cell or is computed again, is of its period, and is what the sentence says of it."""

import re
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from itertools import pairwise

from app.answer import Calculation, Point, Series, Statement
from app.verifier.calculations import calculation_findings
from app.verifier.finding import Finding, Kind
from app.verifier.reading import read
from app.verifier.recalculation import canonical, digits_of, miscalculated, miscited, misquoted

_ASIDE = re.compile(
    r" It (?P<way>rose|fell) in each of these periods\.| It was (?P<ends>(?:highest|lowest) in [^;]*?\))\."
    r"| These documents don't give it for (?P<missing>[^.]+)\."
)
_END = re.compile(r"(?P<which>highest|lowest) in (?P<period>.+?) \((?P<text>.+?)\)(?: and |$)")
_SERIES_FRAME = re.compile(r"; the table has each year\b|\bfrom\b|\bto\b|[,.\s]")


def series_findings(statement: Statement, question: str, about: str = "") -> Iterator[Finding]:
    """What is wrong with a statement's series, or with what its text says of it and of its calculation."""
    series = statement.series
    if series is None:
        return
    for point in series.points:
        if found := _value_fault(point, statement, question):
            yield found
            return
    yield from _name(series, statement, question)
    head = _ASIDE.sub("", statement.text)
    for aside in _ASIDE.finditer(statement.text):
        yield from _aside(aside, series)
    name, colon, said = head.partition(":")
    if colon and name.casefold() == series.name.casefold():
        yield from _said(said, series)
        head = ""
    if statement.calculation and head:
        yield from calculation_findings(replace(statement, text=head, series=None), question, about)
    elif statement.calculation and (reason := _wrong(statement.calculation, statement, question)):
        yield Finding(Kind.CALCULATION, reason)
    elif head:
        yield Finding(Kind.WORD, f"“{head}” isn't what the series gives")


def _value_fault(point: Point, statement: Statement, question: str) -> Finding | None:
    """Why a value may not be shown: it is a cited cell or a calculation done again, and what is drawn is what is said."""
    if point.calculation is not None:
        if reason := _wrong(point.calculation, statement, question):
            return Finding(Kind.CALCULATION, f"{point.period}: {reason}")
        source = point.calculation.result
    elif point.operand is not None and point.operand.citation is not None:
        reason = misquoted(point.operand, statement)
        if reason and not _as_printed(point, statement):
            return Finding(Kind.CALCULATION, f"{point.period}: {reason}")
        source = point.operand.text
    else:
        return Finding(Kind.NUMBER, f"{point.text} of {point.period} is neither cited nor computed")
    if point.text != source or canonical(format(abs(point.value), "f")) not in digits_of(point.text):
        return Finding(Kind.NUMBER, f"{point.text} or {point.value} of {point.period} isn't {source}")
    if _sign(point) != (point.value < 0):
        return Finding(Kind.NUMBER, f"{point.value} of {point.period} has another sign than {source}")
    mine = {one.key for one in read(point.period).times}
    theirs = {one.key for operand in point.operands for one in read(f"{operand.role} ; {operand.period}").times}
    if mine and theirs and not mine & theirs:
        return Finding(Kind.PERIOD, f"{point.text} is of {point.operands[0].role}, not of {point.period}")
    return None


def _as_printed(point: Point, statement: Statement) -> bool:
    """Whether a value is given bare, as its cell is printed, and the series' name says the scale: "Revenue (million EUR)"."""
    operand, series = point.operand, statement.series
    if operand is None or series is None or operand.citation is None or operand.scale or operand.unit:
        return False
    stated = {one.lower() for quoted in statement.citations for one in _SCALE.findall(quoted.quote)}
    held = digits_of(operand.text) <= digits_of(operand.citation.quote)
    return held and bool(stated) and stated == {one.lower() for one in _SCALE.findall(series.name)}


_SCALE = re.compile(r"\b(thousand|million|billion)s?\b", re.IGNORECASE)


def _sign(point: Point) -> bool:
    """Whether a value is negative by what it comes from."""
    if point.calculation is not None:
        return point.calculation.value < 0 and point.value != 0
    return point.text.lstrip().startswith(("(", "-", "−")) and point.value != 0


def _wrong(calculation: Calculation, statement: Statement, question: str) -> str | None:
    return miscalculated(calculation) or miscited(statement, calculation, question)


def _name(series: Series, statement: Statement, question: str) -> Iterator[Finding]:
    """The series is called by the words of its rows, of the question or of its operands."""
    roles = [operand.role for point in series.points for operand in point.operands]
    steps = [label for point in series.points if point.calculation for label, _ in point.calculation.steps]
    quotes = [one.quote for one in statement.citations]
    held = read(" ; ".join((question, *roles, *steps, *quotes)).casefold())
    for word in read(series.name.casefold()).words:
        if len(word.stem) > 1 and not held.says(word.stem):
            yield Finding(Kind.MEASURE, f"the series isn't of {series.name}")
            return


def _said(said: str, series: Series) -> Iterator[Finding]:
    """All that a list of values says is values in their periods."""
    for text, period in sorted(((one.text, one.period) for one in series.points), key=lambda one: -len("".join(one))):
        said = re.sub(rf"(?<![\w.]){re.escape(f'{text} in {period}')}(?!\w)", " ", said)
    if rest := _SERIES_FRAME.sub(" ", said).strip():
        kind = Kind.NUMBER if re.search(r"\d", rest) else Kind.WORD
        yield Finding(kind, f"“{' '.join(rest.split())}” isn't a value of the series in its period")


def _aside(aside: re.Match[str], series: Series) -> Iterator[Finding]:
    """That it rose throughout, where it was highest, and what is lacking, are as the values say."""
    values = [one.value for one in series.points]
    if aside["way"]:
        steps = [other - one for one, other in pairwise(values)]
        if series.missing or not all(step > 0 if aside["way"] == "rose" else step < 0 for step in steps):
            yield Finding(Kind.DIRECTION, f"it {aside['way']} not in each of these periods")
    elif aside["ends"]:
        rest = aside["ends"]
        for one in _END.finditer(rest):
            most: Decimal = max(values) if one["which"] == "highest" else min(values)
            if (one["period"], one["text"]) not in {
                (point.period, point.text) for point in series.points if point.value == most
            }:
                yield Finding(Kind.ORDER, f"it wasn't {one['which']} in {one['period']}")
        if _END.sub("", rest).strip():
            yield Finding(Kind.WORD, f"“{rest}” isn't what the series gives")
    else:
        named, given = set(aside["missing"].split(", ")), {point.period for point in series.points}
        if named & given or named - set(series.missing):
            yield Finding(Kind.PERIOD, f"the series isn't without {aside['missing']}")
