"""The chat page's downloads: `/export/message/ID.pdf` is an answer, `/export/chat/ID.docx` a chat, in each format."""

import asyncio
import re
from collections.abc import MutableMapping
from typing import TYPE_CHECKING, Any

from app.chats import Chats
from app.paper import File, Format, chat_file, message_file
from app.server.access import refuse
from app.server.errors import ApiError, as_api_error
from corpus.errors import FootnoteError

if TYPE_CHECKING:
    from app.footnote import Footnote

PREFIX = "/export/"
PIECE = 1 << 16  # bytes sent at once
_PATH = re.compile(r"/export/(?P<what>message|chat)/(?P<key>\d{1,18})\.(?P<form>[a-z]+)", re.ASCII)


class Downloads:
    """An ASGI application in front of the page that serves its downloads; the page's own guard stands before both."""

    def __init__(self, engine: "Footnote", page: Any) -> None:
        self._engine, self._page = engine, page

    async def __call__(self, scope: MutableMapping[str, Any], receive: Any, send: Any) -> None:
        """Serve one request."""
        if scope["type"] != "http" or not scope["path"].startswith(PREFIX):
            await self._page(scope, receive, send)
            return
        try:
            site = dict(scope["headers"]).get(b"sec-fetch-site", b"none")
            if scope["method"] not in {"GET", "HEAD"} or site not in {b"none", b"same-origin"}:
                raise ApiError(403, "foreign_origin", "Files are given to the chat page only.")
            file = await asyncio.to_thread(requested_file, self._engine, scope["path"])
        except FootnoteError as error:
            await refuse(as_api_error(error), send)
            return
        await _send(file, scope["method"] == "HEAD", send)


def requested_file(engine: "Footnote", path: str) -> File:
    """What a path names. Raises UnknownChat, NothingToExport, or ApiError for a path that names nothing."""
    named = _PATH.fullmatch(path)
    if not named:
        raise ApiError(404, "not_found", "There is no such file. Take the links of the chat page.")
    chats = Chats(engine.store)
    if named["form"] not in set(Format):
        raise ApiError(404, "not_found", f"There is no export as {named['form']}. Use one of: {', '.join(Format)}.")
    form, key = Format(named["form"]), int(named["key"])
    return message_file(chats.message(key), form) if named["what"] == "message" else chat_file(chats.get(key), form)


async def _send(file: File, head_only: bool, send: Any) -> None:
    headers = [
        (b"content-type", file.media_type.encode()),
        (b"content-length", str(len(file.body)).encode()),
        (b"content-disposition", f'attachment; filename="{file.name}"'.encode()),
        (b"x-content-type-options", b"nosniff"),
        (b"cache-control", b"no-store"),
    ]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    for start in range(0, 0 if head_only else len(file.body), PIECE):
        piece = file.body[start : start + PIECE]
        await send({"type": "http.response.body", "body": piece, "more_body": True})
    await send({"type": "http.response.body", "body": b"", "more_body": False})
