"""The pulse of a reader: how it says that it goes on, so that a long file is told from one that hangs."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

Listener = Callable[[int | None, int | None, bool], None]

_listener: Listener | None = None


def pulse(done: int | None = None, total: int | None = None, scanned: bool = False) -> None:
    """Say that it goes on: `done` pages or rows (of `total`) are read, where that is known.

    `scanned`: they are pages that recognition read. Costs next to nothing where nobody listens.
    """
    if _listener is not None:
        _listener(done, total, scanned)


@contextmanager
def listening(listener: Listener) -> Iterator[None]:
    """Have `listener` hear the pulses of this process meanwhile; one listener at a time, called from any thread."""
    global _listener
    before, _listener = _listener, listener
    try:
        yield
    finally:
        _listener = before
