"""Signing in and out, and changing one's password: plain forms, without a script."""

import asyncio
import secrets
from collections.abc import Mapping, MutableMapping
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

from starlette.requests import HTTPConnection

from app.page import sign_in_html as pages
from app.page.language import language_of, words_in
from app.page.words import say
from app.people.attempts import Attempts
from app.people.passwords import warm_up
from app.people.sessions import Session, Sessions
from app.people.users import Users
from app.server.cookie import SessionCookie
from corpus.errors import FootnoteError

if TYPE_CHECKING:
    from app.footnote import Footnote

SIGN_IN, SIGN_OUT, PASSWORD = "/sign-in", "/sign-out", "/password"
MOST_BYTES = 32_000  # of a form: three passwords of the longest, in the characters that take the most
FORM_SECONDS = 30
FORM = "application/x-www-form-urlencoded"
Scope = MutableMapping[str, Any]
Header = tuple[bytes, bytes]


class SignIn:
    """Serves the forms. Who guesses names and passwords is slowed down, and told for how long."""

    def __init__(self, engine: "Footnote", users: Users, sessions: Sessions, cookie: SessionCookie) -> None:
        self._users, self._sessions, self._cookie = users, sessions, cookie
        self._proxied, self._life = engine.settings.behind_proxy, timedelta(hours=engine.settings.session_hours)
        self._attempts, self._language = Attempts(), engine.settings.language
        if users.any():
            warm_up()

    async def __call__(
        self,
        scope: Scope,
        receive: Any,
        send: Any,
        headers: Mapping[str, str],
        session: Session | None,
        *,
        open_to_all: bool,
    ) -> None:
        """Serve one request; `open_to_all`: there are no users, and nobody needs to sign in."""
        with words_in(language_of(HTTPConnection(scope), self._language)):
            await self._serve(scope, receive, send, headers, session, open_to_all)

    async def _serve(
        self,
        scope: Scope,
        receive: Any,
        send: Any,
        headers: Mapping[str, str],
        session: Session | None,
        open_to_all: bool,
    ) -> None:
        path, method = scope["path"], scope["method"]
        query = parse_qs(scope["query_string"].decode("latin-1"))
        wanted = local_path(query.get("next", [""])[0])
        if open_to_all:
            await _go(send, wanted)
        elif method == "POST":
            await self._taken(scope, receive, send, headers, session)
        elif method not in ("GET", "HEAD"):
            await _show(send, 405, pages.message_html(say("people.not_possible")), (b"allow", b"GET, POST"))
        elif path == SIGN_IN:
            if session:
                await _go(send, wanted)
            elif not await asyncio.to_thread(self._users.any):
                await _show(send, 503, pages.message_html(say("people.no_users")))
            else:
                await _show(send, 200, pages.sign_in_html(wanted))
        elif session is None:
            await _go(send, SIGN_IN)
        elif path == SIGN_OUT:
            await _show(send, 200, pages.sign_out_html(session.person.name))
        else:
            await _show(send, 200, pages.password_html(session.person.name))

    async def _taken(
        self, scope: Scope, receive: Any, send: Any, headers: Mapping[str, str], session: Session | None
    ) -> None:
        """A form that was sent."""
        if not _is_own(headers):
            await _show(send, 403, pages.message_html(say("people.foreign")))
            return
        if headers.get("content-type", FORM).partition(";")[0].strip().lower() != FORM:
            await _show(send, 415, pages.message_html(say("people.not_a_form")))
            return
        form = await _form(receive)
        if form is None:
            await _show(send, 413, pages.message_html(say("people.too_large")))
        elif scope["path"] == SIGN_IN:
            await self._signed_in(scope, send, headers, form)
        elif session is None:
            await _go(send, SIGN_IN)
        elif scope["path"] == SIGN_OUT:
            await asyncio.to_thread(self._sessions.end, self._cookie.read(headers))
            gone = self._cookie.written("", datetime.now(UTC), scope["scheme"], headers)
            await _go(send, SIGN_IN, (b"set-cookie", gone.encode()))
        else:
            await self._changed(scope, send, headers, form, session)

    async def _signed_in(self, scope: Scope, send: Any, headers: Mapping[str, str], form: Mapping[str, str]) -> None:
        name, address, wanted = (
            form.get("name", "")[:200],
            self._address(scope, headers),
            local_path(form.get("next", "")),
        )
        if wait := self._attempts.begin(name, address):
            await _show(send, 429, pages.sign_in_html(wanted, name, pages.wait_text(wait)), _retry(wait))
            return
        person = await asyncio.to_thread(self._users.authenticate, name, form.get("password", ""))
        if person is None:
            await _show(send, 401, pages.sign_in_html(wanted, name, say("people.wrong")))
            return
        self._attempts.succeeded(name, address)
        if before := self._cookie.read(headers):
            await asyncio.to_thread(self._sessions.end, before)
        secret = await asyncio.to_thread(self._sessions.begin, person)
        held = self._cookie.written(secret, datetime.now(UTC) + self._life, scope["scheme"], headers)
        await _go(send, wanted, (b"set-cookie", held.encode()))

    async def _changed(
        self, scope: Scope, send: Any, headers: Mapping[str, str], form: Mapping[str, str], session: Session
    ) -> None:
        name, address = session.person.name, self._address(scope, headers)
        if wait := self._attempts.begin(name, address):
            await _show(send, 429, pages.password_html(name, pages.wait_text(wait)), _retry(wait))
            return
        given, new = form.get("password", ""), form.get("new", "")
        if await asyncio.to_thread(self._users.authenticate, name, given) is None:
            await _show(send, 401, pages.password_html(name, say("people.wrong_present")))
            return
        self._attempts.succeeded(name, address)
        if new != form.get("again", ""):
            await _show(send, 400, pages.password_html(name, say("people.unlike")))
            return
        try:
            await asyncio.to_thread(self._users.set_password, session.person.id, new, session.key)
        except FootnoteError as error:
            await _show(send, 400, pages.password_html(name, str(error)))
            return
        await _show(send, 200, pages.changed_html())

    def _address(self, scope: Scope, headers: Mapping[str, str]) -> str:
        """Whose attempt it is: of a proxy that is believed, the one that it saw itself, which is the last it names."""
        if self._proxied and (told := headers.get("x-forwarded-for", "").split(",")[-1].strip()):
            return told
        return str((scope.get("client") or ("",))[0])


def local_path(wanted: str) -> str:
    """A path of this server to go on to, "/" for anything else: nobody is sent elsewhere from here."""
    try:
        parts = urlsplit(wanted)
    except ValueError:
        return "/"
    plain = wanted.isascii() and wanted.isprintable() and "\\" not in wanted and " " not in wanted
    if not plain or parts.scheme or parts.netloc or not wanted.startswith("/") or wanted.startswith("//"):
        return "/"
    return "/" if parts.path in (SIGN_IN, SIGN_OUT) else wanted


def _is_own(headers: Mapping[str, str]) -> bool:
    """Whether a form was sent from a page of ours. A browser says so in one of two headers; what says neither is none."""
    origin = headers.get("origin", "").lower()
    if origin:
        return urlsplit(origin).netloc == headers.get("host", "").lower()
    return headers.get("sec-fetch-site", "") == "same-origin"


async def _form(receive: Any) -> dict[str, str] | None:
    """The fields of a form, None where it is too large or doesn't come."""
    body, more = bytearray(), True
    try:
        async with asyncio.timeout(FORM_SECONDS):
            while more:
                message = await receive()
                body += message.get("body", b"")
                more = message["type"] == "http.request" and message.get("more_body", False)
                if len(body) > MOST_BYTES:
                    return None
        fields = parse_qs(body.decode("ascii", "replace"), keep_blank_values=True, max_num_fields=10)
    except (TimeoutError, ValueError):
        return None
    return {name: values[0] for name, values in fields.items()}


def _retry(seconds: int) -> Header:
    return b"retry-after", str(seconds).encode()


async def _go(send: Any, where: str, *more: Header) -> None:
    headers = [(b"location", where.encode()), (b"cache-control", b"no-store"), (b"content-length", b"0"), *more]
    await send({"type": "http.response.start", "status": 303, "headers": headers})
    await send({"type": "http.response.body", "body": b""})


async def _show(send: Any, status: int, page: str, *more: Header) -> None:
    nonce = secrets.token_urlsafe(16)
    body = page.replace(pages.NONCE, nonce).encode()
    policy = (
        f"default-src 'none'; style-src 'nonce-{nonce}'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    )
    headers = [
        (b"content-type", b"text/html; charset=utf-8"),
        (b"content-length", str(len(body)).encode()),
        (b"cache-control", b"no-store"),
        (b"content-security-policy", policy.encode()),
        *more,
    ]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
