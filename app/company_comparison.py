"""One figure of several companies: "Which had the higher gross margin in FY2022, Acorn or Birch?".

The question is read once for each company, as if it were about that one alone; what is said of the comparison itself
("compare", "which is higher") is all that may be left out, so that every other word must still be understood.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from app.answer import Operand, Statement
from app.answer_form import shown
from app.calculator import calculate
from app.calculator.notation import shown_expression
from app.companies import called as plainly_called
from app.figures import calculation_of, cited
from app.fiscal_dates import with_fiscal_periods
from app.operands import Filing
from app.plan import Mode, Plan
from app.plan_reader import read_plan
from app.quantity import find_quantities
from app.statement_figures import figure, with_years
from corpus.document import Kind, Metadata
from corpus.errors import CalculationError
from index.query import is_named, telling_words

MOST_COMPANIES = 6
LONGEST_NAME = 8  # words
_HERE = "\N{WHITE SQUARE}"  # where a company's name stood
_ONE_FIGURE = frozenset([Mode.VALUE, Mode.GROWTH, Mode.AVERAGE, Mode.CAGR])
_LIST = re.compile(
    rf"{_HERE}\s*(?:,\s*(?:and|or)?|and|or|&|/|versus|vs\.?|against|with|to|than|compared\s+(?:to|with))\s*(?:that\s+of\s+|those\s+of\s+|the\s+)?{_HERE}",
    re.IGNORECASE,
)
_LATER = re.compile(
    rf",?\s*\b(?:versus|vs\.?|than|with|to|against|and|or|of|compared\s+(?:to|with))\s+(?:(?:that|those|the\s+one)\s+(?:of|at|for)\s+|it\s+(?:was|is)\s+(?:at|for)\s+|at\s+|for\s+)?{_HERE}",
    re.IGNORECASE,
)
_SIZE = r"(?:higher|highest|larger|largest|bigger|biggest|greater|greatest|lower|lowest|smaller|smallest|better|best|worse|worst|more|most|less|least|stronger|strongest|weaker|weakest)"
_COMPARING = re.compile(
    rf"\bcompare\b|\bcomparison\s+(?:of|between)\b|\bside[\s-]by[\s-]side\b|\brespectively\b|\bbetween\b|\bboth\b|\beach\s+of\b|\bfor\s+each\b"
    rf"|\b(?:which|who|what)\s+(?:one\s+)?(?:company|firm|of\s+(?:them|these|those|the\s+two|the\s+companies))?\s*(?:has|had|have|is|was|reported|reports|made|makes|earned|generated|posted|recorded|shows|showed)\b"
    rf"|\b(?:how\s+(?:much|many\s+\w+)|by\s+how\s+much)\s+(?={_SIZE}\b|(?:is|was|did|were)\b)|\b(?:the\s+)?difference\s+(?:in|between|of)\b"
    rf"|\bhow\s+(?:does|do|did)\b(?=.*\bcompare)|\b(?:compared?|differ)\b|\b(?:a|an|the)\s+{_SIZE}\b|\b{_SIZE}\b",
    re.IGNORECASE,
)
_OF_HERE = re.compile(rf"\b(?:of|at|for|did|by)\s+{_HERE}(?:\s+have\b)?", re.IGNORECASE)
_FASTER = re.compile(
    r"\b(?:which|who)(?:\s+(?:one|company|firm|of\s+\w+(?:\s+two)?))?\s+(?:grew|increased)\s+(?:its\s+|their\s+)?(?P<what>.+?)\s+(?:the\s+)?(?:faster|fastest|slower|slowest|more|most|less|least)\b",
    re.IGNORECASE,
)
_WERE = re.compile(r"\bwhose\b|\b(?:was|were|is|are)\b(?=\s*(?:in\b|for\b|at\b|,|\?|$))", re.IGNORECASE)
_YES_NO = re.compile(r"^\s*(?:is|was|are|were|did|does|do|has|have|had)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Side:
    """One company of a comparison: how it is called, and what is asked of its filings."""

    name: str
    plan: Plan
    filings: tuple[Filing, ...]


def one_by_one(question: str, companies: Sequence[str]) -> dict[str, str]:
    """The question as it would be asked of each company alone; empty where it isn't one figure of several companies."""
    if not 2 <= len(companies) <= MOST_COMPANIES:
        return {}
    text, places = question, {}
    for company in companies:
        others = [one for one in companies if one != company]
        places[company] = _without(question, company, others).find(_HERE)
        text = _without(text, company, others)
    if min(places.values()) < 0:
        return {}  # two names for one place
    while (listed := _LIST.sub(_HERE, text)) != text:
        text = listed
    if text.count(_HERE) > 1:
        text = _LATER.sub("", text) if _HERE in _LATER.sub("", text) else text
    if text.count(_HERE) > 1:
        return {}
    text = _FASTER.sub(r"\g<what> growth", _OF_HERE.sub(" ", text))
    text = _WERE.sub(" ", _COMPARING.sub(" ", text.replace(_HERE, " ")))
    text = " ".join(re.sub(r"\s+([,.?])", r"\1", _YES_NO.sub(" ", text)).split()).strip(" ,?.:;")
    text = re.sub(r"^(?:what|how)\s+(?:was|is|were|are)\s+|^(?:the|in|of)\s+", "", text, flags=re.IGNORECASE)
    return {company: f"What was {called(company)}'s {text}?" for company in sorted(companies, key=places.__getitem__)}


def _without(text: str, company: str, others: Sequence[str] = ()) -> str:
    """The text with a mark in place of each mention of a company, with its possessive ending.

    "Cedar Foods" is no mention of Cedar Bancorp where both are among the companies.
    """
    words = list(re.finditer(r"[\w&.-]*\w(?:['’]\w+)*", text))
    own = {word.lower() for word in re.findall(r"\w+", company)}
    theirs = {word.lower() for other in others for word in re.findall(r"\w+", other)} - own
    taken: set[int] = set()
    cuts: list[tuple[int, int]] = []
    for size in range(1, LONGEST_NAME):
        for at in range(len(words) - size + 1):
            window = range(at, at + size)
            if taken & set(window) or not is_named(company, text[words[at].start() : words[at + size - 1].end()]):
                continue
            end = at + size
            while end < len(words) and _bare(words[end][0]) in own:
                end += 1
            if end < len(words) and _bare(words[end][0]) in theirs:
                continue
            stop = words[end - 1].end()
            cuts.append((words[at].start(), stop + (text[stop : stop + 1] in ("'", "’"))))
            taken |= set(range(at, end))
    for start, stop in sorted(cuts, reverse=True):
        text = text[:start] + _HERE + text[stop:]
    return text


def _bare(word: str) -> str:
    return re.sub(r"['’]s$", "", word).lower().rstrip(".")


def called(company: str, question: str = "") -> str:
    """A company's name as the question writes it, else without its legal form: "Acorn Mills" for ACORN MILLS, INC."""
    words = telling_words(company)
    asked = re.search(r"[\W_]+".join(map(re.escape, words)), question, re.IGNORECASE) if words else None
    first = re.search(rf"\b{re.escape(words[0])}\b", question, re.IGNORECASE) if words else None
    if found := asked or first:
        return found[0]
    return plainly_called(company)


def sides_of(question: str, filings: dict[str, tuple[Filing, ...]]) -> list[Side]:
    """What is asked of each company, in the order given; empty where it isn't one figure of each."""
    found = []
    for company, text in one_by_one(question, list(filings)).items():
        own = filings[company]
        plan = read_plan(with_fiscal_periods(text, [one.metadata for one in own]), [company])
        if plan is None or plan.mode not in _ONE_FIGURE or plan.sign:
            return []
        found.append(Side(called(company, question), plan, own))
    return of_one_year(found)


def of_one_year(sides: Sequence[Side]) -> list[Side]:
    """The sides with the latest year that all of them report, where the question names none."""
    if all(side.plan.years for side in sides):
        return list(sides)
    reported = [{one.year for one in side.filings if _annual(one.metadata) and one.year} for side in sides]
    common = set.intersection(*reported) if reported else set()
    if not common or any(side.plan.quarter for side in sides):
        return []
    latest = max(common)
    return [
        replace(side, plan=with_years(side.plan, [one for one in side.filings if one.year <= latest])) for side in sides
    ]


def _annual(metadata: Metadata) -> bool:
    return metadata.kind is Kind.ANNUAL_REPORT


def comparison(sides: Sequence[Side]) -> tuple[list[Statement], list[str]]:
    """The figure of each company and how the two differ; and the companies whose filings don't give it beyond doubt."""
    made, without = figures_of(sides)
    lacking = [side.name for side in without]
    if len(made) < 2 or lacking:
        return [], lacking
    if len(made) > 2:
        made.sort(key=lambda one: one[1].calculation.value if one[1].calculation else 0, reverse=True)
    said = [_named(side, statement) for side, statement in made]
    if len(made) == 2 and (difference := difference_of(made[0], made[1])):
        said.append(difference)
    return said, []


def figures_of(sides: Sequence[Side]) -> tuple[list[tuple[Side, Statement]], list[Side]]:
    """Each side with its figure, and the sides whose filings don't give it beyond doubt."""
    made: list[tuple[Side, Statement]] = []
    lacking = []
    for side in sides:
        found = figure(side.plan, side.filings)
        if found and found[0].calculation:
            made.append((side, found[0]))
        else:
            lacking.append(side)
    return made, lacking


def _named(side: Side, statement: Statement) -> Statement:
    text = statement.text
    return replace(statement, text=f"{side.name}: {text[0].lower() if text[1:2].islower() else text[0]}{text[1:]}")


def difference_of(one: tuple[Side, Statement], other: tuple[Side, Statement], items: bool = False) -> Statement | None:
    """Which is the higher and by how much; None where their units don't meet. `items`: the sides are items, not companies."""
    first, second = one[1].calculation, other[1].calculation
    if first is None or second is None or first.unit != second.unit:
        return None
    if first.value < second.value:
        return difference_of(other, one, items)
    (high, larger), (low, smaller) = one, other
    operands = (*_of(high, first.operands), *_of(low, second.operands))
    try:
        found = calculate(f"({first.expression}) - ({second.expression})")
        scale = find_scale(first.result)
        result, rounding = shown(found.quantity, high.plan.form, high.plan.show, scale)
    except CalculationError:
        return None
    steps = [(operand.role, operand.text) for operand in operands]
    steps.append((f"difference = {shown_expression(found.expression)}", result))
    made = replace(calculation_of(found, operands), result=result, rounding=rounding, scale=scale, steps=tuple(steps))
    more = (*larger.citations, *smaller.citations)
    if not made.value:
        return cited("There is no difference.", made, more)
    if items:
        return cited(f"{high.name} is the higher, by {result}.", made, more)
    measure = f"growth of {high.plan.name}" if high.plan.mode is Mode.GROWTH else high.plan.name
    return cited(f"{high.name} has the higher {measure}, by {result}.", made, more)


def find_scale(text: str) -> str:
    """The scale that an amount is written in: "million" of "12 million USD"."""
    return next((one.quantity.scale.name for one in find_quantities(text)), "")


def _of(side: Side, operands: Sequence[Operand]) -> list[Operand]:
    return [replace(one, role=f"{side.name}: {one.role}") if one.citation else one for one in operands]
