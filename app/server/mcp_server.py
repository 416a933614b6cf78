"""Footnote as an MCP server: ask, search, elsewhere, glossary, calculate and facts, over stdio or streamable HTTP.

A result is text with its citations and the same as structured content. What a model reads of the tools is in prompts/.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

from mcp.server.mcpserver import MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from mcp.types import CallToolResult, TextContent, ToolAnnotations
from pydantic import Field

import prompts
from app.calculator import result_line
from app.elsewhere import elsewhere_text
from app.export import answer_text
from app.json_objects import answer_object, entry_object, hit_object, result_object
from app.server.conversation import scope_of
from app.server.requests import Documents, ElsewhereRequest, Named, PlaceRequest
from app.server.routes import said_elsewhere
from app.tools import MOST_FACTS, MOST_PASSAGES, entry_line, fact_lines, hit_block
from corpus.errors import FootnoteError

if TYPE_CHECKING:
    from app.footnote import Footnote
    from app.server.workers import Workers

T = TypeVar("T")
Words = Annotated[str, Field(max_length=100_000)]
WAITING = 32  # calls beyond those that are worked on
READING = ToolAnnotations(read_only_hint=True, destructive_hint=False, idempotent_hint=True, open_world_hint=False)


def mcp_server(engine: "Footnote", workers: "Workers") -> MCPServer[Any]:
    """The server over an engine, ready to be run."""
    home = engine.settings.home
    server: MCPServer[Any] = MCPServer(
        "footnote", instructions=prompts.render("mcp_instructions", home), log_level="WARNING"
    )

    async def done(work: Callable[[], T]) -> T:
        try:
            return await workers.run(work)
        except FootnoteError as error:
            raise ToolError(str(error)) from error

    async def ask(
        question: Words, documents: Documents | None = None, collection: Named | None = None
    ) -> CallToolResult:
        answer = await done(lambda: engine.ask(question, (), scope_of(engine, documents, collection)))
        return _result(answer_text(answer), answer_object(answer))

    async def search(
        query: Words,
        k: Annotated[int, Field(ge=1, le=MOST_PASSAGES)] = 5,
        documents: Documents | None = None,
        collection: Named | None = None,
    ) -> CallToolResult:
        hits = await done(lambda: engine.search(query, k, scope_of(engine, documents, collection)))
        return _result(
            "\n\n".join(map(hit_block, hits)) or "nothing found", {"hits": [hit_object(hit) for hit in hits]}
        )

    async def elsewhere(
        text: Words = "", citation: PlaceRequest | None = None, documents: Documents | None = None
    ) -> CallToolResult:
        request = ElsewhereRequest(text=text, citation=citation, documents=documents)
        found = await done(lambda: said_elsewhere(engine, request))
        return _result(elsewhere_text(found), found.to_json())

    async def glossary(term: Words) -> CallToolResult:
        entries = (await done(engine.glossary)).find(term)
        said = "\n".join(map(entry_line, entries)) or "no entry"
        return _result(said, {"term": term, "entries": [entry_object(entry) for entry in entries]})

    async def calculate(expression: Words) -> CallToolResult:
        result = await done(lambda: engine.calculate(expression))
        return _result(result_line(result), result_object(result))

    async def facts(
        concept: Words, company: Words = "", year: Annotated[int | None, Field(ge=1, le=9999)] = None
    ) -> CallToolResult:
        found = await done(lambda: engine.facts(company, concept, year))
        shown = [fact.to_json() for fact in found[:MOST_FACTS]]
        return _result("\n".join(fact_lines(found)) or "no fact", {"total": len(found), "facts": shown})

    described: dict[str, tuple[Callable[..., Any], str]] = {
        "ask": (ask, prompts.render("tool_ask", home)),
        "search": (search, prompts.render("tool_search", home, most=str(MOST_PASSAGES))),
        "elsewhere": (elsewhere, prompts.render("tool_elsewhere", home)),
        "glossary": (glossary, prompts.render("tool_glossary", home)),
        "calculate": (calculate, prompts.render("tool_calculator", home)),
        "facts": (facts, prompts.render("tool_facts", home, most=str(MOST_FACTS))),
    }
    for name, (tool, description) in described.items():
        server.add_tool(tool, name, description=description, annotations=READING, structured_output=False)
    return server


def _result(text: str, data: dict[str, Any]) -> CallToolResult:
    return CallToolResult(content=[TextContent(type="text", text=text)], structured_content=data)


def serve_stdio(engine: "Footnote") -> None:
    """Serve over standard input and output until the input ends."""
    from app.server.workers import Workers

    settings = engine.settings
    workers = Workers(settings.answers_at_once, WAITING, settings.answer_seconds)
    try:
        mcp_server(engine, workers).run("stdio")
    finally:
        workers.close()
