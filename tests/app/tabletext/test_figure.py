"""Figures as cells print them: signs, dashes, footnote marks, units; and what is no figure."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.tabletext.figure import currency_of, read_figure


@pytest.mark.parametrize(
    ("text", "value", "unit", "scale"),
    [
        ("$ 1,731.6", "1731.6", "USD", ""), ("(4,815)", "-4815", "", ""), ("$(318)", "-318", "USD", ""), ("(35)%", "-35", "%", ""),
        ("12.5 %", "12.5", "%", ""), ("(8.6%)", "-8.6", "%", ""), ("-512.6", "-512.6", "", ""), ("− 7", "-7", "", ""), ("7,310 (1)", "7310", "", ""),
        ("1,260*", "1260", "", ""), ("$2.7 million", "2.7", "USD", "million"), ("€1.7bn", "1.7", "EUR", "billion"), ("RMB78", "78", "CNY", ""), ("28 per cent", "28", "%", ""),
        ("(132 )", "-132", "", ""), (".5", "0.5", "", ""), ("0.9x", "0.9", "", ""),
    ],
)  # fmt: skip
def test_reads_a_printed_figure(text: str, value: str, unit: str, scale: str) -> None:
    figure = read_figure(text)
    assert figure is not None
    assert (figure.value, figure.unit, figure.scale, figure.nil) == (Decimal(value), unit, scale, False)


@pytest.mark.parametrize("text", ["—", "–", "-", "$—", "nil", " - "])
def test_a_dash_is_nil(text: str) -> None:
    figure = read_figure(text)
    assert figure is not None
    assert figure.nil
    assert figure.value == 0


@pytest.mark.parametrize(
    "text",
    ["", "n/a", "3-5", "4 - 5.25", "2019 €m", "3.104,99", "1,23", "=SUM(A1:A3)", "#REF!", "11/4/2024", "1:1", "two", "5)", "9" * 50],
)  # fmt: skip
def test_what_is_no_plain_figure_is_none(text: str) -> None:
    assert read_figure(text) is None


@given(st.decimals(min_value=-(10**12), max_value=10**12, places=2, allow_nan=False))
def test_a_figure_printed_with_brackets_reads_as_it_was(value: Decimal) -> None:
    printed = f"({abs(value):,f})" if value < 0 else f"{value:,f}"
    figure = read_figure(printed)
    assert figure is not None
    assert figure.value == value


@given(st.text(max_size=80))
def test_any_text_is_read_or_left(text: str) -> None:
    figure = read_figure(text)
    assert figure is None or figure.nil or any(character.isdigit() for character in text)


def test_a_header_names_its_currency() -> None:
    assert [currency_of(text) for text in ("£m", "in millions of euros", "US$ thousands", "Number", "RMB’Million")] == [
        "GBP", "EUR", "USD", "", "CNY",
    ]  # fmt: skip
