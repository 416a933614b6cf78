"""A question for a figure of the statements, read into a plan: which formula, of which years, in which form.

A question is read only where every word of it is understood: a word that is left over ("domestic", "adjusted",
another company's name) means that another figure is asked for than the one that would be given.
"""

import re
import tomllib
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cache
from pathlib import Path

from app.answer_form import Form, read_form
from app.concepts import Concept, plain_label
from app.definition import Definitions, read_definitions
from app.formula import Binary, Call, Formula, at_year_end
from app.metrics import Measure, Metric, Named, measure_formula
from index.query import is_named

FILE = Path(__file__).parent / "plan.toml"


class Mode(StrEnum):
    """What is asked of a figure over the years."""

    VALUE = "value"  # in one year
    GROWTH = "growth"  # in percent, or percentage points, from one year to another
    AVERAGE = "average"  # of several years
    CAGR = "cagr"
    COMPARE = "compare"  # two years beside each other


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


@dataclass(frozen=True, slots=True)
class _Words:
    other: re.Pattern[str]
    other_figure: re.Pattern[str]
    silent: frozenset[str]
    rise: frozenset[str]
    fall: frozenset[str]


@cache
def _words() -> _Words:
    data = tomllib.loads(FILE.read_text(encoding="utf-8"))
    return _Words(
        _any_of(data["other"]),
        _any_of(data["other_figure"]),
        frozenset(data["silent"].split()),
        frozenset(data["rise"]),
        frozenset(data["fall"]),
    )


def _any_of(words: Sequence[str]) -> re.Pattern[str]:
    alternatives = "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))
    return re.compile(rf"(?<![\w-])(?:{alternatives})(?!\w)", re.IGNORECASE)


_SENTENCE = re.compile(
    r"(?<=;)\s+(?=if\b)|(?<=[.?!])\s+(?=[A-Z(\"“])|(?<=:)\s+(?=(?:what|how|by|which|does|do|is|has|calculate|compute)\b)",
    re.IGNORECASE,
)
_CONDITION = re.compile(
    r"^(?:if|in case|please|round|answer|respond|give|provide|express|report|assume|base|use|approach|address|state)\b",
    re.IGNORECASE,
)
_ASKS = re.compile(
    r"\b(?:what(?:['’]s)?|how\s+(?:much|many|did|does|do|has|have|high|large|big)|by\s+how\s+much|by\s+what|how|calculate|compute|find|determine"
    r"|show\s+me|tell\s+me|give\s+me|did|does|do|has|have|is|are|was|were)\b",
    re.IGNORECASE,
)
_INSTRUCTION = re.compile(
    r",?\s+(?:by\s+)?(?:basing|based\s+(?:on|upon|in|only)|utiliz\w+|relying|drawing|referring|using|according\s+to|considering|assuming|in\s+agreement|please"
    r"|respond|approach|(?:shown|given|stated|outlined|reported|presented|found|provided)\s+(?:with)?in|per\s+the|as\s+per|from\s+the\s+(?:\w+\s+){0,3}(?:statements?|sheets?)"
    r"|(?:and\s+)?round(?:ed|ing)?\b|in\s+units\s+of|in\s+(?:usd|us\s+dollars|\$|millions|billions|thousands|percent)|answer)\b.*$",
    re.IGNORECASE | re.DOTALL,
)  # fmt: skip
_BRACKET = re.compile(r"\(([^()]*)\)")
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
_YEAR_END = re.compile(
    r"\b(?:us(?:e|es|ing)|based\s+on|with|on)\s+(?:the\s+)?(?:[\w&]+\s+){0,4}?(?:year[\s-]end|ending|closing|end[\s-]of[\s-](?:the[\s-])?year)\b"
    r"|\b(?:us(?:e|es|ing)|based\s+on)\s+(?:[\w&]+\s+){1,4}(?:at|as\s+of)\s+(?:the\s+)?(?:year[\s-]end|end\s+of\s+(?:the\s+)?year)\b",
    re.IGNORECASE,
)
_GROWTH = re.compile(
    r"\bgrowth\b|\bgrew\b|\bgrow(?:n|ing)?\b|\byear[\s-]over[\s-]year\b|\byoy\b|\b(?:percent(?:age)?|%)\s+(?:change|increase|decrease)\b|\bchange[ds]?\s+(?:in|from|between)\b|\bchanged?\b"
    r"|\bby\s+(?:how\s+much|what)\b",
    re.IGNORECASE,
)
_COMPARES = re.compile(r"\bcompare[ds]?\b|\bversus\b|\bvs\b", re.IGNORECASE)


def read_plan(question: str, companies: Collection[str] = ()) -> Plan | None:
    """The plan of a question, None where it asks for no figure of the statements or not all of it is understood.

    `companies` are those of the documents that the question names, so that their names aren't taken for other words.
    """
    definitions, rest = read_definitions(_SENTENCE.split(" ".join(question.split())))
    if definitions is None or _is_other(rest):
        return None
    companies = [*companies, *_former(question, companies)]
    core = _core(rest, definitions)
    if core is None or _words().other_figure.search(core):
        return None
    asked = _asked(core, definitions)
    if asked is None:
        return None
    measure, span = asked
    years, quarter, known = _years(core, span)
    if known == []:
        years = _years(" ".join(rest), (0, 0))[0]  # "based on FY2022 data" stands among the instructions
    if known is None or not _explained(core, [span, *known], companies):
        return None
    outside = core[: span[0]] + " " + core[span[1] :]
    form = read_form(" ".join(rest))
    given = definitions.given_for(measure)
    formula = given or measure_formula(measure)
    if given is None and _YEAR_END.search(" ".join(rest)):
        formula = at_year_end(formula)
    plan = Plan(
        measure.name,
        formula,
        _show(measure, given, form),
        years,
        quarter,
        Mode.VALUE,
        form,
        given=given is not None,
    )
    if isinstance(measure, Metric):
        plan = replace(plan, better=measure.better, source="" if given else measure.source)
    else:
        better = "" if measure.sign else "higher"
        plan = replace(plan, better=better, literal=plain_label(core[span[0] : span[1]]))
    return _in_time(plan, outside, core)


def _show(measure: Measure, given: Formula | None, form: Form) -> str:
    """How the figure is shown: as its kind usually is; a question's own quotient as a ratio unless percent is asked."""
    if isinstance(measure, Concept):
        return measure.kind
    if given is None and measure.show:
        return measure.show
    if measure.show == "days":
        return "days"
    formula = given or measure.formula
    if isinstance(formula, Call) and formula.name == "margin":
        return "percent"
    if isinstance(formula, Binary) and formula.sign in "+-" and measure.show != "ratio":
        return "amount"
    return "percent" if measure.show == "percent" and "margin" in measure.name and not form.places else "ratio"


_FORMER = re.compile(
    r"\b(?P<now>[A-Z][\w&]*(?:\s[A-Z][\w&]*){0,3})(?:['’]s)?\s*[(,]\s*(?:formerly|previously|now|f/k/a)\s+(?:known\s+as\s+|called\s+)?(?P<was>[A-Z][\w& ]*)"
)


def _former(question: str, companies: Collection[str]) -> list[str]:
    """Other names of the companies, as the question itself tells them: "Block (formerly known as Square)"."""
    found = _FORMER.finditer(question)
    return [one[side] for one in found for side in ("now", "was") if any(is_named(name, one[0]) for name in companies)]


def _is_other(sentences: Sequence[str]) -> bool:
    """Whether a word says that the statements' own figure isn't meant."""
    return any(_words().other.search(one) for one in sentences if not re.match(r"if\b", one, re.IGNORECASE))


def _core(sentences: Sequence[str], definitions: Definitions) -> str | None:
    """The part of the question that names the figure: from its asking word to where instructions begin."""
    held = []
    for sentence in sentences:
        if re.match(r"if\b", sentence, re.IGNORECASE):
            continue
        core = _core_of(sentence)
        if definitions.measures(core):
            metric = any(isinstance(one.measure, Metric) for one in definitions.measures(core))
            held.append(
                ((not metric) + 2 * ("?" not in sentence) * (not metric) + 4 * bool(_CONDITION.match(sentence)), core)
            )
    return min(held, key=lambda one: one[0])[1] if held else None


def _core_of(sentence: str) -> str:
    """A sentence without brackets, what comes before its asking word, and instructions on how to answer."""
    plain = _BRACKET.sub(lambda found: " " if not re.search(r"\d{4}", found[1]) else found[0], sentence)
    plain = " ".join(plain.split())
    asks = [found.start() for found in _ASKS.finditer(plain)]
    if asks:
        plain = plain[asks[0] :]
    return _INSTRUCTION.sub("", plain).strip()


def _asked(core: str, definitions: Definitions) -> tuple[Measure, tuple[int, int]] | None:
    """The measure that is asked for and where it stands, None for none or for several."""
    found = definitions.measures(core)
    if len(found) == 2 and found[0].measure is not found[1].measure:
        return _combined(core, found[0], found[1], definitions)
    if len({id(one.measure) for one in found}) != 1:
        return None
    return found[0].measure, (found[0].start, found[0].end)


_SHARE = re.compile(
    r"\s*,?\s*(?:expressed\s+)?(?:as|in|to)?\s*(?:an?\s+|the\s+)?(?:%|percent(?:age)?|proportion|share|fraction)\s+(?:margin\s+)?of\s+(?:its\s+|the\s+|total\s+|company\s+)*",
    re.IGNORECASE,
)
_TO = re.compile(r"[\s-]*to[\s-]*(?:its\s+|the\s+|total\s+)*", re.IGNORECASE)
_SIGN = re.compile(
    r"\s*(?:(?P<minus>less|minus|-)|(?P<plus>plus|\+)|(?P<over>divided\s+by|over|/|÷))\s*(?:its\s+|the\s+|total\s+)*",
    re.IGNORECASE,
)


def _combined(
    core: str, first: Named, second: Named, definitions: Definitions
) -> tuple[Measure, tuple[int, int]] | None:
    """Two measures that a phrase joins to one figure: "capex as a % of revenue", "ratio of debt to equity"."""
    between, before = core[first.end : second.start], core[: first.start]
    one, other = definitions.formula_of(first.measure), definitions.formula_of(second.measure)
    start, names = first.start, (first.measure.name, second.measure.name)
    formula: Formula
    if _SHARE.fullmatch(between):
        name, formula, show = f"{names[0]} as a percentage of {names[1]}", Call("margin", (one, other)), "percent"
    elif _TO.fullmatch(between) and (
        (ratio := re.search(r"\bratio\s+of\s+(?:its\s+|the\s+|total\s+)*$", before, re.IGNORECASE))
        or re.match(r"\s+ratio\b", core[second.end :], re.IGNORECASE)
    ):
        start = ratio.start() if ratio else start
        name, formula, show = f"{names[0]} to {names[1]}", Binary("/", one, other), "ratio"
    elif sign := _SIGN.fullmatch(between):
        mark, word = ("-", "less") if sign["minus"] else ("+", "plus") if sign["plus"] else ("/", "over")
        name, formula, show = f"{names[0]} {word} {names[1]}", Binary(mark, one, other), ""
    else:
        return None
    return Metric(name, (name,), formula, show, "", ""), (start, second.end)


def _years(core: str, span: tuple[int, int]) -> tuple[tuple[int, ...], int | None, list[tuple[int, int]] | None]:
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


def _explained(core: str, spans: Sequence[tuple[int, int]], companies: Collection[str]) -> bool:
    """Whether every word is the figure's, a period's, the company's, or says nothing."""
    telling = {
        word.lower() for company in companies for word in re.findall(r"\w+", company.replace("'", "").replace("’", ""))
    }
    for found in re.finditer(r"[^\W\d_][\w.&-]*|\d[\w.]*", core):
        if any(start <= found.start() < end for start, end in spans):
            continue
        word = found[0].rstrip(".-").lower()
        known = word in _words().silent or word in telling or all(part in _words().silent for part in word.split("-"))
        if not known and not any(is_named(company, found[0].strip(".-")) for company in companies):
            return False
    return True


def _in_time(plan: Plan, outside: str, core: str) -> Plan | None:
    """The plan with its mode and the years that the mode needs."""
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
        if len(years) == 1 and count > 1:
            years = tuple(range(years[0] - count + 1, years[0] + 1))
        if len(years) > 1 and count in (0, len(years)):
            return replace(plan, mode=Mode.AVERAGE, years=years)
        return None
    if count:
        return None
    rises, falls = bool(words & _words().rise), bool(words & _words().fall)
    judges = any(word.startswith(("improv", "worse", "deterior")) for word in words)
    yes_no = bool(re.match(r"(?:does|do|did|has|have|is|are|was|were)\b", core, re.IGNORECASE))
    direction = rises - falls
    if judges:  # better may be less, or neither
        direction *= {"higher": 1, "lower": -1}.get(plan.better, 0)
    signs = {1: "positive", -1: "negative"}
    sign = next((value for value, word in signs.items() if word in words), 0)
    if sign:
        return replace(plan, sign=sign, yes_no=yes_no) if len(years) < 2 and not rises and not falls else None
    if len(years) > 2:
        years = (years[0], years[-1])
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
