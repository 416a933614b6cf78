"""What a question is asked of: collections and documents, together; nothing named means everything.

A scope names collections, not what is in them: documents that are put in later count at the next question.
"""

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from corpus.errors import DataProblem, EmptyScope

if TYPE_CHECKING:
    from index.store import Store

NOTHING_LEFT = (
    "Nothing is left of what is asked here: its documents or collections were removed. Choose others, or none to ask all "
    "documents."
)


@dataclass(frozen=True, slots=True)
class Scope:
    """Ids of collections and of documents, each once and in order."""

    collections: tuple[int, ...] = ()
    documents: tuple[int, ...] = ()

    @classmethod
    def of(cls, collections: Iterable[int] = (), documents: Iterable[int] = ()) -> "Scope":
        """A scope of ids in any order."""
        return cls(tuple(sorted(set(collections))), tuple(sorted(set(documents))))

    @property
    def everything(self) -> bool:
        """Whether it names nothing, so that all documents are asked."""
        return not (self.collections or self.documents)

    def to_json(self) -> str:
        """As `chats.scope` keeps it; "{}" for everything."""
        named = {"collections": list(self.collections), "documents": list(self.documents)}
        return json.dumps({name: ids for name, ids in named.items() if ids})

    @classmethod
    def from_json(cls, text: str) -> "Scope":
        """What `to_json` wrote. Raises DataProblem where the text is no scope."""
        try:
            data = json.loads(text)
            return cls.of(_ids(data.get("collections", ())), _ids(data.get("documents", ())))
        except (ValueError, TypeError, AttributeError) as error:
            raise DataProblem(
                f"What a chat is asked of can't be read ({text[:60]!r}); choose its documents again, or delete the chat."
            ) from error


def reached(scope: Scope, members: Mapping[int, Collection[int]], present: Collection[int]) -> frozenset[int] | None:
    """The documents of a scope among those `present`; None where it is everything.

    `members`: collection → its documents, of the collections that are there.
    """
    if scope.everything:
        return None
    found = {*scope.documents, *(one for key in scope.collections for one in members.get(key, ()))}
    return frozenset(found & set(present))


def documents_asked(store: "Store", scope: Scope, owner: int | None = None) -> frozenset[int] | None:
    """The ids of the documents that a question is asked of now; None for all. Raises EmptyScope where none is left."""
    if scope.everything:
        return None
    known = {one.id: one for one in store.collections(owner)}
    members = {key: store.members(key) for key in scope.collections if key in known}
    found = reached(scope, members, [record.id for record in store.documents()])
    if not found:
        empty = [known[key].name for key in scope.collections if key in known]
        raise EmptyScope(
            f"There are no documents in {_named(empty)}. Put some in, or ask of others." if empty else NOTHING_LEFT
        )
    return found


def scope_named(
    store: "Store", documents: Iterable[int | str] = (), collections: Iterable[int | str] = (), owner: int | None = None
) -> Scope:
    """The scope of documents and collections named by id or name. Raises UnknownDocument or UnknownCollection."""
    return Scope.of(
        [store.collection(key, owner).id for key in collections], [store.document(key).id for key in documents]
    )


def _named(names: Iterable[str]) -> str:
    return " or ".join(f"the collection “{name}”" for name in names)


def _ids(value: object) -> list[int]:
    if not isinstance(value, list | tuple) or not all(
        isinstance(one, int) and not isinstance(one, bool) for one in value
    ):
        raise ValueError("not ids")
    return list(value)
