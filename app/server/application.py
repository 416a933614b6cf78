"""The interfaces for programs as one ASGI application, alone or beside the chat page."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Callable, MutableMapping
from functools import cached_property
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse

from app.people.seen import for_callers
from app.server.access import Access
from app.server.chat_routes import chat_routes
from app.server.conversation import Conversations
from app.server.document_routes import document_routes
from app.server.downloads import Downloads
from app.server.errors import as_api_error, error_object, is_for_programs
from app.server.guard import LOCAL
from app.server.mcp_server import mcp_server
from app.server.openai_routes import openai_routes
from app.server.pictures import PagePictures
from app.server.reports import Reports
from app.server.routes import api_routes
from app.server.workers import Workers
from corpus.errors import FootnoteError
from corpus.reading import reading

if TYPE_CHECKING:
    from app.footnote import Footnote

WAITING = 32  # requests beyond those that are worked on
READING_SECONDS = 3600  # for one uploaded file
ABOUT = (
    "Answers from your own documents: every sentence cited, every figure traced. Where the server has an api_key, send it "
    "as “Authorization: Bearer KEY”. Errors are objects with “error”, whose “message” says what to do."
)
Scope = MutableMapping[str, Any]


class Interfaces:
    """What serves programs over one engine. Holds threads from its making until its lifespan ends."""

    def __init__(self, engine: "Footnote", host: str) -> None:
        """`engine`: the whole one; `host`: the address listened on; one that others can reach makes the token a duty."""
        settings = engine.settings
        networked, whole = host not in LOCAL, engine
        engine = for_callers(whole)
        self._workers = Workers(settings.answers_at_once, WAITING, settings.answer_seconds)
        self._readers = Workers(1, WAITING, READING_SECONDS)
        self._conversations = Conversations(engine)
        self._engine = engine
        self._mcp = mcp_server(engine, self._workers)
        self.application = Access(self._api, settings, whole.store, networked=networked)
        self._whole, self._networked = whole, networked

    @cached_property
    def _api(self) -> FastAPI:
        engine, workers = self._engine, self._workers
        api = FastAPI(
            title="Footnote", version=product_version(), description=ABOUT, docs_url=None, redoc_url=None,
            openapi_url="/api/openapi.json",
        )  # fmt: skip
        api.include_router(api_routes(engine, self._conversations, workers))
        api.include_router(document_routes(engine, workers, self._readers))
        api.include_router(chat_routes(engine, workers))
        api.include_router(openai_routes(engine, self._conversations, workers))
        # Without sessions: nothing is held between requests, and nothing is lost when the server starts again.
        mcp = self._mcp.streamable_http_app(stateless_http=True, json_response=True)
        api.router.routes.extend(mcp.routes)
        api.add_exception_handler(FootnoteError, _told)
        api.add_exception_handler(RequestValidationError, _invalid)
        api.add_exception_handler(HTTPException, _http)
        api.add_exception_handler(Exception, _defect)
        return api

    @contextlib.asynccontextmanager
    async def lifespan(self, _: Any = None) -> AsyncIterator[None]:
        """Runs with the server, once."""
        try:
            async with self._mcp.session_manager.run():
                yield
        finally:
            reading.call_off()  # a file that takes minutes must not hold the end up
            for workers in (self._workers, self._readers):
                await asyncio.to_thread(workers.close)

    def beside(self, page: Any) -> Callable[[Scope, Any, Any], Any]:
        """The same in front of the chat page, with its downloads, the reports of its answers and the pictures of its pages, for
        who may see them."""
        from app.server.gate import Gate  # it brings the page along

        own = PagePictures(self._engine, Downloads(self._engine, Reports(self._engine, page)))
        return self.before(Gate(self._whole, own, networked=self._networked))

    def before(self, page: Any) -> Callable[[Scope, Any, Any], Any]:
        """An ASGI application that serves programs here and everything else from `page`."""

        async def serve(scope: Scope, receive: Any, send: Any) -> None:
            ours = scope["type"] == "http" and is_for_programs(scope["path"])
            await (self.application if ours else page)(scope, receive, send)

        return serve


def product_version() -> str:
    """The installed Footnote's version; "0" where it runs without being installed."""
    try:
        return version("footnote")
    except PackageNotFoundError:
        return "0"


async def _told(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, FootnoteError)
    told = as_api_error(error)
    headers = {"retry-after": "2"} if told.status == 429 else None
    return JSONResponse(error_object(told.status, told.code, str(told), told.param), told.status, headers)


async def _invalid(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    first = error.errors()[0]
    where = ".".join(str(part) for part in first["loc"][1:]) or None
    if first["type"] == "json_invalid":
        said = f"The body isn't JSON: {first.get('ctx', {}).get('error', 'broken')}. Send one JSON object."
        return JSONResponse(error_object(400, "invalid_json", said), 400)
    if where is None and "json" not in request.headers.get("content-type", ""):
        said = "The request isn't marked as JSON. Send the header Content-Type: application/json."
        return JSONResponse(error_object(400, "invalid_json", said), 400)
    said = f"{where or 'The request'}: {first['msg']}. /api/docs shows what each request takes."
    return JSONResponse(error_object(400, "invalid_request", said, where), 400)


async def _http(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    said = {
        404: f"There is nothing at {request.url.path[:200]}. /api/docs lists what there is.",
        405: f"{request.method} isn't possible at {request.url.path[:200]}. /api/docs lists what is.",
        400: "The request can't be read. Send one JSON object.",
    }.get(error.status_code, str(error.detail))
    code = {404: "not_found", 405: "method_not_allowed"}.get(error.status_code, "invalid_request")
    return JSONResponse(error_object(error.status_code, code, said), error.status_code, error.headers)


async def _defect(request: Request, error: Exception) -> JSONResponse:
    logging.error("%s %s failed", request.method, request.url.path, exc_info=error)
    return JSONResponse(error_object(500, "defect", "Something went wrong; the server's log shows what."), 500)
