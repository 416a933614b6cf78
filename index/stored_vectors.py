"""What vectors of a store have in common wherever they are searched: LlamaIndex's interface, over passages by their ids."""

from abc import abstractmethod
from collections.abc import Collection, Sequence
from typing import Any

import numpy as np
from llama_index.core.schema import BaseNode
from llama_index.core.vector_stores.types import BasePydanticVectorStore, VectorStoreQuery, VectorStoreQueryResult
from numpy.typing import NDArray
from pydantic import PrivateAttr

from corpus.errors import DataProblem
from index.store import Store


class StoredVectors(BasePydanticVectorStore):
    """Vectors derived from the embeddings of a store. Nodes are passages, node ids their keys; writing goes through the store."""

    stores_text: bool = False
    is_embedding_query: bool = True
    _store: Store = PrivateAttr()

    def __init__(self, store: Store) -> None:
        """Vectors of `store`; nothing is read before the first use."""
        super().__init__(stores_text=False)
        self._store = store

    @abstractmethod
    def refresh(self) -> None:
        """Bring the vectors in line with the store."""

    @abstractmethod
    def search(
        self, vector: NDArray[np.float32], k: int, documents: Collection[int] | None = None
    ) -> list[tuple[int, float]]:
        """The `k` passages nearest to `vector` ((d,) float32, unit length), as (passage id, cosine), best first."""

    def add(self, nodes: Sequence[BaseNode], **kwargs: Any) -> list[str]:
        """Take nodes whose passages are in the store already; gives their ids. Raises DataProblem for others."""
        wanted = [int(node.node_id) for node in nodes]
        missing = set(wanted) - {stored.id for stored in self._store.passages(wanted)}
        if missing:
            raise DataProblem(f"Passages {sorted(missing)[:5]} aren't in the store; add their document there first.")
        self.refresh()
        return [str(key) for key in wanted]

    def delete(self, ref_doc_id: str, **delete_kwargs: Any) -> None:
        """Remove a document, by its id, from the store and from the vectors."""
        self._store.remove(int(ref_doc_id))
        self.refresh()

    def query(self, query: VectorStoreQuery, **kwargs: Any) -> VectorStoreQueryResult:
        """LlamaIndex's search: ids and cosine similarities."""
        vector = np.asarray(query.query_embedding or [], np.float32)
        documents = {int(key) for key in query.doc_ids} if query.doc_ids else None
        found = self.search(vector, query.similarity_top_k, documents)
        return VectorStoreQueryResult(
            ids=[str(key) for key, _ in found], similarities=[score for _, score in found], nodes=None
        )


def require_dimension(vector: NDArray[np.float32], dimension: int) -> None:
    """Raise DataProblem where a vector has another length than those that it is to be compared with."""
    if vector.shape != (dimension,):
        raise DataProblem(f"A vector of shape {vector.shape} can't search an index of {dimension} dimensions.")
