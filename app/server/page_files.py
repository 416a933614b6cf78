"""What the chat page alone is given beside itself: downloads, reports, pictures; the page's own guard stands before them."""

import asyncio
from collections.abc import Callable, Collection, MutableMapping
from typing import Any

from app.server.errors import ApiError, as_api_error, refuse
from corpus.errors import FootnoteError

PIECE = 1 << 16  # bytes sent at once
Scope = MutableMapping[str, Any]
Made = tuple[bytes, list[tuple[bytes, bytes]]]  # body and headers


class PageFiles:
    """An ASGI application in front of the page that serves the files under a prefix, made off the event loop."""

    def __init__(
        self, prefix: str, make: Callable[[Scope], Made], page: Any, refusal: str, methods: Collection[str] = ("GET",)
    ) -> None:
        """`make` raises FootnoteError for what can't be given; `refusal` is said to other sites and of other methods."""
        self._prefix, self._make, self._page = prefix, make, page
        self._refusal, self._methods = refusal, methods

    async def __call__(self, scope: Scope, receive: Any, send: Any) -> None:
        """Serve one request."""
        if scope["type"] != "http" or not scope["path"].startswith(self._prefix):
            await self._page(scope, receive, send)
            return
        try:
            site = dict(scope["headers"]).get(b"sec-fetch-site", b"none")
            if scope["method"] not in self._methods or site not in {b"none", b"same-origin"}:
                raise ApiError(403, "foreign_origin", self._refusal)
            body, headers = await asyncio.to_thread(self._make, scope)
        except FootnoteError as error:
            await refuse(as_api_error(error), send)
            return
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        for start in range(0, 0 if scope["method"] == "HEAD" else len(body), PIECE):
            await send({"type": "http.response.body", "body": body[start : start + PIECE], "more_body": True})
        await send({"type": "http.response.body", "body": b"", "more_body": False})
