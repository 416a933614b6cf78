"""Expressions as people write them: the same value as the calculator's own, in signs that all know."""

import re
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.calculator import calculate
from app.calculator.notation import shown_expression
from corpus.errors import CalculationError


@pytest.mark.parametrize(
    ("expression", "shown"),
    [
        ("margin(6098 million USD, 17606 million USD)", "6,098 million USD ÷ 17,606 million USD"),
        ("100 / mean(3, 5)", "100 ÷ ((3 + 5) ÷ 2)"),
        ("365 * mean(3, 5) / 2", "365 × (3 + 5) ÷ 2 ÷ 2"),
        ("cagr(2, 8, 2)", "(8 ÷ 2)^(1/2) − 1"),
        ("margin(9 - 2, 3)", "(9 − 2) ÷ 3"),
        ("10 - growth(8, 4)", "10 − (8 − 4) ÷ 4"),
        ("(2025 - 2023) * 12 + (11 - 10)", "(2025 − 2023) × 12 + (11 − 10)"),
        ("2.88 billion CNY / (1 + 159%)", "2.88 billion CNY ÷ (1 + 159%)"),
        ("mean(3)", "mean(3)"),
        ("growth(1, 2", "growth(1, 2"),
    ],
)
def test_an_expression_is_written_out(expression: str, shown: str) -> None:
    assert shown_expression(expression) == shown


numbers = st.integers(1, 99).map(str)
expressions = st.recursive(
    numbers,
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from(["+", "-", "*", "/"]), inner).map(lambda one: f"({one[0]} {one[1]} {one[2]})"),
        st.tuples(inner, inner).map(lambda one: f"mean({one[0]}, {one[1]})"),
        st.tuples(st.sampled_from(["sum", "mean"]), inner, inner, inner).map(lambda one: f"{one[0]}({one[1]}, {one[2]}, {one[3]})"),
        st.tuples(inner, st.sampled_from([" - ", " / ", " * "]), inner, inner).map(lambda one: f"{one[0]}{one[1]}mean({one[2]}, {one[3]})"),
    ).map(lambda text: f"({text})"),
    max_leaves=6,
)  # fmt: skip


@given(expressions)
def test_what_is_written_out_has_the_same_value(expression: str) -> None:
    try:
        value = calculate(expression).quantity.base
    except CalculationError:
        return  # a division by zero
    plain = shown_expression(expression).replace("×", "*").replace("÷", "/").replace("−", "-").replace(",", "")
    assert not re.search("mean|sum", plain)
    assert abs(calculate(plain).quantity.base - value) <= abs(value) * Decimal("1e-20")
