"""The MCP server over both transports, driven by the protocol's own client."""

import json
import os
import subprocess
import sys
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path

import anyio
import httpx2
import pytest
from anyio.from_thread import start_blocking_portal
from mcp import Client, StdioServerParameters
from mcp.types import CallToolResult

import prompts
from index.store import Store
from tests.app.conftest import sample_home
from tests.app.server_process import Server, client, running
from tests.started import ROOT

KEY = "a-key-for-tests"
Check = Callable[[Client], Awaitable[None]]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return sample_home(tmp_path_factory.mktemp("home"))


@pytest.fixture(scope="module")
def server(home: Path) -> Iterator[Server]:
    with running("serve", home) as server:
        yield server


@pytest.fixture(scope="module", params=["stdio", "http"])
def connected(request: pytest.FixtureRequest, home: Path) -> Iterator[Callable[[Check], None]]:
    """Runs a check over a client of either transport, which stays connected from one test to the next."""
    if request.param == "stdio":
        to: StdioServerParameters | str = StdioServerParameters(
            command=sys.executable, args=["-m", "app", "mcp", "--home", str(home)], cwd=str(ROOT), env=dict(os.environ)
        )
    else:
        to = f"{request.getfixturevalue('server').address}/mcp"
    with start_blocking_portal() as portal, portal.wrap_async_context_manager(Client(to)) as connected:
        yield lambda check: portal.call(check, connected)


def text(result: CallToolResult) -> str:
    assert [part.type for part in result.content] == ["text"]
    return str(result.content[0].text)  # type: ignore[union-attr]


def test_a_question_and_a_search_are_asked_of_a_collection(connected: Callable[[Check], None], home: Path) -> None:
    store = Store(home)
    if not store.collections():
        store.put_in(store.make_collection("Controls").id, [store.document("export-controls-on-accelerators").id])
    store.close()

    async def check(client: Client) -> None:
        found = await client.call_tool("search", {"query": "HBM", "collection": "controls"})
        assert found.structured_content
        hits = found.structured_content["hits"]
        assert {hit["document"] for hit in hits} == {"export-controls-on-accelerators"}
        answer = await client.call_tool("ask", {"question": "Who is the auditor?", "collection": "Nothing"})
        assert answer.is_error
        assert "no collection" in text(answer)

    connected(check)


def test_the_tools_are_described_by_the_prompts(connected: Callable[[Check], None]) -> None:
    async def check(client: Client) -> None:
        tools = {tool.name: tool for tool in (await client.list_tools()).tools}
        assert set(tools) == {"ask", "search", "elsewhere", "glossary", "calculate", "facts"}
        assert tools["ask"].description == prompts.render("tool_ask")
        assert tools["ask"].input_schema["required"] == ["question"]
        assert tools["search"].input_schema["properties"]["k"]["maximum"] == 20
        assert all(tool.annotations and tool.annotations.read_only_hint for tool in tools.values())

    connected(check)


def test_an_answer_is_text_with_citations_and_the_same_as_data(connected: Callable[[Check], None]) -> None:
    async def check(client: Client) -> None:
        question = "What was Cambricon's revenue in the same quarter of the year before?"
        result = await client.call_tool("ask", {"question": question})
        assert "About 1.112 billion CNY" in text(result)
        assert "[1] cambricon-q1-2026, page 1" in text(result)
        data = result.structured_content
        assert data is not None
        assert data["statements"][0]["calculation"]["result"] == "1.112 billion CNY"
        assert data["citations"][0]["document"] == "cambricon-q1-2026"
        narrowed = await client.call_tool("ask", {"question": question, "documents": ["inside-an-ai-cluster"]})
        assert narrowed.structured_content
        assert narrowed.structured_content["kind"] == "refusal"

    connected(check)


def test_search_glossary_calculation_and_facts(connected: Callable[[Check], None]) -> None:
    async def check(client: Client) -> None:
        found = await client.call_tool("search", {"query": "export controls", "k": 2})
        assert len((found.structured_content or {})["hits"]) == 2
        assert text(found).startswith("[")
        entry = await client.call_tool("glossary", {"term": "HBM"})
        assert "High Bandwidth Memory" in text(entry)
        result = await client.call_tool("calculate", {"expression": "growth(480 million EUR, 400 million EUR)"})
        assert (result.structured_content or {})["result"] == "20%"
        facts = await client.call_tool("facts", {"concept": "revenue"})
        assert text(facts) == "no fact"

    connected(check)


def test_mistakes_are_results_that_say_what_to_do(connected: Callable[[Check], None]) -> None:
    async def check(client: Client) -> None:
        for tool, arguments, said in (
            ("ask", {"question": "x", "documents": ["missing"]}, "no document 'missing'"),
            ("calculate", {"expression": "1 / 0"}, "zero"),
            ("facts", {"concept": "nonsense"}, "No line item"),
            ("search", {"query": "x", "k": -1}, "k"),
            ("search", {"query": ["x"]}, "query"),
            ("ask", {}, "question"),
        ):
            result = await client.call_tool(tool, arguments)
            assert result.is_error, tool
            assert said in text(result)
            assert "Traceback" not in text(result)
        assert not (await client.call_tool("calculate", {"expression": "1 + 1"})).is_error

    connected(check)


def test_standard_output_carries_the_protocol_alone(home: Path) -> None:
    lines = [
        {"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": {
            "protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "t", "version": "1"}}},
        {"jsonrpc": "2.0", "method": "notifications/initialized"},
        {"jsonrpc": "2.0", "id": 2, "method": "tools/call", "params": {"name": "ask", "arguments": {"question": "Who makes HBM?"}}},
    ]  # fmt: skip
    command = [sys.executable, "-m", "app", "mcp", "--home", str(home)]
    with subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdin
        assert process.stdout
        process.stdin.write("this is no JSON\n")
        for line in lines:
            process.stdin.write(json.dumps(line) + "\n")
        process.stdin.flush()
        said = []
        for line in process.stdout:
            said.append(json.loads(line))
            if said[-1].get("id") == 2:
                break
        process.stdin.close()
        rest = process.stdout.read().strip()
        assert process.wait(30) == 0
    assert said[-1]["result"]["structuredContent"]["kind"] == "answer"
    assert rest == ""


def test_over_http_the_token_and_the_hosts_hold(home: Path, server: Server) -> None:
    body = {"jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": {}}
    with client(server) as http:
        assert http.post("/mcp", json=body, headers={"origin": "http://elsewhere.invalid"}).status_code == 403
        assert http.post("/mcp", json=body, headers={"host": "elsewhere.invalid"}).status_code == 403
        assert http.post("/mcp", content=b"x" * 2_000_000).status_code == 413
        broken = http.post(
            "/mcp",
            content=b"{",
            headers={"accept": "application/json, text/event-stream", "content-type": "application/json"},
        )
        assert broken.status_code == 400
    with running("serve", home, FOOTNOTE_API_KEY=KEY) as guarded:
        with client(guarded) as http:
            assert http.post("/mcp", json=body).status_code == 401

        async def connect() -> None:
            from mcp.client.streamable_http import streamable_http_client

            with client(guarded, KEY) as http:
                headers = {"authorization": http.headers["authorization"]}
            async with _http_client(headers) as http_client:
                transport = streamable_http_client(f"{guarded.address}/mcp", http_client=http_client)
                async with Client(transport) as connected:
                    assert {tool.name for tool in (await connected.list_tools()).tools} == {
                        "ask",
                        "search",
                        "glossary",
                        "calculate",
                        "facts",
                        "elsewhere",
                    }

        anyio.run(connect)


def _http_client(headers: dict[str, str]) -> httpx2.AsyncClient:
    return httpx2.AsyncClient(headers=headers, trust_env=False, timeout=60)
