"""How time, memory and recall grow: `python -m tests.eval.growth [--counts N…] [--milvus URI [--index KIND]] [--home DIR]`.

For each number of made-up passages (`tests/eval/synthetic.py`), in a process of its own so that memory is its own: the time
to store them, the first search (which makes the index), a warm search (median, and what 95% stay below), what the process takes, and what is found. FAISS, or the
Milvus server at URI, with the index that it has for so many, or another. Prints the machine's load with each row: a busy machine tells
nothing about time.

Of what is found: `recall_far`, the share of the ten nearest of questions of real words, which lie far from all of the made-up vectors; `recall_near`,
that of vectors near a passage; `same_hits`, the share of the ten passages of whole searches that those with FAISS give, too.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median, quantiles
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.footnote import Footnote
from app.settings import Settings
from index.retriever import Retriever
from index.vectors import FaissVectors
from tests.eval.synthetic import QUESTIONS, fill

ROUNDS = 5
LOT = 50_000
NEAREST = 10
NEAR = 100  # vectors near a passage
AWAY = 0.7  # from it: a cosine of about 0.8


def nearest(engine: Footnote, asked: NDArray[np.float32]) -> list[set[int]]:
    """The ten nearest of each question, by products with all stored vectors."""
    best: list[list[tuple[float, int]]] = [[] for _ in asked]
    ids, rows = engine.store.embeddings(0, LOT)
    while ids.size:
        for number, products in enumerate((rows @ asked.T).T):
            top = np.argsort(-products)[:NEAREST]
            found = [(float(products[row]), int(ids[row])) for row in top]
            best[number] = sorted([*best[number], *found], reverse=True)[:NEAREST]
        ids, rows = engine.store.embeddings(int(ids[-1]), LOT)
    return [{key for _, key in found} for found in best]


def near(engine: Footnote, seed: int = 3) -> NDArray[np.float32]:
    """(NEAR, d) float32 unit rows, each near a stored vector."""
    random = np.random.default_rng(seed)
    ids = random.choice(engine.store.passage_places()[:, 0], NEAR, replace=False)
    rows = np.stack(list(engine.store.stored_vectors([int(key) for key in ids]).values()))
    noise = random.normal(size=rows.shape).astype(np.float32)
    rows = rows + np.float32(AWAY) * noise / np.linalg.norm(noise, axis=1, keepdims=True)
    unit: NDArray[np.float32] = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    return unit


def recall(engine: Footnote, asked: NDArray[np.float32]) -> float:
    """The share of the ten nearest of each vector that the index gives."""
    vectors: Any = engine.retriever().vectors
    found = [{key for key, _ in vectors.search(vector, NEAREST)} for vector in asked]
    shares = [len(true & given) / NEAREST for true, given in zip(nearest(engine, asked), found, strict=True)]
    return round(sum(shares) / len(shares), 3)


def same_hits(engine: Footnote) -> float:
    """The share of the ten hits of each question that a search with FAISS gives, too."""
    exact = Retriever(engine.store, FaissVectors(engine.store), engine.embedding())
    shares = []
    for question in QUESTIONS:
        wanted, given = ({hit.passage_id for hit in found.search(question, NEAREST)} for found in (exact, engine))
        shares.append(len(wanted & given) / max(len(wanted), 1))
    return round(sum(shares) / len(shares), 3)


def choose(kind: str) -> None:
    """Have Milvus make an index of a kind, whatever the number of passages."""
    from index.milvus import server

    server.GRAPH_FROM = 10**12 if kind == "FLAT" else 0
    server.LISTS_FROM = 0 if kind == "IVF_SQ8" else 10**12


def measure(count: int, milvus: str, kind: str, home: Path) -> dict[str, Any]:
    """One row, in this process."""
    settings = Settings(home=home, **({"vector_store": "milvus", "milvus_uri": milvus} if milvus else {}))  # type: ignore[arg-type]
    engine = Footnote(settings)
    embedding = engine.embedding()
    vectors: Any = engine.retriever().vectors
    started = time.perf_counter()
    kept = bool(engine.documents())
    if not kept:
        fill(engine.store, count, embedding.dimension, embedding.model_id)
    stored = time.perf_counter() - started
    if kind:
        choose(kind)
    started = time.perf_counter()
    if kept:
        vectors.rebuild()
    engine.search(QUESTIONS[0])
    first = time.perf_counter() - started
    if milvus:
        while vectors.pending():
            time.sleep(1)
        time.sleep(11)  # until searches needn't wait for what was written, and an index that was made is in use
    took = []
    for text in QUESTIONS * ROUNDS:
        started = time.perf_counter()
        engine.search(text)
        took.append((time.perf_counter() - started) * 1000)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    row = {
        "vectors": f"Milvus, {vectors.index}" if milvus else "FAISS",
        "passages": len(engine.store.passage_places()),
        "stored_s": "kept" if kept else round(stored, 1),
        "first_search_s": round(first, 1),
        "search_ms": round(median(took), 1),
        "search_p95_ms": round(quantiles(took, n=20)[-1], 1),
        "most_memory_gib": round(memory, 2),
        "database_mb": round(engine.store.file.stat().st_size / 1e6),
        "recall_far": recall(engine, embedding.embed_queries(QUESTIONS)),
        "recall_near": recall(engine, near(engine)),
        "same_hits": same_hits(engine),
        "load": round(os.getloadavg()[0], 1),
    }
    engine.close()
    return row


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--counts", type=int, nargs="+", default=[10_000, 100_000, 1_000_000])
    parser.add_argument("--milvus", default="", metavar="URI", help="a Milvus server, instead of FAISS")
    parser.add_argument(
        "--index", default="", choices=("FLAT", "HNSW", "IVF_SQ8"), help="of Milvus, in place of its own choice"
    )
    parser.add_argument("--home", type=Path, help="keep the data directories there, for the next call")
    parser.add_argument("--one", type=int, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.one:
        with tempfile.TemporaryDirectory() as folder:
            home = (arguments.home or Path(folder)) / str(arguments.one)
            print(json.dumps(measure(arguments.one, arguments.milvus, arguments.index, home)))
        return
    for number, count in enumerate(arguments.counts):
        command = [sys.executable, "-m", "tests.eval.growth", "--one", str(count), "--milvus", arguments.milvus]
        command += ["--index", arguments.index] if arguments.index else []
        command += ["--home", str(arguments.home)] if arguments.home else []
        row = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout.splitlines()[-1])
        if not number:
            print(f"| {' | '.join(row)} |\n|{'---|' * len(row)}")
        print(f"| {' | '.join(str(value) for value in row.values())} |", flush=True)


if __name__ == "__main__":
    main()
