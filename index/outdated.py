"""Which documents would be embedded or read otherwise if they came in now; `reindex.py` brings them up."""

from collections.abc import Sequence
from dataclasses import dataclass

from index.reading import Reading
from index.store import DocumentRecord


@dataclass(frozen=True, slots=True)
class Outdated:
    """Documents that aren't as they would be if they came in now."""

    embedded: tuple[DocumentRecord, ...]  # with another model
    read: tuple[DocumentRecord, ...]  # by another version of the readers, or cut otherwise

    @property
    def documents(self) -> tuple[DocumentRecord, ...]:
        """All of them, each once."""
        return tuple({record.id: record for record in (*self.embedded, *self.read)}.values())


def outdated(records: Sequence[DocumentRecord], model: str, reading: Reading) -> Outdated:
    """Those of `records` that weren't embedded with `model`, and those that `reading` would read otherwise."""
    return Outdated(
        tuple(record for record in records if record.model != model),
        tuple(record for record in records if not reading.holds(record.reading)),
    )
