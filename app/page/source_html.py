"""The page that a citation points at, as HTML: its text with the exact span marked, or the PDF page with it boxed.

All text of a document is escaped. What was cited is compared with what stands there now, so that an old chat never
marks words that a changed document has moved.
"""

import base64
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

from app.answer import Citation
from app.page.language import lang_of
from app.page.words import say, say_html
from corpus.document import Page, Span
from corpus.errors import UnknownDocument, UnreadableFile

if TYPE_CHECKING:
    from index.store import DocumentRecord, Store

AROUND = 20_000  # characters shown on each side of the span in a very long page
PNG_WIDTH = 1100  # pixels of a rendered page: twice a phone's width, sharp in the desktop's panel
PDF = "application/pdf"


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
            _text_html(page, citation)
            if _stands(page, citation)
            else _moved_html(citation, say("source.glossary_changed"))
        )
        return _frame(say("source.glossary"), say("source.glossary_about"), body, key, position)
    try:
        record = store.document(citation.document)
        page = store.page(record.id, citation.page)
    except UnknownDocument:
        body = _moved_html(citation, say("source.gone"))
        return _frame(citation.document, say("source.page", n=citation.page + 1), body, key, position)
    if not _stands(page, citation):
        body = _moved_html(citation, say("source.changed"))
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
    return _frame(say("source.missing"), "", f'<p class="notice" role="alert">{escape(reason)}</p>', "", None)


def marked(text: str, start: int, end: int) -> str:
    """`text` escaped, with [start, end) in a `<mark>`; far away text is left out with a line that says so."""
    first, last = max(0, start - AROUND), min(len(text), end + AROUND)
    before = f"{_left_out(say('source.before', n=first))}\n" if first else ""
    after = f"\n{_left_out(say('source.after', n=len(text) - last))}" if last < len(text) else ""
    return (
        f'{before}{_safe(text[first:start])}<mark tabindex="-1">{_safe(text[start:end])}</mark>'
        f"{_safe(text[end:last])}{after}"
    )


def _left_out(said: str) -> str:
    return f'<span class="left-out">{escape(said)}</span>'


def _safe(text: str) -> str:
    # The HTML parser would turn a bare carriage return into a line feed and drop a NUL.
    return escape(text).replace("\r", "&#13;").replace("\0", "\ufffd")


def _stands(page: Page, citation: Citation) -> bool:
    return page.text[citation.start : citation.end] == citation.quote


def _where(record: "DocumentRecord", page: Page) -> str:
    if record.pages > 1:
        number = say("source.page_of", n=page.number + 1, total=record.pages)
    else:
        number = say("source.page", n=1)
    printed = page.label if page.label != str(page.number + 1) else ""
    label = f" {say('source.page_label', label=printed)}" if printed else ""
    return f"{record.name} · {number}{label}"


def place_words(citation: Citation) -> str:
    """Where a citation points, in the visitor's language: document and page from 1."""
    if citation.document == "glossary":
        return say("source.glossary_place")
    return say("source.place", document=citation.document, n=citation.page + 1)


def _turning(record: "DocumentRecord", page: Page) -> str:
    if record.pages < 2:
        return ""
    buttons = []
    for number, words in ((page.number - 1, say("source.previous_page")), (page.number + 1, say("source.next_page"))):
        there = 0 <= number < record.pages
        state = "" if there else ' aria-disabled="true"'
        event = f'data-event="open_page" data-document="{record.id}" data-page="{number}"' if there else ""
        buttons.append(f'<button type="button" class="plain" {event}{state}>{escape(words)}</button>')
    return f'<nav class="turning" aria-label="{escape(say("source.pages"))}">{"".join(buttons)}</nav>'


def _frame(title: str, where: str, body: str, key: str, position: Position | None, turning: str = "") -> str:
    steps = ""
    if position and position.total > 1:
        before = (position.number - 2) % position.total + 1
        after = position.number % position.total + 1
        message = f'data-event="cite" data-message="{escape(position.key)}"'
        steps = (
            f'<nav class="stepping" aria-label="{escape(say("source.citations"))}">'
            f'<button type="button" {message} data-n="{before}" aria-label="{escape(say("source.previous"))}">◀</button>'
            f"<span>{escape(say('source.position', number=position.number, total=position.total))}</span>"
            f'<button type="button" {message} data-n="{after}" aria-label="{escape(say("source.next"))}">▶</button></nav>'
        )
    elif position:
        steps = f'<p class="stepping"><span>{escape(say("source.position", number=1, total=1))}</span></p>'
    return (
        f'<section class="source" data-key="{escape(key)}" aria-label="{escape(say("source.label"))}"><header><div class="source-bar">'
        '<button type="button" class="close" data-action="close-source">'
        f'<span class="on-phone">← {escape(say("source.back"))}</span>'
        f'<span class="on-desktop">{escape(say("source.close"))} <kbd>Esc</kbd></span></button>{steps}</div>'
        f'<h2 tabindex="-1"><bdi>{escape(title)}</bdi></h2><p class="where"><bdi>{escape(where)}</bdi></p></header>'
        f'<div class="source-body" tabindex="0" role="region" aria-label="{escape(say("source.text"))}">{body}</div>'
        f"{turning}</section>"
    )


def _text_html(page: Page, citation: Citation | None) -> str:
    if citation:
        return f'<div class="page-text"{lang_of(page.text)}>{marked(page.text, citation.start, citation.end)}</div>'
    more = len(page.text) - 2 * AROUND
    rest = f"\n{_left_out(say('source.after', n=more))}" if more > 0 else ""
    return f'<div class="page-text"{lang_of(page.text)}>{_safe(page.text[: 2 * AROUND])}{rest}</div>'


def _moved_html(citation: Citation, reason: str) -> str:
    return (
        f'<p class="notice">{escape(reason)}</p>'
        f'<div class="page-text"{lang_of(citation.quote)}><mark tabindex="-1">{_safe(citation.quote)}</mark></div>'
    )


def _pdf_html(store: "Store", record: "DocumentRecord", page: Page, citation: Citation | None) -> str:
    from corpus.readers.pdf import span_boxes

    try:
        path = store.source_file(record.id)
        picture = _rendered(path, page.number)
        boxes = span_boxes(path, Span(page.number, citation.start, citation.end)) if citation else []
    except (UnreadableFile, UnknownDocument) as error:
        notice = f'<p class="notice">{say_html("source.not_drawn", reason=str(error))}</p>'
        return notice + _text_html(page, citation)
    overlay = "".join(
        f'<span class="box" style="left:{left:.3%};top:{top:.3%};'
        f'width:{right - left:.3%};height:{bottom - top:.3%}"></span>'
        for left, top, right, bottom in boxes
    )
    data = base64.b64encode(picture).decode("ascii")
    alt = escape(say("source.picture", n=page.number + 1, name=record.name))
    figure = (
        f'<div class="pdf-page" data-document="{escape(record.name)}" data-page="{page.number + 1}">'
        f'<img src="data:image/png;base64,{data}" alt="{alt}">{overlay}</div>'
    )
    if citation:
        quote = f'<mark tabindex="-1">{_safe(citation.quote)}</mark>'
        title = escape(say("source.passage_text"))
        return f'{figure}<h3>{title}</h3><div class="page-text"{lang_of(citation.quote)}>{quote}</div>'
    return f"{figure}<details><summary>{escape(say('source.page_text'))}</summary>{_text_html(page, None)}</details>"


@lru_cache(maxsize=24)
def _rendered(path: Path, number: int) -> bytes:
    # The kept file's name is its content's hash, so an entry never goes stale.
    from corpus.readers.pdf import render_page

    return render_page(path, number, PNG_WIDTH)
