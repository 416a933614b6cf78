"""Scanned pages once they are read: their texts, tables and words, and what is to be said of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from corpus.document import PlacedWord, Span, Table
from corpus.ocr.notes import read_notes
from corpus.ocr.page import Recognised
from corpus.readers.pdf_words import may_hold_table
from corpus.tables.find import Stated, notes_unit, page_tables


@dataclass(frozen=True, slots=True)
class Scans:
    """By page from 0: the text and its words; the tables of all; notes."""

    texts: Mapping[int, str]
    words: Mapping[int, tuple[PlacedWord, ...]]
    tables: tuple[Table, ...]
    notes: tuple[str, ...]


def scans_of(found: Mapping[int, Recognised | str], stated: Sequence[tuple[int, Stated]]) -> Scans:
    """Put together what was recognised. `stated`: on which pages of text the notes to the statements state a unit."""
    texts: dict[int, str] = {}
    words: dict[int, tuple[PlacedWord, ...]] = {}
    tables: list[Table] = []
    known = list(stated)
    for number, page in sorted(found.items()):
        if not isinstance(page, Recognised) or not page.text.strip():
            continue
        texts[number], words[number] = page.text, page.words
        if says := notes_unit(page.text, number):
            known.append((number, says))
        if may_hold_table(page.text) or page.doubtful:
            before = [one for at, one in known if at <= number]
            made = page_tables(page.table_words, number, page.text, before[-1] if before else None)
            tables += [_doubted(table, page) for table in made]
    return Scans(texts, words, tuple(tables), tuple(read_notes(found)))


def _doubted(table: Table, page: Recognised) -> Table:
    """A table with an illegible figure in its header is in doubt as a whole; in a row, the row has no figures."""
    heads = [cell.span for cell in table.cells if cell.span and cell.row < table.header_rows]
    inside = any(_meet(head, start, end) for start, end in page.hidden_lines for head in heads)
    return replace(table, confident=False) if inside else table


def _meet(span: Span, start: int, end: int) -> bool:
    return span.start < end and start < span.end
