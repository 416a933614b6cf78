"""A file on its way into the store: looked at beside what is known, read and cut, embedded, written."""

import hashlib
import os
import threading
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Protocol

import numpy as np
from llama_index.core.ingestion import IngestionPipeline
from llama_index.core.schema import BaseNode, MetadataMode
from numpy.typing import NDArray

from corpus.document import Document
from corpus.errors import UnreadableFile
from corpus.glossary_entry import GlossaryEntry
from corpus.passage_parser import DocumentNode, PassageParser, passage_of
from corpus.readers.regular import open_regular
from corpus.reading import READERS
from index.embedding import PassageEmbedding
from index.llama_index_adapters import LlamaIndexEmbedding
from index.preparing import Prepared, prepare_apart
from index.reading import Reading
from index.sources import Source
from index.statement_facts import Entry, stamp
from index.store import Store

EMBEDDED_AT_ONCE = 64  # passages, between two reports of progress
LOOK = 0.5  # seconds between two reports while a file is waited for and nothing else is done


@dataclass(frozen=True, slots=True)
class Seen:
    """A file that was looked at, not read: its bytes' SHA-256 ("" where it is too large), and what its document is to be
    known by: a copy of another one by that one's path. `unchanged`: it is in the store as it would be read now."""

    source: Source
    sha256: str
    document_path: str
    unchanged: bool


@dataclass(frozen=True, slots=True)
class Ready:
    """A file that was looked at; read and cut where that is due. `vectors` ((n, d) float32) where it was embedded, too."""

    sha256: str
    identity: str
    document: Document | None = None
    nodes: Sequence[BaseNode] = ()
    glossary: Sequence[GlossaryEntry] = ()
    features: Mapping[int, frozenset[str]] | None = None
    facts: Sequence[Entry] = ()
    vectors: NDArray[np.float32] | None = None


@dataclass(frozen=True, slots=True)
class Work:
    """What is to be done with each file of an ingestion, in this process or elsewhere."""

    look: Callable[[Source], Seen]
    read: Callable[[Seen], Ready]  # in this process's reader
    waiting: Callable[[Source], None]  # called now and then while a file is waited for; may raise Stopped
    stop: threading.Event  # set where nothing more is wanted
    reading: Reading
    max_file_mb: int
    unpacked: Path  # where files of archives are for the time being, on this machine


class Readers(Protocol):
    """Where files are read: in this process (`read_here`), or on a cluster."""

    def __call__(self, work: Work, files: Sequence[Source]) -> Iterator[tuple[Source, Callable[[], Ready]]]:
        """Each file, in order, with what gives, or raises, what came of it."""


def read_here(work: Work, files: Sequence[Source]) -> Iterator[tuple[Source, Callable[[], Ready]]]:
    """Each file with what gives, or raises, what came of it; the next ones are worked on while one is used."""

    def result(source: Source, future: Future[Ready]) -> Ready:
        try:
            while not wait([future], LOOK).done:
                work.waiting(source)
        except BaseException:
            work.stop.set()  # interrupted: the thread must not hold the end up until the file is read
            raise
        return future.result()

    with ThreadPoolExecutor(READERS, thread_name_prefix="reader") as reader:
        try:
            ahead = deque((source, reader.submit(_read, work, source)) for source in files[:READERS])
            for number in range(len(files)):
                if number + READERS < len(files):
                    later = files[number + READERS]
                    ahead.append((later, reader.submit(_read, work, later)))
                source, future = ahead.popleft()
                yield source, partial(result, source, future)
        finally:
            work.stop.set()


def _read(work: Work, source: Source) -> Ready:
    return work.read(work.look(source))


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
    found = prepare_apart(path, max_file_mb << 20, reading.passage_tokens, password, reading.ocr, tell, stop)
    return ready_of(found, identity, reading)


def ready_of(found: Prepared, identity: str, reading: Reading) -> Ready:
    """What was read and cut, as a document known as `identity` and nodes to embed."""
    document = replace(found.document, path=identity)
    parsing = IngestionPipeline(transformations=[PassageParser(max_tokens=reading.passage_tokens)], disable_cache=True)
    nodes = parsing.run(nodes=[DocumentNode(document, found.passages)])
    return Ready(document.sha256, identity, document, nodes, found.glossary, found.features, found.facts)


def embed_nodes(
    nodes: Sequence[BaseNode],
    embedding: PassageEmbedding,
    tell: Callable[[float], None] = lambda _: None,
    kept: Mapping[str, NDArray[np.float32]] | None = None,
    go_on: Callable[[], None] = lambda: None,
) -> NDArray[np.float32]:
    """(n, d) float32, a row for each node; `tell` is told which share is done.

    `kept`: vectors that are known already, by embedded text.
    """
    pipeline = IngestionPipeline(transformations=[LlamaIndexEmbedding(embedding)], disable_cache=True)
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


def sha256_of_file(path: Path, max_file_mb: int) -> str:
    """The SHA-256 of a file's bytes, "" where it is too large. Raises UnreadableFile where it can't be opened."""
    try:
        with open_regular(path) as file:
            if os.fstat(file.fileno()).st_size > max_file_mb << 20:
                return ""  # `read` says that it is too large
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise UnreadableFile(
            f"{path} can't be opened ({error.strerror}). Check the path and its permissions."
        ) from error
