"""Where a citation points, in words."""

from app.answer import Answer, Citation
from app.page.words import say


def place_words(citation: Citation, answer: Answer | None = None) -> str:
    """Where a citation points, in the visitor's language: document and page from 1, and whether OCR read it for `answer`."""
    if citation.document == "glossary":
        return say("source.glossary_place")
    where = say("source.place", document=citation.document, n=citation.page + 1)
    recognised = answer is not None and (citation.document, citation.page) in answer.recognised
    return f"{where} · {say('source.by_ocr')}" if recognised else where
