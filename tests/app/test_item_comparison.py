"""Several figures of one company set against each other: how such questions are read, and what is said of them."""

from dataclasses import replace
from decimal import Decimal

import pytest

from app.answer import AnswerKind, Calculation, Operand, Statement
from app.footnote import Footnote
from app.item_comparison import sets_items
from app.verifier.sides import side_findings
from index.citation import Citation

NAME, YEAR = "Foxglove Mills", "2021"


@pytest.mark.parametrize(
    ("question", "listed"),
    [
        (f"Did {NAME} spend more on research and development or on capital expenditures in FY2022?", True),
        (f"Was {NAME}'s gross margin higher than its operating margin in 2022?", True),
        (
            f"Among operations, investing, and financing activities, which brought in the most cash for {NAME} in 2022?",
            True,
        ),
        (f"Did {NAME}'s operating cash flow exceed its net income?", True),
        (f"What were {NAME}'s revenue and net income in 2022?", False),  # nothing is compared
        (f"Was {NAME}'s revenue higher in 2022 than in 2021?", False),  # one figure
        (f"Was {NAME}'s revenue higher than revenue in 2021?", False),
        (f"Was the revenue that rose faster at {NAME} than forecast due to net income of a subsidiary?", False),
    ],
)
def test_figures_named_beside_each_other_are_a_comparison(question: str, listed: bool) -> None:
    assert sets_items(question) is listed


@pytest.mark.parametrize(
    ("question", "first", "higher"),
    [
        (
            "Was {name}'s net income higher than its operating income in FY{year}?",
            "Operating income",
            "Operating income",
        ),
        ("Which was lower for {name} in FY{year}, gross profit or revenue?", "Gross profit", "Revenue"),
        ("Which was larger at {name} in FY{year}: total assets or total liabilities?", "Total assets", "Total assets"),
        ("Did {name} have more inventory or more accounts receivable in FY{year}?", "Inventory", "Inventory"),
    ],
)
def test_the_figure_that_is_asked_for_comes_first_and_the_difference_last(
    reports: Footnote, question: str, first: str, higher: str
) -> None:
    answer = reports.ask(question.format(name=NAME, year=YEAR))
    assert answer.kind is AnswerKind.ANSWER, answer.text
    values = [one.calculation.value for one in answer.statements if one.calculation]
    assert len(values) == 3
    assert values[2] == abs(values[0] - values[1]) > 0
    assert answer.statements[0].text.startswith(f"{first}, FY{YEAR}: ")
    assert answer.statements[2].text.startswith(f"{higher} is the higher, by ")


def test_what_brought_in_the_most_cash_comes_first(reports: Footnote) -> None:
    most, least = (
        reports.ask(f"Among operations, investing, and financing activities, which {asked} at {NAME} in FY{YEAR}?")
        for asked in ("brought in the most (or lost the least) cash flow", "used the most cash")
    )
    values = [one.calculation.value for one in most.statements if one.calculation]
    assert len(values) == 3
    assert values == sorted(values, reverse=True)
    assert [one.calculation.value for one in least.statements if one.calculation] == values[::-1]


@pytest.mark.parametrize(
    "question",
    [
        "Was {name}'s adjusted net income higher than its operating income in FY{year}?",  # another figure
        "Was {name}'s revenue higher than its advertising expense in FY{year}?",  # no such row
        "Was {name}'s net income higher than its days payable outstanding in FY{year}?",  # no one unit
    ],
)
def test_what_is_not_given_or_has_no_common_unit_is_not_compared(reports: Footnote, question: str) -> None:
    answer = reports.ask(question.format(name=NAME, year=YEAR))
    assert "is the higher" not in answer.text


def _difference(higher: str, first: str, second: str) -> Statement:
    roles = {"Net income": "net income", "Gross margin": "gross profit", "Revenue": "revenue"}

    def operand(who: str, value: int) -> Operand:
        place = Citation("report", 0, 0, 1, str(value))
        return Operand(f"{value} USD", Decimal(value), "USD", "", place, f"{who}: {roles[who]}, FY2021", "FY2021")

    operands = (operand(first, 9), operand(second, 4))
    made = Calculation("(9 USD) - (4 USD)", operands, "5 USD", Decimal(5), "USD")
    return Statement(f"{higher} is the higher, by 5 USD.", tuple(o.citation for o in operands if o.citation), made)


def test_who_is_said_to_be_higher_is_and_each_side_is_what_its_operands_give() -> None:
    right = _difference("Revenue", "Revenue", "Net income")
    assert not list(side_findings(right, lambda _: ""))
    assert list(side_findings(_difference("Net income", "Revenue", "Net income"), lambda _: ""))
    # Of a margin its revenue is missing.
    assert list(side_findings(_difference("Gross margin", "Gross margin", "Net income"), lambda _: ""))
    assert right.calculation
    turned = replace(right, calculation=replace(right.calculation, value=Decimal(-5)))
    assert list(side_findings(turned, lambda _: ""))


def test_a_figure_that_is_lacking_is_named(reports: Footnote) -> None:
    answer = reports.ask(f"Did {NAME} spend more on research and development or on interest in FY{YEAR}?")
    assert answer.kind is AnswerKind.REFUSAL
    answer = reports.ask(f"Was {NAME}'s goodwill impairment higher than its net income in FY{YEAR}?")
    assert answer.kind is AnswerKind.REFUSAL
    assert "goodwill impairment" in answer.text
