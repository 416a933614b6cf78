"""The passages that may say the same or otherwise, found by the retriever and among the facts, and compared one by one."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from app.elsewhere.compare import NEAR, Comparison, Reason, Relation, compare, prints_the_same
from app.elsewhere.core import cores
from app.elsewhere.said import Said, said_in_cell, said_in_sentence
from app.elsewhere.when import When
from app.evidence import Pages
from app.verifier.reading import read
from corpus.document import Metadata, Span
from corpus.errors import BadDraft, UnknownDocument
from corpus.sentences import sentence_spans
from index.checks import ENOUGH
from index.citation import Citation
from index.concepts import concepts
from index.fact_build import bring_up_to_date

if TYPE_CHECKING:
    from app.footnote import Footnote
    from index.facts import Fact
    from index.hit import Hit

LOOKED_AT = 40  # passages
NEAREST = 6  # passages of which a sentence may be called related though nothing more is known of it
MOST = 8  # of each relation
MOST_SENTENCES = 3  # of what is asked about
LONGEST = 2000  # characters
MOST_FIGURES = 8  # of a sentence: what has more is a table that reads as one
Key = tuple[str, int, int]  # document, page, start


@dataclass(frozen=True, slots=True)
class Found:
    """A passage with its relation to what was asked about."""

    said: Said
    comparison: Comparison
    rank: int

    @property
    def citation(self) -> Citation:
        """Where it stands."""
        assert self.said.citation is not None  # only what stands in a document is found
        return self.said.citation

    def to_json(self) -> dict[str, Any]:
        """The object of `elsewhere --json`."""
        return {
            "relation": str(self.comparison.relation),
            "reason": str(self.comparison.reason),
            "difference": self.comparison.words,
            "text": " ".join(self.said.text.split()),
            "citation": self.citation.to_json(),
        }


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """What the documents say elsewhere of one thing: of each relation the nearest first, `MOST` at most."""

    text: str  # what was asked about
    citation: Citation | None  # where it stands, None for a person's own words
    agreeing: tuple[Found, ...] = ()
    contradicting: tuple[Found, ...] = ()
    related: tuple[Found, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """The object of `elsewhere --json`."""
        return {
            "text": self.text,
            "citation": self.citation.to_json() if self.citation else None,
            "agreeing": [one.to_json() for one in self.agreeing],
            "contradicting": [one.to_json() for one in self.contradicting],
            "related": [one.to_json() for one in self.related],
        }


def elsewhere(
    engine: "Footnote", text: str = "", citation: Citation | None = None, documents: Collection[int] | None = None
) -> Elsewhere:
    """Where else something is said: `text` in a person's words, or what a citation points at; in all documents or those named by id.

    With both, `text` is what is said, at the place of the citation. Raises BadDraft where there is nothing to look for or
    too much, UnknownDocument where the citation's document or page isn't there.
    """
    pages = Pages(engine.store)
    mine = list(_asked(engine, pages, text, citation))
    if not mine:
        raise BadDraft(
            "There is nothing to look for. Give a sentence, or a citation with its document, page and place."
        )
    if len(mine) > MOST_SENTENCES or any(len(one.text) > LONGEST for one in mine):
        raise BadDraft(f"That is too much to compare. Give {MOST_SENTENCES} sentences at most.")
    shown = " ".join(" ".join(one.text.split()) for one in mine)
    found: dict[Key, Found] = {}
    for here in mine:
        for rank, there in _candidates(engine, pages, here, documents):
            place = there.citation
            if place is None or (citation and _overlap(place, citation)):
                continue
            one = Found(there, compare(here, there), rank)
            key = (place.document, place.page, place.start)
            if key not in found or _order(one) < _order(found[key]):
                found[key] = one
    found = _reconciled(mine, found)
    ordered = sorted(_each_once(sorted(found.values(), key=_order)), key=lambda one: one.rank)

    def of(relation: Relation) -> tuple[Found, ...]:
        return tuple(one for one in ordered if one.comparison.relation is relation)

    related = [one for one in of(Relation.RELATED) if _worth_showing(one)]
    related.sort(key=lambda one: (one.comparison == NEAR, one.rank))
    return Elsewhere(
        shown, citation, of(Relation.AGREES)[:MOST], of(Relation.CONTRADICTS)[:MOST], tuple(related[:MOST])
    )


def _reconciled(mine: Sequence[Said], found: dict[Key, Found]) -> dict[Key, Found]:
    """A document that gives the figure too doesn't contradict it: its other figure is of something else."""
    agreeing = {one.citation.document for one in found.values() for here in mine if prints_the_same(here, one.said)}
    return {
        key: replace(one, comparison=replace(one.comparison, relation=Relation.RELATED, reason=Reason.UNSURE))
        if one.comparison.reason is Reason.OTHER_FIGURE and one.citation.document in agreeing
        else one
        for key, one in found.items()
    }


def _worth_showing(one: Found) -> bool:
    """Whether something related tells a reader anything: not each row of a statement that shares a word."""
    if one.said.is_cell:
        return one.comparison.reason not in (Reason.NEAR, Reason.MEASURE)
    return one.comparison != NEAR or one.rank < NEAREST


def place_cited(engine: "Footnote", document: int | str, page: int, start: int, end: int) -> Citation:
    """A citation of a place: `page` from 1, half-open characters. Raises UnknownDocument where nothing stands there."""
    record = engine.store.document(document)
    text = engine.store.page(record.id, page - 1).text
    if not 0 <= start < end <= len(text):
        raise UnknownDocument(
            f"{record.name}, page {page} has {len(text)} characters: nothing stands at {start} to {end}."
        )
    return Citation(record.name, page - 1, start, end, text[start:end])


def _order(one: Found) -> tuple[int, bool, int]:
    order = (Relation.CONTRADICTS, Relation.AGREES, Relation.RELATED)
    return order.index(one.comparison.relation), not one.said.certain, one.rank


def _each_once(found: Sequence[Found]) -> Iterator[Found]:
    """Each text of a document once, and each place: a filing prints its figures several times."""
    seen: set[tuple[str, str]] = set()
    ends: set[Key] = set()
    for one in found:
        place = one.citation
        key, end = (place.document, " ".join(one.said.text.split()).casefold()), (place.document, place.page, place.end)
        if key not in seen and end not in ends:
            seen.add(key)
            ends.add(end)
            yield one


def _overlap(one: Citation, other: Citation) -> bool:
    return (one.document, one.page) == (other.document, other.page) and one.start < other.end and other.start < one.end


def _asked(engine: "Footnote", pages: Pages, text: str, citation: Citation | None) -> Iterator[Said]:
    """What is asked about, sentence by sentence."""
    if citation is None or citation.document == "glossary":
        given = text or (citation.quote if citation else "")
        metadata = Metadata(company=_company_in(engine, given))
        yield from (Said(given[start:end], metadata) for start, end in sentence_spans(given))
        return
    record = engine.store.document(citation.document)
    section = next(
        (
            one.passage.section
            for one in engine.store.passages_of(record.id, citation.page)
            if one.passage.span.start <= citation.start < one.passage.span.end
        ),
        (),
    )
    if text:
        for start, end in sentence_spans(text):
            yield Said(text[start:end], record.metadata, section, "", citation)
        return
    for fact in _facts(engine, {record.id}, None):
        if fact.citation and _overlap(fact.citation, citation) and fact.citation.end == citation.end:
            yield fact
            return
    for cells in pages.tables_on(record.id, citation.page):
        for cell in cells:
            if (cell.row.start, cell.row.end) == (citation.start, citation.end) or (
                cell.cell and (cell.cell.start, cell.cell.end) == (citation.start, citation.end)
            ):
                yield said_in_cell(cell, certain=True)
                return
    span = Span(citation.page, citation.start, citation.end)
    sentences = pages.sentences_in(record.id, span, section)
    yield from map(said_in_sentence, sentences)
    if not sentences:
        yield Said(citation.quote, record.metadata, section, "", citation)


def _company_in(engine: "Footnote", text: str) -> str | None:
    """The one company of the documents that a person's words name, None where they name none or several."""
    words = read(text).stems
    named = {
        said.company: record.metadata.company
        for record in engine.documents()
        if (said := Said("", record.metadata)).company and said.company <= words
    }
    return next(iter(named.values())) if len(named) == 1 else None


def _candidates(
    engine: "Footnote", pages: Pages, here: Said, documents: Collection[int] | None
) -> Iterator[tuple[int, Said]]:
    """What may say the same or otherwise, with the rank of its passage."""
    hits = engine.search(here.plain, LOOKED_AT, documents)
    for sentence in pages.sentences(hits):
        if len(sentence.quantities) <= MOST_FIGURES:
            yield sentence.rank, said_in_sentence(sentence)
    yield from ((0, one) for one in _facts_near(engine, here, documents))
    yield from _cells_near(pages, hits, here)


def _facts_near(engine: "Footnote", here: Said, documents: Collection[int] | None) -> Iterator[Said]:
    """The facts of the company's filings for the years that are spoken of."""
    years = {core.when.year for core in cores(here) if core.when and core.when.year and core.figures}
    named = {word for core in cores(here) for word in core.names | core.said.company}
    ids = {
        record.id
        for record in engine.documents()
        if (documents is None or record.id in documents)
        and (company := Said("", record.metadata).company)
        and company & named
    }
    for year in sorted(years) if ids else ():
        yield from _facts(engine, ids, year)


def _facts(engine: "Footnote", ids: Collection[int], year: int | None) -> Iterator[Said]:
    """The facts of documents, each with the names of its line items."""
    store = engine.store
    records = {record.name: record for record in engine.documents() if record.id in ids}
    bring_up_to_date(store, list(records.values()))
    grouped: dict[Key, list[Fact]] = {}
    for fact in store.facts(sorted(ids), "", year):
        grouped.setdefault((fact.document, fact.page, fact.start), []).append(fact)
    known = concepts()
    for (name, page, start), facts in grouped.items():
        one = facts[0]
        names = tuple(
            dict.fromkeys(
                asked
                for fact in facts
                if fact.concept and abs(fact.value) == abs(one.value)
                for asked in (*known[fact.concept].asked, fact.concept.replace("_", " "))
            )
        )
        yield Said(
            f"{' '.join(one.label.split()).rstrip(':')}: {abs(one.value):,f} {one.scale} {one.unit}".rstrip(),
            records[name].metadata,
            (),
            "",
            Citation(name, page, start, one.stop, store.page(records[name].id, page).text[start : one.stop]),
            _when(one),
            True,
            one.confidence >= ENOUGH and not one.failed,
            names,
        )


def _when(fact: "Fact") -> When:
    quarter = None if fact.quarter == 4 and fact.months != 3 else fact.quarter
    usual = (None, 12) if quarter is None else (None, 3)
    more = frozenset() if fact.months in usual else frozenset([f"{fact.months} months"])
    return When(fact.year, quarter, None, more)


def _cells_near(pages: Pages, hits: "Sequence[Hit]", here: Said) -> Iterator[tuple[int, Said]]:
    """The cells on the pages found that print one of its figures: they may agree."""
    wanted = {figure.base for core in cores(here) for figure in core.figures}
    digits = {format(abs(base).normalize(), "f").rstrip("0").replace(".", "") for base in wanted}
    seen: set[tuple[int, int]] = set()
    for rank, hit in enumerate(hits):
        if (hit.document_id, hit.span.page) in seen:
            continue
        seen.add((hit.document_id, hit.span.page))
        for cell in pages.cells([hit]):
            plain = "".join(each for each in cell.text if each.isdigit()).rstrip("0").lstrip("0")
            if plain and any(plain.startswith(one) or one.startswith(plain) for one in digits if one):
                yield rank, said_in_cell(cell)
