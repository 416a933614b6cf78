"""Where a citation points, in words."""

from app.answer import Citation
from app.page.words import say


def place_words(citation: Citation) -> str:
    """Where a citation points, in the visitor's language: document and page from 1."""
    if citation.document == "glossary":
        return say("source.glossary_place")
    return say("source.place", document=citation.document, n=citation.page + 1)
