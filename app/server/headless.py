"""`footnote serve`: the interfaces for programs without the page."""

import contextlib
import sys
from collections.abc import AsyncIterator, MutableMapping
from typing import TYPE_CHECKING, Any

from app.people.users import Users
from app.server.application import Interfaces
from app.server.errors import error_body
from app.server.guard import LOCAL, Guard
from app.server.listen import address, is_free
from corpus.errors import DataProblem

if TYPE_CHECKING:
    from app.footnote import Footnote

CONNECTIONS = 256
WHERE = "Here is only the API: /api/docs describes it. For the chat page run: footnote chat"


def application(engine: "Footnote", host: str) -> Any:
    """The ASGI application that `serve` runs."""
    from starlette.applications import Starlette
    from starlette.middleware import Middleware

    interfaces = Interfaces(engine, host)

    @contextlib.asynccontextmanager
    async def lifespan(_: Any) -> AsyncIterator[None]:
        async with interfaces.lifespan():
            yield

    hosts = LOCAL if host in LOCAL else frozenset()
    middleware = [Middleware(Guard, hosts=hosts), Middleware(_beside, interfaces)]
    return Starlette(middleware=middleware, lifespan=lifespan)


class _beside:  # noqa: N801 - a middleware is made by calling it with the application behind it
    def __init__(self, app: Any, interfaces: Interfaces) -> None:
        self._other, self._serve = app, interfaces.before(_nothing)

    async def __call__(self, scope: MutableMapping[str, Any], receive: Any, send: Any) -> None:
        await (self._other if scope["type"] == "lifespan" else self._serve)(scope, receive, send)


async def _nothing(scope: MutableMapping[str, Any], receive: Any, send: Any) -> None:
    if scope["type"] == "websocket":
        await send({"type": "websocket.close"})
        return
    await send({"type": "http.response.start", "status": 404, "headers": [(b"content-type", b"application/json")]})
    await send({"type": "http.response.body", "body": error_body(404, "not_found", WHERE)})


def serve(engine: "Footnote", host: str, port: int) -> None:
    """Serve until interrupted. Raises DataProblem where it can't listen, or may not for want of a token."""
    import uvicorn

    if host not in LOCAL and engine.settings.api_key is None and not Users(engine.store).any():
        raise DataProblem(
            f"{host} can be reached from other machines, and there is no api_key and no user. Set FOOTNOTE_API_KEY (at least 8 "
            "characters), make a user and a token (footnote user add NAME, footnote user token NAME), or listen on 127.0.0.1."
        )
    if not is_free(host, port):
        raise DataProblem(f"Port {port} on {host} can't be listened on; it may be taken. Name another with --port.")
    engine.retriever()  # the model is loaded before the first request, and what is wrong with the index is told now
    print(f"Footnote serves programs at {address(host, port)} (Ctrl-C stops it)", file=sys.stderr, flush=True)
    uvicorn.run(
        application(engine, host), host=host, port=port, log_level="warning", server_header=False,
        limit_concurrency=CONNECTIONS, timeout_keep_alive=30, timeout_graceful_shutdown=5,
    )  # fmt: skip
