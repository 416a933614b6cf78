"""Facts of documents that are in the store already: built again from their pages and tables where they are stale."""

from collections.abc import Iterable
from contextlib import suppress

from corpus.errors import DataProblem
from index.cells import Source
from index.statement_cells import Line
from index.statement_facts import PDF, Entry, build, stamp
from index.store import DocumentRecord, Store


def bring_up_to_date(store: Store, records: Iterable[DocumentRecord] | None = None) -> int:
    """Build the facts that are missing or stale, of all documents or of `records`; gives of how many.

    Files aren't read again. Each document is one transaction. Raises DataProblem where the data directory can't be written.
    """
    now = stamp()
    stale = [record for record in (store.documents() if records is None else records) if record.facts != now]
    for record in stale:
        store.replace_facts(record, stored_facts(store, record), now)
    return len(stale)


def stored_facts(store: Store, record: DocumentRecord) -> list[Entry]:
    """The facts of a stored document, from its pages and tables."""
    texts: dict[int, str] = {}

    def text(page: int) -> str:
        if page not in texts:
            texts[page] = store.page(record.id, page).text
        return texts[page]

    source = Source(
        record.id,
        record.name,
        record.metadata,
        text,
        lambda page: [stored.passage for stored in store.passages_of(record.id, page)],
    )
    return build(
        source, lambda page: store.tables(record.id, page), store.features_of(record.id), record.media_type == PDF
    )


def lines_of(store: Store, record: DocumentRecord) -> list[Line]:
    """The cells of a document's statements: those stored, or built now and stored where these are stale."""
    now = stamp()
    if record.facts == now:
        return store.lines(record)
    entries = stored_facts(store, record)
    with suppress(DataProblem):  # in a directory that can only be read they are built at each start
        store.replace_facts(record, entries, now)
    return [entry.line for entry in entries]
