"""Footnote's embedding, search and vectors behind LlamaIndex's interfaces, for its pipelines, indices and query engines.

Imported where LlamaIndex is used, and by nothing that answers a question: its import takes longer than most answers.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from llama_index.core.base.base_retriever import BaseRetriever
from llama_index.core.base.embeddings.base import BaseEmbedding
from llama_index.core.schema import BaseNode, NodeRelationship, NodeWithScore, QueryBundle, RelatedNodeInfo, TextNode
from llama_index.core.vector_stores.types import (
    BasePydanticVectorStore,
    VectorStoreQuery,
    VectorStoreQueryMode,
    VectorStoreQueryResult,
)
from pydantic import PrivateAttr

from corpus.document import Span
from corpus.errors import DataProblem
from index.embedding import PassageEmbedding
from index.retriever import Retriever
from index.stored_vectors import Vectors


class LlamaIndexEmbedding(BaseEmbedding):
    """A `PassageEmbedding` as LlamaIndex's `BaseEmbedding`: its texts are passages, its queries questions."""

    model_id: str = ""
    _embedding: PassageEmbedding = PrivateAttr()

    def __init__(self, embedding: PassageEmbedding) -> None:
        """`embedding`, which the pipeline's threads may share."""
        super().__init__(model_name=embedding.name, embed_batch_size=256)
        self.model_id = embedding.model_id
        self._embedding = embedding

    @classmethod
    def class_name(cls) -> str:
        """The name under which LlamaIndex serialises it."""
        return "PassageEmbedding"

    def _get_text_embedding(self, text: str) -> list[float]:
        return self._get_text_embeddings([text])[0]

    def _get_text_embeddings(self, texts: list[str]) -> list[list[float]]:
        vectors: list[list[float]] = self._embedding.embed_passages(texts).tolist()
        return vectors

    def _get_query_embedding(self, query: str) -> list[float]:
        vector: list[float] = self._embedding.embed_queries([query])[0].tolist()
        return vector

    async def _aget_query_embedding(self, query: str) -> list[float]:
        return self._get_query_embedding(query)


class LlamaIndexRetriever(BaseRetriever):
    """A `Retriever` as LlamaIndex's: `retrieve` gives the `k` passages that fit best as nodes, best first."""

    def __init__(self, retriever: Retriever, k: int = 10) -> None:
        """`retriever`, and how many nodes are wanted of it."""
        super().__init__()
        self._retriever, self._k = retriever, k

    def _retrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        return [
            NodeWithScore(
                node=_node(hit.passage_id, hit.document_id, hit.document, hit.span, hit.text), score=hit.score
            )
            for hit in self._retriever.search(query_bundle.query_str, self._k)
        ]


class LlamaIndexVectors(BasePydanticVectorStore):
    """`Vectors` as LlamaIndex's vector store. Node ids are the keys of passages, ids of documents those of the store.

    Texts are the store's, so that an index is opened over it by `VectorStoreIndex.from_vector_store`; writing goes through
    the store, too.
    """

    stores_text: bool = True
    _vectors: Vectors = PrivateAttr()

    def __init__(self, vectors: Vectors) -> None:
        """`vectors`, and the store that they are derived from."""
        super().__init__(stores_text=True)
        self._vectors = vectors

    @property
    def client(self) -> Any:
        """What the vectors are searched with, up to date with the store: the FAISS index, or Milvus's client."""
        return self._vectors.client

    def add(self, nodes: Sequence[BaseNode], **kwargs: Any) -> list[str]:
        """Take nodes whose passages are in the store already; gives their ids. Raises DataProblem for others."""
        keys = [int(node.node_id) if node.node_id.isdecimal() else node.node_id for node in nodes]
        numbers = [key for key in keys if isinstance(key, int)]
        missing = set(keys) - {stored.id for stored in self._vectors.store.passages(numbers)}
        if missing:
            listed = ", ".join(sorted(map(str, missing))[:5])
            raise DataProblem(f"Passages {listed} aren't in the store; add their document there first.")
        self._vectors.refresh()
        return [str(key) for key in keys]

    def delete(self, ref_doc_id: str, **delete_kwargs: Any) -> None:
        """Remove a document, by its id, from the store and from the vectors."""
        self._vectors.store.remove(int(ref_doc_id))
        self._vectors.refresh()

    def query(self, query: VectorStoreQuery, **kwargs: Any) -> VectorStoreQueryResult:
        """The passages nearest to `query_embedding`, of all documents or those of `doc_ids`, with their cosines.

        Raises DataProblem for what can't be asked of it: filters on metadata, single nodes, modes that aren't by vectors.
        """
        if query.filters or query.node_ids or query.mode is not VectorStoreQueryMode.DEFAULT:
            raise DataProblem(
                "Footnote's vectors are searched by an embedding, in documents named by doc_ids; by nothing else."
            )
        vector = np.asarray(query.query_embedding or [], np.float32)
        documents = {int(key) for key in query.doc_ids} if query.doc_ids is not None else None
        cosines = dict(self._vectors.search(vector, query.similarity_top_k, documents))
        # A passage may have gone since it was found.
        found = self._vectors.store.passages(list(cosines))
        return VectorStoreQueryResult(
            nodes=[_node(one.id, one.document_id, one.document, one.passage.span, one.passage.text) for one in found],
            ids=[str(one.id) for one in found],
            similarities=[cosines[one.id] for one in found],
        )


def _node(key: int, document_id: int, document: str, span: Span, text: str) -> TextNode:
    return TextNode(
        id_=str(key),
        text=text,
        metadata={"document": document, "page": span.page, "start": span.start, "end": span.end},
        relationships={NodeRelationship.SOURCE: RelatedNodeInfo(node_id=str(document_id))},
    )
