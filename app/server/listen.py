"""Where the server listens: a free port, and its address for a person."""

import socket

from corpus.errors import DataProblem

PORTS_TRIED = 20


def free_port(host: str, port: int) -> int:
    """`port`, or the next of the following ones that is free. Raises DataProblem where none is."""
    for candidate in range(port, min(port + PORTS_TRIED, 65536)):
        if is_free(host, candidate):
            return candidate
    raise DataProblem(
        f"No free port from {port} to {port + PORTS_TRIED - 1} on {host}; name another with --port or --host."
    )


def is_free(host: str, port: int) -> bool:
    """Whether a server can listen there."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def address(host: str, port: int) -> str:
    """The page's address for a person's browser."""
    shown = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)
    return f"http://{shown}:{port}"
