"""The PDF, read back by PDFium: its text, its links, its pages, and a character that no font has."""

import ctypes
import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pypdfium2 as pdfium
import pypdfium2.raw as raw
import pytest

from app.answer import Answer, AnswerKind, Citation, Statement
from app.paper import Format, chat_file, message_file
from app.paper.pdf_direction import drawn, joined_letters
from app.paper.pdf_fonts import pieces
from tests.app.paper.answers import ALL, COMPUTED, HOSTILE, LONG, REFUSAL, SERIES, chat


@contextmanager
def opened(body: bytes) -> Iterator[pdfium.PdfDocument]:
    document = pdfium.PdfDocument(io.BytesIO(body))
    try:
        yield document
    finally:
        document.close()


def pages(body: bytes) -> list[str]:
    with opened(body) as document:
        return [page.get_textpage().get_text_range().replace("\r\n", "\n") for page in document]


def words(text: str) -> str:
    return " ".join(text.split())


def one(answer: Answer) -> bytes:
    return message_file(chat(answer).messages[0], Format.PDF).body


def links(document: pdfium.PdfDocument) -> list[tuple[int, int]]:
    """Each link within the document as (page it stands on, page it leads to)."""
    found = []
    for number, page in enumerate(document):
        position, link = ctypes.c_int(0), raw.FPDF_LINK()
        while raw.FPDFLink_Enumerate(page.raw, position, link):
            target = raw.FPDFLink_GetDest(document.raw, link)
            assert target, "a link leads nowhere"
            found.append((number, raw.FPDFDest_GetDestPageIndex(document.raw, target)))
    return found


def test_the_text_can_be_selected_and_says_what_the_answer_says() -> None:
    said = words("\n".join(pages(one(COMPUTED))))
    for part in (
        "What was revenue a year before?",
        "Asked 28 November 2026, 07:05 UTC",
        "Understood as: What was Acorn's revenue a year before Q1 2026?",
        "revenue, Q1 2026 2.88 billion CNY[1]",
        "base = 2.88 ÷ (1 + 1.59) 1.112 billion CNY",
        "1 quarter, page 1: “revenue of 2.88 billion CNY, up 159%”",
        "2 orders & more, page 4: “Large orders followed.”",
    ):
        assert part in said
    assert "7 trillion" not in said


def test_a_series_and_a_refusal() -> None:
    said = words("\n".join(pages(one(SERIES))))
    assert "FY2025 FY2024 FY2023" in said
    assert re.search(r"net sales, million USD 1,284\[\d\] 1,131\[\d\] 1,042\[\d\]", said)
    refused = words("\n".join(pages(one(REFUSAL))))
    assert "The documents don’t say who." in refused
    assert "quarter, page 2: “No officer is named.”[1]" in refused


def test_marks_lead_to_their_footnotes_and_footnotes_back() -> None:
    body = one(COMPUTED)
    with opened(body) as document:
        # Four marks ([1] twice in the table, [2] and [1] in the sentence) and two footnotes.
        assert links(document) == [(0, 0)] * 6


def test_pages_are_numbered_and_the_document_says_what_it_is() -> None:
    body = chat_file(chat(*ALL), Format.PDF).body
    with opened(body) as document:
        assert document.get_metadata_dict()["Title"] == "Orders & officers"
        assert document.get_metadata_dict()["Author"] == "Footnote"
        outline = [item.get_title() for item in document.get_toc()]
        count = len(document)
    assert outline[0] == "Orders & officers"
    assert outline[1] == "What was revenue a year before?"
    assert len(outline) == 1 + len(ALL)
    for number, text in enumerate(pages(body), 1):
        assert text.rstrip().endswith(f"{number} / {count}")


def test_fonts_are_embedded_and_a_character_without_one_is_named() -> None:
    body = one(HOSTILE)
    said = words("\n".join(pages(body)))
    assert "收入增长" in said
    assert "€5 − 3" in said
    assert "[U+1F600]" in said.replace(" ", "").replace("]U+1F600]", "[U+1F600]")
    assert "<script>alert(1)</script>" in said
    with opened(body) as document:
        fonts = set()
        for page in document:
            for item in page.get_objects(filter=[raw.FPDF_PAGEOBJ_TEXT]):
                font = raw.FPDFTextObj_GetFont(item.raw)
                fonts.add(raw.FPDFFont_GetIsEmbedded(font))
    assert fonts == {1}


def test_every_character_is_set_or_named() -> None:
    assert list(pieces("a€−中")) == [("manimgx_fonts/NotoSans[wght].ttf", "a€−"), ("paperang_p2_fonts_cjk/fonts/wqy-microhei.ttc", "中")]  # fmt: skip
    assert "".join(part for _, part in pieces("x\U0001f600y\U000f1234")) == "x[U+1F600]y[U+F1234]"


def test_a_long_answer_goes_over_pages_and_loses_no_word() -> None:
    found = pages(one(LONG))
    assert len(found) > 3
    said = "\n".join(found)
    assert said.count("Orders rose") + said.count("Orders\nrose") == 400
    assert said.count("W") >= 3000


def test_footnotes_that_fill_more_than_a_page_go_on_on_the_next_in_order() -> None:
    quotes = ["First " + "alpha " * 1500, "Second " + "beta " * 1500, "Third."]
    cited = tuple(Citation(f"d{number}", 0, number, number + 1, quote) for number, quote in enumerate(quotes))
    answer = Answer(
        "q?", AnswerKind.ANSWER, "", tuple(Statement(f"Sentence {n}.", (one,)) for n, one in enumerate(cited))
    )
    said = words("\n".join(pages(one(answer))))
    assert said.count("alpha") == 1500
    assert said.count("beta") == 1500
    at = [said.index(word) for word in ("First alpha", "Second beta", "Third.")]
    assert at == sorted(at)
    for number in range(3):
        assert f"Sentence {number}.[{number + 1}]" in said


def test_a_footnote_begins_on_the_page_of_its_mark() -> None:
    many = tuple(
        Statement(f"Sentence {n} is here. " * 6, (Citation("d", n, 0, 5, f"quote {n} " * 9),)) for n in range(60)
    )
    found = pages(one(Answer("q?", AnswerKind.ANSWER, "", many)))
    assert len(found) >= 3
    for text in found:
        marks = set(re.findall(r"\[(\d+)\]", text))
        begun = set(re.findall(r"^(\d+) d, page", text, re.MULTILINE))
        assert marks == begun


def test_nothing_stands_outside_of_the_page() -> None:
    wide = replace(SERIES, question="Q" * 400)
    for answer in (wide, HOSTILE, LONG):
        with opened(one(answer)) as document:
            for page in document:
                width, height = page.get_size()
                for item in page.get_objects(filter=[raw.FPDF_PAGEOBJ_TEXT]):
                    left, bottom, right, top = item.get_bounds()
                    assert left >= 40
                    assert right <= width - 40
                    assert bottom >= 30
                    assert top <= height - 40


@pytest.mark.parametrize(
    ("word", "shown"),
    [
        ("plain", "plain"),
        ("שלום", "םולש"),
        ("(שלום)", "(םולש)"),
        ("ב-2025", "2025-ב"),
    ],
)
def test_words_from_right_to_left_are_turned_round(word: str, shown: str) -> None:
    assert drawn(word) == shown


def test_arabic_letters_are_joined() -> None:
    assert joined_letters("سلم") == "\ufeb3\ufee0\ufee2"
    assert drawn("سلم") == "\ufee2\ufee0\ufeb3"
    assert joined_letters("دار") == "\ufea9\ufe8d\ufead"  # letters that join nothing after them
