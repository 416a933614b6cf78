"""The HTTP client that a language model is called by: who gets the key, what a reply must look like."""

import functools
import ssl

import httpx

from app.language_model.address import Address
from app.language_model.problems import UnexpectedReply

# What the client library would tell a server about this machine, or take from variables meant for another service.
TELLTALE = ("x-stainless-", "openai-")
MOST_READ = 4096  # bytes of a reply that is no stream


def client(address: Address, timeout_s: float) -> httpx.AsyncClient:
    """A client for one call. It follows no redirects: the documents' text goes to the address that was set, or nowhere.

    The key stands in the request alone, neither in the client nor in anything of the libraries above it.
    """

    async def sign(request: httpx.Request) -> None:
        request.headers.pop("authorization", None)
        for name in [name for name in request.headers if name.startswith(TELLTALE)]:
            del request.headers[name]
        if address.key:
            request.headers["authorization"] = f"Bearer {address.key.get_secret_value()}"

    async def check(response: httpx.Response) -> None:
        if not response.is_success:
            return  # the client library reads it
        kind = response.headers.get("content-type", "").split(";")[0].strip().lower()
        streams = b'"stream":true' in response.request.content.replace(b" ", b"")
        if kind != ("text/event-stream" if streams else "application/json"):
            raise UnexpectedReply(kind, await _beginning(response))

    return httpx.AsyncClient(
        base_url=address.url,
        timeout=httpx.Timeout(timeout_s, connect=min(10.0, timeout_s)),
        follow_redirects=False,
        trust_env=not address.local,
        verify=_trusted() if address.url.startswith("https") else False,
        event_hooks={"request": [sign], "response": [check]},
    )


async def _beginning(response: httpx.Response) -> str:
    read = b""
    async for part in response.aiter_bytes():
        read += part
        if len(read) >= MOST_READ:
            break
    return read.decode("utf-8", "replace")


@functools.cache
def _trusted() -> ssl.SSLContext:
    return httpx.create_ssl_context()
