"""Comparisons of companies, or of figures of one: which is said to be higher is, and each operand is of the side that it is told to be of."""

import re
from collections.abc import Callable, Iterator, Sequence

from app.answer import Calculation, Operand, Statement
from app.formula import items_of
from app.metrics import Measure, Metric
from app.metrics import find_measures as find_named
from app.verifier.calculations import has_item
from app.verifier.finding import Finding, Kind
from app.verifier.reading import read

_HIGHER = re.compile(r"(?P<who>.+?) has the higher .+, by ")
_ITEM_HIGHER = re.compile(r"(?P<who>.+?) is the higher, by ")
_OF = re.compile(r"(?P<who>[^:]+): ")


def side_findings(statement: Statement, about: Callable[[str], str]) -> Iterator[Finding]:
    """What is wrong with who is named in a comparison. `about` tells what a document is: its title, company, period."""
    calculation = statement.calculation
    if calculation is None:
        return
    sides = [(one, found["who"]) for one in calculation.operands if (found := _OF.match(one.role)) and one.citation]
    if found := _ITEM_HIGHER.match(statement.text):
        yield from _item_findings(calculation, sides, found["who"])
        return
    for operand, who in sides:
        known = read(about(operand.citation.document) if operand.citation else "").stems
        if not {word.stem for word in read(who).words} <= known:
            yield Finding(Kind.NAME, f"{operand.text} isn't of {who}")
            return
    if found := _HIGHER.match(statement.text):
        first = sides[0][1] if sides else ""
        if first != found["who"] or calculation.value <= 0 or len({who for _, who in sides}) != 2:
            yield Finding(Kind.DIRECTION, f"{found['who']}'s isn't what the calculation gives as the higher")


def _item_findings(calculation: Calculation, sides: Sequence[tuple[Operand, str]], higher: str) -> Iterator[Finding]:
    """What is wrong with a comparison of two figures: each must be what its operands give."""
    for who in dict.fromkeys(who for _, who in sides):
        items = {
            one.measure.id for operand, of in sides if of == who for one in find_named(_OF.sub("", operand.role, 1))
        }
        named = find_named(who)
        if len(named) != 1 or not _is_made_of(named[0].measure, items):
            yield Finding(Kind.MEASURE, f"the operands of {who} don't give it")
            return
    if not sides or sides[0][1] != higher or calculation.value <= 0 or len({who for _, who in sides}) != 2:
        yield Finding(Kind.DIRECTION, f"{higher} isn't what the calculation gives as the higher")


def _is_made_of(measure: Measure, items: set[str]) -> bool:
    if not isinstance(measure, Metric):
        return has_item(measure.id, items)
    return all(has_item(item.concept, items) for item in items_of(measure.formula))
