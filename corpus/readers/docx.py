"""Word files: paragraphs, headings by their style, lists and tables in the order of the body."""

import io
import re
from pathlib import Path
from typing import Any

import docx
from docx.opc.exceptions import OpcError
from docx.oxml.exceptions import InvalidXmlError
from docx.oxml.ns import qn
from docx.shared import Pt
from docx.table import Table
from docx.text.paragraph import Paragraph
from docx.text.run import Run

from corpus.errors import UnreadableFile
from corpus.pulse import pulse
from corpus.readers.content import BROKEN
from corpus.readers.page_writer import PageWriter

SMALLEST = Pt(1.5)
LIGHT = 245  # of 255 in each colour, from which text on paper isn't seen
_SPAN, _VALUE = qn("w:gridSpan"), qn("w:val")
_HEADING = re.compile(r"heading\s*([1-9])", re.IGNORECASE)


def read_docx(path: Path, data: bytes) -> PageWriter:
    """Give the one page of a Word file of these bytes; `path` is for messages. Raises UnreadableFile where it's broken."""
    writer = PageWriter()
    try:
        document = docx.Document(io.BytesIO(data))
        in_list, styles = False, Styles()
        for number, item in enumerate(document.iter_inner_content()):
            pulse(number)
            if isinstance(item, Table):
                rows = table_rows(item)
                writer.table(rows, 1 if len(rows) > 1 else 0)
                in_list = False
            else:
                in_list = _write(writer, item, styles.name(item), in_list)
    except (*BROKEN, OpcError, InvalidXmlError) as error:
        if isinstance(error, SyntaxError) and "unknown error" in str(error):
            raise MemoryError from error  # that is all libxml2 says of it
        raise UnreadableFile(f"{path.name} is broken as a Word file ({error}). Save it again in Word.") from error
    return writer


class Styles:
    """The names of one file's paragraph styles: each is looked up once, since python-docx goes through all of them."""

    def __init__(self) -> None:
        self._names: dict[str | None, str] = {}

    def name(self, paragraph: Paragraph) -> str:
        """The name of a paragraph's style, the default one where it has none of its own; "" for no name."""
        key = paragraph._p.style
        if key not in self._names:
            style = paragraph.style
            self._names[key] = (style.name if style is not None else None) or ""
        return self._names[key]


def _write(writer: PageWriter, paragraph: Paragraph, style: str, in_list: bool) -> bool:
    """Write a paragraph; True where it is a list item."""
    text = paragraph_text(paragraph)
    if not text.strip():
        return in_list
    heading = _HEADING.fullmatch(style)
    if heading or style in ("Title", "Subtitle"):
        level = int(heading.group(1)) if heading else 1
        if style == "Subtitle":
            writer.block(text)
        else:
            writer.heading(text, level)
        return False
    properties: Any = paragraph._p.pPr
    numbered = properties is not None and properties.numPr is not None
    if style.startswith("List") or numbered:
        writer.item(f"- {text}", first=not in_list)
        return True
    writer.block(text)
    return False


def paragraph_text(paragraph: Paragraph) -> str:
    """Give a paragraph's text, links included, hidden runs not."""
    parts = []
    for item in paragraph.iter_inner_content():
        for run in getattr(item, "runs", [item]):
            if not _is_unseen(run):
                parts.append(run.text)
    return "".join(parts)


def _is_unseen(run: Run) -> bool:
    """Whether a run is hidden, of a size that nobody reads, or white with no other ground behind it."""
    font = run.font
    if font.hidden or (font.size is not None and font.size <= SMALLEST):
        return True
    colour = font.color.rgb if font.color is not None and font.color.type is not None else None
    if colour is None or min(colour) < LIGHT or font.highlight_color is not None:
        return False
    element: Any = run._r
    return not any(
        one.xpath("./w:rPr/w:shd | ./w:pPr/w:shd | ./w:tcPr/w:shd | ./w:tblPr/w:shd")
        for one in (element, *element.iterancestors())
    )


def table_rows(table: Table) -> list[list[str | None]]:
    """Give a table's cells; a merged cell has its text once, a table inside a cell is flattened."""
    seen: set[int] = set()
    rows: list[list[str | None]] = []
    for span in table._tbl.iterdescendants(_SPAN):
        if (columns := span.get(_VALUE, "1")).isdecimal() and len(columns) > 3:
            raise ValueError(f"a table has a cell over {columns[:12]} columns")  # each would be written out
    keep = []  # python-docx makes cells anew at each access; ids are told apart only while their elements live
    for row in table.rows:
        cells: list[str | None] = []
        for cell in row.cells:
            element = cell._tc
            keep.append(element)
            if id(element) in seen:
                cells.append(None)
                continue
            seen.add(id(element))
            cells.append(_cell_text(cell))
        rows.append(cells)
    return rows


def _cell_text(cell: Any) -> str:
    parts: list[str] = []
    for item in cell.iter_inner_content():
        if isinstance(item, Table):
            parts.extend(text for row in table_rows(item) for text in row if text)
        else:
            parts.append(paragraph_text(item))
    return " ".join(part for part in parts if part.strip())
