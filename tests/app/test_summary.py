"""Summaries: a sentence of each part, in the document's order, each cited."""

import pytest

from app.answer import AnswerKind
from app.footnote import Footnote
from app.summary import asks_summary


@pytest.mark.parametrize(
    "question",
    [
        "Summarise the article",
        "Give me the key points",
        "What is this report about?",
        "tl;dr",
        "A short overview, please",
    ],
)
def test_a_request_for_the_whole_is_told(question: str) -> None:
    assert asks_summary(question)


@pytest.mark.parametrize(
    "question", ["What is a summary judgment fee of?", "What is the article's date?", "What is HBM?"]
)
def test_other_questions_are_not(question: str) -> None:
    assert asks_summary(question) == ("summary" in question)


def test_a_single_document_is_told_part_by_part_in_its_order(seed: Footnote) -> None:
    answer = seed.ask("Summarise the article")
    assert answer.kind is AnswerKind.ANSWER
    assert len(answer.statements) >= 4
    places = [statement.citations[0].start for statement in answer.statements]
    assert places == sorted(places)
    assert any("159%" in statement.text for statement in answer.statements)
    assert any("October 2023" in statement.text for statement in answer.statements)


def test_a_document_that_is_named_is_told_alone(sample: Footnote) -> None:
    answer = sample.ask("Summarise the Cambricon note")
    assert {statement.citations[0].document for statement in answer.statements} == {"cambricon-q1-2026"}
    assert len(answer.statements) >= 4


def test_of_several_documents_each_is_told_by_its_opening(sample: Footnote) -> None:
    answer = sample.ask("Summarise everything")
    cited = [statement.citations[0].document for statement in answer.statements]
    assert len(cited) == len(set(cited)) == 5
