"""The plain API of real servers: what it gives, and what it does with requests that nobody should send."""

import io
import json
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest

from app.people.users import Users
from index.store import Store
from tests.app.conftest import sample_home
from tests.app.server_process import Server, client, running
from tests.started import footnote

KEY = "a-key-for-tests"
FILING = "# Quellmar AG\n\nRevenue of Quellmar in 2025 was 12 million EUR.\n"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return sample_home(tmp_path_factory.mktemp("home"))


@pytest.fixture(scope="module")
def server(home: Path) -> Iterator[Server]:
    with running("serve", home, FOOTNOTE_API_KEY=KEY, FOOTNOTE_MAX_FILE_MB="2") as server:
        yield server


@pytest.fixture
def http(server: Server) -> Iterator[httpx.Client]:
    with client(server, KEY) as http:
        yield http


def error(response: httpx.Response, status: int) -> dict[str, Any]:
    assert response.status_code == status, response.text
    found: dict[str, Any] = response.json()["error"]
    assert set(found) == {"message", "type", "param", "code"}
    assert found["message"]
    assert "Traceback" not in response.text
    return found


# What it gives


def test_an_answer_with_its_citations_numbered(http: httpx.Client) -> None:
    answer = http.post("/api/ask", json={"question": "Who makes HBM?"}).json()
    assert answer["kind"] == "answer"
    assert answer["citations"][0]["quote"] == answer["text"]


def test_a_follow_up_is_given_the_questions_before_it(http: httpx.Client) -> None:
    asked = {
        "question": "And in the same quarter of the year before?",
        "history": ["What was Cambricon's revenue in Q1 2026?"],
    }
    answer = http.post("/api/ask", json=asked).json()
    assert answer["statements"][0]["calculation"]["result"] == "1.112 billion CNY"


def test_search_glossary_calculation_and_facts(http: httpx.Client) -> None:
    hits = http.post("/api/search", json={"query": "export controls", "k": 3}).json()["hits"]
    assert len(hits) == 3
    assert hits[0]["score"] >= hits[-1]["score"]
    assert http.get("/api/glossary", params={"term": "HBM"}).json()["entries"][0]["term"] == "HBM"
    assert len(http.get("/api/glossary").json()["entries"]) > 100
    result = http.post("/api/calculate", json={"expression": "growth(480 million EUR, 400 million EUR)"}).json()
    assert result["result"] == "20%"
    assert http.get("/api/facts").json() == {"total": 0, "facts": []}


def test_verify_takes_what_ask_gives(http: httpx.Client) -> None:
    answer = http.post("/api/ask", json={"question": "Who makes HBM?"}).json()
    assert http.post("/api/verify", json=answer).json()["stands"]
    answer["statements"][0]["text"] = "Four companies make HBM."
    assert not http.post("/api/verify", json=answer).json()["stands"]
    assert error(http.post("/api/verify", json={"x": 1}), 400)["code"] == "bad_answer"


def test_a_document_comes_in_is_asked_and_goes(http: httpx.Client, home: Path) -> None:
    added = http.post("/api/documents", params={"name": "quellmar.md"}, content=FILING.encode()).json()
    assert added["status"] == "added"
    assert added["document"] == "quellmar"
    again = http.post("/api/documents", params={"name": "quellmar.md"}, content=FILING.encode()).json()
    assert (again["status"], again["id"]) == ("unchanged", added["id"])
    newer = FILING.replace("12", "13").encode()
    assert http.post("/api/documents", params={"name": "quellmar.md"}, content=newer).json()["status"] == "replaced"
    answer = http.post("/api/ask", json={"question": "What was Quellmar's revenue in 2025?"}).json()
    assert "13 million EUR" in answer["text"]
    assert "quellmar" in [each["document"] for each in http.get("/api/documents").json()["documents"]]
    assert http.delete("/api/documents/quellmar").json()["removed"] == "quellmar"
    error(http.delete("/api/documents/quellmar"), 404)
    assert list((home / "incoming").iterdir()) == []


def test_a_collection_is_made_asked_changed_and_deleted(http: httpx.Client) -> None:
    made = http.post("/api/collections", json={"name": "Chips", "documents": ["inside-an-ai-cluster"]}).json()
    assert (made["collection"], made["count"]) == ("Chips", 1)
    assert error(http.post("/api/collections", json={"name": "chips"}), 400)["code"] == "bad_name"
    asked = {"question": "Who makes HBM?", "collection": "chips"}
    assert http.post("/api/ask", json=asked).json()["kind"] == "answer"
    hits = http.post("/api/search", json={"query": "export controls", "collection": made["id"]}).json()["hits"]
    assert {hit["document"] for hit in hits} == {"inside-an-ai-cluster"}
    extended = {"model": "footnote", "messages": [{"role": "user", "content": "Who makes HBM?"}]}
    answered = http.post("/v1/chat/completions", json={**extended, "footnote": {"collection": "Chips"}})
    assert answered.status_code == 200
    change = {"name": "AI chips", "add": ["cambricon-q1-2026"], "remove": ["inside-an-ai-cluster"]}
    changed = http.patch("/api/collections/Chips", json=change).json()
    assert [one["document"] for one in changed["documents"]] == ["cambricon-q1-2026"]
    assert error(http.patch("/api/collections/AI chips", json={"name": "X", "add": ["nothing"]}), 404)
    assert [one["collection"] for one in http.get("/api/collections").json()["collections"]] == ["AI chips"]
    http.patch("/api/collections/AI chips", json={"remove": ["cambricon-q1-2026"]})
    asked["collection"] = "AI chips"
    assert error(http.post("/api/ask", json=asked), 400)["code"] == "empty_scope"
    assert http.delete(f"/api/collections/{made['id']}").json()["deleted"] == "AI chips"
    assert error(http.post("/api/ask", json=asked), 404)["code"] == "collection_not_found"
    assert len(http.get("/api/documents").json()["documents"]) == 5


def test_a_document_comes_into_a_collection(http: httpx.Client) -> None:
    http.post("/api/collections", json={"name": "Firms"})
    params = {"name": "quellmar.md", "collection": "Firms"}
    http.post("/api/documents", params=params, content=FILING.encode())
    assert [one["document"] for one in http.get("/api/collections/firms").json()["documents"]] == ["quellmar"]
    error(http.post("/api/documents", params={**params, "collection": "None"}, content=b"x"), 404)
    http.delete("/api/documents/quellmar")
    assert http.get("/api/collections/Firms").json()["count"] == 0
    http.delete("/api/collections/Firms")


def test_the_documents_are_narrowed_sorted_and_given_in_parts(http: httpx.Client) -> None:
    found = http.get("/api/documents", params={"kind": "article", "sort": "added", "start": 1, "most": 2}).json()
    assert len(found["documents"]) == 2
    assert found["total"] == 5
    assert http.get("/api/documents", params={"company": "Cambricon"}).json()["total"] == 1
    assert error(http.get("/api/documents", params={"kind": "novel"}), 400)["code"] == "unknown_kind"
    error(http.get("/api/documents", params={"collection": "none"}), 404)


def test_an_overview_is_given_with_its_citations(http: httpx.Client) -> None:
    overview = http.get("/api/documents/cambricon-q1-2026/overview").json()
    assert overview["company"] == "Cambricon Technologies"
    assert all(one["citations"] for one in overview["says"] + overview["figures"])
    assert overview["questions"]
    error(http.get("/api/documents/nothing/overview"), 404)


def test_the_description_names_every_route_and_loads_nothing_from_elsewhere(http: httpx.Client) -> None:
    schema = http.get("/api/openapi.json").json()
    assert {"/api/ask", "/api/documents", "/v1/chat/completions"} <= set(schema["paths"])
    page = http.get("/api/docs").text
    for path in schema["paths"]:
        assert path in page
    assert "<script" not in page
    assert "http://" not in page
    assert "https://" not in page


# What it refuses


@pytest.mark.parametrize("path", ["/api/ask", "/v1/chat/completions", "/api/search", "/api/verify", "/api/calculate"])
@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[]", b"null", b'"text"', b"\xff\xfe", b'{"question": 1e400}', b"[" * 100_000, b'{"question": "\\ud800"}',
     b'{"question": null}', b'{"question": {}}', b"question=x"],
    ids=lambda body: repr(body[:20]),
)  # fmt: skip
def test_broken_bodies_are_told(http: httpx.Client, path: str, body: bytes) -> None:
    headers = {"content-type": "application/json"}
    error(http.post(path, content=body, headers=headers), 400)


@pytest.mark.parametrize(
    ("path", "body", "param"),
    [
        ("/api/search", {"query": "x", "k": -1}, "k"),
        ("/api/search", {"query": "x", "k": 10**30}, "k"),
        ("/api/search", {"query": "x", "k": True}, "k"),
        ("/api/search", {"query": "x" * 5000}, "query"),
        ("/api/ask", {"question": "x", "unknown": 1}, "unknown"),
        ("/api/ask", {"question": "x", "documents": [-1]}, None),
        ("/api/ask", {"question": "x", "documents": [2**70]}, None),
        ("/api/ask", {"question": "x" * 200_000}, "question"),
        ("/v1/chat/completions", {"model": "footnote", "messages": []}, "messages"),
        ("/v1/chat/completions", {"model": "footnote", "messages": [{"role": "king", "content": "x"}]}, None),
        ("/v1/chat/completions", {"model": "footnote", "messages": [{"role": "user", "content": [1]}]}, None),
        ("/v1/chat/completions", {"model": ["footnote"], "messages": [{"role": "user", "content": "x"}]}, "model"),
        ("/api/calculate", {"expression": "1 / 0"}, None),
        ("/api/calculate", {"expression": "9 ** 9 ** 9"}, None),
        ("/api/calculate", {"expression": "__import__('os')"}, None),
    ],
)
def test_wrong_values_are_told_with_their_place(http: httpx.Client, path: str, body: Any, param: str | None) -> None:
    found = error(http.post(path, json=body), 400)
    if param:
        assert found["param"] == param


def test_wrong_queries_are_told(http: httpx.Client) -> None:
    assert error(http.get("/api/facts", params={"concept": "nonsense"}), 400)["param"] == "concept"
    error(http.get("/api/facts", params={"most": "-1"}), 400)
    error(http.get("/api/facts", params={"document": "9" * 5000}), 400)
    error(http.get("/api/facts", params={"document": "9" * 400}), 404)
    error(http.delete("/api/documents/" + "9" * 400), 404)
    error(http.get("/api/nothing"), 404)
    error(http.get("/v1/embeddings"), 404)
    error(http.put("/api/ask"), 405)
    assert error(http.get("/elsewhere"), 404)["code"] == "not_found"


@pytest.mark.parametrize(
    "name", ["../x.md", "..", ".", "", "/etc/passwd", "a/b.md", "a\\b.md", "x\x00.md", "x\n.md", "é" * 150, " "]
)
def test_a_name_with_folders_or_none_at_all_is_refused(http: httpx.Client, home: Path, name: str) -> None:
    before = sorted(home.parent.iterdir())
    assert error(http.post("/api/documents", params={"name": name}, content=b"x"), 400)["param"] == "name"
    assert sorted(home.parent.iterdir()) == before


def test_names_that_climb_out_remove_and_read_nothing(http: httpx.Client, home: Path) -> None:
    for key in ("..%2F..%2Findex.db", "%2e%2e%2fprivate", "..%2Fsettings.toml"):
        error(http.delete(f"/api/documents/{key}"), 404)
    error(http.post("/api/ask", json={"question": "x", "documents": ["../../etc/passwd"]}), 404)
    assert len(http.get("/api/documents").json()["documents"]) == 5


def test_a_file_that_cannot_be_read_says_why(http: httpx.Client) -> None:
    assert "empty" in error(http.post("/api/documents", params={"name": "x.md"}, content=b" \n"), 400)["message"]
    error(http.post("/api/documents", params={"name": "x.pdf"}, content=b"%PDF-1.7 broken"), 400)
    error(http.post("/api/documents", params={"name": "x.md"}), 400)


def test_bodies_that_are_too_large_are_refused_declared_or_not(http: httpx.Client) -> None:
    def endless() -> Iterator[bytes]:
        for _ in range(64):
            yield b" " * 100_000

    assert error(http.post("/api/ask", content=b" " * 1_100_000), 413)["code"] == "too_large"
    for path, params in (("/api/ask", {}), ("/api/documents", {"name": "x.md"})):
        try:
            refused = http.post(path, params=params, content=endless())
        except httpx.TransportError:
            continue  # closed while it was still being sent
        error(refused, 413)
    assert http.get("/api/health").status_code == 200


def test_nothing_without_the_token_but_the_description(server: Server) -> None:
    with client(server) as stranger:
        for path in ("/v1/models", "/api/documents", "/api/glossary", "/mcp"):
            assert error(stranger.get(path), 401)["code"] == "invalid_api_key"
        error(stranger.delete("/api/documents/1"), 401)
        error(stranger.post("/api/ask", json={"question": "x"}), 401)
        for given in ("Bearer", f"Basic {KEY}", f"Bearer {KEY}x", f"Bearer {KEY[:-1]}", KEY):
            error(stranger.get("/v1/models", headers={"authorization": given}), 401)
        assert stranger.get("/v1/models", headers={"authorization": f"bearer {KEY}"}).status_code == 200
        assert stranger.get("/api/docs").status_code == 200
        assert stranger.get("/v1/models").headers["www-authenticate"] == "Bearer"


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "http://elsewhere.invalid"},
        {"origin": "null"},
        {"host": "elsewhere.invalid"},
        {"host": "elsewhere.invalid:80", "origin": "http://elsewhere.invalid:80"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
    ],
)
def test_another_site_gets_nothing_even_with_the_token(http: httpx.Client, headers: dict[str, str]) -> None:
    for path in ("/v1/models", "/api/documents", "/api/openapi.json"):
        response = http.get(path, headers=headers)
        assert error(response, 403)["code"] == "foreign_origin"
        assert "access-control-allow-origin" not in response.headers
    error(http.post("/api/ask", json={"question": "x"}, headers=headers), 403)
    error(http.post("/mcp", json={}, headers=headers), 403)


def test_no_preflight_lets_another_site_in(http: httpx.Client) -> None:
    asked = {"origin": "http://elsewhere.invalid", "access-control-request-method": "POST"}
    response = http.options("/api/ask", headers=asked)
    assert response.status_code == 403
    assert "access-control-allow-origin" not in response.headers


def test_many_at_once_are_answered_or_told_to_wait(server: Server) -> None:
    body = {"question": "What drove the jump in Cambricon's revenue?"}

    def ask(_: int) -> httpx.Response:
        with client(server, KEY) as http:
            return http.post("/api/ask", json=body)

    with ThreadPoolExecutor(60) as pool:
        found = list(pool.map(ask, range(60)))
    assert {each.status_code for each in found} <= {200, 429}
    texts = {each.json()["text"] for each in found if each.status_code == 200}
    assert len(texts) == 1
    for each in found:
        if each.status_code == 429:
            assert error(each, 429)["code"] == "too_many_requests"
            assert each.headers["retry-after"]


def test_bytes_that_are_no_http_close_one_connection_and_no_more(server: Server) -> None:
    port = int(server.address.rpartition(":")[2])
    with socket.create_connection(("127.0.0.1", port), timeout=20) as raw:
        raw.sendall(b"\x16\x03\x01 nonsense\r\n\r\n")
        assert raw.recv(100).startswith(b"HTTP/1.1 400")
    with client(server, KEY) as http:
        assert http.get("/v1/models").status_code == 200


def test_an_answer_that_takes_too_long_is_told(home: Path) -> None:
    with running("serve", home, FOOTNOTE_ANSWER_SECONDS="0.000001") as server, client(server) as http:
        found = error(http.post("/api/ask", json={"question": "Who makes HBM?"}), 504)
        assert "answer_seconds" in found["message"]
        body = {"model": "footnote", "stream": True, "messages": [{"role": "user", "content": "Who makes HBM?"}]}
        events = http.post("/v1/chat/completions", json=body)
        told = [json.loads(line[6:]) for line in io.StringIO(events.text) if line.startswith("data: {")]
        assert "error" in told[-1] or events.status_code == 504
        assert server.stop() == 0


def test_a_server_for_the_network_needs_a_token(home: Path) -> None:
    refused = footnote("serve", "--host", "0.0.0.0", home=home)
    assert refused.returncode == 1
    assert "FOOTNOTE_API_KEY" in refused.stderr


def test_a_taken_port_is_said(server: Server, home: Path) -> None:
    port = server.address.rpartition(":")[2]
    refused = footnote("serve", "--port", port, home=home)
    assert refused.returncode == 1
    assert "--port" in refused.stderr


# Beside the page


def test_the_chat_page_serves_programs_too_and_gradios_own_client(home: Path) -> None:
    from gradio_client import Client

    with running("chat", home, "--no-browser", "--no-sample") as server, client(server) as http:
        assert "Footnote" in http.get("/").text
        answer = http.post("/api/ask", json={"question": "Who makes HBM?"}).json()
        error(http.get("/v1/models", headers={"origin": "http://elsewhere.invalid"}), 403)
        error(http.get("/api/nothing"), 404)
        page = Client(server.address, verbose=False, httpx_kwargs={"trust_env": False})
        assert set(page.view_api(return_format="dict", print_info=False)["named_endpoints"]) == {"/ask", "/search"}
        same = page.predict("Who makes HBM?", api_name="/ask")
        assert same["text"] == answer["text"]
        assert same["citations"] == answer["citations"]
        assert len(page.predict("export controls", 2, api_name="/search")) == 2


def test_the_chat_on_the_network_gives_programs_nothing_without_a_token(tmp_path: Path) -> None:
    store = Store(tmp_path)
    Users(store).add("anna", "a long password")
    store.close()
    with (
        running("chat", tmp_path, "--no-browser", "--no-sample", "--host", "0.0.0.0") as server,
        client(server) as http,
    ):
        error(http.get("/v1/models"), 401)
        assert "Sign in" in http.get("/", headers={"accept": "text/html"}, follow_redirects=True).text
