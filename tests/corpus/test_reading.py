"""The process that reads: whatever a file does to it, the program goes on, says what to do, and leaves nothing behind."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from corpus.errors import UnreadableFile
from corpus.reading import BeyondLimits, Limits, ReaderProcess, Stopped
from tests.corpus import misbehaving

ROOT = Path(__file__).parents[2]


@pytest.fixture
def reader() -> Iterator[ReaderProcess]:
    made = ReaderProcess(Limits(memory_mb=256, seconds=2))
    yield made
    made.end()


def is_there(process: int) -> bool:
    """Whether a process runs; one that has ended and waits to be buried doesn't."""
    try:
        return "\nState:\tZ" not in Path(f"/proc/{process}/status").read_text()
    except OSError:
        return False


def gone(process: int, seconds: float = 5) -> bool:
    end = time.monotonic() + seconds
    while is_there(process) and time.monotonic() < end:
        time.sleep(0.02)
    return not is_there(process)


@pytest.mark.parametrize(
    ("act", "says"),
    [
        (misbehaving.crash, "SIGSEGV.*save it as a new file"),
        (misbehaving.leave, "status 3.*reader_memory_mb"),
        (misbehaving.hang, "within 2 seconds of work.*reader_seconds"),
        (misbehaving.spin, "within 2 seconds of work.*reader_seconds"),
        (misbehaving.grow, "more than 256 MB.*Split it.*reader_memory_mb"),
        (misbehaving.deep, "nested too deeply"),
        (misbehaving.broken, "KeyError: '/Kids'.*save it as a new file"),
        (misbehaving.foreign, "ended the process"),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_whatever_a_file_does_it_is_said_and_the_next_is_read(
    act: Callable[[], object], says: str, reader: ReaderProcess
) -> None:
    with pytest.raises(BeyondLimits, match=says) as caught:
        reader.call("report.pdf", act)
    assert str(caught.value).startswith("report.pdf ")
    assert reader.call("next.pdf", abs, -5) == 5
    assert not Path("/tmp/footnote-was-taken-over").exists()


def test_memory_that_libraries_take_is_limited_too(reader: ReaderProcess) -> None:
    assert 100 << 20 < reader.call("a.pdf", misbehaving.grow_in_c) < 256 << 20


def test_what_a_reader_refuses_is_refused_in_its_words(reader: ReaderProcess) -> None:
    with pytest.raises(UnreadableFile, match=r"^a\.pdf is broken\. Export it again\.$") as caught:
        reader.call("a.pdf", misbehaving.refuse)
    assert type(caught.value) is UnreadableFile


def test_one_process_is_kept_over_files_and_starts_quickly(reader: ReaderProcess) -> None:
    assert reader.process_id is None
    first = reader.call("a", misbehaving.process_id)
    assert first == reader.process_id != os.getpid()
    assert {reader.call("a", misbehaving.process_id) for _ in range(20)} == {first}


def test_a_process_that_has_grown_large_makes_room_for_a_new_one(reader: ReaderProcess) -> None:
    ballast = bytearray(400 << 20)  # the program's own size is no matter
    first = reader.call("a", misbehaving.process_id)
    assert reader.call("a", misbehaving.process_id) == first
    assert len(ballast) > reader.call("a", misbehaving.keep, 120 << 20) > 0
    assert reader.call("a", misbehaving.process_id) != first


def test_a_long_file_that_goes_on_is_read_to_its_end() -> None:
    reader = ReaderProcess(Limits(memory_mb=256, seconds=1))
    heard: list[tuple[int, int | None]] = []
    try:
        given = reader.call_told(
            "a.pdf", lambda done, total, _: heard.append((done, total)), None, misbehaving.slow_but_sure, 8, 0.4
        )
    finally:
        reader.end()
    assert given == 8
    assert len(heard) > 4
    assert heard == sorted(heard)
    assert {total for _, total in heard} == {8}


def test_reading_can_be_called_off(reader: ReaderProcess) -> None:
    stop = threading.Event()
    threading.Timer(0.5, stop.set).start()
    started = time.monotonic()
    with pytest.raises(Stopped, match=r"a\.pdf was stopped"):
        reader.call_told("a.pdf", None, stop, misbehaving.slow_but_sure, 1000, 0.1)
    assert time.monotonic() - started < 3
    threading.Timer(0.5, reader.call_off).start()
    with pytest.raises(Stopped):
        reader.call_told("a.pdf", None, None, misbehaving.slow_but_sure, 1000, 0.1)
    assert reader.call("next.pdf", abs, -5) == 5


def test_what_it_started_ends_with_it(reader: ReaderProcess, tmp_path: Path) -> None:
    stop, note = threading.Event(), tmp_path / "id"
    note.touch()

    def stop_once_started() -> None:
        while not note.read_text():
            time.sleep(0.05)
        stop.set()

    threading.Thread(target=stop_once_started, daemon=True).start()
    with pytest.raises(Stopped):
        reader.call_told("a.pdf", None, stop, misbehaving.start_another, note)
    assert gone(int(note.read_text()))


def test_a_caller_that_raises_while_it_is_told_leaves_no_answer_behind(reader: ReaderProcess) -> None:
    def tell(*_: object) -> None:
        raise ValueError("enough")

    with pytest.raises(ValueError, match="enough"):
        reader.call_told("a.pdf", tell, None, misbehaving.slow_but_sure, 1000, 0.1)
    assert reader.call("next.pdf", abs, -5) == 5


def test_a_process_that_went_to_rest_is_started_again(reader: ReaderProcess) -> None:
    first = reader.call("a", misbehaving.process_id)
    os.kill(first, signal.SIGKILL)
    assert reader.call("a", misbehaving.process_id) != first


def test_another_limit_of_memory_holds_from_the_next_file_on(reader: ReaderProcess) -> None:
    first = reader.call("a", misbehaving.process_id)
    reader.limits = Limits(memory_mb=300, seconds=2)
    assert reader.call("a", misbehaving.process_id) != first
    with pytest.raises(BeyondLimits, match="more than 300 MB"):
        reader.call("a", misbehaving.grow)


def test_several_threads_share_it(reader: ReaderProcess) -> None:
    given: list[int] = []
    threads = [threading.Thread(target=lambda n=n: given.append(reader.call("a", abs, -n))) for n in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(given) == list(range(12))


def test_a_forked_process_has_one_of_its_own(reader: ReaderProcess) -> None:
    first = reader.call("a", misbehaving.process_id)
    child = os.fork()
    if child == 0:
        status = 1
        try:
            own = reader.call("a", misbehaving.process_id)
            reader.end()
            status = 0 if own != first else 2
        finally:
            os._exit(status)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert reader.call("a", misbehaving.process_id) == first


@pytest.mark.parametrize("act", ["hang", "spin", "process_id"])
def test_it_ends_with_the_program_however_that_ends(act: str) -> None:
    script = (
        "import threading, time\nfrom corpus.reading import Limits, ReaderProcess\nfrom tests.corpus import misbehaving\n"
        "reader = ReaderProcess(Limits(seconds=100))\nprint(reader.call('a', misbehaving.process_id), flush=True)\n"
        f"threading.Thread(target=reader.call, args=('a', misbehaving.{act}), daemon=True).start()\ntime.sleep(100)"
    )
    program = subprocess.Popen([sys.executable, "-c", script], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert program.stdout is not None
    reader = int(program.stdout.readline())
    time.sleep(0.5)
    assert is_there(reader)
    program.kill()
    program.wait()
    assert gone(reader)
    program.stdout.close()
