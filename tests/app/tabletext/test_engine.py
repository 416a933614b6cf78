"""Answers over a table and its text: operations, order, signs, scales, comparisons, lists, quotes."""

from collections.abc import Callable
from decimal import Decimal

import pytest

from app.tabletext.confidence import parameters
from app.tabletext.engine import TableText

Make = Callable[..., TableText]

ROWS = [
    ["(in thousands)", "2024", "2023", "2022"],
    ["Licence fees", "$ 900", "$ 600", "$ 500"],
    ["Upkeep fees", "300", "200", "—"],
    ["Travel", "(40)", "(50)", "(60)"],
    ["Gross margin", "35.5%", "34.0%", "33.0%"],
    ["Net receivables, current", "70", "60", "50"],
    ["Net receivables, non-current", "7", "6", "5"],
    ["Total fees", "1,200", "800", "500"],
]


@pytest.mark.parametrize(
    ("question", "number", "scale"),
    [
        ("What was the change in licence fees from 2023 to 2024?", "300", "thousand"),
        ("What was the change in licence fees in 2024 from 2023?", "300", "thousand"),
        ("What was the change in licence fees between 2022 and 2024?", "400", "thousand"),
        ("What was the decrease in travel from 2022 to 2023?", "10", "thousand"),
        ("What was the percentage change in licence fees between 2023 and 2024?", "50", "percent"),
        ("What was the percentage change in travel from 2023 to 2024?", "-20", "percent"),
        ("What was the change in gross margin from 2023 to 2024?", "1.5", "percent"),
        ("What is the average upkeep fees for 2023 and 2024?", "250", "thousand"),
        ("What is the average upkeep fees from 2022 to 2024?", "166.67", "thousand"),
        ("What is the average licence fees?", "666.67", "thousand"),
        ("What is the total upkeep fees in 2022 and 2023?", "200", "thousand"),
        ("What is the sum of licence fees and upkeep fees in 2023?", "800", "thousand"),
        ("What is the difference between licence fees and upkeep fees in 2024?", "600", "thousand"),
        ("What is the difference between upkeep fees and licence fees in 2024?", "600", "thousand"),
        ("What is the ratio of licence fees to upkeep fees in 2023?", "3", ""),
        ("What percentage of total fees were upkeep fees in 2024?", "25", "percent"),
        ("What were licence fees and upkeep fees as a percentage of total fees in 2024?", "100", "percent"),
        ("How many years did licence fees exceed $550 thousand?", "2", ""),
        ("What was the change in net receivables, non-current from 2023 to 2024?", "1", "thousand"),
    ],
)
def test_computes_what_is_asked(table: Make, question: str, number: str, scale: str) -> None:
    reply = table(ROWS).answer(question)
    assert reply is not None
    assert reply.number is not None
    assert (round(reply.number, 2), reply.scale) == (Decimal(number), scale)
    assert reply.operands
    assert all(one.entry.cell.span for one in reply.operands)


@pytest.mark.parametrize(
    ("question", "texts"),
    [
        ("What were the licence fees in 2023?", ("$ 600",)),
        ("What was the travel in 2024?", ("(40)",)),
        ("What were the licence fees in 2023 and 2024, respectively?", ("$ 600", "$ 900")),
        ("In which year were licence fees the highest?", ("2024",)),
        ("In which year was the gross margin lowest?", ("2022",)),
        ("In which years were licence fees less than 700 thousand?", ("2023", "2022")),
        ("Which years does the table show?", ("2024", "2023", "2022")),
    ],
)
def test_picks_what_stands_in_the_table(table: Make, question: str, texts: tuple[str, ...]) -> None:
    reply = table(ROWS).answer(question)
    assert reply is not None
    assert reply.texts == texts


def test_growth_from_nil_has_no_rate(table: Make) -> None:
    reply = table(ROWS).answer("What was the percentage change in upkeep fees from 2022 to 2023?")
    assert reply is None or reply.number is None


def test_a_change_from_a_dash_is_the_whole_amount(table: Make) -> None:
    reply = table(ROWS).answer("What was the change in upkeep fees from 2022 to 2023?")
    assert reply is not None
    assert reply.number == 200


def test_percentages_and_amounts_are_never_added(table: Make) -> None:
    reply = table(ROWS).answer("What is the sum of licence fees and gross margin in 2024?")
    assert reply is None or reply.number is None


def test_mixed_currencies_are_never_added(table: Make) -> None:
    rows = [["", "2024", "2023"], ["Sales in Leeds", "£ 40", "£ 30"], ["Sales in Lyon", "€ 50", "€ 45"]]
    for question in (
        "What is the sum of sales in Leeds and sales in Lyon in 2024?",
        "What is the difference between sales in Leeds and sales in Lyon in 2024?",
    ):
        reply = table(rows).answer(question)
        assert reply is None or reply.number is None, question


@pytest.mark.parametrize(
    ("rows", "paragraphs", "scale"),
    [
        ([["£m", "2024", "2023"], ["Rents", "9", "7"]], (), "million"),
        ([["", "2024", "2023"], ["", "€bn", "€bn"], ["Rents", "9", "7"]], (), "billion"),
        ([["", "2024", "2023"], ["Rents", "9", "7"]], ("The table below shows rents (in millions):",), "million"),
        ([["", "2024", "2023"], ["Rents", "9.4", "7.1"]], ("Rents came to $9.4 million in 2024.",), "million"),
        ([["", "2024", "2023"], ["Rents", "9", "7"]], ("Rents rose for many reasons.",), ""),
        ([["(in millions, except per share amounts)", "2024", "2023"], ["Earnings per share", "$ 9", "$ 7"]], (), ""),
        ([["", "2024", "2023"], ["Rents (in thousands)", "9", "7"]], ("Amounts in millions.",), "thousand"),
    ],
)
def test_the_scale_is_the_one_stated_nearest(
    table: Make, rows: list[list[str]], paragraphs: tuple[str, ...], scale: str
) -> None:
    label = rows[-1][0].split(" (")[0].lower()
    reply = table(rows, *paragraphs).answer(f"What was the change in {label} from 2023 to 2024?")
    assert reply is not None
    assert reply.scale == scale
    assert reply.number is not None


def test_an_amount_whose_scale_is_nowhere_stated_is_not_sure(table: Make) -> None:
    rows = [["", "2024", "2023"], ["Rents", "9", "7"]]
    question = "What was the change in rents from 2023 to 2024?"
    stated, unstated = table(rows, "All amounts in millions.").answer(question), table(rows).answer(question)
    assert stated is not None
    assert unstated is not None
    assert unstated.confidence < parameters().threshold <= stated.confidence


def test_a_line_with_the_opposite_word_is_not_taken(table: Make) -> None:
    rows = [
        ["", "2024", "2023"],
        ["Earnings per share, basic", "2.0", "1.0"],
        ["Earnings per share, diluted", "1.8", "0.9"],
    ]
    reply = table(rows).answer("What was the change in diluted earnings per share from 2023 to 2024?")
    assert reply is not None
    assert reply.number == Decimal("0.9")


PROSE = (
    "Rents rose mainly due to new leases in the harbour.",
    "Deferred income consists of payments received before delivery.",
    "Wages were $4.8 million, $4.2 million and $3.9 million in 2024, 2023 and 2022, respectively.",
    "The board approved the plan on 14 May 2024.",
)


@pytest.mark.parametrize(
    ("question", "texts"),
    [
        ("Why did rents rise?", ("new leases in the harbour",)),
        ("What does deferred income consist of?", ("payments received before delivery",)),
        ("What were wages in 2023?", ("$4.2 million",)),
        ("What were wages in 2024 and 2022, respectively?", ("$4.8 million", "$3.9 million")),
        ("When did the board approve the plan?", ("14 May 2024",)),
    ],
)
def test_quotes_the_words_of_the_text_that_answer(table: Make, question: str, texts: tuple[str, ...]) -> None:
    engine = table([["", "2024", "2023"], ["Fees", "9", "7"]], *PROSE)
    reply = engine.answer(question)
    assert reply is not None
    assert reply.texts == texts
    page = "".join(text for text, _ in engine.paragraphs)
    assert all(one.text in page for one in reply.passages)


def test_computes_with_figures_that_the_text_gives_by_period(table: Make) -> None:
    reply = table([["", "2024", "2023"], ["Fees", "9", "7"]], *PROSE).answer(
        "What was the average wages from 2022 to 2024?"
    )
    assert reply is not None
    assert reply.number is not None
    assert (round(reply.number, 2), reply.scale) == (Decimal("4.30"), "million")


def test_a_question_about_something_else_is_not_sure(table: Make) -> None:
    engine = table(ROWS)
    for question in (
        "What was the change in headcount from 2023 to 2024?",
        "What was the change in licence costs from 2023 to 2024?",
    ):
        reply = engine.answer(question)
        assert reply is None or reply.number is None or reply.confidence < parameters().threshold, question


@pytest.mark.parametrize(
    ("corner", "cell", "unit"),
    [
        ("(in millions of Canadian dollars)", "$ 9", "CAD"),
        ("(in millions of Australian dollars)", "$ 9", "AUD"),
        ("(in millions of Canadian dollars)", "US$ 9", "USD"),
        ("(in millions)", "$ 9", "USD"),
    ],
)
def test_a_bare_dollar_sign_is_of_the_dollars_that_the_table_names(
    table: Make, corner: str, cell: str, unit: str
) -> None:
    reply = table([[corner, "2024", "2023"], ["Rents", cell, cell.replace("9", "7")]]).answer(
        "What was the change in rents from 2023 to 2024?"
    )
    assert reply is not None
    assert {unit in operand.unit for operand in reply.operands} == {True}
