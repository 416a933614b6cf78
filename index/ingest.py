"""Files → the index: read, split, embed, store, one file after the other, each in one transaction.

What hasn't changed costs a hash. A file that fails is reported and the others go on; after an interruption (Ctrl-C,
kill, power) the same call skips what is finished and goes on.
"""

import hashlib
import os
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from llama_index.core.ingestion import IngestionPipeline
from llama_index.core.schema import BaseNode
from numpy.typing import NDArray

from corpus.document import Document
from corpus.errors import FootnoteError
from corpus.glossary import glossary_of
from corpus.glossary_entry import GlossaryEntry
from corpus.passage_parser import DocumentNode, PassageParser, node_of, passage_of
from corpus.readers import SUPPORTED, read
from corpus.splitter import VERSION
from index.embedding import PassageEmbedding
from index.statements import page_features
from index.store import DocumentRecord, Store

EMBEDDED_AT_ONCE = 256  # passages, between two reports of progress


@dataclass(frozen=True, slots=True)
class Progress:
    """Where an ingestion stands. Pages count over all files read so far; their total is known file by file."""

    file: str
    pages_done: int
    pages_total: int | None
    files_done: int
    files_total: int
    pages_per_second: float
    seconds_left: float | None
    message: str = ""


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
    another model.
    """
    store.require_model(embedding.model_id)
    started = time.monotonic()
    files, failed = _files(paths)
    meter = _Meter(files, progress)
    # What was read otherwise than now is read again.
    reading = f"{VERSION}/{passage_tokens}"
    parsing = IngestionPipeline(transformations=[PassageParser(max_tokens=passage_tokens)], disable_cache=True)
    added: list[DocumentRecord] = []
    replaced: list[DocumentRecord] = []
    unchanged: list[DocumentRecord] = []
    pages = passages_count = 0

    def prepared(path: Path) -> _Prepared:
        sha256 = _sha256(path)
        identity = f"uploaded/{path.name}" if uploaded else str(path.resolve())
        _, same = _known(store, identity, sha256)
        if same and same.reading == reading:
            return _Prepared(sha256, identity)
        document = replace(read(path, max_file_mb << 20), path=same.path if same else identity)
        nodes = parsing.run(nodes=[DocumentNode(document)])
        return _Prepared(sha256, identity, document, nodes, glossary_of(document), page_features(document))

    for path, preparing in _ahead(prepared, files):
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
            vectors = _embed(nodes, embedding, meter)
            key = store.add(
                document,
                [passage_of(node) for node in nodes],
                vectors,
                embedding.model_id,
                ready.glossary,
                ready.features,
                reading,
                source=path,
            )
        except (FootnoteError, OSError) as error:
            failed.append((path, str(error)))
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
    meter = _Meter([Path(record.path) for record in records], progress)
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
    features: dict[int, frozenset[str]] | None = None


def _known(store: Store, identity: str, sha256: str) -> tuple[DocumentRecord | None, DocumentRecord | None]:
    """The document under this identity, and one with these bytes: the same one where that can be."""
    known = store.by_path(identity)
    return known, known if known and known.sha256 == sha256 else store.by_sha256(sha256)


def _ahead(work: Callable[[Path], _Prepared], files: Sequence[Path]) -> Iterator[tuple[Path, Callable[[], _Prepared]]]:
    """Each file with what gives, or raises, what came of it; the next is worked on while one is used."""
    with ThreadPoolExecutor(1, thread_name_prefix="reader") as reader:
        waiting = deque((path, reader.submit(work, path)) for path in files[:1])
        for number in range(len(files)):
            if number + 1 < len(files):
                waiting.append((files[number + 1], reader.submit(work, files[number + 1])))
            path, future = waiting.popleft()
            yield path, future.result


def _embed(nodes: Sequence[BaseNode], embedding: PassageEmbedding, meter: "_Meter") -> NDArray[np.float32]:
    pipeline = IngestionPipeline(transformations=[embedding], disable_cache=True)
    rows = []
    for start in range(0, len(nodes), EMBEDDED_AT_ONCE):
        embedded = pipeline.run(nodes=nodes[start : start + EMBEDDED_AT_ONCE])
        rows.append(np.asarray([node.embedding for node in embedded], np.float32))
        meter.embedded(min(start + EMBEDDED_AT_ONCE, len(nodes)) / len(nodes))
    return np.concatenate(rows) if rows else np.empty((0, embedding.dimension), np.float32)


def _files(paths: Iterable[Path]) -> tuple[list[Path], list[tuple[Path, str]]]:
    """The files named or found in folders (of kinds that can be read, hidden ones left out), and what isn't there."""
    files: dict[Path, None] = {}
    failed = []
    for path in paths:
        if path.is_dir():
            files |= dict.fromkeys(_walk(path))
        elif path.exists():
            files[path] = None
        else:
            failed.append((path, f"There is no file or folder {path}. Check the path."))
    return list(files), failed


def _walk(folder: Path) -> Iterator[Path]:
    for parent, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            if Path(name).suffix.lower() in SUPPORTED and not name.startswith((".", "~$")):
                yield Path(parent) / name


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


class _Meter:
    """Counts pages and tells how fast they go."""

    def __init__(self, files: list[Path], tell: Callable[[Progress], None] | None) -> None:
        self.file = ""
        self._tell = tell
        self._started = time.monotonic()
        self._files_total = len(files)
        self._files_done = 0
        self._pages_before = 0.0  # of finished files
        self._pages_here = 0
        self._share = 0.0
        # Bytes of the files still to come tell, roughly, how many pages they hold.
        self._bytes = {path: path.stat().st_size if path.exists() else 0 for path in files}
        self._bytes_done = 0
        self._bytes_read = 0

    def read(self, path: Path, pages: int) -> None:
        self.file, self._pages_here, self._share = str(path), pages, 0.0
        self._report("reading done")

    def embedded(self, share: float) -> None:
        self._share = share
        self._report("embedding")

    def skip(self, path: Path) -> None:
        self.file = str(path)
        self._files_done += 1
        self._bytes_done += self._bytes[path]
        self._report("")

    def finish(self, path: Path) -> None:
        self._files_done += 1
        self._bytes_done += self._bytes[path]
        self._bytes_read += self._bytes[path]
        self._pages_before += self._pages_here
        self._pages_here, self._share = 0, 0.0
        self._report("")

    def _report(self, message: str) -> None:
        if self._tell is None:
            return
        done = self._pages_before + self._pages_here * self._share
        seconds = time.monotonic() - self._started
        speed = done / seconds if seconds else 0.0
        here_left = self._pages_here * (1 - self._share)
        current = self._bytes.get(Path(self.file), 0) if self._pages_here else 0
        bytes_left = sum(self._bytes.values()) - self._bytes_done - current
        read, pages = self._bytes_read + current, self._pages_before + self._pages_here
        pages_left = here_left + (bytes_left * pages / read if read else 0.0)
        self._tell(
            Progress(
                self.file,
                round(done),
                round(done + pages_left) if pages else None,
                self._files_done,
                self._files_total,
                speed,
                pages_left / speed if speed else None,
                message,
            )
        )
