"""Reading apart: files are opened in processes of their own, with limits, so that a bad one can't take the program down.

They are kept warm for the whole program: `READERS` read files, another draws pages, so that nobody waits for a picture behind a
long file.
"""

import os

from corpus.errors import Stopped
from corpus.reading.limits import Limits
from corpus.reading.process import BeyondLimits, ReaderProcess
from corpus.reading.several import ReaderProcesses

__all__ = [
    "READERS",
    "BeyondLimits",
    "Limits",
    "ReaderProcess",
    "ReaderProcesses",
    "Stopped",
    "drawing",
    "reading",
    "set_limits",
]

DRAWING_SECONDS = 10.0  # a person waits for it
# Two keep two cores busy until the first file is there to be embedded; more would only hold memory.
READERS = min(2, os.cpu_count() or 1)

reading = ReaderProcesses(Limits(), READERS)
drawing = ReaderProcess(Limits(seconds=DRAWING_SECONDS))


def set_limits(limits: Limits) -> None:
    """Set what reading and drawing may take in this program, from the next file on."""
    reading.limits = limits
    drawing.limits = Limits(limits.memory_mb, min(limits.seconds, DRAWING_SECONDS))
