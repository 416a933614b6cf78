"""How time, memory and recall grow: `python -m tests.eval.growth [--counts N…] [--milvus URI]`.

For each number of made-up passages (`tests/eval/synthetic.py`), in a process of its own so that memory is its own: the time
to store them, the first search (which makes the index), a warm search, what the process takes, and the share of the ten
nearest that the index finds. FAISS, or the Milvus server at URI. Prints the machine's load with each row: a busy machine tells
nothing about time.
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
from statistics import median
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.footnote import Footnote
from app.settings import Settings
from tests.eval.synthetic import QUESTIONS, fill

ROUNDS = 5
LOT = 50_000
NEAREST = 10


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


def measure(count: int, milvus: str, home: Path) -> dict[str, Any]:
    """One row, in this process."""
    settings = Settings(home=home, **({"vector_store": "milvus", "milvus_uri": milvus} if milvus else {}))  # type: ignore[arg-type]
    engine = Footnote(settings)
    embedding = engine.embedding()
    started = time.perf_counter()
    fill(engine.store, count, embedding.dimension, embedding.model_id)
    stored = time.perf_counter() - started
    started = time.perf_counter()
    engine.search(QUESTIONS[0])
    first = time.perf_counter() - started
    if milvus:
        time.sleep(11)  # until searches needn't wait for what was written
    took = []
    for text in QUESTIONS * ROUNDS:
        started = time.perf_counter()
        engine.search(text)
        took.append((time.perf_counter() - started) * 1000)
    asked = embedding.embed(QUESTIONS)
    vectors: Any = engine.retriever().vectors
    shares = [
        len(true & {key for key, _ in vectors.search(vector, NEAREST)}) / NEAREST
        for true, vector in zip(nearest(engine, asked), asked, strict=True)
    ]
    row = {
        "vectors": "Milvus" if milvus else "FAISS",
        "passages": len(engine.store.passage_places()),
        "stored_s": round(stored, 1),
        "first_search_s": round(first, 1),
        "search_ms": round(median(took), 1),
        "most_memory_gib": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20, 2),
        "database_mb": round(engine.store.file.stat().st_size / 1e6),
        "recall_at_10": round(sum(shares) / len(shares), 3),
        "load": round(os.getloadavg()[0], 1),
    }
    engine.close()
    return row


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--counts", type=int, nargs="+", default=[10_000, 100_000, 1_000_000])
    parser.add_argument("--milvus", default="", metavar="URI", help="a Milvus server, instead of FAISS")
    parser.add_argument("--one", type=int, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.one:
        with tempfile.TemporaryDirectory() as folder:
            print(json.dumps(measure(arguments.one, arguments.milvus, Path(folder))))
        return
    for number, count in enumerate(arguments.counts):
        command = [sys.executable, "-m", "tests.eval.growth", "--one", str(count), "--milvus", arguments.milvus]
        row = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout.splitlines()[-1])
        if not number:
            print(f"| {' | '.join(row)} |\n|{'---|' * len(row)}")
        print(f"| {' | '.join(str(value) for value in row.values())} |", flush=True)


if __name__ == "__main__":
    main()
