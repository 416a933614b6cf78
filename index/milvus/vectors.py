"""The stored embeddings on a Milvus server, as FAISS has them here.

The store's embeddings are the truth. The collection is derived from them, keyed by passage id, and carries a stamp
(revision, model, count): where it doesn't fit, what is there is listed and brought in line, and nothing else is sent again.
"""

import hashlib
import threading
import time
from collections.abc import Callable, Collection
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from corpus.errors import DataProblem, VectorsProblem
from index.milvus import server
from index.milvus.best import MOST, Sources, cosines_of_the_best
from index.milvus.filters import filters
from index.milvus.in_line import differences, stamp, stands, write_what_differs
from index.store import Store
from index.stored_vectors import require_dimension

T = TypeVar("T")

SETTLED = 10.0  # seconds after a change in which each search waits for all that was written


class MilvusVectors:
    """Inner product over unit vectors (cosine) on a Milvus server, keyed by passage id. Safe to use from several threads.

    Exact up to a million passages; above, a graph is searched (docs/scale.md has its recall).
    """

    def __init__(self, store: Store, uri: str, token: str = "") -> None:
        """Vectors of `store` on the server at `uri`; nothing is connected before the first use."""
        self.store, self._uri, self._token = store, uri, token
        self._collection: server.Collection | None = None
        self._revision = -1
        self._documents: NDArray[np.int64] = np.empty(0, np.int64)  # all, rising
        self._count = 0  # passages
        self._changed = float("-inf")
        self._lock = threading.RLock()

    @property
    def client(self) -> Any:
        """The Milvus client, with the collection up to date; None for an empty store."""
        self.refresh()
        return self._collection.client if self._collection else None

    @property
    def collection(self) -> str:
        """The collection's name: of this data directory and the model of its vectors."""
        model = self.store.model() or ""
        return f"{self._prefix()}{hashlib.sha256(model.encode()).hexdigest()[:8]}"

    @property
    def index(self) -> str:
        """The kind of index that the collection has, as Milvus calls it; "" for an empty store."""
        self.refresh()
        return self._collection.kind if self._collection else ""

    def pending(self) -> int:
        """How many passages its index doesn't have yet; they are searched one by one."""
        self.refresh()
        return self._collection.pending() if self._collection else 0

    def close(self) -> None:
        """Close the connection."""
        with self._lock:
            if self._collection:
                self._collection.close()
                self._collection, self._revision = None, -1

    def refresh(self) -> None:
        """Bring the collection in line with the store. Raises VectorsProblem where the server can't be used."""
        with self._lock:
            # Before anything is listed: what comes in meanwhile has a later revision, and its turn at the next call.
            revision = self.store.revision()
            if revision != self._revision:
                self._bring_in_line(revision)
                self._revision, self._changed = revision, time.monotonic()

    def search(
        self, vector: NDArray[np.float32], k: int, documents: Collection[int] | None = None
    ) -> list[tuple[int, float]]:
        """The `k` passages nearest to `vector` ((d,) float32, unit length), as (passage id, cosine), best first.

        Raises DataProblem where the vector has another length than those of the index, or `k` is more than a server gives.
        """
        if k > MOST:
            raise DataProblem(f"A Milvus server gives {MOST:,} passages at once, not {k:,}. Ask for fewer.")
        self.refresh()
        if k < 1 or not self._count:
            return []
        wanted = self._documents if documents is None else np.asarray(sorted(documents), np.int64)
        keys, cosines = self._nearest(vector, k, wanted)
        return [(int(key), float(score)) for key, score in zip(keys, cosines, strict=True)]

    def scores(
        self, vector: NDArray[np.float32], ids: NDArray[np.int64], documents: NDArray[np.int64],
        added: NDArray[np.float32], count: int,
    ) -> NDArray[np.float32]:  # fmt: skip
        """Cosines of `vector` with the passages `ids` of which any can be among the `count` best of cosine + `added`.

        (n,) float32 in the order of `ids`, which rise; -1 for the others. `documents` are theirs.
        """
        if not len(ids):
            return np.empty(0, np.float32)

        def nearest(among: NDArray[np.int64], most: int) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
            keys, cosines = self._nearest(vector, min(most, len(ids)), among)
            rows = np.minimum(np.searchsorted(ids, keys), len(ids) - 1)
            # A document may have gone, or come, since the places were read.
            there = ids[rows] == keys
            return rows[there], cosines[there]

        def exact(rows: NDArray[np.int64]) -> NDArray[np.float32]:
            stored = self.store.stored_vectors([int(key) for key in ids[rows]])
            products = [stored[int(key)] @ vector if int(key) in stored else 0.0 for key in ids[rows]]
            return np.asarray(products, np.float32)

        return cosines_of_the_best(Sources(nearest, exact), documents, added, count)

    def _nearest(
        self, vector: NDArray[np.float32], most: int, among: NDArray[np.int64]
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Keys and cosines of the best `most` passages of the documents `among`, best first."""

        def ask(collection: server.Collection) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
            require_dimension(vector, collection.dimension)
            strong = time.monotonic() - self._changed < SETTLED
            # Of all that there are, not of those that somebody may read: a range must hold nothing between two of theirs.
            admitted = filters(among, self._documents)
            found = [collection.nearest(vector, most, self._count, each, strong) for each in admitted]
            if not found:
                return np.empty(0, np.int64), np.empty(0, np.float32)
            keys, cosines = (np.concatenate(part) for part in zip(*found, strict=True))
            if collection.kind == "IVF_SQ8":
                keys, cosines = self._without_rounding(vector, keys)
            order = np.lexsort((keys, -cosines))[:most]
            return keys[order], cosines[order]

        return self._with_collection(ask)

    def _without_rounding(
        self, vector: NDArray[np.float32], keys: NDArray[np.int64]
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Cosines by the stored vectors: those of 8 bits only choose."""
        stored = self.store.stored_vectors([int(key) for key in keys])
        kept = np.asarray([int(key) for key in keys if int(key) in stored], np.int64)
        return kept, np.asarray([stored[int(key)] @ vector for key in kept], np.float32)

    def _with_collection(self, work: Callable[[server.Collection], T]) -> T:
        """Do something with the collection up to date; once more from the beginning where the server lost it meanwhile."""
        self.refresh()
        collection = self._collection
        if collection is None:
            raise VectorsProblem(
                "There are no vectors on the Milvus server: the index is empty. Ingest documents first."
            )
        try:
            return work(collection)
        except VectorsProblem as error:
            with self._lock:
                self.close()
                try:
                    self.refresh()
                except VectorsProblem:
                    raise error from None
                collection = self._collection
            if collection is None:
                raise
            return work(collection)

    # The collection

    def _prefix(self) -> str:
        where = f"{self.store.identity()}\n{self.store.home.resolve()}"
        return f"footnote_{hashlib.sha256(where.encode()).hexdigest()[:16]}_"

    def _open(self, dimension: int, expected: int) -> server.Collection:
        if self._collection is None or self._collection.name != self.collection:
            self.close()
            self._collection = server.Collection(self._uri, self._token, self.collection, dimension, expected)
        return self._collection

    def _bring_in_line(self, revision: int) -> None:
        model = self.store.model()
        one = self.store.embeddings(0, 1)[1]
        if model is None or not len(one):
            if self._collection:
                self._collection.drop()
            self.close()
            self._documents, self._count = np.empty(0, np.int64), 0
            return
        places = self.store.passage_places()
        collection = self._open(one.shape[1], len(places))
        try:
            if not stands(collection, self.store, places[:, 0], stamp(revision, model, len(places))):
                write_what_differs(collection, self.store, revision, model)
                collection.drop_others(self._prefix())
        except VectorsProblem:
            # A server that was put in its place may know nothing of what this connection remembers.
            self.close()
            raise
        self._documents, self._count = np.unique(places[:, 1]), len(places)

    def differences(self) -> int:
        """How many passages have another vector on the server than in the store, or are in one of them alone.

        Reads everything, and changes nothing. 0 also where the collection isn't there or of another revision, since it is
        brought in line when it is needed; raises VectorsProblem where the server can't be used.
        """
        with self._lock:
            model, one = self.store.model(), self.store.embeddings(0, 1)[1]
            there = server.reach(self._uri, self._token)
            if model is None or not len(one) or self.collection not in there:
                return 0
            collection = self._open(one.shape[1], len(self.store.passage_places()))
            return differences(collection, self.store, model)

    def rebuild(self) -> None:
        """Make the collection anew from the stored embeddings."""
        with self._lock:
            one = self.store.embeddings(0, 1)[1]
            if len(one):
                self._open(one.shape[1], 0).drop()
            self.close()
            self.refresh()
