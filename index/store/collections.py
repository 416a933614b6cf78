"""Collections in the store: documents that a person put together under a name; a document may be in several.

`owner` is the id of a person who is signed in, None where nobody signs in. A collection without an owner is everyone's.
"""

import sqlite3
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from corpus.errors import BadName, UnknownCollection, UnknownDocument
from corpus.readers.clean import one_line
from index.store.connection import Connections

LONGEST_NAME = 80  # characters
_SEEN = "(owner_id IS NULL OR owner_id = ? OR shared)"


@dataclass(frozen=True, slots=True)
class CollectionRecord:
    """A collection, without its documents; `documents` counts them."""

    id: int
    name: str
    owner: int | None  # None: everyone's
    shared: bool  # whether others who sign in read it
    created: datetime
    documents: int


def collection_name(text: str) -> str:
    """A name as it is kept: one line, cleaned. Raises BadName where nothing is left of it, or too much."""
    name = one_line(text)
    if not name:
        raise BadName("A collection needs a name: give it at least one letter.")
    if len(name) > LONGEST_NAME:
        raise BadName(
            f"A collection’s name has at most {LONGEST_NAME} characters; this one has {len(name)}. Shorten it."
        )
    return name


class Collections(Connections):
    """Making collections, and what is in them."""

    def collections(self, owner: int | None = None) -> list[CollectionRecord]:
        """The collections that `owner` reads, by name: their own, everyone's, and those that others share.

        Here and below: without an `owner`, the person whose view the store is.
        """
        return self._collections(f"WHERE {_SEEN} ORDER BY name COLLATE NOCASE, id", (owner or self.owner,))

    def collection(self, key: int | str, owner: int | None = None) -> CollectionRecord:
        """A collection by its id or its name, of those that `owner` reads; their own first. Raises UnknownCollection."""
        owner = owner or self.owner
        found = self.collections(owner)
        if isinstance(key, int):
            found = [one for one in found if one.id == key]
        else:
            wanted = one_line(key).casefold()
            named = [one for one in found if one.name.casefold() == wanted]
            found = sorted(named, key=lambda one: (one.owner != owner, one.owner is not None, one.id))
        if not found:
            raise UnknownCollection(
                f"There is no collection {key!r}. `footnote collection list` lists what there is; `footnote collection add "
                "NAME` makes one."
            )
        return found[0]

    def members(self, collection_id: int) -> list[int]:
        """The ids of a collection's documents, rising."""
        rows = self.connect().execute(
            "SELECT document_id FROM collection_documents WHERE collection_id = ? ORDER BY document_id",
            (collection_id,),
        )
        return [row[0] for row in rows]

    def memberships(self, owner: int | None = None) -> dict[int, tuple[int, ...]]:
        """Document id → the ids of the collections, of those that `owner` reads, that it is in."""
        found: dict[int, tuple[int, ...]] = {}
        rows = self.connect().execute(
            "SELECT document_id, collection_id FROM collection_documents JOIN collections ON collections.id = collection_id "
            f"WHERE {_SEEN} ORDER BY document_id, name COLLATE NOCASE",
            (owner or self.owner,),
        )
        for document_id, collection_id in rows:
            found[document_id] = (*found.get(document_id, ()), collection_id)
        return found

    def make_collection(self, name: str, owner: int | None = None) -> CollectionRecord:
        """Make an empty collection. Raises BadName where the name can't be taken or is taken."""
        name, owner = collection_name(name), owner or self.owner
        with self.writing() as connection:
            self._require_free(name, owner)
            cursor = connection.execute(
                "INSERT INTO collections (name, owner_id, created) VALUES (?, ?, ?)",
                (name, owner, datetime.now(UTC).isoformat(timespec="seconds")),
            )
        return self._collections("WHERE collections.id = ?", (cursor.lastrowid,))[0]

    def rename_collection(self, key: int | str, name: str, owner: int | None = None) -> CollectionRecord:
        """Give a collection another name. Raises UnknownCollection, or BadName where that can't be taken or is taken."""
        name = collection_name(name)
        with self.writing() as connection:
            record = self._own(key, owner)
            self._require_free(name, record.owner, record.id)
            connection.execute("UPDATE collections SET name = ? WHERE id = ?", (name, record.id))
        return self._collections("WHERE collections.id = ?", (record.id,))[0]

    def delete_collection(self, key: int | str, owner: int | None = None) -> CollectionRecord:
        """Delete a collection; its documents stay. Gives what it was; raises UnknownCollection."""
        with self.writing() as connection:
            record = self._own(key, owner)
            connection.execute("DELETE FROM collections WHERE id = ?", (record.id,))
        return record

    def set_shared(self, key: int | str, shared: bool, owner: int | None = None) -> CollectionRecord:
        """Let others who sign in read a collection, or no longer. Raises UnknownCollection."""
        with self.writing() as connection:
            record = self._own(key, owner)
            connection.execute("UPDATE collections SET shared = ? WHERE id = ?", (shared, record.id))
        return self._collections("WHERE collections.id = ?", (record.id,))[0]

    def put_in(self, key: int | str, documents: Iterable[int], owner: int | None = None) -> int:
        """Put documents into a collection; gives how many weren't in it.

        Raises UnknownCollection, or UnknownDocument where one isn't there; then none is put in.
        """
        with self.writing() as connection:
            record = self._own(key, owner)
            before = connection.total_changes
            for document in dict.fromkeys(documents):
                _require_document(connection, document)
                connection.execute("INSERT OR IGNORE INTO collection_documents VALUES (?, ?)", (record.id, document))
            return connection.total_changes - before

    def take_out(self, key: int | str, documents: Iterable[int], owner: int | None = None) -> int:
        """Take documents out of a collection; they stay in the index. Gives how many were in it; raises UnknownCollection."""
        with self.writing() as connection:
            record = self._own(key, owner)
            before = connection.total_changes
            connection.executemany(
                "DELETE FROM collection_documents WHERE collection_id = ? AND document_id = ?",
                ((record.id, document) for document in dict.fromkeys(documents)),
            )
            return connection.total_changes - before

    def _own(self, key: int | str, owner: int | None) -> CollectionRecord:
        """A collection that `owner` may change: their own, or everyone's."""
        owner = owner or self.owner
        record = self.collection(key, owner)
        if record.owner not in (None, owner):
            raise UnknownCollection(
                f"The collection “{record.name}” is another person’s: it can be read, not changed. Make one of your own."
            )
        return record

    def _require_free(self, name: str, owner: int | None, but: int = 0) -> None:
        taken: Collection[str] = [
            one.name.casefold() for one in self.collections(owner) if one.owner == owner and one.id != but
        ]
        if name.casefold() in taken:
            raise BadName(f"There is a collection “{name}” already. Choose another name, or put the documents into it.")

    def _collections(self, clause: str, parameters: tuple[int | None, ...]) -> list[CollectionRecord]:
        rows = self.connect().execute(
            "SELECT id, name, owner_id, shared, created, "
            f"(SELECT count(*) FROM collection_documents WHERE collection_id = collections.id) FROM collections {clause}",
            parameters,
        )
        return [
            CollectionRecord(key, name, owner, bool(shared), datetime.fromisoformat(created), documents)
            for key, name, owner, shared, created, documents in rows
        ]


def _require_document(connection: sqlite3.Connection, document: int) -> None:
    if connection.execute("SELECT 1 FROM documents WHERE id = ?", (document,)).fetchone() is None:
        raise UnknownDocument(
            f"There is no document {document} in the index any more; nothing was changed. `footnote documents` lists what there is."
        )
