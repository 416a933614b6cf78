"""What stands before the APIs: the token, requests that another site caused, and bodies that are too large."""

import asyncio
import contextlib
import hashlib
import hmac
from collections.abc import MutableMapping
from typing import TYPE_CHECKING, Any

from app.people.person import PROGRAM, SOLE, Person, work_for
from app.people.tokens import Tokens
from app.people.users import Users
from app.server.errors import ApiError, as_api_error, refuse
from app.settings import Settings
from corpus.errors import FootnoteError

if TYPE_CHECKING:
    from index.store import Store

MOST_BYTES = 1_000_000  # of a request's JSON
BODY_SECONDS = 30  # in which a request's JSON must have come
UPLOAD = "/api/documents"
OPEN = frozenset({"/api/health", "/api/docs", "/api/openapi.json"})  # tell nothing of the documents
NO_KEY = (
    "Programs get nothing from this server: others than this machine can reach it, and it has no api_key. Set "
    "FOOTNOTE_API_KEY (at least 8 characters), or make a token with `footnote user token NAME`, and send it as: "
    "Authorization: Bearer KEY"
)
WRONG_KEY = (
    "The request has no valid token. Send the server's api_key, or what `footnote user token NAME` made, as: "
    "Authorization: Bearer KEY"
)
Scope = MutableMapping[str, Any]


class Access:
    """An ASGI application that lets through to another what may come in."""

    def __init__(self, app: Any, settings: Settings, store: "Store", *, networked: bool) -> None:
        """`networked`: others than this machine can reach the server, so that a token is needed.

        It is needed in any case where there are users; it is one of theirs then, or the server's own.
        """
        self.app, self.networked, self._store = app, networked, store
        self._users, self._tokens = Users(store), Tokens(store)
        # A digest, so that the comparison takes the same time whatever the lengths.
        self._key = _digest(settings.api_key.get_secret_value()) if settings.api_key else None
        self._most_upload = settings.max_file_mb << 20

    async def __call__(self, scope: Scope, receive: Any, send: Any) -> None:
        """Serve one request."""
        headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
        try:
            if self._store.shared:
                await asyncio.to_thread(self._store.follow)
            person = self._admitted(scope["path"], headers)
            upload = scope["path"] == UPLOAD and scope["method"] == "POST"
            most = self._most_upload if upload else MOST_BYTES
            length = headers.get("content-length", "")
            if length.isdigit() and (len(length) > 15 or int(length) > most):
                raise _too_large(most)
            # A file is counted while it is written; what is parsed is taken whole before that.
            received = receive if upload else await _whole(receive, most)
        except FootnoteError as error:
            await refuse(as_api_error(error), send)
            return
        with work_for(person) if person else contextlib.nullcontext():
            await self.app(scope, received, send)

    def _admitted(self, path: str, headers: dict[str, str]) -> Person | None:
        """Whose request it is; None for what is open to all. Raises ApiError for a request that gets nothing."""
        # Older browsers send no such header; the guard tells by Origin and Host.
        if headers.get("sec-fetch-site", "none") not in {"none", "same-origin"}:
            raise ApiError(403, "foreign_origin", "Another site sent this request. Footnote answers to programs only.")
        if path in OPEN:
            return None
        needed = self._users.any()
        if self._key is None and not needed:
            if self.networked:
                raise ApiError(401, "no_api_key", NO_KEY)
            return SOLE
        kind, _, given = headers.get("authorization", "").partition(" ")
        if kind.lower() == "bearer" and (given := given.strip()):
            if self._key is not None and hmac.compare_digest(_digest(given), self._key):
                return PROGRAM if needed else SOLE
            if person := self._tokens.find(given):
                return person
        raise ApiError(401, "invalid_api_key", WRONG_KEY)


def _digest(key: str) -> bytes:
    return hashlib.sha256(key.encode("utf-8", "surrogateescape")).digest()


def _too_large(most: int) -> ApiError:
    return ApiError(413, "too_large", f"The request is larger than {most:,} bytes. Send less, or a file in parts.")


async def _whole(receive: Any, most: int) -> Any:
    """A `receive` that gives the body at once. Raises ApiError where it is too large or comes too slowly."""
    body, more = bytearray(), True
    try:
        async with asyncio.timeout(BODY_SECONDS):
            while more:
                message = await receive()
                if message["type"] == "http.disconnect":
                    raise ApiError(400, "disconnected", "The connection was closed before the request was complete.")
                body += message.get("body", b"")
                more = message.get("more_body", False)
                if len(body) > most:
                    raise _too_large(most)
    except TimeoutError as error:
        raise ApiError(408, "slow_request", f"The request didn't come within {BODY_SECONDS} s.") from error
    given = False

    async def again() -> Any:
        nonlocal given
        if given:
            return await receive()  # a client that goes away
        given = True
        return {"type": "http.request", "body": bytes(body), "more_body": False}

    return again
