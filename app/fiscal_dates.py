"""Dates of a question as the fiscal periods of the company asked about: "December 31, 2020" is FY2020 where its year ends then."""

import re
from collections.abc import Iterable

from corpus.document import Kind, Metadata
from corpus.period import find_dates, nearest_month

_DATE = (
    r"(?:[A-Z][a-z]+\.?\s+\d{1,2},?\s+(?:19|20)\d\d|\d{1,2}\s+[A-Z][a-z]+\.?\s+(?:19|20)\d\d|(?:19|20)\d\d-\d\d-\d\d)"
)
_ENDED = re.compile(
    r"(?P<of>\b(?:for|in|during|over)\s+)?(?:\bthe\s+)?(?:\b(?P<short>(?:fiscal\s+)?quarter|three[\s-]+months?|3[\s-]+months?|13[\s-]+weeks?)|"
    r"\b(?P<long>(?:the\s+)?(?:full\s+)?(?:fiscal\s+|financial\s+)?year|twelve[\s-]+months?|12[\s-]+months?|5[23][\s-]+weeks?))"
    rf"\s+(?:period\s+)?(?:that\s+)?end(?:ed|ing|s)?\s+(?:on\s+)?(?P<date>{_DATE})"
)
_CALENDAR = re.compile(r"\b(?:calendar(?:\s+year)?|CY)\s?((?:19|20)\d\d)\b", re.IGNORECASE)
_AT = re.compile(rf"\b(?:as\s+of|as\s+at|at|on)\s+(?:the\s+end\s+of\s+)?(?P<date>{_DATE})")
_AND = re.compile(rf"(?<=FY\d\d\d\d),?\s+(?:and|to|through|versus|vs\.?)\s+(?:as\s+of\s+|at\s+)?(?P<date>{_DATE})")


def with_fiscal_periods(question: str, filings: Iterable[Metadata]) -> str:
    """The question with dates as "FY2020" or "Q2 of FY2020"; a date at which none of them ends stays as it is."""
    ends = {
        (nearest_month(one.period.end)[0], one.period.fiscal_year - nearest_month(one.period.end)[1])
        for one in filings
        if one.kind is Kind.ANNUAL_REPORT and one.period and one.period.end and one.period.fiscal_year
    }
    if len({month for month, _ in ends}) != 1 or len(ends) != 1:
        return question
    closing, shift = next(iter(ends))

    def period(text: str, quarterly: bool, yearly: bool) -> str | None:
        day = next((day for _, day in find_dates(text)), None)
        if day is None:
            return None
        month, year = nearest_month(day)
        behind = (closing - month) % 12
        number = year + (month + behind > 12) + shift
        if not behind:
            return f"Q4 of FY{number}" if quarterly else f"FY{number}"
        return f"Q{4 - behind // 3} of FY{number}" if behind % 3 == 0 and not yearly else None

    def ended(found: re.Match[str]) -> str:
        said = period(found["date"], bool(found["short"]), bool(found["long"]))
        return f"{found['of'] or ''}{said}" if said else found[0]

    def at(found: re.Match[str]) -> str:
        said = period(found["date"], False, False)
        return f"{found[0][: found.start('date') - found.start()]}{said}" if said else found[0]

    if closing == 12 and not shift:
        question = _CALENDAR.sub(r"FY\1", question)
    question = _ENDED.sub(ended, question)
    question = _AT.sub(at, question)
    return _AND.sub(at, question)
