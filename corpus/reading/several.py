"""Processes that read, of which each file takes one that is free: while one file is read, another needn't wait for it."""

import os
import queue
from collections.abc import Iterator
from contextlib import contextmanager

from corpus.reading.limits import Limits
from corpus.reading.process import ReaderProcess


class ReaderProcesses:
    """As many calls at a time as there are processes, each started when first needed and kept. Safe to use from several threads."""

    def __init__(self, limits: Limits, count: int) -> None:
        """`limits`: what each call may take. `count`: how many processes there may be."""
        self.processes = tuple(ReaderProcess(limits) for _ in range(count))
        self._limits = limits
        self._renew()

    @property
    def limits(self) -> Limits:
        """What each call may take; may be changed at any time, for the next call."""
        return self._limits

    @limits.setter
    def limits(self, limits: Limits) -> None:
        self._limits = limits
        for process in self.processes:
            process.limits = limits

    @property
    def process_ids(self) -> tuple[int, ...]:
        """Ids of the processes that are kept."""
        return tuple(one.process_id for one in self.processes if one.process_id is not None)

    @contextmanager
    def taken(self) -> Iterator[ReaderProcess]:
        """A process that is free or, where none is, the first that becomes so; nobody else has it meanwhile."""
        if self._owner != os.getpid():
            self._renew()  # forked: the processes, and what is taken of them, belong to the parent
        free = self._free
        process = free.get()
        try:
            yield process
        finally:
            free.put(process)

    def end(self) -> None:
        """End the processes that there are; the next call starts another."""
        for process in self.processes:
            process.end()

    def call_off(self) -> None:
        """Give up what is being done now, as where the program ends: who waits for it gets Stopped."""
        for process in self.processes:
            process.call_off()

    def _renew(self) -> None:
        self._owner = os.getpid()
        # The one that was used last comes first: it is started already.
        self._free: queue.LifoQueue[ReaderProcess] = queue.LifoQueue()
        for process in reversed(self.processes):
            self._free.put(process)
