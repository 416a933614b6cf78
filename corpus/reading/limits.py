"""What reading one file may take."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Memory of the process that reads, and seconds that it may go without progress (a page, a row of cells).

    Seconds are of processor time; the system holds a process to them even where the one that started it is gone. By the clock
    it may take three times as long, so that a file isn't given up for a machine that is busy with something else.
    """

    memory_mb: int = 2048
    seconds: float = 120.0

    @property
    def patience(self) -> float:
        """Seconds by the clock."""
        return 3 * self.seconds
