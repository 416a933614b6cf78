"""The evaluation over a small folder of the same shape, made here."""

import json
from pathlib import Path

import pytest
from reportlab.pdfgen.canvas import Canvas

from app.evaluation import evaluate_financebench
from app.footnote import Footnote
from app.settings import Settings
from corpus.errors import DataProblem

PAGES = {
    "ACORN_2024_10K": ["Acorn Mills makes paper in Leeds.", "Acorn Mills had revenue of 12 million USD in 2024."],
    "BIRCH_2024_10K": ["Birch Stores sells shoes.", "Birch Stores opened 14 stores in 2024."],
}


@pytest.fixture
def data(tmp_path: Path) -> Path:
    (tmp_path / "pdfs").mkdir()
    for name, pages in PAGES.items():
        canvas = Canvas(str(tmp_path / "pdfs" / f"{name}.pdf"))
        for text in pages:
            canvas.drawString(72, 700, text)
            canvas.showPage()
        canvas.save()
    questions = [
        {
            "question": "What was the revenue of Acorn Mills in 2024?",
            "evidence": [{"doc_name": "ACORN_2024_10K", "page": 1}],
            "answer": "$12.00 million",
        },
        {"question": "What does Birch Stores sell?", "evidence": [{"doc_name": "BIRCH_2024_10K", "page": 0}]},
        {"question": "Who audits Acorn Mills?", "evidence": [{"doc_name": "NOWHERE", "page": 7}]},
    ]
    (tmp_path / "questions.jsonl").write_text("\n".join(map(json.dumps, questions)))
    return tmp_path


def test_counts_hits_by_page_and_keeps_the_ingestion(data: Path, tmp_path: Path) -> None:
    engine = Footnote(Settings(home=tmp_path / "home"))
    figures = evaluate_financebench(data, engine)
    assert set(figures) == {
        "questions", "documents", "pages", "hit@1", "hit@3", "hit@5", "hit@10", "mrr", "answered", "ingest_seconds",
        "query_ms_p50", "query_ms_p95", "numeric", "metrics_generated",
    }  # fmt: skip
    assert (figures["questions"], figures["documents"], figures["pages"]) == (3, 2, 4)
    assert figures["hit@1"] == figures["hit@10"] == round(2 / 3, 4)
    assert figures["mrr"] == round(2 / 3, 4)
    assert figures["numeric"] == {"questions": 1, "answered": 1, "correct": 1, "wrong": 0, "refused": 0}
    assert figures["metrics_generated"]["questions"] == 0
    again = evaluate_financebench(data, engine)
    assert again["ingest_seconds"] == figures["ingest_seconds"]
    engine.close()


def test_a_folder_without_questions_is_an_error_that_says_so(tmp_path: Path) -> None:
    engine = Footnote(Settings(home=tmp_path / "home"))
    with pytest.raises(DataProblem, match="questions"):
        evaluate_financebench(tmp_path, engine)
    engine.close()
