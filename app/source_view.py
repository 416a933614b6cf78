"""The page that a citation points at, as HTML: its text with the exact span marked, or the PDF page with it boxed.

All text of a document is escaped. What was cited is compared with what stands there now, so that an old chat never
marks words that a changed document has moved.
"""

import base64
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, ParamSpec, TypeVar

from app.answer import Citation
from corpus.document import Page, Span
from corpus.errors import UnknownDocument, UnreadableFile
from corpus.reading import BeyondLimits, drawing

if TYPE_CHECKING:
    from corpus.readers.pdf import Box
    from index.store import DocumentRecord, Store

AROUND = 20_000  # characters shown on each side of the span in a very long page
PNG_WIDTH = 1100  # pixels of a rendered page: twice a phone's width, sharp in the desktop's panel
PDF = "application/pdf"
P = ParamSpec("P")
R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Position:
    """Which citation of an answer is shown: number from 1 of `total`, `key` the message that it belongs to."""

    key: str
    number: int
    total: int


def source_html(
    store: "Store", citation: Citation, position: Position | None = None, glossary_text: str | None = None
) -> str:
    """The source of a citation with its span marked. Never raises for a document that has changed or gone.

    `glossary_text` is the text of the glossary's data file, where citations of the document "glossary" point.
    """
    key = f"{position.key}:{position.number}" if position else f"{citation.document}:{citation.page}:{citation.start}"
    if citation.document == "glossary" and glossary_text is not None:
        page = Page(0, glossary_text)
        body = (
            _text_html(page, citation) if _stands(page, citation) else _moved_html(citation, "The glossary has changed")
        )
        return _frame("Glossary", "Terms and definitions", body, key, position)
    try:
        record = store.document(citation.document)
        page = store.page(record.id, citation.page)
    except UnknownDocument:
        body = _moved_html(citation, "This document, or the page, is no longer in the index")
        return _frame(citation.document, f"page {citation.page + 1}", body, key, position)
    if not _stands(page, citation):
        body = _moved_html(citation, "The document has changed since this was cited")
    elif record.media_type == PDF:
        body = _pdf_html(store, record, page, citation)
    else:
        body = _text_html(page, citation)
    return _frame(
        record.metadata.title or record.name, _where(record, page), body, key, position, _turning(record, page)
    )


def page_html(store: "Store", document_id: int, number: int) -> str:
    """A page with nothing marked, to read around. Raises UnknownDocument."""
    record = store.document(document_id)
    page = store.page(record.id, number)
    body = _pdf_html(store, record, page, None) if record.media_type == PDF else _text_html(page, None)
    title = record.metadata.title or record.name
    return _frame(title, _where(record, page), body, f"page:{record.id}:{number}", None, _turning(record, page))


def missing_html(reason: str) -> str:
    """The panel where a source can't be shown at all, with the reason: never another source in its place."""
    return _frame("The source can’t be shown", "", f'<p class="notice" role="alert">{escape(reason)}</p>', "", None)


def marked(text: str, start: int, end: int) -> str:
    """`text` escaped, with [start, end) in a `<mark>`; far away text is left out with a line that says so."""
    first, last = max(0, start - AROUND), min(len(text), end + AROUND)
    before = f'<span class="left-out">… {first:,} characters before …</span>\n' if first else ""
    after = f'\n<span class="left-out">… {len(text) - last:,} characters after …</span>' if last < len(text) else ""
    return (
        f'{before}{_safe(text[first:start])}<mark tabindex="-1">{_safe(text[start:end])}</mark>'
        f"{_safe(text[end:last])}{after}"
    )


def _safe(text: str) -> str:
    # The HTML parser would turn a bare carriage return into a line feed and drop a NUL.
    return escape(text).replace("\r", "&#13;").replace("\0", "\ufffd")


def _stands(page: Page, citation: Citation) -> bool:
    return page.text[citation.start : citation.end] == citation.quote


def _where(record: "DocumentRecord", page: Page) -> str:
    number = f"page {page.number + 1} of {record.pages}" if record.pages > 1 else "page 1"
    label = f" ({page.label})" if page.label and page.label != str(page.number + 1) else ""
    return f"{record.name} · {number}{label}"


def _turning(record: "DocumentRecord", page: Page) -> str:
    if record.pages < 2:
        return ""
    buttons = []
    for number, words in ((page.number - 1, "Previous page"), (page.number + 1, "Next page")):
        there = 0 <= number < record.pages
        state = "" if there else ' aria-disabled="true"'
        event = f'data-event="open_page" data-document="{record.id}" data-page="{number}"' if there else ""
        buttons.append(f'<button type="button" class="plain" {event}{state}>{words}</button>')
    return f'<nav class="turning" aria-label="Pages of this document">{"".join(buttons)}</nav>'


def _frame(title: str, where: str, body: str, key: str, position: Position | None, turning: str = "") -> str:
    steps = ""
    if position and position.total > 1:
        before = (position.number - 2) % position.total + 1
        after = position.number % position.total + 1
        message = f'data-event="cite" data-message="{escape(position.key)}"'
        steps = (
            '<nav class="stepping" aria-label="Citations of this answer">'
            f'<button type="button" {message} data-n="{before}" aria-label="Previous citation">◀</button>'
            f"<span>citation {position.number} of {position.total}</span>"
            f'<button type="button" {message} data-n="{after}" aria-label="Next citation">▶</button></nav>'
        )
    elif position:
        steps = '<p class="stepping"><span>citation 1 of 1</span></p>'
    return (
        f'<section class="source" data-key="{escape(key)}" aria-label="Source"><header><div class="source-bar">'
        '<button type="button" class="close" data-action="close-source"><span class="on-phone">← Back</span>'
        f'<span class="on-desktop">Close <kbd>Esc</kbd></span></button>{steps}</div>'
        f'<h2 tabindex="-1"><bdi>{escape(title)}</bdi></h2><p class="where"><bdi>{escape(where)}</bdi></p></header>'
        f'<div class="source-body" tabindex="0" role="region" aria-label="Text of the source">{body}</div>'
        f"{turning}</section>"
    )


def _text_html(page: Page, citation: Citation | None) -> str:
    if citation:
        return f'<div class="page-text">{marked(page.text, citation.start, citation.end)}</div>'
    rest = f'\n<span class="left-out">… {len(page.text) - 2 * AROUND:,} characters after …</span>'
    shown = _safe(page.text[: 2 * AROUND])
    return f'<div class="page-text">{shown}{rest if len(page.text) > 2 * AROUND else ""}</div>'


def _moved_html(citation: Citation, reason: str) -> str:
    return (
        f'<p class="notice">{reason}. This is the passage as it was quoted:</p>'
        f'<div class="page-text"><mark tabindex="-1">{_safe(citation.quote)}</mark></div>'
    )


def _pdf_html(store: "Store", record: "DocumentRecord", page: Page, citation: Citation | None) -> str:
    try:
        path = store.source_file(record.id)
        picture = _rendered(path, page.number)
        boxes = _boxes(path, Span(page.number, citation.start, citation.end)) if citation else []
    except (UnreadableFile, UnknownDocument) as error:
        notice = f'<p class="notice">The page can’t be drawn ({escape(str(error))}), so this is its text.</p>'
        return notice + _text_html(page, citation)
    overlay = "".join(
        f'<span class="box" style="left:{left:.3%};top:{top:.3%};'
        f'width:{right - left:.3%};height:{bottom - top:.3%}"></span>'
        for left, top, right, bottom in boxes
    )
    data = base64.b64encode(picture).decode("ascii")
    alt = escape(f"Page {page.number + 1} of {record.name}")
    figure = (
        f'<div class="pdf-page" data-document="{escape(record.name)}" data-page="{page.number + 1}">'
        f'<img src="data:image/png;base64,{data}" alt="{alt}">{overlay}</div>'
    )
    if citation:
        quote = f'<mark tabindex="-1">{_safe(citation.quote)}</mark>'
        return f'{figure}<h3>The passage as text</h3><div class="page-text">{quote}</div>'
    return f"{figure}<details><summary>The page as text</summary>{_text_html(page, None)}</details>"


@lru_cache(maxsize=24)
def _rendered(path: Path, number: int) -> bytes:
    # The kept file's name is its content's hash, so an entry never goes stale.
    from corpus.readers.pdf import render_page

    return _drawn(path, number, render_page, path, number, PNG_WIDTH)


@lru_cache(maxsize=256)
def _boxes(path: Path, span: Span) -> "list[Box]":
    from corpus.readers.pdf import span_boxes

    return _drawn(path, span.page, span_boxes, path, span)


def _drawn(path: Path, number: int, function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """What `function` gives in the process that draws. A page that took too much once isn't tried again."""
    if (path, number) in _BEYOND:
        raise BeyondLimits(_BEYOND[path, number])
    try:
        return drawing.call(f"page {number + 1}", function, *args, **kwargs)
    except BeyondLimits as error:
        _BEYOND[path, number] = str(error)
        raise


_BEYOND: dict[tuple[Path, int], str] = {}  # pages that can't be drawn, and why
