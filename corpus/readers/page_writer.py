"""A page's text written piece by piece, with the spans of its headings, tables and cells noted on the way."""

from collections.abc import Sequence

from corpus.document import Cell, Heading, Page, Span, Table
from corpus.readers.clean import clean, one_line

CELL_LIMIT = 1_000_000  # of a workbook, a CSV file or a table of a page; more would take minutes and gigabytes


class PageWriter:
    """Collects one page; blocks are parted by an empty line, list items and rows by a line break."""

    def __init__(self, number: int = 0, label: str | None = None) -> None:
        self.number = number
        self.label = label
        self.headings: list[Heading] = []
        self.tables: list[Table] = []
        self._parts: list[str] = []
        self._length = 0

    def block(self, text: str, separator: str = "\n\n") -> Span | None:
        """Write a paragraph (its own line breaks are kept); None where nothing can be seen of it."""
        kept = "\n".join(line.rstrip() for line in clean(text).split("\n")).strip("\n").strip()
        return self._write(kept, separator) if kept else None

    def item(self, text: str, first: bool) -> Span | None:
        """Write a list item on a line of its own."""
        return self.block(text, "\n\n" if first else "\n")

    def heading(self, text: str, level: int) -> None:
        """Write a heading as one line."""
        line = one_line(text)
        if line:
            self.headings.append(Heading(self._write(line, "\n\n"), line, max(1, level)))

    def table(
        self, rows: Sequence[Sequence[str | None]], header_rows: int = 1, caption: str | None = None
    ) -> Table | None:
        """Write a table, a row a line with cells joined by ' | '; rows without any text are left out."""
        cleaned = [[one_line(cell or "") for cell in row] for row in rows]
        kept = [(index, row) for index, row in enumerate(cleaned) if any(row)]
        if not kept:
            return None
        header_rows = sum(1 for index, _ in kept if index < header_rows)
        caption = one_line(caption or "") or None
        if caption:
            self._write(caption, "\n\n")
        cells: list[Cell] = []
        start: int | None = None
        for number, (_, row) in enumerate(kept):
            while row and not row[-1]:
                row.pop()
            line = " | ".join(row)
            skipped = len(line) - len(line.lstrip())
            span = self._write(line.lstrip(), "\n" if number or caption else "\n\n")
            start = span.start if start is None else start
            offset = span.start - skipped
            for column, text in enumerate(row):
                place = Span(self.number, offset, offset + len(text)) if text else None
                cells.append(Cell(number, column, text, place))
                offset += len(text) + 3
        table = Table(Span(self.number, start or 0, self._length), tuple(cells), header_rows, caption)
        self.tables.append(table)
        return table

    def page(self) -> Page:
        """Give the page as written so far."""
        return Page(self.number, "".join(self._parts), self.label)

    def _write(self, text: str, separator: str) -> Span:
        if self._parts:
            self._parts.append(separator)
            self._length += len(separator)
        span = Span(self.number, self._length, self._length + len(text))
        self._parts.append(text)
        self._length = span.end
        return span
