"""What became of one file: the document it is now and what was understood of it, or why it isn't one."""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from index.store import DocumentRecord


class Became(StrEnum):
    """What became of a file."""

    ADDED = "added"
    REPLACED = "replaced"
    UNCHANGED = "unchanged"
    FAILED = "failed"
    STOPPED = "stopped"  # a person stopped the reading before it was done


@dataclass(frozen=True, slots=True)
class FileReport:
    """One file. `record` is None where it failed or was stopped; `reason` then says why, and what to do next."""

    path: Path
    became: Became
    record: DocumentRecord | None = None
    tables: int = 0
    terms: int = 0  # of a glossary in it
    reason: str = ""
    needs_password: bool = False
    shown: str = ""  # its name for a person: with its folder or archive, "" for the path's own name

    @property
    def name(self) -> str:
        """What a person calls the file."""
        return self.shown or self.path.name
