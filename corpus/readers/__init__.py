"""Readers: a file of any supported kind becomes a `Document`."""

import hashlib
import os
from dataclasses import replace
from pathlib import Path

from corpus.document import Document, Heading, Kind, Page, Table
from corpus.errors import UnreadableFile
from corpus.metadata import read_metadata
from corpus.readers.clean import file_name
from corpus.readers.content import CSV, DOCX, HTML, MARKDOWN, PDF, SUPPORTED, TEXT, XLSX, decode, media_type
from corpus.readers.page_writer import PageWriter
from corpus.readers.regular import open_regular

__all__ = ["MAX_BYTES", "SUPPORTED", "is_small_text", "path_text", "read"]

MAX_BYTES = 200_000_000
SMALL = 65_536  # bytes of a text that is read at once, whatever stands in it


def read(path: Path, max_bytes: int = MAX_BYTES) -> Document:
    """Read a file; its kind is told by its content first, then by its suffix.

    Raises UnreadableFile, saying what was wrong and what to do next, for a file that is missing, empty, larger than
    `max_bytes`, broken, encrypted, a scan without text or of a kind that can't be read.
    """
    path = Path(path).expanduser().absolute()
    data = _bytes(path, max_bytes)
    kind = media_type(path, data)
    pages, headings, tables, notes = _content(path, data, kind)
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
        tables=tuple(tables),
        headings=tuple(headings),
        metadata=metadata,
        notes=tuple(notes),
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


def _content(path: Path, data: bytes, kind: str) -> tuple[list[Page], list[Heading], list[Table], list[str]]:
    """Call the reader of the kind; each is imported when first needed."""
    notes: list[str] = []
    if kind == PDF:
        from corpus.readers.pdf import read_pdf

        return read_pdf(path, data)
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

        pages, headings = read_text(decode(path, data))
        return pages, headings, [], notes
    return (
        [writer.page() for writer in writers],
        [heading for writer in writers for heading in writer.headings],
        [table for writer in writers for table in writer.tables],
        notes,
    )
