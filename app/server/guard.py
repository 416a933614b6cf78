"""Who may talk to the server at all: its own page, and programs; no other site that is open in the same browser."""

from collections.abc import MutableMapping
from typing import Any
from urllib.parse import urlsplit

from app.server.errors import error_body, is_for_programs

LOCAL = frozenset({"127.0.0.1", "localhost", "::1"})
# Nothing is loaded from, or sent to, anywhere but this server, whatever a document may contain.
POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval' blob:; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; worker-src 'self' blob:; "
    "object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'"
)

# The page names its address to itself alone: without it a browser sends a form of its own as if it came from elsewhere.
HEADERS = (
    (b"content-security-policy", POLICY.encode()),
    (b"referrer-policy", b"same-origin"),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
)


class Guard:
    """Lets in only requests from the page itself, and keeps the page from loading anything foreign.

    Another site that is open in the same browser can reach a server on this machine: by a request of its own, which
    names it as the origin, or under a name of its own that it points here (DNS rebinding), which stands in Host.
    """

    def __init__(self, app: Any, hosts: frozenset[str] = frozenset()) -> None:
        """`hosts`: the names that the server goes by; any, where it is empty."""
        self.app, self.hosts = app, hosts

    async def __call__(self, scope: MutableMapping[str, Any], receive: Any, send: Any) -> None:
        """Serve one request (ASGI)."""
        if scope["type"] == "http" and not self._admits(dict(scope["headers"])):
            kind, said = _refusal(str(scope.get("path", "")))
            await send({"type": "http.response.start", "status": 403, "headers": [(b"content-type", kind)]})
            await send({"type": "http.response.body", "body": said})
            return

        async def sending(message: MutableMapping[str, Any]) -> None:
            if message["type"] == "http.response.start":
                there = {name.lower() for name, _ in message["headers"]}
                added = [(name, value) for name, value in HEADERS if name not in there]
                message["headers"] = [*message["headers"], *added]
            await send(message)

        await self.app(scope, receive, sending)

    def _admits(self, headers: dict[bytes, bytes]) -> bool:
        host = headers.get(b"host", b"").decode("latin-1").lower()
        if self.hosts and urlsplit(f"//{host}").hostname not in self.hosts:
            return False
        origin = headers.get(b"origin", b"").decode("latin-1").lower()
        return not origin or urlsplit(origin).netloc == host


def _refusal(path: str) -> tuple[bytes, bytes]:
    """The type and the body of a refusal: an object for programs, a line for a person."""
    if is_for_programs(path):
        said = "Footnote answers to programs and to its own page, not to other sites. Send no Origin, and the server's name as Host."
        return b"application/json", error_body(403, "foreign_origin", said)
    return b"text/plain", b"Footnote answers only to its own page.\n"
