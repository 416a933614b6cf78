"""Collections, filters, removal of many and the overview on the command line, called as `footnote` does."""

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from app.cli import main
from tests.app.conftest import sample_home
from tests.app.drawn_filing import companies, draw


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return sample_home(tmp_path / "home")


class Command:
    """Runs commands over one data directory."""

    def __init__(self, home: Path, capture: pytest.CaptureFixture[str]) -> None:
        self._home, self._capture = home, capture

    def __call__(self, *arguments: str, status: int = 0) -> Any:
        assert main([*arguments, "--json", "--home", str(self._home)]) == status
        return json.loads(self._capture.readouterr().out)

    def text(self, *arguments: str, status: int = 0) -> str:
        assert main([*arguments, "--home", str(self._home)]) == status
        return self._capture.readouterr().out


@pytest.fixture
def run(home: Path, capsys: pytest.CaptureFixture[str]) -> Command:
    return Command(home, capsys)


def test_a_collection_from_its_making_to_its_end(run: Command) -> None:
    assert "footnote collection add" in run.text("collection", "list")
    made = run("collection", "add", "AI chips", "cambricon-q1-2026", "inside-an-ai-cluster")
    assert (made["collection"], made["count"], made["changed"]) == ("AI chips", 2, 2)
    assert run("collection", "add", "ai CHIPS", "--words", "export")["count"] == 3
    listed = run("collection", "list")["collections"]
    assert [(one["collection"], one["count"]) for one in listed] == [("AI chips", 3)]
    held = run("collection", "list", "AI chips")["documents"]
    assert len(held) == 3
    assert len(run("documents", "--collection", "AI chips")["documents"]) == 3
    assert "1 document taken out" in run.text("collection", "remove", "AI chips", "cambricon-q1-2026")
    assert "say one of" not in run.text("collection", "rename", "AI chips", "Chips")
    assert run("collection", "delete", "Chips")["deleted"] == "Chips"
    assert run("collection", "list")["collections"] == []
    assert len(run("documents")["documents"]) == 5


def test_mistakes_are_told_with_what_to_do(run: Command) -> None:
    assert "collection list" in run("collection", "delete", "nothing", status=1)["error"]
    assert "no document" in run("collection", "add", "x", "nothing", status=1)["error"]
    assert run("collection", "list")["collections"] == []
    run("collection", "add", "One")
    assert "already" in run("collection", "rename", "One", "ONE ", status=0).get("error", "already")
    run("collection", "add", "Two")
    assert "already" in run("collection", "rename", "Two", "one", status=1)["error"]
    assert "delete" in run("collection", "remove", "One", status=1)["error"]
    assert "annual_report" in run("documents", "--kind", "novel", status=1)["error"]
    assert (
        "no documents in the collection" in run("ask", "What is HBM made of?", "--collection", "One", status=1)["error"]
    )


def test_a_question_is_asked_of_a_collection_and_its_report_keeps_that(run: Command, tmp_path: Path) -> None:
    run("collection", "add", "Controls", "export-controls-on-accelerators")
    answer = run(
        "ask",
        "How many accelerators does the CloudMatrix 384 have?",
        "--collection",
        "Controls",
        "--report",
        str(tmp_path / "r.json"),
    )
    assert {one["document"] for one in answer["nearest"]} <= {"export-controls-on-accelerators"}
    assert answer["kind"] == "refusal"
    report = json.loads((tmp_path / "r.json").read_text())
    assert [one["document"] for one in report["scope"]] == ["export-controls-on-accelerators"]
    both = run(
        "ask",
        "How many accelerators does the CloudMatrix 384 have?",
        "--collection",
        "Controls",
        "--document",
        "inside-an-ai-cluster",
    )
    assert both["kind"] == "answer"
    hits = run("search", "export controls", "--collection", "Controls")["hits"]
    assert {hit["document"] for hit in hits} == {"export-controls-on-accelerators"}


def test_files_come_in_with_their_collection(run: Command, tmp_path: Path) -> None:
    file = tmp_path / "note.txt"
    file.write_text("The quay is 300 metres long.")
    assert run("ingest", str(file), "--collection", "Quays")["collection"] == "Quays"
    file.write_text("The quay is 320 metres long.")
    run("ingest", str(file))
    assert [one["document"] for one in run("collection", "list", "quays")["documents"]] == ["note"]


def test_the_list_is_narrowed_and_sorted(run: Command, tmp_path: Path) -> None:
    for one in companies()[:2]:
        draw(one, tmp_path / f"{one.key}.pdf")
        run("ingest", str(tmp_path / f"{one.key}.pdf"))
    names = [one.key for one in companies()[:2]]
    reports = run("documents", "--kind", "annual_report", "--sort", "company", "--descending")["documents"]
    assert sorted(one["document"] for one in reports) == sorted(names)
    assert [one["company"] for one in reports] == sorted((one["company"] for one in reports), reverse=True)
    year = int(reports[0]["period"][2:])
    assert {one["document"] for one in run("documents", "--year", str(year))["documents"]} <= set(names)
    assert "No document fits" in run.text("documents", "--company", "Nobody at all")


def test_several_are_removed_after_a_word_or_with_yes(run: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    refused = run("remove", "--kind", "article", status=1)["error"]
    assert "Nothing was removed; say --yes" in refused
    assert len(run("documents")["documents"]) == 5
    gone = run("remove", "cambricon-q1-2026", "inside-an-ai-cluster", "--yes")
    assert gone == {"removed": ["cambricon-q1-2026", "inside-an-ai-cluster"], "documents": 3}

    class Terminal:
        def __init__(self, said: str) -> None:
            self.said = said

        def isatty(self) -> bool:
            return True

        def readline(self) -> str:
            return self.said

    monkeypatch.setattr(sys, "stdin", Terminal("n\n"))
    assert run("remove", "--words", "run-rate", status=1)["removed"] == []
    monkeypatch.setattr(sys, "stdin", Terminal("y\n"))
    assert run("remove", "--words", "run-rate")["removed"] == ["when-a-run-rate-misleads"]
    assert run("remove", "export-controls-on-accelerators")["removed"] == "export-controls-on-accelerators"
    assert "no document" in run("remove", "nothing", "reading-a-quarterly-report", "--yes", status=1)["error"]
    assert "Name the documents" in run("remove", status=1)["error"]
    assert run("remove", "--company", "Nobody", "--yes")["removed"] == []
    assert len(run("documents")["documents"]) == 1


def test_reindex_says_what_was_brought_up_to_date(
    run: Command, home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("reindex") | {"seconds": 0} == {
        "reindexed": [], "unchanged": 5, "failed": [], "pages": 0, "passages": 0, "seconds": 0,
    }  # fmt: skip
    monkeypatch.setenv("FOOTNOTE_PASSAGE_TOKENS", "100")
    done = run("reindex")
    assert len(done["reindexed"]) == 5
    assert done["unchanged"] == 0
    assert "5 documents brought up to date" in run.text("reindex", "--all")


def test_an_overview_is_printed_with_its_places(run: Command) -> None:
    found = run("overview", "cambricon-q1-2026")
    assert found["company"] == "Cambricon Technologies"
    assert found["figures"]
    assert all(one["citations"] for group in ("says", "figures", "terms") for one in found[group])
    text = run.text("overview", "cambricon-q1-2026")
    assert "Questions that it answers" in text
    assert "[cambricon-q1-2026, page 1]" in text
    assert "no document" in run("overview", "nothing", status=1)["error"]
