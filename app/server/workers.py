"""Work on threads, so many pieces at once, so many waiting, each for so long: a server that is asked too much says so."""

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextvars import copy_context
from typing import TypeVar

from app.server.errors import ApiError

T = TypeVar("T")


class Workers:
    """Runs what would block. A piece that takes too long can't be stopped; it keeps its thread, so that it still counts."""

    def __init__(self, at_once: int, waiting: int, seconds: float) -> None:
        """`waiting`: pieces beyond `at_once` that are taken; `seconds`: how long a caller waits for one."""
        self._pool = ThreadPoolExecutor(at_once, thread_name_prefix="api")
        self._most, self._seconds = at_once + waiting, seconds
        self._held, self._lock = 0, threading.Lock()

    async def run(self, work: Callable[[], T]) -> T:
        """What `work` gives or raises. Raises ApiError: 429 where too many wait already, 504 after the time."""
        with self._lock:
            if self._held >= self._most:
                raise ApiError(
                    429, "too_many_requests", f"{self._most} requests are being worked on. Wait a moment and ask again."
                )
            self._held += 1
        # The context goes along: it says whom the work is done for.
        future = self._pool.submit(copy_context().run, work)
        future.add_done_callback(self._release)
        try:
            return await asyncio.wait_for(asyncio.wrap_future(future), self._seconds)
        except TimeoutError as error:
            raise ApiError(
                504,
                "timeout",
                f"There was no result within {self._seconds:g} s. Ask for less, or raise answer_seconds.",
            ) from error

    def _release(self, _: "Future[T]") -> None:
        with self._lock:
            self._held -= 1

    def close(self) -> None:
        """Take no more work; what waits is dropped, what is worked on comes to its end: it still uses the engine."""
        self._pool.shutdown(wait=True, cancel_futures=True)
