"""A company called by its file's name is the company of that file, where nothing else is meant."""

from datetime import UTC, date, datetime

import pytest

from app.file_names import with_companies
from corpus.document import Kind, Metadata, Period
from index.store import DocumentRecord


def record(name: str, company: str | None, kind: Kind = Kind.ANNUAL_REPORT) -> DocumentRecord:
    metadata = Metadata("Form 10-K", company, Period(2020, None, date(2020, 12, 31)), kind, "en")
    added = datetime(2026, 1, 1, tzinfo=UTC)
    return DocumentRecord(1, name, f"/{name}.pdf", "0", "1", "model", "application/pdf", metadata, 1, 1, added)


FILINGS = [record("ANVIL_2020_10K", "Acorn Mills, Inc."), record("Annual_report_2020", "Birch Energy plc")]


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("What was Anvil's FY2020 revenue?", "What was Acorn Mills's FY2020 revenue?"),
        ("What was Acorn Mills' revenue beside Anvil's?", "What was Acorn Mills' revenue beside Anvil's?"),
        ("How is an anvil made?", "How is an anvil made?"),
        ("What does the Annual Report say?", "What does the Annual Report say?"),
    ],
)
def test_a_file_name_stands_for_its_company(question: str, expected: str) -> None:
    assert with_companies(question, FILINGS) == expected


def test_a_name_of_files_of_two_companies_stands_for_neither() -> None:
    both = [*FILINGS, record("anvil-2021", "Cedar Holdings Ltd.")]
    assert with_companies("What was Anvil's FY2020 revenue?", both) == "What was Anvil's FY2020 revenue?"


def test_an_article_names_no_company_by_its_file() -> None:
    article = [record("anvil-news", "Acorn Mills, Inc.", Kind.ARTICLE)]
    assert with_companies("What was Anvil's revenue?", article) == "What was Anvil's revenue?"
