"""One connection to a PostgreSQL server: transactions within time limits, and what goes wrong told in words.

Not for several threads at once.
"""

import contextlib
import json
import socket
import struct
from collections.abc import Iterator, Sequence
from typing import Any

from pydantic import SecretStr

from corpus.errors import Busy, DataProblem, SharedProblem
from index.postgres.address import Address

try:
    from pg8000.exceptions import DatabaseError, Error
    from pg8000.native import Connection
except ModuleNotFoundError as error:
    raise SharedProblem(
        f"postgres_uri needs the package {error.name}, which isn't installed: pip install 'footnote[postgres]'"
    ) from error

CONNECT_SECONDS = 5.0
IDLE_SECONDS = (
    300  # that a transaction may do nothing before the server ends it: a process that hangs holds nobody up for good
)
GRACE = 15.0  # seconds beyond a lock's wait in which an answer must come
LOT = 1 << 22  # characters that are sent at once
# What the connection itself can raise; pg8000 unpacks what it reads, and a connection that was cut gives it too little.
AWAY = (OSError, struct.error)
NO_PASSWORD, WRONG_PASSWORD, WAITED, NO_DATABASE, MAY_NOT = "28000", "28P01", "55P03", "3D000", "42501"


class Away(SharedProblem):
    """The server isn't reached, or doesn't let this one in: what needs it can't be done now, and the rest can."""


class Server:
    """A connection that is made when it is first needed, and again where it broke."""

    def __init__(self, address: Address, password: SecretStr | None, wait: float) -> None:
        """`wait`: seconds for another server that is writing."""
        self.address, self._password, self._wait = address, password, wait
        self._connection: Connection | None = None

    def begin(self, how: str = "") -> None:
        """Begin a transaction, on a new connection where the old one is gone. Raises Away."""
        if self._connection is not None:
            with contextlib.suppress(SharedProblem):
                self.run(f"BEGIN {how}")
                return
        self._connect()
        self.run(f"BEGIN {how}")

    def commit(self) -> None:
        """Have it kept. Raises SharedProblem where the server doesn't say that it is; it may be so all the same."""
        self.run("COMMIT")

    def rollback(self) -> None:
        """Have nothing of it; a connection on which that fails is given up, which the server takes as the same."""
        if self._connection is None:
            return
        try:
            self.run("ROLLBACK")
        except SharedProblem:
            self.close()

    def run(self, statement: str, **values: Any) -> list[list[Any]]:
        """Run one statement, whose `values` it names as `:name`; gives its rows. Raises SharedProblem, Busy."""
        if self._connection is None:
            raise Away(f"There is no connection to the database {self.address}; try again.")
        try:
            return self._connection.run(statement, **values) or []
        except (Error, *AWAY) as error:
            raise self._told(error) from error
        except BaseException:
            self.close()  # an answer may be left half read
            raise

    def send(self, statement: str, rows: Sequence[str], **values: Any) -> list[list[Any]]:
        """Run a statement with `rows`, each a JSON object, as the array `:rows`, in lots; gives the rows of all."""
        found: list[list[Any]] = []
        lot: list[str] = []
        size = 0
        for number, row in enumerate(rows, 1):
            lot.append(row)
            size += len(row)
            if size >= LOT or number == len(rows):
                found += self.run(statement, rows=f"[{','.join(lot)}]", **values)
                lot, size = [], 0
        return found

    def each(self, query: str) -> Iterator[dict[str, Any]]:
        """The rows of a query, in lots, inside the transaction."""
        self.run(f"DECLARE footnote_rows NO SCROLL CURSOR FOR SELECT CAST(row_to_json(r) AS text) FROM ({query}) AS r")
        while lot := self.run("FETCH 2000 FROM footnote_rows"):
            for (row,) in lot:
                yield json.loads(row)
        self.run("CLOSE footnote_rows")

    def close(self) -> None:
        """Let go of the connection."""
        if self._connection is not None:
            with contextlib.suppress(Error, *AWAY):
                self._connection.close()
            self._connection = None

    def _connect(self) -> None:
        self.close()
        try:
            line = self._line()
            line.settimeout(self._wait + GRACE)
            tls = self.address.tls()
            self._connection = Connection(
                self.address.user,
                host=self.address.host,
                database=self.address.database,
                password=self._password.get_secret_value() if self._password else None,
                ssl_context=False if tls is None else tls,
                application_name="footnote",
                sock=line,
            )
            self.run(
                f"SET lock_timeout = '{round(self._wait * 1000)}ms'; "
                f"SET idle_in_transaction_session_timeout = '{IDLE_SECONDS}s'; "
                "SET client_min_messages = 'warning'; SET synchronous_commit = 'on'"
            )
        except (Error, *AWAY) as error:
            told = self._told(error)
            self.close()
            raise Away(str(told)) from error

    def _line(self) -> socket.socket:
        host = self.address.host
        if host.startswith("/"):
            line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            line.settimeout(CONNECT_SECONDS)
            line.connect(f"{host}/.s.PGSQL.{self.address.port}")
            return line
        line = socket.create_connection((host, self.address.port), CONNECT_SECONDS)
        line.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        return line

    def _told(self, error: Exception) -> DataProblem:
        """What went wrong, and what to do; the connection is given up unless the server only turned the statement down."""
        said = _said(error)
        code = str(said.get("C", ""))
        if code == WAITED:
            return Busy(
                f"Another Footnote is writing to the database {self.address} and wasn't done within {self._wait:g} seconds. "
                "Nothing was changed; wait until it is done, then try again."
            )
        if code in (NO_PASSWORD, WRONG_PASSWORD):
            advice = "Set postgres_uri and postgres_password to a user that it knows."
        elif code == NO_DATABASE:
            advice = f"Make it there: CREATE DATABASE {self.address.database}."
        elif code == MAY_NOT:
            advice = "Its user must own the database, or be allowed to create a schema in it."
        elif code:
            advice = "Nothing was changed; the server's log may tell more."
        else:
            advice = "Start it, or correct postgres_uri; until then what is here can be read, and nothing is changed."
        lost = not code or code.startswith(("08", "57", "25P"))  # cut off, shut down, or ended for doing nothing
        if lost:
            self.close()
        kind = Away if lost else SharedProblem
        return kind(f"The database {self.address} can't be used: {said.get('M') or error}. {advice}")


def _said(error: BaseException | None) -> dict[str, str]:
    """What the server said, by the letters of its protocol; {} where it said nothing."""
    while error is not None:
        if isinstance(error, DatabaseError) and error.args and isinstance(error.args[0], dict):
            return error.args[0]
        error = error.__cause__ or error.__context__  # of a refusal pg8000 tells that the line was cut, too
    return {}
