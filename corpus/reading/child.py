"""The process that reads: takes one order after the other on standard input and answers each; run as a script.

It ends when its parent does, however that ends, and when nothing was asked of it for a minute.
"""

import os
import sys
import threading
import time
from pathlib import Path
from typing import IO, Any

IDLE_SECONDS = 60.0
BEATS = 0.2  # seconds between two pulses that are passed on


def main() -> None:
    """Serve orders until standard input is closed. Arguments: life pipe, memory in MB."""
    orders, answers = os.fdopen(os.dup(0), "rb", buffering=0), os.fdopen(os.dup(1), "wb")
    quiet = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(quiet, stream)  # what the libraries print is for nobody
    life, memory_mb = int(sys.argv[1]), int(sys.argv[2])
    _end_with_parent(life)
    sys.path[:0] = [str(Path(__file__).parents[2])]
    import pickle

    from corpus.reading.wire import receive, send

    sys.path[1:] = [place or str(Path.cwd()) for place in pickle.loads(receive(orders))]
    _limit_memory(memory_mb)
    while _asked(orders):
        try:
            function, arguments, seconds = pickle.loads(receive(orders))
        except EOFError:
            return
        send(answers, ("begun", None))
        beat = _Beat(answers, seconds)
        done = _done(function, arguments, beat)
        beat.end()
        send(answers, done)
        if _has_grown(memory_mb):
            return  # what a large file leaves behind isn't given back; a new process is


def _done(function: Any, arguments: tuple[Any, ...], beat: "_Beat") -> tuple[str, Any]:
    """What became of an order: ("value", …), ("error", (class, message)), or ("memory" | "depth" | "bug", words)."""
    from corpus.errors import FootnoteError
    from corpus.pulse import listening

    try:
        with listening(beat):
            return "value", function(*arguments)
    except FootnoteError as error:
        return "error", (type(error).__name__, str(error))
    except MemoryError:
        return "memory", ""
    except RecursionError:
        return "depth", ""
    except Exception as error:  # noqa: BLE001 - whatever a file makes a library raise is told, and the next one is read
        return "bug", f"{type(error).__name__}: {error}"[:300]


class _Beat:
    """Passes pulses on, and gives the processor time for the next one. Pages are recognised in several threads."""

    def __init__(self, answers: IO[bytes], seconds: float) -> None:
        self._answers, self._seconds, self._last, self._parent = answers, seconds, 0.0, os.getppid()
        self._lock = threading.Lock()
        self._ended = False
        _limit_time(seconds)

    def __call__(self, done: int | None, total: int | None, scanned: bool) -> None:
        with self._lock:
            now = time.monotonic()
            if self._ended or (now - self._last < BEATS and not scanned):
                return
            self._last = now
            from corpus.reading.wire import send

            if os.getppid() != self._parent:
                os._exit(1)
            _limit_time(self._seconds)
            send(self._answers, ("pulse", (done, total, scanned)))

    def end(self) -> None:
        """Pass nothing on any more: a thread that was left to itself must not speak into the answer."""
        with self._lock:
            self._ended = True


def _end_with_parent(life: int) -> None:
    """Have the system end this process when the other end of the pipe `life` is closed, whatever runs here then."""
    if life < 0:
        return
    import fcntl

    # SIGIO ends a process that doesn't handle it; nothing is ever written to this pipe, so that it means its end.
    fcntl.fcntl(life, fcntl.F_SETOWN, os.getpid())
    fcntl.fcntl(life, fcntl.F_SETFL, fcntl.fcntl(life, fcntl.F_GETFL) | os.O_ASYNC)


def _limit_memory(megabytes: int) -> None:
    try:
        import resource
    except ImportError:
        return  # not on Windows
    most = megabytes << 20
    hard = resource.getrlimit(resource.RLIMIT_DATA)[1]
    resource.setrlimit(resource.RLIMIT_DATA, (most if hard < 0 else min(most, hard), hard))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _has_grown(megabytes: int) -> bool:
    """Whether this process holds more than a third of its memory; asked of Linux, where a peak would be the parent's, too."""
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[1])
    except OSError:
        return False
    return pages * os.sysconf("SC_PAGE_SIZE") > (megabytes << 20) // 3


def _limit_time(seconds: float) -> None:
    """Processor time of this process: what it has used, and `seconds` more."""
    try:
        import resource
    except ImportError:
        return
    used = resource.getrusage(resource.RUSAGE_SELF)
    soft = int(used.ru_utime + used.ru_stime + seconds) + 2
    hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
    resource.setrlimit(resource.RLIMIT_CPU, (soft if hard < 0 else min(soft, hard), hard))


def _asked(orders: IO[bytes]) -> bool:
    if os.name != "posix":
        return True
    import select

    return bool(select.select([orders], [], [], IDLE_SECONDS)[0])


if __name__ == "__main__":
    main()
