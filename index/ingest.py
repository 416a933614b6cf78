"""Files → the index: read, split, embed, store, one file after the other, each in one transaction.

What hasn't changed costs a hash. A file that fails is reported and the others go on; after an interruption (Ctrl-C,
kill, power) the same call skips what is finished and goes on.
"""

import hashlib
import os
import stat
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from llama_index.core.ingestion import IngestionPipeline
from llama_index.core.schema import BaseNode, MetadataMode
from numpy.typing import NDArray

from corpus.document import Document
from corpus.errors import DataProblem, FootnoteError, UnreadableFile
from corpus.glossary import glossary_of
from corpus.glossary_entry import GlossaryEntry
from corpus.passage_parser import DocumentNode, PassageParser, passage_of
from corpus.readers import SUPPORTED, path_text, read
from corpus.readers.clean import one_line
from corpus.splitter import VERSION
from index.embedding import PassageEmbedding
from index.fact_build import bring_up_to_date
from index.progress import Meter, Progress
from index.statement_facts import Entry, facts_of, stamp
from index.statements import page_features
from index.store import DocumentRecord, Store

__all__ = [
    "IngestReport",
    "Prepared",
    "Progress",
    "embed_nodes",
    "ingest",
    "prepare",
    "reading_version",
    "walk",
    "write",
]

EMBEDDED_AT_ONCE = 64  # passages, between two reports of progress


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
    reading = reading_version(passage_tokens)
    added: list[DocumentRecord] = []
    replaced: list[DocumentRecord] = []
    unchanged: list[DocumentRecord] = []
    pages = passages_count = 0

    def prepared(path: Path) -> Prepared:
        sha256 = _sha256(path, max_file_mb)
        identity = path_text(Path("uploaded", path.name) if uploaded else path.resolve())
        _, same = _known(store, identity, sha256)
        if same and same.reading == reading:
            return Prepared(sha256, identity)
        ready = prepare(path, same.path if same else identity, passage_tokens, max_file_mb)
        return replace(ready, sha256=sha256, identity=identity)

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
            vectors = embed_nodes(nodes, embedding, meter.embedded, _kept(store, known or same, embedding))
            key = write(store, ready, vectors, embedding.model_id, reading, path)
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


def reading_version(passage_tokens: int) -> str:
    """What a document is read with now: `DocumentRecord.reading` of one that needn't be read again."""
    return f"{VERSION}/{passage_tokens}"


@dataclass(frozen=True, slots=True)
class Prepared:
    """A file that was looked at; read and cut where that is due."""

    sha256: str
    identity: str
    document: Document | None = None
    nodes: Sequence[BaseNode] = ()
    glossary: Sequence[GlossaryEntry] = ()
    features: dict[int, frozenset[str]] | None = None
    facts: Sequence[Entry] = ()


def prepare(path: Path, identity: str, passage_tokens: int, max_file_mb: int) -> Prepared:
    """Read and cut a file that is known as `identity`. Raises UnreadableFile."""
    document = replace(read(path, max_file_mb << 20), path=identity)
    parsing = IngestionPipeline(transformations=[PassageParser(max_tokens=passage_tokens)], disable_cache=True)
    nodes = parsing.run(nodes=[DocumentNode(document)])
    features = page_features(document)
    facts = facts_of(document, [passage_of(node) for node in nodes], features)
    return Prepared(document.sha256, identity, document, nodes, glossary_of(document), features, facts)


def write(store: Store, ready: Prepared, vectors: NDArray[np.float32], model: str, reading: str, source: Path) -> int:
    """Put a file that was read and cut into the store, with its vectors; gives the document's id."""
    if ready.document is None:
        raise ValueError(f"{ready.identity} wasn't read")
    return store.add(
        ready.document,
        [passage_of(node) for node in ready.nodes],
        vectors,
        model,
        ready.glossary,
        ready.features,
        reading,
        source=source,
        facts=ready.facts,
        facts_stamp=stamp(),
    )


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


def _ahead(work: Callable[[Path], Prepared], files: Sequence[Path]) -> Iterator[tuple[Path, Callable[[], Prepared]]]:
    """Each file with what gives, or raises, what came of it; the next is worked on while one is used."""
    with ThreadPoolExecutor(1, thread_name_prefix="reader") as reader:
        waiting = deque((path, reader.submit(work, path)) for path in files[:1])
        for number in range(len(files)):
            if number + 1 < len(files):
                waiting.append((files[number + 1], reader.submit(work, files[number + 1])))
            path, future = waiting.popleft()
            yield path, future.result


def embed_nodes(
    nodes: Sequence[BaseNode],
    embedding: PassageEmbedding,
    tell: Callable[[float], None],
    kept: Mapping[str, NDArray[np.float32]] | None = None,
) -> NDArray[np.float32]:
    """(n, d) float32, a row for each node; `tell` is told which share is done.

    `kept`: vectors that are known already, by embedded text.
    """
    pipeline = IngestionPipeline(transformations=[embedding], disable_cache=True)
    texts = [node.get_content(MetadataMode.EMBED) for node in nodes]
    vectors = dict(kept or {})
    new = list({text: node for text, node in zip(texts, nodes, strict=True) if text not in vectors}.items())
    for start in range(0, len(new), EMBEDDED_AT_ONCE):
        lot = new[start : start + EMBEDDED_AT_ONCE]
        embedded = pipeline.run(nodes=[node for _, node in lot])
        for (text, _), node in zip(lot, embedded, strict=True):
            vectors[text] = np.asarray(node.embedding, np.float32)
        tell(min(start + EMBEDDED_AT_ONCE, len(new)) / len(new))
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
        with path.open("rb") as file:
            if os.fstat(file.fileno()).st_size > max_file_mb << 20:
                return ""  # `read` says that it is too large
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise UnreadableFile(
            f"{path} can't be opened ({error.strerror}). Check the path and its permissions."
        ) from error
