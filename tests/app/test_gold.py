"""Gold answers that are one number, and whether an answer gives it."""

from dataclasses import replace
from decimal import Decimal

import pytest

from app.answer import Answer, AnswerKind, Statement
from app.calculator import calculate
from app.figures import computed
from app.gold import Gold, is_right, read_gold, scores


def answer(result: str) -> Answer:
    calculation = replace(computed("1 + 1", (), "x"), result=result)
    return Answer("q", AnswerKind.ANSWER, "", (Statement("a", (), calculation),))


@pytest.mark.parametrize(
    ("gold", "question", "read"),
    [
        ("0.66", "", Gold(Decimal("0.66"), "", False)),
        ("65.4%", "", Gold(Decimal("65.4"), "%", True)),
        ("$1577.00", "What is it (in USD millions)?", Gold(Decimal("1577000000"), "money", True)),
        ("$1,577", "", Gold(Decimal("1577"), "money", False)),
        ("-3.7%", "", Gold(Decimal("-3.7"), "%", True)),
        ("$8.70", "Answer in USD billions.", Gold(Decimal("8700000000"), "money", True)),
        ("93.86", "", Gold(Decimal("93.86"), "", False)),
    ],
)
def test_one_number_is_read_with_its_unit_and_scale(gold: str, question: str, read: Gold) -> None:
    assert read_gold(gold, question) == read


@pytest.mark.parametrize(
    "gold", ["Yes", "Yes, by 3%", "24.6% in FY 2021 and 21.6% in FY 2022", "There are none", "3M", ""]
)
def test_what_is_more_than_one_number_is_left_out(gold: str) -> None:
    assert read_gold(gold, "") is None


@pytest.mark.parametrize(
    ("gold", "question", "given", "right"),
    [
        ("0.66", "Round to two decimal places.", "0.66", True),
        ("0.66", "Round to two decimal places.", "0.67", False),
        ("0.66", "", "0.664", True),
        ("0.66", "", "0.68", False),
        ("63.86", "Round to two decimal places.", "63.86 days", True),
        ("65.4%", "In percent, one decimal place.", "65.4%", True),
        ("65.4%", "In percent, one decimal place.", "65.5%", False),
        ("65.4%", "", "0.654", True),
        ("2.1%", "", "2.1 percentage points", True),
        ("$1577.00", "in USD millions", "1,577 million USD", True),
        ("$1577.00", "in USD millions", "1.577 billion USD", True),
        ("$1577.00", "in USD millions", "1,577 thousand USD", False),
        ("$382.00", "Answer in USD millions.", "381.603 million USD", True),
        ("$1577.00", "", "1,577 million USD", True),
        ("$1577.00", "in USD millions", "15.77%", False),
        ("-1.2%", "", "1.2%", False),
    ],
)
def test_figures_are_compared_as_quantities(gold: str, question: str, given: str, right: bool) -> None:
    read = read_gold(gold, question)
    assert read is not None
    assert is_right(read, answer(given), question) is right


def test_right_wrong_and_refused_are_counted() -> None:
    assert calculate("1 + 1").shown == "2"
    rows = [
        ({"question": "a", "answer": "2.0", "question_type": "metrics-generated"}, answer("2")),
        ({"question": "b", "answer": "2.0", "question_type": "metrics-generated"}, answer("3")),
        ({"question": "c", "answer": "2.0", "question_type": "novel-generated"}, Answer("c", AnswerKind.REFUSAL, "")),
        ({"question": "d", "answer": "It depends.", "question_type": "metrics-generated"}, answer("2")),
        ({"question": "no gold"}, answer("2")),
    ]
    assert scores(rows) == {
        "numeric": {"questions": 3, "answered": 2, "correct": 1, "wrong": 1, "refused": 1},
        "metrics_generated": {"questions": 2, "answered": 2, "correct": 1, "wrong": 1, "refused": 0},
    }
