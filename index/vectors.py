"""FAISS over the stored embeddings.

The store's embeddings are the truth. `vectors.faiss` is derived from them, keyed by passage id: brought up to date by
what changed, and built again where it is missing, of another model, or damaged.
"""

import json
import logging
import threading
from collections.abc import Collection
from pathlib import Path
from typing import Any

import faiss
import numpy as np
from numpy.typing import NDArray

from index.part_files import part_of, put_in_place, remove_left_over, write_atomically
from index.store import Store
from index.store.kept_files import sha256_of
from index.stored_vectors import require_dimension

logger = logging.getLogger(__name__)

INDEX_FILE = "vectors.faiss"
STAMP_FILE = "vectors.json"
LOT = 20_000  # vectors read from the store at once
# The file is written again at each change while it is small, and then once a share of it has changed: what it lacks
# comes from the store at the next start.
SMALL = 50_000
SHARE = 0.05
PROBES = 64  # rows of the file that are held against the store before it is trusted
SPARE = 8  # an index is made with room for one row in so many more: to grow beyond its room it would be in memory twice


class FaissVectors:
    """Inner product over unit vectors (cosine), exact at any size, keyed by passage id.

    A million passages of 384 dimensions take 1.5 GB and a tenth of a second a search.
    """

    def __init__(self, store: Store) -> None:
        """Vectors of `store`; nothing is read before the first use."""
        self.store = store
        self._index: Any = None
        self._index_model: str | None = None
        self._held: NDArray[np.int64] = np.empty(0, np.int64)  # ids, rising, row by row
        self._room = 0  # rows that the index can hold where it is
        self._unsaved = 0  # rows that the file has not, or has and shouldn't
        self._revision = -1
        self._lock = threading.RLock()

    @property
    def client(self) -> Any:
        """The FAISS index, up to date with the store."""
        self.refresh()
        return self._index

    @property
    def file(self) -> Path:
        """The derived file."""
        return self.store.home / INDEX_FILE

    @property
    def stamp(self) -> Path:
        """What `file` was derived from, and its checksum."""
        return self.store.home / STAMP_FILE

    def refresh(self) -> None:
        """Bring the index in line with the store: from the file where it fits, else from the stored embeddings."""
        with self._lock:
            revision = self.store.revision()
            if self._index is not None and revision == self._revision:
                return
            if self._index is None:
                self._index = self._read()
            if not self._catch_up(self.store.passage_places()[:, 0]):
                self._build()
            self._held = _ids(self._index)
            if not (revision == self._revision and self.file.exists()):
                self._revision = revision
                self._index_model = self.store.model()
                if self._unsaved > SHARE * len(self._held) or len(self._held) < SMALL:
                    self._write()

    def search(
        self, vector: NDArray[np.float32], k: int, documents: Collection[int] | None = None
    ) -> list[tuple[int, float]]:
        """The `k` passages nearest to `vector` ((d,) float32, unit length), as (passage id, cosine), best first.

        Raises DataProblem where the vector has another length than those of the index.
        """
        self.refresh()
        with self._lock:
            if self._index is None or not self._index.ntotal or k < 1:
                return []
            require_dimension(vector, self._index.d)
            parameters = None
            if documents is not None:
                places = self.store.passage_places()
                allowed = np.ascontiguousarray(places[np.isin(places[:, 1], list(documents)), 0])
                # The type stubs of FAISS don't know its keyword arguments.
                parameters = faiss.SearchParameters(sel=faiss.IDSelectorBatch(allowed))  # type: ignore[call-arg]
            scores, ids = self._index.search(
                np.ascontiguousarray(vector[None], np.float32), min(k, self._index.ntotal), params=parameters
            )
        return [(int(key), float(score)) for key, score in zip(ids[0], scores[0], strict=True) if key >= 0]

    def scores(
        self, vector: NDArray[np.float32], ids: NDArray[np.int64], documents: NDArray[np.int64] | None = None,
        added: NDArray[np.float32] | None = None, count: int = 0,
    ) -> NDArray[np.float32]:  # fmt: skip
        """Cosines of `vector` ((d,) float32, unit length) with the passages `ids`, in their order: (n,) float32.

        Passages that have no vector score 0. Exact and over all of the index, whatever else counts for a passage, which is
        a few milliseconds for 100,000 passages; raises DataProblem where the vector has another length than those of the index.
        """
        self.refresh()
        result = np.zeros(len(ids), np.float32)
        with self._lock:
            if self._index is None or not len(ids):
                return result
            require_dimension(vector, self._index.d)
            held = self._held
            products: NDArray[np.float32] = _rows(self._index) @ vector.astype(np.float32)
        if np.array_equal(ids, held):
            return products
        rows = np.minimum(np.searchsorted(held, ids), len(held) - 1)
        found = held[rows] == ids
        result[found] = products[rows[found]]
        return result

    def close(self) -> None:
        """Nothing is held open."""

    # The file

    def _read(self) -> Any:
        """The index from its file, None where the file can't be trusted; sets the revision that it was made at."""
        try:
            stamp = json.loads(self.stamp.read_text(encoding="utf-8"))
            found = sha256_of(self.file)
        except (OSError, ValueError):
            return None
        if not isinstance(stamp, dict) or stamp.get("sha256") != found or not isinstance(stamp.get("revision"), int):
            logger.warning("%s is damaged; it is built again from the stored embeddings.", self.file)
            return None
        if stamp.get("model") != self.store.model():
            return None
        try:
            # Mapped, not read: its rows go straight to where there is room for more.
            held: Any = faiss.read_index(str(self.file), faiss.IO_FLAG_MMAP_IFC)
            ids, rows = _ids(held), _rows(held)
        except (RuntimeError, AttributeError) as error:
            logger.warning(
                "%s is no index of ours (%s); it is built again from the stored embeddings.", self.file, error
            )
            return None
        if not self._belongs(ids, rows):
            logger.warning("%s holds other vectors than the store; it is built again from those.", self.file)
            return None
        self._revision = stamp["revision"]
        self._index_model = stamp["model"]
        index = self._empty(held.d, len(ids))
        for start in range(0, len(ids), LOT):
            index.add_with_ids(np.ascontiguousarray(rows[start : start + LOT]), ids[start : start + LOT])
        return index

    def _belongs(self, ids: NDArray[np.int64], rows: NDArray[np.float32]) -> bool:
        """Whether rows from all over, and the newest, are the store's: not those of a database put there since."""
        probed = np.unique(np.r_[np.linspace(0, len(ids) - 1, PROBES).astype(int), np.arange(len(ids))[-PROBES:]])
        stored = self.store.stored_vectors([int(ids[row]) for row in probed]) if len(ids) else {}
        return all(np.array_equal(stored[key], rows[row]) for row in probed if (key := int(ids[row])) in stored)

    def differences(self) -> int:
        """How many passages have another vector in the file than in the store, or are in one of them alone.

        Reads everything; 0 also where there is no file, since it is made when it is needed. All of the stored passages
        where the file is damaged or of another model.
        """
        ids = self.store.passage_places()[:, 0]
        if not self.file.exists():
            return 0
        with self._lock:
            index = self._read()
            if index is None:
                return max(1, len(ids))
            held, rows = _ids(index), _rows(index)
            common = np.intersect1d(held, ids)
            # A file of an earlier revision is brought up to date when it is used; what it shares must be right already.
            same = self._revision == self.store.revision()
            count = len(held) + len(ids) - 2 * len(common) if same else 0
            place = {int(key): row for row, key in enumerate(held)}
            for start in range(0, len(common), LOT):
                some = [int(key) for key in common[start : start + LOT]]
                stored = self.store.stored_vectors(some)
                count += sum(key not in stored or not np.array_equal(stored[key], rows[place[key]]) for key in some)
            return count

    def rebuild(self) -> None:
        """Make the index and its file anew from the stored embeddings."""
        with self._lock:
            self.file.unlink(missing_ok=True)
            self.stamp.unlink(missing_ok=True)
            self._index, self._revision = None, -1
            self.refresh()

    def _empty(self, dimension: int, expected: int) -> Any:
        """An index without rows, and with room for those expected and some more."""
        self._room = expected + expected // SPARE
        flat: Any = faiss.IndexFlatIP(dimension)
        # A vector that is made shorter keeps its memory.
        flat.codes.resize(self._room * flat.code_size)
        flat.codes.resize(0)
        return faiss.IndexIDMap(flat)

    def _catch_up(self, ids: NDArray[np.int64]) -> bool:
        """Remove what is gone and add what is new; False where that can't be done and a new index is due."""
        if self._index is None or not ids.size:
            return False
        # Embeddings can change under the same id only with the model, and the file is stamped with that.
        if self._index_model != self.store.model():
            return False
        held = _ids(self._index)
        gone, new = np.setdiff1d(held, ids, assume_unique=True), np.setdiff1d(ids, held, assume_unique=True)
        # Ids grow and are never used twice, so that new ones go to the end and the rows stay in their order.
        if len(gone) > len(held) // 2 or (new.size and held.size and new[0] < held[-1]):
            return False
        if len(held) >= SMALL and len(held) - len(gone) + len(new) > self._room:
            return False
        if gone.size:
            self._index.remove_ids(faiss.IDSelectorBatch(gone))
        if new.size:
            self._append(int(new[0]) - 1)
        self._unsaved += len(gone) + len(new)
        return True

    def _build(self) -> None:
        """A new index of all stored embeddings."""
        self._index = None
        self._append(0)
        self._unsaved = 0 if self._index is None else self._index.ntotal

    def _append(self, after: int) -> None:
        """Add the stored embeddings after an id, lot by lot: all at once would be in memory twice."""
        ids, vectors = self.store.embeddings(after, LOT)
        while ids.size:
            if self._index is None:
                self._index = self._empty(vectors.shape[1], len(self.store.passage_places()))
            self._index.add_with_ids(np.ascontiguousarray(vectors), ids)
            ids, vectors = self.store.embeddings(int(ids[-1]), LOT)

    def _write(self) -> None:
        """Write the file; where that can't be done, what is in memory answers as well, and the next start builds it."""
        try:
            if self._index is None:
                self.file.unlink(missing_ok=True)
                self.stamp.unlink(missing_ok=True)
            elif not self.store.read_only:
                self._write_file()
            self._unsaved = 0
        except (OSError, RuntimeError) as error:  # FAISS says a full disk by the latter
            logger.warning("%s can't be written (%s); free space on its disk. Answers don't need it.", self.file, error)

    def _write_file(self) -> None:
        remove_left_over(self.file.parent)
        temporary = part_of(self.file)
        try:
            faiss.write_index(self._index, str(temporary))
            stamp = {
                "revision": self._revision,
                "model": self._index_model,
                "count": int(self._index.ntotal),
                "sha256": sha256_of(temporary),
            }
            # The stamp goes last: a crash between the two leaves a checksum that doesn't fit, and so a new build.
            put_in_place(temporary, self.file)
            write_atomically(self.stamp, json.dumps(stamp).encode())
        finally:
            temporary.unlink(missing_ok=True)


def _ids(index: Any) -> NDArray[np.int64]:
    """Passage ids by row, (n,) int64."""
    return np.empty(0, np.int64) if index is None else np.asarray(faiss.vector_to_array(index.id_map), np.int64)


def _rows(index: Any) -> NDArray[np.float32]:
    """The vectors where they lie in the index, (n, d) float32: gone with it."""
    flat: Any = faiss.downcast_index(index.index)
    rows: NDArray[np.float32] = faiss.rev_swig_ptr(flat.get_xb(), index.ntotal * index.d).reshape(index.ntotal, index.d)
    return rows
