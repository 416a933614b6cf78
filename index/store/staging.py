"""Vectors of another model in the store: made beside those that answer, and put in their place all at once.

A kill at any moment leaves the old vectors in force and the new ones that were made; the next call goes on from there.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from index.store.documents import Documents
from index.store.passages import Passages


class Staging(Documents, Passages):
    """Staging vectors of a model that isn't the index's yet."""

    def begin_staging(self, model: str) -> None:
        """Drop what was staged for another model."""
        if self.connect().execute("SELECT 1 FROM staged_embeddings WHERE model <> ? LIMIT 1", (model,)).fetchone():
            with self.writing() as connection:
                connection.execute("DELETE FROM staged_embeddings WHERE model <> ?", (model,))

    def unstaged(self, document_id: int, model: str) -> list[int]:
        """The ids of a document's passages that have no staged vector of `model`, in reading order."""
        rows = self.connect().execute(
            "SELECT passages.id FROM passages LEFT JOIN staged_embeddings ON passage_id = passages.id AND model = ? "
            "WHERE document_id = ? AND passage_id IS NULL ORDER BY page, start",
            (model, document_id),
        )
        return [row[0] for row in rows]

    def stage(self, ids: Sequence[int], vectors: NDArray[np.float32], model: str) -> None:
        """Keep the vectors ((n, d) float32, unit rows) of passages until all are there; passages that are gone are left."""
        if len(ids) != len(vectors):
            raise ValueError(f"{len(ids)} passages, {len(vectors)} vectors")
        rows = np.ascontiguousarray(vectors, dtype="<f4")
        with self.writing() as connection:
            connection.executemany(
                "INSERT OR REPLACE INTO staged_embeddings SELECT id, ?, ? FROM passages WHERE id = ?",
                ((model, row.tobytes(), key) for key, row in zip(ids, rows, strict=True)),
            )

    def adopt_staged(self, model: str) -> bool:
        """Put the staged vectors in the place of the old ones, in one transaction; False where some aren't staged yet."""
        with self._transaction() as connection:
            missing = connection.execute(
                "SELECT 1 FROM passages JOIN documents ON documents.id = document_id AND documents.model <> ?1 "
                "LEFT JOIN staged_embeddings ON passage_id = passages.id AND staged_embeddings.model = ?1 "
                "WHERE passage_id IS NULL LIMIT 1",
                (model,),
            ).fetchone()
            if missing:
                return False
            connection.execute(
                "INSERT OR REPLACE INTO embeddings SELECT passage_id, vector FROM staged_embeddings WHERE model = ?",
                (model,),
            )
            connection.execute("UPDATE documents SET model = ? WHERE model <> ?", (model, model))
            connection.execute("DELETE FROM staged_embeddings")
        return True
