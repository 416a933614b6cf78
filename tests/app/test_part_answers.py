"""The largest part of a whole: how it is asked for, and that only parts which add up to a printed total are told."""

from pathlib import Path

import pytest

from app.answer import AnswerKind
from app.footnote import Footnote
from app.settings import Settings
from app.tabletext.parts import read_parts
from tests.app.conftest import ask

REPORT = """# Larch Optics annual report 2024

Company: Larch Optics. Period: fiscal year 2024.

## Revenue by segment

| In millions of euros | 2024 | 2023 |
|---|---|---|
| Lenses | 50 | 65 |
| Lasers | 70 | 35 |
| Eliminations | (5) | (4) |
| Total revenue | 115 | 96 |

## Operating profit by segment

| In millions of euros | 2024 | 2023 |
|---|---|---|
| Lenses | 9 | 12 |
| Lasers | 4 | 5 |
| Total operating profit | 13 | 17 |

## Revenue by region

| In millions of euros | 2024 | 2023 |
|---|---|---|
| France | 20 | 16 |
| Spain | 25 | 20 |
| Total Europe | 45 | 36 |
| Asia | 40 | 30 |
| Americas | 30 | 30 |
| Revenue | 115 | 96 |

## Revenue by product line

| In millions of euros | 2024 | 2023 |
|---|---|---|
| Glass | 60 | 50 |
| Frames | 40 | 30 |
| Total revenue | 115 | 96 |

## Orders by brand

| In millions of euros | 2024 | 2023 |
|---|---|---|
| Larch | 30 | 20 |
| Alder | 30 | 25 |
| Total orders | 60 | 45 |
"""


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Footnote:
    folder: Path = tmp_path_factory.mktemp("larch")
    (folder / "larch-2024.md").write_text(REPORT)
    engine = Footnote(Settings(home=tmp_path_factory.mktemp("home")))
    assert len(engine.ingest([folder]).added) == 1
    return engine


@pytest.mark.parametrize(
    ("question", "said"),
    [
        (
            "Which segment of Larch Optics had the highest revenue in 2024?",
            "Revenue, 2024: highest for Lasers (70 million EUR); the others: Lenses (50 million EUR); total: 115 million EUR.",
        ),
        (
            "In 2023, which of Larch Optics' business segments had the most revenue?",
            "Revenue, 2023: highest for Lenses (65 million EUR); the others: Lasers (35 million EUR); total: 96 million EUR.",
        ),
        (
            "What was Larch Optics' smallest segment by operating profit in 2024?",
            "Operating profit, 2024: lowest for Lasers (4 million EUR); the others: Lenses (9 million EUR); total: 13 million EUR.",
        ),
        (
            "What is Larch Optics' largest segment?",  # by revenue, in the latest year
            "Revenue, 2024: highest for Lasers (70 million EUR); the others: Lenses (50 million EUR); total: 115 million EUR.",
        ),
        (
            "Which region contributed the most to Larch Optics' revenue in 2024?",  # a subtotal is one part
            "Revenue, 2024: highest for Europe (45 million EUR); the others: Asia (40 million EUR), Americas (30 million EUR); total: 115 million EUR.",
        ),
    ],
)  # fmt: skip
def test_the_largest_part_is_told_with_the_others_and_their_total(engine: Footnote, question: str, said: str) -> None:
    answer = ask(engine, question)
    assert answer.text == said
    assert answer.statements[0].calculation


@pytest.mark.parametrize(
    "question",
    [
        "Which product line of Larch Optics had the highest revenue in 2024?",  # the lines don't make the total
        "Which brand of Larch Optics had the most orders in 2024?",  # two are as large
        "Which segment of Larch Optics had the highest revenue in 2022?",
        "Which segment of Larch Optics had the highest net income in 2024?",
        "Which country brought Larch Optics the most revenue in 2024?",  # regions aren't countries
        "Which customer type of Larch Optics had the highest revenue in 2024?",
        "Which segment of Larch Optics grew its revenue most in 2024?",
        "Which segment of Fir Optics had the highest revenue in 2024?",
    ],
)
def test_what_no_parts_add_up_to_is_not_told(engine: Footnote, question: str) -> None:
    answer = ask(engine, question)
    assert answer.kind is AnswerKind.REFUSAL or "highest for" not in answer.text


def test_such_a_question_is_read_with_its_words_and_period() -> None:
    asked = read_parts("In 2022 Q2, which of Larch's business segments had the lowest net income?", {"larch"})
    assert asked is not None
    assert (asked.side, asked.years, asked.quarter) == (-1, {2022}, 2)
    assert asked.words == {"net", "income"}
    assert asked.of_segments
    assert not asked.of_sales


@pytest.mark.parametrize(
    "question",
    [
        "Which segment grew the fastest in 2024?",
        "Which segments does Larch report?",
        "Which segment had the second highest revenue in 2024?",
        "Which segment had the highest operating margin in 2024?",
        "Which segment had the highest revenue in 2024 and 2023?",
        "Which company had the highest revenue in 2024?",
        "What drove the largest segment's revenue?",
    ],
)
def test_other_questions_are_not_read_as_one(question: str) -> None:
    assert read_parts(question, frozenset()) is None


def test_the_largest_liability_is_a_row_of_the_balance_sheet(reports: Footnote) -> None:
    answer = ask(reports, "What was the largest liability on Cedar Bancorp's balance sheet in FY2021?")
    assert answer.text == (
        "Liabilities, 2021: highest for Deposits (65,200 million USD); the others: Long-term debt (4,200 million USD), Other "
        "liabilities (1,600 million USD), Short-term borrowings (900 million USD); total: 71,900 million USD."
    )


@pytest.mark.parametrize(
    "question",
    [
        "What was Foxglove Mills' largest asset in FY2021?",  # its current assets lack a row
        "What was Foxglove Mills' largest current asset in FY2021?",
        "What was Harbor Mutual's largest liability in FY2021?",  # the rows don't make the total
    ],
)
def test_a_balance_sheet_whose_rows_are_not_all_there_tells_nothing(reports: Footnote, question: str) -> None:
    assert ask(reports, question).kind is AnswerKind.REFUSAL
