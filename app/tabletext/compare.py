"""Which period or item is the highest or the lowest, above or below a limit, and how many are."""

import re
from collections.abc import Callable
from decimal import Decimal

from app.quantity import names
from app.tabletext.figure import is_year
from app.tabletext.grid import Entry
from app.tabletext.matching import in_time, stems
from app.tabletext.reply import Reply
from app.tabletext.request import Form, Request
from app.tabletext.tableau import Tableau, features_of, spread_of
from app.terms import same

MARKS = re.compile(r"\s*(?:\(\d{1,2}\)|\([a-z]\)|\[\d{1,2}\])$")


def holds(request: Request, table: Tableau) -> Callable[[Entry], bool]:
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


def which_period(request: Request, table: Tableau) -> Reply | None:
    """The period in which a line is highest or lowest, or those in which it is above or below a limit; the others after."""
    for match in table.matcher.matches(request.phrase)[:3]:
        dated = in_time(match.line)
        if request.periods:
            dated = spread_of(request, match.line) if len(request.periods) > 1 else dated
        if len(dated) < 2:
            continue
        dated = sorted(dated, key=lambda one: one.column if not match.line.down else one.row)
        if request.limit is not None:
            test = holds(request, table)
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
            features_of(match, 0.9), 0.0, match.line.label,
        )  # fmt: skip
    return None


def which_item(request: Request, table: Tableau) -> Reply | None:
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
    sections = dict.fromkeys(one.section for one in best)
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
        (MARKS.sub("", top.label),),
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


def count_periods(request: Request, table: Tableau) -> Reply | None:
    """In how many periods a line is above or below a limit."""
    for match in table.matcher.matches(request.phrase)[:3]:
        dated = spread_of(request, match.line) if request.periods else in_time(match.line)
        if len(dated) < 2:
            continue
        test = holds(request, table)
        chosen = [one for one in dated if test(one)]
        operands = tuple(table.operand(one) for one in [*chosen, *(one for one in dated if one not in chosen)])
        return Reply(
            Form.COUNT_PERIODS, (), Decimal(len(chosen)), "", "", " + ".join("1" for _ in chosen) or "0", operands, (),
            {**features_of(match, 0.9), "periods": 1.0}, 0.0, match.line.label,
        )  # fmt: skip
    return None
