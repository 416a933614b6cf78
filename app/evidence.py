"""Evidence: the sentences and table cells of the passages found, each with what surrounds it."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from app.machinery import mimics_machinery
from app.quantity import FoundQuantity, find_quantities
from app.terms import stems_in, stems_of, tokens, words
from corpus.document import Metadata, Period, Span, Table
from corpus.period import find_periods
from corpus.rows import row_strength
from corpus.sentences import sentence_spans
from index.cells import CellFact, Source, cells_of
from index.citation import Citation
from index.hit import Hit
from index.statement_cells import Line
from index.store import DocumentRecord, Store

PDF = "application/pdf"
LONGEST = 600  # characters; what is longer is no sentence but a table or a list run together
MOST_FIGURES = 0.2  # share of a sentence's words that may be figures, past the first few
FEW_FIGURES = 5
FEWEST_WORDS = 8  # of a stretch without a full stop that may yet be a sentence
_BREAK = {True: re.compile(r"\n[ \t]*\n+"), False: re.compile(r"\n+")}
_ROW = 2  # strength of a line that ends in several values
_ENDS_IN_VALUE = re.compile(r"[\d)%—–-]\s*$")
_BULLET = re.compile(r"^(?:[-•*·▪◦]|\(?\d{1,2}[.)])\s+")
_LEANS = re.compile(
    r"^(?:it|its|they|their|this|these|that|those|each|both|such|the|he|she|without it|one|some)\b", re.IGNORECASE
)


@dataclass(frozen=True)
class Sentence:
    """One sentence and its surroundings."""

    document_id: int
    document: str
    span: Span
    text: str
    before: str  # the sentence before, where this one leans on it
    previous: str  # the sentence before in the same paragraph
    section: tuple[str, ...]
    metadata: Metadata
    rank: int  # of the passage that it comes from, from 0

    @cached_property
    def stems(self) -> frozenset[str]:
        """Stems of its own words."""
        return stems_of(self.text)

    @cached_property
    def around(self) -> frozenset[str]:
        """Stems of what it stands under: headings, the document's title and company, the sentence it leans on."""
        metadata = self.metadata
        return stems_in(*self.section, metadata.title, metadata.company, self.before)

    @cached_property
    def previous_stems(self) -> frozenset[str]:
        """Stems of the sentence before."""
        return stems_of(self.previous)

    @cached_property
    def names(self) -> frozenset[str]:
        """Stems of the names it holds, as far as capitals inside a sentence show them."""
        weak = words().weak_names
        found = tokens(self.text)[1:]
        return frozenset(token.stem for token in found if token.text[0].isupper() and token.text not in weak)

    @cached_property
    def quantities(self) -> tuple[FoundQuantity, ...]:
        """The quantities it gives."""
        return tuple(find_quantities(self.text))

    @cached_property
    def periods(self) -> tuple[Period, ...]:
        """The fiscal periods that it names."""
        return tuple(found.period for found in find_periods(self.text))

    @property
    def citation(self) -> Citation:
        """Its exact place."""
        return Citation(self.document, self.span.page, self.span.start, self.span.end, self.text)


class Pages:
    """Page texts, sentences and tables of a store, read once for one question."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self._texts: dict[tuple[int, int], str] = {}
        self._sentences: dict[tuple[int, int], list[tuple[int, int]]] = {}
        self._tables: dict[tuple[int, int], list[Table]] = {}
        self._lines: dict[int, list[Line]] = {}
        self._records = {record.id: record for record in store.documents()}

    def text(self, document_id: int, page: int) -> str:
        """A page's text."""
        key = (document_id, page)
        if key not in self._texts:
            self._texts[key] = self.store.page(document_id, page).text
        return self._texts[key]

    def tables(self, document_id: int, page: int) -> list[Table]:
        """A page's tables."""
        key = (document_id, page)
        if key not in self._tables:
            self._tables[key] = self.store.tables(document_id, page)
        return self._tables[key]

    def record(self, document_id: int) -> DocumentRecord:
        """A document, without its text."""
        return self._records[document_id]

    def lines(self, document_id: int) -> list[Line]:
        """The cells of a document's statements."""
        if document_id not in self._lines:
            self._lines[document_id] = self.store.lines(self.record(document_id))
        return self._lines[document_id]

    def cite(self, document_id: int, span: Span) -> Citation:
        """What stands at a place of a document."""
        text = self.text(document_id, span.page)[span.start : span.end]
        return Citation(self.name(document_id), span.page, span.start, span.end, text)

    def metadata(self, document_id: int) -> Metadata:
        """A document's metadata."""
        return self._records[document_id].metadata

    def name(self, document_id: int) -> str:
        """A document's name."""
        return self._records[document_id].name

    def ranges(self, document_id: int, page: int) -> list[tuple[int, int]]:
        """A page's sentences."""
        key = (document_id, page)
        if key not in self._sentences:
            wrapped = self._records[document_id].media_type == PDF
            headings = frozenset(
                _plain(heading)
                for section in (self.store.sections_of(document_id, page) if wrapped else ())
                for heading in section
            )
            self._sentences[key] = sentence_ranges(self.text(*key), wrapped=wrapped, headings=headings)
        return self._sentences[key]

    def sentences(self, hits: Sequence[Hit]) -> list[Sentence]:
        """The sentences that overlap the passages, each once, by the rank of its best passage."""
        found: dict[tuple[int, int, int], Sentence] = {}
        for rank, hit in enumerate(hits):
            for sentence in self.sentences_in(hit.document_id, hit.span, hit.section, rank):
                found.setdefault((hit.document_id, sentence.span.page, sentence.span.start), sentence)
        return list(found.values())

    def sentences_in(self, document_id: int, span: Span, section: tuple[str, ...], rank: int = 0) -> list[Sentence]:
        """The sentences that overlap `span`, without headings and what mimics the machinery of a language model."""
        text = self.text(document_id, span.page)
        tables = [table.span for table in self.tables(document_id, span.page) if table.confident]
        headings = {_plain(heading) for heading in section}
        ranges = self.ranges(document_id, span.page)
        wrapped = self._records[document_id].media_type == PDF
        found = []
        for number, (start, end) in enumerate(ranges):
            if end <= span.start or start >= span.end or end - start > LONGEST:
                continue
            if any(table.start <= start < table.end for table in tables) or _plain(text[start:end]) in headings:
                continue
            # Of a page that begins within a sentence, the first is no more than its end.
            is_rest = number == 0 and text[start].islower()
            if (
                mimics_machinery(text[start:end])
                or _is_rows(text[start:end])
                or (wrapped and (is_rest or _is_fragment(text[start:end])))
            ):
                continue
            sentence = text[start:end]
            before = previous = ""
            if number:
                first, last = ranges[number - 1]
                before = text[first:last] if _LEANS.match(sentence) else ""
                previous = "" if _BREAK[wrapped].search(text, last, start) else text[first:last]
            found.append(
                Sentence(
                    document_id,
                    self.name(document_id),
                    Span(span.page, start, end),
                    sentence,
                    before,
                    previous,
                    section,
                    self.metadata(document_id),
                    rank,
                )  # fmt: skip
            )
        return found

    def cells(self, hits: Iterable[Hit]) -> list[CellFact]:
        """The cells of every table on the pages of the passages."""
        facts: list[CellFact] = []
        seen = set()
        for hit in hits:
            for table in self.tables(hit.document_id, hit.span.page):
                key = (hit.document_id, table.span)
                if key not in seen:
                    seen.add(key)
                    facts += cells_of(self.source(hit.document_id), table)
        return facts

    def tables_on(self, document_id: int, page: int | None = None) -> list[list[CellFact]]:
        """The cells of every table of one page, or of the whole document, table by table."""
        source = self.source(document_id)
        return [cells_of(source, table) for table in self.store.tables(document_id, page)]

    def source(self, document_id: int) -> Source:
        """A document as its tables' cells are read from it."""
        return Source(
            document_id,
            self.name(document_id),
            self.metadata(document_id),
            lambda page: self.text(document_id, page),
            lambda page: [stored.passage for stored in self.store.passages_of(document_id, page)],
        )


def sentence_ranges(
    text: str, *, wrapped: bool = False, headings: frozenset[str] = frozenset()
) -> list[tuple[int, int]]:
    """Half-open ranges of a page's sentences, without surrounding space or a leading bullet.

    `wrapped`: lines end where the page does (PDF), so that only a blank line, a row of figures, or a line that is one of
    `headings` (in small letters, white space apart), ends a paragraph; otherwise each line is a paragraph of its own.
    """
    breaks = [match.span() for match in _BREAK[wrapped].finditer(text)]
    if wrapped:
        # A heading, and a row of figures, is a paragraph of its own: parted from the line before and the line after.
        for line in re.finditer(r"[^\n]+", text):
            if _plain(line[0]) in headings or (_ENDS_IN_VALUE.search(line[0]) and row_strength(line[0]) == _ROW):
                breaks += [(line.start(), line.start()), (line.end(), line.end())]
        breaks.sort()
    starts, ends = [0, *(end for _, end in breaks)], [*(start for start, _ in breaks), len(text)]
    found = []
    for first, last in zip(starts, ends, strict=True):
        for start, end in sentence_spans(text[first:last]):
            bullet = _BULLET.match(text[first + start : first + end])
            found.append((first + start + (bullet.end() if bullet else 0), first + end))
    # A list's number that stands before its item as a sentence of its own says nothing.
    return [(start, end) for start, end in found if re.search(r"[^\W\d_]", text[start:end])]


def _is_rows(text: str) -> bool:
    """Whether a stretch is rows of a table run together, which a PDF's text doesn't tell from prose."""
    figures = len(re.findall(r"(?<![\w-])[$€£(]?\d[\d,.]*%?", text))
    return figures > FEW_FIGURES and figures > MOST_FIGURES * len(text.split())


def _is_fragment(text: str) -> bool:
    """Whether a stretch of a PDF is a heading, a number of an item or an entry of a list of exhibits, and no sentence."""
    words = text.split()
    unfinished = not re.search(r"[.!?:;][”\"')]?$", text) and len(words) < FEWEST_WORDS
    return unfinished or bool(re.match(r"(?:item|part|note)\s+\w{1,4}\.?$|\d{1,2}\.\d{1,3}\s", text, re.IGNORECASE))


def _plain(text: str) -> str:
    return " ".join(text.lower().split()).rstrip(".:")
