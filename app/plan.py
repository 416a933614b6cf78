"""What a question asks to be computed: a formula, of which years, in which form; and how questions word their years."""

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cache
from pathlib import Path

from app.answer_form import Form
from app.formula import Binary, Call, Formula
from app.plan_series import SeriesWords

FILE = Path(__file__).parent / "plan.toml"
NO_SERIES = SeriesWords()


class Mode(StrEnum):
    """What is asked of a figure over the years."""

    VALUE = "value"  # in one year
    GROWTH = "growth"  # in percent, or percentage points, from one year to another
    AVERAGE = "average"  # of several years
    CAGR = "cagr"
    COMPARE = "compare"  # two years beside each other
    SERIES = "series"  # in each of several years


@dataclass(frozen=True, slots=True)
class Plan:
    """What to compute. `formula` is for a year that is still to be set (see `formula.dated`)."""

    name: str
    formula: Formula
    show: str  # percent, ratio, days, amount, per share
    years: tuple[int, ...]  # those asked for, rising; () the latest there is
    quarter: int | None
    mode: Mode
    form: Form
    better: str = ""
    direction: int = 0  # asked whether it rose (1) or fell (-1); 0 asks neither
    yes_no: bool = False
    sign: int = 0  # asked whether it is positive (1) or negative (-1)
    literal: str = ""  # a single line item in the question's words, as `plain_label` gives them
    given: bool = False  # by a definition of the question's own
    source: str = ""
    at_year_end: bool = False  # asked to take balances at the year's end in place of averages
    count: int = 0  # of the latest years there are, where those are asked for in place of named ones
    since: int = 0  # the first year, up to the latest there is
    trend: bool = False  # of a series: how it went from its first year to its last


@dataclass(frozen=True, slots=True)
class PlanWords:
    """How questions for figures are worded, as plan.toml explains."""

    other: re.Pattern[str]
    other_figure: re.Pattern[str]
    silent: frozenset[str]
    marks: frozenset[str]
    remarks: frozenset[str]
    narrowing: frozenset[str]
    rise: frozenset[str]
    fall: frozenset[str]
    rewordings: tuple[tuple[re.Pattern[str], str], ...]


@cache
def plan_words() -> PlanWords:
    """The words of plan.toml."""
    data = tomllib.loads(FILE.read_text(encoding="utf-8"))
    return PlanWords(
        _any_of(data["other"]),
        _any_of(data["other_figure"]),
        frozenset(data["silent"].split()),
        frozenset(data["marks"].split()),
        frozenset(data["remarks"].split()),
        frozenset(data["narrowing"].split()),
        frozenset(data["rise"]),
        frozenset(data["fall"]),
        tuple((re.compile(one["asked"], re.IGNORECASE), one["means"]) for one in data["rewording"]),
    )


def reworded(question: str) -> str:
    """A question in the words that plans are read from: "y/y" is year-over-year, "what % of A was B" is B as % of A."""
    for asked, means in plan_words().rewordings:
        question = asked.sub(means, question)
    return question


def _any_of(words: Sequence[str]) -> re.Pattern[str]:
    alternatives = "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))
    return re.compile(rf"(?<![\w-])(?:{alternatives})(?!\w)", re.IGNORECASE)


_YEAR = re.compile(
    r"\b(?:FY\s?[’']?|fiscal\s+(?:year\s+)?|year\s+)?(?P<full>(?:19|20)\d\d)\b(?!\s*%)|\bFY\s?[’']?(?P<short>\d\d)\b",
    re.IGNORECASE,
)
_RANGE = re.compile(r"\s*(?:-|–|—|to|through|and)\s*(?:the\s+end\s+of\s+)?$", re.IGNORECASE)
_SPAN = re.compile(
    r"\b(?P<count>\d{1,2}|two|three|four|five|ten)[\s-]+years?\b(?:[\s-]+(?P<what>average|avg|mean|\w+(?:\s+\w+)?\s+cagr|cagr))?",
    re.IGNORECASE,
)
_NUMBERS = {"two": 2, "three": 3, "four": 4, "five": 5, "ten": 10}
_QUARTER = re.compile(r"\bQ([1-4])\b|\b(first|second|third|fourth)\s+(?:fiscal\s+)?quarter\b", re.IGNORECASE)
_SHORTER = re.compile(r"\bquarters?\b|\bmonths?\b|\bweeks?\b|\bhalf\b|\bdays?\s+ended\b|\bH[12]\b", re.IGNORECASE)
_GROWTH = re.compile(
    r"\bgrowth\b|\bgrew\b|\bgrow(?:n|ing)?\b|\byear[\s-]over[\s-]year\b|\byoy\b|\b(?:percent(?:age)?|%)\s+(?:change|increase|decrease)\b|\bchange[ds]?\s+(?:in|from|between)\b|\bchanged?\b"
    r"|\bby\s+(?:how\s+much|what)\b",
    re.IGNORECASE,
)
_OPEN_ENDED = re.compile(
    r"\b(?:from|since|after|before|until)\s+(?:fiscal\s+(?:year\s+)?|FY\s?)?(?:19|20)\d\d", re.IGNORECASE
)
_COMPARES = re.compile(r"\bcompare[ds]?\b|\bversus\b|\bvs\b", re.IGNORECASE)


_YES_NO = r"(?:does|do|did|has|have|is|are|was|were)\b"


def read_years(core: str, span: tuple[int, int]) -> tuple[tuple[int, ...], int | None, list[tuple[int, int]] | None]:
    """The years named, the quarter, and where they stand; the last None where the period isn't one that is understood."""
    places: list[tuple[int, int]] = []
    years: list[int] = []
    for found in _YEAR.finditer(core):
        year = int(found["full"] or 2000 + int(found["short"]))
        if years and _RANGE.fullmatch(core[places[-1][1] : found.start()]) and 0 < year - years[-1] < 12:
            years += range(years[-1] + 1, year + 1)
        else:
            years.append(year)
        places.append(found.span())
    quarters = {
        int(found[1]) if found[1] else ("first", "second", "third", "fourth").index(found[2].lower()) + 1
        for found in _QUARTER.finditer(core)
    }
    places += [found.span() for found in _QUARTER.finditer(core)]
    outside = core[: span[0]] + " " + core[span[1] :]
    named = len(list(_YEAR.finditer(core)))
    if len(quarters) > 1 or (quarters and named != len(list(_QUARTER.finditer(core)))):
        return (), None, None
    if not quarters and _SHORTER.search(outside):
        return (), None, None
    places += [found.span() for found in _SPAN.finditer(core)]
    if quarters:
        places += [found.span() for found in re.finditer(r"\bquarter\b", core, re.IGNORECASE)]
    return tuple(sorted(set(years))), next(iter(quarters), None), places


def in_time(plan: Plan, outside: str, core: str, series: SeriesWords = NO_SERIES) -> Plan | None:
    """The plan with its mode and the years that the mode needs. `series`: what the question says of several years."""
    if series.count and not plan.years and not plan.quarter:
        return _of_latest(plan, outside, core, series)
    span = _SPAN.search(outside)
    count = int(_NUMBERS.get(span["count"].lower(), 0) or span["count"]) if span else 0
    words = {word.lower() for word in re.findall(r"[A-Za-z]+", outside)}
    years = plan.years
    if re.search(r"\bcagr\b|\bcompound(?:ed)?\s+annual", outside, re.IGNORECASE):
        years = tuple(range(years[-1] - count, years[-1] + 1)) if len(years) == 1 and count else years
        return (
            replace(plan, mode=Mode.CAGR, years=years)
            if len(years) > 1 and count in (0, years[-1] - years[0])
            else None
        )
    if re.search(r"\baverage\b|\bavg\b|\bmean\b", outside, re.IGNORECASE):
        if _GROWTH.search(outside):
            return None  # a mean of growth rates: of how many?
        if len(years) == 1 and count > 1:
            years = tuple(range(years[0] - count + 1, years[0] + 1))
        if len(years) > 1 and count in (0, len(years)):
            return replace(plan, mode=Mode.AVERAGE, years=years)
        return None
    turns = bool(_GROWTH.search(outside) or words & (plan_words().rise | plan_words().fall))
    yes_no = bool(re.match(_YES_NO, core, re.IGNORECASE))
    if series.asked and not plan.quarter and not yes_no and (series.trend or not turns or not count):
        if series.since:
            return _series(replace(plan, years=(), since=series.since), series, turns)
        if len(years) != 1 and not count:
            return _series(plan, series, turns)
    if count:
        return None
    if len(years) > 2 and not (yes_no or turns or plan.quarter):
        return replace(plan, mode=Mode.SERIES, trend=bool(_COMPARES.search(outside)))
    rises, falls = bool(words & plan_words().rise), bool(words & plan_words().fall)
    judges = any(word.startswith(("improv", "worse", "deterior")) for word in words)
    direction = rises - falls
    if judges:  # better may be less, or neither
        direction *= {"higher": 1, "lower": -1}.get(plan.better, 0)
    signs = {1: "positive", -1: "negative"}
    sign = next((value for value, word in signs.items() if word in words), 0)
    if sign:
        return replace(plan, sign=sign, yes_no=yes_no) if len(years) < 2 and not rises and not falls else None
    if len(years) > 2:
        years = (years[0], years[-1])
    if len(years) == 1 and _OPEN_ENDED.search(core):
        return None
    pair = years if len(years) == 2 else (years[0] - 1, years[0]) if years else ()
    if (
        yes_no
        or _COMPARES.search(outside)
        or (len(years) == 2 and not _GROWTH.search(outside) and not rises and not falls)
    ):
        if yes_no and not (rises or falls or _GROWTH.search(outside) or _COMPARES.search(outside)):
            return None
        return replace(plan, mode=Mode.COMPARE, years=pair, direction=direction, yes_no=yes_no)
    if _GROWTH.search(outside) or rises or falls:
        return replace(plan, mode=Mode.GROWTH, years=pair, direction=direction)
    return replace(plan, years=years) if len(years) < 2 else None


def _of_latest(plan: Plan, outside: str, core: str, series: SeriesWords) -> Plan | None:
    """The plan over the latest years there are: their average or compound growth, or a value for each."""
    if re.search(r"\bcagr\b|\bcompound(?:ed)?\s+annual", outside, re.IGNORECASE):
        return replace(plan, mode=Mode.CAGR, count=series.count + 1)
    if re.search(r"\baverage\b|\bavg\b|\bmean\b", outside, re.IGNORECASE):
        return replace(plan, mode=Mode.AVERAGE, count=series.count)
    if re.match(_YES_NO, core, re.IGNORECASE):
        return None
    words = {word.lower() for word in re.findall(r"[A-Za-z]+", outside)}
    turns = bool(_GROWTH.search(outside) or words & (plan_words().rise | plan_words().fall))
    return _series(replace(plan, count=series.count), series, turns)


def _series(plan: Plan, series: SeriesWords, turns: bool) -> Plan:
    """A figure for each year: its own, or its growth on the year before where that is asked for each year."""
    if not (turns and series.each) or series.trend:
        return replace(plan, mode=Mode.SERIES, trend=series.trend or turns)
    before = Call("prior", (plan.formula,))
    if plan.show in ("amount", "per share"):
        return replace(
            plan,
            mode=Mode.SERIES,
            name=f"{plan.name} growth on the year before",
            formula=Call("growth", (plan.formula, before)),
            show="percent",
        )
    name = f"change in {plan.name} on the year before"
    return replace(plan, mode=Mode.SERIES, name=name, formula=Binary("-", plan.formula, before))
