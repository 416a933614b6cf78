"""What reading one file may take."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Memory of the process that reads, and seconds that it may go without progress (a page, a row of cells).

    Seconds are held twice: by the clock, and as processor time by the system, which ends the process even where the one
    that started it is gone.
    """

    memory_mb: int = 2048
    seconds: float = 120.0
