"""Periods as questions, headers and row labels name them, compared by year, quarter, month and day."""

import re
from dataclasses import dataclass
from functools import lru_cache

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = r"(?P<{0}>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\b\.?"
_YEAR = r"(?:19|20)\d\d"
_WHEN = re.compile(
    r"(?:(?P<day1>\d{1,2})(?:st|nd|rd|th)?\s+)?" + _MONTH.format("month1") + r"(?:\s+(?P<day2>\d{1,2})(?:st|nd|rd|th)?(?!\d))?"
    rf"(?:\s*[,-]?\s*(?:of\s+)?(?P<year1>{_YEAR})(?!\d))?"
    rf"|(?P<quarter>q[1-4]|[1-4]q|(?:first|second|third|fourth)[\s-]+quarter)(?:\s*,?\s*(?:of\s+)?(?:the\s+)?(?:fiscal\s+)?(?:year\s+)?(?:fy\s*)?(?P<year2>{_YEAR})(?!\d))?"
    rf"|(?P<range1>{_YEAR})\s*[-–—/]\s*(?P<range2>{_YEAR}|\d\d)(?![\d,.]\d|\d)"
    rf"|(?<![\d.$€£])(?:fy\s*['’]?|f)?(?P<year3>{_YEAR})(?!\d|,\d{{3}}(?!\d)|\.\d|%)"
    r"|\b(?:fy|f)\s*['’]?(?P<short>\d\d)\b",
    re.IGNORECASE,
)  # fmt: skip


# What only introduces a period, or says of a column that its figures were changed.
_FRAME = re.compile(
    r"\b(?:for the\s+)?(?:fiscal|financial)?\s*years?[\s-]+end(?:ed|ing)?\b|\bfiscal years?\b|\bas (?:of|at)\b|\(?\b(?:as )?(?:restated|revised|unaudited|audited|adjusted)\b\)?"
    r"|\(?\bsee note \d+\w?\)?|\(?\bnotes? \d+\w?\)?",
    re.IGNORECASE,
)
_LOOSE = re.compile(
    r"(?:^|(?<=\s))[,;:.()–—-]+(?=\s|$)|^(?:and|to|from|for|in)\b|\b(?:and|to|from|between|for|in|on|at)$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class When:
    """A period as far as a text names it: its years ((2018, 2019) for "2018-2019"), quarter, month and day, 0 for none."""

    years: tuple[int, ...] = ()
    quarter: int = 0
    month: int = 0
    day: int = 0

    @property
    def order(self) -> tuple[int, int, int, int]:
        """For sorting by time."""
        return (max(self.years, default=0), self.quarter, self.month, self.day)


@dataclass(frozen=True, slots=True)
class Mention:
    """A period where a text names it, half-open [start, end)."""

    start: int
    end: int
    when: When


@lru_cache(maxsize=20_000)
def mentions(text: str) -> tuple[Mention, ...]:
    """The periods that a text names, in order; "December 31, 2018 and 2019" is the same day of two years."""
    found: list[Mention] = []
    for match in _WHEN.finditer(text):
        when = _when(match)
        if when is None:
            continue
        previous = found[-1] if found else None
        joined = previous and re.fullmatch(
            r"\s*(?:,|and|&|to|or|-|–|, and|through)?\s*", text[previous.end : match.start()]
        )
        if previous and joined and match["year3"] and previous.when.month and previous.when.years:
            when = When(when.years, 0, previous.when.month, previous.when.day)
        elif previous and joined and previous.when.month and not previous.when.years and when.years and when.month:
            # "July 7 and September 29, 2019"
            found[-1] = Mention(
                previous.start, previous.end, When(when.years, 0, previous.when.month, previous.when.day)
            )
        elif previous and joined and match["year3"] and previous.when.month and not previous.when.years:
            found[-1] = Mention(
                previous.start, match.end(), When(when.years, 0, previous.when.month, previous.when.day)
            )
            continue
        found.append(Mention(match.start(), match.end(), when))
    return tuple(one for one in found if one.when.years or one.when.quarter)


def _when(match: re.Match[str]) -> When | None:
    if match["month1"]:
        if match["month1"].lower() == "may" and not (match["day1"] or match["day2"] or match["year1"]):
            return None
        month = _MONTHS.index(match["month1"][:3].lower()) + 1
        year = (int(match["year1"]),) if match["year1"] else ()
        day = int(match["day1"] or match["day2"] or 0)
        return When(year, 0, month, day if day <= 31 else 0)
    if match["quarter"]:
        word = match["quarter"].lower()
        digit = re.search(r"[1-4]", word)
        number = (
            int(digit[0]) if digit else ["first", "second", "third", "fourth"].index(word.split()[0].split("-")[0]) + 1
        )
        return When((int(match["year2"]),) if match["year2"] else (), number)
    if match["range1"]:
        first, last = int(match["range1"]), match["range2"]
        end = int(last) if len(last) == 4 else first // 100 * 100 + int(last)
        if len(last) == 2 and end == first + 1:
            return When((end,))  # 2018/19: the year that ends in 2019
        return When((first, end)) if first < end else None
    if match["year3"]:
        return When((int(match["year3"]),))
    return When((2000 + int(match["short"]),)) if match["short"] else None


@lru_cache(maxsize=20_000)
def when_of(text: str) -> When | None:
    """The period that a header or label names; of several ("2019 versus 2018") all years, without quarter or day."""
    found = [one.when for one in mentions(text)]
    if not found:
        return None
    years = tuple(dict.fromkeys(year for one in found for year in one.years))
    if len(found) == 1:
        return found[0]
    if len(years) <= 1:
        return When(
            years,
            max(one.quarter for one in found),
            next((one.month for one in found if one.month), 0),
            next((one.day for one in found if one.day), 0),
        )
    return When(years)


_DAY = re.compile(
    r"\W*" + _MONTH.format("named") + r"(?:\s+\d{1,2})?\W*|\W*\d{1,2}\s+" + _MONTH.format("after") + r"\W*",
    re.IGNORECASE,
)


def is_dated(text: str) -> bool:
    """Whether a header's text is a period, or a month and day whose year stands elsewhere."""
    return when_of(text) is not None or _DAY.fullmatch(text) is not None


@lru_cache(maxsize=50_000)
def without(text: str) -> str:
    """A text without the periods it names and the words that only introduce them."""
    out, last = [], 0
    for one in mentions(text):
        out.append(text[last : one.start])
        last = one.end
    out.append(text[last:])
    bare = _FRAME.sub(" ", " ".join(out)) if last else _FRAME.sub(" ", text)
    rest = " ".join(_LOOSE.sub(" ", " ".join(bare.split())).split())
    return rest if re.search(r"[^\W\d_]|[%$€£¥]", rest) else ""


def fit(asked: When, given: When | None) -> float:
    """How well a period fits the one asked for: 1 the same, 0.6 as far as both say, 0.5 another day, 0.3 one among several,
    0.15 another month of the year, 0 another period."""
    if given is None:
        return 0.0
    if asked.years and given.years and set(asked.years) != set(given.years):
        return 0.3 if set(asked.years) < set(given.years) else 0.0
    if asked.quarter and given.quarter and asked.quarter != given.quarter:
        return 0.0
    if asked.month and given.month and asked.month != given.month:
        return 0.15  # "December 2018" of a fiscal year that ends in January: only where nothing fits better
    if asked.day and given.day and asked.day != given.day:
        return 0.5
    same = asked.quarter == given.quarter and bool(asked.years) == bool(given.years)
    exact = same and (asked.month, asked.day) == (given.month, given.day)
    return 1.0 if exact else 0.9 if same else 0.6
