"""Several processes that read: files are read at once, each within the limits, and one is enough where one is asked for."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from corpus.reading import BeyondLimits, Limits, ReaderProcesses, Stopped
from tests.corpus import misbehaving


@pytest.fixture
def readers() -> Iterator[ReaderProcesses]:
    made = ReaderProcesses(Limits(memory_mb=256, seconds=20), 2)
    yield made
    made.end()


def call(readers: ReaderProcesses, function: Callable[..., int], *arguments: object) -> int:
    with readers.taken() as process:
        return process.call("a.pdf", function, *arguments)


def test_two_files_are_read_at_once_in_processes_of_their_own(readers: ReaderProcesses, tmp_path: Path) -> None:
    one, other = tmp_path / "one", tmp_path / "other"
    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(call, readers, misbehaving.meet, one, other)
        second = pool.submit(call, readers, misbehaving.meet, other, one)
        assert {first.result(), second.result()} == set(readers.process_ids)
    assert len(readers.process_ids) == 2


def test_file_after_file_is_read_in_one_process(readers: ReaderProcesses) -> None:
    found = [call(readers, misbehaving.process_id) for _ in range(3)]
    assert tuple(set(found)) == readers.process_ids


def test_a_third_waits_until_one_is_free(readers: ReaderProcesses) -> None:
    with ThreadPoolExecutor(3) as pool:
        waiting = [pool.submit(call, readers, misbehaving.slow_but_sure, 3, 0.1) for _ in range(3)]
        assert len({future.result() for future in waiting}) == 1
    assert len(readers.process_ids) == 2


def test_new_limits_hold_in_each_of_them(readers: ReaderProcesses, tmp_path: Path) -> None:
    readers.limits = Limits(memory_mb=256, seconds=1)
    assert readers.limits.seconds == 1
    with ThreadPoolExecutor(2) as pool:
        slow = [pool.submit(call, readers, misbehaving.hang) for _ in range(2)]
        for future in slow:
            with pytest.raises(BeyondLimits, match="within 1 seconds of work"):
                future.result()
    assert call(readers, abs, -5) == 5


def test_all_that_is_being_read_is_called_off(readers: ReaderProcesses, tmp_path: Path) -> None:
    begun = [tmp_path / "one", tmp_path / "other"]
    with ThreadPoolExecutor(2) as pool:
        never = tmp_path / "never"
        waiting = [pool.submit(call, readers, misbehaving.meet, here, never) for here in begun]
        ready = threading.Event()
        while not all(here.exists() for here in begun):
            ready.wait(0.02)
        readers.call_off()
        for future in waiting:
            with pytest.raises(Stopped):
                future.result()
    assert call(readers, abs, -5) == 5
