"""Drafts with [n] marks, and answers from JSON: what is kept, mended, cut, and what is no draft at all."""

from typing import Any

import pytest

from app.answer import Citation
from app.verifier import Draft, read_input, verify_draft
from app.verifier.draft import review
from app.verifier.report import report_text
from corpus.errors import BadDraft, UnknownDocument

PAGE = (
    "Brackwater's revenue was 5.2 million USD in 2024. It reportedly plans to close its plant in Graz. "
    "Brackwater reportedly told its suppliers to wait. Staff grew to 1,200 people."
)
WHOLE = Citation("note", 0, 0, len(PAGE), PAGE)


def page_text(document: str, page: int) -> str:
    if (document, page) != ("note", 0):
        raise UnknownDocument("no such page")
    return PAGE


def draft(text: str) -> Draft:
    return Draft.of_text("what happened?", text, [WHOLE])


def test_sentences_keep_their_own_marks() -> None:
    made = draft("Staff grew to 1,200 people [1]. Revenue rose. **Brackwater** waits.[1]\n- Staff grew [1, 1].")
    assert [one.text for one in made.statements] == [
        "Staff grew to 1,200 people.",
        "Revenue rose.",
        "Brackwater waits.",
        "Staff grew.",
    ]
    assert [len(one.citations) for one in made.statements] == [1, 0, 1, 1]


def test_a_mark_that_stands_for_nothing_supports_nothing() -> None:
    assert not draft("Staff grew to 1,200 people [1][7].").statements[0].citations
    assert verify_draft(draft("Staff grew to 1,200 people [7]."), page_text) is None


def test_what_garbles_one_sentence_gives_way_to_it() -> None:
    found = verify_draft(draft("Brackwater told its suppliers to wait [1]."), page_text)
    assert found is not None
    assert found.text == "Brackwater reportedly told its suppliers to wait."
    cited = found.statements[0].citations[0]
    assert PAGE[cited.start : cited.end] == cited.quote == found.text
    assert "source's own words" in found.summary


OTHER = "Garnock grew in 2024. Garnock's staff is small."


def test_a_sentence_that_opens_with_it_stands_only_after_whom_its_source_means() -> None:
    leaning = "It reportedly plans to close its plant in Graz."
    garnock = Citation("other", 0, 0, len(OTHER), OTHER)

    def pages(document: str, page: int) -> str:
        return OTHER if document == "other" else page_text(document, page)

    def shown(text: str) -> list[str]:
        found = review(Draft.of_text("q", text, [WHOLE, garnock]), pages)
        return [one.text for one in found.statements]

    assert leaning in shown(f"In 2024 Brackwater's revenue was 5.2 million USD [1]. {leaning[:-1]} [1].")
    alone = Citation("note", 0, PAGE.index("It"), PAGE.index("It") + len(leaning), leaning)
    revenue = "In 2024 Brackwater's revenue was 5.2 million USD"
    found = review(Draft.of_text("q", f"{revenue} [1]. {leaning[:-1]} [2].", [WHOLE, alone]), pages)
    assert found.statements[-1].text == leaning  # the page names Brackwater right before the quote
    assert leaning not in shown(f"In 2024 Garnock grew [2]. {leaning[:-1]} [1].")
    assert leaning not in shown(f"Brackwater's profit was 5.2 million USD [1]. {leaning[:-1]} [1].")


def test_what_leans_on_another_sentence_is_cut_not_mended() -> None:
    assert verify_draft(draft("It plans to close its plant in Graz [1]."), page_text) is None


def test_another_company_is_cut_not_mended() -> None:
    assert verify_draft(draft("Garnock reportedly told its suppliers to wait [1]."), page_text) is None


def test_the_good_stay_and_the_cut_are_told_with_their_reason() -> None:
    found = verify_draft(
        draft("Staff grew to 1,200 people [1]. Brackwater's profit was 5.2 million USD in 2024 [1]."), page_text
    )
    assert found is not None
    assert found.text == "Staff grew to 1,200 people."
    assert found.summary == "1 sentence withheld: the passage speaks of revenue, not of profit."
    assert "withheld  Brackwater's profit" in report_text(found)


def test_a_draft_with_nothing_left_gives_none() -> None:
    assert verify_draft(draft("Profit soared [1]."), page_text) is None
    assert verify_draft(Draft("q", ()), page_text) is None


def test_a_quote_that_the_page_does_not_hold_supports_nothing() -> None:
    forged = Citation("note", 0, 0, 20, "Profit was 5 CNY too")
    assert verify_draft(Draft.of_text("q", "Profit was 5 CNY too [1].", [forged]), page_text) is None


OBJECT: dict[str, Any] = {
    "question": "q",
    "text": "Staff grew to 1,200 people [1].",
    "citations": [{"document": "note", "page": 1, "quote": "Staff grew to 1,200 people."}],
}


def test_a_citation_without_a_place_is_looked_up() -> None:
    found = review(read_input(OBJECT, page_text), page_text)
    assert found.statements[0].citations[0].start == PAGE.index("Staff grew")
    away = OBJECT | {"citations": [{"document": "note", "page": 1, "quote": "Staff fell to 1,200 people."}]}
    assert not review(read_input(away, page_text), page_text).statements
    gone = OBJECT | {"citations": [{"document": "other", "page": 1, "quote": "Staff grew to 1,200 people."}]}
    assert not review(read_input(gone, page_text), page_text).statements


def test_a_sentence_with_a_result_gets_its_calculation() -> None:
    operand = {
        "text": "5.2 million USD", "value": "5.2", "unit": "USD", "scale": "million", "role": "revenue, FY2024",
        "citation": {"document": "note", "page": 1, "quote": "Brackwater's revenue was 5.2 million USD in 2024."},
    }  # fmt: skip
    twice = {"text": "2", "value": "2", "role": "constant: years"}
    made = {
        "expression": "5.2 million USD * 2", "operands": [operand, twice], "result": "10.4 million USD",
        "value": "10400000", "unit": "USD",
    }  # fmt: skip
    fine = OBJECT | {"text": "Twice Brackwater's revenue is 10.4 million USD [1].", "calculations": [made]}
    assert review(read_input(fine, page_text), page_text).statements
    wrong = fine | {"text": "Twice Brackwater's revenue is 10.4 billion USD [1]."}
    assert not review(read_input(wrong, page_text), page_text).statements
    other = fine | {"calculations": [made | {"value": "10500000"}]}
    assert not review(read_input(other, page_text), page_text).statements


@pytest.mark.parametrize(
    ("data", "why"),
    [
        ([], "a list"),
        ({}, "neither"),
        ({"error": "no index"}, "no index"),
        (OBJECT | {"citations": [{"document": "note", "page": 0, "quote": "x"}]}, "from 1"),
        (OBJECT | {"citations": [{"document": "note", "quote": "x"}]}, "citations[0].page"),
        (OBJECT | {"citations": ["note"]}, "citations[0] is a text"),
        (OBJECT | {"text": "x" * 30_000}, "30,000"),
        ({"question": "q", "statements": [{"text": 5}]}, "statements[0].text"),
        ({"question": "q", "statements": [{"text": "a", "calculation": {"expression": "1"}}]}, "result"),
    ],
)
def test_what_is_no_answer_is_refused_with_what_is_missing(data: Any, why: str) -> None:
    with pytest.raises(BadDraft, match=why.replace("[", r"\[")):
        read_input(data, page_text)
