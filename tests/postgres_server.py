"""A real PostgreSQL server with a folder of its own, which can be killed and started again over the same data."""

import contextlib
import os
import signal
import subprocess
import time
from pathlib import Path
from typing import Any

import pgserver
from pg8000.native import Connection
from pgserver.utils import ensure_prefix_permissions

from index.postgres.address import read_address
from tests.processes import alive

START_SECONDS = 60.0


class PostgresServer:
    """One server on a Unix socket; `make` gives the address of a new, empty database."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._server: Any = pgserver.get_server(folder)
        self._made = 0

    def make(self) -> str:
        """A new database."""
        self._made += 1
        name = f"corpus{self._made}"
        self.run(f"CREATE DATABASE {name}")
        return self.uri(name)

    def uri(self, database: str = "postgres", user: str = "postgres") -> str:
        """The address of a database."""
        host = self._server.get_uri().partition("host=")[2]
        return f"postgresql://{user}@/{database}?host={host}"

    def run(self, *statements: str, database: str = "postgres") -> list[list[Any]]:
        """Run statements as the server's owner; gives the rows of the last."""
        address = read_address(self.uri(database))
        connection = Connection(
            address.user,
            database=address.database,
            unix_sock=f"{address.host}/.s.PGSQL.{address.port}",
            ssl_context=False,
        )
        try:
            rows: list[list[Any]] = []
            for statement in statements:
                rows = connection.run(statement) or []
            return rows
        finally:
            connection.close()

    def kill(self) -> None:
        """End it at once, as a power cut would, with every process that serves a connection."""
        first = int((self.folder / "postmaster.pid").read_text().splitlines()[0])
        rest = subprocess.run(["pgrep", "-P", str(first)], capture_output=True, text=True, check=False).stdout.split()
        for process in (first, *map(int, rest)):
            with contextlib.suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)
        end = time.monotonic() + START_SECONDS
        while alive(first):
            assert time.monotonic() < end, "the server wasn't gone"
            time.sleep(0.05)

    def start(self) -> None:
        """Start it again over its data."""
        # They name a process that is gone, though perhaps nobody has asked for its end yet.
        for left in (self.folder / "postmaster.pid", *self.folder.glob(".s.PGSQL.*")):
            left.unlink(missing_ok=True)
        end = time.monotonic() + START_SECONDS
        while True:
            if os.geteuid() == 0:  # the server runs as another user then, and another pytest takes the way to it back
                ensure_prefix_permissions(self.folder)
            try:
                self._server.ensure_postgres_running()
            except (
                subprocess.SubprocessError,
                AssertionError,
            ):  # pgserver waits ten seconds, less than recovery may take
                if time.monotonic() > end:
                    raise
                time.sleep(0.5)
            else:
                return

    def stop(self) -> None:
        """End it, and have its folder for others."""
        self._server.cleanup()
