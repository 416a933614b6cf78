"""A short run of the fuzzing, and that it finds what it is made for; `make soak` is the full one."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.calculator import calculate
from app.parts import parts_of
from app.question import read_question
from corpus.errors import CalculationError
from index.statements import is_contents
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


@pytest.mark.parametrize(("target", "number"), [("readers", 1446), ("questions", 589), ("questions", 733)])
def test_what_was_found_once_is_mended(target: str, number: int) -> None:
    """Blank lines that took seconds; a word without a letter; a question of question marks."""
    tally = Tally()
    run(target, range(number, number + 1), 1, tally)
    assert tally.failures == []


@pytest.mark.timeout(30)
def test_twenty_thousand_blank_lines_take_no_time() -> None:
    assert not is_contents("Item 1. Business 4\n" + "\n" * 20_000 + "The end.")


def test_questions_of_marks_and_dashes_are_read() -> None:
    assert (
        parts_of(
            read_question(
                f"{'?' * 40} was Norrland's revenue in 2025? How much did Acorn Mills invest in 2021? {'?' * 17}"
            )
        )
        == []
    )
    assert read_question("Is it true that the margin fell a year befo--re?").text


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
