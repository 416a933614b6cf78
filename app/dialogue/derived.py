"""Follow-ups that ask for a figure made from the last one: as a share, per share, its margin, its growth, its cause."""

import re

from app.companies import called, name_span, named_companies, possessive
from app.dialogue.fragment import latest_year, measures_of, subject_of, with_measure
from app.dialogue.periods import regions
from app.dialogue.state import Known, State, whole
from app.dialogue.wording import wording
from app.metrics import find_measures

PER_SHARE = {"net_income": "diluted EPS"}  # what a figure is called that statements give for each share
MARGINS = ("gross margin", "operating margin", "net margin")
_PRONOUN = re.compile(r"\b(?:it|that|this|they)\b", re.IGNORECASE)
_WHY = re.compile(r"^(?:why|how come|what\s+(?:drove|caused|explains|led to))\b", re.IGNORECASE)


def derived(question: str, state: State, known: Known) -> tuple[str, ...]:
    """The whole question that such a follow-up means; several where it may mean each of them; empty where it is none."""
    base = state.base
    if not base:
        return ()
    says = wording().says
    measures = measures_of(base, state.companies)
    named = base[measures[0].start : measures[-1].end] if measures else ""
    if named and (found := says("share_of", question)):
        return _only(with_measure(base, f"{named} as a percentage of {found['whole']}", state.companies))
    if named and says("per_share", question):
        measure = measures[0].measure
        per = PER_SHARE.get(getattr(measure, "id", ""), f"{named} per share")
        return _only(with_measure(base, per, state.companies))
    if named and says("margin", question):
        own = f"{named} margin"
        covered = [one for one in find_measures(own) if one.start == 0 and one.end == len(own)]
        options = (covered[0].measure.name,) if covered else MARGINS
        return tuple(one for option in options if (one := with_measure(base, option, state.companies)))
    if says("growth", question):
        return _only(_growth(state))
    if says("cause", question) or (_WHY.match(question) and _PRONOUN.search(question)):
        return _only(_cause(question, state))
    return ()


def _only(text: str | None) -> tuple[str, ...]:
    return (text,) if text else ()


def _growth(state: State) -> str | None:
    """How much the last figure grew: between the two years last given, over a series, or on the year before."""
    base, measures = state.base, measures_of(state.base, state.companies)
    company = state.company
    if not measures or company is None or not named_companies(state.companies, base):
        return None
    what = f"{possessive(called(company))} {base[measures[0].start : measures[-1].end]}"
    years = _years(state)
    period = f"from FY{years[0]} to FY{years[-1]}" if len(years) > 1 else f"in FY{years[0]}" if years else ""
    return " ".join(f"By how much did {what} grow {period}".split()) + "?"


def _years(state: State) -> list[int]:
    """The years that growth is asked over."""
    turn = state.answered
    series = next((one.series for one in turn.answer.statements if one.series), None) if turn else None
    if series:
        found = [int(year) for point in series.points for year in re.findall(r"(?:19|20)\d\d", point.period)]
        return sorted({*found[:1], *found[-1:]})
    told = [_told(one.understood) for _, one in state.figures[:2]]
    if len(told) == 2 and told[0] and told[1] and told[0][:2] == told[1][:2] and told[0][2] != told[1][2]:
        return sorted((told[0][2], told[1][2]))
    last = re.search(r"\d{4}", latest_year(state))
    return [int(last[0])] if last else []


def _told(understood: tuple[tuple[str, str], ...]) -> tuple[str, str, int] | None:
    """The company, figure and single year that a statement was understood to be of."""
    rows = dict(understood)
    year = re.fullmatch(r"FY(\d{4})", rows.get("Periods", ""))
    return (rows.get("Company", ""), rows.get("Figure", ""), int(year[1])) if year else None


def _cause(question: str, state: State) -> str | None:
    """Why the last figure was as it was, or what the last answer said happened; None where no figure is asked of."""
    turn = state.answered
    if turn is None:
        return None
    base = whole(turn)
    measures = measures_of(base, state.companies)
    if not measures:
        return None
    plain = wording().opens["more"].sub("", question.strip(), count=1).rstrip(" ?.!")
    what = _of_company(base, state) or subject_of(base)
    if _PRONOUN.search(plain) and not wording().says("cause", question):
        return f"{_PRONOUN.sub(what, plain, count=1)}?"
    turned = {1: "grow", -1: "fall", 0: "change"}[_direction(turn.answer.text)]
    period = regions(base)
    return f"Why did {what} {turned}{' ' + period[-1][0].strip() if period else ''}?"


def _of_company(base: str, state: State) -> str:
    """The figure with its company: "Acorn Mills' revenue"."""
    named, measures = named_companies(state.companies, base), measures_of(base, state.companies)
    span = name_span(next(iter(named)), base, loose=True) if len(named) == 1 else None
    return f"{possessive(base[span[0] : span[1]])} {base[measures[0].start : measures[-1].end]}" if span else ""


def _direction(text: str) -> int:
    lowered = text.lower()
    if re.search(r"\b(?:rose|grew|up|increased|growth|higher)\b", lowered):
        return 1
    return -1 if re.search(r"\b(?:fell|down|decreased|declined|lower|loss)\b", lowered) else 0
