import json
from pathlib import Path

import pypdfium2

from tests.eval.bench import FILINGS, drawn, made, questions_on, spread
from tests.eval.peers import page_texts


def filing(path: Path, pages: int) -> None:
    document = pypdfium2.PdfDocument.new()
    for _ in range(pages):
        document.new_page(200, 200)
    document.save(path)


def test_filings_of_differing_length_are_drawn_alike_each_time(tmp_path: Path) -> None:
    (tmp_path / "pdfs").mkdir()
    for pages in range(1, 10):
        filing(tmp_path / "pdfs" / f"{pages}.pdf", pages * 20)
    found = drawn(tmp_path)
    assert found == drawn(tmp_path)
    lengths = [int(path.stem) for path in found]
    assert [(length - 1) // 3 for length in lengths] == list(range(FILINGS))


def test_the_sample_corpus_becomes_pdfs_that_differ(tmp_path: Path) -> None:
    texts = ["\n".join(page_texts(path)) for path in made(tmp_path)]
    assert len(texts) > 10
    assert len(set(texts)) == len(texts)
    assert all(len(text) > 200 for text in texts)


def test_only_questions_on_the_files_at_hand_are_asked(tmp_path: Path) -> None:
    rows = [
        {"question": "q1", "evidence": [{"doc_name": "a", "page": 3}, {"doc_name": "a", "page": 4}]},
        {"question": "q2", "evidence": [{"doc_name": "b", "page": 0}]},
    ]
    (tmp_path / "questions.jsonl").write_text("\n".join(map(json.dumps, rows)))
    assert questions_on([Path("x/a.pdf")], tmp_path) == [("q1", {("a", 3), ("a", 4)})]
    assert questions_on([Path("x/c.pdf")], tmp_path) == []
    assert questions_on([Path("x/a.pdf")], tmp_path / "none") == []


def test_a_spread_is_shown_where_there_is_one() -> None:
    assert spread([2.0], 1) == "2.0"
    assert spread([3.0, 1.0, 2.0], 1) == "2.0 (1.0–3.0)"
