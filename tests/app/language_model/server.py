"""A real HTTP server that speaks the protocol of OpenAI as it is told to: well, or badly on purpose."""

import contextlib
import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Turn = Callable[["Handler"], None]


def event(text: str | None = None, **more: Any) -> bytes:
    delta: dict[str, Any] = {"role": "assistant", "content": text, **more}
    chunk = {
        "id": "c", "object": "chat.completion.chunk", "created": 1, "model": "m",
        "choices": [{"index": 0, "delta": delta, "finish_reason": None}],
    }  # fmt: skip
    return b"data: " + json.dumps(chunk).encode() + b"\n\n"


DONE = b"data: [DONE]\n\n"


@dataclass
class Script:
    """What the server does with each request in turn; the last goes on for ever."""

    turns: list[Turn]
    requests: list[dict[str, Any]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    stopped: threading.Event = field(default_factory=threading.Event)
    gone: int = 0  # connections that the client left before the end
    url: str = ""


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    script: Script

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        self.script.requests.append(json.loads(body))
        self.script.headers.append({name.lower(): value for name, value in self.headers.items()})
        turn = self.script.turns[min(len(self.script.requests), len(self.script.turns)) - 1]
        self.close_connection = True
        try:
            turn(self)
        except OSError:
            self.script.gone += 1

    def reply(self, status: int, body: bytes, kind: str = "application/json", **headers: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def start(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream; charset=utf-8")
        self.end_headers()

    def put(self, *parts: bytes) -> None:
        for part in parts:
            self.wfile.write(part)
            self.wfile.flush()

    def log_message(self, *_: Any) -> None:
        """Nothing: the tests read what was asked in `script`."""


def says(*pieces: str, every_s: float = 0.0) -> Turn:
    """An answer as it should be."""

    def turn(handler: Handler) -> None:
        handler.start()
        for piece in pieces:
            handler.put(event(piece))
            if every_s:
                time.sleep(every_s)
        handler.put(DONE)

    return turn


def sends(*parts: bytes) -> Turn:
    """A stream of whatever bytes."""

    def turn(handler: Handler) -> None:
        handler.start()
        handler.put(*parts)

    return turn


def fails(status: int, said: str = "", kind: str = "application/json", **headers: str) -> Turn:
    body = said.encode() if kind != "application/json" else json.dumps({"error": {"message": said}}).encode()
    return lambda handler: handler.reply(status, body, kind, **headers)


def hangs(handler: Handler) -> None:
    """Takes the request and never answers."""
    handler.script.stopped.wait(60)


def trickles_headers(handler: Handler) -> None:
    """A byte of its headers now and then: each read of the client succeeds."""
    handler.put(b"HTTP/1.1 200 OK\r\nX-Long: ")
    while not handler.script.stopped.wait(0.1):
        handler.put(b"x")


def talks_for_ever(handler: Handler) -> None:
    handler.start()
    number = 0
    while not handler.script.stopped.wait(0.1):
        number += 1
        handler.put(event(f"{number} "))


def stalls(handler: Handler) -> None:
    """A few words, then nothing more."""
    handler.start()
    handler.put(event("Some words"))
    handler.script.stopped.wait(60)


def breaks_off(handler: Handler) -> None:
    """Closes in the middle, with less than it promised."""
    handler.send_response(200)
    handler.send_header("Content-Type", "text/event-stream")
    handler.send_header("Content-Length", "100000")
    handler.end_headers()
    handler.put(event("Some words"))


def hangs_up(handler: Handler) -> None:
    """Closes without a word."""
    handler.connection.shutdown(socket.SHUT_RDWR)


@contextlib.contextmanager
def serving(*turns: Turn) -> Iterator[Script]:
    """The server, for as long as it is needed."""
    script = Script(list(turns))

    class Bound(Handler):
        pass

    Bound.script = script
    server = ThreadingHTTPServer(("127.0.0.1", 0), Bound)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    script.url = f"http://127.0.0.1:{server.server_address[1]}/v1"
    try:
        yield script
    finally:
        script.stopped.set()
        server.shutdown()
        server.server_close()
