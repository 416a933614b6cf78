"""Several figures of one company set against each other: "Did Acorn spend more on marketing or on research in FY2022?".

The question is read once for each figure, as if that one alone were named; what is said of the comparison itself is all that
may be left out, so that every other word must still be understood.
"""

import re
from collections.abc import Sequence
from itertools import pairwise

from app.answer import Statement
from app.company_comparison import Side, difference_of, figures_of, of_one_year
from app.fiscal_dates import with_fiscal_periods
from app.metrics import Named, find_measures
from app.operands import Filing
from app.plan import Mode
from app.plan_reader import read_plan
from app.terms import capitalised

MOST_ITEMS = 5
_SIZE = r"(?:higher|highest|larger|largest|bigger|biggest|greater|greatest|lower|lowest|smaller|smallest|more|most|less|least)"
_BETWEEN = re.compile(
    rf"(?:[\s,/&:]|\b(?:and|or|than|versus|vs|against|compared|with|to|the|a|its|their|on|from|that|those|of|was|were|is|are|did|it|exceed(?:s|ed)?|{_SIZE})\b\.?)*",
    re.IGNORECASE,
)
_COMPARES = re.compile(rf"\b{_SIZE}\b|\bexceed(?:s|ed)?\b|\boutweigh(?:s|ed)?\b|\bcompare[ds]?\b", re.IGNORECASE)
_LOWEST = re.compile(
    r"\b(?:lowest|smallest|least|lower|smaller|less)\b(?![^(]*\))|\b(?:used?|consumed?)\b.*\bcash\b", re.IGNORECASE
)
# What is said of the comparison, and nothing of which figure is meant.
_SAID = re.compile(
    rf"\((?:or|and)\b[^)]*\)|\b(?:among|between|of|comparing|compare[ds]?)\b|\bwhich(?:\s+(?:one|of\s+(?:these|those|them|the\s+\w+)))?\b"
    rf"|\b(?:brought|bring|brings|took|take)\s+in\b|\b(?:generated?|provided?|contributed?|used?|consumed?)\b|\b(?:a|an|the)\s+{_SIZE}\b|\b{_SIZE}\b"
    rf"|\b(?:exceed|outweigh)(?:s|ed)?\b|\b(?:spend|spent|did|does|do|was|were|is|are|had|has|have)\b|\b(?:than|on|or|and)\b",
    re.IGNORECASE,
)
_ACTIVITIES = re.compile(
    r"\b(?:cash\s+flows?\s+(?:from|of)\s+)?(?:operations|operating)(?:\s+activities)?\s*,\s*investing(?:\s+activities)?\s*,?\s+(?:and|or)\s+financing(?:\s+activities)?\b",
    re.IGNORECASE,
)
_CASH = re.compile(r"\bcash(?:\s+flows?)?\b", re.IGNORECASE)


def items_of(question: str, companies: Sequence[str], filings: Sequence[Filing]) -> list[Side]:
    """What is asked of the company's filings, figure by figure; empty where it isn't a comparison of several figures of one year.

    `companies`: the names of the one company, as the question or its filings write them.
    """
    text = _spelt(question)
    listed = _listed(text)
    if not listed:
        return []
    rest = f"{text[: listed[0].start]} {text[listed[-1].end :]}"
    if all(one.measure.name.endswith("cash flow") for one in listed):
        rest = _CASH.sub(" ", rest)
    rest = re.sub(r"\s+([,.?])", r"\1", _SAID.sub(" ", rest)).strip(" ,:;?")
    found = []
    for one in listed:
        asked = with_fiscal_periods(
            f"What was the {text[one.start : one.end]} {rest}?", [each.metadata for each in filings]
        )
        plan = read_plan(asked, companies)
        if plan is None or plan.mode is not Mode.VALUE or plan.yes_no or plan.sign or len(plan.years) > 1:
            return []
        found.append(Side(capitalised(plan.name), plan, tuple(filings)))
    return of_one_year(found)


def sets_items(question: str) -> bool:
    """Whether a question may be such a comparison: it names several figures beside each other, and speaks of more or less."""
    return bool(_COMPARES.search(question) and _listed(_spelt(question)))


def _spelt(question: str) -> str:
    return _ACTIVITIES.sub(
        "operating cash flow, investing cash flow and financing cash flow", " ".join(question.split())
    )


def _listed(text: str) -> list[Named]:
    """The figures named beside each other, two at least."""
    named = find_measures(text)
    beside = [bool(_BETWEEN.fullmatch(text[one.end : other.start])) for one, other in pairwise(named)]
    if True not in beside:
        return []
    start = beside.index(True)
    stop = beside.index(False, start) if False in beside[start:] else len(beside)
    listed = named[start : stop + 1]
    distinct = {one.measure.name for one in listed}
    return listed if len(distinct) == len(listed) <= MOST_ITEMS else []


def compared(question: str, sides: Sequence[Side]) -> tuple[list[Statement], list[str]]:
    """The figures, the one asked for first, and by how much two of them differ; and those that aren't given beyond doubt.

    Nothing is compared where one is lacking, or where they have no one unit.
    """
    made, without = figures_of(sides)
    lacking = [side.plan.name for side in without]
    if lacking or len({one[1].calculation.unit for one in made if one[1].calculation}) != 1:
        return [], lacking
    made.sort(
        key=lambda one: one[1].calculation.value if one[1].calculation else 0, reverse=not _LOWEST.search(question)
    )
    said = [statement for _, statement in made]
    if len(made) == 2 and (difference := difference_of(made[0], made[1], items=True)):
        said.append(difference)
    return said, []
