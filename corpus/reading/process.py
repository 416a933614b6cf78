"""The side that has files read: starts the process, watches over it, and says what a file did to it."""

import atexit
import contextlib
import os
import queue
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

from corpus import errors
from corpus.errors import Stopped, UnreadableFile
from corpus.reading.limits import Limits
from corpus.reading.wire import receive, send, values

CHILD = Path(__file__).with_name("child.py")
LOOK = 0.25  # seconds between two looks at the clock
P = ParamSpec("P")
R = TypeVar("R")
Tell = Callable[[int, int | None, bool], None]  # pages or rows done, of how many, and whether they are scanned pages


class BeyondLimits(UnreadableFile):
    """A file that crashed its reader, or took more memory or time than it may."""


class ReaderProcess:
    """A process that calls functions one at a time, started when first needed and kept. Safe to use from several threads.

    `limits` may be changed at any time; the next call has them.
    """

    def __init__(self, limits: Limits) -> None:
        """`limits`: what each call may take."""
        self.limits = limits
        self._forget()

    def call(
        self,
        name: str,
        function: Callable[P, R],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> R:
        """What `function`, of a module of ours, gives there; `name` is the file's, for messages.

        Raises the FootnoteError that it raises, BeyondLimits where the file can't be read within the limits.
        """
        return self.call_told(name, None, None, function, *args, **kwargs)

    def call_told(
        self,
        name: str,
        tell: Tell | None,
        stop: threading.Event | None,
        function: Callable[P, R],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> R:
        """The same; `tell` hears how far it is (done, of how many, scanned pages?), `stop` calls it off.

        Raises Stopped after the latter, and what `tell` raises; either ends the process.
        """
        if kwargs:
            raise TypeError("pass arguments by position: they are sent as they are")
        if self._owner != os.getpid():
            self._forget()  # forked: the process belongs to the parent
        with self._lock:
            for last in (False, True):
                self._ensure()
                try:
                    given: R = self._asked(name, (function, args, self.limits.seconds), tell, stop)
                    return given
                except _NotBegun:
                    self._end()  # it had gone to rest just then
                    if last:
                        raise BeyondLimits(
                            f"{name} can't be read: the process that reads files doesn't start. "
                            "Check that there is memory left, and try again."
                        ) from None
        raise AssertionError("unreachable")

    def end(self) -> None:
        """End the process, if there is one; the next call starts another."""
        if self._owner == os.getpid():
            with self._lock:
                self._end()

    def call_off(self) -> None:
        """Give up what is being done now, as where the program ends: who waits for it gets Stopped."""
        self._called_off += 1

    @property
    def process_id(self) -> int | None:
        """Id of the process while one is kept."""
        return self._process.pid if self._process and self._process.poll() is None else None

    def _forget(self) -> None:
        self._owner = os.getpid()
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._messages: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        self._life: int | None = None
        self._memory_mb = 0
        self._called_off = 0

    def _ensure(self) -> None:
        """Start the process where there is none, or one with another limit of memory."""
        if self._process is not None and self._memory_mb == self.limits.memory_mb and self._process.poll() is None:
            return
        self._end()
        theirs = -1
        if os.name == "posix":
            theirs, self._life = os.pipe()
        self._memory_mb = self.limits.memory_mb
        try:
            self._process = subprocess.Popen(
                [sys.executable, "-I", "-S", str(CHILD), str(theirs), str(self._memory_mb)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                pass_fds=(theirs,) if theirs >= 0 else (),
                # Ctrl-C is for the parent alone: it decides what becomes of the file.
                process_group=0 if os.name == "posix" else None,
            )
        except OSError as error:
            raise BeyondLimits(
                f"The process that reads files can't be started ({error.strerror}). Check that there is memory left."
            ) from error
        finally:
            if theirs >= 0:
                os.close(theirs)
        atexit.register(self.end)
        self._messages = queue.SimpleQueue()
        threading.Thread(target=_listen, args=(self._process, self._messages), daemon=True).start()
        with contextlib.suppress(OSError):
            assert self._process.stdin is not None
            send(self._process.stdin, sys.path)

    def _asked(
        self,
        name: str,
        order: tuple[Any, ...],
        tell: Tell | None,
        stop: threading.Event | None,
    ) -> Any:
        process, limits = self._process, self.limits
        assert process is not None
        assert process.stdin is not None
        try:
            send(process.stdin, order)
        except OSError as error:
            raise _NotBegun from error
        begun, due = False, time.monotonic() + limits.patience
        called_off = self._called_off
        while True:
            if self._called_off != called_off or (stop is not None and stop.is_set()):
                self._end()
                raise Stopped(f"Reading {name} was stopped. Add it again to go on.")
            try:
                data = self._messages.get(timeout=LOOK)
            except queue.Empty:
                if time.monotonic() > due:
                    self._end()
                    raise BeyondLimits(_slow(name, limits)) from None
                continue
            if data is None:
                status = process.wait()
                _end_group(process)
                self._end()
                if not begun:
                    raise _NotBegun
                raise BeyondLimits(_died(name, status, limits))
            try:
                kind, value = values(data)
            except Exception as error:  # whatever a message that isn't one raises
                self._end()
                raise BeyondLimits(_died(name, 0, limits)) from error
            if kind == "begun":
                begun = True
            elif kind == "pulse":
                due = time.monotonic() + limits.patience
                if tell is not None and value[0] is not None:
                    try:
                        tell(*value)
                    except BaseException:
                        self._end()
                        raise
            elif kind == "value":
                return value
            elif kind == "error":
                raise getattr(errors, value[0], UnreadableFile)(value[1])
            else:
                self._end()  # what it holds now is of no use any more
                raise BeyondLimits(_failed(name, kind, value, limits))

    def _end(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            if process.poll() is None:
                _end_group(process)
                process.kill()
            if process.stdin is not None:
                with contextlib.suppress(OSError):
                    process.stdin.close()
            process.wait()
            atexit.unregister(self.end)
        if self._life is not None:
            os.close(self._life)
            self._life = None


def _end_group(process: "subprocess.Popen[bytes]") -> None:
    """End what the process started, too: recognition of a page goes on for a while without it."""
    if os.name == "posix":
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)


class _NotBegun(Exception):
    """The process was gone before it took the order."""


def _listen(process: "subprocess.Popen[bytes]", messages: "queue.SimpleQueue[bytes | None]") -> None:
    """Pass on what comes from the process; None once nothing more does."""
    assert process.stdout is not None
    with process.stdout as pipe:
        try:
            while True:
                messages.put(receive(pipe))
        except (EOFError, OSError, MemoryError, OverflowError, ValueError):
            messages.put(None)


def _slow(name: str, limits: Limits) -> str:
    return (
        f"{name} was given up: no page or row of it was read within {limits.seconds:g} seconds of work. Open it in the program "
        "that made it, save it as a new file and add that, or raise the setting reader_seconds."
    )


def _died(name: str, status: int, limits: Limits) -> str:
    if status == -getattr(signal, "SIGXCPU", 0):
        return _slow(name, limits)
    try:
        how = signal.Signals(-status).name if status < 0 else f"status {status}"
    except ValueError:
        how = f"signal {-status}"
    return (
        f"{name} ended the process that read it ({how}): it is damaged, or needs more than {limits.memory_mb:,} MB. Open it in "
        "the program that made it, save it as a new file and add that, or raise the setting reader_memory_mb."
    )


def _failed(name: str, kind: str, value: str, limits: Limits) -> str:
    if kind == "memory":
        return f"{name} needs more than {limits.memory_mb:,} MB to be read. Split it, or raise the setting reader_memory_mb."
    if kind == "depth":
        return f"{name} is nested too deeply to be read. Save it again with the program that made it, or as plain text."
    return (
        f"{name} can't be read: its content is not as such a file should be ({value}). Open it in the program that made it, save it "
        "as a new file and add that."
    )
