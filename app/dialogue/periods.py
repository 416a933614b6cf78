"""Periods as follow-ups and questions name them: where they stand in a question, and what another one makes of it."""

import re
from dataclasses import dataclass

from app.plan_series import NUMBERS, read_series
from app.question import YEAR_BEFORE

_ORDINAL = r"first|second|third|fourth"
_QUARTER = rf"(?:the\s+)?(?:Q[1-4]|(?:{_ORDINAL})\s+(?:fiscal\s+)?quarter)"
_YEAR = r"(?:(?:the\s+)?(?:fiscal\s+year|financial\s+year|fiscal|year)\s+|FY\s?['’]?)?(?:(?:19|20)\d\d)\b(?!\s*%)|FY\s?['’]?\d\d\b"
_ONE = rf"(?:{_QUARTER}(?:\s*(?:of|in|,)?\s*(?:{_YEAR}))?|{_YEAR})"
_LEAD = r"(?:in|for|during|of|since|from|between|until|at\s+the\s+end\s+of|as\s+of|over|to)"
PERIOD = re.compile(
    rf"\b(?:(?P<lead>{_LEAD})\s+)?(?P<what>{_ONE}(?:\s*(?:-|–|to|and|through|until|versus|vs\.?)\s*{_ONE})*)(?P<on>\s+onwards?\b)?",
    re.IGNORECASE,
)
_DIGITS = re.compile(r"(?:19|20)\d\d\b")
_AGO = re.compile(
    rf"\b(?P<count>\d{{1,2}}|{'|'.join(NUMBERS)})\s+years?\s+(?P<way>ago|earlier|before|prior|later|after)(?:\s+(?:that|this|then))?\b",
    re.IGNORECASE,
)
_AFTER = re.compile(
    r"\b(?:(?:a|one|the)\s+year\s+(?:after|later)|(?:the\s+)?(?:next|following|subsequent)\s+(?:fiscal\s+)?year)(?:\s+that)?\b",
    re.IGNORECASE,
)
_BARE = re.compile(rf"(?:(?:in|for)\s+)?(?:the\s+)?(?P<which>{_ORDINAL})(?:\s+(?:one|quarter))?", re.IGNORECASE)
_QUARTER_ALONE = re.compile(_QUARTER, re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Said:
    """What a follow-up says of the period, and where: a named one, a quarter without its year, or years from the last."""

    named: str = ""  # "2020", "Q2 2024", "FY2019 to FY2021"
    lead: str = ""  # "since", "in"
    quarter: str = ""  # "Q2", "third quarter"
    ordinal: bool = False  # the quarter is named as "the third", which means one only after another quarter
    shift: int = 0  # years: -1 is the year before
    series: str = ""  # "over the last three years", "by year"
    places: tuple[tuple[int, int], ...] = ()

    @property
    def anything(self) -> bool:
        """Whether it says anything of the period."""
        return bool(self.named or self.quarter or self.shift or self.series)


def said_of_period(text: str) -> Said:
    """What a follow-up says of the period; `Said()` for nothing."""
    for pattern, sign in ((_AGO, 0), (YEAR_BEFORE, -1), (_AFTER, 1)):
        if found := pattern.search(text):
            return Said(shift=sign or _years_of(found), places=(_with_lead(text, found.span()),))
    found = PERIOD.search(text)
    if found and (_DIGITS.search(found["what"]) or re.search(r"FY\s?['’]?\d\d", found["what"], re.IGNORECASE)):
        series = read_series(text).places
        lead = (found["lead"] or "").lower()
        return Said(f"{found['what']}{found['on'] or ''}", lead, places=(found.span(), *series))
    if found:
        return Said(quarter=_bare_quarter(found["what"]), places=(found.span(),))
    if bare := _BARE.fullmatch(text.strip(" ?.!")):
        return Said(quarter=f"{bare['which'].lower()} quarter", ordinal=True, places=((0, len(text)),))
    several = read_series(text)
    if several.asked and several.places and not several.trend:
        start, end = min(one[0] for one in several.places), max(one[1] for one in several.places)
        return Said(series=text[start:end], places=((start, end),))
    return Said()


def _bare_quarter(text: str) -> str:
    return re.sub(r"^the\s+", "", text, flags=re.IGNORECASE)


def _years_of(found: re.Match[str]) -> int:
    count = NUMBERS.get(found["count"].lower()) or int(found["count"])
    return count if found["way"].lower() in ("later", "after") else -count


def _with_lead(text: str, span: tuple[int, int]) -> tuple[int, int]:
    lead = re.search(rf"\b{_LEAD}\s+$", text[: span[0]], re.IGNORECASE)
    return (lead.start(), span[1]) if lead else span


def regions(question: str) -> list[re.Match[str]]:
    """Where a question names its periods, each with its preposition."""
    return [one for one in PERIOD.finditer(question) if _DIGITS.search(one["what"]) or re.search(r"FY", one["what"])]


def with_period(question: str, said: Said, latest: str = "") -> str | None:
    """A question with another period; None where it isn't plain which part of it that replaces.

    `latest`: the fiscal year that the last answer was of ("FY2021"), for a question that names none.
    """
    found = regions(question)
    if said.series:
        return _appended(_without_periods(question), said.series)
    if said.shift:
        return _shifted(question, found, said.shift, latest)
    if said.ordinal and not any(_QUARTER_ALONE.search(one["what"]) for one in found):
        return None
    if said.quarter:
        return _with_quarter(question, found, said.quarter, latest)
    if len(found) > 1:
        return None
    new = f"{said.lead} {said.named}" if said.lead in ("since", "from", "between", "until") else said.named
    if not found or read_series(question).asked or new != said.named:
        return _appended(_without_periods(question), new if new != said.named else f"in {said.named}")
    region = found[0]
    old = region["what"]
    only_year = not _QUARTER_ALONE.search(said.named)
    if only_year and _QUARTER_ALONE.search(old) and len(_DIGITS.findall(old)) == 1:
        year = _DIGITS.search(said.named)
        put = _DIGITS.sub(year[0], old) if year else said.named
    else:
        put = said.named
    lead = region["lead"] if region["lead"] and region["lead"].lower() not in ("since", "from", "between") else "in"
    tail = question[region.end() :]
    return f"{question[: region.start()]}{lead + ' ' if region['lead'] else ''}{put}{tail}"


def _shifted(question: str, found: list[re.Match[str]], shift: int, latest: str) -> str | None:
    if not found:
        year = _DIGITS.search(latest)
        return _appended(question, f"in FY{int(year[0]) + shift}") if year else None
    for region in reversed(found):
        start, end = region.span("what")
        moved = _DIGITS.sub(lambda year: str(int(year[0]) + shift), question[start:end])
        question = question[:start] + moved + question[end:]
    return question


def _with_quarter(question: str, found: list[re.Match[str]], quarter: str, latest: str) -> str | None:
    if len(found) > 1:
        return None
    if not found:
        return _appended(question, f"in {quarter} of {latest}") if latest else None
    start, end = found[0].span("what")
    old = question[start:end]
    new = _QUARTER_ALONE.sub(quarter, old, count=1) if _QUARTER_ALONE.search(old) else f"{quarter} of {old}"
    article = "the " if old.lower().startswith("the ") and not quarter.upper().startswith("Q") else ""
    return question[:start] + article + new + question[end:]


def between(first: str, second: str) -> str:
    """ "from Q1 2025 to Q2 2025", of two questions that are the same but for their one period; "" for any others."""
    ours, theirs = regions(first), regions(second)
    if len(ours) != 1 or len(theirs) != 1:
        return ""
    one, other = ours[0]["what"], theirs[0]["what"]
    if first.replace(one, "").split() != second.replace(other, "").split() or _moment(one) == _moment(other):
        return ""
    earlier, later = sorted((one, other), key=_moment)
    return f"from {earlier} to {later}"


def _moment(period: str) -> tuple[int, int]:
    """A period by its year and quarter; the quarter is nought where none is named."""
    year, quarter = _DIGITS.search(period), re.search(rf"Q([1-4])|\b({_ORDINAL})\b", period, re.IGNORECASE)
    number = int(quarter[1] or _ORDINAL.split("|").index(quarter[2].lower()) + 1) if quarter else 0
    return (int(year[0]) if year else 0, number)


def _without_periods(question: str) -> str:
    """A question without the years and the words of a series that it names."""
    for start, end in sorted(read_series(question).places, reverse=True):
        question = f"{question[:start]} {question[end:]}"
    return " ".join(PERIOD.sub(" ", question).split())


def _appended(question: str, what: str) -> str:
    return f"{question.rstrip(' ?.!,')} {what}?"
