"""Questions → passages: dense and lexical scores, lifted by what the question tells about where its answer stands."""

import threading
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from index.embedding import PassageEmbedding
from index.hit import Hit
from index.lexical import MOST_MATCHES, fts_query, words_of
from index.query import Query, read_query
from index.ranking import MOST_ROWS, FeaturePages, Weights, feature_pages, page_bonus, rows_held, scope
from index.store import DocumentRecord, Store, StoredPassage
from index.stored_vectors import Vectors

__all__ = ["Hit", "Retriever"]

LEXICAL_CANDIDATES = 200
RESCORED = 300  # passages whose rows are read


@dataclass(frozen=True, slots=True)
class _Places:
    """Passage ids in rising order, with the rows of their document and page; what is known of both."""

    revision: int
    ids: NDArray[np.int64]  # (n,)
    documents: NDArray[np.int64]  # (n,), rows in `records`
    document_ids: NDArray[np.int64]  # (n,)
    pages: NDArray[np.int64]  # (n,), rows in the distinct pages
    page_count: int
    records: tuple[DocumentRecord, ...]
    features: Mapping[str, FeaturePages]
    companies: tuple[str, ...]


class Retriever:
    """Search over a store's passages. Safe to use from several threads."""

    def __init__(
        self,
        store: Store,
        vectors: Vectors,
        embedding: PassageEmbedding | None,
        weights: Weights | None = None,
    ) -> None:
        """Without an `embedding` passages are found by their words alone."""
        self.store, self.vectors, self.embedding = store, vectors, embedding
        self.weights = weights or Weights()
        self._places: _Places | None = None
        self._counted: tuple[int, dict[str, int]] = (-1, {})
        self._lock = threading.Lock()

    def search(self, query: str, k: int = 10, documents: Collection[int] | None = None) -> list[Hit]:
        """The `k` passages that fit `query` best, best first, each once; of all documents or of those named by id."""
        places = self._located()
        if not len(places.ids) or k < 1:
            return []
        read = read_query(query, places.companies)
        lexical = self._lexical(read, places, documents)
        scoped = scope(read, places.records, self.weights)[places.documents]
        bonus = page_bonus(read, places.features, places.page_count, self.weights)[places.pages]
        added = np.asarray(lexical + scoped + bonus, np.float32)
        if documents is not None:
            wanted = set(documents)
            allowed = np.asarray([record.id in wanted for record in places.records])
            added[~allowed[places.documents]] = -np.inf
        scores = self._dense(read, places, added, max(RESCORED, 2 * k)) + lexical
        scores += scoped
        scores += bonus
        scores[np.isneginf(added)] = -np.inf
        return self._best(read, places, scores, k)

    def _located(self) -> _Places:
        with self._lock:
            revision = self.store.revision()
            if self._places is None or self._places.revision != revision:
                self._places = _locate(self.store, revision)
            return self._places

    def _dense(self, read: Query, places: _Places, added: NDArray[np.float32], count: int) -> NDArray[np.float32]:
        """Cosines to the question and, where it names line items or kinds of page, to those as filings call them."""
        if self.embedding is None:
            return np.zeros(len(places.ids), np.float32)
        sought = read.sought if self.weights.sought else None
        if sought is None:
            vector = self.embedding.embed_queries([read.core])[0]
        else:
            asked, named = self.embedding.embed_queries([read.core, _in_scope(read, sought)])
            vector = (1 - self.weights.sought) * asked + self.weights.sought * named
        return self.vectors.scores(vector, places.ids, places.document_ids, added, count)

    def _lexical(self, read: Query, places: _Places, documents: Collection[int] | None) -> NDArray[np.float32]:
        scores = np.zeros(len(places.ids), np.float32)
        if not self.weights.lexical:
            return scores
        query = fts_query(words_of(read.core), read.expansions, self._frequency(places.revision))
        found = self.store.match(query, LEXICAL_CANDIDATES, documents) if query else []
        if found:
            # A document may have come in since the places were read.
            ids = np.asarray([key for key, _ in found], np.int64)
            rows = np.minimum(np.searchsorted(places.ids, ids), len(places.ids) - 1)
            there = places.ids[rows] == ids
            best = max(found[0][1], 1e-9)
            values = np.asarray([score / best for _, score in found], np.float32)
            scores[rows[there]] = self.weights.lexical * values[there]
        return scores

    def _frequency(self, revision: int) -> Callable[[str], int]:
        """How many passages hold a word, counted once a revision."""
        if self._counted[0] != revision:
            self._counted = (revision, {})
        known = self._counted[1]

        def count(word: str) -> int:
            if word not in known:
                known[word] = self.store.frequency(f'"{word}"', MOST_MATCHES)
            return known[word]

        return count

    def _best(self, read: Query, places: _Places, scores: NDArray[np.float32], k: int) -> list[Hit]:
        count = min(max(RESCORED, 2 * k), len(scores))
        rows = np.argpartition(-scores, count - 1)[:count]
        rows = rows[np.isfinite(scores[rows])]
        stored = {one.id: one for one in self.store.passages([int(key) for key in places.ids[rows]])}
        found = [
            (stored[key], int(places.pages[row]), float(scores[row]))
            for row in rows
            if (key := int(places.ids[row])) in stored
        ]
        ranked = rank(read, found, self.weights)
        return [replace(_hit(one), score=score) for one, score in ranked[:k]]


def rank(
    read: Query, found: Sequence[tuple[StoredPassage, int, float]], weights: Weights
) -> list[tuple[StoredPassage, float]]:
    """Passages with page and score → passages with their last score, best first: rows and pages have their say."""
    held = [rows_held(one.passage.text, read.items) for one, _, _ in found]
    on_page: dict[int, set[int]] = {}
    for (_, page, _), rows in zip(found, held, strict=True):
        on_page.setdefault(page, set()).update(rows)
    scored = [
        score + weights.row * (min(len(rows), MOST_ROWS) + min(len(on_page[page]), MOST_ROWS))
        for (_, page, score), rows in zip(found, held, strict=True)
    ]
    by_page: dict[int, list[float]] = {}
    for (_, page, _), score in zip(found, scored, strict=True):
        by_page.setdefault(page, []).append(score)
    second = {page: sorted(values)[-2] if len(values) > 1 else 0.0 for page, values in by_page.items()}
    final = [
        (one, score + weights.second * max(second[page], 0.0))
        for (one, page, _), score in zip(found, scored, strict=True)
    ]
    return sorted(final, key=lambda pair: (-pair[1], pair[0].id))


def _in_scope(read: Query, sought: str) -> str:
    """What is sought, headed as passages are embedded: company, period, then the words."""
    return ", ".join([*sorted(read.companies), *(str(period) for period in read.periods[-1:])]) + f"\n{sought}"


def _hit(one: StoredPassage) -> Hit:
    passage = one.passage
    return Hit(
        one.id, one.document_id, one.document, passage.span, passage.text, passage.section, 0.0, passage.is_table
    )


def _locate(store: Store, revision: int) -> _Places:
    records = tuple(store.documents())
    keys = np.asarray([record.id for record in records], np.int64)
    order = np.argsort(keys)
    listed = store.passage_places()
    listed = listed[np.isin(listed[:, 1], keys)]
    documents = order[np.searchsorted(keys[order], listed[:, 1])]
    # Document and page in one number: sorting pairs takes many times as long.
    distinct, pages = np.unique(listed[:, 1] << 32 | listed[:, 2], return_inverse=True)
    return _Places(
        revision,
        np.ascontiguousarray(listed[:, 0]),
        documents,
        np.ascontiguousarray(listed[:, 1]),
        pages,
        len(distinct),
        records,
        feature_pages([(key >> 32, key & 0xFFFFFFFF) for key in distinct.tolist()], store.page_features()),
        tuple(sorted({record.metadata.company for record in records if record.metadata.company})),
    )
