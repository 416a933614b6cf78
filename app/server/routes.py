"""`/api`: what the command line gives, over HTTP."""

from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Body, Query, Request
from starlette.responses import HTMLResponse

from app.elsewhere import place_cited
from app.fact_list import concept_id
from app.json_objects import answer_object, entry_object, hit_object, result_object
from app.server.conversation import Conversations, document_key, scope_of
from app.server.errors import ApiError
from app.server.reference import reference_html
from app.server.requests import AskRequest, CalculateRequest, ElsewhereRequest, SearchRequest
from app.server.workers import Workers
from app.verifier.report import checked, report
from corpus.errors import DataProblem

if TYPE_CHECKING:
    from app.elsewhere import Elsewhere
    from app.footnote import Footnote

MOST_FACTS = 5000
MOST_ENTRIES = 1000
Short = Annotated[str, Query(max_length=500)]


def api_routes(engine: "Footnote", conversations: Conversations, workers: Workers) -> APIRouter:
    """The routes over an engine; those of documents and collections are in `document_routes`."""
    routes = APIRouter(prefix="/api")

    @routes.get("/health", tags=["Server"], summary="Whether the server is up")
    async def health() -> dict[str, str]:
        return {"status": "ok"}

    @routes.get("/docs", tags=["Server"], summary="This description as a page", response_class=HTMLResponse)
    async def reference(request: Request) -> HTMLResponse:
        return HTMLResponse(reference_html(request.app.openapi()))

    @routes.post("/ask", tags=["Answers"], summary="Answer a question from the documents")
    async def ask(request: AskRequest) -> dict[str, Any]:
        """The object of `footnote ask --json`, with `citations`, so that mark [n] is at n - 1."""
        documents = scope_of(engine, request.documents, request.collection)
        return answer_object(
            await workers.run(lambda: conversations.ask([*request.history, request.question], documents))
        )

    @routes.post("/search", tags=["Answers"], summary="The passages nearest to a query")
    async def search(request: SearchRequest) -> dict[str, Any]:
        """Best first; a score says something within one search only."""
        documents = scope_of(engine, request.documents, request.collection)
        if len(request.query) > engine.settings.max_question_chars:
            most = engine.settings.max_question_chars
            raise ApiError(400, "too_long", f"The query is longer than {most} characters. Search for less.", "query")
        hits = await workers.run(lambda: engine.search(request.query, request.k, documents))
        return {"hits": [hit_object(hit) for hit in hits]}

    @routes.post("/elsewhere", tags=["Answers"], summary="Where else something is said")
    async def elsewhere(request: ElsewhereRequest) -> dict[str, Any]:
        """`agreeing`, `contradicting` and `related` passages, each with its citation and what differs, in words."""
        return (await workers.run(lambda: said_elsewhere(engine, request))).to_json()

    @routes.post("/calculate", tags=["Answers"], summary="Calculate exactly, with units")
    async def calculate(request: CalculateRequest) -> dict[str, Any]:
        return result_object(await workers.run(lambda: engine.calculate(request.expression)))

    @routes.post("/verify", tags=["Answers"], summary="Check an answer against the passages that it cites")
    async def verify(answer: Annotated[dict[str, Any], Body()]) -> dict[str, Any]:
        """Takes what `/api/ask` gives, or `{"question", "text" with [n] marks, "citations"}`."""
        return report(await workers.run(lambda: checked(engine, answer)))

    @routes.get("/glossary", tags=["Answers"], summary="Look a term up; all terms without one")
    async def glossary(term: Short = "") -> dict[str, Any]:
        known = await workers.run(engine.glossary)
        entries = known.find(term) if term.strip() else known.entries[:MOST_ENTRIES]
        return {"term": term, "entries": [entry_object(entry) for entry in entries]}

    @routes.get("/facts", tags=["Answers"], summary="The figures of filings' statements")
    async def facts(
        company: Short = "",
        concept: Short = "",
        year: Annotated[int | None, Query(ge=1, le=9999)] = None,
        document: Short = "",
        every: bool = False,
        most: Annotated[int, Query(ge=1, le=MOST_FACTS)] = 500,
    ) -> dict[str, Any]:
        """`every`: also rows that are no known line item. `total` counts those that `most` cut off, too."""
        try:
            item = concept_id(concept) if concept else ""
        except DataProblem as error:
            raise ApiError(400, "unknown_concept", str(error), "concept") from error
        key = document_key(document) if document else None
        found = await workers.run(lambda: engine.facts(company, item, year, key, every))
        return {"total": len(found), "facts": [fact.to_json() for fact in found[:most]]}

    return routes


def said_elsewhere(engine: "Footnote", request: ElsewhereRequest) -> "Elsewhere":
    """What a request asks for. Raises BadDraft and UnknownDocument, as `Footnote.elsewhere` does."""
    place = request.citation
    citation = place_cited(engine, place.document, place.page, place.start, place.end) if place else None
    return engine.elsewhere(request.text, citation, scope_of(engine, request.documents))
