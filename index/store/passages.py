"""Passages in the store, and their embeddings."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from typing import Any

import numpy as np
from numpy.typing import NDArray

from corpus.document import Passage, Span
from index.store.connection import Connections

VARIABLES = 500  # bound to one statement at most; SQLite's own limit is far higher


@dataclass(frozen=True, slots=True)
class StoredPassage:
    """A passage with its key and the document that it belongs to."""

    id: int
    document_id: int
    document: str
    passage: Passage


@lru_cache(maxsize=4096)
def _headings(section: str) -> tuple[str, ...]:
    """A heading path as it is stored; the passages of a search stand under few."""
    return tuple(json.loads(section))


class Passages(Connections):
    """Reading passages and vectors."""

    def passages(self, ids: Sequence[int]) -> list[StoredPassage]:
        """Passages in the order asked; ids that aren't there are left out."""
        found: dict[int, StoredPassage] = {}
        for start in range(0, len(ids), VARIABLES):
            some = [int(key) for key in ids[start : start + VARIABLES]]
            found |= {
                stored.id: stored
                for stored in self._passages(f"WHERE passages.id IN ({', '.join('?' * len(some))})", tuple(some))
            }
        return [found[int(key)] for key in ids if int(key) in found]

    def passages_of(self, document_id: int, page: int | None = None) -> list[StoredPassage]:
        """A document's passages, or one page's, in reading order."""
        return self._passages(
            "WHERE document_id = ? AND (? IS NULL OR page = ?) ORDER BY page, start", (document_id, page, page)
        )

    def passage_places(self) -> NDArray[np.int64]:
        """(n, 3) int64: passage id, document id and page of every passage, by id."""
        # From the index alone: the rows of the table are in the way, with their text, where there are many.
        rows = self.connect().execute("SELECT id, document_id, page FROM passages INDEXED BY passages_document")
        places = np.fromiter(chain.from_iterable(rows), np.int64).reshape(-1, 3)
        return places[np.argsort(places[:, 0], kind="stable")]

    def sections_of(self, document_id: int, page: int) -> list[tuple[str, ...]]:
        """The heading paths that a page's passages stand under, each once."""
        rows = self.connect().execute(
            "SELECT DISTINCT section FROM passages WHERE document_id = ? AND page = ?", (document_id, page)
        )
        return [_headings(row[0]) for row in rows]

    def _passages(self, clause: str, parameters: tuple[Any, ...]) -> list[StoredPassage]:
        rows = self.connect().execute(
            'SELECT passages.id, document_id, name, page, start, "end", text, context, section, is_table '
            f"FROM passages JOIN documents ON documents.id = document_id {clause}",
            parameters,
        )
        return [
            StoredPassage(
                key,
                document_id,
                name,
                Passage(Span(page, start, end), text, _headings(section), context, bool(is_table)),
            )
            for key, document_id, name, page, start, end, text, context, section, is_table in rows
        ]

    def embeddings(self, after: int = 0, most: int = -1) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Passage ids (n,) int64 in rising order and their vectors (n, d) float32, unit rows; (0,) and (0, 0) if empty.

        `after` and `most` give the next ones after an id, for reading them lot by lot.
        """
        ids, blobs = [], []
        for key, blob in self.connect().execute(
            "SELECT passage_id, vector FROM embeddings WHERE passage_id > ? ORDER BY passage_id LIMIT ?", (after, most)
        ):
            ids.append(key)
            blobs.append(blob)
        if not ids:
            return np.empty(0, np.int64), np.empty((0, 0), np.float32)
        vectors = np.frombuffer(b"".join(blobs), dtype="<f4").reshape(len(ids), -1)
        return np.asarray(ids, np.int64), vectors

    def stored_vectors(self, ids: Sequence[int]) -> dict[int, NDArray[np.float32]]:
        """Passage id → vector ((d,) float32) of those asked for that are there."""
        found: dict[int, NDArray[np.float32]] = {}
        for start in range(0, len(ids), VARIABLES):
            some = [int(key) for key in ids[start : start + VARIABLES]]
            rows = self.connect().execute(
                f"SELECT passage_id, vector FROM embeddings WHERE passage_id IN ({', '.join('?' * len(some))})", some
            )
            found |= {int(key): np.frombuffer(vector, "<f4") for key, vector in rows}
        return found

    def vectors_of(self, document_id: int) -> dict[str, NDArray[np.float32]]:
        """Embedded text → vector ((d,) float32) of a document's passages."""
        rows = self.connect().execute(
            "SELECT vector, text, context FROM passages JOIN embeddings ON passage_id = id WHERE document_id = ?",
            (document_id,),
        )
        return {
            Passage(Span(0, 0, 0), text, (), context).embedded_text: np.frombuffer(vector, dtype="<f4")
            for vector, text, context in rows
        }
