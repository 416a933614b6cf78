"""A paper as a Word document: headings, tables, and each citation as a footnote of Word's own."""

import io
from collections.abc import Iterable
from datetime import UTC, datetime

from docx import Document
from docx.document import Document as WordDocument
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor
from docx.table import _Cell
from docx.text.paragraph import Paragraph as WordParagraph

from app.paper.paper import Block, Listing, Paper, Paragraph, Section, Table, Text, Tone, dateline, moment
from app.paper.word_notes import Footnotes, add_words, set_size

FONT = "Calibri"
SOFT, INK = RGBColor(0x56, 0x5E, 0x69), RGBColor(0x20, 0x24, 0x2A)
PAGE = Cm(21), Cm(29.7)
MARGIN = Cm(2.4)


def paper_docx(paper: Paper) -> bytes:
    """The bytes of the file."""
    document = Document()
    _set_up(document, paper)
    footnotes = Footnotes(document, paper.notes)
    add_words(document.add_heading(level=1), paper.title)
    _aside(document, dateline(paper))
    for section in paper.sections:
        _section(document, section, paper.single, footnotes)
    footnotes.finish()
    written = io.BytesIO()
    document.save(written)
    return written.getvalue()


def _set_up(document: WordDocument, paper: Paper) -> None:
    """Page, fonts and properties: the template's own say who made python-docx."""
    page = document.sections[0]
    page.page_width, page.page_height = PAGE
    page.left_margin = page.right_margin = page.top_margin = page.bottom_margin = MARGIN
    normal = document.styles["Normal"]
    normal.font.name, normal.font.size = FONT, Pt(11)
    normal.paragraph_format.space_after = Pt(6)
    for level, size in ((1, 18), (2, 14)):
        heading = document.styles[f"Heading {level}"]
        heading.font.name, heading.font.size, heading.font.color.rgb = FONT, Pt(size), INK
        # The template's headings name a theme's font, which is stronger.
        fonts = heading.element.rPr.rFonts
        for name in [name for name in fonts.attrib if name.endswith("Theme")]:
            del fonts.attrib[name]
    known = document.core_properties
    known.title, known.author, known.last_modified_by = paper.title[:250], "Footnote", "Footnote"
    known.subject, known.comments, known.keywords = "Answers with the sources that they rest on", "", ""
    known.created = known.modified = datetime.now(UTC).replace(tzinfo=None)
    known.revision = 1


def _section(document: WordDocument, section: Section, single: bool, footnotes: Footnotes) -> None:
    if not single:
        add_words(document.add_heading(level=2), section.question)
        _aside(document, f"Asked {moment(section.asked)}")
    for block in section.blocks:
        _block(document, block, footnotes)


def _block(document: WordDocument, block: Block, footnotes: Footnotes) -> None:
    match block:
        case Paragraph(parts, tone):
            paragraph = document.add_paragraph()
            _write(paragraph, parts, footnotes, tone)
            paragraph.paragraph_format.keep_with_next = tone is Tone.LABEL
        case Listing(items, numbered):
            for item in items:
                style = "List Number" if numbered else "List Bullet"
                _write(document.add_paragraph(style=style), [item], footnotes)
        case Table():
            _table(document, block, footnotes)


def _aside(document: WordDocument, words: str) -> WordParagraph:
    paragraph = document.add_paragraph()
    run = add_words(paragraph, words)
    set_size(run, 9.5)
    run.font.color.rgb = SOFT
    return paragraph


def _write(paragraph: WordParagraph, parts: Iterable[Text], footnotes: Footnotes, tone: Tone = Tone.BODY) -> None:
    for index, part in enumerate(parts):
        run = add_words(paragraph, (" " if index else "") + part.text)
        if tone is not Tone.BODY:
            set_size(run, 9.5)
            run.font.color.rgb, run.bold = SOFT, tone is Tone.LABEL
        for position, number in enumerate(part.notes):
            footnotes.mark(paragraph, number, comma=position > 0)


def _table(document: WordDocument, table: Table, footnotes: Footnotes) -> None:
    caption = _aside(document, table.caption)
    caption.paragraph_format.keep_with_next = True
    caption.paragraph_format.space_after = Pt(2)
    width = len(table.head or table.rows[0])
    grid = document.add_table(rows=0, cols=width)
    grid.style = "Table Grid"
    grid.alignment = WD_TABLE_ALIGNMENT.LEFT
    _borders(grid)
    if table.head:
        row = grid.add_row()
        _repeats(row._tr)
        for cell, words in zip(row.cells, table.head, strict=True):
            _fill(cell, Text(words), footnotes, table.figures, head=True)
    for index, values in enumerate(table.rows):
        row = grid.add_row()
        for column, (cell, value) in enumerate(zip(row.cells, values, strict=True)):
            _fill(cell, value, footnotes, table.figures and column > 0, bold=index in table.results)
    after = document.add_paragraph().paragraph_format
    after.space_after, after.line_spacing = Pt(0), Pt(6)


def _fill(
    cell: _Cell, text: Text, footnotes: Footnotes, right: bool, *, head: bool = False, bold: bool = False
) -> None:
    paragraph = cell.paragraphs[0]
    paragraph.paragraph_format.space_after = Pt(1)
    if right:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    _write(paragraph, [text], footnotes)
    for run in paragraph.runs[:1]:
        set_size(run, 10)
        run.bold = True if bold or head else None
        if head:
            run.font.color.rgb = SOFT


def _borders(grid: object) -> None:
    """Lines between the rows alone."""
    borders = OxmlElement("w:tblBorders")
    for side in ("top", "left", "bottom", "right", "insideH", "insideV"):
        line = OxmlElement(f"w:{side}")
        shown = side in ("top", "bottom", "insideH")
        line.set(qn("w:val"), "single" if shown else "nil")
        if shown:
            line.set(qn("w:sz"), "4")
            line.set(qn("w:color"), "BFBFBF")
        borders.append(line)
    properties = grid._tbl.tblPr  # type: ignore[attr-defined]
    layout = properties.find(qn("w:tblLayout"))
    look = properties.find(qn("w:tblLook"))
    following = layout if layout is not None else look
    if following is not None:
        following.addprevious(borders)
    else:
        properties.append(borders)


def _repeats(row: object) -> None:
    """A head that stands on each page of its table."""
    properties = row.get_or_add_trPr()  # type: ignore[attr-defined]
    properties.append(OxmlElement("w:tblHeader"))
