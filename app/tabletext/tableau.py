"""A table ready for calculations: its cells with their units, and a calculation made of them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from app.calculator import calculate
from app.quantity import UnitKind, names
from app.tabletext.grid import Entry, Grid, Line
from app.tabletext.matching import Match, Matcher, entry_at, in_time
from app.tabletext.reply import Operand, Reply
from app.tabletext.request import Form, Request
from app.tabletext.units import unit_of
from corpus.errors import CalculationError

UNSIGNED = re.compile(r"\bdifference\b", re.IGNORECASE)  # a difference between two has no sign, a change has


@dataclass(frozen=True)
class Tableau:
    """A grid with its matcher and the texts around it."""

    grid: Grid
    matcher: Matcher
    around: tuple[str, ...]

    def operand(self, entry: Entry) -> Operand:
        """A cell with its unit and scale, as far as the calculator knows the unit."""
        unit, scale, certain = unit_of(entry, self.grid, self.around)
        return Operand(entry, unit if unit == "%" or unit in names().units else "", scale, certain)

    def operands(self, entries: Sequence[Entry]) -> list[Operand]:
        """Cells of one calculation: a currency sign printed on one of them holds for those that print none."""
        found = [self.operand(entry) for entry in entries]
        units = {one.unit for one in found} - {""}
        if len(units) == 1 and (unit := next(iter(units))) != "%":
            return [Operand(one.entry, unit, one.scale, one.certain) for one in found]
        if units == {"%"} and all(
            one.entry.figure and abs(one.entry.figure.value) <= 1000 and not one.scale for one in found
        ):
            return [Operand(one.entry, "%", "", one.certain) for one in found]
        return found


def made_of(
    request: Request,
    expression: str,
    operands: Sequence[Operand],
    matches: Sequence[Match],
    features: dict[str, float],
    form: Form | None = None,
) -> Reply | None:
    """A reply with its calculation done; None where the calculator refuses (units that can't meet, a division by zero)."""
    try:
        quantity = calculate(expression).quantity
    except CalculationError:
        return None
    kind, scale = quantity.unit.kind, ""
    number = quantity.base
    if kind in (UnitKind.PERCENT, UnitKind.POINTS):
        scale = "percent"
    else:
        scales = [one.scale for one in operands]
        scale = scales[0] if request.form not in (Form.RATIO, Form.SHARE) else ""
        if scale:
            number = number / names().scales[scale].factor
    first = matches[0]
    found = {
        "score": min(one.score for one in matches),
        "recall": min(one.recall for one in matches),
        "precision": min(one.precision for one in matches),
        "margin": min(min(one.margin for one in matches), 0.3),
        "exact": float(all(one.exact for one in matches)),
        "unit": float(all(one.certain for one in operands)),
        "nil": float(any(one.entry.figure is not None and one.entry.figure.nil for one in operands)),
        "signs": float(len({(one.entry.figure.value > 0) if one.entry.figure else False for one in operands}) > 1),
        "negative": float(any(one.entry.figure is not None and one.entry.figure.value < 0 for one in operands)),
        "unsigned": float(bool(UNSIGNED.search(request.text))),
        "alike": float(len({(one.unit, one.scale) for one in operands}) == 1),
        **features,
    }
    label = " ".join(
        filter(
            None,
            (
                first.line.label or " ".join(first.line.section[-1:]),
                first.line.head if first.line.down or not first.line.label else "",
            ),
        )
    )
    return Reply(
        form or request.form,
        (),
        number,
        scale,
        quantity.unit.symbol,
        expression,
        tuple(operands),
        (),
        found,
        0.0,
        label,
    )


def spread_of(request: Request, line: Line) -> list[Entry]:
    """The line's figures for the periods asked for: all of a stretch, those named, or all there are."""
    dated = in_time(line)
    if not request.periods:
        return dated
    if request.spread:
        years = [year for when in request.periods for year in when.years]
        inside = [
            one
            for one in dated
            if one.when and one.when.years and years and min(years) <= one.when.years[0] <= max(years)
        ]
        if len(inside) > 1:
            return inside
    return [entry for when in request.periods if (entry := entry_at(line, when))]


def figure_of(operand: Operand) -> Decimal:
    """A cell's figure as printed."""
    return operand.entry.figure.value if operand.entry.figure else Decimal(0)


def mean_of(operands: Sequence[Operand]) -> str:
    """Their mean, in the calculator's grammar."""
    return f"({' + '.join(one.expression for one in operands)}) / {len(operands)}"


def features_of(match: Match, sure: float) -> dict[str, float]:
    """What is known of how sure a line is; `sure` of its period."""
    return {
        "score": match.score, "recall": match.recall, "precision": match.precision, "margin": min(match.margin, 0.3),
        "exact": float(match.exact), "period": sure, "unit": 1.0, "alike": 1.0, "periods": 1.0,
    }  # fmt: skip
