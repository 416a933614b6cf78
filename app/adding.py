"""Documents that aren't files yet: a text or a page's source that was pasted, and what comes on standard input."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from corpus.errors import UnreadableFile
from corpus.readers.clean import one_line
from corpus.readers.content import SUPPORTED
from index.part_files import working_folder

if TYPE_CHECKING:
    from app.footnote import Footnote
    from index.file_report import FileReport
    from index.ingest import IngestReport, Progress

LONGEST_NAME = 150  # characters
LONGEST_PASTE = 5_000_000  # characters: a book of two thousand pages; more is better added as a file
_ADDRESS = re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)
_HTML = re.compile(r"\s*(?:<!doctype html|<html|<\?xml[^>]*>\s*<(?:!doctype )?html|<head|<body|<article|<table|<div|<p[ >])", re.IGNORECASE)  # fmt: skip
# A heading, a table's rule, emphasis, a list, a link: what nobody writes in plain text by chance.
_MARKDOWN = re.compile(r"^#{1,6} \S|^\|?\s*:?-{3,}:?\s*\||^```|\*\*\S.*?\S\*\*|\[[^\]\n]+\]\(\S+\)", re.MULTILINE)
_NOT_IN_NAMES = re.compile(r'[/\\:*?"<>|\x00-\x1f]+')


def paste(
    engine: "Footnote", title: str, text: str, done: "Callable[[FileReport], None]" = lambda _: None
) -> "IngestReport":
    """Make a pasted text a document called `title`, or by its first line: a page's HTML source, Markdown or plain text.

    Raises UnreadableFile, saying what to do instead, for one that is empty, too long, or only a web address.
    """
    shown = text.strip()
    if not shown:
        raise UnreadableFile("There is no text to add. Paste it into the box first.")
    if _ADDRESS.fullmatch(shown):
        raise UnreadableFile(
            "That is an address, and Footnote fetches nothing from the web. Open the page in your browser and save it "
            "(Ctrl-S, as “Web page, HTML only”), then add that file; or copy the page’s text and paste it here."
        )
    if len(text) > LONGEST_PASTE:
        raise UnreadableFile(
            f"The text has {len(text):,} characters; at most {LONGEST_PASTE:,} can be pasted. Save it as a .txt or .md file and "
            "add that."
        )
    suffix = ".html" if _HTML.match(text) else ".md" if _MARKDOWN.search(text) else ".txt"
    name = document_name(title) or document_name(_first_line(shown, suffix)) or "Pasted text"
    return add_bytes(engine, f"{name}{suffix}", text.encode("utf-8", "replace"), done=done)


def add_given(
    engine: "Footnote",
    data: bytes,
    name: str,
    progress: "Callable[[Progress], None] | None" = None,
    done: "Callable[[FileReport], None]" = lambda _: None,
) -> "IngestReport":
    """Make what came on standard input a document called `name`, whose ending tells its kind where the content doesn't."""
    if not data.strip():
        raise UnreadableFile(
            "Standard input was empty. Pipe a document into it: footnote ingest - --name notes.md < notes.md"
        )
    stem, suffix = Path(name).stem if name else "standard input", Path(name).suffix.lower()
    if suffix not in SUPPORTED:
        stem, suffix = name or stem, _suffix(data)
    return add_bytes(engine, f"{document_name(stem) or 'standard input'}{suffix}", data, progress, done)


def add_bytes(
    engine: "Footnote",
    name: str,
    data: bytes,
    progress: "Callable[[Progress], None] | None" = None,
    done: "Callable[[FileReport], None]" = lambda _: None,
) -> "IngestReport":
    """Bring bytes into the index as a file called `name`; one of the same name takes the earlier one's place."""
    with working_folder(engine.settings.home) as folder:
        path = folder / name
        path.write_bytes(data)
        return engine.ingest([path], progress, uploaded=True, done=done)


def document_name(given: str) -> str:
    """A name that a file can have, "" where nothing of it is left."""
    name = one_line(_NOT_IN_NAMES.sub(" ", given))[:LONGEST_NAME].strip(" .")
    while len(name.encode("utf-8", "replace")) > LONGEST_NAME:
        name = name[:-1]
    return name


def _first_line(text: str, suffix: str) -> str:
    if suffix == ".html":
        found = re.search(r"<title[^>]*>([^<]+)</title>", text, re.IGNORECASE)
        return found[1] if found else ""
    return text.split("\n", 1)[0].lstrip("# ")[:80]


def _suffix(data: bytes) -> str:
    """An ending for data without one; that of a PDF or an Office file is told by its content anyway."""
    head = data[:2000]
    if head.startswith(b"%PDF-"):
        return ".pdf"
    if head.startswith(b"PK\x03\x04"):
        return ".docx" if b"word/" in data else ".xlsx" if b"xl/" in data else ".zip"
    for magic, suffix in ((b"\x89PNG", ".png"), (b"\xff\xd8\xff", ".jpg"), (b"II*\x00", ".tif"), (b"MM\x00*", ".tif")):
        if head.startswith(magic):
            return suffix
    text = head.decode("utf-8", "replace")
    return ".html" if _HTML.match(text) else ".md" if _MARKDOWN.search(text) else ".txt"
