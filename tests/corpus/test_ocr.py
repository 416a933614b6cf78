"""Scanned pages: drawn, made pictures, and read for real by Tesseract."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageFilter
from reportlab.lib.pagesizes import A4
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen import canvas

from corpus.document import PlacedWord
from corpus.errors import Stopped, UnreadableFile
from corpus.ocr.boxes import word_boxes
from corpus.ocr.doubt import HIDDEN, hidden
from corpus.ocr.lines import lines_of
from corpus.ocr.ocr import Ocr, load_ocr
from corpus.ocr.tesseract import Seen, find_tesseract
from corpus.readers import read
from tests.corpus.scanned import STATEMENT, page_picture, scan

OCR = load_ocr()


def test_tesseract_is_there() -> None:
    assert OCR.tesseract is not None, OCR.missing


def test_a_scanned_page_is_read_with_its_table_and_the_places_of_its_words(tmp_path: Path) -> None:
    document = read(scan(tmp_path / "lamps.pdf"), ocr=OCR)
    text = document.pages[0].text
    assert "The company employed 4,310 people at the end of the year." in text
    (table,) = document.tables
    cells = {(cell.row, cell.column): cell for cell in table.cells}
    assert [cells[row, 0].text for row in (3, 4)] == ["Cost of sales", "Gross profit"]
    assert [cells[4, column].text for column in (1, 2)] == ["552", "464"]
    assert cells[4, 1].unit == "million USD"
    assert document.notes[0] == "page 1 read by OCR"
    for word in document.recognised[0]:
        assert 0 <= word.left < word.right <= 1
        assert 0 <= word.top < word.bottom <= 1
    start = text.index("4,310")
    (box,) = word_boxes(document.recognised[0], start, start + 5)
    # Drawn from 176 points on, 487 points up a page of 595 by 842.
    assert box[1] == pytest.approx(1 - 494 / 842, abs=0.01)
    assert 0.3 < box[0] < box[2] < 0.55


@pytest.mark.parametrize("turn", [90, 180, 270])
def test_a_page_that_lies_on_its_side_is_turned_and_boxed_as_it_is_shown(turn: int, tmp_path: Path) -> None:
    upright = read(scan(tmp_path / "up.pdf"), ocr=OCR)
    document = read(scan(tmp_path / "turned.pdf", page_picture().rotate(turn, expand=True)), ocr=OCR)
    text = document.pages[0].text
    assert "The company employed 4,310 people" in text
    assert [cell.text for cell in document.tables[0].cells][:6] == [
        cell.text for cell in upright.tables[0].cells
    ][:6]  # fmt: skip
    at, before = text.index("employed"), upright.pages[0].text.index("employed")
    (box,) = word_boxes(document.recognised[0], at, at + 8)
    (straight,) = word_boxes(upright.recognised[0], before, before + 8)
    x, y = (straight[0] + straight[2]) / 2, (straight[1] + straight[3]) / 2
    # Pillow turns against the clock.
    where = {90: (y, 1 - x), 180: (1 - x, 1 - y), 270: (1 - y, x)}[turn]
    assert ((box[0] + box[2]) / 2, (box[1] + box[3]) / 2) == pytest.approx(where, abs=0.01)


def test_a_page_turned_by_the_pdf_itself_is_read_as_it_is_shown(tmp_path: Path) -> None:
    path = tmp_path / "rotated.pdf"
    drawing = canvas.Canvas(str(path), pagesize=A4)
    drawing.setPageRotation(90)
    drawing.drawImage(ImageReader(page_picture().rotate(90, expand=True)), 0, 0, *A4)
    drawing.save()
    assert "The company employed 4,310 people" in read(path, ocr=OCR).pages[0].text


def test_a_crooked_scan_keeps_the_rows_of_its_table(tmp_path: Path) -> None:
    document = read(scan(tmp_path / "a.pdf", page_picture().rotate(1.2, fillcolor=255)), ocr=OCR)
    assert "Cost of sales 732 667" in document.pages[0].text


def test_figures_of_a_poor_scan_are_right_or_illegible(tmp_path: Path) -> None:
    grey = np.asarray(page_picture(180).filter(ImageFilter.GaussianBlur(0.9))).astype(float)
    noise = np.random.default_rng(3).normal(0, 24, grey.shape)
    picture = Image.fromarray((grey + noise).clip(0, 255).astype(np.uint8))
    document = read(scan(tmp_path / "poor.pdf", picture), ocr=OCR)
    drawn = {figure.strip("$ ") for _, *figures in STATEMENT for figure in figures}
    read_rows = 0
    for label, *figures in STATEMENT:
        for line in document.pages[0].text.split("\n"):
            if line.startswith(label) and "rose" not in line and "Fiscal" not in line:
                found = [each.strip("$") for each in line[len(label) :].split() if each.strip("$")]
                assert all(each in drawn or HIDDEN in each or not any(map(str.isdigit, each)) for each in found), line
                read_rows += bool(set(found) & {figure.strip("$ ") for figure in figures})
    assert read_rows >= 3


def test_without_ocr_scanned_pages_are_named_with_what_to_install(tmp_path: Path) -> None:
    path = tmp_path / "mixed.pdf"
    drawing = canvas.Canvas(str(path), pagesize=A4)
    drawing.drawString(72, 700, "A first page of text that can be read as it is, without any recognition at all.")
    drawing.showPage()
    drawing.drawImage(ImageReader(page_picture()), 0, 0, *A4)
    drawing.save()
    document = read(path)
    assert document.unread == (1,)
    (note,) = document.notes
    assert note.startswith("page 2 is scanned and not read")
    assert "tesseract-ocr" in note
    assert read(path, ocr=OCR).unread == ()
    assert "Cost of sales" in read(path, ocr=OCR).pages[1].text


def test_a_document_of_nothing_but_scans_is_refused_without_ocr(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match=r"is scanned.*apt install tesseract-ocr.*add the file again"):
        read(scan(tmp_path / "a.pdf"))


@pytest.mark.parametrize("name", ["a.png", "a.jpg", "a.tiff"])
def test_pictures_are_documents(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    page_picture().save(path)
    document = read(path, ocr=OCR)
    assert "The company employed 4,310 people" in document.pages[0].text
    assert document.media_type.startswith("image/")


def test_a_tiff_has_a_page_for_each_picture(tmp_path: Path) -> None:
    first = page_picture()
    second = Image.new("L", first.size, 255)
    first.save(tmp_path / "a.tif", save_all=True, append_images=[second, first])
    document = read(tmp_path / "a.tif", ocr=OCR)
    assert [bool(page.text) for page in document.pages] == [True, False, True]
    assert "page 2 scanned, and no text could be made out" in document.notes


def test_a_picture_without_text_or_broken_says_so(tmp_path: Path) -> None:
    Image.new("RGB", (900, 900), "white").save(tmp_path / "sky.png")
    with pytest.raises(UnreadableFile, match=r"No text could be made out in sky\.png"):
        read(tmp_path / "sky.png", ocr=OCR)
    (tmp_path / "cut.png").write_bytes((tmp_path / "sky.png").read_bytes()[:60])
    with pytest.raises(UnreadableFile, match=r"cut\.png is a broken picture"):
        read(tmp_path / "cut.png", ocr=OCR)


def test_reading_pages_can_be_stopped(tmp_path: Path) -> None:
    def told(done: int, total: int) -> None:
        raise Stopped(f"{done} of {total}")

    with pytest.raises(Stopped, match="1 of 1"):
        read(scan(tmp_path / "a.pdf"), ocr=OCR, told=told)


@pytest.mark.parametrize(
    ("languages", "says"), [("xyz", "tesseract-ocr-xyz"), ("eng; rm", "names no languages"), ("", "names no languages")]
)
def test_a_language_that_is_not_there_says_what_to_do(languages: str, says: str) -> None:
    found = load_ocr(languages)
    assert found.tesseract is None
    assert says in found.missing


def test_no_tesseract_on_the_path(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert load_ocr() == Ocr(None, load_ocr().missing)
    assert "install Tesseract" in load_ocr().missing


# What is in doubt


def seen(text: str, confidence: float = 95, again: float = 95, at: int = 0, line: int = 1) -> Seen:
    return Seen(text, at, line * 30, at + 10 * len(text), line * 30 + 20, confidence, (1, 1, line), again)


@pytest.mark.parametrize(
    ("word", "sure"),
    [
        (seen("1,284"), True),
        (seen("1,284", 60, 90), True),
        (seen("1,284", 60, 80), False),
        (seen("1,284", 95, 0), False),
        (seen("1,284", 40, 99), False),
        (seen("1,28"), True),  # a decimal comma
        (seen("12,84,1"), False),
        (seen("5.305"), False),
        (seen("l,284"), False),
        (seen("1,2B4"), False),
        (seen("Q3"), True),
        (seen("COVID-19"), True),
        (seen("(338)"), True),
        (seen("13.5%"), True),
    ],
)
def test_a_figure_is_kept_where_two_readings_agree_and_it_looks_like_one(word: Seen, sure: bool) -> None:
    texts, doubtful = hidden([seen("sales"), word])
    assert doubtful == (not sure)
    assert (HIDDEN in texts[1]) == (not sure)


def test_all_figures_of_a_line_go_with_one_that_is_in_doubt() -> None:
    texts, doubtful = hidden([seen("Sales"), seen("$1,284", 30, 0), seen("1,131")])
    assert texts == ["Sales", "$▯,▯▯▯", "▯,▯▯▯"]
    assert doubtful == 1


def test_letters_among_figures_are_in_doubt() -> None:
    assert hidden([seen("Tax"), seen("56"), seen("Ad", 70)])[0] == ["Tax", "▯▯", "Ad"]


@given(st.lists(st.tuples(st.sampled_from(["1,284", "13.5%", "Sales", "of"]), st.floats(0, 100), st.floats(0, 100))))
def test_no_digit_of_a_doubtful_line_stays(words: list[tuple[str, float, float]]) -> None:
    texts, doubtful = hidden([seen(*word) for word in words])
    assert [len(text) for text in texts] == [len(word[0]) for word in words]
    if doubtful:
        assert not any(character.isdigit() for text in texts for character in text)


# Lines and boxes


def test_figures_read_as_a_block_of_their_own_go_behind_their_labels() -> None:
    labels = [
        Seen("Sales", 0, 0, 50, 20, 95, (1, 1, 1)),
        Seen("Costs", 0, 40, 50, 60, 95, (1, 1, 2)),
    ]
    figures = [Seen("732", 200, 2, 230, 20, 95, (2, 1, 1)), Seen("(667)", 200, 41, 240, 62, 95, (2, 1, 2))]
    for words in (labels + figures, figures + labels):
        lines = [[word.text for word in line.words] for line in lines_of(words)]
        assert lines == [["Sales", "732"], ["Costs", "(667)"]]


def test_columns_of_prose_stay_apart() -> None:
    words = [
        Seen("left", 0, 0, 50, 20, 95, (1, 1, 1)),
        Seen("below", 0, 40, 50, 60, 95, (1, 1, 2)),
        Seen("right", 200, 0, 250, 20, 95, (2, 1, 1)),
    ]
    assert [[word.text for word in line.words] for line in lines_of(words)] == [["left"], ["below"], ["right"]]


def test_a_span_over_two_lines_has_two_boxes() -> None:
    words = [PlacedWord(0, 5, 0.1, 0.1, 0.2, 0.12, 90), PlacedWord(6, 10, 0.3, 0.1, 0.4, 0.12, 90),
             PlacedWord(11, 15, 0.1, 0.13, 0.2, 0.15, 90)]  # fmt: skip
    assert word_boxes(words, 0, 15) == [(0.1, 0.1, 0.4, 0.12), (0.1, 0.13, 0.2, 0.15)]
    assert word_boxes(words, 7, 8) == [(0.3, 0.1, 0.4, 0.12)]


def test_the_program_is_asked_once_for_its_languages() -> None:
    assert find_tesseract() is find_tesseract()
