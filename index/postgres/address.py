"""Where a PostgreSQL server is: its URI, read and checked."""

import getpass
import ssl
from dataclasses import dataclass
from urllib.parse import parse_qs, unquote, urlsplit

LOCAL = frozenset({"localhost", "127.0.0.1", "::1"})
MODES = ("disable", "require", "verify-full")
EXAMPLE = "postgresql://footnote@127.0.0.1:5432/footnote"


@dataclass(frozen=True, slots=True)
class Address:
    """A database on a server; `host` may be the folder of a Unix socket."""

    host: str
    port: int
    database: str
    user: str
    mode: str  # of TLS

    def __str__(self) -> str:
        return f"{self.host}:{self.port}/{self.database}"

    def tls(self) -> ssl.SSLContext | None:
        """How the connection is encrypted; None where it isn't."""
        if self.mode == "disable":
            return None
        context = ssl.create_default_context()
        if self.mode == "require":
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
        return context


def read_address(uri: str) -> Address:
    """A URI as libpq takes it: `postgresql://USER@HOST:PORT/DATABASE?sslmode=MODE`, or `?host=/FOLDER` for a Unix socket.

    Without a mode, other machines must show a certificate that is valid for their name. Raises ValueError.
    """
    parts = urlsplit(uri.strip())
    if parts.scheme not in ("postgresql", "postgres"):
        raise ValueError(f"it must be an address like {EXAMPLE}")
    if parts.password:
        raise ValueError("the password goes into postgres_password")
    query = {name: values[-1] for name, values in parse_qs(parts.query).items()}
    unknown = sorted(query.keys() - {"host", "sslmode"})
    if unknown:
        raise ValueError(f"only host and sslmode may follow its question mark, not {unknown[0]}")
    host = query.get("host") or parts.hostname or "127.0.0.1"
    near = host in LOCAL or host.startswith("/")
    mode = query.get("sslmode") or ("disable" if near else "verify-full")
    if mode not in MODES:
        raise ValueError(f"sslmode must be one of {', '.join(MODES)}")
    try:
        port = parts.port or 5432
    except ValueError as error:
        raise ValueError(f"its port isn't a number of a port; an address is like {EXAMPLE}") from error
    user = unquote(parts.username or "") or getpass.getuser()
    return Address(
        host, port, unquote(parts.path.lstrip("/")) or user, user, "disable" if host.startswith("/") else mode
    )
