"""Memory of a process over time, and whether it grows."""

import asyncio
import time
from dataclasses import dataclass, field
from pathlib import Path


@dataclass
class Memory:
    """Samples of a process's resident memory: (seconds, questions answered by then, bytes)."""

    process: int
    samples: list[tuple[float, int, int]] = field(default_factory=list)

    def sample(self, questions: int) -> None:
        """Read it now."""
        for line in Path(f"/proc/{self.process}/status").read_text(encoding="ascii").splitlines():
            if line.startswith("VmRSS:"):
                self.samples.append((time.monotonic(), questions, int(line.split()[1]) * 1024))

    async def watch(self, questions: "list[float]", every: float = 1.0) -> None:
        """Sample until cancelled; `questions` grows by one with each that is answered."""
        while True:
            self.sample(len(questions))
            await asyncio.sleep(every)

    def growth(self) -> tuple[float, float]:
        """Bytes that each question adds, least squares over the second half, and the standard error of that slope.

        The first half warms up: caches fill, the allocator takes what it keeps.
        """
        half = self.samples[len(self.samples) // 2 :]
        count = len(half)
        if count < 3 or half[-1][1] == half[0][1]:
            return 0.0, float("inf")
        mean_x = sum(one[1] for one in half) / count
        mean_y = sum(one[2] for one in half) / count
        spread = sum((one[1] - mean_x) ** 2 for one in half)
        slope = sum((one[1] - mean_x) * (one[2] - mean_y) for one in half) / spread
        rest = sum((one[2] - mean_y - slope * (one[1] - mean_x)) ** 2 for one in half)
        return slope, (rest / (count - 2) / spread) ** 0.5
