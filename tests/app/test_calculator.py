import time
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from app import calculator
from app.calculator import calculate, calculator_tool, implied_base_bounds, understand
from app.quantity import parse_quantity
from corpus.errors import CalculationError, UndefinedResult, UnitMismatch

numbers = st.decimals(-(10**9), 10**9, places=3)
positive = st.decimals("0.001", 10**9, places=3)


@pytest.mark.parametrize(
    ("expression", "shown"),
    [
        ("2.88 billion CNY / (1 + 159%)", "1.112 billion CNY"),
        ("2.88 billion CNY * 4", "11.52 billion CNY"),
        ("2.88 × 4", "11.52"),
        ("9**2", "81"),
        ("2^-2", "0.25"),
        ("-2 ^ 2", "4"),
        ("(80 - 60) / 60", "0.3333"),
        ("growth(120, 100)", "20%"),
        ("growth(100, 120)", "-16.67%"),
        ("cagr(2, 5, 3)", "35.72%"),
        ("cagr(100, 121, 2 years)", "10%"),
        ("margin(72 million EUR, 480 million EUR)", "15%"),
        ("implied_base(2.88 billion CNY, 159%)", "1.112 billion CNY"),
        ("run_rate(390 million USD)", "1,560 million USD"),
        ("mean(3, 4, 8)", "5"),
        ("40% - 37%", "3 pp"),
        ("37% + 3 pp", "40%"),
        ("15% * 2.88 billion CNY", "0.432 billion CNY"),
        ("2 billion USD + 300 million USD", "2.3 billion USD"),
        ("8 * 80 GB", "640 GB"),
        ("1 TB + 500 GB", "1.5 TB"),
        ("640 GB / 80 GB", "8"),
        ("5.6 kW + 700 W", "6.3 kW"),
        ("28.8亿元 * 4", "115.2 亿 CNY"),
        ("$1,234.5 million - $234.5 million", "1,000 million USD"),
        ("round(2.345, 2)", "2.35"),
        ("max(3, 7, 5) - min(3, 7, 5)", "4"),
        ("abs(3 - 5)", "2"),
        ("(2 + 3) million USD", "5 million USD"),
        ("9**9", "387,420,489"),
        ("12345.678 * 1", "12,345.678"),
    ],
)
def test_results_as_shown(expression: str, shown: str) -> None:
    assert calculate(expression).shown == shown


@pytest.mark.parametrize(
    ("expression", "error", "words"),
    [
        ("", CalculationError, "nothing to calculate"),
        ("2 +", CalculationError, "where it ends"),
        ("2 $ 3", CalculationError, "can't be read"),
        ("(2", CalculationError, "expected"),
        ("import os", CalculationError, "can't be read"),
        ("__import__('os')", CalculationError, "no function"),
        ("open(1)", CalculationError, "no function"),
        ("growth(1)", CalculationError, "takes 2"),
        ("1/0", UndefinedResult, "division by zero"),
        ("growth(1, 0)", UndefinedResult, "zero"),
        ("0^0", UndefinedResult, "Zero"),
        ("(0-8)^0.5", UndefinedResult, "root"),
        ("2 USD + 3 EUR", UnitMismatch, "exchange rates"),
        ("2 USD * 3 USD", UnitMismatch, "multiplied"),
        ("2 USD + 10%", UnitMismatch, "multiply it"),
        ("80 GB + 3 W", UnitMismatch, "added"),
        ("9**9**9", CalculationError, "too large"),
        ("9^9^9^9^9^9", CalculationError, "too large"),
        ("99999^999", CalculationError, "too many digits"),
        ("1" * 200, CalculationError, "too long"),
        ("(" * 200 + "1" + ")" * 200, CalculationError, "nested"),
        ("-" * 900 + "1 +", CalculationError, "where it ends"),
        ("1+" * 100_000 + "1", CalculationError, "characters"),
        ("2^0.5^0.5^" * 60 + "2", CalculationError, "powers"),
    ],
)
def test_errors_say_what_is_wrong(expression: str, error: type[CalculationError], words: str) -> None:
    with pytest.raises(error, match=words):
        calculate(expression)


def test_hostile_expressions_end_at_once() -> None:
    started = time.monotonic()
    for expression in (
        "9**9**9",
        "9^9^9^9",
        "(" * 1_000_000,
        "1+" * 500_000,
        "2^1000^1000",
        "((((" * 200,
        "1e999999999",
    ):
        with pytest.raises(CalculationError):
            calculate(expression)
    # Far above the milliseconds that it takes: only a blow-up fails it.
    assert time.monotonic() - started < 10


@given(numbers, numbers)
def test_sum_and_difference_are_exact_and_inverse(one: Decimal, other: Decimal) -> None:
    total = calculate(f"({one}) + ({other})").quantity.base
    assert total == one + other
    assert calculate(f"({total}) - ({other})").quantity.base == one


@given(numbers, numbers, numbers)
def test_multiplication_distributes(one: Decimal, two: Decimal, three: Decimal) -> None:
    left = calculate(f"({one}) * (({two}) + ({three}))").quantity.base
    right = calculate(f"({one}) * ({two}) + ({one}) * ({three})").quantity.base
    assert left == right


@given(positive, positive)
def test_growth_leads_from_the_earlier_to_the_later(later: Decimal, earlier: Decimal) -> None:
    rate = calculate(f"growth({later}, {earlier})").quantity.value
    assert abs(Fraction(earlier) * (1 + Fraction(rate) / 100) - Fraction(later)) < Fraction(1, 10**20)


@given(positive, st.decimals("-99", 1000, places=1))
def test_implied_base_is_the_inverse_of_growth(later: Decimal, rate: Decimal) -> None:
    base = calculator.implied_base(parse_quantity(f"{later}"), parse_quantity(f"{rate}%"))
    assert abs(base.value * (1 + rate / 100) - later) < Decimal("1e-15")


@given(positive, st.decimals("0.1", 500, places=1))
def test_bounds_hold_the_base_between_them(later: Decimal, rate: Decimal) -> None:
    later_quantity, rate_quantity = parse_quantity(f"{later} million USD"), parse_quantity(f"{rate}%")
    low, high = implied_base_bounds(later_quantity, rate_quantity)
    assert low.value < calculator.implied_base(later_quantity, rate_quantity).value < high.value


@given(positive, positive, st.integers(1, 50))
def test_cagr_compounds_to_the_last_figure(first: Decimal, last: Decimal, years: int) -> None:
    assume(Decimal("1e-4") < last / first < Decimal("1e4"))
    rate = calculate(f"cagr({first}, {last}, {years})").quantity.value
    reached = float(first) * (1 + float(rate) / 100) ** years
    assert reached == pytest.approx(float(last), rel=1e-9)


@given(st.lists(numbers, min_size=1, max_size=20))
def test_the_mean_lies_between_the_least_and_the_greatest(values: list[Decimal]) -> None:
    mean = calculate(f"mean({', '.join(f'({value})' for value in values)})").quantity.base
    assert min(values) <= mean <= max(values)


@given(positive, st.sampled_from(["thousand", "million", "billion"]))
def test_scales_only_move_the_point(value: Decimal, scale: str) -> None:
    factor = {"thousand": 10**3, "million": 10**6, "billion": 10**9}[scale]
    assert calculate(f"{value} {scale} USD").quantity.base == value * factor


@settings(max_examples=300)
@given(st.text(max_size=60))
def test_any_text_gives_a_result_or_a_calculation_error(text: str) -> None:
    try:
        result = calculate(text)
    except CalculationError:
        return
    assert result.shown


@settings(max_examples=300)
@given(st.text(alphabet="0123456789.+-*/^()%, ebmUSD", max_size=40))
def test_any_mixture_of_signs_gives_a_result_or_a_calculation_error(text: str) -> None:
    try:
        calculate(text)
        understand(text)
    except CalculationError:
        return


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("159% growth to 2.88 billion: what was the base?", "1.112 billion"),
        ("Revenue grew 159% to 2.88 billion CNY. What was it before?", "1.112 billion CNY"),
        ("CAGR from 2 to 5 billion over 3 years", "35.72%"),
        ("what is 15% of 2.88 billion CNY", "0.432 billion CNY"),
        ("2.88 billion × 4", "11.52 billion"),
        ("What's 2.88 billion * 4?", "11.52 billion"),
        ("growth from 400 to 480 million", "20%"),
        ("average of 3, 4 and 8", "5"),
        ("difference between 40% and 37%", "3 pp"),
        ("ratio of 406 to 203", "2"),
        ("what percentage of 480 is 72?", "15%"),
    ],
)
def test_requests_in_words(text: str, shown: str) -> None:
    result = understand(text)
    assert result is not None
    assert result.shown == shown


@pytest.mark.parametrize(
    "text",
    [
        "what was revenue in 2025?",
        "How much revenue did the company report for Q1 2026?",
        "Is 159% a lot?",
        "what drove the 159% jump?",
        "10-K 2022",
        "2023-10",
        "AMD's 3 segments",
        "",
    ],
)
def test_what_needs_documents_is_no_request(text: str) -> None:
    assert understand(text) is None


def test_the_tool_speaks_of_errors_instead_of_raising_them() -> None:
    tool = calculator_tool()
    assert tool.metadata.name == "calculator"
    assert "11.52 billion CNY" in str(tool.call("2.88 billion CNY * 4"))
    assert str(tool.call("9**9**9")).startswith("error: ")
