"""Questions over tables in the chat: changes, averages, sums, shares, ratios, comparisons, counts; and what is refused."""

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from app.answer import AnswerKind
from app.footnote import Footnote
from app.refusal import CANDIDATES
from app.settings import Settings

TABLE = """# Quellmark in brief

Company: Quellmark.

| Quellmark, in millions of dollars | 2024 | 2023 |
|---|---|---|
| Licence fees | 90 | 60 |
| Upkeep fees | 30 | 20 |
| Travel | 0 | 5 |
"""


@pytest.mark.parametrize(
    ("question", "value", "shown"),
    [
        ("What is the difference between Harrowvale's gross profit and operating income in Q2 2025?", 120_000_000, "120 million EUR"),
        ("What share of Harrowvale's revenue went to research and development in Q2 2024?", "13.5", "13.5%"),
        ("What was Harrowvale's R&D as a percentage of revenue in Q2 2024?", "13.5", "13.5%"),
        ("What is the ratio of inventories to accounts payable?", None, "1.143"),
        ("What is Harrowvale's net income divided by revenue in Q2 2024?", "0.075", "0.075"),
    ],
)  # fmt: skip
def test_two_rows_make_a_figure(sample: Footnote, question: str, value: str | int | None, shown: str) -> None:
    (statement,) = sample.ask(question).statements
    assert statement.calculation is not None
    assert statement.calculation.result == shown
    assert value is None or statement.calculation.value == Decimal(value)
    assert len(statement.calculation.operands) == 2
    assert all(operand.citation for operand in statement.calculation.operands)


@pytest.mark.parametrize(
    "question",
    [
        "What is the difference between a share and a bond?",
        "What is the difference between Cambricon's revenue and Harrowvale's revenue?",
        "What is the ratio of inventories to headcount?",
        "What is the difference between revenue and revenue?",
    ],
)
def test_what_is_in_doubt_is_refused(sample: Footnote, question: str) -> None:
    assert sample.ask(question).kind is AnswerKind.REFUSAL


def test_the_period_asked_for_is_the_column_and_a_zero_divides_nothing(tmp_path: Path) -> None:
    note = tmp_path / "quellmark.md"
    note.write_text(TABLE)
    engine = Footnote(Settings(home=tmp_path / "home"))
    engine.ingest([note])
    answer = engine.ask("What is the ratio of licence fees to upkeep fees in 2023?")
    assert answer.statements[0].calculation is not None
    assert answer.statements[0].calculation.value == 3
    assert engine.ask("What is the ratio of licence fees to travel in 2024?").kind is AnswerKind.REFUSAL
    engine.close()


KEPT = """# Quellmark in brief

Company: Quellmark.

| Quellmark, in millions of dollars | 2024 | 2023 | 2022 |
|---|---|---|---|
| Licence fees | 90 | 60 | 75 |
| Upkeep fees | 30 | 20 | 10 |
| Losses on leases | (4) | (7) | (2) |
"""


@pytest.fixture
def quellmark(tmp_path: Path) -> Iterator[Footnote]:
    note = tmp_path / "quellmark.md"
    note.write_text(KEPT)
    engine = Footnote(Settings(home=tmp_path / "home"))
    engine.ingest([note])
    yield engine
    engine.close()


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("What was the change in Quellmark's licence fees from 2023 to 2024?", "Licence fees rose by 30 million USD, from 60 million USD to 90 million USD."),
        ("What is the average of upkeep fees from 2022 to 2024?", "Upkeep fees, average over 2022, 2023, 2024: 20 million USD"),
        ("What is the total of licence fees in 2022 and 2023?", "Licence fees, sum over 2022, 2023: 135 million USD"),
        ("In which year were licence fees the highest?", "Licence fees: highest in 2024 (90 million USD)"),
        ("In which year were licence fees the lowest?", "Licence fees: lowest in 2023 (60 million USD)"),
        ("How many years did licence fees exceed 70 million?", "Licence fees: above 70 million in 2 periods: 2022 (75 million USD), 2024 (90 million USD)."),
        ("What was the change in losses on leases from 2022 to 2023?", "Losses on leases: a change of -5 million USD, from (2) million USD to (7) million USD."),
    ],
)  # fmt: skip
def test_a_table_is_computed_over_and_each_cell_cited(quellmark: Footnote, question: str, said: str) -> None:
    answer = quellmark.ask(question)
    assert answer.kind is AnswerKind.ANSWER
    assert answer.text.startswith(said)
    for statement in answer.statements:
        assert statement.calculation is not None
        for operand in statement.calculation.operands:
            assert operand.citation is not None or operand.role == "given in the question"
            assert operand.citation is None or str(abs(operand.value)) in operand.citation.quote


def test_a_label_that_repeats_the_company_and_its_unit_is_found(tmp_path: Path) -> None:
    note = tmp_path / "larkspur.md"
    note.write_text(
        "# Larkspur Mills in 2024\n\n| Item | 2023 | 2024 |\n|---|---|---|\n| Larkspur revenue, million EUR | 400 | 500 |\n| Larkspur costs, million EUR | 300 | 320 |\n"
    )
    engine = Footnote(Settings(home=tmp_path / "home"))
    engine.ingest([note])
    (statement,) = engine.ask("What were Larkspur costs as a percentage of Larkspur revenue in 2024?").statements
    assert statement.calculation is not None
    assert statement.calculation.result == "64%"
    engine.close()


@pytest.mark.parametrize("head", ["Q2", "Three months ended June 30,", "Six months ended June 30,"])
def test_a_part_of_a_year_is_not_given_as_the_year(tmp_path: Path, head: str) -> None:
    note = tmp_path / "quellmark.md"
    note.write_text(
        f"# Quellmark in brief\n\n| USD | {head} 2024 | {head} 2023 |\n|---|---|---|\n| Licence fees | 90 | 60 |\n| Upkeep fees | 30 | 20 |\n"
    )
    engine = Footnote(Settings(home=tmp_path / "home"))
    engine.ingest([note])
    assert engine.ask("What was the change in licence fees from 2023 to 2024?").kind is AnswerKind.REFUSAL
    assert (
        engine.ask("What was the ratio of licence fees to upkeep fees in the fourth quarter of 2024?").kind
        is AnswerKind.REFUSAL
    )
    if head == "Q2":
        answer = engine.ask("What was the change in licence fees from Q2 2023 to Q2 2024?")
        assert answer.text.startswith("Licence fees rose by 30")
    engine.close()


def test_below_the_threshold_the_rows_that_come_near_are_shown_and_no_figure_is_said(quellmark: Footnote) -> None:
    answer = quellmark.ask("What was the percentage change in Quellmark's fees from 2023 to 2024?")
    assert answer.kind is AnswerKind.REFUSAL
    assert CANDIDATES in answer.text
    assert not any(character.isdigit() for character in answer.text)
    assert any("Licence fees" in one.quote or "Upkeep fees" in one.quote for one in answer.nearest)


@pytest.mark.parametrize(
    "question",
    [
        "What was the change in Brindle's licence fees from 2023 to 2024?",  # another company
        "What was the change in licence fees from 2020 to 2024?",  # a period that isn't given
        "What was the percentage change in losses on leases from 2022 to 2023?",  # a rate of figures below zero
    ],
)
def test_what_the_table_does_not_give_beyond_doubt_is_refused(quellmark: Footnote, question: str) -> None:
    assert quellmark.ask(question).kind is AnswerKind.REFUSAL
