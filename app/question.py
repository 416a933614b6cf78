"""What a question asks: its kind, the names, periods and words that an answer must be about."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from app.measure import asked_measures, asks_measure
from app.terms import Token, direction, tokens, words
from corpus.document import Period
from corpus.period import find_periods

MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
_MONTH = "|".join(f"{name}|{name[:3]}" for name in MONTHS)
MONTH_YEAR = re.compile(rf"\b(?:(\d{{1,2}})\s+)?({_MONTH})\.?\s+(?:(\d{{1,2}}),\s+)?((?:19|20)\d\d)\b", re.IGNORECASE)
_SENTENCE_END = re.compile(r"(?<=[.?!])\s+(?=[A-Z])")
_IN_CASE = re.compile(
    r"if\b[^?]*\b(?:state|say|explain|mention|note|tell|indicate|answer|respond|reply|specify)\b[^?]*$", re.IGNORECASE
)
_FOUR_DIGITS = re.compile(r"\d{4}")
YEAR = re.compile(r"(?<![\d.,$€£¥-])\b((?:19|20)\d\d)\b(?![\d%]|[.,]\d)")


class Kind(StrEnum):
    """What form an answer takes."""

    WHO = "who"
    WHEN = "when"
    FIGURE = "figure"  # how much, how many, what was <a figure>
    CAUSE = "cause"
    METHOD = "method"  # how is … calculated
    YES_NO = "yes-no"
    OPEN = "open"


@dataclass(frozen=True, slots=True)
class MonthYear:
    """A month of a year."""

    year: int
    month: int  # 1 to 12

    def __str__(self) -> str:
        return f"{MONTHS[self.month - 1]} {self.year}"


@dataclass(frozen=True, slots=True)
class Term:
    """A word that the answer's sentence should hold."""

    text: str
    stem: str


@dataclass(frozen=True, slots=True)
class Question:
    """A question as understood. `names` are words of names that tie it to a company, product or place."""

    text: str
    kind: Kind
    terms: tuple[Term, ...]  # content words that aren't names or dates
    names: tuple[tuple[str, ...], ...]  # each the stems of one name
    periods: tuple[Period, ...]
    months: tuple[MonthYear, ...]
    years: frozenset[int]
    year_before: bool  # asks of the same period one year earlier
    direction: int  # 1 rise, -1 fall, 0 neither
    wants: frozenset[str]  # "percent", "money", "quantity"
    measures: frozenset[str]  # names of the measures whose amounts serve
    clauses: tuple[str, ...]

    @property
    def stems(self) -> frozenset[str]:
        """Every stem asked for, names' too."""
        return frozenset(term.stem for term in self.terms) | {stem for name in self.names for stem in name}

    def names_in(self, stems: Collection[str]) -> bool:
        """Whether each name that it holds has a part among `stems`."""
        return all(any(part in stems for part in name) for name in self.names)


POSSESSIVE = re.compile(r"\b(?:its|their|his|her)\b", re.IGNORECASE)
YEAR_BEFORE = re.compile(
    r"\b(?:(?:a|one|the)\s+year\s+(?:before|earlier|ago|prior)|(?:previous|prior|preceding|last)\s+year(?!s)|year[- ]ago|year[- ]earlier)\b",
    re.IGNORECASE,
)
_WHO = re.compile(
    r"\b(?:who|whose|whom)\b|\bwhich\s+(?:compan(?:y|ies)|person|people|supplier|firm)s?\b", re.IGNORECASE
)
_WHEN = re.compile(
    r"\b(?:when|what\s+(?:date|month|year|day)|since\s+when|which\s+(?:year|month|quarter))\b", re.IGNORECASE
)
_FIGURE = re.compile(
    r"\bhow\s+(?:much|many|big|large|high|long|fast|far|often|small|low|old|wide)\b|\bby\s+(?:what|how)\b|\bwhat\s+(?:percent\w*|share|fraction|number|amount)\b"
    r"|\babove\s+(?:which|what)\b|\bat\s+(?:what|which)\b",
    re.IGNORECASE,
)
_METHOD = re.compile(
    r"\bhow\s+(?:is|was|are|were|do|does|did|can)\b.*\b(?:calculat|comput|reach|arrive|deriv|obtain|work(?:ed)?\s+out|get\b|determin)",
    re.IGNORECASE,
)
_CAUSE = re.compile(
    r"\bwhy\b|\bwhat(?:'s|\s+is|\s+are|\s+was|\s+were)?\s+(?:drove|driving|drives|caused|causes|causing|led\s+to|explains?|behind)\b"
    r"|\bwhat\s+(?:\w+\s+){0,3}(?:reasons?|causes?|drivers?|drove|caused|behind)\b|\breasons?\s+(?:for|behind|why)\b|\bhow\s+come\b",
    re.IGNORECASE,
)
_YES_NO = re.compile(
    r"^(?:is|are|was|were|do|does|did|has|have|had|can|could|will|would|should|must|may)\b", re.IGNORECASE
)
_CLAUSE = re.compile(r",?\s+and\s+(?=(?:when|how|who|what|why|where|which|by\b))|;\s+|\?\s+(?=\S)", re.IGNORECASE)


def read_question(text: str, known_names: Collection[str] = ()) -> Question:
    """Read a question. `known_names`: lower-case words that the documents write with a capital only."""
    lists = words()
    found = tokens(text)
    periods = find_periods(text)
    months = tuple(month for _, _, month in find_months(text))
    dated = [(item.start, item.end) for item in periods] + [(start, end) for start, end, _ in find_months(text)]
    dated += [match.span() for match in YEAR.finditer(text)] + [match.span() for match in YEAR_BEFORE.finditer(text)]
    names = _names(text, found, dated, known_names)
    named = {token.start for name in names for token in name}
    terms = {
        token.stem: Term(token.text, token.stem)
        for token in found
        if token.start not in named
        and not any(start <= token.start < end for start, end in dated)
        and token.text.lower() not in lists.stop
        and token.stem not in lists.generic
        and token.text.lower() not in lists.generic
        and token.text not in lists.weak_names
        and token.text.lower() not in lists.cause
        and (len(token.text) > 1 or token.text.isdigit())
    }
    return Question(
        text,
        _kind(text),
        tuple(terms.values()),
        tuple(dict.fromkeys(tuple(token.stem for token in name) for name in names)),
        tuple(dict.fromkeys(item.period for item in periods)),
        months,
        frozenset(int(match[1]) for match in YEAR.finditer(text)),
        bool(YEAR_BEFORE.search(text)),
        direction(text),
        _wants(text),
        asked_measures(text),
        tuple(clause.strip() for clause in _CLAUSE.split(text) if clause.strip()),
    )


def without_conditions(text: str) -> str:
    """A question without sentences that only say how to answer in a case: "If it is no useful metric, state that and explain why."."""
    kept = [one for one in _SENTENCE_END.split(text.strip()) if not _IN_CASE.match(one)]
    return " ".join(kept) if any("?" in one for one in kept) else text


def find_months(text: str) -> list[tuple[int, int, MonthYear]]:
    """Months with their year, and full dates as their month: (start, end, month)."""
    if not _FOUR_DIGITS.search(text):
        return []  # as most sentences
    return [
        (match.start(), match.end(), MonthYear(int(match[4]), _month_number(match[2])))
        for match in MONTH_YEAR.finditer(text)
    ]


def _month_number(name: str) -> int:
    return next(number for number, month in enumerate(MONTHS, 1) if month.lower().startswith(name.lower()[:3]))


def _kind(text: str) -> Kind:
    for pattern, kind in (
        (_CAUSE, Kind.CAUSE),
        (_METHOD, Kind.METHOD),
        (_WHO, Kind.WHO),
        (_FIGURE, Kind.FIGURE),
        (_WHEN, Kind.WHEN),
    ):
        if pattern.search(text):
            return kind
    if _YES_NO.search(text):
        return Kind.YES_NO
    asks_figure = asks_measure(text) or not _wants(text).isdisjoint(("money", "percent"))
    return Kind.FIGURE if asks_figure else Kind.OPEN


def _wants(text: str) -> frozenset[str]:
    lowered = text.lower()
    wants = {
        kind
        for kind, phrases in words().asks.items()
        if any(re.search(rf"\b{re.escape(phrase)}(?:s|es)?\b", lowered) for phrase in phrases)
    }
    if re.search(r"\bhow fast\b", lowered) and not direction(text):
        wants.discard("percent")
    if "percent" in wants and re.search(r"percent|how fast|growth rate|what share", lowered):
        wants.discard("money")
    if re.search(r"\bhow much of\b", lowered):
        wants.clear()
    if _FIGURE.search(text) and not wants:
        wants.add("quantity")
    return frozenset(wants)


def _names(text: str, found: list[Token], dated: list[tuple[int, int]], known: Collection[str]) -> list[list[Token]]:
    """Runs of words that are names: capitalised (not only for opening the sentence), with digits, or known as names."""
    lists = words()
    names: list[list[Token]] = []
    previous_end, first = -2, found[0].start if found else 0
    for token in found:
        word = token.text
        lowered = word.lower()
        dated_here = any(start <= token.start < end for start, end in dated)
        is_code = bool(re.fullmatch(r"[A-Za-z]+-?\d+\w*s?|\d+[A-Za-z]+\d*\w*", word)) and not re.fullmatch(
            r"\d+(?:k|m|bn|b|th|st|nd|rd|x)", lowered
        )
        capital = word[:1].isupper() and (
            token.start != first or (lowered not in lists.stop and _is_name_like(word, known))
        )
        possessive = (
            text[token.end : token.end + 2] in ("'s", "’s")
            and lowered not in lists.stop
            and token.stem not in lists.generic
        )
        is_name = (
            not dated_here
            and word not in lists.weak_names
            and word not in lists.not_names
            and word.upper() not in ("US", "AI", "USA")
            and lowered not in lists.stop
            and (is_code or capital or lowered in known or (possessive and not known and word[:1].isupper()))
            and not (capital and not is_code and text.isupper())
        )
        # "CloudMatrix 384": a number right after a name is part of it.
        if word.isdigit() and names and not dated_here and token.start - previous_end == 1:
            is_name = True
        if not is_name:
            continue
        if names and token.start - previous_end <= 1 and token.start > previous_end:
            names[-1].append(token)
        elif not (names and token.start < previous_end):
            names.append([token])
        previous_end = token.end
    return names


def _is_name_like(word: str, known: Collection[str]) -> bool:
    return word.lower() in known or any(character.isupper() for character in word[1:]) or any(c.isdigit() for c in word)
