"""Files that are made to do harm, or that no program should have written: each is read or refused, with what to do."""

import io
import os
import threading
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

import docx
import openpyxl
import pypdfium2
import pytest

from corpus.errors import UnreadableFile
from corpus.readers import read
from corpus.readers.html import read_html
from corpus.readers.markdown import read_markdown
from corpus.readers.pdf import render_page
from corpus.readers.regular import open_regular
from corpus.reading import BeyondLimits, Limits, ReaderProcess
from index.preparing import Prepared, prepare

WORD = b"http://schemas.openxmlformats.org/wordprocessingml/2006/main"
SHEET = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"
TEXT = b"BT /F 12 Tf 50 700 Td (The mill has 5 wheels.) Tj ET"
FONT = b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"
LAUGHS = (
    b'<!DOCTYPE a [<!ENTITY a "lol"><!ENTITY b "' + b"&a;" * 1000 + b'"><!ENTITY c "' + b"&b;" * 1000
    + b'"><!ENTITY d "' + b"&c;" * 1000 + b'">]>'
)  # fmt: skip
OUTSIDE = b'<!DOCTYPE a [<!ENTITY d SYSTEM "file:///etc/passwd">]>'
FAR = b"<!--" + b"x" * 70_000 + b"-->"  # further than a look at the beginning reaches


@pytest.fixture(scope="module")
def reader() -> Iterator[ReaderProcess]:
    made = ReaderProcess(Limits(memory_mb=400, seconds=30))
    yield made
    made.end()


def within(reader: ReaderProcess, path: Path) -> Prepared:
    return reader.call(path.name, prepare, path, 200 << 20, 220)


def write(path: Path, content: bytes | str) -> Path:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def word(body: bytes, before: bytes = b"") -> bytes:
    out = io.BytesIO()
    docx.Document().save(out)
    content = b'<?xml version="1.0"?>' + before + b'<w:document xmlns:w="' + WORD + b'"><w:body>' + body
    return with_member(out.getvalue(), "word/document.xml", content + b"</w:body></w:document>")


def sheet(rows: bytes, before: bytes = b"") -> bytes:
    out = io.BytesIO()
    openpyxl.Workbook().save(out)
    content = b'<?xml version="1.0"?>' + before + b'<worksheet xmlns="' + SHEET + b'">' + rows + b"</worksheet>"
    return with_member(out.getvalue(), "xl/worksheets/sheet1.xml", content)


def with_member(data: bytes, member: str, content: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            target.writestr(name, content if name == member else source.read(name))
    return out.getvalue()


def pdf(*objects: bytes) -> bytes:
    """A PDF of these objects: 1 the catalogue, 2 the root of the pages, and so on."""
    out, offsets = b"%PDF-1.4\n", []
    for number, one in enumerate(objects, 1):
        offsets.append(len(out))
        out += b"%d 0 obj\n" % number + one + b"\nendobj\n"
    table = b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1) + b"".join(
        b"%010d 00000 n \n" % at for at in offsets
    )
    return out + table + b"trailer<</Root 1 0 R/Size %d>>\nstartxref\n%d\n%%%%EOF" % (len(objects) + 1, len(out))


def stream(data: bytes, more: bytes = b"") -> bytes:
    return b"<</Length %d" % len(data) + more + b">>stream\n" + data + b"\nendstream"


def page(more: bytes = b"", box: bytes = b"600 800") -> bytes:
    return (
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 "
        + box
        + b"]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>"
        + more
        + b">>>>"
    )


CATALOGUE, PAGES = b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[3 0 R]/Count 1>>"


# Bombs


def test_a_stream_that_unpacks_to_gigabytes_ends_its_process_alone(tmp_path: Path, reader: ReaderProcess) -> None:
    packer = zlib.compressobj(9)
    bomb = b"".join([*(packer.compress(b" " * (1 << 20)) for _ in range(1500)), packer.flush()])
    path = write(tmp_path / "a.pdf", pdf(CATALOGUE, PAGES, page(), stream(bomb, b"/Filter/FlateDecode"), FONT))
    with pytest.raises(BeyondLimits, match=r"400 MB.*reader_memory_mb"):
        within(reader, path)
    assert within(reader, write(tmp_path / "b.html", "<html><p>Fine.")).passages[0].text == "Fine."


def test_a_drawing_that_calls_itself_ends_its_process_alone(tmp_path: Path, reader: ReaderProcess) -> None:
    form = b"/Type/XObject/Subtype/Form/BBox[0 0 600 800]/Resources<</Font<</F 5 0 R>>/XObject<</X %d 0 R>>>>"
    levels = [stream(b"/X Do " * 10 + TEXT, form % (7 + level)) for level in range(9)]
    made = pdf(
        CATALOGUE, PAGES, page(b"/XObject<</X 6 0 R>>"), stream(TEXT + b" /X Do"), FONT, *levels, stream(TEXT, form % 5)
    )
    path = write(tmp_path / "a.pdf", made)
    with pytest.raises(BeyondLimits):
        within(reader, path)
    with pytest.raises(BeyondLimits):
        reader.call("page 1", render_page, path, 0, 300)


def test_a_word_file_that_unpacks_to_more_than_the_limit_says_so(tmp_path: Path, reader: ReaderProcess) -> None:
    path = write(
        tmp_path / "a.docx", word(b"".join(b"<w:p><w:r><w:t>%d</w:t></w:r></w:p>" % n for n in range(1_500_000)))
    )
    with pytest.raises(UnreadableFile, match=r"400 MB.*reader_memory_mb"):
        within(reader, path)


@pytest.mark.parametrize("before", [LAUGHS, FAR + LAUGHS], ids=["near", "far"])
@pytest.mark.parametrize("kind", ["docx", "xlsx"])
def test_entities_that_grow_are_refused(before: bytes, kind: str, tmp_path: Path, reader: ReaderProcess) -> None:
    body = b"<w:p><w:r><w:t>&d;</w:t></w:r></w:p>"
    rows = b'<sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>&d;</t></is></c></row></sheetData>'
    path = write(tmp_path / f"a.{kind}", word(body, before) if kind == "docx" else sheet(rows, before))
    with pytest.raises(UnreadableFile, match=r"entities|broken"):
        within(reader, path)


def test_entities_in_two_bytes_a_character_are_seen(tmp_path: Path) -> None:
    text = f'<?xml version="1.0" encoding="utf-16"?>{OUTSIDE.decode()}<a/>'
    path = write(tmp_path / "a.docx", with_member(word(b""), "word/document.xml", text.encode("utf-16")))
    with pytest.raises(UnreadableFile, match="XML entities"):
        read(path)


def test_no_other_file_is_read_through_an_entity(tmp_path: Path) -> None:
    body = b"<w:p><w:r><w:t>Seen. &d;</w:t></w:r></w:p>"
    assert read(write(tmp_path / "a.docx", word(body, FAR + OUTSIDE))).pages[0].text == "Seen."
    html = OUTSIDE.decode() + "<html><p>Seen. &d;<iframe src='file:///etc/passwd'></iframe></html>"
    assert "root:" not in read(write(tmp_path / "a.html", html)).pages[0].text


# Size and depth


def test_a_workbook_that_declares_a_billion_cells_is_read_for_those_it_has(tmp_path: Path) -> None:
    cells = (
        b'<dimension ref="A1:XFD1048576"/><sheetData><row r="1"><c r="A1"><v>1</v></c></row>'
        b'<row r="1048576"><c r="XFD1048576"><v>7</v></c></row></sheetData>'
    )
    assert read(write(tmp_path / "a.xlsx", sheet(cells))).pages[0].text == "1\n\n7"


def test_a_workbook_with_a_cell_far_to_the_right_in_each_row_is_refused(tmp_path: Path) -> None:
    rows = b"".join(b'<row r="%d"><c r="XFD%d"><v>7</v></c></row>' % (row, row) for row in range(1, 2000))
    with pytest.raises(UnreadableFile, match=r"more than 1,000,000 cells.*Split it"):
        read(write(tmp_path / "a.xlsx", sheet(b"<sheetData>" + rows + b"</sheetData>")))


def test_a_word_table_with_a_cell_over_millions_of_columns_is_refused(tmp_path: Path) -> None:
    cell = b'<w:tc><w:tcPr><w:gridSpan w:val="100000000"/></w:tcPr><w:p/></w:tc>'
    with pytest.raises(UnreadableFile, match=r"over 100000000 columns.*Save it again"):
        read(write(tmp_path / "a.docx", word(b"<w:tbl><w:tblGrid/><w:tr>" + cell + b"</w:tr></w:tbl>")))


def test_tables_within_tables_within_tables_of_a_word_file(tmp_path: Path) -> None:
    for depth, fits in ((60, True), (5000, False)):
        body = (
            b"<w:tbl><w:tr><w:tc>" * depth
            + b"<w:p><w:r><w:t>core</w:t></w:r></w:p>"
            + b"</w:tc></w:tr></w:tbl>" * depth
        )
        path = write(tmp_path / "a.docx", word(body))
        if fits:
            assert read(path).pages[0].text == "core"
        else:
            with pytest.raises(UnreadableFile, match=r"depth.*Save it again"):
                read(path)


@pytest.mark.parametrize(
    "opening",
    [
        "<div>",
        "<div style='color:#fff'>",
        "<table><tr><td>a<td>",
        "<ol><li>",
        "<h1>",
        "<p style='font-size:0'><b>",
        "<b>",
        "<pre>",
    ],
)
def test_html_of_a_hundred_thousand_levels(opening: str, tmp_path: Path, reader: ReaderProcess) -> None:
    levels = 100_000 // opening.count("<")
    path = write(tmp_path / "a.html", f"<html><body><p>First.</p>{opening * levels}core")
    assert "First." in within(reader, path).document.pages[0].text


@pytest.mark.timeout(60)
@pytest.mark.parametrize("opening", ["[", "![", "[<", "[a"])
def test_brackets_that_nothing_closes_take_no_longer_than_their_length(opening: str) -> None:
    assert "The mill." in read_markdown(f"# Mill\n\n{opening * 30_000} The mill.").page().text


@pytest.mark.timeout(60)
@pytest.mark.parametrize("mark", ["> ", "x_ ", "a*b "])
def test_a_few_brackets_before_many_marks_take_no_longer_than_their_length(mark: str) -> None:
    assert "The mill." in read_markdown(f"# Mill\n\n{'[' * 2000}{mark * 40_000} The mill.").page().text


def test_links_of_a_long_text_are_read_as_links() -> None:
    item = "- [ ] The [mill](https://mill.example/a_b) and [yarn][y], [loom\n"
    text = read_markdown(f"# Mill\n\n{item * 2000}\n[y]: https://yarn.example\n").page().text
    assert text.count("The mill and yarn, [loom") == 2000


@pytest.mark.timeout(60)
def test_long_lists_and_cells_over_many_rows_take_no_longer_than_their_length() -> None:
    page = read_html(b"<html><ol start=3>" + b"<li>x" * 100_000 + b"</ol>").page()
    assert page.text.startswith("3. x\n4. x\n")
    assert page.text.endswith("\n100002. x")
    row = b"<tr>" + b"<td rowspan=1000 colspan=100>x</td>" * 100 + b"</tr>"
    assert read_html(b"<html><table>" + row * 100 + b"</table>").page().text.count("x") == 10_000


def test_a_cell_over_rows_keeps_its_place(tmp_path: Path) -> None:
    source = "<html><table><tr><td rowspan=2>a<td>b<tr><td>c<tr><td>d<td>e</table>"
    (table,) = read(write(tmp_path / "a.html", source)).tables
    assert [(cell.row, cell.column, cell.text) for cell in table.cells if cell.text] == [
        (0, 0, "a"), (0, 1, "b"), (1, 1, "c"), (2, 0, "d"), (2, 1, "e"),
    ]  # fmt: skip


def test_a_table_of_a_page_with_too_many_cells_is_refused() -> None:
    shifts = (b"<td colspan=100>" * (number // 100) + b"<td colspan=%d>" % (number % 100) for number in range(1, 1100))
    rows = b"".join(b"<tr>" + shift + b"<td>x</tr>" for shift in shifts)
    with pytest.raises(UnreadableFile, match="more than 1,000,000 cells"):
        read_html(b"<html><table>" + rows + b"</table>")


def test_a_csv_of_a_million_columns(tmp_path: Path, reader: ReaderProcess) -> None:
    with pytest.raises(UnreadableFile, match=r"more than 1,000,000 cells.*split it"):
        within(reader, write(tmp_path / "a.csv", ",".join(map(str, range(1_000_001)))))


# PDF


def test_a_tree_of_pages_that_goes_round_in_a_circle_is_read_for_what_it_holds(tmp_path: Path) -> None:
    root = b"<</Type/Pages/Kids[3 0 R 2 0 R 3 0 R]/Count 3/Parent 2 0 R>>"
    document = read(write(tmp_path / "a.pdf", pdf(CATALOGUE, root, page(), stream(TEXT), FONT)))
    assert document.pages[0].text == "The mill has 5 wheels."
    assert any("can't be opened" in note for note in document.notes)


def test_a_pdf_that_tells_of_two_billion_pages_and_nests_deeply(tmp_path: Path) -> None:
    deep = CATALOGUE[:-2] + b"/X " + b"[" * 100_000 + b"]" * 100_000 + b">>"
    root = b"<</Type/Pages/Kids[3 0 R]/Count 2000000000>>"
    document = read(write(tmp_path / "a.pdf", pdf(deep, root, page(), stream(TEXT), FONT)))
    assert [one.text for one in document.pages] == ["The mill has 5 wheels."]


def test_a_page_a_point_wide_and_a_mile_high_is_drawn_small(tmp_path: Path) -> None:
    path = write(tmp_path / "a.pdf", pdf(CATALOGUE, PAGES, page(box=b"1 14400"), stream(TEXT), FONT))
    png = render_page(path, 0, 1100)
    assert int.from_bytes(png[16:20], "big") * int.from_bytes(png[20:24], "big") <= 31_000_000


@pytest.mark.timeout(120)
def test_a_pdf_of_ten_thousand_pages_is_read_with_progress(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    with pypdfium2.PdfDocument(write(tmp_path / "one.pdf", pdf(CATALOGUE, PAGES, page(), stream(TEXT), FONT))) as one:
        many = pypdfium2.PdfDocument.new()
        for _ in range(10_000):
            many.import_pages(one)
        many.save(path)
    heard: list[int] = []
    reader = ReaderProcess(Limits(memory_mb=1024, seconds=5))
    try:
        ready = reader.call_told("a.pdf", lambda done, *_: heard.append(done or 0), None, prepare, path, 1 << 30, 220)
    finally:
        reader.end()
    assert len(ready.document.pages) == 10_000
    assert len(ready.passages) == 10_000
    assert heard == sorted(heard)
    assert len(heard) > 3


# Encodings and characters


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("suffix", ["txt", "csv", "md", "html"])
def test_two_bytes_a_character_without_a_mark(encoding: str, suffix: str, tmp_path: Path) -> None:
    text = "The mill has 5 wheels and sold 12 of them in the year 2024. " * 5
    source = f"<html><body><p>{text}</p></body></html>" if suffix == "html" else text
    assert (
        read(write(tmp_path / f"a.{suffix}", source.encode(encoding))).pages[0].text.startswith("The mill has 5 wheels")
    )


def test_a_text_of_two_encodings_keeps_both(tmp_path: Path) -> None:
    mixed = ("Zürich und Köln, naïve façade. " * 8).encode() + "Die Mühle.".encode("cp1252")
    text = read(write(tmp_path / "a.txt", mixed)).pages[0].text
    assert "Zürich und Köln, naïve façade." in text
    assert text.endswith("Die Mühle.")


def test_names_and_texts_that_turn_around_are_shown_as_they_are(tmp_path: Path) -> None:
    path = write(tmp_path / "invoice\u202efdp.txt", "Pay \u202e000,1\u202c to \x00A\u2066B\u2069. \u200bDone.")
    document = read(path)
    assert document.name == "invoicefdp"
    assert document.pages[0].text == "Pay 000,1 to  AB. Done."


@pytest.mark.parametrize("content", [b"\x00" * 4000, bytes(range(32)) * 50])
def test_bytes_that_are_no_text_are_refused(content: bytes, tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match=r"isn't text.*UTF-8|holds no text.*right file"):
        read(write(tmp_path / "a.txt", content))


# What is no file, and what changes


def test_a_pipe_or_device_is_never_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.txt")
    for path in (tmp_path / "a.txt", Path("/dev/zero"), tmp_path / "link.txt"):
        if path.name == "link.txt":
            path.symlink_to("/dev/zero")
        with pytest.raises(UnreadableFile, match=r"no regular file.*Save what it gives"):
            read(path)


def test_a_folder_named_like_a_file_is_said_to_be_one(tmp_path: Path) -> None:
    (tmp_path / "report.pdf").mkdir()
    with pytest.raises(UnreadableFile, match="is a folder"):
        read(tmp_path / "report.pdf")
    with pytest.raises(UnreadableFile, match="no regular file"), open_regular(tmp_path / "report.pdf"):
        pass


def test_a_file_that_changes_and_vanishes_while_it_is_read(tmp_path: Path, reader: ReaderProcess) -> None:
    """Each reading is of one moment's bytes, or refused in words."""
    path = tmp_path / "a.pdf"
    whole = pdf(CATALOGUE, PAGES, page(), stream(TEXT), FONT)
    end = threading.Event()

    def change() -> None:
        while not end.is_set():
            write(path, whole[: len(whole) // 2])
            write(path, whole)
            path.unlink()

    thread = threading.Thread(target=change)
    thread.start()
    read_whole = refused = 0
    try:
        for _ in range(60):
            try:
                assert within(reader, path).document.pages[0].text == "The mill has 5 wheels."
                read_whole += 1
            except BeyondLimits:
                raise
            except UnreadableFile:
                refused += 1
    finally:
        end.set()
        thread.join()
    assert refused
