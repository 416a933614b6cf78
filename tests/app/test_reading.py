"""Reading a document: search within it, its outline, pictures of its pages."""

from collections.abc import Iterator
from io import BytesIO
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen import canvas

from app.footnote import Footnote
from app.reading import HitKind, Pictures, find_in_document, matching_page, outline, width_for
from app.reading.find import exact_places
from app.reading.pictures import WIDTHS
from app.server.errors import ApiError
from app.server.pictures import place_of
from app.settings import Settings
from corpus.errors import UnknownDocument, UnreadableFile

NOTE = """# Report of Acorn Mills

## Results

Net  sales were 12 million EUR. Nothing else was sold.

## Outlook

The board expects that sales, net of returns, rise. Staff are content with their pay.

## Results in Hull

The mill made NET SALES of 3 million EUR (a share of 25%).
"""


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Footnote]:
    folder = tmp_path_factory.mktemp("files")
    (folder / "acorn.md").write_text(NOTE, encoding="utf-8")
    (folder / "other.md").write_text(
        "# Another\n\n## Outlook\n\nIt is grey.\n\n## Results\n\nNone.\n", encoding="utf-8"
    )
    drawing = canvas.Canvas(str(folder / "drawn.pdf"), pagesize=A4)
    for number in range(3):
        drawing.drawString(72, 700, f"This is page {number + 1} of a drawn document about mills.")
        drawing.showPage()
    drawing.save()
    engine = Footnote(Settings(home=tmp_path_factory.mktemp("home")))
    assert len(engine.ingest([folder]).added) == 3
    yield engine
    engine.close()


def key(engine: Footnote, name: str) -> int:
    return engine.store.document(name).id


def test_exact_words_are_found_in_any_case_and_spacing_in_reading_order(engine: Footnote) -> None:
    hits = [one for one in find_in_document(engine, key(engine, "acorn"), "net sales") if one.kind is HitKind.EXACT]
    assert [one.text for one in hits] == ["Net sales", "NET SALES"]
    text = engine.page_text("acorn", 0)
    assert all(" ".join(text[one.span.start : one.span.end].split()) == one.text for one in hits)
    assert "3 million" in hits[1].after


def test_a_sentence_with_all_the_words_is_found_too(engine: Footnote) -> None:
    hits = find_in_document(engine, key(engine, "acorn"), "net sales")
    assert any("sales, net of returns" in one.text for one in hits if one.kind is not HitKind.EXACT)


def test_what_means_the_same_is_found(engine: Footnote) -> None:
    hits = find_in_document(engine, key(engine, "acorn"), "Are the employees happy with their wages?")
    assert hits
    assert all(one.kind is HitKind.MEANING for one in hits)
    assert any("Staff are content" in engine.page_text("acorn", 0)[one.span.start : one.span.end] for one in hits)


@pytest.mark.parametrize("query", ["(a share", "25%", ".*", "EUR)", "%", '"', "a" * 5000, "\0", "AND OR NOT"])
def test_signs_in_a_query_are_taken_as_they_are(engine: Footnote, query: str) -> None:
    hits = find_in_document(engine, key(engine, "acorn"), query)
    exact = [one for one in hits if one.kind is HitKind.EXACT]
    assert bool(exact) == (query in NOTE)


def test_places_don_t_overlap(engine: Footnote) -> None:
    spans = [one.span for one in find_in_document(engine, key(engine, "acorn"), "sales of the mill in Hull")]
    assert len({(one.page, one.start) for one in spans}) == len(spans)
    ordered = sorted(spans, key=lambda one: (one.page, one.start))
    assert all(one.end <= other.start for one, other in pairwise(ordered))


def test_an_empty_query_finds_nothing_and_a_missing_document_is_told(engine: Footnote) -> None:
    assert find_in_document(engine, key(engine, "acorn"), "  ") == []
    with pytest.raises(UnknownDocument):
        find_in_document(engine, 99, "net sales")


def test_a_word_is_found_from_its_beginning() -> None:
    assert list(exact_places("presales, sales; Sales", "sales")) == [(10, 15), (17, 22)]


def test_the_outline_has_each_section_at_its_place(engine: Footnote) -> None:
    entries = outline(engine.store, key(engine, "acorn"))
    assert [one.title for one in entries][-3:] == ["Results", "Outlook", "Results in Hull"]
    assert [one.start for one in entries] == sorted(one.start for one in entries)


def test_the_same_section_of_another_document_is_found(reports: Footnote) -> None:
    first, second = reports.documents()[:2]
    features = reports.store.features_of(first.id)
    others = reports.store.features_of(second.id)
    page = next(number for number, held in features.items() if any(held & other for other in others.values()))
    there = matching_page(reports.store, first.id, page, second.id)
    assert features[page] & others[there]


def test_where_nothing_is_alike_the_first_page_is_given(engine: Footnote) -> None:
    assert matching_page(engine.store, key(engine, "acorn"), 0, key(engine, "drawn")) == 0


def test_pictures_are_drawn_at_a_width_of_the_ladder_and_kept(engine: Footnote) -> None:
    pictures, path = Pictures(), engine.store.source_file(key(engine, "drawn"))
    first = pictures.picture(path, 1, 900)
    assert Image.open(BytesIO(first)).width == 1100
    assert pictures.picture(path, 1, 1100) is first
    assert Image.open(BytesIO(pictures.picture(path, 1, 9000))).width == WIDTHS[-1]
    with pytest.raises(UnreadableFile):
        pictures.picture(path, 7, 900)


def test_pictures_kept_stay_within_their_bytes(engine: Footnote) -> None:
    path = engine.store.source_file(key(engine, "drawn"))
    size = len(Pictures().picture(path, 0, 700))
    pictures = Pictures(most_bytes=size + size // 2)
    first = pictures.picture(path, 0, 700)
    pictures.picture(path, 1, 700)
    assert pictures.picture(path, 0, 700) is not first


def test_a_width_of_the_ladder_is_never_less_than_wanted() -> None:
    for wanted in np.linspace(1, WIDTHS[-1], 40).astype(int):
        assert width_for(int(wanted)) >= wanted


@pytest.mark.parametrize(
    ("path", "query"),
    [("", ""), ("1", ""), ("1/0.png", ""), ("../1/1.png", ""), ("1/1.png", "width=-1"), ("1/1.png", "width=999999"), ("x/1.png", "")],
)  # fmt: skip
def test_an_address_that_names_no_page_is_refused(path: str, query: str) -> None:
    with pytest.raises(ApiError):
        place_of(path, query)


def test_an_address_names_document_page_and_width() -> None:
    assert place_of("4/17.png", "width=2200&stamp=ab") == (4, 16, 2200)


def test_the_folder_of_pictures_is_not_the_disk(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile):
        Pictures().picture(tmp_path / "none.pdf", 0, 700)
