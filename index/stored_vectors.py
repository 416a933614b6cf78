"""What vectors of a store have in common wherever they are searched: derived from it, keyed by passage id, in line with it."""

from collections.abc import Collection
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from corpus.errors import DataProblem
from index.store import Store


class Vectors(Protocol):
    """Vectors derived from the embeddings of a store, and in line with it at each call. Writing goes through the store."""

    store: Store

    @property
    def client(self) -> Any:
        """What they are searched with, up to date with the store; None where that is empty and nothing is needed."""

    def search(
        self, vector: NDArray[np.float32], k: int, documents: Collection[int] | None = None
    ) -> list[tuple[int, float]]:
        """The `k` passages nearest to `vector` ((d,) float32, unit length), as (passage id, cosine), best first.

        Raises DataProblem where the vector has another length than those of the index.
        """

    def scores(
        self, vector: NDArray[np.float32], ids: NDArray[np.int64], documents: NDArray[np.int64],
        added: NDArray[np.float32], count: int,
    ) -> NDArray[np.float32]:  # fmt: skip
        """Cosines of `vector` ((d,) float32, unit length) with the passages `ids`, in their order: (n,) float32.

        Right for each passage that can be among the `count` best of cosine + `added` ((n,) float32; -inf for one that is
        out of the question); for others it may be less. `documents` ((n,) int64) are theirs.
        """

    def refresh(self) -> None:
        """Bring them in line with the store."""

    def differences(self) -> int:
        """How many aren't those of the store."""

    def rebuild(self) -> None:
        """Make them anew from the stored embeddings."""

    def close(self) -> None:
        """Let go of what they hold open."""


def require_dimension(vector: NDArray[np.float32], dimension: int) -> None:
    """Raise DataProblem where a vector has another length than those that it is to be compared with."""
    if vector.shape != (dimension,):
        raise DataProblem(f"A vector of shape {vector.shape} can't search an index of {dimension} dimensions.")
