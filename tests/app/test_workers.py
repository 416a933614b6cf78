"""Bounded work on threads."""

import asyncio
import threading

import pytest

from app.server.errors import ApiError
from app.server.workers import Workers


def test_closing_waits_for_what_is_worked_on_and_drops_what_waits() -> None:
    begun, go, done = threading.Event(), threading.Event(), []

    def work() -> None:
        begun.set()
        go.wait(30)
        done.append("first")

    async def over() -> None:
        workers = Workers(1, 5, 60)
        first = asyncio.ensure_future(workers.run(work))
        second = asyncio.ensure_future(workers.run(lambda: done.append("second")))
        await asyncio.to_thread(begun.wait, 30)
        closing = asyncio.ensure_future(asyncio.to_thread(workers.close))
        await asyncio.sleep(0.05)
        assert not closing.done()
        go.set()
        await closing
        await first
        with pytest.raises(asyncio.CancelledError):
            await second

    asyncio.run(over())
    assert done == ["first"]


def test_more_than_may_wait_is_told_and_room_comes_back() -> None:
    async def over() -> None:
        go = threading.Event()
        workers = Workers(1, 0, 60)
        first = asyncio.ensure_future(workers.run(lambda: go.wait(30)))
        await asyncio.sleep(0)
        with pytest.raises(ApiError) as told:
            await workers.run(lambda: None)
        assert told.value.status == 429
        go.set()
        await first
        while workers._held:
            await asyncio.sleep(0.01)
        assert await workers.run(lambda: 5) == 5
        workers.close()

    asyncio.run(over())
