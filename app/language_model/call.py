"""A call to a server whose time-outs hold: it runs as one task on a thread of its own, and is cancelled when late.

A client's own time-outs are for each read of a socket. A server that sends one byte a second keeps to them for ever; a
task that is cancelled closes its connection wherever it stands: resolving a name, in the headers, between two tokens.
"""

import asyncio
import queue
import threading
import time
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from typing import Any

HEARTBEAT_S = 0.25  # after which one who waits hears that nothing came yet, and may leave
Put = Callable[[Any], None]  # takes the next item of a call


class TooLate(Exception):  # not shown to a person: problems.py says it in words
    """A deadline passed before the next item came."""


@dataclass(frozen=True, slots=True)
class Clock:
    """The deadlines of one answer, over all its attempts."""

    first_token_s: float  # for the first item, and for each gap between two
    whole_s: float
    started: float

    @classmethod
    def start(cls, first_token_s: float, whole_s: float) -> "Clock":
        """A clock that runs from now."""
        return cls(first_token_s, whole_s, time.monotonic())

    def left(self, since: float | None = None) -> float:
        """Seconds that the next item may take: the first from the start of the first attempt, others `since` the last."""
        now = time.monotonic()
        return min(self.started + self.whole_s, (since or self.started) + self.first_token_s) - now

    @property
    def over(self) -> bool:
        """Whether the time for the whole answer has passed."""
        return time.monotonic() - self.started >= self.whole_s


class Line:
    """A thread with an event loop, started with the first call. Safe to use from several threads."""

    def __init__(self) -> None:
        self._loop: asyncio.AbstractEventLoop | None = None
        self._starting = threading.Lock()

    def items(self, work: Callable[[Put], Awaitable[None]], clock: Clock) -> Iterator[Any]:
        """What `work` puts, as it comes, and None now and then while nothing does; its error at the end, if it had one.

        Raises TooLate where a deadline passes. The work is cancelled then, and when the iterator is closed.
        """
        came: queue.SimpleQueue[tuple[bool, Any]] = queue.SimpleQueue()

        async def run() -> None:
            failure = None
            try:
                await work(lambda item: came.put((True, item)))
            except asyncio.CancelledError:
                came.put((False, TooLate()))
                raise
            except Exception as error:  # noqa: BLE001 - handed to the caller's thread, which raises it
                failure = error
            came.put((False, failure))

        task = asyncio.run_coroutine_threadsafe(run(), self._running())
        since: float | None = None
        try:
            while True:
                left = clock.left(since)
                try:
                    more, item = came.get(timeout=max(0.0, min(left, HEARTBEAT_S)))
                except queue.Empty:
                    if left <= HEARTBEAT_S:
                        raise TooLate from None
                    yield None
                    continue
                if not more:
                    break
                yield item
                since = time.monotonic()  # what the reader did meanwhile is not the server's time
        finally:
            task.cancel()
        if item is not None:
            raise item

    def _running(self) -> asyncio.AbstractEventLoop:
        with self._starting:
            if self._loop is None:
                self._loop = asyncio.new_event_loop()
                threading.Thread(target=self._loop.run_forever, name="language model", daemon=True).start()
            return self._loop

    def close(self) -> None:
        """End the thread, and with it every call that is under way."""
        with self._starting:
            loop, self._loop = self._loop, None
        if loop is None:
            return

        async def end() -> None:
            others = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
            for task in others:
                task.cancel()
            await asyncio.gather(*others, return_exceptions=True)
            await asyncio.get_running_loop().shutdown_asyncgens()

        asyncio.run_coroutine_threadsafe(end(), loop).result(timeout=5)
        loop.call_soon_threadsafe(loop.stop)
