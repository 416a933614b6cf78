"""What the documents lack for a question: names, periods, and what no document answers."""

from datetime import datetime

import pytest

from app.lack import lacking_text, never_answered
from app.question import read_question
from corpus.document import Kind, Metadata, Period
from index.store import DocumentRecord


@pytest.fixture
def records() -> list[DocumentRecord]:
    def record(number: int, year: int) -> DocumentRecord:
        metadata = Metadata(company="Acorn Mills, Inc.", period=Period(year), kind=Kind.ANNUAL_REPORT)
        name = f"acorn-{year}"
        return DocumentRecord(number, name, "", "", "", "", "application/pdf", metadata, 1, 1, datetime(2026, 1, 1))

    return [record(1, 2019), record(2, 2021)]


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("What was Acorn's revenue in FY2030?", "No document here of Acorn Mills covers 2030; the latest is of 2021."),
        ("What was Acorn's revenue in FY2009?", "covers 2009; the latest is of 2021, the earliest of 2019."),
        ("What was Acorn's revenue in Q3 FY2021?", "The documents of Acorn Mills here are of FY2019, FY2021."),
        ("What was Birchwood's revenue in FY2021?", "No document here mentions “Birchwood”."),
        ("What was Acorn's revenue in FY2021?", ""),
        ("What was Acorn's revenue in FY2021 in yen?", "no exchange rate"),
    ],
)
def test_what_is_missing_is_said(records: list[DocumentRecord], question: str, said: str) -> None:
    found = lacking_text(read_question(question, {"acorn", "birchwood"}), records, lambda phrase: "Acorn" in phrase)
    assert said in found if said else not found, found


@pytest.mark.parametrize(
    "question",
    ["Should I buy Acorn shares?", "Do you think Acorn will grow?", "Is Acorn a good investment?", "Is Acorn's debt too high?", "Is Acorn undervalued?"],
)  # fmt: skip
def test_advice_is_never_given(question: str) -> None:
    assert never_answered(question)


@pytest.mark.parametrize(
    "question",
    ["Why should adjusted figures be doubted?", "What good did the investment do?", "Which limits were too high for the H20?", "What do analysts think of Acorn?"],
)  # fmt: skip
def test_a_question_about_documents_is_no_request_for_advice(question: str) -> None:
    assert not never_answered(question)
