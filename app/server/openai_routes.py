"""`/v1`: what programs that speak OpenAI's protocol need."""

import asyncio
import logging
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter
from starlette.responses import JSONResponse, Response, StreamingResponse

from app.answer import Answer
from app.server.completion import Completion, event
from app.server.conversation import Conversations, scope_of
from app.server.errors import ApiError, as_api_error, error_object
from app.server.requests import MODEL, ChatRequest, ExtensionRequest
from app.server.workers import Workers
from corpus.errors import FootnoteError

if TYPE_CHECKING:
    from app.footnote import Footnote

ALIVE_SECONDS = 5  # between signs of life while an answer is made: proxies close a silent stream
MODEL_OBJECT = {"id": MODEL, "object": "model", "created": 1_767_225_600, "owned_by": "footnote"}


def openai_routes(engine: "Footnote", conversations: Conversations, workers: Workers) -> APIRouter:
    """The routes over an engine."""
    routes = APIRouter(prefix="/v1", tags=["OpenAI-compatible"])

    @routes.get("/models", summary="The one model")
    async def models() -> dict[str, Any]:
        return {"object": "list", "data": [MODEL_OBJECT]}

    @routes.get("/models/{name}", summary="The model's description")
    async def model(name: str) -> dict[str, Any]:
        if name != MODEL:
            raise ApiError(404, "model_not_found", f"There is no model {name[:80]!r} here; ask for {MODEL!r}.", "model")
        return MODEL_OBJECT

    @routes.post("/chat/completions", summary="Answer the last of a conversation's questions", response_model=None)
    async def completions(request: ChatRequest) -> Response:
        """System messages, tools and sampling are passed over: an answer follows from the documents alone.

        The extension `footnote` stands in the message, of a stream in its last chunk: the object of `/api/ask`.
        """
        questions = request.questions()
        asked = request.footnote or ExtensionRequest()
        documents = scope_of(engine, asked.documents, asked.collection)
        completion = Completion(tuple(questions))
        if not request.stream:
            answer = await workers.run(lambda: conversations.ask(questions, documents))
            return JSONResponse(completion.whole(answer))
        # Begun here, so that a server that has too much to do says so with a status.
        working = asyncio.ensure_future(workers.run(lambda: conversations.ask(questions, documents)))
        await asyncio.sleep(0)
        if working.done():
            working.result()
        usage = bool(request.stream_options and request.stream_options.include_usage)
        head = {"cache-control": "no-store", "x-accel-buffering": "no"}
        return StreamingResponse(_stream(completion, working, usage), media_type="text/event-stream", headers=head)

    return routes


async def _stream(completion: Completion, working: "asyncio.Future[Answer]", usage: bool) -> AsyncIterator[str]:
    try:
        yield completion.first()
        while not (await asyncio.wait([working], timeout=ALIVE_SECONDS))[0]:
            yield ": working\n\n"
        for piece in completion.rest(working.result(), usage=usage):
            yield piece
            await asyncio.sleep(0)
    except FootnoteError as error:
        told = as_api_error(error)
        yield event(error_object(told.status, told.code, str(told), told.param))
    except Exception:
        logging.exception("A question of a program could not be answered")
        yield event(error_object(500, "defect", "Something went wrong; the server's log shows what."))
    finally:
        working.cancel()
