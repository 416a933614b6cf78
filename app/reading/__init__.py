"""Reading a document beside the chat: its outline, search within it, pictures of its pages, the same place in another."""

from app.reading.find import DocumentHit, HitKind, find_in_document
from app.reading.outline import OutlineEntry, matching_page, outline
from app.reading.pictures import Pictures, width_for

__all__ = [
    "DocumentHit",
    "HitKind",
    "OutlineEntry",
    "Pictures",
    "find_in_document",
    "matching_page",
    "outline",
    "width_for",
]
