"""Why something rose or fell: told of the measure that is asked about, and never of another beside it."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from app.answer import Answer, AnswerKind
from app.footnote import Footnote
from app.settings import Settings

Ask = Callable[[str, str], Answer]


@pytest.fixture
def ask(tmp_path: Path) -> Iterator[Ask]:
    engine = Footnote(Settings(home=tmp_path / "home"))

    def asked(question: str, text: str) -> Answer:
        path = tmp_path / "note.md"
        path.write_text(f"# Acorn Mills, fiscal 2023\n\n{text}\n", encoding="utf-8")
        engine.ingest([path])
        return engine.ask(question)

    yield asked
    engine.close()


QUESTION = "Why did Acorn Mills' revenue decrease in fiscal 2023?"
ANOTHER = (
    "In fiscal 2023, the excess of Acorn Mills decreased more than that of its rival, primarily due to higher rates and lower "
    "forecast revenue growth."
)


def test_what_fell_beside_the_revenue_is_no_reason_for_it(ask: Ask) -> None:
    assert ask(QUESTION, ANOTHER).kind is AnswerKind.REFUSAL


def test_the_reason_of_the_measure_asked_about_is_given_beside_another(ask: Ask) -> None:
    reason = "The decrease in revenue in fiscal 2023 was primarily driven by fewer orders from bakers."
    answer = ask(QUESTION, f"{ANOTHER}\n\n{reason}")
    assert [one.text for one in answer.statements] == [reason]


def test_of_what_the_decrease_is_stands_before_it(ask: Ask) -> None:
    first, second = (
        "Revenue of Acorn Mills decreased by 12% in fiscal 2023.",
        "The decrease was primarily due to fewer orders for flour, which make most of the revenue.",
    )
    answer = ask(QUESTION, f"{first} {second}")
    assert [one.text for one in answer.statements] == [first, second]
    assert [one.citations[0].quote for one in answer.statements] == [first, second]


def test_a_decrease_of_something_else_is_not_taken_for_it(ask: Ask) -> None:
    text = "Head count of Acorn Mills decreased by 12% in fiscal 2023. The decrease was primarily due to lower revenue."
    assert ask(QUESTION, text).kind is AnswerKind.REFUSAL
