"""What went wrong with a language model, in words that say what to do, and whether another try can help."""

import json
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.language_model.address import Address, masked
from app.language_model.call import Clock, TooLate
from corpus.readers.clean import one_line

MOST_SAID = 200  # characters of a server's own words that are shown
LONGEST_WAIT_S = 3600.0


@dataclass(frozen=True, slots=True)
class Problem:
    """A failed attempt."""

    message: str  # without the end point at which the attempt was made
    helps: bool = False  # whether another try can help
    wait_s: float | None = None  # that the server asks for before it


class UnexpectedReply(Exception):  # not shown to a person: `explain` says it in words
    """A reply that is no stream of tokens: HTML, JSON, a redirect."""

    def __init__(self, kind: str, body: str) -> None:
        super().__init__(kind)
        self.kind, self.body = kind, body


def explain(error: BaseException, address: Address, model: str, clock: Clock, *, begun: bool) -> Problem | None:
    """The problem behind an error of a call; None where it is none of a server's: a defect, to be raised as it is."""
    import httpx
    import openai

    here = f"The language model at {masked(address.url)}"
    if isinstance(error, TooLate):
        return Problem(_late(here, clock, begun=begun))
    if isinstance(error, openai.APIStatusError):
        return _status(error, here, address, model)
    cause = error
    while isinstance(cause, openai.APIConnectionError) and cause.__cause__ is not None:
        cause = cause.__cause__
    if isinstance(cause, UnexpectedReply):
        return _unexpected(cause, here, address)
    if isinstance(cause, openai.APIError) and not isinstance(cause, openai.APIConnectionError):
        said = _said(cause.body, address) or _cut(cause.message, address)
        return Problem(f"{here} reported an error: {said}", helps=True)
    if isinstance(cause, httpx.ConnectError | httpx.ConnectTimeout):
        return _unreached(cause, here)
    if isinstance(cause, httpx.TimeoutException | openai.APITimeoutError):
        return Problem(_late(here, clock, begun=begun))
    if isinstance(cause, httpx.HTTPError | openai.APIConnectionError):
        when = "in the middle of its answer" if begun else "without an answer"
        return Problem(f"{here} closed the connection {when}. Its log should say why.", helps=True)
    # What LlamaIndex and the client raise at a chunk that isn't what the protocol says.
    if isinstance(cause, ValueError | AttributeError | TypeError | KeyError | IndexError | UnicodeError):
        return Problem(
            f"{here} sent what is no chat completion. Check that llm_url is the address of an OpenAI-compatible API.",
            helps=True,
        )
    return None


def _late(here: str, clock: Clock, *, begun: bool) -> str:
    if clock.over and clock.whole_s > clock.first_token_s:
        return f"{here} didn't finish within {clock.whole_s:g} s. Raise llm_timeout_s, or lower llm_answer_tokens."
    if begun:
        return f"{here} stopped in the middle for {clock.first_token_s:g} s. Its log should say why."
    return (
        f"{here} didn't answer within {clock.first_token_s:g} s. Check that it isn't busy or still loading, or raise "
        "llm_first_token_s."
    )


def _status(error: Any, here: str, address: Address, model: str) -> Problem:
    status = error.status_code
    said = _said(error.body, address)
    quoted = f" It says: {said}" if said else ""
    if status == 401:
        return Problem(f"{here} refused the key (401). Check llm_key.")
    if status == 403:
        return Problem(f"{here} doesn't allow this (403). Check llm_key and what it may use.{quoted}")
    if status == 404:
        return Problem(
            f"{here} has no model {model!r}, or nothing at that address (404). Check llm_model and llm_url.{quoted}"
        )
    if status in {301, 302, 303, 307, 308}:
        to = masked(error.response.headers.get("location", "")) or "elsewhere"
        return Problem(f"{here} has moved to {_cut(to, address)} ({status}). Set llm_url to its address.")
    if status == 429:
        wait = _retry_after(error.response.headers)
        if _code(error.body) == "insufficient_quota":
            return Problem(f"{here} says that the account has no quota left (429). Check its plan.{quoted}")
        asks = f" and asks to wait {wait:g} s" if wait else ""
        return Problem(f"{here} has too many requests (429){asks}. Ask again later.", helps=True, wait_s=wait)
    if status in {400, 413, 422} and any(word in said.lower() for word in ("context", "too long", "maximum length")):
        return Problem(
            f"{here} can't read a prompt of that length ({status}). Set llm_context_tokens to what it can read.{quoted}"
        )
    if status >= 500 or status in {408, 409, 425}:
        wait = _retry_after(error.response.headers)
        return Problem(f"{here} failed ({status}). Its log should say why.{quoted}", helps=True, wait_s=wait)
    return Problem(f"{here} refused the request ({status}).{quoted}")


def _unreached(error: Exception, here: str) -> Problem:
    cause: BaseException | None = error
    while cause is not None and not isinstance(cause, ssl.SSLError):
        cause = cause.__cause__ or cause.__context__
    if cause is not None:
        return Problem(f"{here} has no certificate that this machine trusts. Check llm_url (http or https?).")
    return Problem(f"{here} can't be reached. Check that it is running, and llm_url.", helps=True)


def _unexpected(reply: UnexpectedReply, here: str, address: Address) -> Problem:
    try:
        body = json.loads(reply.body)
    except ValueError:
        body = None
    said = _said(body, address)
    if said:
        return Problem(f"{here} reported an error: {said}", helps=True)
    kind = _cut(reply.kind, address) or "something without a type"
    return Problem(
        f"{here} answered with {kind}, not with a chat completion. Check llm_url: it often ends in /v1, as in "
        "http://127.0.0.1:8000/v1."
    )


def _said(body: Any, address: Address) -> str:
    """The server's own words for an error, in whichever of the usual places they stand."""
    if isinstance(body, Mapping) and isinstance(body.get("error"), Mapping | str):
        body = body["error"]
    if isinstance(body, Mapping):
        body = next((body[name] for name in ("message", "detail") if isinstance(body.get(name), str)), "")
    return _cut(body, address) if isinstance(body, str) and "<html" not in body.lower() else ""


def _code(body: Any) -> str:
    return str(body.get("code", "")) if isinstance(body, Mapping) else ""


def _cut(text: str, address: Address) -> str:
    line = " ".join(one_line(address.scrub(text)).split())
    return line if len(line) <= MOST_SAID else line[: MOST_SAID - 1] + "…"


def _retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds, where the header gives them; a date is passed over."""
    try:
        seconds = float(headers.get("retry-after", ""))
    except ValueError:
        return None
    return min(seconds, LONGEST_WAIT_S) if seconds >= 0 else None
