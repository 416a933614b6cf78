"""Two figures side by side as the change that they are: "31.5%, against 29.0% in 2023" is a rise from 29.0% to 31.5%.

No difference is computed: only which of the two is greater is told.
"""

import re
from collections.abc import Iterator
from decimal import Decimal

from app.quantity import Quantity, find_quantities
from app.verifier.amounts import units_meet

_BESIDE = re.compile(
    r"^(?P<whom>[^,;]{3,120}?)\s+(?:was|were|came to|amounted to|stood at|is|are)\s+(?P<now>[^,;]{1,60}?)(?P<when>\s+(?:in|at|on)\s[^,;]{4,40})?"
    r",?\s+(?:against|compared\s+(?:with|to)|versus|up\s+from|down\s+from)\s+(?P<then>[^,;]{1,80}?)\.?$"
)
_RISES, _FALLS = "rose", "fell"


def as_change(sentence: str) -> str:
    """A sentence that gives a figure and an earlier one, told as a rise or fall "from … to …"; "" for any other."""
    match = _BESIDE.match(sentence)
    if not match:
        return ""
    now, then = find_quantities(match["now"]), find_quantities(match["then"])
    if len(now) != 1 or len(then) != 1 or now[0].start or then[0].start:
        return ""
    verb = _verb(then[0].quantity, now[0].quantity)
    return f"{match['whom']} {verb} from {match['then']} to {match['now']}{match['when'] or ''}." if verb else ""


def cell_changes(label: str, columns: list[str], values: list[str]) -> Iterator[str]:
    """What a row of years tells of each two neighbours: "Net income fell from 51,200 in 2022 to 45,600 in 2023"."""
    for number in range(len(values) - 1 if len(columns) == len(values) else 0):
        found = [find_quantities(values[place]) for place in (number, number + 1)]
        years = columns[number : number + 2]
        if not all(len(one) == 1 for one in found) or not all(re.fullmatch(r"(?:19|20)\d\d", year) for year in years):
            continue
        pairs = sorted(zip(years, values[number : number + 2], (one[0].quantity for one in found), strict=True))
        (first, earlier, before), (last, later, after) = pairs
        if verb := _verb(before, after):
            yield f"{label} {verb} from {earlier} in {first} to {later} in {last}"


def _verb(before: Quantity, after: Quantity) -> str:
    """Which way a figure went; "" where it stayed, or where one is negative or of another unit."""
    one, other = before.base * before.unit.factor, after.base * after.unit.factor
    if min(one, other) <= Decimal(0) or one == other or not units_meet(before, after) or not units_meet(after, before):
        return ""
    return _RISES if other > one else _FALLS
