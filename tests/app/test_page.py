"""The page's fragments, the examples, and the server's small parts."""

import socket
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup

from app.chats import ChatRecord, FoundChat
from app.document_list import Sought, counts
from app.page.adding_html import added_html, adding_html
from app.page.chat_html import live_html, question_html, welcome_html
from app.page.chats_html import chats_html
from app.page.document_list_html import document_list_html
from app.page.documents_html import progress_html
from app.page.examples import example_questions
from app.page.glossary_html import glossary_html
from app.page.listing import Listed, Listing
from app.server.guard import LOCAL, POLICY, Guard
from app.server.listen import address, free_port
from corpus.document import Kind, Metadata, Period
from corpus.errors import DataProblem
from corpus.glossary import GlossaryEntry
from index.file_report import Became, FileReport
from index.ingest import Progress
from index.store import DocumentRecord

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)


def held(one: DocumentRecord) -> Listed:
    return Listed(Listing(), (one,), 1, counts([one], Sought()), (), {})


TRICK = '"><script>alert(1)</script>'


def soup(html: str) -> BeautifulSoup:
    return BeautifulSoup(html, "html.parser")


def record(name: str = "report", notes: tuple[str, ...] = ()) -> DocumentRecord:
    metadata = Metadata("A title", "Northern Mills", Period(2025, 2), Kind.QUARTERLY_REPORT)
    return DocumentRecord(7, name, f"/x/{name}.pdf", "0" * 64, "1", "m", "application/pdf", metadata, 3, 9, NOW, notes)


def test_the_samples_examples_are_offered_while_it_is_there() -> None:
    assert any("Cambricon" in each for each in example_questions(["cambricon-q1-2026"]))
    assert not any("Cambricon" in each for each in example_questions(["something-else"]))
    assert "What is HBM?" in example_questions(["something-else"], ["HBM"])
    assert example_questions([])


def test_an_annual_report_is_asked_about_by_company_and_year() -> None:
    reports = [Metadata(company="ACORN MILLS", period=Period(year), kind=Kind.ANNUAL_REPORT) for year in (2020, 2021)]
    found = example_questions(["acorn"], filings=reports)
    assert found[0] == "Did Acorn Mills' operating margin improve in FY2021?"
    assert not any("2020" in each for each in found)


def test_every_example_is_a_button_that_asks_it() -> None:
    questions = example_questions(["cambricon-q1-2026"])
    buttons = soup(welcome_html(questions, 5)).select("button[data-event=ask]")
    assert [button["data-question"] for button in buttons] == questions
    assert [button.text for button in buttons] == questions
    assert "5 documents" in welcome_html(questions, 5)
    assert "1 document ready" in welcome_html(questions, 1)


def test_names_and_titles_never_become_markup() -> None:
    chat = ChatRecord(1, TRICK, NOW, NOW, 2)
    entry = GlossaryEntry(TRICK, TRICK, (TRICK,), TRICK, (TRICK,), TRICK)
    files = (
        FileReport(Path("/a.pdf"), Became.ADDED, record(TRICK, (TRICK,))),
        FileReport(Path(f"/tmp/{TRICK[:9]}.pdf"), Became.FAILED, reason=TRICK, needs_password=True, shown=TRICK),
        FileReport(Path("/b.pdf"), Became.STOPPED, shown=TRICK),
    )
    fragments = (
        chats_html([FoundChat(chat, None)], None),
        document_list_html(held(record(TRICK, (TRICK,)))),
        glossary_html([entry]),
        glossary_html([], TRICK),
        added_html(files, {files[1].path: TRICK}, [TRICK], 1),
        adding_html(files, Progress(TRICK, 1, 2, 0, 1, 1.0, 1.0, f"reading scanned {TRICK}")),
        question_html(TRICK),
        live_html(TRICK, TRICK),
        welcome_html([TRICK], 1),
    )
    for html in fragments:
        assert soup(html).script is None
        assert TRICK in soup(html).text


def test_documents_tell_what_was_understood_and_ask_before_removal() -> None:
    page = soup(document_list_html(held(record(notes=("page 3 has no text",)))))
    assert "Northern Mills · quarterly report · Q2 2025 · 3 pages" in page.text
    assert "page 3 has no text" in page.text
    remove = page.select_one("[data-event=remove_document]")
    assert remove["data-document"] == "7"
    assert "Remove “report”" in remove["data-confirm"]


def test_progress_shows_pages_speed_and_time_left() -> None:
    page = soup(progress_html(Progress(Path("/a/b/report.pdf"), 30, 120, 0, 2, 15.0, 6.2, "")))
    assert page.progress["max"] == "100"
    assert page.progress["value"] == "25.0"
    assert "report.pdf" in page.text
    assert "30 of 120 pages · 15.0 pages a second · about 6 s left" in page.text
    unknown = soup(progress_html(Progress(Path("report.pdf"), 30, None, 0, 1, 15.0, None, "")))
    assert not unknown.progress.has_attr("value")


def test_progress_moves_within_a_long_text_of_one_page() -> None:
    page = soup(progress_html(Progress("long.txt", 0, 1, 0, 1, 0.01, 90.0, "", 0.4)))
    assert page.progress["value"] == "40.0"
    assert "40% · 0 of 1 page · about 90 s left" in page.text


def test_a_failed_file_is_named_without_its_folder() -> None:
    path = Path("/home/somebody/uploads/scan.pdf")
    report = FileReport(path, Became.FAILED, reason=f"{path} is encrypted; save it without a password.")
    text = soup(added_html([report], {}, [], 0)).text
    assert "scan.pdf wasn’t added: scan.pdf is encrypted" in text
    assert "somebody" not in text


def test_the_next_free_port_is_taken() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert port < free_port("127.0.0.1", port) < port + 20


def test_no_free_port_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.server.listen.PORTS_TRIED", 1)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(DataProblem, match="--port"):
            free_port("127.0.0.1", taken.getsockname()[1])


def test_the_address_shown_can_be_opened() -> None:
    assert address("127.0.0.1", 7860) == "http://127.0.0.1:7860"
    assert address("0.0.0.0", 80) == "http://127.0.0.1:80"
    assert address("::1", 80) == "http://[::1]:80"


Message = dict[str, Any]


def served(headers: dict[str, str], hosts: frozenset[str] = LOCAL) -> list[Message]:
    """What the guard sends for a request with these headers, over an app that says yes."""
    sent: list[Message] = []

    async def inner(scope: Message, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": [(b"x", b"y")]})
        await send({"type": "http.response.body", "body": b"yes"})

    async def send(message: Message) -> None:
        sent.append(message)

    scope = {
        "type": "http",
        "path": "/",
        "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
    }
    # Nothing in it waits, so one step runs it whole, whatever loop another test has running.
    with pytest.raises(StopIteration):
        Guard(inner, hosts)(scope, None, send).send(None)
    return sent


def test_every_answer_of_the_server_forbids_foreign_content() -> None:
    headers = dict(served({"host": "127.0.0.1:7860"})[0]["headers"])
    assert headers[b"x"] == b"y"
    assert headers[b"content-security-policy"] == POLICY.encode()
    assert "http:" not in POLICY
    assert "https:" not in POLICY
    assert "*" not in POLICY


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"host": "127.0.0.1:7860"}, 200),
        ({"host": "localhost:7860", "origin": "http://localhost:7860"}, 200),
        ({"host": "[::1]:7860", "origin": "http://[::1]:7860"}, 200),
        ({"host": "127.0.0.1:7860", "origin": "http://elsewhere.invalid"}, 403),
        ({"host": "127.0.0.1:7860", "origin": "http://127.0.0.1:8000"}, 403),
        ({"host": "127.0.0.1:7860", "origin": "null"}, 403),
        ({"host": "elsewhere.invalid:7860", "origin": "http://elsewhere.invalid:7860"}, 403),
        ({}, 403),
    ],
)
def test_only_the_page_itself_is_let_in(headers: dict[str, str], status: int) -> None:
    assert served(headers)[0]["status"] == status


def test_a_server_for_the_network_goes_by_any_name() -> None:
    assert served({"host": "office:7860", "origin": "http://office:7860"}, frozenset())[0]["status"] == 200
    assert served({"host": "office:7860", "origin": "http://elsewhere"}, frozenset())[0]["status"] == 403
