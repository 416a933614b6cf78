"""Speed, measured in one run: `python -m tests.eval.bench [--data DIR] [--all] [--rounds N] [--million] [FILES…]`.

Ingestion and queries beside LlamaIndex and txtai (`tests/eval/peers.py`) on the same PDFs, in rounds that take turns, so that
what else the machine does falls on all of them; medians, spread and ratios. The PDFs are FILES, or filings of --data drawn by a
seed (with its questions, the share for which a page with evidence is among the first five), or made from the sample corpus.
Then the start of commands in a new process, and a warm search over 50,000 made-up passages; with `--million` over a million
too (minutes, and 6 GB of disk). `--only-search` leaves out the rest.
"""

import argparse
import json
import os
import random
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median, quantiles
from typing import Any

import numpy as np

from app.evaluation import evidence_of
from app.footnote import SAMPLE, Footnote
from app.settings import Settings
from corpus.reading import reading
from index.embedding import load_embedding
from index.ingest import ingest
from index.retriever import Retriever
from index.store import Store
from index.vectors import FaissVectors
from tests import processes
from tests.eval.peers import FOUND, Peer, Place, Search, page_texts, peers
from tests.eval.synthetic import QUESTIONS, fill

QUERY = "What drove the jump in revenue?"
QUERIES = 20
STARTS = 5
ROUNDS = 10  # of all made-up questions
FILINGS = 3  # drawn, one of each third by size
SEED = 4
FIRST = 5  # pages among which evidence counts
ROOT = Path(__file__).parents[2]


def timed(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def processor_seconds() -> float:
    """Processor time of this process and of those that it started: Footnote reads files in some of its own."""
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    readers = sum(map(processes.processor_seconds, reading.process_ids))
    return time.process_time() + ended.ru_utime + ended.ru_stime + readers


def footnote(folder: Path) -> Peer:
    """Footnote as a peer: each time a new data directory in `folder`."""

    embedding = load_embedding()
    embedding.embed_queries([QUERY])

    def build(files: Sequence[Path]) -> Search:
        store = Store(Path(tempfile.mkdtemp(dir=folder)))
        ingest(files, store, embedding)
        retriever = Retriever(store, FaissVectors(store), embedding)
        return lambda question: [(hit.document, hit.span.page) for hit in retriever.search(question, FOUND)]

    return Peer("Footnote", build)


def drawn(data: Path) -> list[Path]:
    """Filings of `data`, one of each third by size, the same at each run."""
    found = sorted((data / "pdfs").glob("*.pdf"), key=lambda path: (path.stat().st_size, path.name))
    chance = random.Random(SEED)
    return [
        chance.choice(found[at * len(found) // FILINGS : (at + 1) * len(found) // FILINGS]) for at in range(FILINGS)
    ]


def made(folder: Path) -> list[Path]:
    """PDFs of the sample corpus, ten of each text, each made distinct so that no cache serves it."""
    from reportlab.lib.styles import getSampleStyleSheet
    from reportlab.platypus import Paragraph, SimpleDocTemplate

    style = getSampleStyleSheet()["BodyText"]
    for number in range(10):
        for path in SAMPLE.glob("*.md"):
            text = path.read_text(encoding="utf-8").replace("the", f"the {number}")
            plain = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
            parts = [Paragraph(part, style) for part in plain.split("\n\n")]
            SimpleDocTemplate(str(folder / f"{path.stem}-{number}.pdf")).build(parts)
    return sorted(folder.glob("*.pdf"))


def questions_on(files: Sequence[Path], data: Path) -> list[tuple[str, frozenset[Place]]]:
    """The questions of `data` with evidence in one of the files: text, and the pages that hold it."""
    path, names = data / "questions.jsonl", {file.stem for file in files}
    if not path.exists():
        return []
    rows: list[dict[str, Any]] = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    places = [evidence_of(row) for row in rows]
    return [(row["question"], where) for row, where in zip(rows, places, strict=True) if {n for n, _ in where} & names]


def spread(values: Sequence[float], digits: int) -> str:
    """The median, and least to most where there are several."""
    shown = f"{median(values):.{digits}f}"
    return shown if len(values) == 1 else f"{shown} ({min(values):.{digits}f}–{max(values):.{digits}f})"


def ingestion(files: Sequence[Path], data: Path, rounds: int, folder: Path) -> None:
    """Print what each way of indexing takes, and a query, and what it finds."""
    every = [footnote(folder), *peers()]
    seconds: dict[str, list[float]] = {peer.name: [] for peer in every}
    cpu: dict[str, list[float]] = {peer.name: [] for peer in every}
    asked: dict[str, list[float]] = {peer.name: [] for peer in every}
    hits: dict[str, float] = {}
    questions = questions_on(files, data)
    for number in range(rounds):
        # Another goes first in each round.
        for peer in [*every[number % len(every) :], *every[: number % len(every)]]:
            held: list[Search] = []
            before = processor_seconds()
            seconds[peer.name].append(timed(lambda peer=peer, held=held: held.append(peer.build(files))))  # type: ignore[misc]
            cpu[peer.name].append(processor_seconds() - before)
            search = held[0]
            search(QUERY)
            took = timed(lambda search=search: [search(QUERY) for _ in range(QUERIES)])  # type: ignore[misc]
            asked[peer.name].append(took / QUERIES * 1000)
            found = [bool(set(list(dict.fromkeys(search(text)))[:FIRST]) & where) for text, where in questions]
            hits[peer.name] = sum(found) / len(found) if found else float("nan")
            print(f"round {number + 1}: {peer.name} {seconds[peer.name][-1]:.1f} s", file=sys.stderr, flush=True)
    pages = sum(len(page_texts(path)) for path in files)
    ours = seconds["Footnote"]
    print(f"\n{len(files)} PDFs, {pages} pages, {rounds} rounds: {pages / median(ours):.0f} pages a second")
    print(
        f"\n| | index, s | CPU, s | times Footnote's: s | CPU | query, ms | hit@{FIRST}, {len(questions)} questions |\n|---|---|---|---|---|---|---|"
    )
    for name, took in seconds.items():
        ratios = [other / own for other, own in zip(took, ours, strict=True)]
        processor = [other / own for other, own in zip(cpu[name], cpu["Footnote"], strict=True)]
        hit = f"{hits[name]:.2f}" if questions else "–"
        cells = (spread(took, 1), spread(cpu[name], 1), spread(ratios, 2), spread(processor, 2), spread(asked[name], 0))
        print(f"| {name} | {' | '.join(cells)} | {hit} |", flush=True)


def starts(files: Sequence[Path], home: Path) -> None:
    """Print the median seconds of commands, each in a new process, over an index of the smallest file."""
    engine = Footnote(Settings(home=home))
    engine.ingest([min(files, key=lambda path: path.stat().st_size)])
    engine.close()
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
    print(f"| most memory of the process | {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20:.2f} GiB |")
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
    parser.add_argument(
        "--data", type=Path, default=Path("../shared/eval/financebench"), help="filings, with questions"
    )
    parser.add_argument("--all", action="store_true", help="all filings of --data")
    parser.add_argument("--rounds", type=int, default=3, help="of ingestion, by each peer in turn")
    parser.add_argument("--million", action="store_true", help="search over a million made-up passages too")
    parser.add_argument("--only-search", action="store_true", help="leave out ingestion and starts")
    arguments = parser.parse_args()
    folder = Path(tempfile.mkdtemp())
    try:
        print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} at the start")
        if not arguments.only_search:
            there = (arguments.data / "pdfs").is_dir()
            found = (
                sorted((arguments.data / "pdfs").glob("*.pdf"))
                if arguments.all
                else drawn(arguments.data)
                if there
                else []
            )
            files = arguments.files or found or made(folder)
            ingestion(files, arguments.data, arguments.rounds, folder)
            starts(files, folder / "home")
        for count in (50_000, *([1_000_000] if arguments.million else [])):
            warm(count, folder / f"made-up-{count}")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
