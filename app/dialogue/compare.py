"""Earlier figures beside each other: their difference, which is higher, their ratio and sum, the extreme of a series."""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from app import figures
from app.answer import Answer, AnswerKind, Statement, Turn, joined
from app.calculator import calculate
from app.companies import called
from app.dialogue.state import State, whole
from app.dialogue.wording import wording
from corpus.errors import CalculationError

Way = Callable[[Statement, Statement], list[Statement]]  # the later figure, the earlier one → what is said of them
UNLIKE = "The last two figures can't be put beside each other: they aren't in the same unit or currency. Name the two that are meant."
TOO_FEW = "There are no two figures above to put beside each other. Ask for them by name."
_COUNTS = {"two": 2, "both": 2, "three": 3, "four": 4, "five": 5, "six": 6}
_LESS = re.compile(r"low|small|less|least|worst|worse|slow", re.IGNORECASE)


def comparison(question: str, state: State) -> Answer | None:
    """The reply to a question about figures that were given; None where it is none, or there are no two of them."""
    says = wording().says
    made: Answer | None = None
    if found := says("higher", question):
        least = bool(_LESS.match(found["turn"]))
        made = _extreme(question, state, least=least) or _higher(question, state, least=least)
    elif says("compare", question):
        made = _of_two(question, state, figures.compare, "the difference between")
    elif says("ratio", question):
        made = _of_two(question, state, _RATIO, "the ratio of")
    elif says("sum", question):
        made = _of_two(question, state, _SUM, "the sum of")
    elif found := says("average", question):
        made = _average(question, state, _COUNTS.get((found["count"] or found["number"] or "").lower(), 0))
    else:
        return None
    if made is None and len(state.figures) < 2:
        return Answer(question, AnswerKind.REFUSAL, TOO_FEW)
    if made is None:
        nearest = tuple(dict.fromkeys(one.citations[0] for _, one in state.figures[:2] if one.citations))
        return Answer(question, AnswerKind.REFUSAL, UNLIKE, (), nearest)
    return made


def _pair(state: State) -> tuple[tuple[Turn, Statement], tuple[Turn, Statement]] | None:
    """The last two figures, the later one first; None where there are no two, or they have no common unit."""
    return (state.figures[0], state.figures[1]) if len(state.figures) > 1 else None


def _average(question: str, state: State, count: int) -> Answer | None:
    """The mean of the last `count` figures; of all that the same figure was given for, where no number is said."""
    chosen = list(state.figures[: count or len(state.figures)])
    found = [given for _, one in chosen if (given := figures.figure_of(one))]
    if len(found) < max(count, 2):
        return None
    operands = tuple(dict.fromkeys(operand for _, held in found for operand in held))
    try:
        made = figures.computed(f"({' + '.join(one for one, _ in found)}) / {len(found)}", operands, "average")
    except CalculationError:
        return None
    more = tuple(dict.fromkeys(one for _, statement in chosen for one in statement.citations))
    asked = ", ".join(dict.fromkeys(_asked(turn) for turn, _ in reversed(chosen)))
    return _answer(
        question, [figures.cited(f"The average is {made.result}.", made, more)], f"What is the average of {asked}?"
    )


def growth_of_two(question: str, state: State, resolved: str) -> Answer | None:
    """How far the last two figures are apart, as the answer to how much one grew; None where they don't meet."""
    made = _of_two(question, state, figures.compare, "the change between")
    return replace(made, resolved=resolved) if made else None


def _of_two(question: str, state: State, way: Way, what: str) -> Answer | None:
    pair = _pair(state)
    if pair is None:
        return None
    try:
        made = way(pair[0][1], pair[1][1])
    except CalculationError:
        return None  # units that don't meet
    if not made:
        return None
    of_one = pair[0][0] is pair[1][0]
    asked = _asked(pair[0][0]) if of_one else f"{_asked(pair[1][0])} and {_asked(pair[0][0])}"
    return _answer(question, made, f"What is {what} {'the two: ' if of_one else ''}{asked}?")


def _asked(turn: Turn) -> str:
    """What a turn asked for, in its own words: "Acorn Mills' revenue in FY2021"."""
    text = whole(turn).strip(" ?.!")
    return re.sub(
        r"^(?:and\s+)?(?:compare|what(?:['’]?s|\s+(?:is|was|were|are))?|how\s+(?:much|many)(?:\s+(?:is|was|were))?|show me|give me)\s+(?:the\s+)?",
        "", text, flags=re.IGNORECASE,
    )  # fmt: skip


def _answer(question: str, statements: Sequence[Statement], resolved: str) -> Answer:
    return Answer(question, AnswerKind.ANSWER, joined(statements), tuple(statements), (), resolved)


def _joint(sign: str, what: str, said: str) -> Way:
    """A way to put the earlier figure and the later one together: `said` goes before what comes of it."""

    def way(first: Statement, second: Statement) -> list[Statement]:
        one, other = figures.figure_of(second), figures.figure_of(first)
        if one is None or other is None:
            return []
        operands = tuple(dict.fromkeys([*one[1], *other[1]]))
        made = figures.computed(f"{one[0]} {sign} {other[0]}", operands, what)
        return [figures.cited(f"{said} {made.result}.", made, (*second.citations, *first.citations))]

    return way


_RATIO = _joint("/", "ratio", "The ratio of the first to the second is")
_SUM = _joint("+", "sum", "Together they are")


def _higher(question: str, state: State, *, least: bool) -> Answer | None:
    """The figure that is the higher one, in the words that it was given in, and the difference."""
    pair = _pair(state)
    if pair is None:
        return None
    try:
        values = [calculate(found[0]).quantity.base for _, one in pair if (found := figures.figure_of(one))]
        difference = figures.compare(pair[0][1], pair[1][1])
    except CalculationError:
        return None
    if len(values) != 2 or not difference:
        return None
    of_one = pair[0][0] is pair[1][0]
    asked = _asked(pair[0][0]) if of_one else f"{_asked(pair[1][0])} or {_asked(pair[0][0])}"
    resolved = f"Which is {'lower' if least else 'higher'}: {asked}?"
    if values[0] == values[1]:
        return _answer(question, [replace(difference[0], text="Neither: the two figures are equal.")], resolved)
    place = (values[0] < values[1]) != least
    return _answer(question, [_named(pair[place][1], pair[not place][1]), *difference], resolved)


def _named(chosen: Statement, other: Statement) -> Statement:
    """A figure with its company's name before it, where the two are of different companies."""
    company, against = (called(dict(one.understood).get("Company", "")) for one in (chosen, other))
    return (
        replace(chosen, text=f"{company}: {chosen.text}")
        if company != against and company not in chosen.text
        else chosen
    )


def _extreme(question: str, state: State, *, least: bool) -> Answer | None:
    """The point of the last answer's series with the highest or lowest value, with what it rests on."""
    turn = state.answered
    series = (
        next((one for one in turn.answer.statements if one.series and len(one.series.points) > 1), None)
        if turn
        else None
    )
    if turn is None or series is None or series.series is None:
        return None
    values = [point.value for point in series.series.points]
    chosen = series.series.points[values.index(min(values) if least else max(values))]
    word = "lowest" if least else "highest"
    said = re.sub(r" It was (?:highest|lowest) in .*?\)\.", "", series.text)
    text = f"{said} It was {word} in {chosen.period} ({chosen.text})."
    return _answer(
        question,
        [replace(series, text=text)],
        f"{whole(turn).strip(' ?.!')}: when was it {word}?",
    )
