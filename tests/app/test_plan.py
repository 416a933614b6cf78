"""What a question for a figure asks: the figure, the years, the form; and which questions aren't understood."""

import pytest

from app.answer_form import Form
from app.formula import dated, written
from app.plan import Mode, Plan
from app.plan_reader import read_plan

ACORN = ["Acorn Mills, Inc."]


def plan(question: str) -> Plan:
    found = read_plan(question, ACORN)
    assert found is not None, question
    return found


def formula(question: str) -> str:
    one = plan(question)
    return written(dated(one.formula, one.years[-1]), lambda item: f"{item.concept}{item.year}")


def test_one_line_item_with_scale_and_year() -> None:
    one = plan("How much did Acorn Mills spend on capital expenditure in FY2021, in USD millions?")
    assert (one.name, one.years, one.mode, one.form.scale) == ("capital expenditure", (2021,), Mode.VALUE, "million")


def test_what_stands_around_the_question_says_nothing() -> None:
    one = plan(
        "Picture yourself as an auditor who has nothing but the balance sheet at hand. Please answer this: what is the year end "
        "FY2020 net PP&E of Acorn Mills? Round to one decimal place. Answer in USD billions."
    )
    assert (one.name, one.years) == ("property, plant and equipment", (2020,))
    assert one.form == Form(places=1, scale="billion")


def test_a_definition_in_the_question_overrides_the_usual_formula() -> None:
    assert formula("What was Acorn Mills' FY2020 quick ratio?") == (
        "(current_assets2020 - inventories2020) / current_liabilities2020"
    )
    assert (
        formula(
            "What was Acorn Mills' FY2020 quick ratio? The quick ratio is calculated as (cash and cash equivalents + accounts "
            "receivable) / total current liabilities."
        )
        == "(cash2020 + receivables2020) / current_liabilities2020"
    )
    assert formula("Calculate the FY2020 interest coverage of Acorn Mills as EBITDA divided by interest expense.") == (
        "(operating_income2020 + depreciation_amortization2020) / interest_expense2020"
    )


@pytest.mark.parametrize(
    ("question", "mode", "years"),
    [
        (
            "What is the FY2018 - FY2020 3 year average of capex as a % of revenue for Acorn Mills?",
            Mode.AVERAGE,
            (2018, 2019, 2020),
        ),
        ("What is the two-year average operating margin of Acorn Mills for FY2020?", Mode.AVERAGE, (2019, 2020)),
        ("What is Acorn Mills' year-over-year change in revenue from FY2019 to FY2020?", Mode.GROWTH, (2019, 2020)),
        ("By how much did Acorn Mills' net income grow in 2020?", Mode.GROWTH, (2019, 2020)),
        ("What is the 3 year revenue CAGR of Acorn Mills from FY2017 to FY2020?", Mode.CAGR, (2017, 2018, 2019, 2020)),
        ("Did Acorn Mills' gross margin improve between FY2019 and FY2020?", Mode.COMPARE, (2019, 2020)),
        ("How does Acorn Mills' current ratio in FY2020 compare to FY2019?", Mode.COMPARE, (2019, 2020)),
        ("How did Acorn Mills' gross margin in FY2020 compare to the prior year?", Mode.COMPARE, (2019, 2020)),
        ("How much did Acorn Mills' revenue change in FY2020 from the year before?", Mode.COMPARE, (2019, 2020)),
        ("What was Acorn Mills' revenue?", Mode.VALUE, ()),
    ],
)
def test_years_and_what_is_asked_of_them(question: str, mode: Mode, years: tuple[int, ...]) -> None:
    one = plan(question)
    assert (one.mode, one.years) == (mode, years)


def test_a_quarter_is_a_period_of_its_own() -> None:
    assert (
        plan("What was Acorn Mills' revenue in Q2 of FY2021?").quarter,
        plan("Acorn Mills revenue FY2021").quarter,
    ) == (2, None)
    assert read_plan("What was Acorn Mills' revenue between FY2020 and Q2 of FY2021?", ACORN) is None
    assert read_plan("What was Acorn Mills' revenue in the nine months to September 2021?", ACORN) is None


def test_two_measures_joined_by_words_are_one_figure() -> None:
    assert (
        formula("What was SG&A as a percentage of net sales at Acorn Mills in FY2020?")
        == "margin(sga2020, revenue2020)"
    )
    assert (
        formula("What was the ratio of net income to total assets of Acorn Mills in 2020?")
        == "net_income2020 / total_assets2020"
    )
    assert read_plan("What were Acorn Mills' revenue and net income in 2020?", ACORN) is None


@pytest.mark.parametrize(
    "question",
    [
        "What was Acorn Mills' adjusted operating income in FY2020?",
        "What was Acorn Mills' domestic revenue in FY2020?",
        "What was the revenue of the Paper segment of Acorn Mills in FY2020?",
        "What was the revenue of Birch Stores in FY2020?",
        "What drove Acorn Mills' gross margin in FY2020?",
        "What was Acorn Mills' revenue per employee in FY2020?",
        "What were Acorn Mills' sales in Japan in 2020?",
        "What was Acorn Mills' revenue excluding paper in 2020?",
        "Which product had the highest revenue at Acorn Mills in 2020?",
        "What is Acorn Mills' revenue forecast for 2020?",
        "What was Acorn Mills' revenue in the prior year?",
        "What was Acorn Mills' revenue last year?",
        "What was the revenue growth of Acorn Mills from FY2018?",
        "Who is the auditor of Acorn Mills?",
        "",
    ],
)
def test_a_question_with_a_word_that_is_not_understood_has_no_plan(question: str) -> None:
    assert read_plan(question, ACORN) is None


def test_a_former_name_is_the_same_company() -> None:
    one = read_plan("What was the FY2020 revenue of Oakleaf (formerly known as Acorn Mills)?", ACORN)
    assert one is not None
    assert one.years == (2020,)


def test_less_is_better_for_some_figures() -> None:
    assert plan("Has Acorn Mills' gross margin improved in FY2020?").direction == 1
    assert plan("Has Acorn Mills' days sales outstanding improved in FY2020?").direction == -1
    assert plan("Has Acorn Mills' capital intensity improved in FY2020?").direction == 0


@pytest.mark.parametrize(
    ("question", "years", "count", "since", "trend"),
    [
        ("What was Acorn Mills' revenue from 2019 to 2022?", (2019, 2020, 2021, 2022), 0, 0, False),
        ("What was Acorn Mills' revenue in FY2019, FY2020 and FY2021?", (2019, 2020, 2021), 0, 0, False),
        ("What was Acorn Mills' revenue over the last three years?", (), 3, 0, False),
        ("Acorn Mills' gross margin for the past 5 fiscal years", (), 5, 0, False),
        ("How has Acorn Mills' gross margin developed?", (), 0, 0, True),
        ("How did Acorn Mills' gross margin trend from FY2019 to FY2021?", (2019, 2020, 2021), 0, 0, True),
        ("What was Acorn Mills' net income by year?", (), 0, 0, False),
        ("What was Acorn Mills' net income in each year?", (), 0, 0, False),
        ("Acorn Mills' operating cash flow since FY2018", (), 0, 2018, False),
        ("How much has Acorn Mills' revenue grown since FY2018?", (), 0, 2018, True),
        ("How did Acorn Mills' revenue grow over the last four years?", (), 4, 0, True),
    ],
)
def test_a_question_for_several_years_is_a_series(
    question: str, years: tuple[int, ...], count: int, since: int, trend: bool
) -> None:
    one = plan(question)
    assert (one.mode, one.years, one.count, one.since, one.trend) == (Mode.SERIES, years, count, since, trend)


@pytest.mark.parametrize(
    ("question", "mode"),
    [
        ("What was Acorn Mills' revenue in FY2021?", Mode.VALUE),
        ("How did Acorn Mills' revenue change from FY2019 to FY2021?", Mode.GROWTH),
        ("Did Acorn Mills' gross margin improve from FY2019 to FY2021?", Mode.COMPARE),
        ("What was Acorn Mills' average revenue over the last three years?", Mode.AVERAGE),
        ("What was Acorn Mills' revenue CAGR over the last three years?", Mode.CAGR),
    ],
)
def test_one_figure_stays_one_figure(question: str, mode: Mode) -> None:
    assert plan(question).mode is mode


@pytest.mark.parametrize(
    "question",
    [
        "What was Acorn Mills' adjusted revenue over the last three years?",
        "What was Acorn Mills' revenue in the last year?",
        "What was Acorn Mills' revenue in each region?",
        "What was Acorn Mills' revenue by quarter?",
    ],
)
def test_what_is_no_series_of_years_is_none(question: str) -> None:
    assert read_plan(question, ACORN) is None
