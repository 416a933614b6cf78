"""Follow-ups that ask for a figure made from the last one: as a share, per share, its margin, its growth, its cause."""

import re

from app.companies import name_span, named_companies, possessive
from app.dialogue.fragment import latest_year, subject_of, with_company, with_measure
from app.dialogue.measures import measures_in, measures_of
from app.dialogue.periods import between, regions
from app.dialogue.state import Known, State, compares, whole
from app.dialogue.wording import wording
from app.metrics import find_measures
from app.question import read_question
from app.terms import tokens

PER_SHARE = {"net_income": "diluted EPS"}  # what a figure is called that statements give for each share
MARGINS = ("gross margin", "operating margin", "net margin")
_PRONOUN = re.compile(r"\b(?:it|that|this|they)\b", re.IGNORECASE)
_THEN = re.compile(r"\b(?:in\s+)?(?:that|the\s+same)\s+(?:year|quarter|period)\b", re.IGNORECASE)
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
        return tuple(form for option in options if (form := with_measure(base, option, state.companies)))
    if says("growth", question):
        return _only(_growth(state, known))
    if _WHY.match(question) and (cause := _cause_of(question, state)):
        return (cause,)
    if says("cause", question) or (_WHY.match(question) and _PRONOUN.search(question)):
        return _only(_cause(question, state, known))
    return ()


def _only(text: str | None) -> tuple[str, ...]:
    return (text,) if text else ()


def _growth(state: State, known: Known) -> str | None:
    """How much the last figure grew: between the two years last given, over a series, or on the year before."""
    base = state.base
    what = _figure_phrase(base, state, known)
    if not what:
        return None
    years = _years(state)
    if not (years and named_companies(state.companies, base)):
        if len(state.questions) > 1 and (over := between(*state.questions[:2])):
            return f"By how much did {what} grow {over}?"
        named = regions(base)
        return f"By how much did {what} grow{' ' + named[-1][0].strip() if named else ''}?"
    period = f"from FY{years[0]} to FY{years[-1]}" if len(years) > 1 else f"in FY{years[0]}"
    return f"By how much did {what} grow {period}?"


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


def _cause(question: str, state: State, known: Known) -> str | None:
    """Why the last figure was as it was, or what the last answer said happened; None where no figure is asked of."""
    turn = next((one for one in reversed(state.turns) if not compares(one)), None)
    if turn is None:
        return None
    base = whole(turn)
    measures = measures_of(base, state.companies)
    if not measures:
        return None
    plain = wording().opens["more"].sub("", question.strip(), count=1).rstrip(" ?.!")
    what = _figure_phrase(base, state, known) or subject_of(base)
    if _PRONOUN.search(plain) and not wording().says("cause", question):
        return f"{_PRONOUN.sub(what, plain, count=1)}?"
    turned = {1: "grow", -1: "fall", 0: "change"}[_direction(turn.answer.text)]
    period = regions(base)
    return f"Why did {what} {turned}{' ' + period[-1][0].strip() if period else ''}?"


def _cause_of(question: str, state: State) -> str | None:
    """Why a figure that the question itself names was as it was, asked of the company last spoken of."""
    if state.company is None or not measures_in(question) or named_companies(state.companies, question):
        return None
    own = with_company(question.rstrip(" ?.!"), state.company, state.companies)
    period = next((found[-1]["what"] for text in state.questions if (found := regions(text))), "")
    if own and period and _THEN.search(own):
        own = _THEN.sub(f"in {period}", own)
    return f"{own}?" if own else None


def _figure_phrase(base: str, state: State, known: Known) -> str:
    """The figure that a question asks for with whose it is: "Acorn Mills' revenue"; "" where it names no such two."""
    measures = measures_of(base, state.companies)
    if not measures:
        return ""
    measure = base[measures[0].start : measures[-1].end]
    named = named_companies(state.companies, base)
    span = name_span(next(iter(named)), base, loose=True) if len(named) == 1 else None
    if span is None and not named:
        names = {stem for name in read_question(base, known.names).names for stem in name}
        places = [(one.start, one.end) for one in tokens(base) if one.stem in names]
        places = [one for one in places if not any(each.start <= one[0] < each.end for each in measures)]
        if not places:
            return subject_of(base[: measures[-1].end])
        if places[0][0] < measures[0].start:
            return base[places[0][0] : measures[-1].end]
        span = (places[0][0], places[-1][1])
    return f"{possessive(base[span[0] : span[1]])} {measure}" if span else ""


def _direction(text: str) -> int:
    lowered = text.lower()
    if re.search(r"\b(?:rose|grew|up|increased|growth|higher)\b", lowered):
        return 1
    return -1 if re.search(r"\b(?:fell|down|decreased|declined|lower|loss)\b", lowered) else 0
