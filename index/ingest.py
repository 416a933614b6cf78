"""Files → the index: read, split, embed, store, one file after the other, each in one transaction.

What hasn't changed costs a hash. A file that fails is reported and the others go on; after an interruption (Ctrl-C,
kill, power) the same call skips what is finished and goes on.
"""

import hashlib
import os
import stat
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
from corpus.errors import DataProblem, FootnoteError, UnreadableFile
from corpus.glossary_entry import GlossaryEntry
from corpus.passage_parser import DocumentNode, PassageParser, node_of, passage_of
from corpus.readers import SUPPORTED, path_text
from corpus.readers.clean import one_line
from corpus.readers.regular import open_regular
from corpus.splitter import VERSION
from index.embedding import PassageEmbedding
from index.fact_build import bring_up_to_date
from index.preparing import prepare_apart
from index.progress import Meter, Progress
from index.statement_facts import Entry, stamp
from index.store import DocumentRecord, Store

__all__ = ["IngestReport", "Progress", "ingest", "reindex", "walk"]

EMBEDDED_AT_ONCE = 64  # passages, between two reports of progress
LOOK = 0.5  # seconds between two reports while a file is read and nothing else is done


@dataclass(frozen=True, slots=True)
class IngestReport:
    """What became of the files. `pages` and `passages` count what was embedded now, not what was unchanged."""

    added: tuple[DocumentRecord, ...] = ()
    replaced: tuple[DocumentRecord, ...] = ()
    unchanged: tuple[DocumentRecord, ...] = ()
    failed: tuple[tuple[Path, str], ...] = ()
    pages: int = 0
    passages: int = 0
    seconds: float = 0.0


def ingest(
    paths: Iterable[Path],
    store: Store,
    embedding: PassageEmbedding,
    progress: Callable[[Progress], None] | None = None,
    *,
    passage_tokens: int = 220,
    max_file_mb: int = 200,
    uploaded: bool = False,
) -> IngestReport:
    """Bring files, and the files of folders, into the index.

    A file is known by its absolute path; an `uploaded` one by its name alone, since its place is a passing one. The
    same bytes under another path are not taken twice. Raises IndexMismatch before any work where the index was built with
    another model, DataProblem where the data directory can't be written; what was finished until then is kept.
    """
    store.require_model(embedding.model_id)
    store.sweep()
    bring_up_to_date(store)
    started = time.monotonic()
    files, failed = _files(paths)
    meter = Meter(files, progress)
    # What was read otherwise than now is read again.
    reading = f"{VERSION}/{passage_tokens}"
    parsing = IngestionPipeline(transformations=[PassageParser(max_tokens=passage_tokens)], disable_cache=True)
    added: list[DocumentRecord] = []
    replaced: list[DocumentRecord] = []
    unchanged: list[DocumentRecord] = []
    pages = passages_count = 0
    read_so_far: dict[Path, tuple[int, int | None]] = {}
    stop = threading.Event()

    def prepared(path: Path) -> _Prepared:
        sha256 = _sha256(path, max_file_mb)
        identity = path_text(Path("uploaded", path.name) if uploaded else path.resolve())
        _, same = _known(store, identity, sha256)
        if same and same.reading == reading:
            return _Prepared(sha256, identity)

        def tell(done: int, total: int | None) -> None:
            read_so_far[path] = done, total

        ready = prepare_apart(path, max_file_mb << 20, passage_tokens, tell, stop)
        document = replace(ready.document, path=same.path if same else identity)
        nodes = parsing.run(nodes=[DocumentNode(document, ready.passages)])
        return _Prepared(sha256, identity, document, nodes, ready.glossary, ready.features, ready.facts)

    def waiting(path: Path) -> None:
        if path in read_so_far:
            meter.reading(path, *read_so_far[path])

    for path, preparing in _ahead(prepared, files, waiting, stop):
        try:
            ready = preparing()
            # Asked again: the file before this one, with the same bytes, is in the store by now.
            known, same = _known(store, ready.identity, ready.sha256)
            if same and (same.reading == reading or ready.document is None):
                unchanged.append(same)
                meter.skip(path)
                continue
            if ready.document is None:
                raise FootnoteError(f"{path.name} was removed while it was looked at; ingest it again.")
            document, nodes = ready.document, ready.nodes
            meter.read(path, len(document.pages))
            vectors = _embed(nodes, embedding, meter, _kept(store, known or same, embedding))
            key = store.add(
                document,
                [passage_of(node) for node in nodes],
                vectors,
                embedding.model_id,
                ready.glossary,
                ready.features,
                reading,
                source=path,
                facts=ready.facts,
                facts_stamp=stamp(),
            )
        except DataProblem:
            raise
        except (FootnoteError, OSError) as error:
            failed.append((path, one_line(str(error))))
            meter.skip(path)
            continue
        (replaced if known or same else added).append(store.document(key))
        pages += len(document.pages)
        passages_count += len(nodes)
        meter.finish(path)
    return IngestReport(
        tuple(added),
        tuple(replaced),
        tuple(unchanged),
        tuple(failed),
        pages,
        passages_count,
        time.monotonic() - started,
    )


def reindex(
    store: Store, embedding: PassageEmbedding, progress: Callable[[Progress], None] | None = None
) -> IngestReport:
    """Embed every stored passage again with `embedding`; documents that have its vectors already are left.

    Each document is one transaction. Until the last is done the store refuses questions, and the same call goes on.
    """
    started = time.monotonic()
    records = store.documents()
    meter = Meter([Path(record.path) for record in records], progress)
    replaced: list[DocumentRecord] = []
    unchanged: list[DocumentRecord] = []
    passages = 0
    for record in records:
        if record.model == embedding.model_id:
            unchanged.append(record)
            meter.skip(Path(record.path))
            continue
        meter.read(Path(record.path), record.pages)
        found = [node_of(stored.passage, record.name) for stored in store.passages_of(record.id)]
        store.replace_embeddings(record.id, _embed(found, embedding, meter), embedding.model_id)
        replaced.append(store.document(record.id))
        passages += len(found)
        meter.finish(Path(record.path))
    return IngestReport(
        replaced=tuple(replaced),
        unchanged=tuple(unchanged),
        pages=sum(record.pages for record in replaced),
        passages=passages,
        seconds=time.monotonic() - started,
    )


@dataclass(frozen=True, slots=True)
class _Prepared:
    """A file that was looked at; read and cut where that is due."""

    sha256: str
    identity: str
    document: Document | None = None
    nodes: Sequence[BaseNode] = ()
    glossary: Sequence[GlossaryEntry] = ()
    features: Mapping[int, frozenset[str]] | None = None
    facts: Sequence[Entry] = ()


def _known(store: Store, identity: str, sha256: str) -> tuple[DocumentRecord | None, DocumentRecord | None]:
    """The document under this identity, and one with these bytes: the same one where that can be.

    None with these bytes for a file that was changed: as a copy of another one it must not stand there as it was.
    """
    known = store.by_path(identity)
    if known:
        return known, known if known.sha256 == sha256 else None
    return None, store.by_sha256(sha256)


def _kept(store: Store, record: DocumentRecord | None, embedding: PassageEmbedding) -> dict[str, NDArray[np.float32]]:
    """The vectors of a document that is about to be replaced: most of a new version is as it was."""
    return store.vectors_of(record.id) if record and record.model == embedding.model_id else {}


def _ahead(
    work: Callable[[Path], _Prepared],
    files: Sequence[Path],
    waiting: Callable[[Path], None],
    stop: threading.Event,
) -> Iterator[tuple[Path, Callable[[], _Prepared]]]:
    """Each file with what gives, or raises, what came of it; the next is worked on while one is used.

    `waiting` is called now and then while one is waited for; `stop` is set where nothing more is wanted.
    """

    def result(path: Path, future: Future[_Prepared]) -> _Prepared:
        try:
            while not wait([future], LOOK).done:
                waiting(path)
        except BaseException:
            stop.set()  # interrupted: the thread must not hold the end up until the file is read
            raise
        return future.result()

    with ThreadPoolExecutor(1, thread_name_prefix="reader") as reader:
        try:
            ahead = deque((path, reader.submit(work, path)) for path in files[:1])
            for number in range(len(files)):
                if number + 1 < len(files):
                    ahead.append((files[number + 1], reader.submit(work, files[number + 1])))
                path, future = ahead.popleft()
                yield path, partial(result, path, future)
        finally:
            stop.set()


def _embed(
    nodes: Sequence[BaseNode],
    embedding: PassageEmbedding,
    meter: Meter,
    kept: Mapping[str, NDArray[np.float32]] | None = None,
) -> NDArray[np.float32]:
    """(n, d) float32, a row for each node. `kept`: vectors that are known already, by embedded text."""
    pipeline = IngestionPipeline(transformations=[embedding], disable_cache=True)
    texts = [node.get_content(MetadataMode.EMBED) for node in nodes]
    vectors = dict(kept or {})
    new = list({text: node for text, node in zip(texts, nodes, strict=True) if text not in vectors}.items())
    for start in range(0, len(new), EMBEDDED_AT_ONCE):
        lot = new[start : start + EMBEDDED_AT_ONCE]
        embedded = pipeline.run(nodes=[node for _, node in lot])
        for (text, _), node in zip(lot, embedded, strict=True):
            vectors[text] = np.asarray(node.embedding, np.float32)
        meter.embedded(min(start + EMBEDDED_AT_ONCE, len(new)) / len(new))
    return np.stack([vectors[text] for text in texts]) if texts else np.empty((0, embedding.dimension), np.float32)


def _files(paths: Iterable[Path]) -> tuple[list[Path], list[tuple[Path, str]]]:
    """The files named or found in folders (of kinds that can be read, hidden ones left out), and what isn't there."""
    files: dict[Path, None] = {}
    failed = []

    def unreadable(error: OSError) -> None:
        folder = Path(str(error.filename))
        failed.append((folder, f"The folder {folder} can't be opened ({error.strerror}). Check its permissions."))

    for path in paths:
        found = walk(path, unreadable) if _is_folder(path) else (path,)
        for file in found:
            reason = _unfit(file)
            if reason:
                failed.append((file, one_line(reason)))
            else:
                files[file] = None
    return list(files), failed


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except OSError:
        return False  # `_unfit` says what is wrong with it


def _unfit(path: Path) -> str | None:
    """Why a path can't be a file to read: reading a pipe or a device would never end."""
    try:
        mode = path.stat().st_mode
    except (OSError, ValueError) as error:
        if path.is_symlink():
            return f"{path} is a link that leads to no file. Give the file itself."
        if isinstance(error, PermissionError):
            return f"{path} can't be opened ({error.strerror}). Check its permissions and those of its folder."
        return f"There is no file or folder {path}. Check the path."
    return (
        None if stat.S_ISREG(mode) else f"{path} is no regular file (a pipe or a device). Save what it gives as a file."
    )


def walk(folder: Path, unreadable: Callable[[OSError], None]) -> Iterator[Path]:
    """The files of a folder that can be read, in order; hidden ones and what can't be opened are left out."""
    for parent, folders, names in os.walk(folder, onerror=unreadable):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            if Path(name).suffix.lower() in SUPPORTED and not name.startswith((".", "~$")):
                yield Path(parent) / name


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
