"""Readers: a file of any supported kind becomes a `Document`."""

import hashlib
import os
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from corpus.document import Document, Heading, Kind, Page, PlacedWord, Table
from corpus.errors import UnreadableFile
from corpus.metadata import read_metadata
from corpus.ocr.ocr import NO_OCR, Ocr, Told
from corpus.readers.clean import file_name
from corpus.readers.content import CSV, DOCX, HTML, IMAGES, MARKDOWN, PDF, SUPPORTED, TEXT, XLSX, decode, media_type
from corpus.readers.page_writer import PageWriter
from corpus.readers.regular import open_regular

__all__ = ["MAX_BYTES", "SUPPORTED", "is_small_text", "path_text", "read"]

MAX_BYTES = 200_000_000
SMALL = 65_536  # bytes of a text that is read at once, whatever stands in it


@dataclass(slots=True)
class _Content:
    """What a reader found in a file."""

    pages: list[Page]
    headings: list[Heading] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    recognised: Mapping[int, tuple[PlacedWord, ...]] = field(default_factory=dict)
    unread: tuple[int, ...] = ()


def read(
    path: Path, max_bytes: int = MAX_BYTES, password: str = "", ocr: Ocr = NO_OCR, told: Told | None = None
) -> Document:
    """Read a file; its kind is told by its content first, then by its suffix.

    `password` opens a PDF that has one; `ocr` reads scanned pages and pictures, and calls `told` with how many of them are done.
    Raises UnreadableFile, saying what was wrong and what to do next, for a file that is missing, empty, larger than
    `max_bytes`, broken, a scan that can't be read or of a kind that can't be read; PasswordNeeded for a PDF that another
    password opens; and what `told` raises.
    """
    path = Path(path).expanduser().absolute()
    data = _bytes(path, max_bytes)
    kind = media_type(path, data)
    found = _content(path, data, kind, password, ocr, told)
    pages, headings = found.pages, found.headings
    if not any(page.text.strip() for page in pages):
        raise UnreadableFile(f"{path.name} holds no text. Check that it's the right file.")
    name = file_name(path, suffix=False)
    metadata = read_metadata(pages, headings, name)
    if kind in (CSV, XLSX) and metadata.kind in (Kind.OTHER, Kind.ARTICLE):
        metadata = replace(metadata, kind=Kind.TABLE)
    return Document(
        name=name,
        path=path_text(path),
        sha256=hashlib.sha256(data).hexdigest(),
        media_type=kind,
        pages=tuple(pages),
        tables=tuple(found.tables),
        headings=tuple(headings),
        metadata=metadata,
        notes=tuple(found.notes),
        recognised=found.recognised,
        unread=found.unread,
    )


def is_small_text(path: Path) -> bool:
    """Whether a file is plain text or CSV, small enough that nothing in it can make its reader slow.

    Markdown isn't: 64 KB of opening brackets take its parser several seconds.
    """
    try:
        with open_regular(path) as file:
            data = file.read(SMALL + 1)
        return len(data) <= SMALL and media_type(path, data) in (TEXT, CSV)
    except (OSError, UnreadableFile):
        return True  # reading it says what is wrong; that takes no time


def path_text(path: Path) -> str:
    """A path as text that can be stored, also where its bytes aren't UTF-8."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")


def _bytes(path: Path, max_bytes: int) -> bytes:
    try:
        if path.is_dir():
            raise UnreadableFile(f"{path} is a folder. Give the files in it.")
        with open_regular(path) as file:
            size = os.fstat(file.fileno()).st_size
            data = file.read(size + 1) if size <= max_bytes else b""
        if size > max_bytes:
            raise UnreadableFile(
                f"{file_name(path)} is too large: {size / 1e6:,.0f} MB, the limit is {max_bytes / 1e6:,.0f} MB. Split it."
            )
    except OSError as error:
        raise UnreadableFile(
            f"{path} can't be opened ({error.strerror}). Check the path and its permissions."
        ) from error
    if not data.strip():
        raise UnreadableFile(f"{path.name} is empty. Check that it was saved or downloaded whole.")
    return data


def _content(path: Path, data: bytes, kind: str, password: str, ocr: Ocr, told: Told | None) -> _Content:
    """Call the reader of the kind; each is imported when first needed."""
    notes: list[str] = []
    if kind == PDF:
        from corpus.readers.pdf import read_pdf

        pdf = read_pdf(path, data, password, ocr, told)
        return _Content(pdf.pages, pdf.headings, pdf.tables, pdf.notes, pdf.recognised, pdf.unread)
    if kind in IMAGES:
        from corpus.readers.headings import find_headings
        from corpus.readers.picture import read_picture

        pages, scans = read_picture(path, ocr, told)
        headings = [heading for page in pages for heading in find_headings(page, frozenset())]
        return _Content(pages, headings, list(scans.tables), list(scans.notes), scans.words)
    writers: list[PageWriter]
    if kind == DOCX:
        from corpus.readers.docx import read_docx

        writers = [read_docx(path, data)]
    elif kind == XLSX:
        from corpus.readers.xlsx import read_xlsx

        writers, notes = read_xlsx(path, data)
    elif kind == HTML:
        from corpus.readers.html import read_html

        text = decode(path, data)
        # A page names its own encoding, in letters of one byte: where there are none, it is told as a text's is.
        writers = [read_html(text if b"\0" in data[:64] else data)]
    elif kind == MARKDOWN:
        from corpus.readers.markdown import read_markdown

        writers = [read_markdown(decode(path, data))]
    elif kind == CSV:
        from corpus.readers.csv import read_csv

        writers = [read_csv(path, decode(path, data))]
    else:
        from corpus.readers.text import read_text

        return _Content(*read_text(decode(path, data)))
    return _Content(
        [writer.page() for writer in writers],
        [heading for writer in writers for heading in writer.headings],
        [table for writer in writers for table in writer.tables],
        notes,
    )
