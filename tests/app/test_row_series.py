"""A figure over quarters or years from one row or column of a table in an article or a CSV file."""

from pathlib import Path

import pytest

from app.answer import AnswerKind
from app.footnote import Footnote
from app.settings import Settings
from tests.app.conftest import ask

QUARTERS = """Quarter,Revenue (million EUR),Headcount
Q1 2024,10.5,120
Q2 2024,11.0,125
Q3 2024,11.8,131
Q4 2024,12.9,140
Q1 2025,13.1,142
"""
YEARS = """# Elm Energy in brief

Elm Energy reports by calendar year.

| In million euros | 2021 | 2022 | 2023 | 2024 |
|---|---|---|---|---|
| Sales | 210.0 | 230.5 | 228.0 | 251.2 |
| Sales abroad | 110.0 | 130.5 | 128.0 | 151.2 |
| Operating profit | (3.0) | 5.1 | 7.0 | 12.0 |
| Operating margin | -1.4% | 2.2% | 3.1% | 4.8% |
"""


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Footnote:
    folder: Path = tmp_path_factory.mktemp("tables")
    (folder / "dunes.csv").write_text(QUARTERS)
    (folder / "elm.md").write_text(YEARS)
    engine = Footnote(Settings(home=tmp_path_factory.mktemp("home")))
    assert len(engine.ingest([folder]).added) == 2
    return engine


def series(engine: Footnote, question: str) -> list[tuple[str, str]]:
    answer = ask(engine, question)
    found = answer.statements[0].series if answer.statements else None
    return [(point.period, str(point.value)) for point in found.points] if found else []


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        (
            "What was the revenue by quarter?",
            [("Q1 2024", "10.5"), ("Q2 2024", "11.0"), ("Q3 2024", "11.8"), ("Q4 2024", "12.9"), ("Q1 2025", "13.1")],
        ),
        ("Revenue over the last three quarters", [("Q3 2024", "11.8"), ("Q4 2024", "12.9"), ("Q1 2025", "13.1")]),
        ("What was the revenue from Q2 2024 to Q4 2024?", [("Q2 2024", "11.0"), ("Q3 2024", "11.8"), ("Q4 2024", "12.9")]),
        ("What were Elm Energy's sales from 2021 to 2023?", [("2021", "210.0"), ("2022", "230.5"), ("2023", "228.0")]),
        ("What were Elm Energy's sales over the last two years?", [("2023", "228.0"), ("2024", "251.2")]),
        ("What were Elm Energy's sales since 2023?", [("2023", "228.0"), ("2024", "251.2")]),
        (
            "What was the operating profit of Elm Energy each year?",
            [("2021", "-3.0"), ("2022", "5.1"), ("2023", "7.0"), ("2024", "12.0")],
        ),
        (
            "What was Elm Energy's operating margin by year?",
            [("2021", "-1.4"), ("2022", "2.2"), ("2023", "3.1"), ("2024", "4.8")],
        ),
    ],
)  # fmt: skip
def test_each_period_asked_for_is_a_cell_of_the_row(
    engine: Footnote, question: str, expected: list[tuple[str, str]]
) -> None:
    assert series(engine, question) == expected


def test_growth_between_the_ends_is_computed_where_a_trend_is_asked(engine: Footnote) -> None:
    answer = engine.ask("How has the headcount developed?")
    assert "Headcount rose by 18.33%, from 120 in Q1 2024 to 142 in Q1 2025." in answer.text
    assert answer.statements[0].calculation


@pytest.mark.parametrize(
    "question",
    [
        "What was the revenue in each region?",
        "How has the profit margin developed?",
        "What were Elm Energy's sales from 2015 to 2018?",
        "What were Elm Energy's sales from 2019 to 2023?",  # two of them aren't in the table
        "What were Elm Energy's sales over the last nine years?",
        "What were Birch Energy's sales by year?",
        "What were Elm Energy's dividends each year?",
    ],
)
def test_what_the_table_does_not_give_is_no_series(engine: Footnote, question: str) -> None:
    assert series(engine, question) == []


def test_one_period_stays_one_cell(engine: Footnote) -> None:
    answer = engine.ask("What were Elm Energy's sales in 2022?")
    assert answer.kind is AnswerKind.ANSWER
    assert answer.statements[0].series is None
    assert "230.5" in answer.text
