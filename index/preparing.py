"""A file made ready for the index: read, cut to passages, with its terms, page features and facts.

This is all that a bad file can upset, so that it is done in the process that reads (`corpus/reading`); small plain texts are
read here, since their readers are bounded and nothing but Python.
"""

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from corpus.document import Document, Passage
from corpus.glossary import glossary_of
from corpus.glossary_entry import GlossaryEntry
from corpus.ocr.ocr import NO_OCR, Ocr
from corpus.pulse import pulse
from corpus.readers import is_small_text, read
from corpus.readers.clean import file_name
from corpus.reading import reading
from corpus.splitter import split
from index.statement_facts import Entry, facts_of
from index.statements import page_features


@dataclass(frozen=True, slots=True)
class Prepared:
    """What a file gives to the index, without its vectors."""

    document: Document
    passages: Sequence[Passage]
    glossary: Sequence[GlossaryEntry]
    features: Mapping[int, frozenset[str]]
    facts: Sequence[Entry]


def prepare(path: Path, max_bytes: int, passage_tokens: int, password: str = "", ocr: Ocr = NO_OCR) -> Prepared:
    """Read a file and make it ready, in this process. Raises UnreadableFile."""
    document = read(path, max_bytes, password, ocr, _recognised)
    passages = split(document, passage_tokens)
    pulse()
    features = page_features(document)
    pulse()
    facts = facts_of(document, passages, features)
    pulse()
    return Prepared(document, passages, glossary_of(document), features, facts)


def _recognised(done: int, total: int) -> None:
    pulse(done, total, scanned=True)


def prepare_apart(
    path: Path,
    max_bytes: int,
    passage_tokens: int,
    password: str = "",
    ocr: Ocr = NO_OCR,
    tell: Callable[[int, int | None, bool], None] | None = None,
    stop: threading.Event | None = None,
) -> Prepared:
    """The same in the process that reads; `tell` hears how many pages (of how many; scanned ones?) are read.

    `stop` calls it off. The password goes there through a pipe. Raises UnreadableFile, also for a file that crashed that
    process or took more than it may; PasswordNeeded; Stopped.
    """
    path = Path(path).expanduser().absolute()
    if is_small_text(path):
        return prepare(path, max_bytes, passage_tokens)
    with reading.taken() as process:
        return process.call_told(file_name(path), tell, stop, prepare, path, max_bytes, passage_tokens, password, ocr)
