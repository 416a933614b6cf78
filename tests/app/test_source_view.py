"""The source panel over the real store and readers: the mark is the quote, to the character."""

import base64
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest
from bs4 import BeautifulSoup
from hypothesis import given
from hypothesis import strategies as st
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen import canvas

from app.answer import Citation
from app.page.source_html import AROUND, Position, marked, page_html, source_html
from corpus.errors import UnknownDocument
from corpus.readers import read
from corpus.splitter import split
from index.store import DocumentRecord, Store

HOSTILE = """A note with tricks

Revenue was 12 million. <script>alert(1)</script> <img src=x onerror="alert(2)"> and [a link](javascript:alert(3)).
The <b>next</b> line ends here & goes on.
"""


def kept(store: Store, path: Path) -> DocumentRecord:
    document = read(path)
    passages = split(document)
    return store.document(store.add(document, passages, np.ones((len(passages), 4), np.float32), "test"))


def cite(store: Store, record: DocumentRecord, words: str) -> Citation:
    for page in store.pages(record.id):
        start = page.text.find(words)
        if start >= 0:
            return Citation(record.name, page.number, start, start + len(words), words)
    raise AssertionError(f"{words!r} isn't in {record.name}")


class Marked(HTMLParser):
    """All text, and the text in `<mark>`, with every white-space character as it is."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.text, self.mark, self._inside = "", "", False
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        assert tag == "mark"
        self._inside = True

    def handle_endtag(self, tag: str) -> None:
        self._inside = False

    def handle_data(self, data: str) -> None:
        self.text += data
        self.mark += data if self._inside else ""


def soup(html: str) -> BeautifulSoup:
    return BeautifulSoup(html, "html.parser")


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "home")


@pytest.fixture
def note(store: Store, tmp_path: Path) -> DocumentRecord:
    path = tmp_path / "note.txt"
    path.write_text(HOSTILE, encoding="utf-8")
    return kept(store, path)


@pytest.fixture
def pdf(store: Store, tmp_path: Path) -> DocumentRecord:
    path = tmp_path / "plant.pdf"
    drawing = canvas.Canvas(str(path), pagesize=A4)
    drawing.drawString(72, 700, "The plant at Lindholm made 4,310 turbines in 2024.")
    drawing.showPage()
    drawing.drawString(72, 500, "Its second page names nobody.")
    drawing.save()
    return kept(store, path)


@given(st.text(max_size=200), st.data())
def test_the_mark_holds_exactly_the_span(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    page = Marked(marked(text, start, end))
    assert page.mark == text[start:end].replace("\0", "\ufffd")
    assert page.text == text.replace("\0", "\ufffd")


def test_a_very_long_page_is_shown_around_the_span() -> None:
    text = "a" * (AROUND + 10) + "HERE" + "b" * (AROUND + 20)
    page = soup(marked(text, AROUND + 10, AROUND + 14))
    assert page.mark.text == "HERE"
    assert "10 characters before" in page.text
    assert "20 characters after" in page.text
    assert len(page.text) < 2 * AROUND + 200


def test_markup_in_a_document_shows_as_text(store: Store, note: DocumentRecord) -> None:
    citation = cite(store, note, '<script>alert(1)</script> <img src=x onerror="alert(2)">')
    page = soup(source_html(store, citation, Position("5", 2, 3)))
    assert page.mark.text == citation.quote
    assert page.script is None
    assert page.img is None
    assert "The <b>next</b> line" in page.select_one(".page-text").text


def test_previous_and_next_go_round_the_answers_citations(store: Store, note: DocumentRecord) -> None:
    citation = cite(store, note, "Revenue was 12 million.")
    page = soup(source_html(store, citation, Position("5", 1, 3)))
    assert page.section["data-key"] == "5:1"
    assert [button["data-n"] for button in page.select(".stepping button")] == ["3", "2"]
    assert "citation 1 of 3" in page.text


def test_a_pdf_page_is_drawn_with_the_span_boxed(store: Store, pdf: DocumentRecord) -> None:
    citation = cite(store, pdf, "made 4,310 turbines")
    page = soup(source_html(store, citation))
    picture = page.select_one(".pdf-page img")["src"]
    assert base64.b64decode(picture.removeprefix("data:image/png;base64,")).startswith(b"\x89PNG")
    (box,) = page.select(".pdf-page .box")
    style = dict(part.split(":") for part in box["style"].strip(";").split(";"))
    # Drawn 700 points up a page of 842: its top is a little above 1 - 700 / 842 = 16.9% of the height.
    assert 14 < float(style["top"].rstrip("%")) < 17
    assert 12 < float(style["left"].rstrip("%")) < 60
    assert page.mark.text == citation.quote


def test_a_removed_document_still_shows_its_quote(store: Store, note: DocumentRecord) -> None:
    citation = cite(store, note, "Revenue was 12 million.")
    store.remove(note.id)
    page = soup(source_html(store, citation))
    assert "no longer in the index" in page.text
    assert page.mark.text == citation.quote


def test_a_changed_document_marks_nothing_that_was_not_cited(
    store: Store, note: DocumentRecord, tmp_path: Path
) -> None:
    citation = cite(store, note, "Revenue was 12 million.")
    (tmp_path / "note.txt").write_text("Another text altogether, long enough to cover the place.", encoding="utf-8")
    kept(store, tmp_path / "note.txt")
    page = soup(source_html(store, citation))
    assert "has changed" in page.text
    assert page.mark.text == "Revenue was 12 million."
    assert "Another text" not in page.select_one(".source-body").text


def test_a_missing_kept_file_falls_back_to_the_text(store: Store, pdf: DocumentRecord) -> None:
    citation = cite(store, pdf, "made 4,310 turbines")
    store.source_file(pdf.id).unlink()
    page = soup(source_html(store, citation))
    assert "can’t be drawn" in page.text
    assert page.mark.text == citation.quote


def test_the_glossarys_own_text_is_a_source(store: Store) -> None:
    text = "HBM: memory stacked beside the chip.\n\nRun-rate: a figure annualised."
    citation = Citation("glossary", 0, 0, 36, text[:36])
    page = soup(source_html(store, citation, None, text))
    assert page.mark.text == "HBM: memory stacked beside the chip."
    assert "Run-rate" in page.text


def test_pages_can_be_turned_within_the_document_only(store: Store, pdf: DocumentRecord) -> None:
    first = soup(page_html(store, pdf.id, 0)).select(".turning button")
    assert first[0].get("data-event") is None
    assert first[1]["data-page"] == "1"
    assert "names nobody" in soup(page_html(store, pdf.id, 1)).text
    with pytest.raises(UnknownDocument):
        page_html(store, pdf.id, 2)
