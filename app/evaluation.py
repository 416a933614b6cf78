"""Retrieval measured on FinanceBench's questions over one shared index of the filings.

Islam and others, "FinanceBench: A New Benchmark for Financial Question Answering", 2023. hit@k: an evidence page is
among the first k distinct pages that `search` gives. Only measured here: nothing in the product depends on the data.
"""

import json
import time
from collections.abc import Callable, Collection
from pathlib import Path
from statistics import quantiles
from typing import TYPE_CHECKING, Any

from app.answer import AnswerKind
from app.gold import scores
from corpus.errors import DataProblem

if TYPE_CHECKING:
    from app.footnote import Footnote
    from index.ingest import Progress

RANKS = (1, 3, 5, 10)
PASSAGES = 60  # asked of search, to have ten distinct pages


def evaluate_financebench(
    data: Path, engine: "Footnote", progress: "Callable[[Progress], None] | None" = None
) -> dict[str, Any]:
    """Ingest `data/pdfs` (kept between runs) and measure `data/questions.jsonl`.

    Gives questions, documents, pages, hit@1, 3, 5, 10, mrr (over the first ten pages), answered (share not refused),
    numeric and metrics_generated (counts of right and wrong figures; `app.gold` says how they are compared),
    ingest_seconds (of the run that did the work), query_ms_p50 and query_ms_p95 (a whole answer, warm).
    Raises DataProblem where the folder isn't such data.
    """
    questions = _questions(data / "questions.jsonl")
    report = engine.ingest([data / "pdfs"], progress)
    seconds = _remembered_seconds(engine.settings.home / "evaluation.json", report.seconds, bool(report.passages))
    engine.search(questions[0]["question"], 1)
    ranks, times, answers = [], [], []
    for one in questions:
        ranks.append(first_rank(engine, one["question"], evidence_of(one)))
        started = time.perf_counter()
        answers.append(engine.ask(one["question"]))
        times.append((time.perf_counter() - started) * 1000)
    cuts = quantiles(times, n=20) if len(times) > 1 else times * 19
    records = engine.documents()
    count = len(questions)
    hits = {f"hit@{k}": round(sum(0 < rank <= k for rank in ranks) / count, 4) for k in RANKS}
    return {
        "questions": count,
        "documents": len(records),
        "pages": sum(record.pages for record in records),
        **hits,
        "mrr": round(sum(1 / rank for rank in ranks if 0 < rank <= RANKS[-1]) / count, 4),
        "answered": round(sum(answer.kind is not AnswerKind.REFUSAL for answer in answers) / count, 4),
        **scores(zip(questions, answers, strict=True)),
        "ingest_seconds": round(seconds, 1),
        "query_ms_p50": round(cuts[9], 1),
        "query_ms_p95": round(cuts[18], 1),
    }


def evidence_of(question: dict[str, Any]) -> frozenset[tuple[str, int]]:
    """The pages (document, number from 0) that a line of `questions.jsonl` names as evidence."""
    return frozenset((item["doc_name"], int(item["page"])) for item in question["evidence"])


def first_rank(engine: "Footnote", question: str, sought: Collection[tuple[str, int]]) -> int:
    """The rank, from 1, of the first page sought among the distinct pages that `search` gives; 0 where it gives none."""
    pages = dict.fromkeys((hit.document, hit.span.page) for hit in engine.search(question, PASSAGES))
    return next((rank for rank, page in enumerate(pages, 1) if page in sought), 0)


def _questions(path: Path) -> list[dict[str, Any]]:
    try:
        rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    except (OSError, ValueError) as error:
        raise DataProblem(
            f"{path} can't be read as one JSON object a line: {error}. Name the data's folder."
        ) from error
    if not rows or not all({"question", "evidence"} <= row.keys() for row in rows):
        raise DataProblem(f"{path} needs objects with question and evidence.")
    return rows


def _remembered_seconds(path: Path, seconds: float, worked: bool) -> float:
    """What the ingestion took, added up over the runs that did some of it."""
    before = float(json.loads(path.read_text(encoding="utf-8"))["ingest_seconds"]) if path.exists() else 0.0
    if not worked:
        return before
    path.write_text(json.dumps({"ingest_seconds": before + seconds}), encoding="utf-8")
    return before + seconds
