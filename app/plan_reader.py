"""A question for a figure of the statements, read into a plan: which formula, of which years, in which form.

A question is read only where every word of it is understood: a word that is left over ("domestic", "adjusted",
another company's name) means that another figure is asked for than the one that would be given.
"""

import re
from collections.abc import Collection, Sequence
from dataclasses import replace

from app.answer_form import Form, read_form
from app.definition import Definitions, read_definitions
from app.formula import Binary, Call, Formula, at_year_end, years_of
from app.metrics import Measure, Metric, Named, measure_formula
from app.plan import Mode, Plan, in_time, plan_words, read_years, reworded
from app.plan_asides import chosen_formula, is_harmless
from app.plan_series import read_series
from index.concepts import Concept, plain_label
from index.query import is_named

# A full stop after "Inc." ends a sentence only where an instruction or a question follows.
_SENTENCE = re.compile(
    r"(?<=;)\s+(?=if\b)"
    r"|(?:(?<=,)|\s)\s*(?=(?:where|if|with)\s+(?:the\s+)?[\w&%/ -]{2,45}?\s+(?:is|are|being|means|=)\s)"
    r"|(?<=[.?!])(?<!\binc\.)(?<!\bcorp\.)(?<!\bco\.)(?<!\bltd\.)\s+(?=(?-i:[A-Z(\"“]))"
    r"|(?<=\.)\s+(?=(?-i:(?:If|Please|Round|Answer|Respond|Give|Provide|Express|Report|Assume|Base|Use|Define|Calculate|Compute|What|How|Here|We|You|The|This|It)\b))"
    r"|(?<=:)\s+(?=(?:what|how|by|which|does|do|is|has|calculate|compute)\b)",
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
_AUXILIARY = re.compile(r"did|does|do|has|have|is|are|was|were", re.IGNORECASE)
_WHETHER = re.compile(rf"(?:{_AUXILIARY.pattern})\b", re.IGNORECASE)
_INSTRUCTION = re.compile(
    r",?\s+(?:by\s+)?(?:basing|based\s+(?:on|upon|in|only)|utili[sz](?:e|ing)\b|relying|drawing|referring|using|according\s+to|considering|assuming|in\s+agreement|please"
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
    question = reworded(" ".join(question.split()))
    definitions, rest = read_definitions(_SENTENCE.split(question))
    if definitions is None or _is_other(rest):
        return None
    companies = [*companies, *_former(question, companies)]
    found = _core(rest, definitions)
    if found is None or plan_words().other_figure.search(_without_names(found[0], companies)):
        return None
    core, asides = found
    core = _YEAR_BEFORE.sub(" compared", core)
    asked = _asked(core, definitions)
    if asked is None:
        return None
    measure, spans = asked
    span = spans[0]
    years, quarter, known = read_years(core, span)
    if known == []:
        years = read_years(" ".join(rest), (0, 0))[0]  # "based on FY2022 data" stands among the instructions
    series = read_series(core)
    if known is None or not _explained(core, measure, [*spans, *known, *series.places], companies):
        return None
    outside = core
    for start, end in sorted(spans, reverse=True):
        outside = outside[:start] + " " + outside[end:]
    form = read_form(" ".join(rest))
    given = definitions.given_for(measure)
    if not definitions.serve(measure):
        return None
    variants = measure.variants if isinstance(measure, Metric) and given is None else ()
    formula = chosen_formula(given or measure_formula(measure), variants, asides)
    if formula is None:
        return None
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
    timed = in_time(plan, outside, core, series)
    return timed if timed and _keep(asides, timed, companies) else None


def _without_names(core: str, companies: Collection[str]) -> str:
    """The text without the companies' names, one of which may be "Target"."""
    return re.sub(
        r"\b[A-Z][\w&-]*", lambda word: "" if any(is_named(one, word[0]) for one in companies) else word[0], core
    )


def _keep(asides: Sequence[str], plan: Plan, companies: Collection[str]) -> bool:
    """Whether all that stands around the figure leaves it what it is."""
    years = {*plan.years, *(year - 1 for year in plan.years), *years_of(plan.formula)}

    def is_name(word: str) -> bool:
        return any(is_named(company, word) or word.lower() in _name_words(company) for company in companies)

    return all(is_harmless(aside, years, is_name) for aside in asides)


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


def _core(sentences: Sequence[str], definitions: Definitions) -> tuple[str, list[str]] | None:
    """The part of the question that names the figure, from its asking word to where instructions begin, and all the rest."""
    held = []
    read = [sentence for sentence in sentences if not re.match(r"if\b", sentence, re.IGNORECASE)]
    parted = [_core_of(sentence) for sentence in read]
    for number, (core, _) in enumerate(parted):
        if definitions.measures(core):
            metric = any(isinstance(one.measure, Metric) for one in definitions.measures(core))
            sentence = read[number]
            held.append(
                ((not metric) + 2 * ("?" not in sentence) * (not metric) + 4 * bool(_CONDITION.match(sentence)), number)
            )
    if not held:
        return None
    chosen = min(held)[1]
    others = [sentence for number, sentence in enumerate(read) if number != chosen]
    return parted[chosen][0], [text for text in (*parted[chosen][1], *others) if re.search(r"[^\W_]", text)]


def _core_of(sentence: str) -> tuple[str, list[str]]:
    """A sentence without brackets, what comes before its asking word, and instructions on how to answer; and these."""
    asides = [one[1] for one in _BRACKET.finditer(sentence) if not re.search(r"\d{4}", one[1])]
    plain = _BRACKET.sub(lambda found: " " if not re.search(r"\d{4}", found[1]) else found[0], sentence)
    plain = " ".join(plain.split())
    asks = [found.start() for found in _ASKS.finditer(plain)]
    if asks and not _WHETHER.match(plain):
        # "You have only the balance sheet: what was …" asks with "what".
        asks = [found.start() for found in _ASKS.finditer(plain) if not _AUXILIARY.fullmatch(found[0])] or asks
    if asks:
        asides.append(plain[: asks[0]])
        plain = plain[asks[0] :]
    instruction = _INSTRUCTION.search(plain)
    if instruction is None or _OWN_TERMS.search(instruction[0]):
        return plain.strip(), asides  # "using average payables of FY2018 and FY2019" says which figure
    return plain[: instruction.start()].strip() + ("?" if plain.endswith("?") else ""), [
        *asides,
        instruction[0].strip(" ,"),
    ]


_Spans = tuple[tuple[int, int], ...]


def _asked(core: str, definitions: Definitions) -> tuple[Measure, _Spans] | None:
    """The measure that is asked for and where it stands, None for none or for several."""
    found = definitions.measures(core)
    if len(found) == 2 and found[0].measure is not found[1].measure:
        return _combined(core, found[0], found[1], definitions)
    if len({id(one.measure) for one in found}) != 1:
        return None
    return found[0].measure, ((found[0].start, found[0].end),)


_SHARE = re.compile(
    r"\s*,?\s*(?:expressed\s+)?(?:as|in|to)?\s*(?:an?\s+|the\s+)?(?:%|percent(?:age)?|proportion|share|fraction)\s+(?:margin\s+)?of\s+(?:its\s+|the\s+|total\s+|company\s+)*",
    re.IGNORECASE,
)
_LATER_SHARE = re.compile(
    r"\s*,?\s*(?:expressed\s+)?as\s+(?:an?\s+|the\s+)?(?:%|percent(?:age)?|proportion|share|fraction)\s+of\s+(?:its\s+|the\s+|total\s+|company\s+)*$",
    re.IGNORECASE,
)
_TO = re.compile(r"[\s-]*to[\s-]*(?:its\s+|the\s+|total\s+)*", re.IGNORECASE)
_SIGN = re.compile(
    r"\s*(?:(?P<minus>less|minus|-)|(?P<plus>plus|\+)|(?P<over>divided\s+by|over|/|÷))\s*(?:its\s+|the\s+|total\s+)*",
    re.IGNORECASE,
)


def _combined(core: str, first: Named, second: Named, definitions: Definitions) -> tuple[Measure, _Spans] | None:
    """Two measures that a phrase joins to one figure: "capex as a % of revenue", "ratio of debt to equity"."""
    between, before = core[first.end : second.start], core[: first.start]
    one, other = definitions.formula_of(first.measure), definitions.formula_of(second.measure)
    start, names = first.start, (first.measure.name, second.measure.name)
    formula: Formula
    apart = 0  # where what joins them begins, behind words that stand between
    if share := _SHARE.fullmatch(between) or _LATER_SHARE.search(between):
        apart = share.start()
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
    spans = ((start, first.end), (first.end + apart, second.end)) if apart else ((start, second.end),)
    return Metric(name, (name,), formula, show, "", ""), spans


def _name_words(company: str) -> set[str]:
    return {word.lower() for word in re.findall(r"\w+", company.replace("'", "").replace("’", ""))}


_OF_QUOTIENTS = frozenset(["ratio", "rate"])


def _explained(core: str, measure: Measure, spans: Sequence[tuple[int, int]], companies: Collection[str]) -> bool:
    """Whether every word is the figure's, a period's, the company's, or says nothing."""
    telling = {word for company in companies for word in _name_words(company)}
    quotient = (isinstance(measure, Metric) and measure.show != "amount") or re.search(
        r"\bgrowth\b|\bcagr\b|\bchange", core, re.IGNORECASE
    )
    for found in re.finditer(r"[^\W\d_][\w.&-]*|\d[\w.]*", core):
        if any(start <= found.start() < end for start, end in spans):
            continue
        word = found[0].rstrip(".-").lower()
        known = (
            word in plan_words().silent
            or word in telling
            or (word in _OF_QUOTIENTS and quotient)
            or all(part in plan_words().silent for part in word.split("-"))
        )
        if not known and not any(is_named(company, found[0].strip(".-")) for company in companies):
            return False
    return True
