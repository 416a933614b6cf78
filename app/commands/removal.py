"""`footnote remove`: one document at once; several, or those that are narrowed to, after a question."""

import argparse
import sys
from typing import TYPE_CHECKING

from app.commands.command import Add, Output, counted, open_store, text_argument
from app.commands.selection import add_narrowing, named_documents, narrowed, sought
from corpus.errors import BadQuestion

if TYPE_CHECKING:
    from index.store import DocumentRecord, Store

SHOWN = 10  # names in the question


def add_commands(command: Add) -> None:
    """Add it to the command line."""
    remove = command("remove", _remove, "remove documents from the index")
    remove.add_argument("names", nargs="*", type=text_argument, metavar="DOCUMENT", help="a document's id or name")
    add_narrowing(remove)
    remove.add_argument("--yes", action="store_true", help="don't ask before several are removed")


def _remove(arguments: argparse.Namespace) -> Output:
    with open_store(arguments) as store:
        if not (arguments.names or narrowed(arguments)):
            raise BadQuestion("Name the documents to remove, or narrow with --company, --year, --kind or --collection.")
        if len(arguments.names) == 1 and not narrowed(arguments):
            record = store.remove(named_documents(store, arguments.names)[0].id)
            return Output(
                {"removed": record.name, "id": record.id}, f"Removed {record.name} and its {record.passages} passages."
            )
        meant = _meant(arguments, store)
        if not meant:
            return Output(
                {"removed": [], "documents": len(store.documents())}, "No document fits; nothing was removed."
            )
        if not (arguments.yes or _confirmed(meant)):
            return Output({"removed": [], "documents": len(store.documents())}, "Nothing was removed.", 1)
        removed = store.remove_all([record.id for record in meant], _progress)
        left = len(store.documents())
    return Output(
        {"removed": [record.name for record in removed], "documents": left},
        f"Removed {counted(len(removed), 'document')}: {_names(removed)}. {counted(left, 'document')} in the index.",
    )


def _meant(arguments: argparse.Namespace, store: "Store") -> "list[DocumentRecord]":
    """The documents that are named, of them those that the narrowing arguments leave; without names all of these."""
    from app.document_list import chosen

    among = named_documents(store, arguments.names) if arguments.names else store.documents()
    return chosen(among, sought(arguments, store)) if narrowed(arguments) else among


def _confirmed(meant: "list[DocumentRecord]") -> bool:
    """The person's word. Raises BadQuestion where nobody can be asked."""
    question = f"Remove {counted(len(meant), 'document')} ({_names(meant)})?"
    if not (sys.stdin and sys.stdin.isatty()):
        raise BadQuestion(f"{question} Nothing was removed; say --yes to remove them.")
    print(f"{question} [y/N] ", end="", file=sys.stderr, flush=True)
    return sys.stdin.readline().strip().lower() in ("y", "yes")


def _names(records: "list[DocumentRecord]") -> str:
    more = f" and {len(records) - SHOWN} more" if len(records) > SHOWN else ""
    return ", ".join(record.name for record in records[:SHOWN]) + more


def _progress(done: int, total: int) -> None:
    if sys.stderr.isatty() and total > SHOWN:
        print(f"\r{done} of {total} documents", end="\n" if done == total else "", file=sys.stderr, flush=True)
