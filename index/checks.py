"""What must add up in the statements of a filing: a cell that takes part is surer for it, or in doubt.

Equalities between items are data (checks.toml). Besides, a row called a total is compared with the rows above it: where
their sum is the total in one column of a table and isn't in another, a cell of the latter is wrong.
"""

import re
import tomllib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache
from pathlib import Path

from corpus.errors import DataProblem
from index.concepts import STATEMENTS, concepts
from index.line_items import find_item
from index.statement_cells import UNCHECKED, Column, Line

FILE = Path(__file__).parent / "checks.toml"
CONFIRMED = 0.99  # confidence in a cell of a sum that holds
DOUBTED = 0.3  # in one of a sum that doesn't, where no other holds
ENOUGH = 0.5  # below it a figure isn't computed from a cell
_MOST_BETWEEN = 3  # rows between those of a sum that may be what it lacks
_TOTAL = re.compile(r"^(?:sub)?total\b|^net cash\b|\btotal$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Check:
    """An equality between items; the fields are those that checks.toml explains at its top."""

    name: str
    statement: str
    total: str
    sums: tuple[tuple[tuple[int, str, bool], ...], ...]  # sign, id of the item, whether it may be missing
    certain: bool = False


@dataclass(frozen=True, slots=True)
class Finding:
    """What a check says of some lines, by their numbers: that they add up, or what doesn't."""

    lines: tuple[int, ...]
    failed: str = ""


@cache
def equalities(path: Path = FILE) -> tuple[Check, ...]:
    """The checks in `path`. Raises DataProblem where it can't be used or names an item that there isn't."""
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
        found = tuple(
            Check(
                str(one["name"]),
                str(one["statement"]),
                str(one["total"]),
                tuple(tuple(_term(term) for term in terms) for terms in one["sums"]),
                bool(one.get("certain", False)),
            )
            for one in data["check"]
        )
    except (OSError, tomllib.TOMLDecodeError, KeyError, TypeError, AttributeError) as error:
        raise DataProblem(f"{path.name} can't be used: {error}. Compare it with the one that is shipped.") from error
    for one in found:
        named = {one.total, *(item for terms in one.sums for _, item, _ in terms)}
        unknown = sorted(item for item in named if item not in concepts())
        if unknown or one.statement not in STATEMENTS:
            wrong = unknown[0] if unknown else one.statement
            raise DataProblem(f"{path.name}: {one.name!r} names {wrong!r}, which is no item or statement.")
    return found


def _term(text: str) -> tuple[int, str, bool]:
    return -1 if text.startswith("-") else 1, text.strip("-?"), text.endswith("?")


def checked(lines: Sequence[Line]) -> list[Line]:
    """The lines with the confidence that the checks leave them, in the same order.

    A cell of a sum that holds is confirmed; one of a sum that fails is in doubt, unless another sum with it holds.
    """
    findings = [*_equal(lines), *_totals(lines)]
    passed = Counter(number for one in findings if not one.failed for number in one.lines)
    failed: dict[int, str] = {}
    for one in findings:
        if one.failed:
            failed |= {number: one.failed for number in one.lines if number not in failed}
    return [
        replace(
            line,
            confidence=UNCHECKED
            if passed[number] and number in failed
            else CONFIRMED
            if passed[number]
            else DOUBTED
            if number in failed
            else UNCHECKED,
            failed=failed.get(number, ""),
        )
        for number, line in enumerate(lines)
    ]


def _equal(lines: Sequence[Line]) -> list[Finding]:
    """What the equalities say, column by column."""
    found: list[Finding] = []
    for check in equalities():
        columns = dict.fromkeys(line.column for line in lines if line.statement == check.statement)
        results = [_in_column(check, lines, column) for column in columns]
        holding = {terms for terms, finding in results if finding and not finding.failed}
        found += [
            finding
            for terms, finding in results
            if finding and (not finding.failed or check.certain or terms in holding)
        ]
    return found


def _in_column(check: Check, lines: Sequence[Line], column: Column) -> tuple[tuple[str, ...], Finding | None]:
    """The first sum that holds in a column, else the first of which all items are there; None where none is."""
    # Whatever period a column covers, its lines are those of one period: asked for as a whole year.
    numbered = {
        id(asked): (number, asked)
        for number, line in enumerate(lines)
        if line.statement == check.statement and line.column == column
        for asked in (replace(line, column=Column(column.year, None, 12)),)
    }
    near = [asked for _, asked in numbered.values()]

    def item(name: str) -> tuple[int, Decimal, Line] | None:
        value = find_item(near, concepts()[name], column.year)
        return (numbered[id(value.line)][0], value.amount, value.line) if value else None

    first: tuple[tuple[str, ...], Finding | None] = ((), None)
    total = item(check.total)
    if total is None:
        return first
    for terms in check.sums:
        values = [(sign, name, item(name), spare) for sign, name, spare in terms]
        if any(value is None and not spare for _, _, value, spare in values):
            continue
        held = [(sign, name, value) for sign, name, value, _ in values if value]
        numbers = (total[0], *(value[0] for _, _, value in held))
        if len(set(numbers)) < len(numbers):
            continue  # one row for two of its items: nothing is added
        added = sum((sign * value[1] for sign, _, value in held), Decimal(0))
        names = tuple(name for _, name, _ in held)
        slack = _slack([total[2], *(value[2] for _, _, value in held)])
        if abs(added - total[1]) <= slack:
            return names, Finding(numbers)
        between = _between(near, [total[2], *(value[2] for _, _, value in held)])
        if any(abs(abs(added - total[1]) - abs(size)) <= slack for size in between):
            return names, Finding(numbers)
        if first[1] is None:
            said = f"{check.name}: {_shown(total[1])} is not {_shown(added)} (FY{column.year})"
            first = (names, Finding(numbers, said))
    return first


def _between(near: Sequence[Line], held: Sequence[Line]) -> list[Decimal]:
    """What rows between the last of a sum and its total (the first of `held`) may add: each alone, and all together."""
    total = held[0].fact
    table = (total.row.page, total.place[0])
    last = max((line.fact.place[1] for line in held[1:] if _table(line) == table), default=total.place[1])
    spare = [
        line.value
        for line in near
        if _table(line) == table and last < line.fact.place[1] < total.place[1] and line.value
    ]
    return [*spare, sum(spare, Decimal(0))] if 0 < len(spare) <= _MOST_BETWEEN else []


def _table(line: Line) -> tuple[int, int]:
    return line.fact.row.page, line.fact.place[0]


def _slack(lines: Sequence[Line]) -> Decimal:
    """How far a sum of rounded figures may be from its total: half a unit of the last place for each."""
    places = max((-int(line.value.as_tuple().exponent) for line in lines if line.value), default=0)
    return Decimal(max(2, len(lines))) / 2 * Decimal(1).scaleb(-max(places, 0))


def _shown(value: Decimal) -> str:
    return format(value, ",f")


def _totals(lines: Sequence[Line]) -> list[Finding]:
    """What the rows called totals say, table by table."""
    tables: dict[tuple[int, int], list[int]] = {}
    for number, line in enumerate(lines):
        tables.setdefault(_table(line), []).append(number)
    return [finding for numbers in tables.values() for finding in _in_table(lines, numbers)]


def _in_table(lines: Sequence[Line], numbers: Sequence[int]) -> list[Finding]:
    units = Counter(lines[number].fact.unit for number in numbers)
    usual = units.most_common(1)[0][0]
    columns: dict[str, dict[int, int]] = {}
    for number in numbers:
        fact = lines[number].fact
        if fact.unit == usual:
            columns.setdefault(fact.header, {})[fact.place[1]] = number
    sums: dict[int, dict[str, tuple[int, ...]]] = {}
    for header, rows in columns.items():
        for total, parts in _sums([(row, lines[rows[row]]) for row in sorted(rows)]):
            sums.setdefault(total, {})[header] = parts
    found = []
    for total, by_header in sums.items():
        usual_parts = Counter(by_header.values()).most_common(1)[0][0]
        for header, rows in columns.items():
            if header in by_header:
                found.append(Finding(tuple(rows[row] for row in (total, *by_header[header]))))
            elif total in rows and (finding := _against(lines, rows, total, usual_parts)):
                found.append(finding)
    return found


def _sums(rows: Sequence[tuple[int, Line]]) -> Iterable[tuple[int, tuple[int, ...]]]:
    """Each total of one column with the rows right above that add up to it; a total stands for its rows afterwards."""
    stack: list[tuple[int, Line]] = []
    for row, line in rows:
        if _TOTAL.search(line.fact.label.strip()) and line.value:
            for count in range(2, len(stack) + 1):
                parts = stack[-count:]
                if sum(bool(part.value) for _, part in parts) < 2:
                    continue
                added = sum((part.value for _, part in parts), Decimal(0))
                if abs(added - line.value) <= _slack([part for _, part in parts]):
                    yield row, tuple(number for number, _ in parts)
                    del stack[-count:]
                    break
        stack.append((row, line))


def _against(lines: Sequence[Line], rows: dict[int, int], total: int, parts: Sequence[int]) -> Finding | None:
    """A column in which the rows that make up a total elsewhere don't; None where they do or hardly any is there."""
    held = [rows[row] for row in parts if row in rows]
    if len(held) < 2:
        return None
    here = lines[rows[total]]
    added = sum((lines[number].value for number in held), Decimal(0))
    if abs(added - here.value) <= _slack([lines[number] for number in held]):
        return Finding((rows[total], *held))
    label = " ".join(here.fact.label.split())
    said = f"{label}: the rows above add up to {_shown(added)}, not {_shown(here.value)} ({here.fact.header})"
    return Finding((rows[total], *held), said)
