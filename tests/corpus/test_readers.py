"""Readers on files made here: what is shown, where it stands, and what is said of files that can't be read."""

import io
import zipfile
from pathlib import Path
from typing import Any

import docx
import openpyxl
import pypdfium2
import pytest
from docx.parts.document import DocumentPart
from hypothesis import given
from hypothesis import strategies as st
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfgen.canvas import Canvas

from corpus.document import Document, Kind, Span
from corpus.errors import UnreadableFile
from corpus.readers import read
from corpus.readers.clean import clean, same_length
from corpus.readers.content import CSV, DOCX, HTML, MARKDOWN, PDF, TEXT, XLSX
from corpus.readers.csv import delimiter_of
from corpus.readers.html import read_html
from corpus.readers.markdown import read_markdown
from corpus.readers.pdf import render_page, span_boxes

FILINGS = sorted((Path(__file__).parents[3] / "shared" / "eval" / "financebench" / "pdfs").glob("*.pdf"))[::8]


def pdf(path: Path, pages: list[list[str]], rotation: int = 0, encrypt: StandardEncryption | None = None) -> Path:
    """Write a PDF of 600 × 800 points, its first line 100 points from the top, 20 points a line."""
    size = (800, 600) if rotation % 180 else (600, 800)  # reportlab turns the page it is given
    canvas = Canvas(str(path), pagesize=size, encrypt=encrypt)
    for lines in pages:
        canvas.setPageRotation(rotation)
        for number, line in enumerate(lines):
            canvas.setFont("Helvetica-Bold" if line.startswith("*") else "Helvetica", 12)
            canvas.drawString(60, 700 - 20 * number, line.lstrip("*"))
        canvas.rect(10, 10, 20, 20)
        canvas.showPage()
    canvas.save()
    return path


def write(path: Path, content: str | bytes) -> Path:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def check_cells(document: Document) -> None:
    for table in document.tables:
        page = document.pages[table.span.page].text
        assert page[table.span.start : table.span.end].strip()
        for cell in table.cells:
            if cell.span is None:
                assert cell.text == ""
            else:
                assert page[cell.span.start : cell.span.end] == cell.text
                assert table.span.start <= cell.span.start <= cell.span.end <= table.span.end
    for heading in document.headings:
        assert document.pages[heading.span.page].text[heading.span.start : heading.span.end] == heading.text


# PDF


@pytest.mark.parametrize("path", [None, *FILINGS], ids=lambda path: path.name if path else "made here")
def test_every_character_of_a_pdf_page_is_pdfiums(path: Path | None, tmp_path: Path) -> None:
    path = path or pdf(tmp_path / "a.pdf", [["Première line – fine", "second .......... 12"], ["next"]])
    document = read(path)
    assert document.media_type == PDF
    with pypdfium2.PdfDocument(path) as raw:
        for page in document.pages[::5]:
            textpage = raw[page.number].get_textpage()
            assert len(page.text) == textpage.count_chars()
            words = [(index, word) for index, word in enumerate(page.text.split(" ")) if word.isalpha()][:40:7]
            offset = 0
            for word in (word for _, word in words):
                offset = page.text.index(word, offset)
                assert textpage.get_text_range(offset, len(word)) == word


def test_pdf_headings_are_told_from_type_and_wording(tmp_path: Path) -> None:
    body = "The company makes lenses of many kinds and sells them in forty lands to buyers of all sizes."
    path = pdf(tmp_path / "a.pdf", [["Item 7. Discussion", body, "*Liquidity", body, "Total 12 13", body]])
    assert [(heading.text, heading.level) for heading in read(path).headings] == [
        ("Item 7. Discussion", 2),
        ("Liquidity", 4),
    ]


def test_a_table_of_contents_has_no_headings(tmp_path: Path) -> None:
    lines = ["PART I", *(f"Item {number}. Chapter {'x' * number}" for number in range(1, 7))]
    assert read(pdf(tmp_path / "a.pdf", [lines])).headings == ()


def test_leaders_of_dots_become_spaces_of_the_same_length(tmp_path: Path) -> None:
    document = read(pdf(tmp_path / "a.pdf", [["Cash ............ 12"]]))
    assert document.pages[0].text.strip() == "Cash" + " " * 14 + "12"


@pytest.mark.parametrize(
    ("rotation", "expected"),
    [(0, (0.1, 0.125)), (90, (0.875, 0.1)), (180, (0.9, 0.875)), (270, (0.125, 0.9))],
)
def test_boxes_stand_where_the_text_is_seen(rotation: int, expected: tuple[float, float], tmp_path: Path) -> None:
    path = pdf(tmp_path / "a.pdf", [["alpha beta", "gamma"]], rotation)
    text = read(path).pages[0].text
    start = text.index("alpha")
    (box,) = span_boxes(path, Span(0, start, start + 5))
    corner = {0: (0, 3), 90: (0, 1), 180: (2, 1), 270: (2, 3)}[rotation]
    assert box[corner[0]] == pytest.approx(expected[0], abs=0.015)
    assert box[corner[1]] == pytest.approx(expected[1], abs=0.015)


def test_a_span_over_two_lines_has_a_box_for_each(tmp_path: Path) -> None:
    path = pdf(tmp_path / "a.pdf", [["alpha beta", "gamma"]])
    text = read(path).pages[0].text
    boxes = span_boxes(path, Span(0, text.index("beta"), text.index("gamma") + 5))
    assert len(boxes) == 2
    assert boxes[0][3] <= boxes[1][1] + 0.01


def test_pages_are_rendered_at_the_width_asked_for(tmp_path: Path) -> None:
    png = render_page(pdf(tmp_path / "a.pdf", [["alpha"]]), 0, 300)
    assert png.startswith(b"\x89PNG")
    assert int.from_bytes(png[16:20], "big") == 300
    assert int.from_bytes(png[20:24], "big") == 400


def test_a_page_that_is_not_there_is_an_error_that_says_so(tmp_path: Path) -> None:
    path = pdf(tmp_path / "a.pdf", [["alpha"]])
    with pytest.raises(UnreadableFile, match="page 6"):
        render_page(path, 5)


def test_empty_pages_are_no_scans(tmp_path: Path) -> None:
    assert read(pdf(tmp_path / "a.pdf", [["alpha"], [], ["beta"]])).notes == ()


# Markdown, HTML, text


def test_markdown_is_shown_without_its_marks(tmp_path: Path) -> None:
    source = (
        "# A **bold** title\n\nSome *soft*\nwrap with [a link](http://x.y) and `code`.\n\n"
        "- one\n- **two**: x\n\n1. a\n2. b\n"
    )
    document = read(write(tmp_path / "a.md", source))
    assert (
        document.pages[0].text
        == "A bold title\n\nSome soft wrap with a link and code.\n\n- one\n- two: x\n\n1. a\n2. b"
    )
    assert document.media_type == MARKDOWN
    assert document.metadata.title == "A bold title"
    check_cells(document)


def test_html_inside_markdown_stays_literal(tmp_path: Path) -> None:
    document = read(write(tmp_path / "a.md", "x <script>alert(1)</script> y\n\n<div onclick=z>\nhi\n</div>\n"))
    assert "<script>alert(1)</script>" in document.pages[0].text
    assert "<div onclick=z>" in document.pages[0].text


def test_a_markdown_table_has_cells_in_place(tmp_path: Path) -> None:
    document = read(
        write(tmp_path / "a.md", "before\n\n| | Q1 | Q2 |\n|---|---|---|\n| Rev | 1 | |\n| Net |  | **4** |\n")
    )
    (table,) = document.tables
    assert document.pages[0].text == "before\n\n| Q1 | Q2\nRev | 1\nNet |  | 4"
    assert {(cell.row, cell.column): cell.text for cell in table.cells if cell.text} == {
        (0, 1): "Q1", (0, 2): "Q2", (1, 0): "Rev", (1, 1): "1", (2, 0): "Net", (2, 2): "4",
    }  # fmt: skip
    check_cells(document)


def test_html_hides_what_a_browser_hides(tmp_path: Path) -> None:
    source = """<!doctype html><html><head><title>t</title><style>p{}</style></head><body>
    <h1>Title</h1><script>bad()</script><p>One <b>two</b><br>three</p><p style="display: none">no</p><p hidden>no</p>
    <!-- no --><ul><li>a</li><li>b &amp; &lt;c&gt;</li></ul><ol start=3><li>x</li></ol></body></html>"""
    document = read(write(tmp_path / "a.html", source))
    assert document.pages[0].text == "Title\n\nOne two\nthree\n\n- a\n- b & <c>\n3. x"
    assert document.media_type == HTML


def test_an_html_table_joins_signs_to_figures_and_drops_empty_columns(tmp_path: Path) -> None:
    source = """<table><tr><th></th><th></th><th colspan=3>2024</th><th>2023</th></tr>
    <tr><td>Loss</td><td></td><td>$</td><td>(1,234</td><td>)</td><td>5</td></tr></table>"""
    document = read(write(tmp_path / "a.html", f"<html><body>{source}</body></html>"))
    (table,) = document.tables
    assert table.header_rows == 1
    assert {cell.text for cell in table.cells if cell.text} == {"2024", "2023", "Loss", "$(1,234)", "5"}
    check_cells(document)


def test_a_table_that_lays_out_a_page_is_read_as_text(tmp_path: Path) -> None:
    source = "<html><table><tr><td><h2>Left</h2><p>text</p></td><td>right</td></tr></table></html>"
    document = read(write(tmp_path / "a.html", source))
    assert document.tables == ()
    assert [heading.text for heading in document.headings] == ["Left"]


def test_deep_nesting_is_read_without_recursion() -> None:
    assert "core" in read_html(b"<div>" * 5000 + b"core" + b"</div>" * 5000).page().text


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030", "cp1252"])
def test_text_is_decoded_whatever_its_encoding(encoding: str, tmp_path: Path) -> None:
    text = "公司营业收入同比增长，净利润上升。" * 20 if encoding == "gb18030" else "Zürich café – naïve façade. " * 20
    document = read(write(tmp_path / "a.txt", text.encode(encoding)))
    assert document.pages[0].text.strip() == text.strip()
    assert document.media_type == TEXT


def test_characters_that_hide_or_turn_text_are_removed(tmp_path: Path) -> None:
    document = read(write(tmp_path / "a.txt", "pay\u200bpal \u202eevil\u202c\r\nline\x00two\ufeff"))
    assert document.pages[0].text == "paypal evil\nline two"


@given(st.text())
def test_cleaning_is_stable_and_keeps_the_length_where_it_must(text: str) -> None:
    assert clean(clean(text)) == clean(text)
    assert len(same_length(text)) == len(text)


@given(st.text(st.sampled_from("ab|-#*_`<>[]()!\n 1.&;\\~"), max_size=200))
def test_any_markdown_gives_cells_and_headings_in_place(text: str) -> None:
    writer = read_markdown(text)
    page = writer.page()
    check_cells(Document("d", "/d", "0", MARKDOWN, (page,), tuple(writer.tables), tuple(writer.headings)))


# Office files and CSV


def test_a_word_file_has_each_style_looked_up_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # python-docx goes through all styles for each paragraph: 20 times the work of everything else.
    made = docx.Document()
    for number in range(20):
        made.add_paragraph(f"plain {number}")
        made.add_heading(f"heading {number}", 2)
    made.save(str(tmp_path / "a.docx"))
    asked: list[str | None] = []
    find = DocumentPart.get_style

    def counted(part: DocumentPart, style_id: str | None, style_type: Any) -> Any:
        asked.append(style_id)
        return find(part, style_id, style_type)

    monkeypatch.setattr(DocumentPart, "get_style", counted)
    document = read(tmp_path / "a.docx")
    assert [heading.text for heading in document.headings] == [f"heading {number}" for number in range(20)]
    assert sorted(asked, key=str) == ["Heading2", None]


def test_a_word_file_keeps_the_order_of_text_and_tables(tmp_path: Path) -> None:
    made = docx.Document()
    made.add_heading("Report", 1)
    made.add_paragraph("Before.")
    table = made.add_table(2, 3)
    for row, cells in enumerate((("Item", "2024", "2023"), ("Cash", "1", "2"))):
        for column, text in enumerate(cells):
            table.cell(row, column).text = text
    made.add_paragraph("point", style="List Bullet")
    made.add_paragraph().add_run("secret").font.hidden = True
    made.save(str(tmp_path / "a.docx"))
    document = read(tmp_path / "a.docx")
    assert document.pages[0].text == "Report\n\nBefore.\n\nItem | 2024 | 2023\nCash | 1 | 2\n\n- point"
    assert document.media_type == DOCX
    assert [heading.text for heading in document.headings] == ["Report"]
    check_cells(document)


def test_merged_cells_of_a_word_table_are_read_once(tmp_path: Path) -> None:
    made = docx.Document()
    table = made.add_table(2, 2)
    table.cell(0, 0).merge(table.cell(0, 1)).text = "wide"
    table.cell(1, 0).text, table.cell(1, 1).text = "a", "b"
    made.save(str(tmp_path / "a.docx"))
    assert read(tmp_path / "a.docx").pages[0].text == "wide\na | b"


def test_each_visible_sheet_is_a_page_with_values_as_shown(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "Income"
    for row in (
        ["Norrland, in millions"],
        ["Item", 2024, 2023],
        ["Revenue", 1234.5, 1000],
        ["Margin", 0.125, None],
        [],
        ["Note"],
    ):
        sheet.append(row)
    sheet["B3"].number_format = "#,##0.0"
    sheet["B4"].number_format = "0.0%"
    book.create_sheet("Cash").append(["only", "two"])
    book.create_sheet("Hidden").sheet_state = "hidden"
    book.save(tmp_path / "a.xlsx")
    document = read(tmp_path / "a.xlsx")
    assert document.media_type == XLSX
    assert [page.label for page in document.pages] == ["Income", "Cash"]
    assert document.pages[0].text == (
        "Norrland, in millions\nItem | 2024 | 2023\nRevenue | 1,234.5 | 1000\nMargin | 12.5%\n\nNote"
    )
    assert (document.tables[0].caption, document.tables[0].header_rows) == ("Norrland, in millions", 1)
    assert document.notes == ("hidden sheet 'Hidden' left out",)
    assert document.metadata.kind is Kind.TABLE
    check_cells(document)


def test_formulas_without_a_saved_value_are_noted(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["a", 1])
    sheet.append(["b", "=B1*2"])
    book.save(tmp_path / "a.xlsx")
    assert read(tmp_path / "a.xlsx").notes == (
        "1 formulas have no saved value: open the workbook, save it and add it again",
    )


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_csv_is_one_table_whatever_the_delimiter(delimiter: str, tmp_path: Path) -> None:
    rows = (["Item", "2024", "2023"], ["Cash", '"1,5"', "2"], ["Debt", '"a ""b"""', "4"])
    document = read(write(tmp_path / "a.csv", "\n".join(delimiter.join(row) for row in rows)))
    assert document.pages[0].text == 'Item | 2024 | 2023\nCash | 1,5 | 2\nDebt | a "b" | 4'
    assert document.media_type == CSV
    assert document.tables[0].header_rows == 1
    check_cells(document)


def test_a_csv_of_one_column_is_read_line_by_line(tmp_path: Path) -> None:
    assert delimiter_of("alpha\nbeta\n") == ","
    assert read(write(tmp_path / "a.csv", "alpha\nbeta\n")).pages[0].text == "alpha\nbeta"


# What a file is, and what can't be read


def test_a_pdf_named_txt_is_read_as_pdf(tmp_path: Path) -> None:
    document = read(pdf(tmp_path / "a.txt", [["alpha"]]))
    assert document.media_type == PDF
    assert document.name == "a"


def test_html_named_txt_is_read_as_html(tmp_path: Path) -> None:
    assert read(write(tmp_path / "a.txt", "<!DOCTYPE html><p>hello</p>")).pages[0].text == "hello"


def test_a_workbook_named_docx_is_read_as_a_workbook(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["a", "b"])
    book.save(tmp_path / "a.xlsx")
    (tmp_path / "a.xlsx").rename(tmp_path / "a.docx")
    assert read(tmp_path / "a.docx").media_type == XLSX


def zipped(**parts: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name.replace("__", "/") + ".xml", content)
    return out.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("a.txt", b"", "empty"),
        ("a.md", b" \n\n ", "empty"),
        ("a.html", b"<html><script>x</script></html>", "no text"),
        ("a.pdf", b"%PDF-1.7\nbroken", "broken"),
        ("a.pdf", b"just words", "isn't one"),
        ("a.docx", b"PK\x03\x04 cut off", "broken"),
        ("a.docx", zipped(word__document=b"<x/>"), "broken"),
        ("a.xlsx", zipped(xl__workbook=b"<x/>"), "broken"),
        ("a.docx", zipped(other=b"<x/>"), "zip archive"),
        ("a.docx", zipped(word__document=b"<!DOCTYPE x [<!ENTITY a 'b'>]><x/>"), "entities"),
        ("a.xlsx", zipped(xl__workbook=b" " * 30_000_000), "zip bomb"),
        ("a.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"x" * 99, "password-protected"),
        ("a.png", b"\x89PNG\r\n\x1a\n", "install Tesseract"),
        ("a.jpg", b"just words", "isn't one"),
        ("a.gif", b"GIF89a and so on", "PNG, JPEG or TIFF"),
        ("a.webp", b"RIFF\x00\x00\x00\x00WEBPVP8 ", "PNG, JPEG or TIFF"),
        ("a.txt", bytes(range(256)) * 20, "isn't text"),
        ("a.xyz", b"words", "Save it as one of"),
        ("a.rtf", b"{\\rtf1 x}", "RTF"),
        ("a.csv", b'a,"' + b"x" * 1_100_000, "quotes"),
    ],
)
def test_says_what_is_wrong_and_what_to_do(name: str, content: bytes, says: str, tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match=says) as caught:
        read(write(tmp_path / name, content))
    assert name in str(caught.value)


@pytest.mark.parametrize("suffix", ["docx", "xlsx"])
def test_an_office_file_damaged_anywhere_is_read_or_refused(suffix: str, tmp_path: Path) -> None:
    whole = tmp_path / f"whole.{suffix}"
    if suffix == "docx":
        made = docx.Document()
        made.add_heading("Title", 1)
        made.save(str(whole))
    else:
        openpyxl.Workbook().save(whole)
    source = zipfile.ZipFile(whole)
    refused = 0
    for damaged in source.namelist():
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as archive:
            for name in source.namelist():
                content = source.read(name)
                archive.writestr(name, content[: len(content) // 2] if name == damaged else content)
        try:
            read(write(tmp_path / f"damaged.{suffix}", out.getvalue()))
        except UnreadableFile:
            refused += 1
    assert refused


def test_an_encrypted_pdf_is_refused(tmp_path: Path) -> None:
    path = pdf(tmp_path / "a.pdf", [["alpha"]], encrypt=StandardEncryption("user", "owner"))
    with pytest.raises(UnreadableFile, match="password"):
        read(path)


def test_a_pdf_of_empty_pages_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match="only empty pages"):
        read(pdf(tmp_path / "a.pdf", [[], []]))


def test_too_large_missing_and_folders_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match="too large"):
        read(write(tmp_path / "a.txt", "x" * 100), max_bytes=10)
    with pytest.raises(UnreadableFile, match="can't be opened"):
        read(tmp_path / "none.txt")
    with pytest.raises(UnreadableFile, match="folder"):
        read(tmp_path)


def test_a_text_that_speaks_of_pdf_is_no_pdf(tmp_path: Path) -> None:
    document = read(write(tmp_path / "a.md", "A PDF begins with %PDF-1.7 and goes on from there."))
    assert document.media_type == MARKDOWN


def test_a_csv_of_too_many_cells_is_refused_before_it_fills_the_memory(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", "id,value\n" + "1,2\n" * 500_000)
    with pytest.raises(UnreadableFile, match="more than 1,000,000 cells"):
        read(path)


def test_html_that_names_an_impossible_encoding_is_read_all_the_same(tmp_path: Path) -> None:
    path = tmp_path / "a.html"
    path.write_bytes(b'<html><head><meta charset="gb\x18k"></head><body><p>The mill has 5 wheels.</p></body></html>')
    assert read(path).pages[0].text == "The mill has 5 wheels."
