"""`/api/chats` and `/api/messages`: the kept chats, and their exports, for programs."""

from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Query
from starlette.responses import Response

from app.chats import Chats
from app.json_objects import chat_object, found_object, message_object
from app.paper import File, Format, chat_file, message_file
from app.server.workers import Workers

if TYPE_CHECKING:
    from app.footnote import Footnote

MOST_CHATS = 1000
LARGEST_ID = (1 << 63) - 1


def chat_routes(engine: "Footnote", workers: Workers) -> APIRouter:
    """The routes over an engine's chats."""
    routes = APIRouter(prefix="/api", tags=["Chats"])
    chats = Chats(engine.store)
    written: dict[int | str, dict[str, Any]] = {
        200: {"description": "The file", "content": {"application/octet-stream": {}}}
    }

    @routes.get("/chats", summary="The kept chats, the last used first; with a query those that have its words")
    async def listed(
        query: Annotated[str, Query(max_length=500)] = "", most: Annotated[int, Query(ge=1, le=MOST_CHATS)] = 100
    ) -> dict[str, Any]:
        """`found`: the message with the words, and what stands around them. `total` counts those that `most` cut off, too."""
        found = await workers.run(lambda: chats.find(query))
        return {"total": len(found), "chats": [found_object(one) for one in found[:most]]}

    @routes.get("/chats/{key}", summary="A chat with its questions and answers, oldest first")
    async def chat(key: int) -> dict[str, Any]:
        kept = await workers.run(lambda: chats.get(_known(key)))
        return {**chat_object(kept.record), "exchanges": [message_object(one) for one in kept.messages]}

    @routes.get("/chats/{key}/export", summary="A chat as a file", response_class=Response, responses=written)
    async def export_chat(key: int, format: Format = Format.PDF) -> Response:
        """With footnotes: document, page and the exact quotation of each citation. `csv`: the figures alone."""
        return _response(await workers.run(lambda: chat_file(chats.get(_known(key)), format)))

    @routes.get("/messages/{key}/export", summary="An answer as a file", response_class=Response, responses=written)
    async def export_message(key: int, format: Format = Format.PDF) -> Response:
        """As a chat's export, of one question and its answer."""
        return _response(await workers.run(lambda: message_file(chats.message(_known(key)), format)))

    return routes


def _known(key: int) -> int:
    """An id that the database can hold; what is larger is nobody's."""
    return key if 0 < key <= LARGEST_ID else 0


def _response(file: File) -> Response:
    headers = {
        "content-disposition": f'attachment; filename="{file.name}"',
        "x-content-type-options": "nosniff",
        "cache-control": "no-store",
    }
    return Response(file.body, media_type=file.media_type, headers=headers)
