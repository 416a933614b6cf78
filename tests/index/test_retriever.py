from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.document import Document, Kind, Page, Period
from index.embedding import PassageEmbedding
from index.ingest import ingest
from index.lexical import MOST_MATCHES, fts_query, words_of
from index.lexicon import lexicon, phrase, read_names
from index.query import is_named, read_query
from index.retriever import Retriever
from index.statements import page_features
from index.store import Store
from index.vectors import FaissVectors

SAMPLE = Path(__file__).parents[2] / "corpus" / "sample"


@pytest.fixture(scope="module")
def retriever(tmp_path_factory: pytest.TempPathFactory, embedding: PassageEmbedding) -> Retriever:
    store = Store(tmp_path_factory.mktemp("home"))
    ingest([SAMPLE], store, embedding)
    return Retriever(store, FaissVectors(store), embedding)


def test_the_passage_that_answers_is_among_the_first_three(retriever: Retriever) -> None:
    first = retriever.search("Who makes high bandwidth memory?", 3)
    assert any(hit.document == "inside-an-ai-cluster" and "Samsung" in hit.text for hit in first)


def test_hits_are_distinct_best_first_and_where_they_say(retriever: Retriever) -> None:
    hits = retriever.search("revenue of the quarter", 15)
    assert len({hit.passage_id for hit in hits}) == len(hits) == 15
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    for hit in hits:
        text = retriever.store.page(hit.document_id, hit.span.page).text
        assert text[hit.span.start : hit.span.end] == hit.text


def test_search_keeps_to_the_documents_named(retriever: Retriever) -> None:
    wanted = retriever.store.document("when-a-run-rate-misleads").id
    hits = retriever.search("Cambricon's revenue", 50, {wanted})
    assert {hit.document for hit in hits} == {"when-a-run-rate-misleads"}
    assert retriever.search("Cambricon's revenue", 5, set()) == []


def test_the_same_search_gives_the_same_hits(retriever: Retriever) -> None:
    assert retriever.search("export controls", 10) == retriever.search("export controls", 10)


def test_a_removed_document_is_found_no_more(tmp_path: Path, embedding: PassageEmbedding) -> None:
    store = Store(tmp_path)
    ingest([SAMPLE], store, embedding)
    retriever = Retriever(store, FaissVectors(store), embedding)
    key = store.document("inside-an-ai-cluster").id
    assert key in {hit.document_id for hit in retriever.search("Who makes high bandwidth memory?", 2)}
    store.remove(key)
    assert all(hit.document_id != key for hit in retriever.search("Who makes high bandwidth memory?", 50))
    store.close()


@settings(max_examples=100)
@given(st.text(max_size=100))
def test_any_text_is_a_safe_query(retriever: Retriever, text: str) -> None:
    query = fts_query(words_of(text))
    if query:
        retriever.store.match(query, 5)


def test_a_metric_leads_to_its_line_items_and_their_statements() -> None:
    named = read_names("What is the days payable outstanding for FY2019?")
    assert named.items == ()
    assert {"accounts payable", "cost of goods sold"} <= {name for item in named.needed for name in item.names}
    assert {item.statement for item in named.needed} == {"balance sheet", "income statement"}


def test_a_longer_name_takes_the_place_of_a_shorter_one() -> None:
    named = read_names("the operating cash flow ratio")
    assert named.items == ()
    assert any("current liabilities" in item.names[0] for item in named.needed)


@pytest.mark.parametrize(
    "written",
    [
        str,
        str.upper,
        lambda name: name.replace(" ", "-"),
        lambda name: name.replace(" ", ",\n"),
        lambda name: name.replace("'", "’"),
        lambda name: name.replace("'", ""),
        lambda name: f"{name}s",
        lambda name: name.replace("s", "ſ"),
    ],
    ids=["as it is", "capitals", "hyphens", "commas", "curly apostrophe", "no apostrophe", "plural", "long s"],
)
def test_a_name_is_read_however_it_is_written(written: Callable[[str], str]) -> None:
    found = 0
    for item in lexicon().items:
        for name in item.names:
            text = f"What was {written(name)} then?"
            if phrase(name).search(text):
                found += 1
                assert any(name in one.names for one in read_names(text).items), text
    assert found > 100


def test_every_metric_needs_items_that_are_there() -> None:
    items = set(lexicon().items)
    assert len(items) > 20
    for metric in lexicon().metrics:
        assert metric.items
        assert set(metric.items) <= items


def test_topics_lead_to_pages() -> None:
    features = {feature for topic in read_names("Was there any lawsuit?").topics for feature in topic.features}
    assert "legal proceedings" in features


def test_a_query_reads_company_period_and_kind() -> None:
    companies = ["Acme Mills, Inc.", "Zenith Corp"]
    read = read_query("What does Acme's 10-K say of capex for FY2015 - FY2017?", companies)
    assert read.companies == {"Acme Mills, Inc."}
    assert {period.fiscal_year for period in read.periods} == {2015, 2016, 2017}
    assert read.kinds == {Kind.ANNUAL_REPORT}
    assert any("purchases of property" in name for name in read.expansions)
    assert "cash flow statement" in read.features


def test_a_quarter_is_read_as_one() -> None:
    assert read_query("revenue in Q2 2023").periods == (Period(2023, 2),)


def test_what_only_tells_the_form_of_the_answer_is_left_out() -> None:
    read = read_query("What was net income in 2020? Round to two decimals.")
    assert "Round" not in read.core


@pytest.mark.parametrize(
    ("company", "question", "named"),
    [
        ("General Widgets Corporation", "What is General Widgets' margin?", True),
        ("General Widgets Corporation", "In general, what is a margin?", False),
        ("Advanced Long Devices, Inc.", "What did ALD earn?", True),
        ("North Wind & Co.", "What did North Wind earn?", True),
        ("Zenith Corp", "What did Acme earn?", False),
    ],
)
def test_companies_are_known_by_their_usual_names(company: str, question: str, named: bool) -> None:
    assert is_named(company, question) is named


BALANCE = """ACME MILLS, INC.
CONSOLIDATED BALANCE SHEETS
(in millions)
December 31, 2024 2023
Cash and cash equivalents 1,200 1,100
Inventories 300 280
Total current assets 2,000 1,900
Total assets 9,000 8,800
Accounts payable 400 390
Total current liabilities 1,500 1,450
Total liabilities 5,000 4,900
Retained earnings 2,500 2,400
Total stockholders' equity 4,000 3,900
See accompanying notes."""


def test_a_statement_page_is_told_from_a_page_that_mentions_it() -> None:
    prose = "Our balance sheet is strong. " * 20
    document = Document("d", "/d", "0", "application/pdf", (Page(0, BALANCE), Page(1, prose)))
    features = page_features(document)
    assert "balance sheet" in features[0]
    assert "balance sheet" not in features.get(1, frozenset())


def test_a_table_of_contents_is_no_statement() -> None:
    lines = "\n".join(
        f"Item {number}. Consolidated Balance Sheets and Legal Proceedings {number * 3}" for number in range(1, 15)
    )
    document = Document("d", "/d", "0", "application/pdf", (Page(0, "TABLE OF CONTENTS\n" + lines),))
    assert "balance sheet" not in page_features(document).get(0, frozenset())


def test_terms_too_frequent_to_tell_anything_are_left_out_of_a_large_index() -> None:
    counts = {"revenue": MOST_MATCHES, "income": 500, "net": MOST_MATCHES, "acorn": 20, "nowhere": 0}
    query = fts_query(["revenue", "acorn", "nowhere"], ["net income"], counts.__getitem__)
    assert query == '"acorn" OR "nowhere" OR "net income"'
    assert fts_query(["revenue", "nowhere"], (), counts.__getitem__) == '"nowhere"'
    assert fts_query(["revenue", "net"]) == '"revenue" OR "net"'


@pytest.mark.parametrize(
    ("company", "question"),
    [
        ("EHOLLOW INC.", "What is eHollow's revenue?"),
        ("Lark-Mead Stores, Inc.", "What is the revenue of Larkmead?"),
        ("WILLOW.COM, INC.", "What is Willow's revenue?"),
        ("TOWE'S COMPANIES, INC.", "What is the revenue of Towe's?"),
        ("UNION OF TALLOWAY CORPORATION", "What is the revenue of Union of Talloway?"),
        ("JENSEN & JARVIS", "What is the revenue of JnJ?"),
    ],
)
def test_a_company_is_named_as_people_write_it(company: str, question: str) -> None:
    assert is_named(company, question)


def test_a_word_that_is_also_a_name_names_no_company_in_small_letters() -> None:
    assert not is_named("GAP INC.", "What is the gap between the two years?")
    assert not is_named("TOWE'S COMPANIES, INC.", "What is the revenue of Tower?")
