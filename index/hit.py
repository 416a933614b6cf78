"""What a search finds."""

from dataclasses import dataclass

from corpus.document import Span


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage found, with its document, place and score (higher is better; comparable within one search only)."""

    passage_id: int
    document_id: int
    document: str
    span: Span
    text: str
    section: tuple[str, ...]
    score: float
    is_table: bool
