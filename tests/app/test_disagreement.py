"""Documents that give different figures for one thing: told with both, never one alone; what only looks so isn't told."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from app.answer import Answer, AnswerKind
from app.footnote import Footnote
from app.settings import Settings

Ask = Callable[..., Answer]
FIRST = "# Acorn Mills, second quarter of 2025\n\nAcorn Mills' revenue in the second quarter of 2025 was {} USD.\n"


@pytest.fixture
def ask(tmp_path: Path) -> Iterator[Ask]:
    engine = Footnote(Settings(home=tmp_path / "home"))

    def asked(question: str, *texts: str) -> Answer:
        paths = []
        for number, text in enumerate(texts):
            paths.append(tmp_path / f"note-{number}.md")
            paths[-1].write_text(text, encoding="utf-8")
        assert len(engine.ingest(paths).added) == len(texts)
        return engine.ask(question)

    yield asked
    engine.close()


QUESTION = "What was Acorn Mills' revenue in the second quarter of 2025?"


def test_both_figures_are_shown_with_their_sources(ask: Ask) -> None:
    answer = ask(QUESTION, FIRST.format("480 million"), FIRST.format("99 billion"))
    assert answer.kind is AnswerKind.ANSWER
    assert "480 million" in answer.text
    assert "99 billion" in answer.text
    assert {one.citations[0].document for one in answer.statements} == {"note-0", "note-1"}
    assert "disagree" in answer.remark
    assert "note-0" in answer.remark


def test_many_copies_of_one_text_hide_no_other(ask: Ask) -> None:
    copies = [FIRST.format("99 billion") + f"\nCopy {number}.\n" for number in range(20)]
    answer = ask(QUESTION, FIRST.format("480 million"), *copies)
    assert "480 million" in answer.text
    assert "disagree" in answer.remark


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("480 million", "480 million"),
        ("480 million", "0.48 billion"),
        ("480.2 million", "480 million"),
        ("481 million", "about 480 million"),
    ],
)
def test_the_same_figure_is_no_disagreement(ask: Ask, one: str, other: str) -> None:
    answer = ask(QUESTION, FIRST.format(one), FIRST.format(other) + "\nAnother note.\n")
    assert answer.kind is AnswerKind.ANSWER
    assert not answer.remark


@pytest.mark.parametrize(
    "other",
    [
        "Birch Foods' revenue in the second quarter of 2025 was 99 billion USD.",
        "Acorn Mills' revenue in the second quarter of 2024 was 99 billion USD.",
        "Acorn Mills' net income in the second quarter of 2025 was 99 billion USD.",
        "Acorn Mills' revenue in the second quarter of 2025 rose by 12%.",
    ],
)
def test_another_subject_period_or_measure_is_no_disagreement(ask: Ask, other: str) -> None:
    answer = ask(QUESTION, FIRST.format("480 million"), f"# Another note\n\n{other}\n")
    assert "480 million" in answer.text
    assert "99 billion" not in answer.text
    assert not answer.remark
