"""The parts of a document: its headings where they stand, and pages of a report that were recognised."""

from collections.abc import Iterator

from app.evidence import Pages
from app.overview.contents import Part
from index.citation import Citation
from index.store import DocumentRecord

MOST_PARTS = 12
LONGEST = 100  # characters of a heading
# Pages of a report, in the order in which they are shown.
RECOGNISED = (
    "business", "risk factors", "md&a", "liquidity", "income statement", "balance sheet", "cash flow statement", "segments",
)  # fmt: skip
REPORT_PAGES = 8  # a longer document is shown by what its pages are, where they were recognised


def parts_of(record: DocumentRecord, pages: Pages) -> list[Part]:
    """All parts, in the document's order."""
    if record.pages > REPORT_PAGES and (found := list(_recognised(record, pages))):
        return sorted(found, key=lambda part: part.citation.page)
    return list(_headed(record, pages))


def _recognised(record: DocumentRecord, pages: Pages) -> Iterator[Part]:
    begins: dict[str, int] = {}
    for page, features in sorted(pages.store.features_of(record.id).items()):
        for feature in features:
            begins.setdefault(feature, page)
    for feature in RECOGNISED:
        if feature in begins:
            page = begins[feature]
            yield Part(feature.upper() if feature == "md&a" else feature.capitalize(), _opening(record, pages, page))


def _opening(record: DocumentRecord, pages: Pages, page: int) -> Citation:
    """The first line of a page."""
    text = pages.text(record.id, page)
    start = len(text) - len(text.lstrip())
    end = text.find("\n", start)
    end = len(text) if end < 0 else end
    end = min(end, start + LONGEST)
    return Citation(record.name, page, start, end, text[start:end])


def _headed(record: DocumentRecord, pages: Pages) -> Iterator[Part]:
    """Outermost headings; those below the first where that is the title of all."""
    sections = [(stored.passage.section, stored.passage.span) for stored in pages.store.passages_of(record.id)]
    tops = {section[0] for section, _ in sections if section}
    level = 1 if len(tops) == 1 else 0
    seen: set[str] = set()
    for section, span in sections:
        if len(section) > level and section[level] not in seen:
            name = section[level]
            seen.add(name)
            text = pages.text(record.id, span.page)
            start = text.rfind(name, 0, span.end)
            if start >= 0 and len(name) <= LONGEST:
                yield Part(" ".join(name.split()), Citation(record.name, span.page, start, start + len(name), name))
