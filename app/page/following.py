"""Work in a thread of its own, whose progress the page shows: it comes to its end also where the page is closed."""

import queue
import threading
from collections.abc import Callable, Iterator
from contextvars import copy_context
from typing import Generic, TypeVar

from app.page.words import say
from corpus.errors import FootnoteError

P = TypeVar("P")
R = TypeVar("R")


class Following(Generic[P, R]):
    """Runs `work`, which is given what to tell its progress to; `done` says what came of it."""

    def __init__(self, work: Callable[[Callable[[P], None]], R], at_the_end: Callable[[], None] = lambda: None) -> None:
        """`at_the_end` is called in the thread, whatever came of the work."""
        self._news: queue.Queue[P | None] = queue.Queue()
        self._outcome: list[R | FootnoteError] = []

        def run() -> None:
            try:
                self._outcome.append(work(self._news.put))
            except FootnoteError as error:
                self._outcome.append(error)
            finally:
                at_the_end()
                self._news.put(None)

        threading.Thread(target=copy_context().run, args=(run,), name="work", daemon=True).start()

    def progress(self) -> Iterator[P]:
        """The newest progress each time, until the work is done."""
        while True:
            newest = self._news.get()
            while newest is not None and not self._news.empty():
                newest = self._news.get()
            if newest is None:
                return
            yield newest

    def done(self) -> R | FootnoteError:
        """What the work gave, or the error that it ended in."""
        return self._outcome[0] if self._outcome else FootnoteError(say("documents.stopped"))
