"""Files read, cut and embedded on a Ray cluster, while this process alone writes the store.

The files must be at the same path on each machine of the cluster. What workers send is taken as data of ours or not at all.
"""

import contextlib
import os
import pickle
import queue
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np

from corpus import errors
from corpus.errors import ClusterProblem, FootnoteError, UnreadableFile
from corpus.reading import reading as reader_here
from corpus.reading.wire import receive, send, values
from index.ray.tasks import ROOT, Order
from index.reading import Reading
from index.ready import LOOK, Ready, Seen, Work, ready_of
from index.sources import Source

AHEAD = 8  # files that may wait here to be written
END_SECONDS = 10.0  # for the process that speaks to the cluster to leave it in order
THERE = "Check ray_address, the cluster's token (RAY_AUTH_TOKEN), and that its workers run this version of Footnote"
# Where Ray itself ended, and the cluster was started here.
HERE = (
    "Ray gives up a cluster of this machine where memory is short, or other work keeps the processor from it for half a minute: "
    "try again with less else to do (ray/session_latest/logs among the temporary files tells which)"
)


@dataclass(frozen=True, slots=True)
class RayReading:
    """Where: a cluster by its address ("" starts one on this machine), and the model that its workers embed with."""

    address: str
    model: str
    precision: str
    model_id: str  # that of this process; workers with another one are refused

    def __call__(self, work: Work, files: Sequence[Source]) -> Iterator[tuple[Source, Callable[[], Ready]]]:
        """Each file, in order, with what gives, or raises, what came of it: ClusterProblem where the cluster can't be used."""
        here: dict[int, Callable[[], Ready]] = {}
        due: dict[int, Seen] = {}
        for number, source in enumerate(files):
            try:
                seen = work.look(source)
            except (FootnoteError, OSError) as error:
                here[number] = partial(_raise, error)
                continue
            if seen.unchanged or (self.address and source.path.is_relative_to(work.unpacked)):
                # The folder that an archive was unpacked to is on this machine alone.
                here[number] = partial(work.read, seen)
            else:
                due[number] = seen
        limits = reader_here.limits
        order = Order(self.address, self.model, self.precision, self.model_id, work.reading, work.max_file_mb, limits)
        with _Driver(order, due, work.waiting) if due else contextlib.nullcontext() as driver:
            for number, source in enumerate(files):
                there = driver and number in due
                yield source, partial(driver.of, number) if there and driver else here[number]


class _Driver:
    """The process that speaks to the cluster, and what has come from it."""

    def __init__(self, order: Order, due: Mapping[int, Seen], waiting: Callable[[Source], None]) -> None:
        self._order, self._due, self._tell = order, due, waiting
        self._found: dict[int, tuple[Any, ...]] = {}
        self._messages: queue.Queue[bytes | None] = queue.Queue(AHEAD)
        self._ended = threading.Event()

    def __enter__(self) -> "_Driver":
        places = [str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
        self._process = subprocess.Popen(
            [sys.executable, "-m", "index.ray.driver"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=os.environ | {"PYTHONPATH": os.pathsep.join(places)},
            # Ctrl-C is for this process alone: it decides what becomes of the files.
            process_group=0 if os.name == "posix" else None,
        )
        self._listener = threading.Thread(target=self._listen, name="cluster", daemon=True)
        self._listener.start()
        assert self._process.stdin is not None
        with contextlib.suppress(OSError):  # that it has gone is told by what it doesn't say
            send(self._process.stdin, (self._order, dict(self._due)))
        return self

    def __exit__(self, *_: object) -> None:
        """Call off what isn't done, and leave the cluster; one that was started for this ends."""
        self._ended.set()
        self._process.terminate()
        try:
            self._process.wait(END_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._listener.join()
        assert self._process.stdin is not None
        with contextlib.suppress(OSError):
            self._process.stdin.close()

    def of(self, number: int) -> Ready:
        """What came of a file, once it is there. Raises what its reading raised, ClusterProblem, what `waiting` raises."""
        seen = self._due[number]
        while number not in self._found:
            try:
                message = self._messages.get(timeout=LOOK)
            except queue.Empty:
                self._tell(seen.source)
                continue
            # In the order of the files as a rule; one that was tried again may come later, or come twice.
            came, outcome = self._row(message)
            self._found[came] = outcome
        return _ready(seen, self._found.pop(number), self._order.reading)

    def _row(self, message: bytes | None) -> tuple[int, tuple[Any, ...]]:
        if message is None:
            why = f"the process that speaks to it ended with status {self._process.wait()}"
            raise _unusable(why, THERE if self._order.address else HERE)
        try:
            kind, *given = values(message)
            if kind == "row":
                return given[0], values(given[1])
        except (pickle.UnpicklingError, ValueError, TypeError, AttributeError, ImportError, EOFError) as error:
            raise _unusable("a worker sent what is no document") from error
        raise _unusable(given[0] if kind == "problem" else "it gave less than was asked")

    def _listen(self) -> None:
        """Pass on what comes from the process; None once nothing more does."""
        assert self._process.stdout is not None
        with self._process.stdout as pipe:
            try:
                while self._put(receive(pipe)):
                    pass
            except (EOFError, OSError, ValueError):
                self._put(None)

    def _put(self, message: bytes | None) -> bool:
        """Give a message to whoever waits; False where nobody does any more."""
        while not self._ended.is_set():
            with contextlib.suppress(queue.Full):
                self._messages.put(message, timeout=LOOK)
                return True
        return False


def _ready(seen: Seen, outcome: tuple[Any, ...], reading: Reading) -> Ready:
    kind, *given = outcome
    if kind == "error":
        name, said = given
        raise getattr(errors, name, UnreadableFile)(said)
    found, shape, data = given
    vectors = np.frombuffer(data, "<f4").reshape(shape)
    ready = ready_of(found, seen.document_path, reading)
    return replace(ready, sha256=seen.sha256, identity=seen.source.identity, vectors=vectors)


def _unusable(why: str, advice: str = THERE) -> ClusterProblem:
    return ClusterProblem(
        f"The Ray cluster can't be used ({why}). {advice}; without it, read on this machine with ingest_on = here. What was "
        "finished is kept."
    )


def _raise(error: Exception) -> Ready:
    raise error
