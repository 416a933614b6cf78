"""Which pages that an answer cites were read by OCR: such words and figures are marked, for they may be misread."""

from typing import TYPE_CHECKING

from app.answer import Answer, Citation
from app.export import citations_of
from corpus.errors import UnknownDocument

if TYPE_CHECKING:
    from index.store import Store


def recognised_places(store: "Store", answer: Answer) -> tuple[tuple[str, int], ...]:
    """The documents and pages (from 0) among the citations of `answer` that were read by OCR, in their order."""
    pages: dict[str, frozenset[int]] = {}
    return tuple(
        dict.fromkeys((one.document, one.page) for one in citations_of(answer) if one.page in _pages(store, one, pages))
    )


def _pages(store: "Store", citation: Citation, known: dict[str, frozenset[int]]) -> frozenset[int]:
    name = citation.document
    if name not in known:
        try:
            known[name] = store.recognised(store.document(name).id)
        except UnknownDocument:
            known[name] = frozenset()  # the glossary's file
    return known[name]
