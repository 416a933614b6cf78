"""Figures made of two rows of a table: difference, share and ratio, each from cells of one column."""

from decimal import Decimal
from pathlib import Path

import pytest

from app.answer import AnswerKind
from app.footnote import Footnote
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
