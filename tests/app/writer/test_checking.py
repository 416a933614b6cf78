"""Each sentence of a draft gets the places that it rests on, whatever its marks say, or the reason why it has none."""

import pytest

from app.footnote import Footnote
from app.writer.checking import Checker
from app.writer.draft_stream import Drafted
from app.writer.evidence import items_of

MARGIN = "Harrowvale operating margin in the second quarter of 2025?"


@pytest.fixture
def checker(sample: Footnote) -> Checker:
    """The operating margin as a figure [1], and passages on Cambricon."""
    hits = [one for one in sample.search("What drove Cambricon's revenue?", 12) if one.document == "cambricon-q1-2026"]
    items = items_of(sample.ask(MARGIN).statements, hits, sample.page_text)
    return Checker(MARGIN, items, sample.page_text, sample.about, sample.embedding)


def said(checker: Checker, text: str, *marks: int) -> str:
    """The documents that a sentence is shown with, or why it isn't."""
    verdict = checker.check(Drafted(text, marks), None)
    if verdict.findings:
        return verdict.findings[0].reason
    return ", ".join(sorted({one.document for one in verdict.statement.citations}))


def holding(checker: Checker, words: str) -> int:
    return next(n for n, one in enumerate(checker.items, 1) if words in one.text)


ORDERS = "Data centre projects with state backing placed large orders with Chinese chip designers."


def test_a_wrong_mark_or_none_is_put_right(checker: Checker) -> None:
    right = holding(checker, "placed large orders")
    for marks in ((right,), (), (1,), (99,), (0,)):
        assert said(checker, ORDERS, *marks) == "cambricon-q1-2026"


def test_a_citation_is_the_sentence_and_not_the_passage(checker: Checker) -> None:
    verdict = checker.check(Drafted(ORDERS, (holding(checker, "placed large orders"),)), None)
    assert [one.quote for one in verdict.statement.citations] == [
        "Data centre projects with state backing placed large orders with Chinese chip designers, Cambricon among them."
    ]


def test_a_figure_isnt_mixed_with_what_another_companys_document_says(checker: Checker) -> None:
    alone = "The operating margin was 15%."
    mixed = "The operating margin was 15%, and orders of this kind come in a steady series as each site is built."
    assert said(checker, alone, 1) == "reading-a-quarterly-report"
    assert "isn't in the passage" in said(checker, mixed, 1, holding(checker, "steady series"))


@pytest.mark.parametrize(
    "text",
    ["The operating margin was 51%.", "The operating margin was 15 points.", "The net margin was 15%.",
     "Cambricon's operating margin was 15%.", "The operating margin was 15% in Q2 2024.", "The operating margin wasn't 15%.",
     "The operating margin rose to 15%.", "The operating margin was 15% thanks to new customers.",
     "About 15% was the operating margin, the best in Europe."],
)  # fmt: skip
def test_a_computed_figure_vouches_for_nothing_but_itself(checker: Checker, text: str) -> None:
    assert said(checker, text, 1) != "reading-a-quarterly-report"
