"""The benchmark's runner on contexts made by hand: figures, halves, what is no such data, and the fitted confidence."""

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from app.cli import main
from app.tabletext.confidence import parameters
from app.tatqa import evaluate_tatqa, half_of, read_contexts
from corpus.errors import DataProblem
from tests.eval.confidence import chances, fit, threshold_for


def question(
    uid: str, text: str, answer: object, kind: str, source: str = "table", scale: str = ""
) -> dict[str, object]:
    return {"uid": uid, "question": text, "answer": answer, "answer_type": kind, "answer_from": source, "scale": scale}


CONTEXT = {
    "table": {"uid": "one", "table": [["(in thousands)", "2024", "2023"], ["Rents", "$ 1,250", "$ 1,000"], ["Wages", "400", "500"]]},
    "paragraphs": [{"order": 1, "text": "Rents rose due to new leases."}],
    "questions": [
        question("a", "What was the change in rents from 2023 to 2024?", 250, "arithmetic", scale="thousand"),
        question("b", "What was the percentage change in wages from 2023 to 2024?", -20, "arithmetic", scale="percent"),
        question("c", "What was the change in headcount from 2023 to 2024?", 3, "arithmetic"),
        question("d", "What were the wages in 2024?", ["400"], "span", scale="thousand"),
        question("e", "Why did rents rise?", ["new leases"], "span", "text"),
        question("f", "What were rents in 2024 and 2023, respectively?", ["$ 1,250", "$ 1,000"], "multi-span", scale="thousand"),
    ],
}  # fmt: skip


@pytest.fixture
def data(tmp_path: Path) -> Path:
    path = tmp_path / "contexts.json"
    path.write_text(json.dumps([CONTEXT]), encoding="utf-8")
    return path


def test_gives_scores_by_type_and_source_and_those_of_the_sure_answers(data: Path) -> None:
    figures = evaluate_tatqa(data)
    assert figures["questions"] == 6
    assert figures["exact_match"] == round(5 / 6, 4)
    assert figures["by_type"]["arithmetic"] == {"questions": 3, "exact_match": 0.6667, "f1": 0.6667}
    assert figures["by_source"]["text"]["exact_match"] == 1.0
    assert figures["arithmetic_without_scale"] == 0.6667
    assert figures["sure"]["coverage"] == 0.6667
    assert figures["sure"]["precision"] == 1.0


def test_a_threshold_of_one_states_nothing(data: Path) -> None:
    assert evaluate_tatqa(data, threshold=1.0)["sure"]["given"] == 0


def test_each_context_is_in_one_half_by_its_id_alone(data: Path) -> None:
    halves = {half: sum(1 for _ in read_contexts(data, half)) for half in ("dev", "confirm", "all")}
    assert halves["dev"] + halves["confirm"] == halves["all"] == 1
    assert halves[half_of("one")] == 1
    names = [half_of(str(number)) for number in range(400)]
    assert 140 < names.count("dev") < 260


def test_every_cell_and_paragraph_stands_where_the_document_says(data: Path) -> None:
    for document, _ in read_contexts(data):
        text = document.pages[0].text
        cells = [cell for table in document.tables for cell in table.cells if cell.span]
        assert cells
        assert all(text[cell.span.start : cell.span.end] == cell.text for cell in cells if cell.span)
        assert "Rents rose due to new leases." in text


@pytest.mark.parametrize("content", ["", "[]", "{}", '[{"table": {}}]', "not json"])
def test_what_is_no_such_data_is_named(tmp_path: Path, content: str) -> None:
    path = tmp_path / "contexts.json"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(DataProblem):
        evaluate_tatqa(path)


def test_the_command_prints_one_object(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["eval", "tatqa", str(data), "--half", "all", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["questions"] == 6
    assert main(["eval", "tatqa", str(data.parent / "missing.json"), "--json"]) == 1


def test_figures_do_not_hang_on_the_order_of_sets(tmp_path: Path) -> None:
    # Two sections fit the question alike: the first is meant, in every run.
    rows = [
        ["", "2024"],
        ["Plant costs", ""],
        ["Rents", "1"],
        ["Wages", "2"],
        ["Fleet costs", ""],
        ["Fuel", "3"],
        ["Tyres", "4"],
    ]
    asked = [question("a", "What are the components of costs?", ["Rents", "Wages"], "multi-span")]
    path = tmp_path / "contexts.json"
    path.write_text(json.dumps([{"table": {"uid": "tie", "table": rows}, "paragraphs": [], "questions": asked}]))
    for seed in ("1", "2", "3", "4"):
        ran = subprocess.run(
            [sys.executable, "-m", "app", "eval", "tatqa", str(path), "--json"],
            env={**os.environ, "PYTHONHASHSEED": seed}, capture_output=True, text=True, check=True, cwd=Path(__file__).parents[2],
        )  # fmt: skip
        assert json.loads(ran.stdout)["exact_match"] == 1.0


def test_the_fit_finds_which_feature_tells_right_from_wrong() -> None:
    random = np.random.default_rng(7)
    held = random.random((400, 3))
    right = (held[:, 1] < 0.5).astype(float)
    weights = fit(held, right, ["one", "two", "three"])
    assert weights[1] < -3 * max(abs(weights[0]), abs(weights[2]))
    chance = chances(held, weights)
    bar = threshold_for(chance, right)
    assert right[chance >= bar].mean() >= 0.96


def test_the_shipped_parameters_are_whole() -> None:
    known = parameters()
    assert 0.5 < known.threshold < 1.0
    assert known.weights["missed"] < 0
    assert known.weights["near"] < 0
    assert known.weights["scaleless"] < 0
