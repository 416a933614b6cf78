"""Comparisons of companies: who is said to be higher is, and each operand is of the company that it is told to be of."""

import re
from collections.abc import Callable, Iterator

from app.answer import Statement
from app.verifier.finding import Finding, Kind
from app.verifier.reading import read

_HIGHER = re.compile(r"(?P<who>.+?) has the higher .+, by ")
_OF = re.compile(r"(?P<who>[^:]+): ")


def side_findings(statement: Statement, about: Callable[[str], str]) -> Iterator[Finding]:
    """What is wrong with who is named in a comparison. `about` tells what a document is: its title, company, period."""
    calculation = statement.calculation
    if calculation is None:
        return
    sides = [(one, found["who"]) for one in calculation.operands if (found := _OF.match(one.role)) and one.citation]
    for operand, who in sides:
        known = read(about(operand.citation.document) if operand.citation else "").stems
        if not {word.stem for word in read(who).words} <= known:
            yield Finding(Kind.NAME, f"{operand.text} isn't of {who}")
            return
    if found := _HIGHER.match(statement.text):
        first = sides[0][1] if sides else ""
        if first != found["who"] or calculation.value <= 0 or len({who for _, who in sides}) != 2:
            yield Finding(Kind.DIRECTION, f"{found['who']}'s isn't what the calculation gives as the higher")
