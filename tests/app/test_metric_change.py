"""How a metric of an article's table changed: between the periods asked for, or since the year before."""

from decimal import Decimal

import pytest

from app.answer import AnswerKind
from app.footnote import Footnote

GROSS = "Gross margin rose by 3 pp, from 37% in Q2 2024 to 40% in Q2 2025."
OPERATING = "Operating margin rose by 4 pp, from 11% in Q2 2024 to 15% in Q2 2025."


@pytest.mark.parametrize(
    ("question", "said", "change"),
    [
        ("How did Harrowvale's gross margin change between Q2 2024 and Q2 2025?", GROSS, 3),
        ("How did Harrowvale's gross margin change between Q2 2025 and Q2 2024?", GROSS, 3),
        ("Did Harrowvale's gross margin improve?", f"Yes. {GROSS}", 3),
        ("Did Harrowvale's gross margin worsen in Q2 2025?", f"No. {GROSS}", 3),
        ("Did Harrowvale's operating margin fall in Q2 2025?", f"No. {OPERATING}", 4),
        ("By how much did Harrowvale's operating margin change in Q2 2025?", OPERATING, 4),
        ("How has Harrowvale's net margin developed?", "Net margin rose by 3.125 pp, from 7.5% in Q2 2024 to 10.625% in Q2 2025.", "3.125"),
    ],
)  # fmt: skip
def test_a_metric_is_set_against_that_of_another_period(
    sample: Footnote, question: str, said: str, change: int | str
) -> None:
    (statement,) = sample.ask(question).statements
    assert statement.text == said
    assert statement.calculation is not None
    assert statement.calculation.value == Decimal(change)
    assert len(statement.calculation.operands) == 4
    assert {operand.citation for operand in statement.calculation.operands} <= set(statement.citations)


def test_one_period_alone_is_no_change(sample: Footnote) -> None:
    """The cash flow statement gives one quarter: nothing is set against it, and nothing guessed."""
    answer = sample.ask("How did Harrowvale's free cash flow change between Q2 2024 and Q2 2025?")
    assert answer.kind is AnswerKind.REFUSAL
    assert all(statement.calculation is None for statement in answer.statements)


def test_a_period_alone_gives_the_figure_itself(sample: Footnote) -> None:
    (statement,) = sample.ask("What was Harrowvale's gross margin in Q2 2024?").statements
    assert statement.text == "Gross margin: 37%, from 148.0 million EUR ÷ 400.0 million EUR."
