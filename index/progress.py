"""How far an ingestion is, how fast it goes and how long it will take."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Progress:
    """Where an ingestion stands. Pages count over all files read so far; their total is known file by file."""

    file: str
    pages_done: int
    pages_total: int | None
    files_done: int
    files_total: int
    pages_per_second: float
    seconds_left: float | None
    message: str = ""
    share: float | None = None  # of all the work, from 0 to 1: a long text is one page, and takes minutes


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0  # gone since it was listed; reading it will say so


class Meter:
    """Counts pages and tells how fast they go."""

    def __init__(self, files: list[Path], tell: Callable[[Progress], None] | None) -> None:
        self.file = ""
        self._tell = tell
        self._started = time.monotonic()
        self._files_total = len(files)
        self._files_done = 0
        self._pages_before = 0.0  # of finished files
        self._pages_here = 0
        self._share = 0.0
        # Bytes of the files still to come tell, roughly, how many pages they hold.
        self._bytes = {path: _size(path) for path in files}
        self._bytes_done = 0
        self._bytes_read = 0
        self._last = Progress("", 0, None, 0, len(files), 0.0, None)

    def reading(self, path: Path, done: int, total: int | None, scanned: bool = False) -> None:
        """A file is being read, and nothing is embedded meanwhile: `done` pages or rows of `total`, where that is known.

        `scanned`: they are the file's scanned pages.
        """
        self.file, self._pages_here, self._share = str(path), 0, 0.0
        if scanned and total:
            self._report(f"reading scanned page {min(done + 1, total)} of {total}")
        else:
            self._report(f"reading {done:,} of {total:,}" if total else f"reading {done:,}")

    def read(self, path: Path, pages: int) -> None:
        """A file was read; its pages are to be embedded."""
        self.file, self._pages_here, self._share = str(path), pages, 0.0
        self._report("reading done")

    def embedded(self, share: float) -> None:
        """This share of the file's passages is embedded."""
        self._share = share
        self._report("embedding")

    def skip(self, path: Path) -> None:
        """A file was unchanged, or failed."""
        self.file = str(path)
        self._files_done += 1
        self._bytes_done += self._bytes[path]
        self._report("")

    def finish(self, path: Path) -> None:
        """A file is stored."""
        self._files_done += 1
        self._bytes_done += self._bytes[path]
        self._bytes_read += self._bytes[path]
        self._pages_before += self._pages_here
        self._pages_here, self._share = 0, 0.0
        self._report("")

    def _report(self, message: str) -> None:
        if self._tell is None:
            return
        done = self._pages_before + self._pages_here * self._share
        seconds = time.monotonic() - self._started
        speed = done / seconds if seconds else 0.0
        here_left = self._pages_here * (1 - self._share)
        current = self._bytes.get(Path(self.file), 0) if self._pages_here else 0
        bytes_left = sum(self._bytes.values()) - self._bytes_done - current
        read, pages = self._bytes_read + current, self._pages_before + self._pages_here
        pages_left = here_left + (bytes_left * pages / read if read else 0.0)
        self._last = Progress(
            self.file,
            round(done),
            round(done + pages_left) if pages else None,
            self._files_done,
            self._files_total,
            speed,
            pages_left / speed if speed else None,
            message,
            done / (done + pages_left) if done + pages_left else None,
        )
        self._tell(self._last)


class KnownPages:
    """Counts pages where how many each file has is known beforehand."""

    def __init__(self, files: Sequence[tuple[str, int]], tell: Callable[[Progress], None] | None) -> None:
        """`files`: name and pages of each, in the order of the work."""
        self._files, self._tell, self._started = files, tell, time.monotonic()
        self._total = sum(pages for _, pages in files)
        self._number = self._before = 0

    def at(self, share: float, message: str = "") -> None:
        """This share of the present file is done."""
        name, pages = self._files[min(self._number, len(self._files) - 1)] if self._files else ("", 0)
        done = self._before + (pages * share if self._number < len(self._files) else 0)
        seconds = time.monotonic() - self._started
        speed = done / seconds if seconds else 0.0
        if self._tell:
            self._tell(
                Progress(
                    name,
                    round(done),
                    self._total,
                    self._number,
                    len(self._files),
                    speed,
                    (self._total - done) / speed if speed else None,
                    message,
                    done / self._total if self._total else None,
                )
            )

    def next(self) -> None:
        """The present file is done."""
        self.reach(self._number + 1)

    def reach(self, number: int) -> None:
        """The first `number` files are done."""
        self._number = min(number, len(self._files))
        self._before = sum(pages for _, pages in self._files[: self._number])
        self.at(0.0)
