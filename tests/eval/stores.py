"""Search with a Milvus server beside search with FAISS: `python -m tests.eval.stores --milvus URI [--files N]`.

Over the filings of `--data` (kept in `--home` between runs), each question is asked of both, of all documents and of every
second one. Prints how many of the lists of ten are the same, passage by passage, which share of the passages is, by how much
scores differ, and the milliseconds.
"""

import argparse
import json
import os
import time
from collections.abc import Collection
from pathlib import Path
from statistics import median

from app.footnote import Footnote
from app.settings import Settings

TOP = 10


def compare(here: Footnote, there: Footnote, questions: list[str], documents: Collection[int] | None) -> str:
    """A row of the table."""
    same = shared = 0
    apart, ours_ms, theirs_ms = 0.0, [], []
    for question in questions:
        started = time.perf_counter()
        ours = here.search(question, TOP, documents)
        between = time.perf_counter()
        theirs = there.search(question, TOP, documents)
        theirs_ms.append((time.perf_counter() - between) * 1000)
        ours_ms.append((between - started) * 1000)
        keys, scores = [hit.passage_id for hit in ours], {hit.passage_id: hit.score for hit in theirs}
        same += keys == [hit.passage_id for hit in theirs]
        shared += len(set(keys) & set(scores))
        apart = max([apart, *(abs(hit.score - scores[hit.passage_id]) for hit in ours if hit.passage_id in scores)])
    asked = "all documents" if documents is None else f"{len(documents)} documents"
    return (
        f"| {asked} | {same} of {len(questions)} | {shared / (TOP * len(questions)):.4f} | {apart:.1e} "
        f"| {median(ours_ms):.0f} | {median(theirs_ms):.0f} |"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--milvus", required=True, metavar="URI")
    parser.add_argument("--data", type=Path, default=Path("../shared/eval/financebench"))
    parser.add_argument("--home", type=Path, default=Path(".home/stores"))
    parser.add_argument("--files", type=int, default=8, help="so many filings, those with the most questions")
    arguments = parser.parse_args()
    rows = [json.loads(line) for line in (arguments.data / "questions.jsonl").read_text(encoding="utf-8").splitlines()]
    asked: dict[str, int] = {}
    for row in rows:
        for name in {item["doc_name"] for item in row["evidence"]}:
            asked[name] = asked.get(name, 0) + 1
    names = sorted(asked, key=lambda name: (-asked[name], name))[: arguments.files]
    questions = [row["question"] for row in rows]
    here = Footnote(Settings(home=arguments.home))
    there = Footnote(Settings(home=arguments.home, vector_store="milvus", milvus_uri=arguments.milvus))
    there.use_embedding(here.embedding())
    here.ingest([arguments.data / "pdfs" / f"{name.removesuffix('.pdf')}.pdf" for name in names])
    records = here.documents()
    print(
        f"{len(records)} documents, {sum(record.passages for record in records):,} passages, load {os.getloadavg()[0]:.1f}\n"
    )
    here.search(questions[0])
    there.search(questions[0])
    time.sleep(11)  # until searches needn't wait for what was written
    print(f"| asked of | the same {TOP} | passages shared | scores apart by | FAISS, ms | Milvus, ms |\n|{'---|' * 6}")
    for documents in (None, [record.id for record in records[::2]]):
        print(compare(here, there, questions, documents), flush=True)
    here.close()
    there.close()


if __name__ == "__main__":
    main()
