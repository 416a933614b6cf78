"""Questions → passages: dense and lexical scores, lifted by what the question tells about where its answer stands.

Every cue adds to the cosine of a passage, so that each is soft: a wrong guess costs places, and hides nothing.
"""

import threading
from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
from llama_index.core.base.base_retriever import BaseRetriever
from llama_index.core.schema import NodeWithScore, QueryBundle, TextNode
from numpy.typing import NDArray

from corpus.document import Kind, Metadata, Period, Span
from index.embedding import PassageEmbedding
from index.lexical import fts_query, words_of
from index.lexicon import phrase
from index.query import Query, company_names, read_query
from index.store import DocumentRecord, Store
from index.vectors import FaissVectors

# What each cue adds to a cosine. Round numbers; docs/retrieval.md has what each is worth.
COMPANY = 0.25
PERIOD = 0.18
NEIGHBOUR_YEAR = 0.07  # a later report of the company shows the year as a comparison
KIND = 0.06
FEATURE = 0.10
LEXICAL = 0.15  # of the best lexical score
ROW = 0.04  # a line item asked for stands in the passage
MOST_ROWS = 3
SECOND = 0.10  # of a page's second-best passage: a page that fits in two places fits better

LEXICAL_CANDIDATES = 200
RESCORED = 400  # passages whose text is looked at


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage found, with its document, place and score (higher is better; comparable within one search only)."""

    passage_id: int
    document_id: int
    document: str
    span: Span
    text: str
    section: tuple[str, ...]
    score: float
    is_table: bool


@dataclass(frozen=True, slots=True)
class _Places:
    """Passage ids in rising order, with the row of their document and of their page."""

    revision: int
    ids: NDArray[np.int64]
    documents: NDArray[np.int64]  # row in `records`
    pages: NDArray[np.int64]  # row in `page_keys`
    records: tuple[DocumentRecord, ...]
    page_keys: tuple[tuple[int, int], ...]
    features: dict[tuple[int, int], frozenset[str]]
    names: dict[int, tuple[str, ...]]


class Retriever(BaseRetriever):
    """Search over a store's passages; a LlamaIndex retriever too."""

    def __init__(self, store: Store, vectors: FaissVectors, embedding: PassageEmbedding, k: int = 10) -> None:
        """`k`: how many nodes LlamaIndex's `retrieve` gives."""
        super().__init__()
        self.store, self.vectors, self.embedding, self.k = store, vectors, embedding, k
        self._places: _Places | None = None
        self._lock = threading.Lock()

    def search(self, query: str, k: int = 10, documents: Collection[int] | None = None) -> list[Hit]:
        """The `k` passages nearest to `query`, best first, each once; of all documents or of those named by id."""
        places = self._located()
        if not len(places.ids) or k < 1:
            return []
        read = read_query(query, places.names)
        vector = self.embedding.embed([query])[0]
        scores = self.vectors.scores(vector, places.ids)
        scores = scores + self._lexical(read, places, documents) + _scope(read, places)[places.documents]
        scores += _feature_scores(read, places)[places.pages]
        if documents is not None:
            allowed = np.asarray([record.id in set(documents) for record in places.records])
            scores[~allowed[places.documents]] = -np.inf
        return self._best(read, places, scores, k)

    def _retrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        return [
            NodeWithScore(
                node=TextNode(
                    id_=str(hit.passage_id),
                    text=hit.text,
                    metadata={
                        "document": hit.document,
                        "page": hit.span.page,
                        "start": hit.span.start,
                        "end": hit.span.end,
                    },
                ),
                score=hit.score,
            )
            for hit in self.search(query_bundle.query_str, self.k)
        ]

    def _located(self) -> _Places:
        with self._lock:
            revision = self.store.revision()
            if self._places is None or self._places.revision != revision:
                self._places = _locate(self.store, revision)
            return self._places

    def _lexical(self, read: Query, places: _Places, documents: Collection[int] | None) -> NDArray[np.float32]:
        scores = np.zeros(len(places.ids), np.float32)
        query = fts_query(words_of(read.text), read.expansions)
        found = self.store.match(query, LEXICAL_CANDIDATES, documents) if query else []
        if found:
            ids = np.asarray([key for key, _ in found], np.int64)
            rows = np.searchsorted(places.ids, ids)
            scores[rows] = LEXICAL * np.asarray([score for _, score in found], np.float32) / max(found[0][1], 1e-9)
        return scores

    def _best(self, read: Query, places: _Places, scores: NDArray[np.float32], k: int) -> list[Hit]:
        count = min(max(RESCORED, 4 * k), len(scores))
        rows = np.argpartition(-scores, count - 1)[:count]
        rows = rows[np.isfinite(scores[rows])]
        stored = {one.id: one for one in self.store.passages([int(key) for key in places.ids[rows]])}
        final: dict[int, float] = {}
        for row in rows:
            one = stored.get(int(places.ids[row]))
            if one:
                held = sum(any(phrase(name).search(one.passage.text) for name in item.names) for item in read.items)
                final[int(row)] = float(scores[row]) + ROW * min(held, MOST_ROWS)
        best: dict[int, list[float]] = {}
        for row in sorted(final, key=lambda one: -final[one]):
            best.setdefault(int(places.pages[row]), []).append(final[row])
        for row in final:
            others = best[int(places.pages[row])]
            if len(others) > 1:
                final[row] += SECOND * max(0.0, others[1])
        hits = []
        for row in sorted(final, key=lambda one: (-final[one], one))[:k]:
            one = stored[int(places.ids[row])]
            passage = one.passage
            hits.append(
                Hit(
                    one.id,
                    one.document_id,
                    one.document,
                    passage.span,
                    passage.text,
                    passage.section,
                    final[row],
                    passage.is_table,
                )  # fmt: skip
            )
        return hits


def _locate(store: Store, revision: int) -> _Places:
    records = tuple(store.documents())
    row_of = {record.id: row for row, record in enumerate(records)}
    listed = store.passage_places()
    keys: dict[tuple[int, int], int] = {}
    pages = [keys.setdefault((document, page), len(keys)) for _, document, page in listed]
    return _Places(
        revision,
        np.asarray([key for key, _, _ in listed], np.int64),
        np.asarray([row_of[document] for _, document, _ in listed], np.int64),
        np.asarray(pages, np.int64),
        records,
        tuple(keys),
        store.page_features(),
        {record.id: company_names(record.metadata.company, record.name) for record in records},
    )


def _scope(read: Query, places: _Places) -> NDArray[np.float32]:
    """What company, period and kind add, per document."""
    return np.asarray(
        [
            COMPANY * (record.id in read.documents)
            + _period_score(read.periods, record.metadata)
            + KIND * (record.metadata.kind in read.kinds)
            for record in places.records
        ],
        np.float32,
    )


def _period_score(asked: tuple[Period, ...], metadata: Metadata) -> float:
    period = metadata.period
    if not asked or period is None:
        return 0.0
    year = period.fiscal_year or (period.end.year if period.end else None)
    if year is None:
        return 0.0
    best = 0.0
    latest = max((one.fiscal_year or 0 for one in asked), default=0)
    for one in asked:
        wanted = one.fiscal_year or (one.end.year if one.end else None)
        if wanted is None:
            continue
        if wanted == year and one.quarter and metadata.kind in (Kind.QUARTERLY_REPORT, Kind.EARNINGS_RELEASE):
            best = max(best, PERIOD if one.quarter == period.quarter else NEIGHBOUR_YEAR)
        elif wanted == year:
            # Of several years asked for, the report of the last shows the others too.
            whole = one.quarter is not None or metadata.kind is not Kind.QUARTERLY_REPORT
            best = max(best, (PERIOD if wanted == latest else NEIGHBOUR_YEAR) if whole else NEIGHBOUR_YEAR)
        elif year - wanted in (1, 2):
            best = max(best, NEIGHBOUR_YEAR / (year - wanted))
    return best


def _feature_scores(read: Query, places: _Places) -> NDArray[np.float32]:
    """What it adds, per page, to be of a kind that the question leads to."""
    return np.asarray(
        [FEATURE * bool(read.features & places.features.get(key, frozenset())) for key in places.page_keys], np.float32
    )
