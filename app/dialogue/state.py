"""What a dialogue is about: the last whole questions, the last answer, its figures, the choices that were offered."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

from app.answer import Answer, AnswerKind, Citation, Statement, Turn
from app.calculator.notation import shown_expression
from app.companies import named_companies
from app.dialogue.measures import measures_in
from app.dialogue.wording import plain_of, wording
from app.figures import figure_of
from app.metrics import find_measures
from app.terms import words
from corpus.glossary import Glossary
from corpus.glossary_entry import GlossaryEntry

SHORT = 4  # words of a follow-up that names nothing
LOOKED_BACK = 20  # turns; what stands further back costs nothing and changes nothing


@dataclass(frozen=True)
class Known:
    """What follow-ups are read by. `reads`: whether a question is understood word for word over companies' reports."""

    glossary: Glossary
    names: frozenset[str]  # lower-case words that the documents write with a capital only
    companies: tuple[str, ...]  # of the documents
    reads: Callable[[str], bool]
    cite: Callable[[GlossaryEntry], Citation | None]


@dataclass(frozen=True, slots=True)
class Resolved:
    """A follow-up as it was understood: a whole question, or `reply`, the answer itself where it is about the last one."""

    text: str
    leans: bool = False
    dated: str = ""  # the same with the year before named by its number, where it asks for that
    reply: Answer | None = None


@dataclass(frozen=True)
class State:
    """A dialogue as it stands before the next question, read from its turns."""

    turns: tuple[Turn, ...]
    companies: tuple[str, ...]

    @classmethod
    def of(cls, history: Sequence[Turn], companies: Sequence[str]) -> "State":
        """The state after the last turns; small talk says nothing and is left out."""
        recent = history[-LOOKED_BACK:]
        return cls(
            tuple(one for one in recent if plain_of(one.question).lower() not in words().small_talk), tuple(companies)
        )

    @property
    def last(self) -> Turn | None:
        """The last exchange."""
        return self.turns[-1] if self.turns else None

    @cached_property
    def questions(self) -> tuple[str, ...]:
        """The whole questions that figures, facts and topics were asked by, the last first; none that asks for a term."""
        asked = (
            whole(one)
            for one in reversed(self.turns)
            if one.answer.kind is not AnswerKind.DEFINITION and not compares(one) and not came_to_nothing(one)
        )
        return tuple(dict.fromkeys(asked))

    @cached_property
    def base(self) -> str:
        """The last question with a measure or a company in it; "" where there is none."""
        return next((one for one in self.questions if measures_in(one) or named_companies(self.companies, one)), "")

    @cached_property
    def company(self) -> str | None:
        """The one company last spoken of."""
        for text in self.questions:
            named = named_companies(self.companies, text)
            if len(named) == 1:
                return next(iter(named))
        return None

    @cached_property
    def figures(self) -> tuple[tuple[Turn, Statement], ...]:
        """The figures given, the last first, each with its turn; the same one only once."""
        found: dict[str, tuple[Turn, Statement]] = {}
        for turn in reversed(self.turns):
            if turn.answer.kind is not AnswerKind.ANSWER or compares(turn):
                continue
            given = [one for one in turn.answer.statements if figure_of(one)]
            cells = [one for one in given if one.calculation and len(one.calculation.operands) == 1]
            for statement in reversed(cells if len(cells) > 1 else given[:1]):
                found.setdefault(f"{statement.text} {statement.citations[:1]}", (turn, statement))
        return tuple(found.values())

    @property
    def answered(self) -> Turn | None:
        """The last exchange with an answer that shows statements."""
        return next((one for one in reversed(self.turns) if one.answer.statements), None)


def came_to_nothing(turn: Turn) -> bool:
    """Whether a turn is a follow-up that was refused and named nothing by itself: what it carried is no new subject."""
    if turn.answer.kind is not AnswerKind.REFUSAL or turn.answer.choices or turn.answer.statements:
        return False
    plain = turn.question.rstrip(" ?")
    if turn.answer.resolved:
        return turn.answer.resolved.startswith(f"{plain}, ")
    return len(plain.split()) <= SHORT and not measures_in(plain) and not any(one.isupper() for one in plain[1:])


def compares(turn: Turn) -> bool:
    """Whether a turn put earlier figures beside each other, so that it names no new one."""
    return any(wording().says(name, turn.question) for name in ("compare", "higher", "ratio", "sum", "average"))


def whole(turn: Turn) -> str:
    """The question of a turn as it was understood, without a currency that nothing was converted to."""
    text = turn.answer.resolved or turn.question
    head, comma, tail = text.rpartition(", ")
    return f"{head}?" if comma and wording().whole["conversion"].fullmatch(plain_of(tail)) else text


def term_of(state: State, glossary: Glossary) -> GlossaryEntry | None:
    """The term that the last turns turned on: a measure asked for, a calculation's label, or what the answer says first."""
    for turn in reversed(state.turns):
        asked = whole(turn)
        measures = [asked[one.start : one.end] for one in find_measures(asked)]
        labels = [
            shown_expression(label)
            for statement in turn.answer.statements
            if statement.calculation
            for label, _ in statement.calculation.steps[-1:]
        ]
        for text in (*labels, *measures, *(one.measure.name for one in find_measures(asked)), asked, turn.answer.text):
            found = glossary.terms_in(text)
            if found:
                return found[0][2]
    return None
