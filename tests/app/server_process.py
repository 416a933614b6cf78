"""A real server process over a data directory, for tests that drive it with real clients."""

import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from tests.started import Started

START_SECONDS = 180


@dataclass(frozen=True)
class Server:
    """A running server: its address, its process and the file that its output goes to."""

    address: str
    process: Started
    log: Path

    def stop(self) -> int:
        """Interrupt it as Ctrl-C does; gives its exit status."""
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(30)


@contextmanager
def running(command: str, home: Path, *options: str, **environment: str) -> Iterator[Server]:
    """`footnote serve` or `footnote chat` on a free port, up."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    home.mkdir(parents=True, exist_ok=True)
    log = home / f"{command}-{port}.log"
    arguments = (command, "--home", str(home), "--port", str(port), *options)
    process = Started(*arguments, output=log, errors=log, environment=environment)
    server = Server(f"http://127.0.0.1:{port}", process, log)
    try:
        _wait(server)
        yield server
    finally:
        if process.poll() is None:
            process.terminate()
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def client(server: Server, key: str | None = None) -> httpx.Client:
    """An HTTP client that goes through no proxy."""
    headers = {"authorization": f"Bearer {key}"} if key else {}
    return httpx.Client(base_url=server.address, headers=headers, trust_env=False, timeout=120)


def _wait(server: Server) -> None:
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until and server.process.poll() is None:
        try:
            with client(server) as asking:
                if asking.get("/api/health").status_code == 200:
                    return
        except httpx.TransportError:
            time.sleep(0.2)
    raise AssertionError(f"the server didn't come up: {server.log.read_text(encoding='utf-8')[-2000:]}")
