"""Files → the index: read, split, embed, store, one file after the other, each in one transaction.

What hasn't changed costs a hash. A file that fails is reported and the others go on; after an interruption (Ctrl-C,
kill, power) the same call skips what is finished and goes on.
"""

import threading
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from corpus.errors import ClusterProblem, DataProblem, FootnoteError, PasswordNeeded, Stopped
from corpus.ocr.ocr import NO_OCR, Ocr
from corpus.readers.clean import one_line
from index.embedding import PassageEmbedding
from index.fact_build import bring_up_to_date
from index.file_report import Became, FileReport
from index.part_files import working_folder
from index.progress import Meter, Progress
from index.reading import Reading
from index.ready import Readers, Ready, Seen, Work, embed_nodes, make_ready, read_here, sha256_of_file, write
from index.sources import Source, Sources, find_sources, walk
from index.store import DocumentRecord, Store

__all__ = ["IngestReport", "Progress", "ingest", "walk"]


@dataclass(frozen=True, slots=True)
class IngestReport:
    """What became of the files. `pages` and `passages` count what was embedded now, not what was unchanged.

    `files` has each of them, in the order in which they were done; `left_out` counts files of folders and archives that are no
    documents.
    """

    added: tuple[DocumentRecord, ...] = ()
    replaced: tuple[DocumentRecord, ...] = ()
    unchanged: tuple[DocumentRecord, ...] = ()
    failed: tuple[tuple[Path, str], ...] = ()
    pages: int = 0
    passages: int = 0
    seconds: float = 0.0
    files: tuple[FileReport, ...] = ()
    left_out: int = 0


def ingest(
    paths: Iterable[Path],
    store: Store,
    embedding: PassageEmbedding,
    progress: Callable[[Progress], None] | None = None,
    *,
    passage_tokens: int = 220,
    max_file_mb: int = 200,
    uploaded: bool = False,
    names: Mapping[Path, str] | None = None,
    ocr: Ocr = NO_OCR,
    password: str = "",
    done: Callable[[FileReport], None] = lambda _: None,
    cancelled: Callable[[], bool] = lambda: False,
    owner: int | None = None,
    readers: Readers = read_here,
) -> IngestReport:
    """Bring files, and the files of folders and zip archives, into the index.

    A file is known by its absolute path; an `uploaded` one by its name, or by what `names` calls it, since its place is a
    passing one. The same bytes under another path are not taken twice. `password` opens PDFs that have one, and is kept
    nowhere. `owner` is the id of the person whose documents they become, None for everyone's; what others own is neither found nor
    replaced. `done` is told of each file as it is done; once `cancelled` gives True, the file in work and those after it are
    left, and what is in stays. `readers`: where files are read, in this process or on a cluster; this one alone writes the store.
    Raises IndexMismatch before any work where the index was built with another model, DataProblem where the data directory
    can't be written, ClusterProblem where the cluster can't be used; what was finished until then is kept.
    """
    store.require_model(embedding.model_id)
    store.sweep()
    bring_up_to_date(store)
    with working_folder(store.home) as folder:
        pictures = ocr.tesseract is not None
        found = find_sources(paths, folder, max_file_mb, uploaded=uploaded, names=names, pictures=pictures, owner=owner)
        reading = Reading(passage_tokens, ocr)
        return _ingest(
            found, store, embedding, progress, reading, max_file_mb, password, done, cancelled, owner, readers, folder
        )


def _ingest(
    sources: Sources,
    store: Store,
    embedding: PassageEmbedding,
    progress: Callable[[Progress], None] | None,
    reading: Reading,
    max_file_mb: int,
    password: str,
    done: Callable[[FileReport], None],
    cancelled: Callable[[], bool],
    owner: int | None,
    readers: Readers,
    unpacked: Path,
) -> IngestReport:
    started = time.monotonic()
    reports: list[FileReport] = []
    read_so_far: dict[Path, tuple[int, int | None, bool]] = {}
    stop = threading.Event()

    def told(report: FileReport) -> None:
        reports.append(report)
        done(report)

    def go_on(*_: object) -> None:
        if cancelled():
            stop.set()
            raise Stopped("Stopped before it was read. Add it again when you want it.")

    for path, reason in sources.failed:
        told(FileReport(path, Became.FAILED, reason=reason))
    meter = Meter([source.path for source in sources.files], progress)
    pages = passages = 0

    def look(source: Source) -> Seen:
        go_on()
        sha256 = sha256_of_file(source.path, max_file_mb)
        _, same = _known(store, source.identity, sha256, owner)
        unchanged = same is not None and reading.holds(same.reading)
        return Seen(source, sha256, same.path if same else source.identity, unchanged)

    def read(seen: Seen) -> Ready:
        path, identity = seen.source.path, seen.source.identity
        if seen.unchanged:
            return Ready(seen.sha256, identity)

        def tell(done: int, total: int | None, scanned: bool) -> None:
            read_so_far[path] = done, total, scanned

        ready = make_ready(path, seen.document_path, reading, max_file_mb, password, tell, stop)
        return replace(ready, sha256=seen.sha256, identity=identity)

    def waiting(source: Source) -> None:
        go_on()
        if source.path in read_so_far:
            meter.reading(source.path, *read_so_far[source.path])

    work = Work(look, read, waiting, stop, reading, max_file_mb, unpacked)
    for source, preparing in readers(work, sources.files):
        path = source.path
        try:
            go_on()
            ready = preparing()
            # Asked again: the file before this one, with the same bytes, is in the store by now.
            known, same = _known(store, ready.identity, ready.sha256, owner)
            if same and (reading.holds(same.reading) or ready.document is None):
                told(_report(store, source, Became.UNCHANGED, same))
                meter.skip(path)
                continue
            if ready.document is None:
                raise FootnoteError(f"{path.name} was removed while it was looked at; ingest it again.")
            document, nodes = ready.document, ready.nodes
            meter.read(path, len(document.pages))
            vectors = ready.vectors
            if vectors is None:
                vectors = embed_nodes(nodes, embedding, meter.embedded, _kept(store, known or same, embedding), go_on)
            key = write(store, ready, vectors, embedding.model_id, reading, path, owner)
        except (DataProblem, ClusterProblem):
            raise
        except Stopped as error:
            told(FileReport(path, Became.STOPPED, reason=str(error), shown=source.shown))
            continue
        except (FootnoteError, OSError) as error:
            locked = isinstance(error, PasswordNeeded)
            reason = one_line(str(error))
            told(FileReport(path, Became.FAILED, reason=reason, needs_password=locked, shown=source.shown))
            meter.skip(path)
            continue
        told(_report(store, source, Became.REPLACED if known or same else Became.ADDED, store.document(key)))
        pages += len(document.pages)
        passages += len(nodes)
        meter.finish(path)
    return IngestReport(
        _records(reports, Became.ADDED),
        _records(reports, Became.REPLACED),
        _records(reports, Became.UNCHANGED),
        tuple((one.path, one.reason) for one in reports if one.became is Became.FAILED),
        pages,
        passages,
        time.monotonic() - started,
        tuple(reports),
        sources.left_out,
    )


def _report(store: Store, source: Source, became: Became, record: DocumentRecord) -> FileReport:
    tables, terms = store.found_in(record.id)
    return FileReport(source.path, became, record, tables, terms, shown=source.shown)


def _records(reports: Iterable[FileReport], became: Became) -> tuple[DocumentRecord, ...]:
    return tuple(one.record for one in reports if one.became is became and one.record)


def _known(
    store: Store, identity: str, sha256: str, owner: int | None
) -> tuple[DocumentRecord | None, DocumentRecord | None]:
    """The document under this identity, and one with these bytes: the same one where that can be.

    None with these bytes for a file that was changed: as a copy of another one it must not stand there as it was.
    """
    known = store.by_path(identity)
    if known:
        return known, known if known.sha256 == sha256 else None
    return None, store.by_sha256(sha256, owner)


def _kept(store: Store, record: DocumentRecord | None, embedding: PassageEmbedding) -> dict[str, NDArray[np.float32]]:
    """The vectors of a document that is about to be replaced: most of a new version is as it was."""
    return store.vectors_of(record.id) if record and record.model == embedding.model_id else {}
