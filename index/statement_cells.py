"""The primary statements of filings as cells: each with its concept's statement, its fiscal period and its amount."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal

from corpus.document import Kind, Metadata
from corpus.period import find_dates, nearest_month
from index.cells import CellFact, is_dash
from index.concepts import BALANCE, STATEMENTS, Concept, concepts, label_rank, plain_label

FILINGS = frozenset([Kind.ANNUAL_REPORT, Kind.QUARTERLY_REPORT, Kind.EARNINGS_RELEASE])
_AS_GOOD = 0.7  # of the line items of the page that holds most
_TOGETHER = 8  # pages between the statements of one company
_TABLES = 10  # tables of a page that are told apart by `Line.place`
_LEAST_ROWS = 3  # line items of a statement that a page must hold to go on with it
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_MONTHS = (
    (re.compile(r"\b(?:three|3)[\s-]+months?|\b(?:thirteen|fourteen|13|14)[\s-]+weeks?|\bquarters?\b|\bQ[1-4]\b", re.IGNORECASE), 3),
    (re.compile(r"\b(?:six|6)[\s-]+months?|\b(?:twenty[\s-]six|26|27)[\s-]+weeks?", re.IGNORECASE), 6),
    (re.compile(r"\b(?:nine|9)[\s-]+months?|\b(?:thirty[\s-]nine|39|40)[\s-]+weeks?", re.IGNORECASE), 9),
    (re.compile(r"\b(?:twelve|12)[\s-]+months?|\b(?:fifty[\s-](?:two|three)|52|53)[\s-]+weeks?|\byears?\b|\bfiscal\b|\bFY", re.IGNORECASE), 12),
)  # fmt: skip
_NO_PERIOD = re.compile(
    r"%|\bchange|\bincrease|\bdecrease|\bvs\b|\bversus\b|\bvariance|\bnotes?\b|\bpro forma", re.IGNORECASE
)
_CURRENCY = re.compile(r"[$€£¥₹₩]")
_FIGURE = re.compile(r"[$€£¥]?\s*(\(?)\s*[$€£¥]?\s*(-?)\s*(\d[\d,]*(?:\.\d+)?|\.\d+)\s*(\)?)")


@dataclass(frozen=True, slots=True)
class Column:
    """The fiscal period of a column: its year, its quarter where it ends with one, and how many months it covers."""

    year: int
    quarter: int | None = None  # 4 or None: the year's end
    months: int | None = None
    end: date | None = field(default=None, compare=False)  # its last day, where the header says so

    def fits(self, year: int, quarter: int | None, statement: str, kind: Kind) -> bool:
        """Whether it is the period asked for; a flow must cover it whole, a balance stand at its end."""
        ends = self.year == year and (self.quarter or 4) == (quarter or 4)
        if not ends or statement == BALANCE:
            return ends
        if quarter:
            return self.months == 3
        return self.months == 12 or (self.months is None and kind is Kind.ANNUAL_REPORT)


UNCHECKED = 0.9  # confidence in a cell that no check speaks of


@dataclass(frozen=True, slots=True)
class Line:
    """A cell of a primary statement."""

    fact: CellFact
    statement: str
    column: Column
    value: Decimal  # as printed, brackets as minus, a dash as 0
    place: int  # 0: the statement's own table; above: other tables of its page, then pages that go on with it
    confidence: float = UNCHECKED  # what the checks leave of it, from 0 to 1
    failed: str = ""  # the check that it fails: what should be equal and isn't


def read_amount(text: str) -> Decimal | None:
    """The figure of a cell, brackets as minus; None for a dash, a percentage or anything else."""
    match = _FIGURE.fullmatch(text.strip())
    if match is None:
        return None
    value = Decimal(match[3].replace(",", ""))
    return -value if match[1] or match[2] else value


def read_column(header: str, caption: str, metadata: Metadata, latest: int | None) -> Column | None:
    """The fiscal period of a column header in a document; None where it names none or more than one.

    `latest` is the latest year of the table's headers: it tells whether bare years count as the document's fiscal years
    do or by the calendar.
    """
    plain = " ".join(header.split())
    dates = {day for _, day in find_dates(plain)}
    years = {int(year) for year in _YEAR.findall(plain)}
    if len(dates) > 1 or (not dates and len(years) != 1) or _NO_PERIOD.search(plain):
        return None
    months = _months(plain) or _months(caption)
    period = metadata.period
    if dates:
        day = dates.pop()
        month, year = nearest_month(day)
        if period is None or period.fiscal_year is None:
            return None
        if period.end is None:
            return (
                Column(year - 1 if month <= 2 else year, None, months, day)
                if metadata.kind is not Kind.QUARTERLY_REPORT
                else None
            )
        end_month, end_year = nearest_month(period.end)
        closing = end_year * 12 + end_month + 3 * (4 - (period.quarter or 4))
        behind = closing - (year * 12 + month)
        if behind % 3:
            return None
        return Column(period.fiscal_year - behind // 12, 4 - behind % 12 // 3, months, day)
    year = years.pop()
    if period is None or period.fiscal_year is None or metadata.kind is Kind.QUARTERLY_REPORT:
        return None  # a bare year in a quarterly report doesn't say which quarter
    if latest not in (period.fiscal_year, period.end.year if period.end else period.fiscal_year):
        return None
    by_calendar = not re.search(r"fiscal|FY", plain, re.IGNORECASE) and latest != period.fiscal_year
    return Column(year + (period.fiscal_year - latest if by_calendar and latest else 0), None, months)


def _months(text: str) -> int | None:
    found = {months for pattern, months in _MONTHS if pattern.search(text)}
    # "Three months ended … of the fiscal year" speaks of three months.
    found -= {12} if len(found) > 1 else set()
    return found.pop() if len(found) == 1 else None


def statement_lines(pages: dict[int, frozenset[str]], cells: Callable[[int], Sequence[CellFact]]) -> list[Line]:
    """The cells of a document's primary statements; `pages` are those recognised, `cells` gives a page's cells."""
    lines: list[Line] = []
    concept_rows = {
        statement: [one for one in concepts().values() if one.statement == statement] for statement in STATEMENTS
    }
    candidates: dict[str, list[int]] = {}
    rows: dict[str, dict[int, int]] = {}
    for statement, mine in concept_rows.items():
        named = sorted(number for number, features in pages.items() if statement in features)
        counts = {number: _rows_of(mine, cells(number)) for number in named}
        candidates[statement] = [one for one in named if counts[one] >= _LEAST_ROWS]
        rows[statement] = counts
    for statement, mine in concept_rows.items():
        if not candidates[statement]:
            continue
        named = sorted(number for number, features in pages.items() if statement in features)
        best = _own_page(statement, candidates, rows[statement])
        others = frozenset(STATEMENTS) - {statement}
        place = 0
        for number in (best, best + 1, best - 1):
            flows = _is_cash_flow(cells(number))
            sure = number in named or (flows and statement == "cash flow statement")
            going_on = number == best or (
                not (pages.get(number, frozenset()) & others)
                and (sure or number > best)
                and _rows_of(mine, cells(number)) >= (1 if sure else _LEAST_ROWS)
                and not (flows and statement != "cash flow statement")
            )
            if going_on:
                lines += _by_table(_lines(cells(number), statement, place), mine)
                place += _TABLES
    return _in_one_currency(lines)


def _own_page(statement: str, candidates: dict[str, list[int]], rows: dict[int, int]) -> int:
    """The page of the company's own statement: of those with most other statements near them, the first as full as any.

    Selected data of five years stand alone; the statements of parts, of the parent and of guarantors come later.
    """

    def company(page: int) -> int:
        others = (pages for name, pages in candidates.items() if name != statement)
        return sum(any(abs(page - other) <= _TOGETHER for other in pages) for pages in others)

    mine = candidates[statement]
    together = [page for page in mine if company(page) == max(map(company, mine))]
    most = max(rows[page] for page in together)
    return next(page for page in together if rows[page] >= _AS_GOOD * most)


def _by_table(lines: Sequence[Line], mine: Sequence[Concept]) -> list[Line]:
    """A page's lines, those of the table with most line items first: another one may repeat some for a part of the company."""
    tables: dict[int, list[Line]] = {}
    for line in lines:
        tables.setdefault(line.fact.place[0], []).append(line)
    ordered = sorted(tables.values(), key=lambda one: -_rows_of(mine, [line.fact for line in one]))
    return [
        replace(line, place=line.place + min(number, _TABLES - 1))
        for number, table in enumerate(ordered)
        for line in table
    ]


def table_lines(tables: Iterable[Sequence[CellFact]]) -> list[Line]:
    """The same for a document whose pages don't tell its statements apart: each table is judged by its rows."""
    scored = []
    for facts in tables:
        counts = {
            statement: _rows_of([one for one in concepts().values() if one.statement == statement], facts)
            for statement in STATEMENTS
        }
        statement = "cash flow statement" if _is_cash_flow(facts) else max(counts, key=lambda name: counts[name])
        if counts[statement] >= _LEAST_ROWS:
            scored.append((-counts[statement], statement, facts))
    lines: list[Line] = []
    places = dict.fromkeys(STATEMENTS, 0)
    for _, statement, facts in sorted(scored, key=lambda one: one[0]):
        lines += _lines(facts, statement, places[statement])
        places[statement] += 1
    return _in_one_currency(lines)


def _rows_of(mine: Iterable[Concept], facts: Sequence[CellFact]) -> int:
    labels = {fact.label for fact in facts}
    return sum(any(label_rank(concept, label) is not None for label in labels) for concept in mine)


def _is_cash_flow(facts: Sequence[CellFact]) -> bool:
    return any("activities" in plain_label(fact.label) for fact in facts)


def _lines(facts: Sequence[CellFact], statement: str, place: int) -> list[Line]:
    years = [int(year) for fact in facts for year in _YEAR.findall(fact.header)]
    latest = max(years, default=None)
    columns: dict[tuple[str, str], Column | None] = {}
    found = []
    for fact in facts:
        key = (fact.header, fact.caption)
        if key not in columns:
            columns[key] = read_column(fact.header, fact.caption, fact.metadata, latest)
        column = columns[key]
        value = Decimal(0) if is_dash(fact.text) else read_amount(fact.text)
        if column and value is not None:
            found.append(Line(fact, statement, column, value, place))
    return _with_currency(found)


def _with_currency(lines: list[Line]) -> list[Line]:
    """Lines whose table states a scale alone get the currency of the dollar signs in it."""
    signs = {sign for line in lines for sign in _CURRENCY.findall(f"{line.fact.row.quote} {line.fact.caption}")}
    if signs == {"$"}:
        return [
            replace(line, fact=replace(line.fact, unit=f"{line.fact.unit} USD"))
            if line.fact.unit in ("thousand", "million", "billion")
            else line
            for line in lines
        ]
    return lines


def _in_one_currency(lines: list[Line]) -> list[Line]:
    """Lines of a page without a sign of currency have the one of the others: primary statements are in one currency."""
    currencies = {line.fact.unit.split()[-1] for line in lines if " " in line.fact.unit} - {"shares"}
    if len(currencies) != 1:
        return lines
    currency = currencies.pop()
    return [
        replace(line, fact=replace(line.fact, unit=f"{line.fact.unit} {currency}"))
        if line.fact.unit in ("thousand", "million", "billion")
        else line
        for line in lines
    ]
