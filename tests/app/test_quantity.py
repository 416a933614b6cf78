from decimal import Decimal

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from app.quantity import Quantity, find_quantities, format_quantity, names, parse_quantity
from corpus.errors import CalculationError


def shapes(text: str) -> list[tuple[str, str, str, str]]:
    return [
        (str(one.quantity.value), one.quantity.scale.name, one.quantity.unit.symbol, one.hedge or "")
        for one in find_quantities(text)
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a 159% jump in revenue to 2.88 billion CNY", [("159", "", "%", ""), ("2.88", "billion", "CNY", "")]),
        ("a run-rate of over 11.5 billion CNY", [("11.5", "billion", "CNY", "over")]),
        ("$1,234.5 million", [("1234.5", "million", "USD", "")]),
        ("RMB 2.9bn", [("2.9", "billion", "CNY", "")]),
        ("28.8亿元", [("28.8", "亿", "CNY", "")]),
        ("a loss of (1,234)", [("-1234", "", "", "")]),
        ("up 1.5 percentage points", [("1.5", "", "pp", "")]),
        ("80 GB of memory at 700 W", [("80", "", "GB", ""), ("700", "", "W", "")]),
        ("€51.0 million", [("51.0", "million", "EUR", "")]),
        ("51.0 million euros", [("51.0", "million", "EUR", "")]),
        ("more than 300 employees", [("300", "", "employees", "more than")]),
        ("In October 2023 and Q1 2026, on 7 October 2022", []),
        ("the H100, the A800 and form 10-K", []),
        ("on the 1st and the 3rd day", []),
        ("see page 12, note 3 and Table 4", []),
        ("version 10.1.2", []),
    ],
)
def test_quantities_in_text(text: str, expected: list[tuple[str, str, str, str]]) -> None:
    assert shapes(text) == expected


@given(st.text(max_size=200))
def test_each_stands_where_it_says_and_none_overlap(text: str) -> None:
    end = 0
    for one in find_quantities(text):
        assert text[one.start : one.end] == one.text
        assert one.start >= end
        end = one.end


units = st.sampled_from(sorted({unit.symbol for unit in names().units.values()}))
scales = st.sampled_from(["", "thousand", "million", "billion"])


@given(st.decimals("0.001", 10**6, places=3), scales, units)
def test_what_is_shown_is_read_back(value: Decimal, scale: str, unit: str) -> None:
    assume(not (scale and unit == "%"))
    text = format_quantity(parse_quantity(" ".join(part for part in (str(value), scale, unit) if part)))
    again = parse_quantity(text)
    assert again.base == parse_quantity(f"{value} {scale}".strip()).base
    assert again.unit.symbol == unit or unit == "pp"


def test_rounding_is_half_up() -> None:
    assert format_quantity(Quantity(Decimal("1.1115")), 4) == "1.112"
    assert format_quantity(Quantity(Decimal("123456")), 4) == "123,500"


@pytest.mark.parametrize("text", ["", "billion", "2.88 zorkmids", "two", "1" * 100])
def test_what_is_no_quantity_is_an_error_that_says_so(text: str) -> None:
    with pytest.raises(CalculationError):
        parse_quantity(text)
