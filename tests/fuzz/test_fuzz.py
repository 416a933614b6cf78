"""A short run of the fuzzing, and that it finds what it is made for; `make soak` is the full one."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.calculator import calculate
from corpus.errors import CalculationError
from tests.fuzz.cases import file_of
from tests.fuzz.grammar import expression
from tests.fuzz.run import Tally, run


@pytest.mark.parametrize(("target", "cases"), [("readers", 120), ("questions", 60), ("calculator", 200)])
def test_a_short_run_finds_nothing(target: str, cases: int) -> None:
    tally = Tally()
    run(target, range(cases), 11, tally)
    assert tally.failures == []
    assert tally.cases == cases
    assert len(tally.outcomes) > 1  # some are read, some refused


def test_a_case_is_the_same_in_every_run() -> None:
    assert [file_of(5, number) for number in range(30)] == [file_of(5, number) for number in range(30)]


def test_a_defect_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    tally = Tally()
    monkeypatch.setattr("tests.fuzz.run.run_case", broken_case)
    run("calculator", range(2), 1, tally)
    assert len(tally.failures) == 2
    assert "--case 0" in tally.failures[0]


def broken_case(target: str, seed: int, number: int) -> tuple[str, str]:
    raise ZeroDivisionError(target)


@given(st.integers(0, 2**32), st.integers(1, 7))
def test_any_expression_is_computed_or_refused_in_words(seed: int, depth: int) -> None:
    try:
        assert calculate(expression(random.Random(seed), depth)).shown.strip()
    except CalculationError as error:
        refusal = str(error)
        if not refusal.strip():
            pytest.fail("a refusal without words")
