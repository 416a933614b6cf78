"""Documents brought to the embedding model and the reading in use, from what the store keeps of them.

Until the vectors of another model are all there, those of before answer; a document that is read again is replaced in one
transaction. A kill at any moment loses what was being done then, and the next call goes on.
"""

import shutil
import time
from collections.abc import Callable
from pathlib import Path

from corpus.errors import DataProblem, FootnoteError
from corpus.ocr.ocr import NO_OCR
from corpus.passage_parser import node_of
from corpus.readers.clean import one_line
from index.embedding import PassageEmbedding
from index.fact_build import bring_up_to_date
from index.ingest import IngestReport
from index.outdated import outdated
from index.part_files import working_folder
from index.progress import KnownPages, Progress
from index.reading import Reading
from index.ready import EMBEDDED_AT_ONCE, embed_nodes, make_ready, write
from index.store import DocumentRecord, Store

PLAIN = Reading(220, NO_OCR)  # passages of the usual length, scanned pages left as they are


def reindex(
    store: Store,
    embedding: PassageEmbedding,
    progress: Callable[[Progress], None] | None = None,
    *,
    reading: Reading = PLAIN,
    max_file_mb: int = 200,
    every: bool = False,
) -> IngestReport:
    """Bring every document that needs it, or `every` one, to the model and the reading in use.

    First vectors of the model in use are made beside the old ones, which answer until all take their place at once; then
    what was read otherwise is read again from its kept file, document by document. One that can't be read again is
    reported and stays as it was. Raises DataProblem where the data directory can't be written.
    """
    started = time.monotonic()
    store.sweep()
    records = store.documents()
    due = outdated(records, embedding.model_id, reading)
    again = records if every else list(due.read)
    pages = KnownPages([(record.name, record.pages) for record in (*due.embedded, *again)], progress)
    pages.at(0.0)
    _embed_again(store, embedding, pages, {record.id for record in due.embedded})
    pages.reach(len(due.embedded))
    failed: list[tuple[Path, str]] = []
    for record in again:
        try:
            _read_again(store, record, embedding, reading, max_file_mb, pages, fresh=every)
        except DataProblem:
            raise
        except (FootnoteError, OSError) as error:
            failed.append((Path(record.path), one_line(f"{record.name} stays as it was: {error}")))
        pages.next()
    bring_up_to_date(store)
    lost = {path for path, _ in failed}
    touched = {record.id for record in (*due.embedded, *again) if Path(record.path) not in lost}
    now = store.documents()
    replaced = tuple(record for record in now if record.id in touched)
    return IngestReport(
        replaced=replaced,
        unchanged=tuple(record for record in now if record.id not in touched),
        failed=tuple(failed),
        pages=sum(record.pages for record in replaced),
        passages=sum(record.passages for record in replaced),
        seconds=time.monotonic() - started,
    )


def _embed_again(store: Store, embedding: PassageEmbedding, pages: KnownPages, counted: set[int]) -> None:
    """Make the vectors of the model in use for every passage of another one, and put them in place.

    `counted`: the documents that `pages` counts; others may come in meanwhile.
    """
    model = embedding.model_id
    store.begin_staging(model)
    while due := [record for record in store.documents() if record.model != model]:
        for record in due:
            ids = store.unstaged(record.id, model)
            first = record.id in counted
            for start in range(0, len(ids), EMBEDDED_AT_ONCE):
                lot = store.passages(ids[start : start + EMBEDDED_AT_ONCE])
                vectors = embed_nodes([node_of(one.passage, one.document) for one in lot], embedding)
                store.stage([one.id for one in lot], vectors, model)
                if first:
                    pages.at(min(1.0, (start + EMBEDDED_AT_ONCE) / len(ids)), "embedding")
            if first:
                counted = counted - {record.id}
                pages.next()
        # What came in from elsewhere meanwhile is seen to in the next round.
        if store.adopt_staged(model):
            return


def _read_again(
    store: Store,
    record: DocumentRecord,
    embedding: PassageEmbedding,
    reading: Reading,
    max_file_mb: int,
    pages: KnownPages,
    *,
    fresh: bool,
) -> None:
    """Read a document again from its kept file; `fresh`: its vectors are made again too, where its text is the same."""
    if reading.loses(record.reading):
        raise FootnoteError(f"its scanned pages were read by OCR, which is not at hand now. {reading.ocr.missing}")
    kept = store.source_file(record.id)

    def tell(page: int, count: int | None, scanned: bool) -> None:
        if scanned and count:
            pages.at(0.0, f"reading scanned page {min(page + 1, count)} of {count}")

    with working_folder(store.home) as folder:
        # Under its own name: that may tell its company or period.
        file = folder / Path(record.path).name
        shutil.copyfile(kept, file)
        ready = make_ready(file, record.path, reading, max_file_mb, tell=tell)
        if ready.sha256 != record.sha256:
            raise FootnoteError("its kept file is damaged. `footnote doctor --repair` says what can be done.")
        known = {} if fresh else store.vectors_of(record.id)
        vectors = embed_nodes(ready.nodes, embedding, lambda share: pages.at(share, "embedding"), known)
        current = store.by_path(record.path)
        if current is None or current.sha256 != record.sha256:
            return  # removed, or replaced by a newer file, meanwhile
        write(store, ready, vectors, embedding.model_id, reading, file)
