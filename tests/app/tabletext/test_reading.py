"""Questions over tables, read: what is asked, of which lines, for which periods."""

from decimal import Decimal

import pytest

from app.tabletext.reading import read_request
from app.tabletext.request import Form


@pytest.mark.parametrize(
    ("question", "form", "phrase"),
    [
        ("What was the change in rents from 2023 to 2024?", Form.CHANGE, "rents"),
        ("What is the increase / (decrease) in the rents from 2023 to 2024?", Form.CHANGE, "rents"),
        ("How much did rents increase between 2023 and 2024?", Form.CHANGE, "rents"),
        ("How much higher were rents in 2024 than in 2023?", Form.CHANGE, "rents"),
        ("What was the percentage change in rents between 2023 and 2024?", Form.PERCENT_CHANGE, "rents"),
        ("By how much did rents grow from 2023 to 2024, in percent?", Form.PERCENT_CHANGE, "rents"),
        ("What is the growth rate of rents in 2024?", Form.PERCENT_CHANGE, "rents"),
        ("What is the average rents for 2023 and 2024?", Form.AVERAGE, "rents"),
        ("What is the total rents in 2023 and 2024?", Form.SUM, "total rents"),
        ("In which year were rents the highest?", Form.WHICH_PERIOD, "rents"),
        ("What were the rents in 2024 and 2023, respectively?", Form.VALUES, "rents"),
        ("What were the rents in 2024?", Form.VALUE, "rents"),
        ("What was the weighted average lease term in 2024?", Form.VALUE, "weighted average lease term"),
        ("Why did rents increase in 2024?", Form.PROSE, None),
        ("What do rents consist of?", Form.PROSE, None),
    ],
)  # fmt: skip
def test_reads_what_is_asked_and_of_what(question: str, form: Form, phrase: str | None) -> None:
    request = read_request(question)
    assert request.form is form
    if phrase is not None:
        silent = {"the", "from", "between", "in", "for", "and", "than", "were", "to"}
        assert [word for word in request.phrase.lower().split() if word not in silent] == phrase.split()


@pytest.mark.parametrize(
    ("question", "form", "pair"),
    [
        ("What is the ratio of rents to wages in 2024?", Form.RATIO, ("rents", "wages")),
        ("What were rents divided by wages in 2024?", Form.RATIO, ("rents", "wages")),
        ("What percentage of total costs were wages in 2024?", Form.SHARE, ("wages", "total costs")),
        ("What were wages as a percentage of total costs in 2024?", Form.SHARE, ("wages", "total costs")),
        ("As a percentage of total costs, how much were wages in 2024?", Form.SHARE, ("wages", "total costs")),
        ("What is the share of wages in total costs in 2024?", Form.SHARE, ("wages", "total costs")),
        ("What is the difference between rents and wages in 2024?", Form.DIFFERENCE, ("rents", "wages")),
        ("By how much did rents exceed wages in 2024?", Form.DIFFERENCE, ("rents", "wages")),
        ("What is the sum of rents and wages in 2024?", Form.SUM, ("rents", "wages")),
    ],
)  # fmt: skip
def test_parts_a_question_about_two_lines(question: str, form: Form, pair: tuple[str, str]) -> None:
    request = read_request(question)
    assert request.form is form
    assert tuple(" ".join(word.strip(",") for word in side.lower().split()) for side in request.pairs[0]) == pair


def test_a_limit_keeps_its_side_number_and_scale() -> None:
    request = read_request("How many years did wages exceed $1.5 million?")
    assert (request.form, request.side, request.limit, request.limit_scale) == (
        Form.COUNT_PERIODS,
        1,
        Decimal("1.5"),
        "million",
    )
    request = read_request("In which years were wages less than -3,000 thousand?")
    assert (request.form, request.side, request.limit, request.limit_scale) == (
        Form.WHICH_PERIOD,
        -1,
        Decimal(-3000),
        "thousand",
    )


def test_how_a_share_changed_is_no_share() -> None:
    request = read_request("What is the change in long-term debt as a percentage of total debt between 2023 and 2024?")
    assert request.form in (Form.CHANGE, Form.PERCENT_CHANGE)
