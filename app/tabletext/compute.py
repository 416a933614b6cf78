"""Calculations over the cells of a table: changes, averages, sums, shares and ratios, by the calculator."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from app.calculator import calculate
from app.quantity import UnitKind, names
from app.tabletext.grid import Entry, Grid, Line
from app.tabletext.matching import Match, Matcher, certain_at, entry_at, in_time
from app.tabletext.reply import Operand, Reply
from app.tabletext.request import Form, Request
from app.tabletext.units import unit_of
from app.tabletext.when import When
from corpus.errors import CalculationError

_UNSIGNED = re.compile(r"\bdifference\b", re.IGNORECASE)  # a difference between two has no sign, a change has
_FROM = re.compile(r"\bfrom\b|\bnet difference\b", re.IGNORECASE)
_MOST_PAIRS = 6  # ways to part a phrase in two that are tried


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


def compute(request: Request, table: Tableau) -> Reply | None:
    """The calculation asked for, None where a line or a period of it isn't found or units can't meet."""
    way = _WAYS.get(request.form)
    return way(request, table) if way else None


def _made(
    request: Request,
    expression: str,
    operands: Sequence[Operand],
    matches: Sequence[Match],
    features: dict[str, float],
    form: Form | None = None,
) -> Reply | None:
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
        "unsigned": float(bool(_UNSIGNED.search(request.text))),
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


def _periods_ends(request: Request, match: Match) -> tuple[Entry, Entry, float] | None:
    """The earlier and the later cell of a change, and how sure their periods are."""
    line = match.line
    asked = sorted(request.periods, key=lambda when: when.order)
    if len(asked) == 1 and len(asked[0].years) == 2:
        asked = [When((year,)) for year in asked[0].years]
    dated = in_time(line)
    if len(asked) >= 2:
        first, last = entry_at(line, asked[0]), entry_at(line, asked[-1])
        if first is None or last is None or first == last:
            return None
        return first, last, min(certain_at(line, asked[0]), certain_at(line, asked[-1]))
    if len(asked) == 1:
        last = entry_at(line, asked[0])
        before = [one for one in dated if last and one.when and last.when and one.when.order < last.when.order]
        return (before[-1], last, 0.5) if last and before else None
    return (dated[-2], dated[-1], 0.6 if len(dated) == 2 else 0.3) if len(dated) > 1 else None


def _change(request: Request, table: Tableau) -> Reply | None:
    if request.form is Form.CHANGE and request.pairs:
        pair = _pair(request, table)
        whole = table.matcher.best(request.phrase, request.periods)
        if pair and (whole is None or min(one.score for one in pair) > whole.score):
            return _two(replace(request, form=Form.DIFFERENCE), table)
    whens = request.periods if len(request.periods) != 1 or len(request.periods[0].years) != 2 else ()
    for match in table.matcher.matches(request.phrase, whens)[:3]:
        ends = _periods_ends(request, match)
        if ends is None:
            continue
        earlier, later, sure = ends
        before, after = table.operands([earlier, later])
        features = {"period": sure, "periods": float(len(request.periods) == 2)}
        if request.form is Form.PERCENT_CHANGE:
            expression = f"margin({after.expression} - {before.expression}, {before.expression})"
            if before.unit == after.unit == "%":
                # The change of a percentage is given in percentage points.
                expression = f"{after.expression} - {before.expression}"
        else:
            expression = f"{after.expression} - {before.expression}"
            if _UNSIGNED.search(request.text) and not _FROM.search(request.text) and _figure(after) < _figure(before):
                expression = f"{before.expression} - {after.expression}"
        if reply := _made(request, expression, [after, before], [match], features):
            return reply
    return None


def _average(request: Request, table: Tableau) -> Reply | None:
    periods = () if request.spread else request.periods
    ranked = table.matcher.matches(request.phrase, periods)
    pair = _pair(request, table) if request.pairs and len(request.periods) == 1 else None
    if pair and ranked and min(pair[0].score, pair[1].score) > ranked[0].score + 0.1:
        entries = [entry_at(one.line, request.periods[0]) for one in pair]
        operands = table.operands([one for one in entries if one])
        if len(operands) == 2:
            return _made(request, _mean(operands), operands, list(pair), {"period": 0.6, "periods": 1.0})
    for match in ranked[:3]:
        found = spread_of(request, match.line)
        sure = min((certain_at(match.line, when) for when in request.periods), default=0.7)
        if len(found) == 1 and len(request.periods) == 1:
            # "the 2019 average": of the opening and the closing figure.
            before = [
                one
                for one in in_time(match.line)
                if one.when and found[0].when and one.when.order < found[0].when.order
            ]
            found, sure = ([before[-1], found[0]], 0.3) if before else (found, sure)
        if len(found) < 2 and not request.periods:
            found = [one for one in match.line.entries if one.figure]
        if len(found) < 2:
            continue
        operands = table.operands(found)
        if reply := _made(
            request, _mean(operands), operands, [match], {"period": sure, "periods": float(len(request.periods) > 0)}
        ):
            return reply
    return _down(request, table)


def _figure(operand: Operand) -> Decimal:
    return operand.entry.figure.value if operand.entry.figure else Decimal(0)


def _mean(operands: Sequence[Operand]) -> str:
    return f"({' + '.join(one.expression for one in operands)}) / {len(operands)}"


def _down(request: Request, table: Tableau) -> Reply | None:
    """The average or sum of a whole column or section, where the phrase names it and no line over periods does."""
    wanted = [one for one in table.matcher.matches(request.phrase, request.periods) if len(one.line.entries) == 1]
    if len(wanted) < 2:
        return None
    top = [one for one in wanted if one.score > wanted[0].score - 0.02]
    columns = {one.line.entries[0].column for one in top}
    if len(top) < 2 or len(columns) != 1 or any("total" in one.line.label.lower() for one in top):
        return None
    operands = table.operands([one.line.entries[0] for one in sorted(top, key=lambda one: one.line.row)])
    joined = " + ".join(one.expression for one in operands)
    expression = f"({joined}) / {len(operands)}" if request.form is Form.AVERAGE else joined
    return _made(request, expression, operands, top, {"period": 0.3, "periods": 0.0})


def _pair(request: Request, table: Tableau) -> tuple[Match, Match] | None:
    found = _parted(request, table)
    return found[0] if found else None


def _parted(request: Request, table: Tableau) -> tuple[tuple[Match, Match], tuple[str, str]] | None:
    """The best two different lines that the phrase parts into, with their phrases; a whole that has no line of its own is the total's."""
    best: tuple[float, tuple[Match, Match], tuple[str, str]] | None = None
    periods = request.periods if len(request.periods) == 1 else ()
    for one, two in request.pairs[:_MOST_PAIRS]:
        mine, theirs = table.matcher.matches(one, periods), table.matcher.matches(two, periods)
        if mine and not theirs and request.form is Form.SHARE:
            theirs = table.matcher.matches("total", periods)
        for first in mine[:4]:
            for second in theirs[:4]:
                if first.line.entries == second.line.entries:
                    continue
                score = min(first.score, second.score) + 0.2 * (first.score + second.score)
                mine_, other = first.line.entries, second.line.entries
                score += 0.1 * (
                    first.line.row == second.line.row
                    or bool({one.column for one in mine_} & {one.column for one in other})
                )
                if best is None or score > best[0]:
                    best = (score, (first, second), (one, two))
    return best[1:] if best else None


def _parts(phrase: str, found: Match, request: Request, table: Tableau) -> list[Match]:
    """The line that a phrase names, or the two whose sum it names: "deferred revenue and accrued warranty"."""
    periods = request.periods if len(request.periods) == 1 else ()
    best, score = [found], found.score + 0.08
    for cut in re.finditer(r"\s*,?\s+(?:and|plus|&)\s+", phrase):
        sides = [table.matcher.best(part, periods) for part in (phrase[: cut.start()], phrase[cut.end() :])]
        lines = [one for one in sides if one]
        if len(lines) == 2 and lines[0].line != lines[1].line and min(one.score for one in lines) > score:
            best, score = lines, min(one.score for one in lines)
    return best


def _at(request: Request, first: Match, second: Match) -> tuple[Entry, Entry, float] | None:
    """One cell of each line, of the period asked for, else of the last that both have."""
    if len(request.periods) == 1:
        one, two = (entry_at(match.line, request.periods[0]) for match in (first, second))
        sure = min(certain_at(match.line, request.periods[0]) for match in (first, second))
        return (one, two, sure) if one and two else None
    if len(request.periods) == 2:
        one, two = entry_at(first.line, request.periods[0]), entry_at(second.line, request.periods[1])
        return (one, two, 0.3) if one and two else None
    mine, theirs = in_time(first.line), in_time(second.line)
    for one in reversed(mine):
        if two := next((other for other in theirs if other.when == one.when), None):
            return one, two, 0.9 if len(mine) == 1 else 0.4
    own, other = ([entry for entry in match.line.entries if entry.figure] for match in (first, second))
    if len(own) == 1 == len(other):
        return own[0], other[0], 0.8
    return None


def _two(request: Request, table: Tableau) -> Reply | None:
    parted = _parted(request, table)
    if parted is None:
        return None
    pair, phrases = parted
    first, second = pair
    if request.averaged:
        mine, theirs = (table.operands(_both(request, one)) for one in pair)
        if len(mine) < 2 or len(theirs) < 2:
            return None
        return _made(
            request, f"{_mean(mine)} - {_mean(theirs)}", [*mine, *theirs], list(pair), {"period": 0.3, "periods": 0.0}
        )
    found = _at(request, first, second)
    if found is None or found[0] == found[1]:
        return None
    one, two = table.operands(found[:2])
    together = first.line.row == second.line.row or found[0].column == found[1].column
    features = {
        "period": found[2],
        "periods": float(len(request.periods) == 1 or _only(first, second)),
        "together": float(together),
    }
    if request.form in (Form.SHARE, Form.RATIO) and (made := _of_sums(request, table, pair, phrases)):
        return made
    if request.form is Form.SHARE and (_figure(one) < 0) != (_figure(two) < 0):
        # A cost printed as a negative is a share of the whole all the same.
        one_, two_ = (part.expression.lstrip("-") for part in (one, two))
        expression = f"margin({one_}, {two_})"
    elif request.form is Form.SHARE:
        expression = f"margin({one.expression}, {two.expression})"
    elif request.form is Form.RATIO:
        expression = f"{one.expression} / {two.expression}"
    else:
        expression = f"{one.expression} {'+' if request.form is Form.SUM else '-'} {two.expression}"
        if request.form is Form.DIFFERENCE and _figure(one) < _figure(two):
            expression = f"{two.expression} - {one.expression}"
    return _made(request, expression, [one, two], list(pair), features)


def _only(first: Match, second: Match) -> bool:
    """Whether each line has one figure, so that no period is left to choose."""
    return all(sum(entry.figure is not None for entry in one.line.entries) == 1 for one in (first, second))


def _of_sums(request: Request, table: Tableau, pair: tuple[Match, Match], phrases: tuple[str, str]) -> Reply | None:
    """A share or ratio of which a side is the sum of two lines; None where each side is one line."""
    sides = [_parts(phrase, one, request, table) for phrase, one in zip(phrases, pair, strict=True)]
    if all(len(side) == 1 for side in sides):
        return None
    when = request.periods[0] if request.periods else None
    entries = [
        [entry_at(one.line, when) if when else next(iter(in_time(one.line)[::-1]), None) for one in side]
        for side in sides
    ]
    flat = [one for side in entries for one in side if one]
    if len(flat) != sum(map(len, sides)):
        return None
    operands = table.operands(flat)
    texts = [one.expression for one in operands]
    first, second = " + ".join(texts[: len(sides[0])]), " + ".join(texts[len(sides[0]) :])
    expression = f"margin({first}, {second})" if request.form is Form.SHARE else f"({first}) / ({second})"
    return _made(
        request,
        expression,
        operands,
        [one for side in sides for one in side],
        {"period": 0.5, "periods": float(bool(when))},
    )


def _both(request: Request, match: Match) -> list[Entry]:
    dated = in_time(match.line)
    found = spread_of(request, match.line)
    if len(found) == 1:
        before = [one for one in dated if one.when and found[0].when and one.when.order < found[0].when.order]
        return [before[-1], found[0]] if before else found
    return found


def _sum(request: Request, table: Tableau) -> Reply | None:
    whole = table.matcher.best(request.phrase, () if request.spread else request.periods)
    pair = _pair(request, table) if request.pairs else None
    if pair and (whole is None or min(pair[0].score, pair[1].score) > whole.score + 0.03) and len(request.periods) <= 1:
        return _two(request, table)
    for match in table.matcher.matches(request.phrase, () if request.spread else request.periods)[:3]:
        found = spread_of(request, match.line)
        if len(found) < 2 or len(request.periods) < 1:
            continue
        operands = table.operands(found)
        sure = min((certain_at(match.line, when) for when in request.periods), default=0.5)
        if reply := _made(
            request, " + ".join(one.expression for one in operands), operands, [match], {"period": sure, "periods": 1.0}
        ):
            return reply
    return _down(request, table)


def _implied(request: Request, table: Tableau) -> Reply | None:
    """A total that has no line of its own: of the two named, or of the lines that are named alike."""
    if not re.search(r"\btotals?\b", request.text, re.IGNORECASE):
        return None
    whole = table.matcher.best(request.phrase, request.periods)
    if whole and (whole.exact or "total" in f"{whole.line.label} {whole.line.head}".lower()):
        return None
    pair = _pair(request, table) if request.pairs else None
    if pair and whole and min(one.score for one in pair) > max(0.8, whole.score + 0.1):
        return _two(replace(request, form=Form.SUM), table)
    return _down(
        replace(
            request,
            form=Form.SUM,
            phrase=" ".join(re.sub(r"\btotals?\b", " ", request.phrase, flags=re.IGNORECASE).split()),
        ),
        table,
    )


_WAYS = {
    Form.VALUE: _implied,
    Form.CHANGE: _change,
    Form.PERCENT_CHANGE: _change,
    Form.AVERAGE: _average,
    Form.DIFFERENCE: _two,
    Form.RATIO: _two,
    Form.SHARE: _two,
    Form.SUM: _sum,
}
