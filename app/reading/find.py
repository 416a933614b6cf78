"""Search within one document: its exact words wherever they stand, passages with all the words, passages near in meaning."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from corpus.document import Span
from corpus.sentences import sentence_spans
from index.lexical import words_of

if TYPE_CHECKING:
    from app.footnote import Footnote
    from index.store import StoredPassage

MOST_EXACT = 500
MOST_WORDS = 40
MOST_NEAR = 8
NEAR = 0.35  # cosine from which a sentence is near enough to be shown
AROUND = 60  # characters of a snippet on each side
LONGEST = 300  # characters of a query


class HitKind(StrEnum):
    """How a hit was found."""

    EXACT = "exact"
    WORDS = "words"
    MEANING = "meaning"


@dataclass(frozen=True, slots=True)
class DocumentHit:
    """A place in the document: its span, and what stands around it."""

    kind: HitKind
    span: Span
    before: str
    text: str
    after: str


def find_in_document(engine: "Footnote", document_id: int, query: str) -> list[DocumentHit]:
    """The hits in reading order: exact ones; then sentences with all the words, then those near in meaning, each place once.

    Nothing for an empty query. Raises UnknownDocument.
    """
    engine.store.document(document_id)
    query = " ".join(query.split())[:LONGEST]
    if not query:
        return []
    pages = {page.number: page.text for page in engine.store.pages(document_id)}
    found = [
        _hit(HitKind.EXACT, Span(number, start, end), text)
        for number, text in pages.items()
        for start, end in exact_places(text, query)
    ][:MOST_EXACT]
    taken = [one.span for one in found]
    for kind, spans in (
        (HitKind.WORDS, _with_words(engine, document_id, query)),
        (HitKind.MEANING, _near(engine, document_id, query)),
    ):
        fresh: list[Span] = []
        for span in spans:
            if not any(_overlap(span, other) for other in (*taken, *fresh)):
                fresh.append(span)
        taken += fresh
        found += [_hit(kind, span, pages[span.page]) for span in fresh]
    return found


def exact_places(text: str, query: str) -> Iterator[tuple[int, int]]:
    """Where a text has the words of a query side by side: in any case, over any white space, from the start of a word."""
    parts = [re.escape(part) for part in query.split()]
    if not parts:
        return
    opening = r"(?<!\w)" if re.match(r"\w", query) else ""
    for match in re.finditer(opening + r"[\s\-]+".join(parts), text, re.IGNORECASE):
        yield match.span()


def _with_words(engine: "Footnote", document_id: int, query: str) -> Iterator[Span]:
    """The sentences with all of the query's words."""
    words = words_of(query)
    if len(words) < 2:
        return
    every = " AND ".join(f'"{word}"' for word in words)
    ids = [key for key, _ in engine.store.match(every, MOST_WORDS, [document_id])]
    for one in sorted(engine.store.passages(ids), key=lambda each: (each.passage.span.page, each.passage.span.start)):
        if span := _sentence_with(one, set(words)):
            yield span


def _sentence_with(one: "StoredPassage", words: set[str]) -> Span | None:
    """The first sentence of a passage with all of the words; None where they are spread over several."""
    span, text = one.passage.span, one.passage.text
    return next(
        (
            Span(span.page, span.start + start, span.start + end)
            for start, end in sentence_spans(text)
            if words <= set(words_of(text[start:end]))
        ),
        None,
    )


def _near(engine: "Footnote", document_id: int, query: str) -> Iterator[Span]:
    """Of the passages nearest in meaning the sentence that is nearest, in reading order."""
    hits = engine.search(query, MOST_NEAR, [document_id])
    places = [
        Span(one.span.page, one.span.start + start, one.span.start + end)
        for one in hits
        for start, end in sentence_spans(one.text)
    ]
    texts = [one.text[start:end] for one in hits for start, end in sentence_spans(one.text)]
    if not texts:
        return
    vectors = engine.embedding().embed([query, *texts])
    scores = vectors[1:] @ vectors[0]
    near = [(float(score), span) for score, span in zip(scores, places, strict=True) if score >= NEAR]
    best = sorted(near, key=lambda each: -each[0])[:MOST_NEAR]
    yield from sorted((span for _, span in best), key=lambda span: (span.page, span.start))


def _overlap(one: Span, other: Span) -> bool:
    return one.page == other.page and one.start < other.end and other.start < one.end


def _hit(kind: HitKind, span: Span, text: str) -> DocumentHit:
    before = text[max(0, span.start - AROUND) : span.start]
    after = text[span.end : span.end + AROUND]
    # Whole words only, where there is white space to cut at.
    if span.start > AROUND and " " in before:
        before = "… " + before.split(" ", 1)[1]
    if len(text) > span.end + AROUND and " " in after:
        after = after.rsplit(" ", 1)[0] + " …"
    inside = " ".join(text[span.start : span.end].split())
    inside = inside if len(inside) <= 3 * AROUND else f"{inside[: 3 * AROUND].rsplit(' ', 1)[0]} …"
    return DocumentHit(kind, span, " ".join(before.split()), inside, " ".join(after.split()))
