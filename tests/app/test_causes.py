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


def test_whether_it_rose_is_not_told_by_what_rises_elsewhere_in_a_list(ask: Ask) -> None:
    text = (
        "Acorn Mills is exposed to an uncertain economy, national debt, fiscal concerns, availability of incentives, inflation and "
        "rising wages."
    )
    assert ask("Is the debt of Acorn Mills rising?", text).kind is AnswerKind.REFUSAL
    assert (
        ask("Is the debt of Acorn Mills rising?", "The debt of Acorn Mills rose by 3% over the year.").kind
        is AnswerKind.ANSWER
    )


def test_what_is_said_again_from_year_to_year_is_told_as_it_was_said_last(tmp_path: Path) -> None:
    folder = tmp_path / "reports"
    folder.mkdir()
    for year, name in ((2017, "Acorn Systems Incorporated"), (2022, "Acorn Inc."), (2019, "Acorn Inc.")):
        text = f"We did not pay any cash dividends on our common stock during fiscal {year} or fiscal {year - 1}."
        head = f"# {name} annual report {year}\n\nCompany: {name}.\nPeriod: fiscal year {year}.\n\n"
        (folder / f"acorn-{year}.md").write_text(head + text, encoding="utf-8")
    engine = Footnote(Settings(home=tmp_path / "home"))
    assert len(engine.ingest([folder]).added) == 3
    assert "fiscal 2022" in engine.ask("Does Acorn pay dividends?").text
    assert "fiscal 2017" in engine.ask("Did Acorn pay dividends in fiscal 2017?").text
    engine.close()
