"""A document's sections with the pages that they begin on, and the page of one document that is like a page of another."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from index.store import Store

MOST_ENTRIES = 400


@dataclass(frozen=True, slots=True)
class OutlineEntry:
    """A section: its heading, how deep it lies (from 0), and where its first passage begins."""

    title: str
    depth: int
    page: int  # from 0
    start: int


def outline(store: "Store", document_id: int) -> list[OutlineEntry]:
    """The sections of a document in reading order, `MOST_ENTRIES` at most: of more, the outermost."""
    found: list[OutlineEntry] = []
    above: tuple[str, ...] = ()
    for one in store.passages_of(document_id):
        section = one.passage.section
        shared = 0
        while shared < min(len(section), len(above)) and section[shared] == above[shared]:
            shared += 1
        span = one.passage.span
        found += [
            OutlineEntry(" ".join(section[depth].split()), depth, span.page, span.start)
            for depth in range(shared, len(section))
            if section[depth].strip()
        ]
        above = section
    depth = max((one.depth for one in found), default=0)
    while len(found) > MOST_ENTRIES and depth > 0:
        found = [one for one in found if one.depth < depth]
        depth -= 1
    return found[:MOST_ENTRIES]


def matching_page(store: "Store", document_id: int, page: int, other_id: int) -> int:
    """The page of another document that is like a page of one: the same statement, else the same heading, else the first."""
    features = store.features_of(document_id).get(page, frozenset())
    others = store.features_of(other_id)
    if features:
        shared = {number: len(features & held) for number, held in others.items() if features & held}
        if shared:
            # Of pages with as many in common the one with the fewest others, then the first.
            return min(shared, key=lambda number: (-shared[number], len(others[number] - features), number))
    headings = [
        _plain(heading) for one in store.passages_of(document_id, page) for heading in reversed(one.passage.section)
    ]
    there: dict[str, int] = {}
    for entry in outline(store, other_id):
        there.setdefault(_plain(entry.title), entry.page)
    return next((there[heading] for heading in headings if heading in there), 0)


def _plain(text: str) -> str:
    return " ".join(text.casefold().split()).rstrip(".:")
