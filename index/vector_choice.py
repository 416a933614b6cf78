"""Where the vectors are searched: FAISS in this process, or a Milvus server by its address."""

from dataclasses import dataclass
from typing import Literal

from pydantic import SecretStr

from index.store import Store
from index.stored_vectors import Vectors


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
        if self.store == "milvus":
            from index.milvus.vectors import MilvusVectors

            return MilvusVectors(store, self.uri, self.token.get_secret_value() if self.token else "")
        from index.vectors import FaissVectors

        return FaissVectors(store)


FAISS = VectorChoice()
