"""Formulas: of the data file, of definitions in a question, over years."""

import pytest

from app.definition import MOST, read_definitions
from app.formula import Formula, as_percent, at_year_end, dated, in_words, written
from app.formula_reader import read_formula
from app.metrics import find_names, metrics
from corpus.errors import CalculationError


def plain(formula: Formula, year: int) -> str:
    return written(dated(formula, year), lambda item: f"{item.concept}{item.year}")


def test_averages_and_changes_are_of_the_two_balances_around_the_year() -> None:
    formula = metrics()["days_payable_outstanding"].formula
    assert plain(formula, 2021) == (
        "365 * mean(accounts_payable2020, accounts_payable2021) / (cost_of_revenue2021 + inventories2021 - inventories2020)"
    )
    assert plain(at_year_end(metrics()["asset_turnover"].formula), 2021) == "revenue2021 / total_assets2021"


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("FY2020 revenue / (average PP&E between FY2019 and FY2020)", "revenue2020 / mean(ppe_net2019, ppe_net2020)"),
        ("total current assets less total current liabilities", "current_assets2022 - current_liabilities2022"),
        ("cash from operations divided by current liabilities", "operating_cash_flow2022 / current_liabilities2022"),
        (
            "operating income plus D&A [from cash flow statement]",
            "operating_income2022 + depreciation_amortization2022",
        ),
        (
            "cost of goods sold (COGS) over average inventory",
            "cost_of_revenue2022 / mean(inventories2021, inventories2022)",
        ),
        ("(net income - dividends paid) / net income", "(net_income2022 - dividends_paid2022) / net_income2022"),
        ("365 * change in inventory between FY2019 and FY2020", "365 * (inventories2020 - inventories2019)"),
        ("revenue - (operating income - net income)", "revenue2022 - (operating_income2022 - net_income2022)"),
    ],
)
def test_formulas_in_words_are_read(text: str, result: str) -> None:
    assert plain(read_formula(text, find_names), 2022) == result


@pytest.mark.parametrize(
    "text",
    ["revenue / widgets sold", "revenue /", "(revenue", "revenue between FY2019 and FY2020", "365 ** revenue", ""],
)
def test_what_is_no_formula_is_refused(text: str) -> None:
    with pytest.raises(CalculationError):
        read_formula(text, find_names)


def test_definitions_may_lean_on_each_other_in_any_order() -> None:
    definitions, rest = read_definitions(
        [
            "What was the CCC of Acorn Mills in FY2021?",
            "CCC is defined as: DIO - DPO.",
            "DIO is defined as: 365 * inventory / COGS.",
            "Define DPO as 360 * accounts payable / COGS.",
        ]
    )
    assert definitions is not None
    assert rest == ["What was the CCC of Acorn Mills in FY2021?"]
    formula = definitions.formula_of(metrics()["cash_conversion_cycle"])
    assert plain(formula, 2021) == (
        "365 * inventories2021 / cost_of_revenue2021 - 360 * accounts_payable2021 / cost_of_revenue2021"
    )


def test_a_definition_with_an_unknown_part_leaves_the_figure_unknown() -> None:
    definitions, _ = read_definitions(["Define quick ratio as cash plus gizmos over current liabilities."])
    assert definitions is None


def test_more_definitions_than_a_person_gives_leave_the_figure_unknown() -> None:
    def named(count: int) -> list[str]:
        return [f"Measure {chr(65 + n)} is defined as: revenue / cost of sales." for n in range(count)]

    definitions, _ = read_definitions(named(MOST))
    assert definitions is not None
    assert len(definitions.formulas) == MOST
    definitions, _ = read_definitions(named(MOST + 1))
    assert definitions is None


def test_empty_lines_within_a_definition_change_nothing() -> None:
    plain_, _ = read_definitions(["The quick ratio is defined as: cash / current liabilities."])
    spaced, _ = read_definitions(["The quick\n\nratio is   defined as: cash /\ncurrent liabilities."])
    assert plain_ is not None
    assert plain_ == spaced


def test_a_ratio_can_be_had_in_percent() -> None:
    formula = read_formula("1 - dividends paid / net income", find_names)
    assert plain(as_percent(formula), 2020) == "margin(net_income2020 - dividends_paid2020, net_income2020)"


def test_a_formula_reads_as_a_person_writes_it() -> None:
    formula = metrics()["inventory_turnover"].formula
    assert in_words(formula, lambda one: one.replace("_", " ")) == "cost of revenue ÷ average inventories"
