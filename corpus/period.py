"""Fiscal periods as text states them: "FY2018", "Q2 2023", "year ended December 31, 2018", "2026年第一季度"."""

import calendar
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from corpus.document import Period

_MONTHS = {name.lower(): number for number, name in enumerate(calendar.month_name) if name}
_MONTHS |= {name[:3].lower(): number for name, number in list(_MONTHS.items())} | {"sept": 9}
_MONTH = (
    r"(?:January|February|March|April|May|June|July|August|September|October|November|December|"
    r"Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)\.?"
)
_DATE = (
    rf"(?:(?P<month>{_MONTH})\s+(?P<day>\d{{1,2}})\s*,?\s+(?P<year>\d{{4}})|"
    rf"(?P<day2>\d{{1,2}})\s+(?P<month2>{_MONTH})\s*,?\s+(?P<year2>\d{{4}})|(?P<iso>\d{{4}}-\d\d-\d\d))"
)
_ORDINALS = {
    "first": 1,
    "second": 2,
    "third": 3,
    "fourth": 4,
    "1st": 1,
    "2nd": 2,
    "3rd": 3,
    "4th": 4,
    "1": 1,
    "2": 2,
    "3": 3,
    "4": 4,
    "一": 1,
    "二": 2,
    "三": 3,
    "四": 4,
}
_ORDINAL = r"first|second|third|fourth|1st|2nd|3rd|4th"
_YEAR = r"(?:19|20)\d\d"
_SHORT = rf"(?:{_YEAR}|[’'‘]?\d\d)"
_FISCAL = r"(?:fiscal(?:[\s-]+year)?|financial[\s-]+year|full[\s-]+year|calendar(?:[\s-]+year)?|FY)"

_ENDED = re.compile(
    rf"\b(?P<span>(?:(?:fiscal|financial|full|calendar)\s+)?years?|(?:three|six|nine|twelve|3|6|9|12)[\s-]+months?(?:\s+periods?)?|"
    rf"(?:thirteen|twenty-six|thirty-nine|fifty-two|fifty-three|13|26|39|52|53)[\s-]+weeks?(?:\s+periods?)?|"
    rf"(?:(?:fiscal|financial)\s+)?quarter(?:ly)?(?:\s+periods?)?|periods?)"
    rf"\s*(?:\([^)]{{1,40}}\)\s*)?(?:that\s+)?(?:ended|ending)(?:\s+on)?\s+{_DATE}",
    re.IGNORECASE,
)
_QUARTERS = (
    re.compile(rf"\bQ(?P<q>[1-4])[\s,-]*(?:of\s+)?(?:{_FISCAL}[\s,-]*)?(?P<y>{_SHORT})\b", re.IGNORECASE),
    re.compile(rf"\b(?P<q>[1-4])Q[\s-]*(?:{_FISCAL}\s*)?(?P<y>{_SHORT})\b", re.IGNORECASE),
    re.compile(rf"\b(?:{_FISCAL}\s*)?(?P<y>{_YEAR})[\s,'’s-]*Q(?P<q>[1-4])\b", re.IGNORECASE),
    re.compile(r"\bFY\s?[’']?(?P<y>\d\d(?:\d\d)?)[\s-]*Q(?P<q>[1-4])\b", re.IGNORECASE),
    re.compile(
        rf"\b(?P<q>{_ORDINAL})[\s-]+(?:(?:fiscal|financial|calendar)[\s-]+)?quarter(?:[’']s)?(?:\s+results)?[\s,-]*"
        rf"(?:(?:of|in|for|ended\s+in)\s+)?(?:the\s+)?(?:{_FISCAL}[\s,-]*)?(?P<y>{_SHORT})\b",
        re.IGNORECASE,
    ),
    re.compile(
        rf"\b(?:{_FISCAL}\s*)?(?P<y>{_YEAR})(?:[’']s)?[\s,-]+(?P<q>{_ORDINAL})[\s-]+(?:fiscal[\s-]+)?quarter\b",
        re.IGNORECASE,
    ),
    re.compile(rf"(?P<y>{_YEAR})\s*年\s*第?\s*(?P<q>[一二三四1-4])\s*季度?"),
)
_FISCAL_YEAR = re.compile(
    rf"\b{_FISCAL}s?(?:\s+(?:of|ended\s+in|ending\s+in))?\s*-?\s*(?P<y>{_YEAR})(?!\d)", re.IGNORECASE
)
_FISCAL_SHORT = re.compile(r"\bFY[\s’'‘-]*(?P<y>\d\d)\b(?![,.]\d)")
_CHINESE_YEAR = re.compile(rf"(?P<y>{_YEAR})\s*(?:财年|年度)")
_MORE = re.compile(
    rf"\s*(?:,\s*and|,|and|to|through|or|vs\.?|versus|over|[-–—/&])\s*(?:FY\s?|fiscal\s+)?(?P<y>{_YEAR})\b(?!-\d\d)",
    re.IGNORECASE,
)
_BARE = re.compile(rf"(?<![\d.,$€£¥#/-])\b(?P<y>{_YEAR})\b(?![\d%/-]|[.,]\d)")
_COMPARES = re.compile(
    r"\bchanges?\b|\bvariance\b|\bvs\b|\bversus\b|\bimpacts?\b|\beffects? of\b|\badjustments?\b|\beliminations?\b",
    re.IGNORECASE,
)
# Words of a part of a year; twelve months and 52 weeks are a year.
_PART = re.compile(
    r"\bquarters?\b|\b(?:one|two|three|six|nine|[2369])[\s-]+months?\b|\b(?:thirteen|twenty-six|thirty-nine|13|14|26|39|40)[\s-]+weeks?\b|"
    r"\bQ[1-4]\b",
    re.IGNORECASE,
)
_ENDING = re.compile(r"\bend(?:ed|ing)\b", re.IGNORECASE)
_LOOSE_DATE = re.compile(_DATE, re.IGNORECASE)
_TWO_DIGITS = re.compile(r"\d\d")


@dataclass(frozen=True, slots=True)
class FoundPeriod:
    """A period and where it stands: half-open [start, end) in the text searched."""

    start: int
    end: int
    period: Period


def find_periods(text: str, year_end: int = 12, bare_years: bool = False) -> list[FoundPeriod]:
    """Find the periods that a text names, in its order, without overlaps.

    `year_end` is the month in which the fiscal year ends; it turns a period's end to a fiscal year and quarter.
    A year that ends in January or February has the number of the year before, as most such companies count.
    With `bare_years` a lone "2018" that is no part of a date counts as a year too.
    """
    found: list[FoundPeriod] = []
    if not _TWO_DIGITS.search(text):
        return found  # as most sentences; each pattern needs them

    def add(start: int, end: int, period: Period) -> bool:
        if any(start < other.end and other.start < end for other in found):
            return False
        found.append(FoundPeriod(start, end, period))
        return True

    for match in _ENDED.finditer(text):
        ended = date_of(match)
        if ended is not None:
            add(match.start(), match.end(), _ended(match["span"].lower(), ended, year_end))
    for pattern in _QUARTERS:
        for match in pattern.finditer(text):
            year = _full_year(match["y"])
            period = Period(year, _ORDINALS[match["q"].lower()])
            if add(match.start(), match.end(), period):
                for more, number in _further(text, match.end()):
                    add(more.start("y"), more.end("y"), Period(number, period.quarter))
    for pattern in (_FISCAL_YEAR, _FISCAL_SHORT, _CHINESE_YEAR):
        for match in pattern.finditer(text):
            if add(match.start(), match.end(), Period(_full_year(match["y"]))):
                for more, number in _further(text, match.end()):
                    add(more.start("y"), more.end("y"), Period(number))
    if bare_years:
        dates = [match.span() for match in _LOOSE_DATE.finditer(text)]
        for match in _BARE.finditer(text):
            if not any(start <= match.start() < end for start, end in dates):
                add(match.start(), match.end(), Period(int(match["y"])))
    return sorted(found, key=lambda one: one.start)


def header_period(header: str, document: Period | None = None) -> Period | None:
    """Give the period that a column's header names: "2018", "Three Months Ended June 30, 2022", "December 31, 2018".

    A date alone is the end of the fiscal year or quarter that ends on that day. `document` is the period of the document;
    its end tells the month in which the fiscal year ends, and whether a year that ends early in a calendar year is called
    by that year or the one before. A column of changes, and part of a year that isn't told, have the empty `Period()`: no
    period that could be asked for. None where the header names no period.
    """
    header = " ".join(header.split())
    if _COMPARES.search(header):
        return Period()
    year_end, shift = 12, 0
    if document is not None and document.end is not None:
        month, _ = nearest_month(document.end)
        year_end = (month - 3 * document.quarter - 1) % 12 + 1 if document.quarter else month
        if document.fiscal_year is not None:
            shift = document.fiscal_year - fiscal_year_of(document.end, year_end)
    found = find_periods(header, year_end, bare_years=True)
    stated = next((one.period for one in found if one.period.quarter), found[0].period if found else None)
    if stated is None:
        ended = next((day for _, day in find_dates(header)), None)
        if ended is None:
            return Period() if _PART.search(header) else None
        quarter = quarter_of(ended, year_end)
        if quarter is None or _ENDING.search(header):
            return Period(end=ended)  # of a length that isn't told
        stated = Period(fiscal_year_of(ended, year_end), None if quarter == 4 else quarter, ended)
    elif stated.end is None and stated.quarter is None and _PART.search(header):
        return _part_of(header, stated, year_end)
    if stated.end is not None and stated.fiscal_year is not None and abs(shift) <= 1:
        return replace(stated, fiscal_year=stated.fiscal_year + shift)
    return stated


def _part_of(header: str, year: Period, year_end: int) -> Period:
    """Give the quarter that a header with its year apart names: "2017 Quarters First", "2017 Quarter Ended March 3"."""
    ordinal = re.search(
        rf"\b(?:(?P<word>{_ORDINAL})(?![\s-]+(?:month|week))|Q(?P<number>[1-4]))\b", header, re.IGNORECASE
    )
    if ordinal and re.search(r"\bquarters?\b|\bQ[1-4]\b", header, re.IGNORECASE):
        return replace(year, quarter=int(ordinal["number"] or _ORDINALS[ordinal["word"].lower()]))
    day = re.search(rf"\b(?P<month>{_MONTH})\s+(?P<day>\d{{1,2}})\b", header, re.IGNORECASE)
    short = re.search(
        r"\b(?:quarters?|three[\s-]+months|3[\s-]+months|13[\s-]+weeks|thirteen[\s-]+weeks)\b", header, re.IGNORECASE
    )
    if day is None or short is None or year.fiscal_year is None:
        return Period()
    text = f"three months ended {day['month']} {day['day']}, {year.fiscal_year}"
    found = find_periods(text, year_end)
    return found[0].period if found else Period()


def find_dates(text: str) -> Iterator[tuple[int, date]]:
    """Give the calendar dates of a text with their offsets."""
    for match in _LOOSE_DATE.finditer(text):
        found = date_of(match)
        if found is not None:
            yield match.start(), found


def date_of(match: re.Match[str]) -> date | None:
    """Give the date a match of the date pattern names; None for a day that doesn't exist."""
    groups = match.groupdict()
    try:
        if groups["iso"]:
            return date.fromisoformat(groups["iso"])
        month = groups["month"] or groups["month2"]
        return date(
            int(groups["year"] or groups["year2"]),
            _MONTHS[month.rstrip(".").lower()],
            int(groups["day"] or groups["day2"]),
        )
    except ValueError:
        return None


def fiscal_year_of(ended: date, year_end: int = 12) -> int:
    """Give the fiscal year that holds a period which ended on that day, the year ending in month `year_end`."""
    month, year = nearest_month(ended)
    closing = year if month <= year_end else year + 1
    return closing - 1 if year_end <= 2 else closing


def quarter_of(ended: date, year_end: int = 12) -> int | None:
    """Give the fiscal quarter that ends on that day; None where no quarter does."""
    month, _ = nearest_month(ended)
    after = (month - year_end) % 12
    return {0: 4, 3: 1, 6: 2, 9: 3}.get(after)


def nearest_month(ended: date) -> tuple[int, int]:
    """Give the month and year whose last day is nearest: a year of 52 weeks may end some days into the next month."""
    if ended.day > 10:
        return ended.month, ended.year
    return (ended.month - 1, ended.year) if ended.month > 1 else (12, ended.year - 1)


def _ended(span: str, ended: date, year_end: int) -> Period:
    month, _ = nearest_month(ended)
    if "year" in span or "twelve" in span or span.startswith(("12", "52", "53", "fifty")):
        return Period(fiscal_year_of(ended, month), None, ended)
    if "quarter" in span or span.startswith(("three", "3 ", "3-", "thirteen", "13")):
        quarter = quarter_of(ended, year_end)
        return Period(fiscal_year_of(ended, year_end), quarter, ended) if quarter else Period(end=ended)
    return Period(end=ended)


def _further(text: str, position: int) -> Iterator[tuple[re.Match[str], int]]:
    """Give the years that go on a list: "fiscal 2018, 2017 and 2016"."""
    while match := _MORE.match(text, position):
        yield match, int(match["y"])
        position = match.end()


def _full_year(text: str) -> int:
    number = int(text.strip("’'‘"))
    if number >= 100:
        return number
    return 2000 + number if number < 70 else 1900 + number
