"""The Word file, read back by python-docx and as XML: Word's own footnotes, each marked where it belongs."""

import io
import zipfile
from typing import Any

import pytest
from docx import Document
from lxml import etree

from app.answer import Answer
from app.paper import Exchange, Format, chat_file, compose, message_file
from tests.app.paper.answers import ALL, COMPUTED, HOSTILE, LONG, SERIES, WHEN, chat

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def parts(body: bytes) -> dict[str, Any]:
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        assert archive.testzip() is None
        return {
            name: etree.fromstring(archive.read(name))
            for name in archive.namelist()
            if name.endswith((".xml", ".rels"))
        }


def footnotes(root: Any) -> dict[int, str]:
    return {
        int(note.get(f"{W}id")): "".join(note.itertext())
        for note in root.findall(f"{W}footnote")
        if note.get(f"{W}type") is None
    }


def test_every_citation_is_a_footnote_with_place_and_quotation_marked_in_order() -> None:
    held = parts(chat_file(chat(*ALL), Format.WORD).body)
    notes = footnotes(held["word/footnotes.xml"])
    marks = [int(one.get(f"{W}id")) for one in held["word/document.xml"].iter(f"{W}footnoteReference")]
    # Word numbers footnotes in the order of their references, each of which stands once.
    assert marks == sorted(marks) == sorted(notes)
    paper = compose("x", [Exchange(answer, WHEN) for answer in ALL])
    assert {note.number: f" {note.place}: “{note.quote}”" for note in paper.notes} == notes


def test_a_mark_that_comes_again_leads_to_the_same_footnote() -> None:
    document = parts(message_file(chat(COMPUTED).messages[0], Format.WORD).body)["word/document.xml"]
    codes = [one.text.split() for one in document.iter(f"{W}instrText")]
    names = {one.get(f"{W}name") for one in document.iter(f"{W}bookmarkStart")}
    assert codes
    assert all(code[0] == "NOTEREF" and code[1] in names for code in codes)


def test_the_package_names_its_footnotes_and_their_separators() -> None:
    held = parts(message_file(chat(COMPUTED).messages[0], Format.WORD).body)
    types = {one.get("PartName"): one.get("ContentType") for one in held["[Content_Types].xml"]}
    assert types["/word/footnotes.xml"].endswith("wordprocessingml.footnotes+xml")
    targets = [
        one.get("Target") for one in held["word/_rels/document.xml.rels"] if one.get("Type").endswith("/footnotes")
    ]
    assert targets == ["footnotes.xml"]
    kinds = [one.get(f"{W}type") for one in held["word/footnotes.xml"].findall(f"{W}footnote")][:2]
    assert kinds == ["separator", "continuationSeparator"]
    order = [one.tag.removeprefix(W) for one in held["word/settings.xml"]]
    assert order.index("footnotePr") < order.index("compat")
    styles = {one.get(f"{W}styleId") for one in held["word/styles.xml"].iter(f"{W}style")}
    used = {one.get(f"{W}val") for name in ("document", "footnotes") for one in held[f"word/{name}.xml"].iter(f"{W}pStyle", f"{W}rStyle")}  # fmt: skip
    assert used <= styles


def test_it_reads_as_the_answer_does() -> None:
    document = Document(io.BytesIO(message_file(chat(COMPUTED).messages[0], Format.WORD).body))
    said = "\n".join(paragraph.text for paragraph in document.paragraphs)
    assert document.paragraphs[0].text == "What was revenue a year before?"
    assert document.paragraphs[0].style.name == "Heading 1"
    assert "Understood as: What was Acorn's revenue a year before Q1 2026?" in said
    assert "Large orders followed." in said
    assert "7 trillion" not in said
    steps = [[cell.text.rstrip("\u202f1") for cell in row.cells] for row in document.tables[0].rows]
    assert steps[0] == ["revenue, Q1 2026", "2.88 billion CNY"]
    assert steps[2] == ["base = 2.88 ÷ (1 + 1.59)", "1.112 billion CNY"]
    known = document.core_properties
    assert (known.title, known.author) == ("What was revenue a year before?", "Footnote")
    assert "python-docx" not in (known.comments or "")


def test_a_series_is_a_table_whose_head_repeats_on_each_page() -> None:
    document = Document(io.BytesIO(message_file(chat(SERIES).messages[0], Format.WORD).body))
    head = document.tables[0].rows[0]
    assert [cell.text for cell in head.cells] == ["", "FY2025", "FY2024", "FY2023"]
    assert head._tr.trPr.find(f"{W}tblHeader") is not None
    # A thin space keeps the mark from being read as the figure's last digit.
    assert document.tables[0].rows[1].cells[1].text == "1,284\u202f3"


@pytest.mark.parametrize("answer", [HOSTILE, LONG])
def test_any_text_is_text(answer: Answer) -> None:
    body = message_file(chat(answer).messages[0], Format.WORD).body
    held = parts(body)
    assert etree.tostring(held["word/document.xml"]).count(b"<w:hyperlink") == 0
    said = "".join(held["word/document.xml"].itertext()) + "".join(held["word/footnotes.xml"].itertext())
    paper = compose("x", [Exchange(answer, WHEN)])
    for part in answer.statements:
        assert " ".join(part.text.split()) in said
    for note in paper.notes:
        assert note.quote in said


def test_words_from_right_to_left_are_set_so() -> None:
    answer = Answer("שלום עולם?", COMPUTED.kind, "", COMPUTED.statements)
    document = Document(io.BytesIO(message_file(chat(answer).messages[0], Format.WORD).body))
    assert document.paragraphs[0].runs[0].font.rtl
