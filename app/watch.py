"""`footnote watch`: folders whose files are in the index, and stay as they are there.

The folders are looked at in intervals, which works on every file system, network drives included. What is to be done
follows from what is there and what the index holds; only how long a file has been as it is has to be remembered.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from corpus.errors import DataProblem
from corpus.readers import path_text
from corpus.readers.clean import one_line

if TYPE_CHECKING:
    from app.footnote import Footnote
    from index.store import DocumentRecord

LOOK_SECONDS = 2.0  # between two looks
SETTLE_SECONDS = 3.0  # that a file must have been as it is: one that is being written isn't read


@dataclass(frozen=True, slots=True)
class Stamp:
    """By what a change of a file is told."""

    size: int
    modified: int  # ns
    node: int


@dataclass(slots=True)
class Seen:
    """A file: its stamp, since when it has it (seconds of `time.monotonic`), and the stamp it was taken in with."""

    stamp: Stamp
    since: float
    taken: Stamp | None = None


@dataclass(slots=True)
class Counts:
    """What was done since the start."""

    added: int = 0
    replaced: int = 0
    moved: int = 0
    removed: int = 0
    failed: int = 0


@dataclass
class Watch:
    """Keeps an engine's index in step with folders. `mirror`: a file that is gone takes its document with it."""

    engine: "Footnote"
    folders: Sequence[Path]
    tell: Callable[[str], None]
    mirror: bool = False
    settle: float = SETTLE_SECONDS
    counts: Counts = field(default_factory=Counts)
    _seen: dict[Path, Seen] = field(default_factory=dict)
    _gone: dict[int, float] = field(default_factory=dict)  # document id → since when its file is gone
    _said: set[str] = field(default_factory=set)
    _hashes: dict[Path, tuple[Stamp, str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Raises DataProblem for a path that is no folder."""
        self.folders = [folder.expanduser().resolve() for folder in self.folders]
        for folder in self.folders:
            if not folder.is_dir():
                raise DataProblem(f"There is no folder {one_line(str(folder))}. Name one that is there.")

    def run(self, seconds: float = LOOK_SECONDS, *, once: bool = False) -> None:
        """Look again and again until it is interrupted; with `once` until nothing is left to be done."""
        while not (self.look() and once):
            time.sleep(seconds)

    def look(self) -> bool:
        """Look once and do what is due; gives whether nothing is left that waits to be due.

        Raises DataProblem or IndexMismatch where the index itself can't be used.
        """
        now, wall = time.monotonic(), time.time()
        closed = self._scan(now, wall)
        due = [path for path, seen in self._seen.items() if seen.taken != seen.stamp]
        ripe = [path for path in due if now - self._seen[path].since >= self.settle]
        if ripe:
            self._take(ripe)
        waiting = len(ripe) < len(due)
        gone = self._lost(closed, now)
        if not waiting:
            for record in [one for one in gone if now - self._gone[one.id] >= self.settle]:
                self._part(record)
        return not waiting and all(now - since >= self.settle for since in self._gone.values())

    def _scan(self, now: float, wall: float) -> list[Path]:
        """Bring `_seen` up to date; gives the folders that can't be opened."""
        from index.sources import walk

        closed: list[Path] = []
        home, found = self.engine.settings.home.resolve(), {}
        pictures = self.engine.ocr().tesseract is not None
        for folder in self.folders:
            for path in walk(folder, lambda error: closed.append(Path(str(error.filename))), pictures=pictures):
                stamp = _stamp(path)
                if stamp and not path.is_relative_to(home):
                    found[path] = stamp
        for folder in closed:
            self._once(f"{folder} can't be opened; its documents stay as they are.")
        for path, stamp in found.items():
            known = self._seen.get(path)
            if known is None or known.stamp != stamp:
                # A file that was finished long ago needs no wait.
                age = 0.0 if known else max(0.0, wall - stamp.modified / 1e9)
                self._seen[path] = Seen(stamp, now - age, known.taken if known else None)
        self._seen = {path: seen for path, seen in self._seen.items() if path in found}
        return closed

    def _take(self, paths: Sequence[Path]) -> None:
        for path in paths:
            self._seen[path].taken = self._seen[path].stamp
        report = self.engine.ingest(paths)
        self.counts.added += len(report.added)
        self.counts.replaced += len(report.replaced)
        for word, records in (("added", report.added), ("replaced", report.replaced)):
            for record in records:
                self.tell(f"{word} {record.name}: {record.pages} page{'' if record.pages == 1 else 's'}")
        for path, reason in report.failed:
            if _stamp(path) is None:
                continue  # removed meanwhile: the next look sees it
            self.tell(f"could not read {one_line(str(path))}: {reason} It is tried again when it changes.")
            self.counts.failed += 1

    def _lost(self, closed: Sequence[Path], now: float) -> "list[DocumentRecord]":
        """Documents of the folders whose file is no longer there; those of a folder that is empty or shut are not."""
        from index.sources import in_archive

        present = {path_text(path.resolve()) for path in self._seen}
        lost: list[DocumentRecord] = []
        for folder in self.folders:
            mine = [one for one in self.engine.documents() if _inside(one.path, folder)]
            here = [one for one in mine if one.path not in present and not in_archive(one.path)]
            here = [one for one in here if not any(_inside(one.path, each) for each in closed)]
            if len(here) > 1 and len(here) == len(mine) and not any(path.is_relative_to(folder) for path in self._seen):
                # A drive that isn't mounted looks the same.
                self._once(
                    f"{folder} is empty now; its {len(here)} documents stay. Take them out with: footnote remove"
                )
                continue
            lost += here
        self._gone = {one.id: self._gone.get(one.id, now) for one in lost}
        return list({one.id: one for one in lost}.values())

    def _part(self, record: "DocumentRecord") -> None:
        """A document whose file is gone: moved, or removed."""
        moved = next((path for path in self._strays() if self._hash(path) == record.sha256), None)
        if moved is not None:
            self.engine.store.move(record.id, path_text(moved.resolve()))
            self.tell(f"moved {record.name}: it is {one_line(str(moved))} now")
            self.counts.moved += 1
        elif self.mirror:
            self.engine.remove(record.id)
            self.tell(f"removed {record.name}: its file is gone")
            self.counts.removed += 1
        else:
            self._once(f"{one_line(record.path)} is gone; {record.name} stays (with --mirror it would go).")
            return
        self._gone.pop(record.id, None)

    def _strays(self) -> list[Path]:
        """Files that no document is named for: copies of others, and what was moved here."""
        store = self.engine.store
        return [path for path in self._seen if store.by_path(path_text(path.resolve())) is None]

    def _hash(self, path: Path) -> str:
        stamp = self._seen[path].stamp
        if self._hashes.get(path, (None, ""))[0] != stamp:
            self._hashes[path] = (stamp, _sha256(path))
        return self._hashes[path][1]

    def _once(self, said: str) -> None:
        if said not in self._said:
            self._said.add(said)
            self.tell(said)


def _inside(path: str, folder: Path) -> bool:
    return path.startswith(f"{path_text(folder).rstrip('/')}/")


def _stamp(path: Path) -> Stamp | None:
    try:
        found = path.stat()
    except OSError:
        return None  # gone since the folder was read, or a link to nowhere
    return Stamp(found.st_size, found.st_mtime_ns, found.st_ino)


def _sha256(path: Path) -> str:
    from index.store.kept_files import sha256_of

    try:
        return sha256_of(path)
    except OSError:
        return ""  # gone, or shut: the next look sees it
