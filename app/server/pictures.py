"""Pictures of pages for the source panel: `/picture/DOCUMENT/PAGE.png?width=` draws a page of a PDF, off the event loop."""

import asyncio
import re
from collections.abc import MutableMapping
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

from app.reading.pictures import WIDTHS, Pictures
from app.server.access import refuse
from app.server.errors import ApiError, as_api_error
from corpus.errors import FootnoteError

if TYPE_CHECKING:
    from app.footnote import Footnote

PREFIX = "/picture/"
_PLACE = re.compile(r"(\d{1,18})/(\d{1,7})\.png")


class PagePictures:
    """An ASGI application in front of the page that serves pictures; the page's own guard stands before both."""

    def __init__(self, engine: "Footnote", page: Any) -> None:
        self._engine, self._page, self._pictures = engine, page, Pictures()

    async def __call__(self, scope: MutableMapping[str, Any], receive: Any, send: Any) -> None:
        """Serve one request."""
        if scope["type"] != "http" or not scope["path"].startswith(PREFIX):
            await self._page(scope, receive, send)
            return
        try:
            site = dict(scope["headers"]).get(b"sec-fetch-site", b"none")
            if scope["method"] != "GET" or site not in {b"none", b"same-origin"}:
                raise ApiError(403, "foreign_origin", "Pictures of pages are given to the chat page only.")
            document, page, width = place_of(
                scope["path"].removeprefix(PREFIX), scope["query_string"].decode("latin-1")
            )
            body = await asyncio.to_thread(self._drawn, document, page, width)
        except FootnoteError as error:
            await refuse(as_api_error(error), send)
            return
        # The address carries a stamp of the file, so that what a browser has kept stays right.
        headers = [(b"content-type", b"image/png"), (b"cache-control", b"private, max-age=86400, immutable")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    def _drawn(self, document: int, page: int, width: int) -> bytes:
        record = self._engine.store.document(document)
        self._engine.store.page(record.id, page)  # raises where there is none
        return self._pictures.picture(self._engine.store.source_file(record.id), page, width, record.media_type)


def place_of(path: str, query: str) -> tuple[int, int, int]:
    """Document, page from 0 and width of an address: "4/17.png", "width=1100". Raises ApiError."""
    match = _PLACE.fullmatch(path)
    width = parse_qs(query).get("width", [str(WIDTHS[1])])[0]
    if match is None or int(match[2]) < 1 or not (width.isascii() and width.isdigit() and len(width) < 6):
        raise ApiError(404, "not_found", "A picture is named by a document's number, a page from 1 and a width.")
    return int(match[1]), int(match[2]) - 1, int(width)
