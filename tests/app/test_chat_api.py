"""Chats and exports over HTTP: a real server with chats in its data directory."""

import io
import zipfile
from collections.abc import Iterator
from pathlib import Path

import httpx
import pypdfium2 as pdfium
import pytest

from app.chats import Chats
from app.footnote import Footnote
from app.server.downloads import requested_file
from app.server.errors import ApiError
from app.settings import Settings
from corpus.errors import NothingToExport, UnknownChat
from tests.app.server_process import Server, client, running
from tests.app.test_http_api import error

KEY = "a-key-for-tests"
QUESTION = "What was Cambricon's revenue in the same quarter of the year before?"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("home")
    engine = Footnote(Settings(home=folder))
    engine.ingest_sample()
    chats = Chats(engine.store)
    chats.begin(engine.ask(QUESTION))
    chats.begin(engine.ask("Who makes HBM?"))
    chats.create("Empty")
    engine.close()
    return folder


@pytest.fixture(scope="module")
def server(home: Path) -> Iterator[Server]:
    with running("serve", home, FOOTNOTE_API_KEY=KEY) as server:
        yield server


@pytest.fixture
def http(server: Server) -> Iterator[httpx.Client]:
    with client(server, KEY) as http:
        yield http


def test_chats_are_listed_found_and_read(http: httpx.Client) -> None:
    listed = http.get("/api/chats").json()
    assert listed["total"] == 3
    assert [one["id"] for one in listed["chats"]] == [3, 2, 1]
    found = http.get("/api/chats", params={"query": "hynix"}).json()["chats"]
    assert [(one["id"], one["found"]["message"]) for one in found] == [(2, 2)]
    assert "hynix" in found[0]["found"]["text"]
    assert http.get("/api/chats", params={"most": 1}).json()["total"] == 3
    chat = http.get("/api/chats/1").json()
    assert chat["exchanges"][0]["question"] == QUESTION
    assert chat["exchanges"][0]["answer"]["citations"]
    assert chat["exchanges"][0]["rating"] is None


def test_an_answer_and_a_chat_are_given_as_files(http: httpx.Client) -> None:
    done = http.get("/api/messages/1/export", params={"format": "pdf"})
    assert done.headers["content-type"] == "application/pdf"
    assert done.headers["content-disposition"] == 'attachment; filename="footnote-answer-1.pdf"'
    with pdfium.PdfDocument(done.content) as document:
        assert "1.112 billion CNY" in document[0].get_textpage().get_text_range()
    word = http.get("/api/chats/1/export", params={"format": "docx"}).content
    assert "word/footnotes.xml" in zipfile.ZipFile(io.BytesIO(word)).namelist()
    assert http.get("/api/chats/1/export", params={"format": "md"}).text.startswith("# What was Cambricon")
    assert "<!doctype html>" in http.get("/api/chats/1/export", params={"format": "html"}).text
    assert http.get("/api/messages/1/export", params={"format": "csv"}).text.startswith("\ufeffquestion,")


def test_what_is_not_there_is_said_in_words(http: httpx.Client) -> None:
    for path in (
        "/api/chats/99",
        "/api/chats/99/export",
        "/api/messages/99/export",
        "/api/chats/-1",
        f"/api/chats/{10**30}",
    ):
        assert error(http.get(path), 404)["code"] == "chat_not_found", path
    assert error(http.get("/api/messages/2/export?format=csv"), 404)["code"] == "nothing_to_export"
    assert error(http.get("/api/chats/3/export"), 404)["code"] == "nothing_to_export"
    for path in ("/api/chats/x", "/api/chats/1/export?format=odt", "/api/chats?most=0"):
        assert error(http.get(path), 400)["code"] == "invalid_request", path


def test_chats_need_the_token(server: Server) -> None:
    with client(server) as http:
        for path in ("/api/chats", "/api/chats/1", "/api/chats/1/export", "/api/messages/1/export"):
            error(http.get(path), 401)


def test_the_page_downloads_by_paths_that_name_one_file(home: Path) -> None:
    engine = Footnote(Settings(home=home))
    try:
        file = requested_file(engine, "/export/message/1.docx")
        assert file.name == "footnote-answer-1.docx"
        assert requested_file(engine, "/export/chat/1.csv").name == "footnote-figures-chat-1.csv"
        for path in ("/export/", "/export/message/1", "/export/message/1.exe", "/export/../1.pdf", "/export/chat/1.pdf/x",
                     "/export/chat/٣.pdf", f"/export/chat/{'9' * 19}.pdf"):  # fmt: skip
            with pytest.raises(ApiError):
                requested_file(engine, path)
        with pytest.raises(UnknownChat):
            requested_file(engine, "/export/chat/99.pdf")
        with pytest.raises(NothingToExport):
            requested_file(engine, "/export/chat/3.pdf")
    finally:
        engine.close()


def test_the_page_gives_downloads_to_itself_alone(home: Path) -> None:
    with running("chat", home, "--no-browser", FOOTNOTE_API_KEY=KEY) as server, client(server) as http:
        done = http.get("/export/chat/1.pdf", headers={"sec-fetch-site": "same-origin"})
        assert done.content.startswith(b"%PDF-")
        assert int(done.headers["content-length"]) == len(done.content)
        assert done.headers["x-content-type-options"] == "nosniff"
        assert http.head("/export/chat/1.pdf").status_code == 200
        for site in ("cross-site", "same-site"):
            error(http.get("/export/chat/1.pdf", headers={"sec-fetch-site": site}), 403)
        error(http.post("/export/chat/1.pdf"), 403)
        error(http.get("/export/chat/1.exe"), 404)
