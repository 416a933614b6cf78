"""Facts come and go with their document, and those of documents read in before are built from what is stored."""

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from pathlib import Path

import pytest

from index.embedding import PassageEmbedding
from index.fact_build import bring_up_to_date, lines_of, stored_facts
from index.facts import Fact
from index.ingest import ingest
from index.statement_facts import stamp
from index.store import SCHEMA_VERSION, Store
from tests.index.older import to_schema_2

REPORT = """# Annual report 2021

Company: Acorn Mills.
Period: fiscal year 2021.

## Consolidated balance sheets

| In millions of USD | FY2021 | FY2020 |
|---|---|---|
| Cash and cash equivalents | 90.5 | 80 |
| Inventories | 200 | 160 |
| Gadget fund | 10 | — |
| Total current assets | 300.5 | 240 |
| Total assets | 1,100 | 900 |
| Total liabilities and equity | 1,100 | 900 |

## Consolidated statements of cash flows

| In millions of USD | FY2021 | FY2020 |
|---|---|---|
| Net income | 162 | 136 |
| Net cash provided by operating activities | 260 | 210 |
| Purchases of property, plant and equipment | (110) | (90) |
| Net cash used in investing activities | (130) | (95) |
| Net cash used in financing activities | (60) | (50) |
| Net increase in cash | 70 | 65 |
"""


@pytest.fixture
def report(tmp_path: Path) -> Path:
    path = tmp_path / "acorn-2021.md"
    path.write_text(REPORT, encoding="utf-8")
    return path


def by_item(facts: list[Fact]) -> dict[tuple[str, int], Fact]:
    return {(fact.concept, fact.year): fact for fact in facts}


def test_facts_are_what_the_statements_print(store: Store, embedding: PassageEmbedding, report: Path) -> None:
    ingest([report], store, embedding)
    facts = by_item(store.facts())
    cash = facts["cash", 2021]
    assert (cash.value, cash.unit, cash.scale, cash.text) == (Decimal("90.5"), "USD", "million", "90.5")
    assert (cash.company, cash.element, cash.period) == (
        "Acorn Mills",
        "CashAndCashEquivalentsAtCarryingValue",
        "FY2021",
    )
    assert store.page(1, cash.page).text[cash.start : cash.stop] == "90.5"
    spent = facts["capital_expenditure", 2021]
    assert (spent.value, spent.text) == (110, "(110)")
    assert facts["investing_cash_flow", 2021].value == -130
    assert facts["total_assets", 2020].confidence > 0.9
    every = [fact for fact in store.facts(every=True) if fact.label == "Gadget fund"]
    assert [(fact.concept, fact.value, fact.text) for fact in every] == [("", 10, "10"), ("", 0, "—")]


def test_facts_are_asked_for_by_item_year_and_document(store: Store, embedding: PassageEmbedding, report: Path) -> None:
    ingest([report], store, embedding)
    assert {fact.year for fact in store.facts(concept="inventories")} == {2021, 2020}
    assert [fact.value for fact in store.facts(concept="inventories", year=2020)] == [160]
    assert store.facts([], "inventories") == []
    assert store.facts(year=1999) == []


def test_facts_go_with_their_document_and_change_with_it(
    store: Store, embedding: PassageEmbedding, report: Path
) -> None:
    ingest([report], store, embedding)
    report.write_text(REPORT.replace("| Inventories | 200 |", "| Inventories | 210 |"), encoding="utf-8")
    ingest([report], store, embedding)
    assert [fact.value for fact in store.facts(concept="inventories", year=2021)] == [210]
    store.remove(store.document("acorn-2021").id)
    assert store.facts(every=True) == []
    assert store.connect().execute("SELECT count(*) FROM fact_items").fetchone() == (0,)


def test_a_file_of_the_second_version_gets_its_facts_from_what_is_stored(
    store: Store, embedding: PassageEmbedding, report: Path
) -> None:
    ingest([report], store, embedding)
    expected = store.facts(every=True)
    assert expected
    store.close()
    with sqlite3.connect(store.file) as connection:
        to_schema_2(connection)
    connection.close()
    report.unlink()  # the file isn't read again
    again = Store(store.home)
    assert again.connect().execute("PRAGMA user_version").fetchone() == (SCHEMA_VERSION,)
    assert again.facts() == []
    assert bring_up_to_date(again) == 1
    assert again.facts(every=True) == expected
    assert bring_up_to_date(again) == 0
    again.close()


def test_the_lines_of_a_document_are_the_same_stored_and_built(
    store: Store, embedding: PassageEmbedding, report: Path
) -> None:
    ingest([report], store, embedding)
    record = store.document("acorn-2021")
    assert record.facts == stamp()
    built = [entry.line for entry in stored_facts(store, record)]
    assert built
    assert store.lines(record) == built == lines_of(store, record)


def test_stale_facts_are_built_when_they_are_needed_and_change_nothing_else(
    store: Store, embedding: PassageEmbedding, report: Path
) -> None:
    ingest([report], store, embedding)
    expected, revision = store.facts(), store.revision()
    with store.writing() as connection:
        connection.execute("UPDATE documents SET facts = 'older'")
        connection.execute("UPDATE facts SET value = '1'")
        connection.execute("DELETE FROM fact_items")
    assert lines_of(store, store.document("acorn-2021"))[0].value == Decimal("90.5")
    assert store.facts() == expected
    assert store.revision() == revision


def test_a_document_removed_meanwhile_gets_no_facts(store: Store, embedding: PassageEmbedding, report: Path) -> None:
    ingest([report], store, embedding)
    record = store.document("acorn-2021")
    entries = stored_facts(store, record)
    store.remove(record.id)
    store.replace_facts(record, entries, stamp())
    assert store.facts(every=True) == []


def test_readers_see_all_facts_or_none_while_they_are_built_again(
    store: Store, embedding: PassageEmbedding, report: Path
) -> None:
    ingest([report], store, embedding)
    record = store.document("acorn-2021")
    entries = stored_facts(store, record)
    whole = len(store.facts(every=True))
    with ThreadPoolExecutor(3) as pool:
        seen = [pool.submit(lambda: len(store.facts(every=True))) for _ in range(20)]
        for _ in range(10):
            store.replace_facts(record, entries, stamp())
            seen += [pool.submit(lambda: len(store.facts(every=True))) for _ in range(4)]
    assert {one.result() for one in seen} == {whole}


def test_a_statement_in_two_currencies_gives_neither_to_figures_without_a_sign(
    store: Store, embedding: PassageEmbedding, report: Path
) -> None:
    text = REPORT.replace("In millions of USD", "In millions").replace("| 200 | 160 |", "| $200 | €160 |")
    report.write_text(text, encoding="utf-8")
    ingest([report], store, embedding)
    assert {fact.unit for fact in store.facts(concept="cash")} == {""}
    report.write_text(text.replace("€160", "$160"), encoding="utf-8")
    ingest([report], store, embedding)
    assert {fact.unit for fact in store.facts(concept="cash")} == {"USD"}
