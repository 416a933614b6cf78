"""Summaries without a language model: the sentence of each part of a document that says most, in the document's order."""

import re
from collections.abc import Collection, Sequence

from app import extract
from app.answer import Statement
from app.evidence import Pages, Sentence
from app.match import asked_periods
from app.question import Question
from app.terms import tokens
from index.hit import Hit
from index.store import DocumentRecord

_ASKS = re.compile(
    r"\b(?:summar(?:y|i[sz]e)|overview|outline|key\s+(?:points?|takeaways?|findings)|main\s+(?:points?|message|ideas?)|gist|tl;?dr)\b"
    r"|\bwhat\s+(?:is|are)\s+(?:this|the|these|my)\s+(?:\w+\s+){0,2}(?:articles?|documents?|reports?|texts?|files?|papers?|filings?|notes?|guides?)\s+about\b",
    re.IGNORECASE,
)
_LABELLED = re.compile(
    r"[A-Z][\w ]{1,20}: "
)  # "Period: first quarter of 2026": says of the document, not of its matter
_THING = re.compile(r"^(?:articles?|documents?|reports?|texts?|files?|papers?|filings?|notes?|guides?|all|everything|it|this|these|points?|key|main|short|brief(?:ly)?)$")  # fmt: skip
# What every filing says, of itself and not of its company.
_BOILERPLATE = re.compile(
    r"forward-looking|\bform (?:10|8|20)-|\bitem \d|incorporated (?:herein )?by reference|this (?:annual )?report|\bSEC\b|securities and exchange"
    r"|exchange act|vice president|should be read|discussion and analysis|risk factors",
    re.IGNORECASE,
)
MOST_SENTENCES = 7
MOST_DOCUMENTS = 5
FIRST_PAGES = 8  # of a long document: there it says what it is about
SUBJECTS = ("business", "highlights", "md&a", "outlook", "liquidity", "risk factors")
FEW = 4  # sentences of a page that is worth going on from
LONG = 10  # words of a sentence of a report that says something
SHORTEST = 6  # words of a sentence that says something


def asks_summary(text: str) -> bool:
    """Whether a question asks for the whole of a document in short."""
    return bool(_ASKS.search(text))


def summarize(
    question: Question, hits: Sequence[Hit], pages: Pages, documents: Collection[DocumentRecord]
) -> list[Statement]:
    """The document that is named, or the only one, part by part; of several, what opens each of the nearest."""
    chosen = _of_years(_named(question, documents) or list(documents), question)
    if len(chosen) == 1:
        return extract.statements(main_sentences(chosen[0], pages, MOST_SENTENCES))
    nearest = {key: rank for rank, key in enumerate(dict.fromkeys(hit.document_id for hit in hits))}
    shown = sorted(chosen, key=lambda record: nearest.get(record.id, len(nearest)))[:MOST_DOCUMENTS]
    openings = (parts[0][0] for record in shown if (parts := _parts(record, pages)))
    return extract.statements(list(openings))


def is_boilerplate(text: str) -> bool:
    """Whether a sentence is what every filing says of itself."""
    return bool(_BOILERPLATE.search(text))


def _named(question: Question, documents: Collection[DocumentRecord]) -> list[DocumentRecord]:
    """The documents whose name, title or company holds all that the question names besides asking for a summary."""
    wanted = [
        token.stem
        for token in tokens(question.text)
        if token.stem in question.stems and not _ASKS.search(token.text) and not _THING.match(token.text.lower())
    ]
    if not wanted:
        return []
    found = []
    for record in documents:
        metadata = record.metadata
        held = {token.stem for text in (record.name, metadata.title, metadata.company) for token in tokens(text or "")}
        if all(stem in held for stem in wanted):
            found.append(record)
    return found


def _of_years(records: list[DocumentRecord], question: Question) -> list[DocumentRecord]:
    """Those of the fiscal years that are named; all where none is or none fits."""
    years = {period.fiscal_year for period in asked_periods(question)}
    return [one for one in records if one.metadata.period and one.metadata.period.fiscal_year in years] or records


def main_sentences(record: DocumentRecord, pages: Pages, most: int) -> list[Sentence]:
    """The most telling sentences: one of each part, the opening first, no two that say the same."""
    parts = _subjects(record, pages) if record.pages > FIRST_PAGES else _parts(record, pages)
    if not parts:
        return []
    # Where there are more parts than places, they are taken at equal distances.
    step = max(1.0, len(parts) / most)
    taken = (parts[int(number * step)] for number in range(min(most, len(parts))))
    return extract.distinct(one for part in taken for one in extract.best_of(part, 1))


def _subjects(record: DocumentRecord, pages: Pages) -> list[list[Sentence]]:
    """Of a long report: the pages on which its main subjects begin; its first pages where none is recognised."""
    begins: dict[str, int] = {}
    for (document, page), features in sorted(pages.store.page_features().items()):
        if document == record.id:
            for feature in features & frozenset(SUBJECTS):
                begins.setdefault(feature, page)
    found = [_sentences(record, pages, begins[subject]) for subject in SUBJECTS if subject in begins]
    return [one for one in found if one] or _parts(record, pages)


def _sentences(record: DocumentRecord, pages: Pages, first: int) -> list[Sentence]:
    """The sentences of a page, and of the next where it holds few."""
    found: list[Sentence] = []
    for number in range(first, min(first + 2, record.pages)):
        if len(found) < FEW:
            spans = [stored.passage for stored in pages.store.passages_of(record.id, number)]
            for passage in spans:
                found += [
                    one
                    for one in pages.sentences_in(record.id, passage.span, passage.section)
                    if len(one.text.split()) >= LONG
                    and one.text.endswith(".")
                    and not _BOILERPLATE.search(one.text)
                    and one not in found
                ]
    return found


def _parts(record: DocumentRecord, pages: Pages) -> list[list[Sentence]]:
    """Sections, or paragraphs where a document has next to none; those that hold sentences."""
    sections: dict[tuple[str, ...], list[Sentence]] = {}
    paragraphs: list[list[Sentence]] = []
    glossary = {
        (entry.span.page, entry.span.start)
        for entry in pages.store.glossary()
        if entry.span and entry.source == record.name
    }
    for number in range(min(record.pages, FIRST_PAGES)):
        text = pages.text(record.id, number)
        end = -1
        for stored in pages.store.passages_of(record.id, number):
            passage = stored.passage
            if passage.is_table:
                continue
            for one in pages.sentences_in(record.id, passage.span, passage.section):
                if (
                    one.span.start < end
                    or len(one.text.split()) < SHORTEST
                    or one.text.endswith(("?", ":"))
                    or _LABELLED.match(one.text)
                ):
                    continue
                if any(
                    page == number and one.span.start <= start + 2 and start < one.span.end for page, start in glossary
                ):
                    continue
                end = one.span.end
                sections.setdefault(passage.section, []).append(one)
                if paragraphs and "\n" not in text[paragraphs[-1][-1].span.end : one.span.start]:
                    paragraphs[-1].append(one)
                else:
                    paragraphs.append([one])
    return list(sections.values()) if len(sections) > 2 else paragraphs
