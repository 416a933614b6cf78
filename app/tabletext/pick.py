"""Answers that stand in the table: a value, several values, what is listed, how many."""

import re
from dataclasses import replace
from decimal import Decimal

from app.tabletext.compare import MARKS, count_periods, holds, period_text, which_item, which_period
from app.tabletext.matching import certain_at, entry_at, in_time, stems
from app.tabletext.reply import Operand, Reply
from app.tabletext.request import Form, Request
from app.tabletext.tableau import Tableau, features_of, spread_of
from app.terms import same


def pick(request: Request, table: Tableau) -> Reply | None:
    """The cells, periods or labels asked for; None where the table hasn't them."""
    way = _WAYS.get(request.form)
    return way(request, table) if way else None


def shown_scale(operand: Operand) -> str:
    """The scale that a printed cell is in: "percent" where its unit is one that the print leaves off."""
    if operand.unit == "%":
        return "" if "%" in operand.entry.text else "percent"
    return operand.scale


def value(request: Request, table: Tableau) -> Reply | None:
    """One cell: of the period asked for, else the line's only one, else its latest."""
    for match in table.matcher.matches(request.phrase, request.periods)[:3]:
        if request.periods:
            entry, sure = entry_at(match.line, request.periods[0]), certain_at(match.line, request.periods[0])
        else:
            dated = in_time(match.line)
            entries = [one for one in match.line.entries if one.figure]
            entry = dated[-1] if dated else entries[0] if entries else None
            sure = 0.8 if len(entries) == 1 else 0.4
        if entry:
            operand = table.operand(entry)
            return Reply(
                Form.VALUE, (entry.text,), None, shown_scale(operand), operand.unit, "", (operand,), (),
                features_of(match, sure), 0.0, match.line.label,
            )  # fmt: skip
    return None


def _values(request: Request, table: Tableau) -> Reply | None:
    best = table.matcher.best(request.phrase, () if request.spread else request.periods)
    pairs = [
        (one, two)
        for first, second in request.pairs[:6]
        if (one := table.matcher.best(first, request.periods)) and (two := table.matcher.best(second, request.periods))
        and one.line != two.line
    ]  # fmt: skip
    pair = max(pairs, key=lambda both: min(one.score for one in both), default=None)
    if pair and len(request.periods) <= 1 and (best is None or min(one.score for one in pair) > best.score + 0.05):
        cells = [replaced for one in pair if (replaced := value(replace(request, phrase=one.line.label), table))]
        if len(cells) == 2:
            operands = tuple(one.operands[0] for one in cells)
            return Reply(
                Form.VALUES,
                tuple(one.entry.text for one in operands),
                None,
                shown_scale(operands[0]),
                "",
                "",
                operands,
                (),
                features_of(pair[0], 0.5),
            )
    if best is None:
        return None
    found = spread_of(request, best.line)
    if request.spread and request.periods[0].order > request.periods[-1].order:
        found = found[::-1]
    if not found:
        return None
    operands = tuple(table.operand(one) for one in found)
    return Reply(
        Form.VALUES, tuple(one.text for one in found), None, shown_scale(operands[0]), operands[0].unit, "", operands, (),
        features_of(best, 0.8), 0.0, best.line.label,
    )  # fmt: skip


def _under(phrase: str, table: Tableau) -> list[tuple[int, str]]:
    """The rows under the section that a phrase names, else all rows that aren't totals."""
    wanted = list(stems(phrase))
    rows = [(row, label, section) for row, label, section, figure in table.grid.labels if figure and label]
    plain = [
        one
        for one in rows
        if not re.search(r"^(?:sub-?)?total\b|\btotals?$|^net\b|\bat end of\b|^less\b", one[1], re.IGNORECASE)
    ]
    sections = list(dict.fromkeys(one[2] for one in plain if one[2]))

    def share(section: tuple[str, ...]) -> float:
        words = [word for part in section for word in stems(part)]
        held = sum(any(same(one, other) for other in words) for one in wanted)
        return held / len(words) if words else 0.0

    best = max(sections, key=share, default=())
    if best and share(best) >= 0.5:
        words = [word for part in best for word in stems(part)]
        inside = [(row, label) for row, label, section in plain if section == best]
        # "Gross operating costs" under "Operating costs" sums them up.
        sums = [
            one
            for one in inside
            if len(words) > 1 and all(any(same(word, other) for other in stems(one[1])) for word in words)
        ]
        return [one for one in inside if one not in sums] or inside
    return [(row, label) for row, label, _ in plain]


def _items(request: Request, table: Tableau) -> Reply | None:
    found = _under(request.phrase, table)
    if not found:
        return None
    entries = {one.row: one for one in reversed(table.grid.entries)}
    operands = tuple(Operand(entries[row], "", "") for row, _ in found)
    labels = tuple(MARKS.sub("", label) for _, label in found)
    if request.form is Form.COUNT_ITEMS:
        return Reply(
            Form.COUNT_ITEMS,
            (),
            Decimal(len(labels)),
            "",
            "",
            " + ".join("1" for _ in labels),
            operands,
            (),
            {"score": 0.4, "period": 0.3},
        )
    return Reply(Form.ITEMS, labels, None, "", "", "", operands, (), {"score": 0.5, "period": 0.5})


def _count_items(request: Request, table: Tableau) -> Reply | None:
    if request.limit is None:
        return _items(request, table)
    test = holds(request, table)
    columns = {one.column for one in table.grid.entries if one.figure}
    asked = request.periods[:1]
    held = [
        one
        for one in table.grid.entries
        if one.figure and one.label and not re.search(r"\btotals?\b", one.label, re.IGNORECASE)
        and (not asked or (one.when and set(one.when.years) == set(asked[0].years)))
    ]  # fmt: skip
    if not asked and len(columns) > 1:
        held = [one for one in held if one.column == min(columns)]
    chosen = [one for one in held if test(one)]
    if not held:
        return None
    operands = tuple(table.operand(one) for one in [*chosen, *(one for one in held if one not in chosen)])
    return Reply(
        Form.COUNT_ITEMS,
        (),
        Decimal(len(chosen)),
        "",
        "",
        " + ".join("1" for _ in chosen) or "0",
        operands,
        (),
        {"score": 0.4, "period": 0.5},
    )


def _periods(request: Request, table: Tableau) -> Reply | None:
    """The periods for which the table gives a line, or any."""
    best = table.matcher.best(request.phrase)
    dated = in_time(best.line) if best else []
    if not dated:
        lines = max(table.grid.lines, key=lambda line: len(in_time(line)), default=None)
        dated = in_time(lines) if lines else []
    if not dated:
        return None
    dated = sorted(dated, key=lambda one: (one.column, one.row))
    operands = tuple(Operand(one, "", "") for one in dated)
    texts = tuple(dict.fromkeys(period_text(one) for one in dated))
    return Reply(
        Form.PERIODS, texts, None, "", "", "", operands, (), {"score": best.score if best else 0.3, "period": 0.9}
    )


_WAYS = {
    Form.VALUE: value,
    Form.VALUES: _values,
    Form.WHICH_PERIOD: which_period,
    Form.WHICH_ITEM: which_item,
    Form.COUNT_PERIODS: count_periods,
    Form.COUNT_ITEMS: _count_items,
    Form.ITEMS: _items,
    Form.PERIODS: _periods,
}
