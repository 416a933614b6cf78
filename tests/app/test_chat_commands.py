"""The commands over chats as a person calls them: a real process, its output, the files that it writes."""

import io
import json
from pathlib import Path

import pypdfium2 as pdfium
import pytest
from docx import Document

from app.chats import Chats
from app.footnote import Footnote
from app.settings import Settings
from tests.app.test_cli import printed
from tests.started import footnote

QUESTION = "What was Cambricon's revenue in the same quarter of the year before?"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("home")
    engine = Footnote(Settings(home=folder))
    engine.ingest_sample()
    chats = Chats(engine.store)
    chat = chats.begin(engine.ask(QUESTION)).chat_id
    chats.append(chat, engine.ask("Who is the chief executive of Cambricon?"))
    chats.begin(engine.ask("Who makes HBM?"))
    engine.close()
    return folder


def test_chats_are_listed_searched_and_shown(home: Path) -> None:
    listed = printed(footnote("chats", "list", "--json", home=home))["chats"]
    assert [one["id"] for one in listed] == [2, 1]
    found = printed(footnote("chats", "search", "chief executive", "--json", home=home))["chats"]
    assert [(one["id"], one["found"]["message"]) for one in found] == [(1, 2)]
    assert "chief executive" in found[0]["found"]["text"]
    shown = printed(footnote("chats", "show", "1", "--json", home=home))
    assert [one["question"] for one in shown["exchanges"]] == [QUESTION, "Who is the chief executive of Cambricon?"]
    text = footnote("chats", "show", "1", home=home).stdout
    assert "1.112 billion CNY" in text
    assert footnote("chats", "search", "zeppelin", home=home).stdout.strip() == "No chat has the words “zeppelin”."


def test_an_export_is_written_in_the_format_of_its_ending(home: Path, tmp_path: Path) -> None:
    for ending in ("md", "html", "pdf", "docx", "csv"):
        done = footnote("export", "1", "-o", str(tmp_path / f"chat.{ending}"), home=home)
        assert done.returncode == 0, done.stderr
    assert (tmp_path / "chat.md").read_text("utf-8").startswith(f"# {QUESTION}")
    assert "<!doctype html>" in (tmp_path / "chat.html").read_text("utf-8")
    assert (tmp_path / "chat.csv").read_bytes().startswith(b"\xef\xbb\xbfquestion,")
    with pdfium.PdfDocument(tmp_path / "chat.pdf") as document:
        assert "1.112 billion CNY" in document[0].get_textpage().get_text_range()
    assert Document(io.BytesIO((tmp_path / "chat.docx").read_bytes())).paragraphs[0].text == QUESTION


def test_one_answer_is_exported_and_its_report_has_rating_and_remark(home: Path, tmp_path: Path) -> None:
    rated = printed(footnote("chats", "rate", "1", "bad", "--remark", "not audited", "--json", home=home))
    assert rated == {"message": 1, "rating": "not good", "remark": "not audited"}
    listed = printed(footnote("ratings", "--json", home=home))["ratings"]
    assert [(one["message"], one["rating"], one["remark"], one["question"]) for one in listed] == [
        (1, "not good", "not audited", QUESTION)
    ]
    # The command that it names writes the report.
    command = listed[0]["report"].split()[1:]
    command[-1] = str(tmp_path / "report.json")
    assert footnote(*command, home=home).returncode == 0
    report = json.loads((tmp_path / "report.json").read_text("utf-8"))
    assert (report["rating"], report["remark"]) == ("not good", "not audited")
    assert footnote("replay", str(tmp_path / "report.json"), home=home).returncode == 0
    assert "not audited" in footnote("ratings", home=home).stdout
    assert footnote("ratings", "--csv", home=home).stdout.startswith("message,rating,remark,")
    assert footnote("chats", "rate", "1", "none", home=home).stdout.strip() == "Answer 1 has no rating."


def test_answers_are_pinned_and_chats_renamed_and_deleted(home: Path) -> None:
    assert footnote("chats", "pin", "2", home=home).stdout.strip() == "Answer 2 is pinned."
    assert [one["message"] for one in printed(footnote("chats", "pin", "--json", home=home))["pinned"]] == [2]
    assert footnote("chats", "pin", "2", "--off", home=home).returncode == 0
    assert (
        printed(footnote("chats", "rename", "2", " Memory \n makers", "--json", home=home))["title"] == "Memory makers"
    )
    assert printed(footnote("chats", "delete", "2", "--json", home=home))["deleted"] == 2
    assert footnote("chats", "show", "2", home=home).returncode == 1


def test_ask_exports_by_the_ending_and_refuses_another_before_it_works(home: Path, tmp_path: Path) -> None:
    done = footnote("ask", "Who makes HBM?", "--export", str(tmp_path / "a.pdf"), home=home)
    assert "The answer was written to" in done.stdout
    assert (tmp_path / "a.pdf").read_bytes().startswith(b"%PDF-")
    refused = footnote("ask", "Who makes HBM?", "--export", str(tmp_path / "a.xyz"), home=home)
    assert refused.returncode == 1
    assert "Use one of: md, html, pdf, docx, csv." in refused.stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["export"], "Name what to export"),
        (["export", "1", "--message", "1"], "Name what to export"),
        (["export", "99"], "There is no chat 99"),
        (["export", "--message", "99"], "Message 99 isn't there"),
        (["export", "1", "-o", "x.odt"], "“.odt” is no format of an export"),
        (["export", "1", "-o", "/nowhere/x.pdf"], "can't be written"),
        (["export", "--message", "2", "--format", "csv"], "no figures to export"),
        (["export", "1", "--format", "report"], "A report is of one answer"),
        (["chats", "search", " "], "at least one word"),
        (["chats", "rename", "1", " "], "title can't be empty"),
        (["chats", "pin", "--off"], "Name the answer"),
        (["chats", "rate", "1", "none", "--remark", "x"], "belongs to a rating"),
    ],
)
def test_what_cannot_be_done_is_said_in_words(home: Path, arguments: list[str], said: str) -> None:
    done = footnote(*arguments, home=home)
    assert done.returncode == 1
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_a_number_that_is_none_is_misuse(home: Path) -> None:
    for given in ("x", "0", "-1", "9" * 30, "²"):
        assert footnote("export", given, home=home).returncode == 2
