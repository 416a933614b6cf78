"""Where the vectors are searched: FAISS in this process, or a Milvus server by its address."""

from dataclasses import dataclass
from typing import Any, Literal, Protocol

import numpy as np
from numpy.typing import NDArray
from pydantic import SecretStr

from index.store import Store


class Vectors(Protocol):
    """What a search needs of the vectors, wherever they are; derived from the store, and in line with it at each call."""

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


@dataclass(frozen=True, slots=True)
class VectorChoice:
    """Which vectors, as the settings name them."""

    store: Literal["faiss", "milvus"] = "faiss"
    uri: str = ""
    token: SecretStr | None = None

    def open(self, store: Store) -> Vectors:
        """The vectors of `store`; nothing is read or connected yet.

        Raises VectorsProblem where the packages for a server aren't installed.
        """
        opened: Any
        if self.store == "milvus":
            from index.milvus.vectors import MilvusVectors

            opened = MilvusVectors(store, self.uri, self.token.get_secret_value() if self.token else "")
        else:
            from index.vectors import FaissVectors

            opened = FaissVectors(store)
        vectors: Vectors = opened
        return vectors


FAISS = VectorChoice()
