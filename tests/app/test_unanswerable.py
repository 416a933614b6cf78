"""Questions that no document answers: refused, or corrected with a citation, or answered in the part that can be."""

from collections import defaultdict
from typing import Any

import pytest

from app.answer import Answer, AnswerKind
from app.footnote import Footnote
from tests.app.conftest import golden
from tests.eval.unanswerable import GOOD, figures_in, outcome

ROWS = golden("unanswerable")


@pytest.fixture(scope="module")
def answers(sample: Footnote, reports: Footnote) -> list[tuple[dict[str, Any], Answer]]:
    engines = {"sample": sample, "reports": reports}
    return [(row, engines[row["over"]].ask(row["question"])) for row in ROWS]


def judged(row: dict[str, Any], answer: Answer) -> str:
    return outcome(answer, row["expect"], row.get("says", ()))


def test_there_are_enough_of_every_kind() -> None:
    counts: dict[str, int] = defaultdict(int)
    for row in ROWS:
        counts[row["kind"]] += 1
    assert len({row["question"] for row in ROWS}) == len(ROWS) >= 150
    assert len(counts) >= 11
    assert min(counts.values()) >= 6
    assert all(row["expect"] in ("refused", "corrected", "part") for row in ROWS)
    assert all(row.get("says") for row in ROWS if row["expect"] != "refused")


def test_none_is_answered_with_a_figure(answers: list[tuple[dict[str, Any], Answer]]) -> None:
    wrong = [(row["question"], answer.text) for row, answer in answers if judged(row, answer) == "figure"]
    assert not wrong


def test_nearly_all_are_refused_or_corrected(answers: list[tuple[dict[str, Any], Answer]]) -> None:
    missed = [(row["question"], answer.text) for row, answer in answers if judged(row, answer) not in GOOD]
    assert len(missed) <= 0.05 * len(ROWS), missed


def test_most_false_premises_are_corrected_and_not_only_refused(answers: list[tuple[dict[str, Any], Answer]]) -> None:
    for expect, share in (("corrected", 0.9), ("part", 0.8)):
        mine = [judged(row, answer) for row, answer in answers if row["expect"] == expect]
        assert mine.count(expect) >= share * len(mine)


def test_a_correction_is_cited(answers: list[tuple[dict[str, Any], Answer]]) -> None:
    for row, answer in answers:
        if judged(row, answer) in ("corrected", "part"):
            assert answer.statements
            assert all(one.citations or one.calculation for one in answer.statements)
            assert not figures_in(answer.remark) or row["expect"] == "part"


def test_a_refusal_says_what_is_missing(sample: Footnote, reports: Footnote) -> None:
    for engine, question, said in (
        (sample, "What was Tesla's gross margin in Q2 2025?", "No document here mentions “Tesla”."),
        (sample, "What was Cambricon's revenue in the fourth quarter of 2026?", "are of Q1 2026."),
        (reports, "What was the revenue of Foxglove Mills in FY2030?", "covers 2030; the latest is of 2021."),
        (reports, "What was Foxglove Mills' revenue in FY2021 in yen?", "no exchange rate"),
        (reports, "Should I buy Verbena Pharma stock?", "advice or a judgement"),
        (reports, "Will Meridian Wireless Communications' revenue grow next year?", "of what will be"),
        (reports, "What would Skylark Airways' revenue have been in FY2020 without the pandemic?", "What would have been"),
    ):  # fmt: skip
        answer = engine.ask(question)
        assert answer.kind is AnswerKind.REFUSAL
        assert said in answer.text, answer.text
