"""The process that is killed: it does the steps one after the other, and says through a pipe what it has finished."""

import json
import os
import signal
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from types import FrameType
from typing import Any

from tests.crash.steps import do, read_here
from tests.crash.world import Step

# Calls that change something outside the process, or order it to the disk: before or after each of them is a place to die.
TELLING = frozenset(
    ("execute", "executemany", "commit", "rollback", "backup", "close", "open", "write", "flush", "fsync", "replace", "rename",
     "unlink", "link", "mkdir", "rmdir", "write_index")
)  # fmt: skip


class Die:
    """Counts the telling calls of a step, in all threads, and kills the process at one of them, before it or after it."""

    def __init__(self, step: int, at: int, after: bool) -> None:
        self.count = 0
        self._step, self._at = step, at
        self._event = "c_return" if after else "c_call"
        self._now = -1
        self._lock = threading.Lock()

    def begin(self, step: int) -> None:
        self._now, self.count = step, 0

    def __call__(self, frame: FrameType, event: str, called: Any) -> None:
        if event != self._event or getattr(called, "__name__", "") not in TELLING:
            return
        if isinstance(getattr(called, "__self__", None), str | bytes) or "importlib" in frame.f_code.co_filename:
            return
        with self._lock:
            self.count += 1
            if self._now == self._step and self.count == self._at:
                os.kill(os.getpid(), signal.SIGKILL)


@contextmanager
def watched(die: Die | None) -> Iterator[None]:
    """Let `die` see every call of this thread and of those begun meanwhile."""
    if die is None:
        yield
        return
    threading.setprofile(die)
    sys.setprofile(die)
    try:
        yield
    finally:
        sys.setprofile(None)
        threading.setprofile(None)  # type: ignore[arg-type]


def run(home: Path, folder: Path, steps: Sequence[Step], pipe: int, die: Die | None, here: bool) -> None:
    """Do `steps` over the data directory; each line of the pipe is one JSON object.

    `here`: files are read in this process, so that more of the time is spent writing.
    """

    def say(**what: Any) -> None:
        os.write(pipe, json.dumps(what).encode() + b"\n")

    if here:
        read_here()
    with watched(die):
        for number, step in enumerate(steps):
            say(begun=number)
            started = time.monotonic()
            if die:
                die.begin(number)
            do(home, folder, step, partial(say, of=number))
            say(done=number, calls=die.count if die else None, seconds=time.monotonic() - started)
