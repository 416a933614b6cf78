"""What an overview consists of, and the same as JSON text that the store keeps with its document."""

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from app.answer import Statement
from index.citation import Citation

if TYPE_CHECKING:
    from index.store import DocumentRecord

VERSION = 1  # of what is shown; another one is made again


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a document: its heading, or what a page was recognised as, and where it begins."""

    name: str
    citation: Citation


@dataclass(frozen=True, slots=True)
class Overview:
    """What a document holds. Each sentence and each figure has the citation that it stands at."""

    document: str
    title: str | None
    company: str | None
    period: str | None
    kind: str
    language: str | None
    pages: int
    tables: int
    parts: tuple[Part, ...] = ()
    parts_in_all: int = 0
    says: tuple[Statement, ...] = ()  # its main sentences
    figures: tuple[Statement, ...] = ()
    terms: tuple[Statement, ...] = ()  # that it defines
    questions: tuple[str, ...] = ()  # that it answers, asked of it alone

    @property
    def citations(self) -> tuple[Citation, ...]:
        """Where all of it stands, in the order in which it is shown."""
        said = (one for group in (self.says, self.figures, self.terms) for one in group)
        return (*(part.citation for part in self.parts), *(place for one in said for place in one.citations))


def stamp(record: "DocumentRecord") -> str:
    """What an overview was made from; that of another one is stale."""
    return f"{VERSION}/{record.sha256}/{record.reading}/{record.facts}"


def to_json(overview: Overview, made_from: str) -> str:
    """An overview as the store keeps it."""
    return json.dumps({"stamp": made_from, "overview": asdict(overview)}, ensure_ascii=False, default=str)


def from_json(text: str, made_from: str) -> Overview | None:
    """The overview that `to_json` wrote; None where it was made from something else, or can't be read."""
    try:
        kept = json.loads(text)
        if kept["stamp"] != made_from:
            return None
        data: dict[str, Any] = kept["overview"]
        groups = {name: tuple(_statements(data[name])) for name in ("says", "figures", "terms")}
        parts = tuple(Part(one["name"], Citation(**one["citation"])) for one in data["parts"])
        return Overview(**{**data, **groups, "parts": parts, "questions": tuple(data["questions"])})
    except (ValueError, KeyError, TypeError):
        return None  # of another version; it is made again


def _statements(rows: list[dict[str, Any]]) -> Iterator[Statement]:
    for row in rows:
        yield Statement(row["text"], tuple(Citation(**one) for one in row["citations"]))
