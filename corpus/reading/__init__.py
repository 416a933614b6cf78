"""Reading apart: files are opened in processes of their own, with limits, so that a bad one can't take the program down.

Two are kept warm for the whole program: one reads files, one draws pages, so that nobody waits for a picture behind a long file.
"""

from corpus.errors import Stopped
from corpus.reading.limits import Limits
from corpus.reading.process import BeyondLimits, ReaderProcess

__all__ = ["BeyondLimits", "Limits", "ReaderProcess", "Stopped", "drawing", "reading", "set_limits"]

DRAWING_SECONDS = 10.0  # a person waits for it

reading = ReaderProcess(Limits())
drawing = ReaderProcess(Limits(seconds=DRAWING_SECONDS))


def set_limits(limits: Limits) -> None:
    """Set what reading and drawing may take in this program, from the next file on."""
    reading.limits = limits
    drawing.limits = Limits(limits.memory_mb, min(limits.seconds, DRAWING_SECONDS))
