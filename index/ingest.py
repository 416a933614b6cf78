"""Files → the index: read, split, embed, store, one file after the other, each in one transaction.

What hasn't changed costs a hash. A file that fails is reported and the others go on; after an interruption (Ctrl-C,
kill, power) the same call skips what is finished and goes on.
"""

import hashlib
import os
import tempfile
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import numpy as np
from llama_index.core.ingestion import IngestionPipeline
from llama_index.core.schema import BaseNode, MetadataMode
from numpy.typing import NDArray

from corpus.document import Document
from corpus.errors import DataProblem, FootnoteError, PasswordNeeded, Stopped, UnreadableFile
from corpus.glossary_entry import GlossaryEntry
from corpus.ocr.ocr import NO_OCR, Ocr
from corpus.passage_parser import DocumentNode, PassageParser, passage_of
from corpus.readers.clean import one_line
from corpus.readers.regular import open_regular
from index.embedding import PassageEmbedding
from index.fact_build import bring_up_to_date
from index.file_report import Became, FileReport
from index.preparing import prepare_apart
from index.progress import Meter, Progress
from index.reading import Reading
from index.sources import Source, Sources, find_sources, walk
from index.statement_facts import Entry, stamp
from index.store import DocumentRecord, Store

__all__ = [
    "IngestReport",
    "Progress",
    "Ready",
    "embed_nodes",
    "ingest",
    "make_ready",
    "walk",
    "write",
]

EMBEDDED_AT_ONCE = 64  # passages, between two reports of progress
LOOK = 0.5  # seconds between two reports while a file is read and nothing else is done


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
) -> IngestReport:
    """Bring files, and the files of folders and zip archives, into the index.

    A file is known by its absolute path; an `uploaded` one by its name, or by what `names` calls it, since its place is a
    passing one. The same bytes under another path are not taken twice. `password` opens PDFs that have one, and is kept
    nowhere. `owner` is the id of the person whose documents they become, None for everyone's; what others own is neither found nor
    replaced. `done` is told of each file as it is done; once `cancelled` gives True, the file in work and those after it are
    left, and what is in stays. Raises IndexMismatch before any work where the index was built with another model, DataProblem
    where the data directory can't be written; what was finished until then is kept.
    """
    store.require_model(embedding.model_id)
    store.sweep()
    bring_up_to_date(store)
    waiting = store.home / "incoming"
    waiting.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=waiting) as folder:
        pictures = ocr.tesseract is not None
        found = find_sources(
            paths, Path(folder), max_file_mb, uploaded=uploaded, names=names, pictures=pictures, owner=owner
        )
        reading = Reading(passage_tokens, ocr)
        return _ingest(found, store, embedding, progress, reading, max_file_mb, password, done, cancelled, owner)


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

    def prepared(source: Source) -> Ready:
        path, identity = source.path, source.identity
        go_on()
        sha256 = _sha256(path, max_file_mb)
        _, same = _known(store, identity, sha256, owner)
        if same and reading.holds(same.reading):
            return Ready(sha256, identity)

        def tell(done: int, total: int | None, scanned: bool) -> None:
            read_so_far[path] = done, total, scanned

        ready = make_ready(path, same.path if same else identity, reading, max_file_mb, password, tell, stop)
        return replace(ready, sha256=sha256, identity=identity)

    def waiting(source: Source) -> None:
        go_on()
        if source.path in read_so_far:
            meter.reading(source.path, *read_so_far[source.path])

    for source, preparing in _ahead(prepared, sources.files, waiting, stop):
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
            vectors = embed_nodes(nodes, embedding, meter.embedded, _kept(store, known or same, embedding), go_on)
            key = write(store, ready, vectors, embedding.model_id, reading, path, owner)
        except DataProblem:
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


@dataclass(frozen=True, slots=True)
class Ready:
    """A file that was looked at; read and cut where that is due."""

    sha256: str
    identity: str
    document: Document | None = None
    nodes: Sequence[BaseNode] = ()
    glossary: Sequence[GlossaryEntry] = ()
    features: Mapping[int, frozenset[str]] | None = None
    facts: Sequence[Entry] = ()


def make_ready(
    path: Path,
    identity: str,
    reading: Reading,
    max_file_mb: int,
    password: str = "",
    tell: Callable[[int, int | None, bool], None] | None = None,
    stop: threading.Event | None = None,
) -> Ready:
    """Read and cut a file that is known as `identity`, in the process that reads.

    `tell` hears how many pages (of how many; scanned ones?) are read, `stop` calls it off. Raises UnreadableFile, Stopped.
    """
    tokens = reading.passage_tokens
    found = prepare_apart(path, max_file_mb << 20, tokens, password, reading.ocr, tell, stop)
    document = replace(found.document, path=identity)
    parsing = IngestionPipeline(transformations=[PassageParser(max_tokens=tokens)], disable_cache=True)
    nodes = parsing.run(nodes=[DocumentNode(document, found.passages)])
    return Ready(document.sha256, identity, document, nodes, found.glossary, found.features, found.facts)


def write(
    store: Store,
    ready: Ready,
    vectors: NDArray[np.float32],
    model: str,
    reading: Reading,
    source: Path,
    owner: int | None = None,
) -> int:
    """Put a file that was read and cut into the store, with its vectors; gives the document's id. `owner`: whose it becomes."""
    if ready.document is None:
        raise ValueError(f"{ready.identity} wasn't read")
    return store.add(
        ready.document,
        [passage_of(node) for node in ready.nodes],
        vectors,
        model,
        ready.glossary,
        ready.features,
        reading.of(ready.document),
        source=source,
        facts=ready.facts,
        facts_stamp=stamp(),
        owner=owner,
    )


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


def _ahead(
    work: Callable[[Source], Ready],
    files: Sequence[Source],
    waiting: Callable[[Source], None],
    stop: threading.Event,
) -> Iterator[tuple[Source, Callable[[], Ready]]]:
    """Each file with what gives, or raises, what came of it; the next is worked on while one is used.

    `waiting` is called now and then while one is waited for; `stop` is set where nothing more is wanted.
    """

    def result(source: Source, future: Future[Ready]) -> Ready:
        try:
            while not wait([future], LOOK).done:
                waiting(source)
        except BaseException:
            stop.set()  # interrupted: the thread must not hold the end up until the file is read
            raise
        return future.result()

    with ThreadPoolExecutor(1, thread_name_prefix="reader") as reader:
        try:
            ahead = deque((source, reader.submit(work, source)) for source in files[:1])
            for number in range(len(files)):
                if number + 1 < len(files):
                    ahead.append((files[number + 1], reader.submit(work, files[number + 1])))
                source, future = ahead.popleft()
                yield source, partial(result, source, future)
        finally:
            stop.set()


def embed_nodes(
    nodes: Sequence[BaseNode],
    embedding: PassageEmbedding,
    tell: Callable[[float], None],
    kept: Mapping[str, NDArray[np.float32]] | None = None,
    go_on: Callable[[], None] = lambda: None,
) -> NDArray[np.float32]:
    """(n, d) float32, a row for each node; `tell` is told which share is done.

    `kept`: vectors that are known already, by embedded text.
    """
    pipeline = IngestionPipeline(transformations=[embedding], disable_cache=True)
    texts = [node.get_content(MetadataMode.EMBED) for node in nodes]
    vectors = dict(kept or {})
    new = list({text: node for text, node in zip(texts, nodes, strict=True) if text not in vectors}.items())
    for start in range(0, len(new), EMBEDDED_AT_ONCE):
        go_on()
        lot = new[start : start + EMBEDDED_AT_ONCE]
        embedded = pipeline.run(nodes=[node for _, node in lot])
        for (text, _), node in zip(lot, embedded, strict=True):
            vectors[text] = np.asarray(node.embedding, np.float32)
        tell(min(start + EMBEDDED_AT_ONCE, len(new)) / len(new))
    return np.stack([vectors[text] for text in texts]) if texts else np.empty((0, embedding.dimension), np.float32)


def _sha256(path: Path, max_file_mb: int) -> str:
    try:
        with open_regular(path) as file:
            if os.fstat(file.fileno()).st_size > max_file_mb << 20:
                return ""  # `read` says that it is too large
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise UnreadableFile(
            f"{path} can't be opened ({error.strerror}). Check the path and its permissions."
        ) from error
