"""What questions take for granted: read from their wording, and held against the plain question's answer."""

from decimal import Decimal

import pytest

from app.answer import Answer, AnswerKind, Calculation, Statement
from app.premises import bears_out, corrected, read_premise


@pytest.mark.parametrize(
    ("question", "means", "sign"),
    [
        ("Why did Acorn Mills' revenue fall in FY2021?", "By how much did Acorn Mills' revenue change in FY2021?", -1),
        ("What caused the drop in Acorn's gross margin?", "By how much did Acorn's gross margin change?", -1),
        ("Why were Acorn's inventories higher in FY2021?", "By how much did Acorn's inventories change in FY2021?", 1),
        ("By how much did net income halve in 2020?", "By how much did net income change in 2020?", -1),
        ("How much did Acorn Mills lose in FY2021?", "What was the net income of Acorn Mills in FY2021?", -1),
        ("What was Acorn's net loss in FY2021?", "What was Acorn's net income in FY2021?", -1),
        ("Why did Acorn make a loss in FY2020?", "What was the net income of Acorn in FY2020?", -1),
        ("How much profit did Acorn make in FY2020?", "What was the net income of Acorn in FY2020?", 1),
    ],
)
def test_a_premise_is_read_with_the_question_that_tells(question: str, means: str, sign: int) -> None:
    premise = read_premise(question)
    assert premise
    assert (premise.means, premise.sign) == (means, sign)


@pytest.mark.parametrize(
    "question",
    ["What was Acorn's revenue in FY2021?", "Why do run-rates mislead?", "How is gross margin calculated?", ""],
)
def test_a_plain_question_supposes_nothing(question: str) -> None:
    assert read_premise(question) is None


def answer(text: str, value: int | None = None) -> Answer:
    calculation = None if value is None else Calculation("1", (), "", Decimal(value), "USD")
    return Answer("q", AnswerKind.ANSWER, text, (Statement(text, (), calculation),))


def test_only_the_opposite_corrects() -> None:
    fall = read_premise("Why did Acorn's revenue fall in FY2021?")
    assert fall
    found = corrected(fall, answer("Revenue rose by 5%, from 100 to 105."))
    assert found
    assert found.remark == "The question takes a fall for granted; the documents tell of a rise."
    assert corrected(fall, answer("Revenue fell by 5%.")) is None
    assert corrected(fall, answer("Revenue did not change.")) is None
    assert corrected(fall, Answer("q", AnswerKind.REFUSAL, "Revenue rose.")) is None


def test_a_loss_is_told_by_the_sign_of_the_figure() -> None:
    loss = read_premise("How much did Acorn lose in FY2021?")
    assert loss
    assert corrected(loss, answer("Net income: 5 million USD.", 5_000_000))
    assert corrected(loss, answer("Net income: -5 million USD.", -5_000_000)) is None
    assert bears_out(loss, answer("Net income: -5 million USD.", -5_000_000))
    assert corrected(loss, answer("Net income, Q2 2025: 51.0 million euros."))
    assert corrected(loss, answer("Net income, Q2 2025: (51.0) million euros.")) is None
    assert corrected(loss, answer("Net income: 5 million USD, of which 2 million USD are others'.")) is None
