"""The chat page's reports: `/report/ID` is a kept exchange with its evidence, as a file to download."""

import asyncio
from collections.abc import MutableMapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from app.chats import Chats
from app.evidence_report import make_report, report_json
from app.server.access import refuse
from app.server.errors import ApiError, as_api_error
from corpus.errors import FootnoteError

if TYPE_CHECKING:
    from app.footnote import Footnote

PREFIX = "/report/"


class Reports:
    """An ASGI application in front of the page that serves its reports; the page's own guard stands before both."""

    def __init__(self, engine: "Footnote", page: Any) -> None:
        self._engine, self._page = engine, page

    async def __call__(self, scope: MutableMapping[str, Any], receive: Any, send: Any) -> None:
        """Serve one request."""
        if scope["type"] != "http" or not scope["path"].startswith(PREFIX):
            await self._page(scope, receive, send)
            return
        try:
            site = dict(scope["headers"]).get(b"sec-fetch-site", b"none")
            if scope["method"] != "GET" or site not in {b"none", b"same-origin"}:
                raise ApiError(403, "foreign_origin", "Reports are given to the chat page only.")
            body = await asyncio.to_thread(message_report, self._engine, scope["path"].removeprefix(PREFIX))
        except FootnoteError as error:
            await refuse(as_api_error(error), send)
            return
        name = scope["path"].removeprefix(PREFIX)
        headers = [
            (b"content-type", b"application/json"),
            (b"content-disposition", f'attachment; filename="footnote-report-{name}.json"'.encode()),
            (b"cache-control", b"no-store"),
        ]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": body})


def message_report(engine: "Footnote", key: str) -> bytes:
    """The report of a kept exchange, by its id. Raises UnknownChat, or ApiError for what is no id."""
    if not (key.isascii() and key.isdigit() and len(key) < 19):
        raise ApiError(404, "not_found", "A report is named by the number of its answer.")
    chats = Chats(engine.store)
    message = chats.message(int(key))
    chat = chats.get(message.chat_id)
    before = replace(chat, messages=tuple(one for one in chat.messages if one.id < message.id))
    asked = None
    if message.asked is not None:
        asked = {record.id for record in engine.documents() if record.name in message.asked}
    return report_json(make_report(engine, message.answer, before.history, asked))
