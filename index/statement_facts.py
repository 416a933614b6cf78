"""A document's facts: the cells of its primary statements, checked, each with the line items that it gives."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache

from corpus.document import Document, Passage, Table
from index import checks, concepts
from index.cells import CellFact, Source, cells_of
from index.line_items import find_item
from index.statement_cells import FILINGS, Column, Line, statement_lines, table_lines

VERSION = 3  # grows when the same pages and tables would give other facts
PDF = "application/pdf"


@dataclass(frozen=True, slots=True)
class Entry:
    """A cell of a statement and the line items that it gives: id of the concept, amount with the item's own sign."""

    line: Line
    items: tuple[tuple[str, Decimal], ...] = ()


@cache
def stamp() -> str:
    """What facts depend on besides the pages: facts with another stamp are stale."""
    digest = hashlib.sha256(str(VERSION).encode())
    for path in (concepts.FILE, checks.FILE):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def facts_of(document: Document, passages: Sequence[Passage], features: Mapping[int, frozenset[str]]) -> list[Entry]:
    """The facts of a document that was just read."""
    texts = {page.number: page.text for page in document.pages}
    source = Source(
        0,
        document.name,
        document.metadata,
        lambda page: texts[page],
        lambda page: [passage for passage in passages if passage.span.page == page],
    )
    return build(
        source,
        lambda page: [table for table in document.tables if page in (None, table.span.page)],
        features,
        document.media_type == PDF,
    )


def build(
    source: Source,
    tables: Callable[[int | None], Sequence[Table]],
    features: Mapping[int, frozenset[str]],
    paged: bool,
) -> list[Entry]:
    """The facts of a filing; empty for other kinds of document.

    `tables` gives those of a page, or all for None; `features` what each page was recognised as. Formats without pages
    (`paged` False) have each table judged by its rows.
    """
    if source.metadata.kind not in FILINGS:
        return []
    if not paged:
        lines = table_lines(cells_of(source, table, dashes=True) for table in tables(None))
        return _with_items(checks.checked(lines))
    cells: dict[int, list[CellFact]] = {}

    def on(page: int) -> Sequence[CellFact]:
        if page not in cells:
            cells[page] = [cell for table in tables(page) for cell in cells_of(source, table, dashes=True)]
        return cells[page]

    return _with_items(checks.checked(statement_lines(dict(features), on)))


def _with_items(lines: Sequence[Line]) -> list[Entry]:
    """Each line with the items that it is found for, column by column."""
    found: dict[int, dict[str, Decimal]] = {}
    for statement, column in dict.fromkeys((line.statement, line.column) for line in lines):
        # Whatever period a column covers, its lines are those of one period: asked for as a whole year.
        whole = Column(column.year, None, 12)
        numbers = [n for n, line in enumerate(lines) if (line.statement, line.column) == (statement, column)]
        near = [replace(lines[number], column=whole) for number in numbers]
        index = {id(line): number for line, number in zip(near, numbers, strict=True)}
        for concept in concepts.concepts().values():
            value = find_item(near, concept, column.year) if concept.statement == statement else None
            if value is not None:
                found.setdefault(index[id(value.line)], {})[concept.id] = value.amount
    return [Entry(line, tuple(found.get(number, {}).items())) for number, line in enumerate(lines)]
