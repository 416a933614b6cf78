"""A citation: an exact place in a document, and the text that stands there."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Citation:
    """An exact passage: document name, page (from 0), half-open character span, and the text that stands there."""

    document: str  # the document's name; "glossary" for an entry of the glossary's data file
    page: int  # from 0; JSON counts from 1
    start: int
    end: int
    quote: str

    def to_json(self) -> dict[str, Any]:
        """The object of `ask --json`: `page` from 1."""
        return {
            "document": self.document,
            "page": self.page + 1,
            "start": self.start,
            "end": self.end,
            "quote": self.quote,
        }
