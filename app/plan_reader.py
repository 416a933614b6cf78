"""A question for a figure of the statements, read into a plan: which formula, of which years, in which form.

A question is read only where every word of it is understood: a word that is left over ("domestic", "adjusted",
another company's name) means that another figure is asked for than the one that would be given.
"""

import re
from collections.abc import Collection, Sequence
from dataclasses import replace

from app.answer_form import Form, read_form
from app.concepts import Concept, plain_label
from app.definition import Definitions, read_definitions
from app.formula import Binary, Call, Formula, at_year_end
from app.metrics import Measure, Metric, Named, measure_formula
from app.plan import Mode, Plan, in_time, plan_words, read_years
from app.plan_series import read_series
from index.query import is_named

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
_OWN_TERMS = re.compile(
    r"\b(?:averages?|mean|opening|beginning|closing|ending|change)\b.*\b(?:FY\s?)?(?:19|20)?\d\d\b",
    re.IGNORECASE | re.DOTALL,
)
_YEAR_BEFORE = re.compile(
    r"\s*,?\s*(?:as\s+)?(?:compared?\s+(?:to|with)|versus|vs\.?|over|from|relative\s+to|than)\s+(?:in\s+|that\s+of\s+)?the\s+"
    r"(?:(?:previous|prior|preceding)\s+(?:fiscal\s+)?year|year\s+(?:before|earlier|prior))\b",
    re.IGNORECASE,
)
_BRACKET = re.compile(r"\(([^()]*)\)")
_YEAR_END = re.compile(
    r"\b(?:us(?:e|es|ing)|based\s+on)\s+(?:the\s+)?(?:[\w&]+\s+){0,4}?(?:year[\s-]end|end[\s-]of[\s-](?:the[\s-])?year|(?:ending|closing)\s+(?:balance|total|inventor|asset|equity))"
    r"|\bus(?:e|es|ing)\s+(?:[\w&]+\s+){1,4}(?:at|as\s+of)\s+(?:the\s+)?(?:year[\s-]end|end\s+of\s+(?:the\s+)?year)\b",
    re.IGNORECASE,
)


def read_plan(question: str, companies: Collection[str] = ()) -> Plan | None:
    """The plan of a question, None where it asks for no figure of the statements or not all of it is understood.

    `companies` are those of the documents that the question names, so that their names aren't taken for other words.
    """
    if re.match(r"\W*(?:and\s+)?why\b", question, re.IGNORECASE):
        return None  # a reason is asked for
    definitions, rest = read_definitions(_SENTENCE.split(" ".join(question.split())))
    if definitions is None or _is_other(rest):
        return None
    companies = [*companies, *_former(question, companies)]
    core = _core(rest, definitions)
    if core is None or plan_words().other_figure.search(core):
        return None
    core = _YEAR_BEFORE.sub(" compared", core)
    asked = _asked(core, definitions)
    if asked is None:
        return None
    measure, span = asked
    years, quarter, known = read_years(core, span)
    if known == []:
        years = read_years(" ".join(rest), (0, 0))[0]  # "based on FY2022 data" stands among the instructions
    series = read_series(core)
    if known is None or not _explained(core, [span, *known, *series.places], companies):
        return None
    outside = core[: span[0]] + " " + core[span[1] :]
    form = read_form(" ".join(rest))
    given = definitions.given_for(measure)
    formula = given or measure_formula(measure)
    year_end = given is None and bool(_YEAR_END.search(" ".join(rest)))
    formula = at_year_end(formula) if year_end else formula
    plan = Plan(
        measure.name,
        formula,
        _show(measure, given, form),
        years,
        quarter,
        Mode.VALUE,
        form,
        given=given is not None,
        at_year_end=year_end,
    )
    if isinstance(measure, Metric):
        plan = replace(plan, better=measure.better, source="" if given else measure.source)
    else:
        better = "" if measure.sign else "higher"
        plan = replace(plan, better=better, literal=plain_label(core[span[0] : span[1]]))
    return in_time(plan, outside, core, series)


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
    return any(plan_words().other.search(one) for one in sentences if not re.match(r"if\b", one, re.IGNORECASE))


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
    instruction = _INSTRUCTION.search(plain)
    if instruction and _OWN_TERMS.search(instruction[0]):
        return plain.strip()  # "using average payables of FY2018 and FY2019" says which figure, not where it stands
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


def _explained(core: str, spans: Sequence[tuple[int, int]], companies: Collection[str]) -> bool:
    """Whether every word is the figure's, a period's, the company's, or says nothing."""
    telling = {
        word.lower() for company in companies for word in re.findall(r"\w+", company.replace("'", "").replace("’", ""))
    }
    for found in re.finditer(r"[^\W\d_][\w.&-]*|\d[\w.]*", core):
        if any(start <= found.start() < end for start, end in spans):
            continue
        word = found[0].rstrip(".-").lower()
        known = (
            word in plan_words().silent
            or word in telling
            or all(part in plan_words().silent for part in word.split("-"))
        )
        if not known and not any(is_named(company, found[0].strip(".-")) for company in companies):
            return False
    return True
