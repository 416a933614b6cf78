"""What adds up is surer, what doesn't is in doubt; rounding and rows in between are no errors."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.document import Kind, Metadata, Period, Span
from corpus.errors import DataProblem
from index.cells import CellFact
from index.checks import CONFIRMED, DOUBTED, checked, equalities
from index.citation import Citation
from index.statement_cells import UNCHECKED, Column, Line

METADATA = Metadata("Annual report", "Acorn Mills", Period(2021, None, date(2021, 12, 31)), Kind.ANNUAL_REPORT)
Rows = list[tuple[str, int, int]]


def lines(rows: Rows, statement: str = "balance sheet") -> list[Line]:
    """Rows of a label and the figures of two years, as the cells of a table on one page."""
    found = []
    for number, (label, *values) in enumerate(rows):
        for year, value in zip((2021, 2020), values, strict=True):
            text = f"({-value:,})" if value < 0 else f"{value:,}"
            row = Citation("acorn", 3, number * 100, number * 100 + 50, f"{label} {text}")
            fact = CellFact(1, "acorn", METADATA, (), "", label, str(year), text, "million USD", row, None, None, False,
                            placed=True, cell=Span(3, number * 100 + 40, number * 100 + 50), place=(0, number))  # fmt: skip
            found.append(Line(fact, statement, Column(year, None, 12), Decimal(value), 0))
    return found


def confidence(rows: Rows, statement: str = "balance sheet") -> dict[tuple[str, int], float]:
    return {(line.fact.label, line.column.year): line.confidence for line in checked(lines(rows, statement))}


ASSETS: Rows = [
    ("Cash and cash equivalents", 90, 80),
    ("Inventories", 200, 160),
    ("Total current assets", 290, 240),
    ("Property, plant and equipment, net", 600, 500),
    ("Total assets", 890, 740),
]
BALANCE: Rows = [*ASSETS, ("Total liabilities", 500, 400), ("Total equity", 390, 340)]
WHOLE: Rows = [*BALANCE, ("Total liabilities and equity", 890, 740)]


def test_a_sheet_that_adds_up_is_confirmed() -> None:
    found = confidence(WHOLE)
    assert set(found.values()) == {CONFIRMED}


def test_assets_that_are_not_liabilities_and_equity_are_in_doubt() -> None:
    found = checked(lines([("Total assets", 890, 740), ("Goodwill", 7, 7), ("Total liabilities and equity", 980, 740)]))
    by = {(line.fact.label, line.column.year): line for line in found}
    assert by["Total assets", 2021].confidence == DOUBTED
    assert by["Total liabilities and equity", 2021].confidence == DOUBTED
    assert by["Total assets", 2020].confidence == CONFIRMED
    assert by["Goodwill", 2021].confidence == UNCHECKED
    assert "890" in by["Total assets", 2021].failed
    assert "980" in by["Total assets", 2021].failed


def test_a_cell_that_another_sum_confirms_is_not_in_doubt() -> None:
    rows = [*BALANCE, ("Total liabilities and equity", 899, 740)]
    found = confidence(rows)
    assert found["Total assets", 2021] == UNCHECKED  # its own parts add up to it
    assert found["Total liabilities and equity", 2021] == DOUBTED


def test_a_misread_part_is_found_by_the_column_beside_it() -> None:
    rows = [row if row[0] != "Inventories" else ("Inventories", 20, 160) for row in ASSETS]
    found = confidence(rows)
    assert found["Inventories", 2021] == DOUBTED
    assert found["Cash and cash equivalents", 2021] == DOUBTED
    assert found["Inventories", 2020] == CONFIRMED


def test_rows_that_add_up_in_no_column_say_nothing() -> None:
    found = confidence([("Cash", 90, 80), ("Inventories", 200, 160), ("Total current assets", 999, 888)])
    assert set(found.values()) == {UNCHECKED}


def test_rounding_is_no_error() -> None:
    rows = [("Cash", 90, 80), ("Inventories", 200, 160), ("Goodwill", 5, 5), ("Total assets", 296, 244)]
    assert set(confidence(rows).values()) == {CONFIRMED}


def test_a_row_between_the_parts_and_the_total_explains_the_difference() -> None:
    rows = [("Net sales", 1200, 1000), ("Cost of sales", 700, 600), ("Restructuring in cost of sales", 3, 0), ("Gross profit", 497, 400)]  # fmt: skip
    assert confidence(rows, "income statement")["Gross profit", 2021] == CONFIRMED
    rows[2] = ("Restructuring in cost of sales", 9, 0)
    assert confidence(rows, "income statement")["Gross profit", 2021] == DOUBTED


def test_cash_flows_with_an_effect_of_exchange_rates_add_up() -> None:
    rows = [
        ("Net cash provided by operating activities", 260, 210),
        ("Net cash used in investing activities", -130, -95),
        ("Net cash used in financing activities", -60, -50),
        ("Effect of exchange rate changes on cash", -4, 1),
        ("Net increase in cash and cash equivalents", 66, 66),
    ]
    assert set(confidence(rows, "cash flow statement").values()) == {CONFIRMED}
    rows[1] = ("Net cash used in investing activities", 130, -95)  # a bracket lost
    found = confidence(rows, "cash flow statement")
    assert found["Net cash used in investing activities", 2021] == DOUBTED


@given(
    st.lists(st.integers(min_value=100, max_value=10**6), min_size=2, max_size=8),
    st.integers(min_value=20, max_value=99),
)
def test_a_total_that_is_off_is_never_confirmed(parts: list[int], off: int) -> None:
    rows: Rows = [(f"Part {chr(97 + n)}", part, part) for n, part in enumerate(parts)]
    total = sum(parts)
    right = confidence([*rows, ("Total assets", total, total)])
    assert set(right.values()) == {CONFIRMED}
    wrong = confidence([*rows, ("Total assets", total + off, total)])
    assert wrong["Total assets", 2021] == DOUBTED
    assert wrong["Total assets", 2020] == CONFIRMED


def test_checks_name_items_that_there_are(tmp_path: Path) -> None:
    assert len(equalities()) >= 10
    path = tmp_path / "checks.toml"
    path.write_text('[[check]]\nname = "x"\nstatement = "balance sheet"\ntotal = "nothing"\nsums = [["cash"]]\n')
    with pytest.raises(DataProblem, match="nothing"):
        equalities(path)
