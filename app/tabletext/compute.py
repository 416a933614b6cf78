"""Calculations over the cells of a table: changes, averages, sums, shares and ratios, by the calculator."""

import re
from dataclasses import replace

from app.tabletext.grid import Entry
from app.tabletext.matching import Match, certain_at, entry_at, in_time
from app.tabletext.reply import Reply
from app.tabletext.request import Form, Request
from app.tabletext.tableau import UNSIGNED, Tableau, figure_of, made_of, mean_of, spread_of
from app.tabletext.two_lines import over_two, pair_of
from app.tabletext.when import When

_FALL = re.compile(r"\b(?:decreas|declin|reduc|drop|fall|fell)\w*", re.IGNORECASE)
_RISE = re.compile(r"\b(?:increas|chang|ris|rose|gr[eo]w)\w*", re.IGNORECASE)
_FROM = re.compile(r"\bfrom\b|\bnet difference\b", re.IGNORECASE)


def compute(request: Request, table: Tableau) -> Reply | None:
    """The calculation asked for, None where a line or a period of it isn't found or units can't meet."""
    way = _WAYS.get(request.form)
    return way(request, table) if way else None


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
        pair = pair_of(request, table)
        whole = table.matcher.best(request.phrase, request.periods)
        if pair and (whole is None or min(one.score for one in pair) > whole.score):
            return over_two(replace(request, form=Form.DIFFERENCE), table)
    whens = request.periods if len(request.periods) != 1 or len(request.periods[0].years) != 2 else ()
    for match in table.matcher.matches(request.phrase, whens)[:3]:
        ends = _periods_ends(request, match)
        if ends is None:
            continue
        earlier, later, sure = ends
        before, after = table.operands([earlier, later])
        features = {"period": sure, "periods": float(len(request.periods) == 2)}
        change = f"{after.expression} - {before.expression}"
        if figure_of(after) < figure_of(before) and _size_asked(request):
            change = f"{before.expression} - {after.expression}"
        # The change of a percentage is given in percentage points.
        rate = request.form is Form.PERCENT_CHANGE and not before.unit == after.unit == "%"
        expression = f"margin({change}, {before.expression})" if rate else change
        # None where it has no result (growth from nothing): another line's would be no answer.
        return made_of(request, expression, [after, before], [match], features)
    return None


def _size_asked(request: Request) -> bool:
    """Whether the size of a fall is asked for: "the decrease in …", "the difference between …"; a change has its sign."""
    if _FALL.search(request.text) and not _RISE.search(request.text):
        return True
    plain = request.form is Form.CHANGE and not _FROM.search(request.text)
    return plain and UNSIGNED.search(request.text) is not None


def _average(request: Request, table: Tableau) -> Reply | None:
    periods = () if request.spread else request.periods
    ranked = table.matcher.matches(request.phrase, periods)
    pair = pair_of(request, table) if request.pairs and len(request.periods) == 1 else None
    if pair and ranked and min(pair[0].score, pair[1].score) > ranked[0].score + 0.1:
        entries = [entry_at(one.line, request.periods[0]) for one in pair]
        operands = table.operands([one for one in entries if one])
        if len(operands) == 2:
            return made_of(request, mean_of(operands), operands, list(pair), {"period": 0.6, "periods": 1.0})
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
        features = {"period": sure, "periods": float(len(request.periods) > 0)}
        return made_of(request, mean_of(operands), operands, [match], features)
    return _down(request, table)


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
    return made_of(request, expression, operands, top, {"period": 0.3, "periods": 0.0})


def _sum(request: Request, table: Tableau) -> Reply | None:
    whole = table.matcher.best(request.phrase, () if request.spread else request.periods)
    pair = pair_of(request, table) if request.pairs else None
    if pair and (whole is None or min(pair[0].score, pair[1].score) > whole.score + 0.03) and len(request.periods) <= 1:
        return over_two(request, table)
    for match in table.matcher.matches(request.phrase, () if request.spread else request.periods)[:3]:
        found = spread_of(request, match.line)
        if len(found) < 2 or len(request.periods) < 1:
            continue
        operands = table.operands(found)
        sure = min((certain_at(match.line, when) for when in request.periods), default=0.5)
        joined = " + ".join(one.expression for one in operands)
        return made_of(request, joined, operands, [match], {"period": sure, "periods": 1.0})
    return _down(request, table)


def _implied(request: Request, table: Tableau) -> Reply | None:
    """A total that has no line of its own: of the two named, or of the lines that are named alike."""
    if not re.search(r"\btotals?\b", request.text, re.IGNORECASE):
        return None
    whole = table.matcher.best(request.phrase, request.periods)
    if whole and (whole.exact or "total" in f"{whole.line.label} {whole.line.head}".lower()):
        return None
    pair = pair_of(request, table) if request.pairs else None
    if pair and whole and min(one.score for one in pair) > max(0.8, whole.score + 0.1):
        return over_two(replace(request, form=Form.SUM), table)
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
    Form.DIFFERENCE: over_two,
    Form.RATIO: over_two,
    Form.SHARE: over_two,
    Form.SUM: _sum,
}
