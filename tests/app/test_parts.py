"""A question's parts as questions of their own, and one answer of what they get."""

import pytest

from app.answer import Answer, AnswerKind, Citation, Statement
from app.parts import parts_of, together
from app.question import read_question


@pytest.mark.parametrize(
    ("question", "parts"),
    [
        (
            "What was Acorn's revenue in FY2021 and who is its chief executive?",
            ["What was Acorn's revenue in FY2021?", "Who is Acorn's chief executive?"],
        ),
        (
            "What was Acorn's revenue in FY2021 and how many people does it employ?",
            ["What was Acorn's revenue in FY2021?", "How many people does Acorn employ in FY2021?"],
        ),
        (
            "What was Acorn's revenue in FY2021? What was Birch's net income in FY2020?",
            ["What was Acorn's revenue in FY2021?", "What was Birch's net income in FY2020?"],
        ),
        ("What was Acorn's revenue in FY2021?", []),
        ("What was it in FY2021 and who runs it?", []),
    ],
)
def test_each_part_is_whole_by_itself(question: str, parts: list[str]) -> None:
    assert parts_of(read_question(question, {"acorn", "birch"})) == parts


def test_what_isnt_answered_is_said() -> None:
    statement = Statement("Revenue: 5 million USD.", (Citation("a", 0, 0, 7, "Revenue"),))
    given = Answer("One?", AnswerKind.ANSWER, statement.text, (statement,))
    refused = Answer("Two?", AnswerKind.REFUSAL, "The documents don't say who.")
    found = together("One and two?", ["One?", "Two?"], [given, refused])
    assert found
    assert found.statements == (statement,)
    assert found.question == "One and two?"
    assert found.remark == "Not answered: “Two?” The documents don't say who."
    assert together("One and two?", ["One?", "Two?"], [refused, refused]) is None


def test_its_stands_for_the_subject_of_the_part_before_also_beside_another_name() -> None:
    question = read_question("What was Acorn's operating margin in FY2023 and who is its CEO?", frozenset({"acorn"}))
    assert parts_of(question) == ["What was Acorn's operating margin in FY2023?", "Who is Acorn's CEO?"]
