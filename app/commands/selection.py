"""Which documents a command is about: the arguments that narrow, and those named by id or name."""

import argparse
from collections.abc import Sequence
from typing import TYPE_CHECKING

from app.commands.command import positive, text_argument

if TYPE_CHECKING:
    from app.document_list import Sought
    from app.scope import Scope
    from index.store import DocumentRecord, Store


def add_narrowing(parser: argparse.ArgumentParser) -> None:
    """Add the arguments that narrow the list of documents."""
    parser.add_argument("--company", type=text_argument, default="", help="of a company: its name, or a part of it")
    parser.add_argument("--year", type=positive, help="of one fiscal year")
    parser.add_argument("--kind", type=text_argument, help="of one kind: annual_report, quarterly_report, article, …")
    parser.add_argument("--collection", type=text_argument, metavar="NAME", help="in a collection, by name or id")
    parser.add_argument("--words", type=text_argument, default="", help="with these words in name, title or company")


def add_scope(parser: argparse.ArgumentParser) -> None:
    """Add the arguments that say what is asked."""
    parser.add_argument(
        "--collection", type=text_argument, action="append", default=[], metavar="NAME",
        help="ask the documents of a collection; may be given several times",
    )  # fmt: skip
    parser.add_argument(
        "--document", type=text_argument, action="append", default=[], metavar="NAME",
        help="ask a document, by name or id; may be given several times",
    )  # fmt: skip


def narrowed(arguments: argparse.Namespace) -> bool:
    """Whether any argument narrows."""
    return bool(
        arguments.company or arguments.year is not None or arguments.kind or arguments.collection or arguments.words
    )


def sought(arguments: argparse.Namespace, store: "Store") -> "Sought":
    """What the narrowing arguments ask for. Raises UnknownCollection, BadQuestion for an unknown kind."""
    from app.document_list import Sought, kind_named

    members = None
    if arguments.collection:
        members = frozenset(store.members(collection_named(store, arguments.collection)))
    kind = kind_named(arguments.kind) if arguments.kind else None
    return Sought(arguments.words, arguments.company, arguments.year, kind, members)


def named_documents(store: "Store", names: Sequence[str]) -> "list[DocumentRecord]":
    """Documents by id or name, each once. Raises UnknownDocument."""
    found = {record.id: record for record in (store.document(document_key(store, name)) for name in names)}
    return list(found.values())


def document_key(store: "Store", text: str) -> int | str:
    """A document's name where there is one of that name, else its id."""
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        return text
    return text if any(record.name == text for record in store.documents()) else int(text)


def collection_named(store: "Store", text: str) -> int:
    """The id of a collection named by name or id. Raises UnknownCollection."""
    known = {one.id: one.name for one in store.collections()}
    if text.isascii() and text.isdigit() and len(text) < 19 and int(text) in known:
        named = [one for one in known.values() if one == text]
        return store.collection(text if named else int(text)).id
    return store.collection(text).id


def scope_given(arguments: argparse.Namespace, store: "Store") -> "Scope":
    """What `add_scope` asks of. Raises UnknownDocument or UnknownCollection."""
    from app.scope import Scope

    return Scope.of(
        [collection_named(store, one) for one in arguments.collection],
        [record.id for record in named_documents(store, arguments.document)],
    )
