"""Which answers a language model may put in its own words, and which refusals it may try to lift."""

from app.answer import Answer, AnswerKind
from app.question import Kind, Question

_FIGURES = (Kind.FIGURE, Kind.METHOD)


def may_write(answer: Answer, question: Question) -> bool:
    """Whether a model is asked at all.

    Not for definitions, small talk, calculations on the person's own numbers, or where nothing was searched. A figure
    that is refused stays refused, and so does the cause of a rise or fall that the documents don't tell. Nor is one where
    the answer corrects the question, shows documents that disagree, or answers a part of it.
    """
    if answer.kind is AnswerKind.DEFINITION or answer.remark:
        return False
    if answer.kind is AnswerKind.REFUSAL:
        asks_figure = question.kind in _FIGURES or (
            bool(question.wants) and question.kind not in (Kind.WHO, Kind.WHEN, Kind.CAUSE)
        )
        asks_change = question.kind is Kind.CAUSE and bool(question.direction or question.measures)
        return bool(answer.nearest) and not (answer.candidates or asks_figure or asks_change)
    return any(one.document != "glossary" for statement in answer.statements for one in statement.citations)
