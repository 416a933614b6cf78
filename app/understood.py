"""How a question for a figure was read, as rows for a person: company, figure, periods, formula, convention, rounding."""

from collections.abc import Sequence

from app.formula import Call, Formula, Item, in_words, parts_of
from app.operands import Filing, period_name
from app.plan import Mode, Plan
from index.concepts import concepts

_MODES = {
    Mode.GROWTH: "change from the first year to the last",
    Mode.AVERAGE: "average of the years",
    Mode.CAGR: "compound annual growth rate",
    Mode.COMPARE: "the two years beside each other",
    Mode.SERIES: "one figure for each year",
}


def understood(plan: Plan, filings: Sequence[Filing], read_from: Sequence[str]) -> tuple[tuple[str, str], ...]:
    """What a plan was understood to ask for. `read_from`: the filings that gave the cells; "" stands for several."""
    companies = dict.fromkeys(one.metadata.company or "" for one in filings if one.name in read_from or "" in read_from)
    rows = [
        ("Company", " / ".join(name for name in companies if name)),
        ("Figure", plan.name),
        ("Periods", _periods(plan)),
        ("Asked", _asked(plan)),
        ("Formula", _formula(plan)),
        ("Convention", _convention(plan.formula, plan)),
        ("Formula from", "the question" if plan.given else plan.source),
        ("Rounding", _rounding(plan)),
        ("Read from", ", ".join(dict.fromkeys(name for name in read_from if name)) or "several filings"),
    ]
    return tuple((what, read) for what, read in rows if read)


def _periods(plan: Plan) -> str:
    names = [period_name(year, plan.quarter) for year in plan.years]
    consecutive = list(plan.years) == list(range(plan.years[0], plan.years[-1] + 1))
    return f"{names[0]} to {names[-1]}" if consecutive and len(names) > 2 else ", ".join(names)


def _asked(plan: Plan) -> str:
    asked = _MODES.get(plan.mode, "")
    if plan.mode is Mode.SERIES and plan.trend:
        asked += ", and the change from the first to the last"
    if plan.direction and plan.yes_no:
        asked = f"whether it {'rose' if plan.direction > 0 else 'fell'}"
    if plan.sign:
        asked = f"whether it is {'positive' if plan.sign > 0 else 'negative'}"
    return asked


def _formula(plan: Plan) -> str:
    if isinstance(plan.formula, Item):
        return ""
    return in_words(plan.formula, lambda one: concepts()[one].name)


def _convention(formula: Formula, plan: Plan) -> str:
    averages = any(isinstance(one, Call) and one.name == "average" for one in parts_of(formula))
    if averages:
        return "balances averaged over the two ends of the year"
    return "balances at the end of the year, as asked" if plan.at_year_end else ""


def _rounding(plan: Plan) -> str:
    form, said = plan.form, []
    if form.places is not None:
        said.append(f"{form.places} decimal place{'' if form.places == 1 else 's'}")
    if form.scale:
        said.append(f"in {form.scale}s")
    elif form.whole:
        said.append("in whole currency units")
    if form.percent:
        said.append("in percent")
    return ", ".join(said) + ", as asked" if said else ""
