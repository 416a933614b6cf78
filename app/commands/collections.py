"""Commands over collections: list them, put documents in, take them out, rename, delete."""

import argparse
from typing import TYPE_CHECKING

from app.commands.command import Add, Output, counted, open_store, text_argument
from app.commands.selection import add_narrowing, collection_named, named_documents, narrowed, sought
from corpus.errors import BadQuestion, UnknownCollection

if TYPE_CHECKING:
    from index.store import CollectionRecord, DocumentRecord, Store


def add_commands(command: Add) -> None:
    """Add what `footnote collection` does."""
    command("list", _list, "list the collections, or the documents of one").add_argument(
        "name", nargs="?", type=text_argument, help="a collection's name or id"
    )
    add = command("add", _add, "put documents into a collection; it is made where there is none of that name")
    remove = command("remove", _remove, "take documents out of a collection; they stay in the index")
    for parser in (add, remove):
        parser.add_argument("name", type=text_argument, help="the collection's name, or its id")
        parser.add_argument("documents", nargs="*", type=text_argument, metavar="DOCUMENT", help="by name or id")
        add_narrowing(parser)
    rename = command("rename", _rename, "give a collection another name")
    rename.add_argument("name", type=text_argument)
    rename.add_argument("new", type=text_argument)
    command("delete", _delete, "delete a collection; its documents stay in the index").add_argument(
        "name", type=text_argument, help="a collection's name or id"
    )


def _list(arguments: argparse.Namespace) -> Output:
    from app.json_objects import collection_object, document_object

    with open_store(arguments) as store:
        if arguments.name:
            record = store.collection(collection_named(store, arguments.name))
            members = set(store.members(record.id))
            held = [one for one in store.documents() if one.id in members]
            data = {**collection_object(record), "documents": [document_object(one) for one in held]}
            said = "\n".join(f"{one.id:>4}  {one.name}" for one in held)
            return Output(data, said or f"“{record.name}” is empty: footnote collection add “{record.name}” DOCUMENT…")
        found = store.collections()
    text = "\n".join(f"{one.id:>4}  {one.name}  ({counted(one.documents, 'document')})" for one in found)
    return Output(
        {"collections": [collection_object(one) for one in found]},
        text or "No collections yet: footnote collection add NAME DOCUMENT…",
    )


def _add(arguments: argparse.Namespace) -> Output:
    with open_store(arguments) as store:
        named = _meant(arguments, store)
        try:
            key = collection_named(store, arguments.name)
        except UnknownCollection:
            key = store.make_collection(arguments.name).id
        count = store.put_in(key, [one.id for one in named])
        record = store.collection(key)
    return _done(record, count, "put in")


def _remove(arguments: argparse.Namespace) -> Output:
    with open_store(arguments) as store:
        key = collection_named(store, arguments.name)
        if not (arguments.documents or narrowed(arguments)):
            raise BadQuestion(
                "Name the documents to take out, or narrow with --company, --year, --kind or --words. "
                "`footnote collection delete` deletes the collection itself."
            )
        count = store.take_out(key, [one.id for one in _meant(arguments, store)])
        record = store.collection(key)
    return _done(record, count, "taken out")


def _done(record: "CollectionRecord", count: int, what: str) -> Output:
    from app.json_objects import collection_object

    said = f"{counted(count, 'document')} {what}: “{record.name}” has {counted(record.documents, 'document')} now."
    return Output({**collection_object(record), "changed": count}, said)


def _meant(arguments: argparse.Namespace, store: "Store") -> "list[DocumentRecord]":
    """The documents that are named, and those that the narrowing arguments leave."""
    from app.document_list import chosen

    found = named_documents(store, arguments.documents)
    if narrowed(arguments):
        found += chosen(store.documents(), sought(arguments, store))
    return found


def _rename(arguments: argparse.Namespace) -> Output:
    from app.json_objects import collection_object

    with open_store(arguments) as store:
        old = store.collection(collection_named(store, arguments.name))
        record = store.rename_collection(old.id, arguments.new)
    return Output(collection_object(record), f"“{old.name}” is called “{record.name}” now.")


def _delete(arguments: argparse.Namespace) -> Output:
    with open_store(arguments) as store:
        record = store.delete_collection(collection_named(store, arguments.name))
    said = f"Deleted the collection “{record.name}”. Its {counted(record.documents, 'document')} stayed in the index."
    return Output({"deleted": record.name, "id": record.id}, said)
