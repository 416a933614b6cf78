"""Passages: exact spans, nothing lost, nothing twice, small enough; cut where the meaning parts."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from llama_index.core.ingestion import IngestionPipeline
from llama_index.core.schema import MetadataMode, TextNode

from corpus.document import Document, Heading, Metadata, Page, Passage, Period, Span
from corpus.passage_parser import DocumentNode, PassageParser, passage_of
from corpus.readers import SUPPORTED, read
from corpus.readers.markdown import read_markdown
from corpus.sentences import sentence_spans
from corpus.splitter import split
from corpus.tokens import estimate_tokens

ROOT = Path(__file__).parents[2]
SAMPLE = sorted((ROOT / "corpus" / "sample").glob("*.md"))
SHARED = (
    sorted((ROOT.parent / "shared" / "seed").glob("*.txt"))
    + sorted((ROOT.parent / "shared" / "eval" / "financebench" / "pdfs").glob("*.pdf"))[::6]
)
WORDS = st.text(st.sampled_from("ab1 ,.\n\t|$–年。A\u3000é🙂"), max_size=400)


def document(text: str, media_type: str = "text/plain", headings: tuple[Heading, ...] = ()) -> Document:
    return Document("doc", "/doc", "0" * 64, media_type, (Page(0, text),), (), headings)


def check(
    document: Document, passages: list[Passage], most: int, count: Callable[[str], int] = estimate_tokens
) -> None:
    """Hold every promise of `split` against its result."""
    left = {page.number: list(page.text) for page in document.pages}
    before: dict[int, int] = {}
    for passage in passages:
        span = passage.span
        page = document.pages[span.page].text
        assert page[span.start : span.end] == passage.text
        assert passage.text == passage.text.strip() != ""
        assert span.start >= before.get(span.page, 0)
        assert count(passage.text) <= most or len(passage.text) == 1
        before[span.page] = span.end
        left[span.page][span.start : span.end] = " " * (span.end - span.start)
    assert not any("".join(rest).strip() for rest in left.values())


@pytest.mark.parametrize("path", [*SAMPLE, *SHARED], ids=lambda path: path.name)
def test_real_files_are_covered_exactly(path: Path) -> None:
    found = read(path)
    check(found, split(found), 220)


@given(WORDS, st.integers(8, 220), st.sampled_from(sorted(set(SUPPORTED.values()))))
def test_any_text_is_covered_exactly(text: str, most: int, media_type: str) -> None:
    found = document(text, media_type)
    check(found, split(found, most), most)


@given(WORDS, st.integers(8, 60))
def test_another_counter_is_obeyed(text: str, most: int) -> None:
    found = document(text)
    check(found, split(found, most, len), most, len)


@given(st.lists(st.text(st.sampled_from("ab. 1"), min_size=1, max_size=30), min_size=1, max_size=12), st.data())
def test_headings_anywhere_lose_nothing(lines: list[str], data: st.DataObject) -> None:
    text = "\n".join(lines)
    offset, headings = 0, []
    for line in lines:
        if line.strip() and data.draw(st.booleans()):
            start = offset + len(line) - len(line.lstrip())
            place = Span(0, start, start + len(line.strip()))
            headings.append(Heading(place, line.strip(), data.draw(st.integers(1, 4))))
        offset += len(line) + 1
    found = document(text, "text/markdown", tuple(headings))
    check(found, split(found, 20), 20)


def test_a_limit_too_small_to_work_with_is_refused() -> None:
    with pytest.raises(ValueError, match="at least 8"):
        split(document("text"), 3)


def test_a_section_has_the_path_of_headings_above_it() -> None:
    writer = read_markdown("# Top\n\nlead\n\n## One\n\nfirst\n\n### Deep\n\nsecond\n\n## Two\n\nthird\n")
    found = Document("d", "/d", "0", "text/markdown", (writer.page(),), (), tuple(writer.headings))
    paths = {passage.text.split("\n")[-1]: passage.section for passage in split(found)}
    assert paths == {
        "lead": ("Top",),
        "first": ("Top", "One"),
        "second": ("Top", "One", "Deep"),
        "third": ("Top", "Two"),
    }


def test_a_heading_goes_on_over_the_next_page() -> None:
    pages = (
        Page(0, "Item 1. Business\nWe make lenses for telescopes and sell them in many lands."),
        Page(1, "More text."),
    )
    found = Document("d", "/d", "0", "application/pdf", pages, (), (Heading(Span(0, 0, 16), "Item 1. Business", 2),))
    assert [passage.section for passage in split(found)] == [("Item 1. Business",)] * 2


def test_context_names_company_period_and_section() -> None:
    found = Document(
        "d", "/d", "0", "text/markdown", (Page(0, "Sales\nThey rose."),), (), (Heading(Span(0, 0, 5), "Sales", 2),),
        Metadata("Annual letter", "Norrland", Period(2024)),
    )  # fmt: skip
    (passage,) = split(found)
    assert passage.context == "Norrland, Annual letter, FY2024\nSales"


def test_a_long_table_repeats_its_header_in_the_context_alone() -> None:
    rows = "\n".join(f"| Line {number} | {number},100 | {number},200 |" for number in range(60))
    writer = read_markdown(f"| Item | 2024 | 2023 |\n|---|---|---|\n{rows}\n")
    found = Document("d", "/d", "0", "text/markdown", (writer.page(),), tuple(writer.tables), ())
    passages = split(found, 100)
    assert len(passages) > 3
    assert all(passage.is_table for passage in passages)
    assert all("Item | 2024 | 2023" in passage.context for passage in passages[1:])
    assert "Item | 2024 | 2023" not in passages[0].context
    lines = set(found.pages[0].text.split("\n"))
    assert all(line in lines for passage in passages for line in passage.text.split("\n"))


@pytest.mark.parametrize("long", ["'" * 40_000, "head " * 8_000], ids=["one word", "many words"])
def test_the_work_grows_with_the_text_however_long_a_row_is(long: str) -> None:
    """What a header costs is counted once, not once for each passage below it; a word without end isn't halved for ever."""
    rows = "\n".join(f"| Line {number} | {number},100 |" for number in range(2000))
    writer = read_markdown(f"| Item {long} | 2024 |\n|---|---|\n{rows}\n")
    found = Document("d", "/d", "0", "text/markdown", (writer.page(),), tuple(writer.tables), ())
    counted: list[int] = []

    def count(text: str) -> int:
        counted.append(len(text))
        return estimate_tokens(text)

    check(found, split(found, 100, count), 100, count)
    assert sum(counted) < 40 * len(found.pages[0].text)


def test_a_table_without_marks_is_found_and_keeps_unit_and_years() -> None:
    rows = "\n".join(f"Cost of item {number} {number},100 ({number},200)" for number in range(1, 40))
    text = f"CONSOLIDATED BALANCE SHEETS\n(in millions)\n2024 2023\nAssets:\n{rows}"
    found = document(text, "application/pdf", (Heading(Span(0, 0, 27), "CONSOLIDATED BALANCE SHEETS", 3),))
    passages = split(found, 100)
    assert len(passages) > 2
    assert all(passage.is_table for passage in passages)
    assert passages[0].text.startswith("CONSOLIDATED BALANCE SHEETS")
    for passage in passages[1:]:
        assert "(in millions)" in passage.context
        assert "2024 2023" in passage.context
        assert "CONSOLIDATED BALANCE SHEETS" in passage.section
        assert passage.text.startswith("Cost of item")


def test_prose_with_a_year_at_its_line_ends_is_no_table() -> None:
    text = (
        "Revenue rose by a fifth over the whole of the long and fruitful year 2024\nand fell in the year before it.\n"
        * 8
    )
    assert not any(passage.is_table for passage in split(document(text, "application/pdf")))


def test_long_paragraphs_are_cut_between_sentences() -> None:
    text = " ".join(f"Sentence number {number} says a little about lenses." for number in range(40))
    passages = split(document(text), 60)
    assert len(passages) > 4
    assert all(passage.text.startswith("Sentence") and passage.text.endswith(".") for passage in passages)


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("It rose. It fell.", ["It rose.", "It fell."]),
        ("Norrland Inc. of the U.S. Navy rose 3.5%. Done.", ["Norrland Inc. of the U.S. Navy rose 3.5%.", "Done."]),
        ("营收增长。利润下降。", ["营收增长。", "利润下降。"]),
        ("", []),
    ],
)  # fmt: skip
def test_sentences_end_where_they_do(text: str, sentences: list[str]) -> None:
    assert [text[start:end] for start, end in sentence_spans(text)] == sentences


def test_the_splitter_alone_loads_no_llama_index() -> None:
    script = (
        "import sys, corpus.splitter, corpus.readers; print('llama_index' in sys.modules, 'pypdfium2' in sys.modules)"
    )
    out = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=ROOT).stdout
    assert out.strip() == "False False"


def test_the_pipeline_gives_nodes_with_spans_and_embedded_texts() -> None:
    found = read(SAMPLE[0])
    pipeline = IngestionPipeline(transformations=[PassageParser()])
    nodes = pipeline.run(nodes=[DocumentNode(found)])
    passages = split(found)
    assert [passage_of(node) for node in nodes] == passages
    for node, passage in zip(nodes, passages, strict=True):
        assert isinstance(node, TextNode)
        assert node.get_content(MetadataMode.EMBED) == passage.embedded_text
        assert node.metadata["document"] == found.name
