"""What stands before the chat page: where there are users, nobody passes without being signed in."""

import asyncio
from collections import OrderedDict
from collections.abc import MutableMapping
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, quote

from app.people.person import SOLE, Person, work_for
from app.people.sessions import Session, Sessions
from app.people.users import Users
from app.server.cookie import SessionCookie
from app.server.errors import ApiError, as_api_error, refuse
from app.server.guard import LOCAL
from app.server.sign_in import PASSWORD, SIGN_IN, SIGN_OUT, SignIn
from corpus.errors import DataProblem, FootnoteError

if TYPE_CHECKING:
    from app.footnote import Footnote

Scope = MutableMapping[str, Any]
STARTED = "/gradio_api/startup-events"  # the page's server asks itself at its start whether it is up
CALLER = "footnote.caller"  # in a request's scope: whom it is from
TABS = "footnote.tabs"
# Gradio's routes that the page has no use for, and that give files, runs or figures of all who are there.
CLOSED = (
    "/gradio_api/file=", "/gradio_api/file/", "/gradio_api/proxy=", "/gradio_api/stream/", "/gradio_api/runs",
    "/gradio_api/run-history", "/gradio_api/deep_link", "/gradio_api/dev/", "/gradio_api/vibe-", "/gradio_api/undo-vibe-",
    "/gradio_api/process_recording", "/gradio_api/component_server", "/monitoring",
)  # fmt: skip
STATIC = ("/assets/", "/static/", "/svelte/", "/theme.css", "/gradio_api/theme.css", "/favicon.ico")  # the same for all
NOBODY = "Nobody is signed in. Open the page in a browser and sign in; programs use /api, /v1 or /mcp with a token."


def require_users(engine: "Footnote", host: str) -> None:
    """Raise DataProblem where others than this machine could open the page, and nobody would have to sign in."""
    if host not in LOCAL and not Users(engine.store).any():
        raise DataProblem(
            f"{host} can be reached from other machines, and there is no user who could sign in. Make one with "
            "`footnote user add NAME`, or listen on 127.0.0.1."
        )


class Tabs:
    """Which person each open page of the chat belongs to, by the key that it made up for itself; the latest are kept."""

    MOST = 50_000

    def __init__(self) -> None:
        self._people: OrderedDict[str, int] = OrderedDict()

    def belongs(self, tab: str, person: Person) -> bool:
        """Whether an open page is this person's; the first who comes with it has it."""
        owner = self._people.setdefault(tab[:200], person.id)
        self._people.move_to_end(tab[:200])
        while len(self._people) > self.MOST:
            self._people.popitem(last=False)
        return owner == person.id


class Gate:
    """An ASGI application that lets people through to the page, each as who they are."""

    def __init__(self, engine: "Footnote", page: Any, *, networked: bool) -> None:
        """`engine`: the whole one; `networked`: others than this machine can reach the server, so that people sign in."""
        self._page, self._networked, self._store = page, networked, engine.store
        self._users, self._sessions = Users(engine.store), Sessions(engine.store, engine.settings.session_hours)
        self.cookie, self._tabs = SessionCookie(engine.settings, engine.store.corpus()), Tabs()
        self._sign_in = SignIn(engine, self._users, self._sessions, self.cookie)

    async def __call__(self, scope: Scope, receive: Any, send: Any) -> None:
        """Serve one request."""
        if scope["type"] == "lifespan" or (scope["type"] == "http" and scope["path"] == STARTED):
            await self._page(scope, receive, send)
            return
        headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
        # Elsewhere, since the end of a session may be put off, which waits for others who write.
        try:
            session, sole = await asyncio.to_thread(self._who, scope["path"], headers)
        except FootnoteError as error:
            if scope["type"] != "http":
                await send({"type": "websocket.close"})
                return
            await refuse(as_api_error(error), send)
            return
        person = SOLE if sole else session.person if session else None
        if scope["type"] != "http":
            if person is None:
                await send({"type": "websocket.close"})
                return
        elif scope["path"] in (SIGN_IN, SIGN_OUT, PASSWORD):
            await self._sign_in(scope, receive, send, headers, session, open_to_all=sole)
            return
        elif person is None:
            await _turned_away(scope, send, headers)
            return
        elif not sole and not self._may(scope, person):
            await refuse(ApiError(403, "not_yours", "This is of another person's page. Reload yours."), send)
            return
        if person is None:
            raise RuntimeError("a request went past the gate")
        scope[CALLER], scope[TABS] = person, self._tabs
        with work_for(person):
            await self._page(scope, receive, self._sending(scope, send, headers, session, sole))

    def _who(self, path: str, headers: dict[str, str]) -> tuple[Session | None, bool]:
        """The session of a request; and whether there is none to be had, since everything is one person's."""
        if not path.startswith(STATIC):
            self._store.follow()  # what another server answered last is seen by the next request that comes here
        if not self._users.any():
            return None, not self._networked
        return self._sessions.find(self.cookie.read(headers)), False

    def _may(self, scope: Scope, person: Person) -> bool:
        path = scope["path"]
        if path.startswith(CLOSED):
            return False
        tabs = parse_qs(scope.get("query_string", b"").decode("latin-1")).get("session_hash", [])
        if path.startswith("/gradio_api/heartbeat/"):
            tabs.append(path.removeprefix("/gradio_api/heartbeat/"))
        return all(self._tabs.belongs(tab, person) for tab in tabs)

    def _sending(self, scope: Scope, send: Any, headers: dict[str, str], session: Session | None, sole: bool) -> Any:
        async def sending(message: MutableMapping[str, Any]) -> None:
            if message["type"] == "http.response.start" and not sole:
                if not scope["path"].startswith(STATIC):
                    kept = [(name, value) for name, value in message["headers"] if name.lower() != b"cache-control"]
                    message["headers"] = [*kept, (b"cache-control", b"no-store")]
                if session and session.renewed:
                    secret = self.cookie.read(headers)
                    value = self.cookie.written(secret, session.expires, scope["scheme"], headers)
                    message["headers"] = [*message["headers"], (b"set-cookie", value.encode())]
            await send(message)

        return sending


async def _turned_away(scope: Scope, send: Any, headers: dict[str, str]) -> None:
    """To the page where one signs in, where it is a person who opens a page."""
    if scope["method"] in ("GET", "HEAD") and "text/html" in headers.get("accept", "text/html"):
        wanted = scope["path"] + (f"?{query}" if (query := scope["query_string"].decode("latin-1")) else "")
        where = SIGN_IN if wanted == "/" else f"{SIGN_IN}?next={quote(wanted, safe='/')}"
        where_to = [(b"location", where.encode()), (b"cache-control", b"no-store")]
        await send({"type": "http.response.start", "status": 303, "headers": where_to})
        await send({"type": "http.response.body", "body": b""})
        return
    await refuse(ApiError(401, "not_signed_in", NOBODY), send)
