"""Questions about the last answer itself: where it stands, how it was calculated, what it means, in which currency."""

from collections.abc import Sequence
from dataclasses import replace

from app.answer import Answer, AnswerKind, Statement, Turn, joined
from app.definitions import statement as entry_statement
from app.dialogue.compare import comparison
from app.dialogue.state import Known, Resolved, State, term_of, whole
from app.dialogue.wording import plain_of, wording
from app.quantity import UnitKind, find_quantities

NOTHING = "Nothing has been answered yet that this could be about. Ask a question first."


def about_answer(question: str, state: State, known: Known) -> Resolved | None:
    """What a follow-up asks about the answers before it; None where it asks for something else."""
    last = state.last
    if last is None:
        return None
    says = wording().says
    if len(state.figures) < 2 and last.answer.statements and plain_of(question).lower().endswith("by how much"):
        return Resolved(question, leans=True, reply=_shown_again(question, last))
    if reply := comparison(question, state):
        return Resolved(question, leans=True, reply=reply)
    if says("source", question) or says("sure", question):
        return Resolved(question, leans=True, reply=_shown_again(question, last))
    if says("list", question) and last.answer.statements and not last.answer.choices:
        return Resolved(question, leans=True, reply=_shown_again(question, last))
    if says("calculation", question) and any(one.calculation or one.series for one in last.answer.statements):
        return Resolved(question, leans=True, reply=_calculation(question, last, state, known))
    if says("meaning", question):
        term = term_of(state, known.glossary)
        return Resolved(f"What does {term.term} mean?", leans=True) if term else None
    if found := says("conversion", question):
        return _converted(question, found["currency"], state)
    return None


def _shown_again(question: str, turn: Turn) -> Answer:
    """The last answer with its sources; a refusal with its nearest passages."""
    answer = turn.answer
    kind = AnswerKind.ANSWER if answer.statements else answer.kind
    return replace(answer, question=question, kind=kind, resolved=whole(turn))


def _calculation(question: str, turn: Turn, state: State, known: Known) -> Answer:
    """The calculations of the last answer, and the formula of the figure where the glossary has it."""
    shown = [one for one in turn.answer.statements if one.calculation or one.series]
    term = term_of(state, known.glossary)
    citation = known.cite(term) if term and term.formula else None
    statements: Sequence[Statement] = [*shown, *([entry_statement(citation)] if citation else [])]
    return Answer(question, AnswerKind.ANSWER, joined(statements), tuple(statements), (), whole(turn))


def _converted(question: str, currency: str, state: State) -> Resolved | None:
    """What an amount would need to be given in another currency; the amount in another scale is asked for anew."""
    turn = state.answered
    if turn is None:
        return None
    wanted, given = _currency(currency), _given(turn.answer.statements)
    base = whole(turn).strip(" ?.!")
    if not wanted or not given:
        scale = next((one.quantity.scale.name for one in find_quantities(f"1 {currency}")), "")
        scaled = any(one.calculation and one.calculation.scale for one in turn.answer.statements)
        return Resolved(f"{base}, in {currency.strip()}?", leans=True) if scale and given and scaled else None
    names = wording().currencies
    if wanted == given:
        return Resolved(question, leans=True, reply=_shown_again(question, turn))
    of, to = names.get(given, given), names.get(wanted, wanted)
    said = (
        f"The figure is given in {of}. To state it in {to} takes an exchange rate between the two for its period; none is "
        "taken from outside the documents, so nothing is converted."
    )
    nearest = tuple(dict.fromkeys(one for statement in turn.answer.statements for one in statement.citations))[:3]
    return Resolved(
        question, leans=True, reply=Answer(question, AnswerKind.REFUSAL, said, (), nearest, f"{base}, in {to}?")
    )


def _currency(word: str) -> str:
    """The sign of a currency by the word that a person uses; "" for another word."""
    plain = word.strip().removeprefix("the ")
    for text in (f"1 {plain}", f"1 {plain.upper()}", f"{plain}1", f"1 US {plain.lower().removeprefix('us ')}"):
        for one in find_quantities(text):
            if one.quantity.unit.kind is UnitKind.CURRENCY:
                return one.quantity.unit.symbol
    return next((sign for sign, name in wording().currencies.items() if plain.lower() == name.lower()), "")


def _given(statements: Sequence[Statement]) -> str:
    """The currency of the first amount that statements give."""
    for statement in statements:
        text = statement.calculation.result if statement.calculation else statement.text
        for one in find_quantities(text):
            if one.quantity.unit.kind is UnitKind.CURRENCY:
                return one.quantity.unit.symbol
    return ""
