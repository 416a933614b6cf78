"""Of when something is said: a fiscal year or quarter, a date, or months; told by its words, else by its document."""

import re
from dataclasses import dataclass, replace
from datetime import date

from app.verifier.reading import read
from corpus.document import Metadata, Period
from corpus.period import find_dates, find_periods, header_period

_RELATIVE = re.compile(
    r"\b(?:last|next|previous|prior|preceding|coming)\s+(?:fiscal\s+)?(?:year|quarter|month|week|decade)s?\b"
    r"|\b(?:year|quarter|month)s?\s+(?:earlier|before|ago|later)\b|\b(?:yesterday|today|tomorrow|recently|currently|now)\b"
    r"|\b(?:since|until|through|to date|by the end of)\b",
    re.IGNORECASE,
)
_MONTHS = re.compile(
    r"\b(two|three|six|nine|twelve|twenty-six|thirty-nine|thirteen|fifty-two|fifty-three|[2369]|1[23]|26|39|5[23])[\s-]+(months|weeks)\b",
    re.IGNORECASE,
)
_WHOLE = frozenset(["twelve months", "12 months", "fifty-two weeks", "52 weeks", "fifty-three weeks", "53 weeks"])
_QUARTER = frozenset(["three months", "3 months", "thirteen weeks", "13 weeks"])


@dataclass(frozen=True, slots=True)
class When:
    """A period or a day. `stated`: by the words themselves, not by the document they stand in."""

    year: int | None = None
    quarter: int | None = None
    end: date | None = None
    more: frozenset[str] = frozenset()  # halves, months and spans that narrow it: "half 1", "month 3", "nine months"
    stated: bool = True

    def same(self, other: "When") -> bool:
        """Whether both are of one period beyond doubt."""
        if self.year is None or other.year is None:
            return self.end is not None and self.end == other.end and self.more == other.more
        ends = self.end is None or other.end is None or self.end == other.end
        return (self.year, self.quarter, self.more) == (other.year, other.quarter, other.more) and ends

    def __str__(self) -> str:
        told = str(Period(self.year, self.quarter, self.end)) if self.year or self.end else ""
        return " ".join([told, *sorted(self.more)]).strip()


UNTOLD = When(stated=False)


def when_of(text: str, metadata: Metadata) -> When | None:
    """The one period that a text is of; None where it names several, or one that can't be told."""
    own = metadata.period
    found = {
        (one.period.fiscal_year, one.period.quarter): one.period
        for one in find_periods(text, _year_end(own), bare_years=True)
    }
    times = read(text).times
    more = frozenset(f"{key[0]} {key[1]}" for one in times if (key := one.key)[0] == "half")
    spans = {match[0].lower().replace("-", " ") for match in _MONTHS.finditer(text)}
    more |= frozenset(one for one in spans if one not in _WHOLE | _QUARTER)
    days = {day for _, day in find_dates(text)}
    if len(found) > 1 or len(days) > 1:
        return None
    if not found and len(days) == 1:
        day = next(iter(days))
        if own and own.end == day:
            return When(own.fiscal_year, own.quarter, day, more)
        return When(None, None, day, more)
    if not days:
        more |= frozenset(f"{one.key[0]} {one.key[1]}" for one in times if one.key[0] in ("month", "day", "weekday"))
    quarters = {int(one.key[1]) for one in times if one.key[0] == "quarter"}
    if found:
        period = next(iter(found.values()))
        if period.quarter is None and quarters and period.fiscal_year:
            period = replace(period, quarter=quarters.pop()) if len(quarters) == 1 else Period()
        return When(period.fiscal_year, period.quarter, period.end, more) if period != Period() else None
    if _RELATIVE.search(text):
        return None
    if quarters or more:
        year = own.fiscal_year if own else None
        if year is None or len(quarters) > 1:
            return None
        return When(year, quarters.pop() if quarters else None, None, more)
    if own is None or own == Period():
        return UNTOLD
    return When(own.fiscal_year, own.quarter, own.end, frozenset(), stated=False)


def period_of_header(header: str, document: Period | None) -> When | None:
    """The period of a column; None where its header doesn't tell it."""
    period = header_period(header, document)
    if period is None or period == Period():
        return None
    spans = {match[0].lower().replace("-", " ") for match in _MONTHS.finditer(header)}
    more = frozenset(one for one in spans if one not in _WHOLE | _QUARTER)
    return When(period.fiscal_year, period.quarter, period.end, more)


def _year_end(own: Period | None) -> int:
    return own.end.month if own and own.end and own.quarter is None else 12
