"""The command line as a person or a machine calls it: a real process, what it prints and its exit status."""

import json
import os
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.started import footnote

ROOT = Path(__file__).parents[2]


def printed(result: subprocess.CompletedProcess[str]) -> Any:
    assert result.returncode == 0, result.stderr
    return json.loads(result.stdout)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("home")
    command = [sys.executable, "-m", "app", "ingest", "--sample", "--json", "--home", str(folder)]
    report = printed(subprocess.run(command, capture_output=True, text=True, cwd=ROOT, timeout=240, check=False))
    assert len(report["added"]) == 5
    assert report["failed"] == []
    return folder


def test_ask_prints_one_object_with_cited_operands(home: Path) -> None:
    question = "What was Cambricon's revenue in the same quarter of the year before?"
    answer = printed(footnote("ask", question, "--json", home=home))
    assert {"question", "kind", "text", "statements", "nearest", "elapsed_ms"} <= answer.keys()
    assert answer["question"] == question
    assert answer["kind"] == "answer"
    calculation = answer["statements"][0]["calculation"]
    assert {"expression", "operands", "result", "value", "unit"} <= calculation.keys()
    operand = calculation["operands"][0]
    assert {"text", "value", "unit", "scale", "citation"} <= operand.keys()
    citation = operand["citation"]
    assert set(citation) == {"document", "page", "start", "end", "quote"}
    assert citation["page"] == 1
    assert calculation["result"] == "1.112 billion CNY"


def test_verify_tells_what_stands_and_why_the_rest_does_not(home: Path, tmp_path: Path) -> None:
    answer = footnote(
        "ask", "What was Cambricon's revenue in the same quarter of the year before?", "--json", home=home
    )
    file = tmp_path / "answer.json"
    file.write_text(answer.stdout, encoding="utf-8")
    report = printed(footnote("verify", str(file), "--json", home=home))
    assert report["stands"]
    assert all(one["stands"] and one["claims"] for one in report["sentences"])
    false = json.loads(answer.stdout)
    false["statements"][0]["text"] = false["statements"][0]["text"].replace("billion", "million", 1)
    file.write_text(json.dumps(false), encoding="utf-8")
    result = footnote("verify", str(file), home=home)
    assert result.returncode == 1
    assert "0 of 1 sentences stand" in result.stdout
    assert "1 sentence withheld: the calculation gives" in result.stdout


def test_verify_reads_a_marked_text_and_loads_the_model_for_a_paraphrase(home: Path, tmp_path: Path) -> None:
    quote = (
        "Cambricon's revenue in the first quarter of 2026 was 2.88 billion CNY, up 159% from the same quarter of 2025."
    )
    draft = {
        "question": "What was revenue?",
        "text": "In Q1 2026 Cambricon's revenue rose by 159% to 2.88 billion CNY [1]. Its profit soared [1].",
        "citations": [{"document": "cambricon-q1-2026", "page": 1, "quote": quote}],
    }
    file = tmp_path / "draft.json"
    file.write_text(json.dumps(draft), encoding="utf-8")
    result = footnote("verify", str(file), "--json", home=home)
    assert result.returncode == 1
    report = json.loads(result.stdout)
    assert [one["stands"] for one in report["sentences"]] == [True, False]
    assert report["sentences"][1]["findings"][0]["kind"] == "measure"
    assert report["withheld"].startswith("1 sentence withheld: ")


@pytest.mark.parametrize(
    ("content", "why"), [("nonsense", "isn't JSON"), ("[1]", "a list"), ('{"text": "x"}', "neither")]
)
def test_verify_of_what_is_no_answer_has_exit_status_2(home: Path, tmp_path: Path, content: str, why: str) -> None:
    file = tmp_path / "answer.json"
    file.write_text(content, encoding="utf-8")
    result = footnote("verify", str(file), "--json", home=home)
    assert result.returncode == 2
    assert why in json.loads(result.stdout)["error"]
    assert footnote("verify", str(tmp_path / "missing.json"), home=home).returncode == 2


def test_a_refusal_has_exit_status_0_and_the_nearest_passages(home: Path) -> None:
    answer = printed(footnote("ask", "Who is the chief executive of Cambricon?", "--json", home=home))
    assert answer["kind"] == "refusal"
    assert answer["nearest"]
    assert answer["statements"] == []


def test_ask_prints_for_a_person_with_numbered_sources(home: Path) -> None:
    result = footnote("ask", "Who makes HBM?", home=home)
    assert result.returncode == 0
    assert "[1]" in result.stdout
    assert "inside-an-ai-cluster, page 1" in result.stdout


def test_search_prints_k_hits_best_first(home: Path) -> None:
    hits = printed(footnote("search", "export controls", "-k", "4", "--json", home=home))["hits"]
    assert len(hits) == 4
    assert set(hits[0]) == {"document", "page", "start", "end", "text", "score"}
    assert [hit["score"] for hit in hits] == sorted((hit["score"] for hit in hits), reverse=True)


def test_documents_ingest_and_remove(home: Path, tmp_path: Path) -> None:
    file = tmp_path / "memo.txt"
    file.write_text("Tallow Brothers had revenue of 7 million USD in 2024.")
    broken = tmp_path / "broken.pdf"
    broken.write_bytes(b"%PDF-1.4 nothing")
    result = footnote("ingest", str(tmp_path), "--json", home=home)
    assert result.returncode == 1
    report = json.loads(result.stdout)
    assert report["added"] == ["memo"]
    assert report["failed"][0]["path"].endswith("broken.pdf")
    again = printed(footnote("ingest", str(file), "--json", home=home))
    assert again["unchanged"] == ["memo"]
    listed = printed(footnote("documents", "--json", home=home))["documents"]
    record = next(one for one in listed if one["document"] == "memo")
    assert printed(footnote("remove", str(record["id"]), "--json", home=home))["removed"] == "memo"
    assert footnote("remove", "memo", home=home).returncode == 1


def test_glossary_finds_an_alias(home: Path) -> None:
    entries = printed(footnote("glossary", "High Bandwidth Memory", "--json", home=home))["entries"]
    assert entries[0]["term"] == "HBM"


def test_calc_needs_no_home() -> None:
    assert printed(footnote("calc", "2.88 billion CNY * 4", "--json"))["result"] == "11.52 billion CNY"
    failed = footnote("calc", "9**9**9")
    assert failed.returncode == 1
    assert "too large" in failed.stderr
    assert failed.stdout == ""


def test_settings_and_doctor(home: Path) -> None:
    assert printed(footnote("settings", "--json", home=home))["settings"]["home"] == str(home)
    report = printed(footnote("doctor", "--json", home=home))
    assert report["healthy"], report


def test_what_is_backed_up_can_be_restored_and_damage_is_mended(home: Path, tmp_path: Path) -> None:
    backup, again = tmp_path / "backup.zip", tmp_path / "again"
    written = printed(footnote("backup", str(backup), "--json", home=home))
    assert (written["documents"], written["bytes"]) == (5, backup.stat().st_size)
    assert printed(footnote("restore", str(backup), "--json", home=again))["problems"] == []
    question = "Who makes HBM?"
    first, second = (printed(footnote("ask", question, "--json", home=each)) for each in (home, again))
    assert {**first, "elapsed_ms": 0} == {**second, "elapsed_ms": 0}
    refused = footnote("restore", str(backup), home=again)
    assert refused.returncode == 1
    assert "--force" in refused.stderr
    with sqlite3.connect(again / "footnote.db") as connection:
        connection.execute("UPDATE pages SET text = 'x' || text WHERE document_id = 1")
    connection.close()
    sick = footnote("doctor", home=again)
    assert sick.returncode == 1
    assert "footnote doctor --repair" in sick.stdout
    report = printed(footnote("doctor", "--repair", "--json", home=again))
    assert report["healthy"]
    assert any("Read" in one["text"] and one["done"] for one in report["repairs"])
    assert "Nothing to mend" in footnote("doctor", "--repair", home=again).stdout


def test_the_settings_file_is_stronger_than_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FOOTNOTE_PORT", "8001")
    assert printed(footnote("settings", "--json", home=tmp_path))["settings"]["port"] == 8001
    (tmp_path / "settings.toml").write_text("port = 8002\n")
    assert printed(footnote("settings", "--json", home=tmp_path))["settings"]["port"] == 8002
    (tmp_path / "settings.toml").write_text('port = "many"\n')
    failed = footnote("settings", home=tmp_path)
    assert failed.returncode == 1
    assert "port" in failed.stderr


@pytest.mark.parametrize(
    "arguments", [[], ["nonsense"], ["ask"], ["search", "x", "-k", "0"], ["search", "x", "-k", "many"], ["eval"]]
)
def test_misuse_has_exit_status_2_and_says_how(arguments: list[str]) -> None:
    result = footnote(*arguments)
    assert result.returncode == 2
    assert "usage" in result.stderr
    assert result.stdout == ""


def test_every_command_has_help() -> None:
    for command in (
        "chat",
        "ask",
        "verify",
        "search",
        "ingest",
        "documents",
        "remove",
        "glossary",
        "calc",
        "settings",
        "doctor",
        "backup",
        "restore",
    ):
        assert "--home" in footnote(command, "--help").stdout
    assert "--data" in footnote("eval", "financebench", "--help").stdout


def test_an_ingest_that_names_nothing_is_misuse_and_says_what_to_name(home: Path) -> None:
    result = footnote("ingest", home=home)
    assert result.returncode == 2
    assert "PATH" in result.stderr


def test_the_data_directory_can_be_named_before_the_command_too(home: Path) -> None:
    listed = printed(footnote("--home", str(home), "--json", "documents"))
    assert listed == printed(footnote("documents", "--json", home=home))
    assert len(listed["documents"]) == 5


def test_a_failure_is_one_object_too(home: Path) -> None:
    for arguments in (("remove", "nothing-of-that-name", "--json"), ("calc", "1 +", "--json")):
        result = footnote(*arguments, home=home)
        assert result.returncode == 1
        assert json.loads(result.stdout)["error"]
        assert result.stderr.startswith("footnote: ")


def test_bytes_that_are_no_text_and_an_ascii_terminal_are_borne(home: Path) -> None:
    command = [sys.executable, "-m", "app", "glossary", b"HBM \xe9", "--home", str(home), "--json"]
    result = subprocess.run(
        command, capture_output=True, cwd=ROOT, env={**os.environ, "PYTHONIOENCODING": "ascii"}, check=False
    )
    assert result.returncode == 0, result.stderr
    assert json.loads(result.stdout)["term"] == "HBM \ufffd"


@pytest.mark.parametrize(("target", "status"), [("/dev/full", 1), (None, 0)])
def test_a_result_that_cannot_be_written(home: Path, target: str | None, status: int) -> None:
    command = [sys.executable, "-m", "app", "settings", "--home", str(home)]
    if target:
        with Path(target).open("w") as full:
            result = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, cwd=ROOT, check=False)
        assert b"can't be written" in result.stderr
    else:  # the reader is gone before the first word
        reading, writing = os.pipe()
        os.close(reading)
        result = subprocess.run(command, stdout=writing, stderr=subprocess.PIPE, cwd=ROOT, check=False)
        os.close(writing)
        assert result.stderr == b""
    assert result.returncode == status


def test_a_path_that_is_not_there_is_reported(home: Path) -> None:
    result = footnote("ingest", "/nowhere/at/all.pdf", home=home)
    assert result.returncode == 1
    assert "no file or folder" in result.stdout
