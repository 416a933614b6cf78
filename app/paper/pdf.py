"""A paper as a PDF: text that can be selected and searched, footnotes at the foot of the page, links from mark to footnote and back."""

import io
from collections.abc import Iterator, Sequence

from reportlab.pdfgen.canvas import Canvas

from app.paper.paper import Block, Listing, Note, Paper, Paragraph, Table, Text, Tone, dateline, moment
from app.paper.pdf_fonts import REGULAR, width
from app.paper.pdf_lines import Face, Line, Piece, lines
from app.paper.pdf_pages import FOOT, HEIGHT, MARGIN, ROOM, RULE, WIDTH, Column, Sheet, Strip, laid_out

TEXT_WIDTH = WIDTH - 2 * MARGIN
BODY, ASIDE, LABEL = Face(10.5, 15.5), Face(9, 13, grey=0.35), Face(9, 13, bold=True, grey=0.35)
TITLE, QUESTION = Face(18, 24, bold=True), Face(13, 18, bold=True)
CELL, RESULT, HEAD = Face(9.5, 14), Face(9.5, 14, bold=True), Face(9, 14, grey=0.35)
NOTE, NUMBER = Face(8.5, 11.5), Face(8.5, 11.5, grey=0.35)
FACES = {Tone.BODY: BODY, Tone.ASIDE: ASIDE, Tone.LABEL: LABEL}
INDENT = 16.0  # of a list's items and of footnotes
GUTTER = 10.0  # between the columns of a table
LABELS = 0.5  # the most of a table's width that its first column takes, where the others need it
BOLD = 0.028  # of the size: how much the lines of bold letters are thickened


def paper_pdf(paper: Paper) -> bytes:
    """The bytes of the file."""
    notes = {note.number: note for note in paper.notes}
    sheets = laid_out(list(_strips(paper)), lambda number: list(_footnote(notes[number])))
    written = io.BytesIO()
    canvas = Canvas(written, pagesize=(WIDTH, HEIGHT), lang="en")
    canvas.setTitle(paper.title)
    canvas.setAuthor("Footnote")
    canvas.setCreator("Footnote")
    canvas.setSubject("Answers with the sources that they rest on")
    drawing = _Drawing(canvas)
    for number, sheet in enumerate(sheets, 1):
        drawing.sheet(sheet, f"{number} / {len(sheets)}")
    canvas.save()
    return written.getvalue()


def _strips(paper: Paper) -> Iterator[Strip]:
    yield from _text([Text(paper.title)], TITLE, outline=paper.title)
    yield from _text([Text(dateline(paper))], ASIDE)
    yield Strip(8)
    for section in paper.sections:
        if not paper.single:
            yield Strip(12)
            yield from _text([Text(section.question)], QUESTION, room=ROOM, outline=section.question)
            yield from _text([Text(f"Asked {moment(section.asked)}")], ASIDE, room=ROOM / 2)
            yield Strip(4)
        for block in section.blocks:
            yield from _block(block)


def _block(block: Block) -> Iterator[Strip]:
    match block:
        case Paragraph(parts, tone):
            yield from _text(parts, FACES[tone], room=ROOM / 2 if tone is Tone.LABEL else 0)
            yield Strip(2 if tone is Tone.LABEL else 6)
        case Listing(items, numbered):
            for number, item in enumerate(items, 1):
                yield from _item(f"{number}." if numbered else "•", item)
            yield Strip(6)
        case Table():
            yield from _table(block)


def _text(parts: Sequence[Text], face: Face, room: float = 0, outline: str = "") -> Iterator[Strip]:
    for index, line in enumerate(lines(parts, face, TEXT_WIDTH)):
        yield Strip(face.leading, (Column(line, 0),), room=room, outline="" if index else outline)


def _item(sign: str, item: Text) -> Iterator[Strip]:
    signed = Column(lines([Text(sign)], BODY, TEXT_WIDTH)[0], 3)
    for index, line in enumerate(lines([item], BODY, TEXT_WIDTH - INDENT)):
        yield Strip(BODY.leading, (*(() if index else (signed,)), Column(line, INDENT)))
    yield Strip(2)


def _footnote(note: Note) -> Iterator[Strip]:
    number = lines([Text(f"{note.number}")], NUMBER, INDENT * 2)[0]
    for index, line in enumerate(lines([Text(f"{note.place}: “{note.quote}”")], NOTE, TEXT_WIDTH - INDENT * 1.4)):
        columns = (Column(line, INDENT * 1.4),)
        yield Strip(NOTE.leading, columns if index else (Column(number, 0, note.number), *columns))


def _table(table: Table) -> Iterator[Strip]:
    rows = [(tuple(map(Text, table.head)), HEAD)] if table.head else []
    rows += [(row, RESULT if index in table.results else CELL) for index, row in enumerate(table.rows)]
    widths = _widths([row for row, _ in rows], table.figures)
    yield from _text([Text(table.caption)], ASIDE, room=ROOM / 2)
    yield Strip(2)
    for row, face in rows:
        cells = [lines([cell], face, wide - GUTTER) for cell, wide in zip(row, widths, strict=True)]
        for depth in range(max(map(len, cells))):
            columns, x = [], 0.0
            for index, (cell, wide) in enumerate(zip(cells, widths, strict=True)):
                if depth < len(cell):
                    line = cell[depth]
                    right = table.figures and index > 0
                    columns.append(Column(line, x + wide - line.width - 2 if right else x + 2))
                x += wide
            yield Strip(face.leading + 2, tuple(columns), rule=depth == 0, shade=face is RESULT)
    yield Strip(8, rule=True)


def _widths(rows: Sequence[Sequence[Text]], figures: bool) -> list[float]:
    """The columns' widths: what figures need, the rest to what they are figures of."""
    count = len(rows[0])
    if not figures:
        return [TEXT_WIDTH * 0.3, *[TEXT_WIDTH * 0.7 / max(1, count - 1)] * (count - 1)]
    needed = [
        max(lines([row[column]], RESULT, TEXT_WIDTH)[0].width for row in rows) + GUTTER * 1.5 for column in range(count)
    ]
    others = sum(needed[1:])
    label = max(TEXT_WIDTH - others, min(needed[0], TEXT_WIDTH * LABELS))
    share = (TEXT_WIDTH - label) / others if others else 0
    return [label, *(wide * share if share < 1 else wide for wide in needed[1:])]


class _Drawing:
    """Draws sheets, one after the other, and links marks with footnotes."""

    def __init__(self, canvas: Canvas) -> None:
        self._canvas = canvas
        self._marked: set[int] = set()
        self._entries = 0

    def sheet(self, sheet: Sheet, number: str) -> None:
        canvas = self._canvas
        for down, strip in sheet.body:
            self._strip(strip, HEIGHT - MARGIN - down)
        if sheet.foot:
            top = FOOT + 26 + sheet.foot_height
            self._rule(MARGIN, WIDTH / 3, top - RULE / 2)
            top -= RULE
            for strip in sheet.foot:
                self._strip(strip, top)
                top -= strip.height
        font = f"manimgx_fonts/{REGULAR}"
        canvas.setFont(font, 8)
        canvas.setFillGray(0.35)
        canvas.drawString(WIDTH - MARGIN - width(font, 8, number), FOOT, number)
        canvas.drawString(MARGIN, FOOT, "Footnote")
        canvas.showPage()

    def _rule(self, left: float, right: float, y: float) -> None:
        self._canvas.setStrokeGray(0.7)
        self._canvas.setLineWidth(0.5)
        self._canvas.line(left, y, right, y)

    def _strip(self, strip: Strip, top: float) -> None:
        if strip.shade:
            self._canvas.setFillGray(0.95)
            self._canvas.rect(MARGIN, top - strip.height, TEXT_WIDTH, strip.height, stroke=0, fill=1)
        if strip.rule:
            self._rule(MARGIN, WIDTH - MARGIN, top)
        if strip.outline:
            self._entries += 1
            key = f"section-{self._entries}"
            self._canvas.bookmarkHorizontal(key, 0, top)
            self._canvas.addOutlineEntry(strip.outline, key, level=min(self._entries - 1, 1))
        for column in strip.columns:
            base = top - strip.height * 0.5 - column.line.face.size * 0.34
            self._line(column.line, MARGIN + column.x, base)
            if column.note:
                self._back(column, MARGIN + column.x, base)

    def _line(self, line: Line, left: float, base: float) -> None:
        face = line.face
        self._canvas.setFillGray(face.grey)
        self._canvas.setStrokeGray(face.grey)
        self._canvas.setLineWidth(face.size * BOLD)
        for piece in line.pieces:
            # How letters are painted outlasts a text object in a PDF: it is put back with the canvas's state.
            self._canvas.saveState()
            text = self._canvas.beginText(left + piece.x, base + piece.rise)
            text.setFont(piece.font, piece.size)
            text.setTextRenderMode(2 if face.bold and not piece.note else 0)
            text.textOut(piece.words)
            self._canvas.drawText(text)
            self._canvas.restoreState()
            if piece.note:
                self._mark(piece, left + piece.x, base)

    def _mark(self, piece: Piece, x: float, base: float) -> None:
        if piece.note not in self._marked:
            self._marked.add(piece.note)
            self._canvas.bookmarkHorizontal(f"mark-{piece.note}", 0, base + 14)
        area = (x - 1, base + piece.rise - 2, x + piece.width + 1, base + piece.rise + piece.size)
        self._canvas.linkRect(f"Footnote {piece.note}", f"note-{piece.note}", area, thickness=0)

    def _back(self, column: Column, x: float, base: float) -> None:
        self._canvas.bookmarkHorizontal(f"note-{column.note}", 0, base + 14)
        area = (x - 1, base - 2, x + column.line.width + 2, base + column.line.face.size)
        self._canvas.linkRect(f"Back to mark {column.note}", f"mark-{column.note}", area, thickness=0)
