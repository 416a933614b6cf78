"""The mutation test at a size for every day: the full one is `python -m tests.eval.mutations`."""

import pytest

from tests.eval.falsehoods import NUMERIC
from tests.eval.mutations import Outcome, run


@pytest.fixture(scope="module")
def outcome() -> Outcome:
    return run(seed=11, count=160, wrong=640)


def test_false_numbers_are_all_caught(outcome: Outcome) -> None:
    assert [one.statement.text for one in outcome.missed if one.kind in NUMERIC] == []


def test_false_statements_are_caught(outcome: Outcome) -> None:
    assert len(outcome.falsehoods) == 640
    assert {
        "digit",
        "unit",
        "scale",
        "period",
        "subject",
        "measure",
        "direction",
        "negation",
        "hedge",
        "citations",
        "operands",
        "role",
    } <= {one.kind for one in outcome.falsehoods}
    assert outcome.caught() >= 0.97, [(one.kind, one.statement.text) for one in outcome.missed]


def test_true_statements_are_kept(outcome: Outcome) -> None:
    assert len(outcome.truths) == 160
    assert outcome.refused_share <= 0.05, [(one.statement.text, reason) for one, reason in outcome.refused]


def test_a_seed_makes_the_same_statements_again(outcome: Outcome) -> None:
    again = run(seed=11, count=160, wrong=640)
    assert [one.statement for one in again.falsehoods] == [one.statement for one in outcome.falsehoods]
