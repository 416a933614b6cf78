"""A list of documents as one open page shows it: what it is narrowed to, its order, how much of it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from app.document_list import Counts, Order, Sought, chosen, counts, ordered
from corpus.document import Kind

if TYPE_CHECKING:
    from index.store import CollectionRecord, DocumentRecord, Store

PAGE = 100  # documents that are shown, and that are shown more each time


@dataclass(frozen=True, slots=True)
class Listing:
    """What a person has chosen above a list."""

    words: str = ""
    company: str = ""
    year: int | None = None
    kind: Kind | None = None
    collection: int | None = None
    order: Order = Order.NAME
    descending: bool = False
    most: int = PAGE

    def narrowed(self, name: str, value: str) -> "Listing":
        """The same with one choice made otherwise, from its beginning; what the page can't have sent changes nothing."""
        value = value.strip()
        if name == "words":
            return replace(self, words=value[:200], most=PAGE)
        if name == "company":
            return replace(self, company=value[:200], most=PAGE)
        number = int(value) if value.isascii() and value.isdigit() and len(value) < 19 else None
        if name == "year" and (number is not None or not value):
            return replace(self, year=number, most=PAGE)
        if name == "collection" and (number is not None or not value):
            return replace(self, collection=number, most=PAGE)
        if name == "kind" and (not value or value in {kind.value for kind in Kind}):
            return replace(self, kind=Kind(value) if value else None, most=PAGE)
        if name == "order":
            order, _, down = value.partition("-")
            if order in {one.value for one in Order}:
                return replace(self, order=Order(order), descending=bool(down), most=PAGE)
        return self

    def more(self) -> "Listing":
        """The same with more shown."""
        return replace(self, most=self.most + PAGE)


@dataclass(frozen=True, slots=True)
class Listed:
    """What a listing gives now."""

    listing: Listing
    found: "tuple[DocumentRecord, ...]"
    total: int  # of the index
    counts: Counts
    collections: "tuple[CollectionRecord, ...]"
    memberships: Mapping[int, tuple[int, ...]]
    locked: frozenset[int] = frozenset()  # documents that the person may read and not remove

    @property
    def shown(self) -> "Sequence[DocumentRecord]":
        """The documents on the page."""
        return self.found[: self.listing.most]

    @property
    def collection(self) -> "CollectionRecord | None":
        """The collection that it is narrowed to."""
        return next((one for one in self.collections if one.id == self.listing.collection), None)


def listed(store: "Store", records: "Collection[DocumentRecord]", listing: Listing, owner: int | None = None) -> Listed:
    """What a listing of `records` gives; one narrowed to a collection that was deleted is of all."""
    collections = tuple(store.collections(owner))
    if listing.collection is not None and all(one.id != listing.collection for one in collections):
        listing = replace(listing, collection=None)
    members = None if listing.collection is None else frozenset(store.members(listing.collection))
    sought = Sought(listing.words, listing.company, listing.year, listing.kind, members)
    found = ordered(chosen(records, sought), listing.order, listing.descending)
    return Listed(
        listing,
        tuple(found),
        len(records),
        counts(records, sought),
        collections,
        store.memberships(owner),
        store.locked(),
    )
