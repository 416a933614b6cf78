"""The list of documents: what is sought, sorted and counted, on the values alone."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.document_list import Order, Sought, chosen, counts, kind_named, ordered
from corpus.document import Kind, Metadata, Period
from corpus.errors import BadQuestion
from index.store import DocumentRecord

START = datetime(2026, 1, 1, tzinfo=UTC)


def record(
    number: int, name: str, company: str | None = None, period: Period | None = None, kind: Kind = Kind.ARTICLE
) -> DocumentRecord:
    metadata = Metadata(f"Title of {name}", company, period, kind)
    return DocumentRecord(
        number, name, f"/{name}", "0" * 64, "1/220", "m", "text/plain", metadata, 1, 1, START + timedelta(days=number)
    )


RECORDS = [
    record(1, "zinc", "Acorn Mills", Period(2022), Kind.ANNUAL_REPORT),
    record(2, "Apple", "ACORN  MILLS", Period(2021), Kind.ANNUAL_REPORT),
    record(3, "fig", "Acorn Mills Europe", Period(2022, 2), Kind.QUARTERLY_REPORT),
    record(4, "note"),
    record(5, "letter", None, Period(end=date(2020, 6, 30))),
]


def names(found: list[DocumentRecord]) -> list[str]:
    return [one.name for one in found]


def test_documents_are_sought_by_company_year_kind_words_and_collection() -> None:
    assert names(chosen(RECORDS, Sought(company="acorn mills"))) == ["zinc", "Apple"]
    assert names(chosen(RECORDS, Sought(company="acorn"))) == ["zinc", "Apple", "fig"]
    assert names(chosen(RECORDS, Sought(year=2022))) == ["zinc", "fig"]
    assert names(chosen(RECORDS, Sought(kind=Kind.ANNUAL_REPORT, year=2021))) == ["Apple"]
    assert names(chosen(RECORDS, Sought("TITLE fig"))) == ["fig"]
    assert names(chosen(RECORDS, Sought("mills zinc"))) == ["zinc"]
    assert names(chosen(RECORDS, Sought(members=frozenset([4, 9])))) == ["note"]
    assert chosen(RECORDS, Sought(company="nobody")) == []
    assert names(chosen(RECORDS, Sought())) == names(RECORDS)


def test_documents_are_sorted_and_those_without_company_or_period_come_last_either_way() -> None:
    assert names(ordered(RECORDS, Order.NAME)) == ["Apple", "fig", "letter", "note", "zinc"]
    assert names(ordered(RECORDS, Order.NAME, True)) == ["zinc", "note", "letter", "fig", "Apple"]
    assert names(ordered(RECORDS, Order.COMPANY)) == ["Apple", "zinc", "fig", "letter", "note"]
    assert names(ordered(RECORDS, Order.COMPANY, True))[0] == "fig"
    assert names(ordered(RECORDS, Order.COMPANY, True))[-2:] == ["note", "letter"]
    assert names(ordered(RECORDS, Order.PERIOD)) == ["letter", "Apple", "fig", "zinc", "note"]
    assert names(ordered(RECORDS, Order.PERIOD, True)) == ["zinc", "fig", "Apple", "letter", "note"]
    assert names(ordered(RECORDS, Order.ADDED, True)) == ["letter", "note", "fig", "Apple", "zinc"]


def test_each_count_is_what_that_choice_would_leave() -> None:
    all_of_them = counts(RECORDS, Sought())
    assert all_of_them.companies == (("Acorn Mills", 2), ("Acorn Mills Europe", 1))
    assert all_of_them.years == ((2022, 2), (2021, 1))
    assert all_of_them.kinds == ((Kind.ANNUAL_REPORT, 2), (Kind.ARTICLE, 2), (Kind.QUARTERLY_REPORT, 1))


@given(
    st.builds(
        Sought,
        st.sampled_from(["", "fig", "title"]),
        st.sampled_from(["", "Acorn Mills", "acorn"]),
        st.sampled_from([None, 2021, 2022]),
        st.sampled_from([None, *Kind]),
    )
)
def test_counts_are_those_of_the_list(sought: Sought) -> None:
    found = counts(RECORDS, sought)
    assert all(len(chosen(RECORDS, replace(sought, company=name))) == number for name, number in found.companies)
    assert all(len(chosen(RECORDS, replace(sought, year=year))) == number for year, number in found.years)
    assert all(len(chosen(RECORDS, replace(sought, kind=kind))) == number for kind, number in found.kinds)


@pytest.mark.parametrize("text", ["annual_report", "Annual Report", "annual-report"])
def test_a_kind_is_named_in_any_writing(text: str) -> None:
    assert kind_named(text) is Kind.ANNUAL_REPORT


def test_an_unknown_kind_is_told_what_there_is() -> None:
    with pytest.raises(BadQuestion, match="annual_report, quarterly_report"):
        kind_named("novel")
