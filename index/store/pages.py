"""Pages in the store, with their tables and what they were recognised as."""

import json
from collections.abc import Iterable
from typing import Any

from corpus.document import Cell, Page, PlacedWord, Row, Span, Table
from corpus.errors import UnknownDocument
from index.store.connection import Connections


class Pages(Connections):
    """Reading pages and tables."""

    def page(self, document_id: int, number: int) -> Page:
        """One page. Raises UnknownDocument where the document or the page isn't there."""
        row = (
            self.connect()
            .execute("SELECT label, text FROM pages WHERE document_id = ? AND number = ?", (document_id, number))
            .fetchone()
        )
        if row is None:
            raise UnknownDocument(f"Document {document_id} has no page {number + 1} in the index.")
        return Page(number, row[1], row[0])

    def pages(self, document_id: int) -> list[Page]:
        """All pages of a document, in order."""
        rows = self.connect().execute(
            "SELECT number, text, label FROM pages WHERE document_id = ? ORDER BY number", (document_id,)
        )
        return [Page(*row) for row in rows]

    def recognised(self, document_id: int) -> frozenset[int]:
        """The pages of a document that were read by OCR."""
        rows = self.connect().execute("SELECT page FROM recognised_pages WHERE document_id = ?", (document_id,))
        return frozenset(row[0] for row in rows)

    def recognised_words(self, document_id: int, page: int) -> tuple[PlacedWord, ...]:
        """The words of a page that was read by OCR; none of one that wasn't."""
        row = (
            self.connect()
            .execute("SELECT words FROM recognised_pages WHERE document_id = ? AND page = ?", (document_id, page))
            .fetchone()
        )
        return tuple(PlacedWord(*word) for word in json.loads(row[0])) if row else ()

    def features_of(self, document_id: int) -> dict[int, frozenset[str]]:
        """Page → what it was recognised as, of one document."""
        found: dict[int, set[str]] = {}
        rows = self.connect().execute("SELECT page, feature FROM page_features WHERE document_id = ?", (document_id,))
        for page, feature in rows:
            found.setdefault(page, set()).add(feature)
        return {page: frozenset(features) for page, features in found.items()}

    def page_features(self) -> dict[tuple[int, int], frozenset[str]]:
        """(document id, page) → what the page was recognised as."""
        found: dict[tuple[int, int], set[str]] = {}
        for document_id, page, feature in self.connect().execute(
            "SELECT document_id, page, feature FROM page_features"
        ):
            found.setdefault((document_id, page), set()).add(feature)
        return {key: frozenset(features) for key, features in found.items()}

    def tables(self, document_id: int, page: int | None = None) -> list[Table]:
        """A document's tables, or one page's, in reading order."""
        rows = self.connect().execute(
            'SELECT page, start, "end", header_rows, caption, cells, unit_page, unit_start, unit_end, confident, rows FROM page_tables '
            "WHERE document_id = ? AND (? IS NULL OR page = ?) ORDER BY page, start",
            (document_id, page, page),
        )
        return [
            Table(
                Span(number, start, end),
                tuple(
                    Cell(row, column, text, None if first is None else Span(number, first, last), *unit)
                    for row, column, text, first, last, *unit in json.loads(cells)
                ),
                header_rows,
                caption,
                None if unit_page is None else Span(unit_page, unit_start, unit_end),
                bool(confident),
                tuple(Row(row, label, tuple(section)) for row, label, section in json.loads(more)),
            )
            for number, start, end, header_rows, caption, cells, unit_page, unit_start, unit_end, confident, more in rows
        ]


def words_json(words: Iterable[PlacedWord]) -> str:
    """Words as they are kept in `recognised_pages`."""
    return json.dumps(
        [[w.start, w.end, w.left, w.top, w.right, w.bottom, w.confidence] for w in words], separators=(",", ":")
    )


def table_row(document_id: int, table: Table) -> tuple[Any, ...]:
    """A table as a row of `page_tables`."""
    cells = [
        [
            cell.row,
            cell.column,
            cell.text,
            *((cell.span.start, cell.span.end) if cell.span else (None, None)),
            cell.unit,
        ]
        for cell in table.cells
    ]
    span = table.span
    return (
        document_id,
        span.page,
        span.start,
        span.end,
        table.header_rows,
        table.caption,
        json.dumps(cells, ensure_ascii=False),
        *((table.unit.page, table.unit.start, table.unit.end) if table.unit else (None, None, None)),
        table.confident,
        json.dumps([[row.number, row.label, row.section] for row in table.rows], ensure_ascii=False),
    )
