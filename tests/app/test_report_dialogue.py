"""Follow-ups over the reports of companies, from files to the resolved question."""

from pathlib import Path

import pytest

from app.answer import Answer, AnswerKind, Turn
from app.footnote import Footnote
from app.settings import Settings
from tests.app.test_filing_search import BALANCE, CASH, INCOME, LATER, filing

AUDITOR = "/s/ Birch & Alder LLP\nOakham\nWe have served as the Company's auditor since 2011.\n"


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Footnote:
    folder: Path = tmp_path_factory.mktemp("filings")
    (folder / "acorn-2021.md").write_text(filing("Acorn Mills", 2021, INCOME, BALANCE, CASH, AUDITOR))
    (folder / "acorn-2022.md").write_text(filing("Acorn Mills", 2022, LATER, AUDITOR))
    (folder / "birch-2021.md").write_text(filing("Birch Stores", 2021, INCOME, BALANCE))
    engine = Footnote(Settings(home=tmp_path_factory.mktemp("home")))
    assert len(engine.ingest([folder]).added) == 3
    return engine


def chat(engine: Footnote, *questions: str) -> Answer:
    """The answer to the last of the questions, asked one after the other."""
    history: list[Turn] = []
    for question in questions:
        history.append(Turn(question, engine.ask(question, history)))
    return history[-1].answer


def periods(answer: Answer) -> list[str]:
    series = answer.statements[0].series if answer.statements else None
    return [point.period for point in series.points] if series else []


FIRST = "What was Acorn Mills' revenue in FY2022?"


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("And over the last three years?", ["FY2020", "FY2021", "FY2022"]),
        ("by year", ["FY2019", "FY2020", "FY2021", "FY2022"]),
        ("How has it developed?", ["FY2019", "FY2020", "FY2021", "FY2022"]),
        ("since 2021?", ["FY2021", "FY2022"]),
    ],
)
def test_a_figure_is_asked_for_over_years(engine: Footnote, question: str, expected: list[str]) -> None:
    answer = chat(engine, FIRST, question)
    assert periods(answer) == expected
    assert "revenue" in answer.resolved


def test_another_figure_takes_the_place_of_the_first_one(engine: Footnote) -> None:
    answer = chat(engine, "How has Acorn Mills' gross margin developed?", "And operating margin?")
    assert answer.resolved == "How has Acorn Mills' operating margin developed?"
    assert periods(answer) == ["FY2019", "FY2020", "FY2021", "FY2022"]
    answer = chat(engine, FIRST, "What about net income?")
    assert answer.statements[0].calculation
    assert answer.statements[0].calculation.result == "210 million USD"


def test_another_company_keeps_the_figure_and_the_years(engine: Footnote) -> None:
    answer = chat(engine, "How has Acorn Mills' gross margin developed?", "And Birch Stores'?")
    assert periods(answer) == ["FY2019", "FY2020", "FY2021"]
    assert {one.document for one in answer.statements[0].citations} == {"birch-2021"}


@pytest.mark.parametrize(
    "question", ["Who is its auditor?", "Who is the auditor?", "And who audits their financial statements?"]
)
def test_the_company_is_the_one_last_spoken_of(engine: Footnote, question: str) -> None:
    answer = chat(engine, FIRST, question)
    assert answer.text == "Birch & Alder LLP. We have served as the Company's auditor since 2011."
    assert "Acorn Mills" in answer.resolved


def test_a_term_of_the_glossary_is_looked_up_and_a_whole_question_stays_as_it_is(engine: Footnote) -> None:
    assert chat(engine, FIRST, "What is free cash flow?").kind is AnswerKind.DEFINITION
    whole = "What was Birch Stores' net income in FY2020?"
    answer = chat(engine, FIRST, whole)
    assert answer.resolved == ""
    assert "birch-2021" in {one.document for one in answer.statements[0].citations}


def test_what_would_not_be_understood_is_not_made_up(engine: Footnote) -> None:
    answer = chat(engine, FIRST, "Who painted the ceiling?")
    assert answer.kind is AnswerKind.REFUSAL
    assert "Acorn" not in answer.resolved
