"""Answers that stand in the table: a value, several values, the period or item that compares, what is listed, counts."""

import re
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

from app.quantity import names
from app.tabletext.compute import Tableau, spread_of
from app.tabletext.figure import is_year
from app.tabletext.grid import Entry
from app.tabletext.matching import Match, certain_at, entry_at, in_time, stems
from app.tabletext.reply import Operand, Reply
from app.tabletext.request import Form, Request
from app.terms import same

_MARKS = re.compile(r"\s*(?:\(\d{1,2}\)|\([a-z]\)|\[\d{1,2}\])$")


def pick(request: Request, table: Tableau) -> Reply | None:
    """The cells, periods or labels asked for; None where the table hasn't them."""
    way = _WAYS.get(request.form)
    return way(request, table) if way else None


def shown_scale(operand: Operand) -> str:
    """The scale that a printed cell is in: "percent" where its unit is one that the print leaves off."""
    if operand.unit == "%":
        return "" if "%" in operand.entry.text else "percent"
    return operand.scale


def _features(match: Match, sure: float) -> dict[str, float]:
    return {
        "score": match.score, "recall": match.recall, "precision": match.precision, "margin": min(match.margin, 0.3),
        "exact": float(match.exact), "period": sure, "unit": 1.0, "alike": 1.0, "periods": 1.0,
    }  # fmt: skip


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
                _features(match, sure), 0.0, match.line.label,
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
                _features(pair[0], 0.5),
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
        _features(best, 0.8), 0.0, best.line.label,
    )  # fmt: skip


def _holds(request: Request, table: Tableau) -> Callable[[Entry], bool]:
    """Whether a cell is above or below the limit, the limit in the cell's own scale where it names none."""
    limit, side = request.limit or Decimal(0), request.side
    factor = names().scales[request.limit_scale].factor if request.limit_scale else Decimal(1)

    def test(entry: Entry) -> bool:
        operand = table.operand(entry)
        if entry.figure is None:
            return False
        size, bound = entry.figure.value, limit
        own = names().scales[operand.scale].factor if operand.scale and operand.unit != "%" else Decimal(1)
        if request.limit_scale and (operand.scale or abs(size) >= abs(limit) * factor / 50):
            size, bound = size * own, limit * factor
        elif not request.limit_scale and abs(limit) >= own > 1:
            size = size * own  # a limit written out in full; else it is meant in the table's scale
        return (size - bound) * side > 0

    return test


def period_text(entry: Entry) -> str:
    """A cell's period as its header or label prints it: "2019", "December 31, 2019"."""
    if entry.when and len(entry.when.years) == 1 and not (entry.when.quarter or entry.when.month):
        return str(entry.when.years[0])
    printed = [cell.text.strip() for cell in entry.heads if re.search(r"\d", cell.text)]
    years = [one for one in printed if is_year(one)]
    text = (years or printed or [entry.label])[-1]
    if entry.when and len(entry.when.years) == 1 and not entry.when.quarter:
        return str(entry.when.years[0])
    return " ".join(text.split())


def _which_period(request: Request, table: Tableau) -> Reply | None:
    for match in table.matcher.matches(request.phrase)[:3]:
        dated = in_time(match.line)
        if request.periods:
            dated = spread_of(request, match.line) if len(request.periods) > 1 else dated
        if len(dated) < 2:
            continue
        dated = sorted(dated, key=lambda one: one.column if not match.line.down else one.row)
        if request.limit is not None:
            test = _holds(request, table)
            chosen = [one for one in dated if test(one)]
        else:
            top = max(dated, key=lambda one: (one.figure.value if one.figure else Decimal(0)) * request.side)
            if request.side and all(one.figure and one.figure.value <= 0 for one in dated):
                # Of outflows and losses printed as negatives the larger is the one with more digits.
                top = max(dated, key=lambda one: abs(one.figure.value if one.figure else Decimal(0)) * request.side)
            chosen = [top]
        if not chosen:
            continue
        operands = tuple(table.operand(one) for one in [*chosen, *(one for one in dated if one not in chosen)])
        return Reply(
            Form.WHICH_PERIOD, tuple(period_text(one) for one in chosen), None, "", operands[0].unit, "", operands, (),
            _features(match, 0.9), 0.0, match.line.label,
        )  # fmt: skip
    return None


def _which_item(request: Request, table: Tableau) -> Reply | None:
    """The row with the largest or smallest figure in the column (of the period) asked for."""
    periods = request.periods[:1]
    wanted = stems(request.phrase)
    columns: dict[int, list[Entry]] = {}
    for one in table.grid.entries:
        if (
            one.figure
            and not one.figure.nil
            and one.label
            and not re.search(r"\b(?:total|sub-?total|net)\b", one.label, re.IGNORECASE)
        ):
            columns.setdefault(one.column, []).append(one)
    if periods:
        columns = {
            column: kept
            for column, held in columns.items()
            if (kept := [one for one in held if one.when and set(periods[0].years) == set(one.when.years)])
        }
    if not columns:
        return None

    def fits(column: int) -> tuple[float, int]:
        words = stems(columns[column][0].head)
        hits = sum(any(same(one, other) for other in words) for one in wanted)
        return hits / max(1, len(wanted)) + hits / max(1, len(words)), -column

    best = columns[max(columns, key=fits)]
    sections = {one.section for one in best}
    for section in sections:
        if section and sum(any(same(one, other) for part in section for other in stems(part)) for one in wanted) >= max(
            1, len(wanted) // 2
        ):
            best = [one for one in best if one.section == section]
            break
    if len(best) < 2:
        return None
    top = max(best, key=lambda one: (one.figure.value if one.figure else Decimal(0)) * request.side)
    operands = tuple(table.operand(one) for one in [top, *(one for one in best if one is not top)])
    return Reply(
        Form.WHICH_ITEM,
        (_MARKS.sub("", top.label),),
        None,
        "",
        "",
        "",
        operands,
        (),
        {"score": 0.6, "period": 0.5},
        0.0,
        request.phrase,
    )


def _count_periods(request: Request, table: Tableau) -> Reply | None:
    for match in table.matcher.matches(request.phrase)[:3]:
        dated = spread_of(request, match.line) if request.periods else in_time(match.line)
        if len(dated) < 2:
            continue
        test = _holds(request, table)
        chosen = [one for one in dated if test(one)]
        operands = tuple(table.operand(one) for one in [*chosen, *(one for one in dated if one not in chosen)])
        return Reply(
            Form.COUNT_PERIODS, (), Decimal(len(chosen)), "", "", " + ".join("1" for _ in chosen) or "0", operands, (),
            {**_features(match, 0.9), "periods": 1.0}, 0.0, match.line.label,
        )  # fmt: skip
    return None


def _under(phrase: str, table: Tableau) -> list[tuple[int, str]]:
    """The rows under the section that a phrase names, else all rows that aren't totals."""
    wanted = list(stems(phrase))
    rows = [(row, label, section) for row, label, section, figure in table.grid.labels if figure and label]
    plain = [
        one
        for one in rows
        if not re.search(r"^(?:sub-?)?total\b|\btotals?$|^net\b|\bat end of\b|^less\b", one[1], re.IGNORECASE)
    ]
    sections = {one[2] for one in plain if one[2]}

    def share(section: tuple[str, ...]) -> float:
        words = [word for part in section for word in stems(part)]
        held = sum(any(same(one, other) for other in words) for one in wanted)
        return held / len(words) if words else 0.0

    best = max(sections, key=share, default=())
    if best and share(best) >= 0.5:
        words = [word for part in best for word in stems(part)]
        inside = [(row, label) for row, label, section in plain if section == best]
        # "Gross deferred tax assets" under "Deferred tax assets" sums them up.
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
    labels = tuple(_MARKS.sub("", label) for _, label in found)
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
    test = _holds(request, table)
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
    Form.WHICH_PERIOD: _which_period,
    Form.WHICH_ITEM: _which_item,
    Form.COUNT_PERIODS: _count_periods,
    Form.COUNT_ITEMS: _count_items,
    Form.ITEMS: _items,
    Form.PERIODS: _periods,
}
