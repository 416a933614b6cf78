"""The page that a citation points at, as HTML: its text with the exact span marked, or the PDF page with it boxed.

All text of a document is escaped. What was cited is compared with what stands there now, so that an old chat never
marks words that a changed document has moved.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

from app.answer import Citation
from app.page.language import lang_of
from app.page.reader_html import another_html, tools_html, turning_html
from app.page.words import say, say_html
from app.people.person import signed_in
from app.reading.apart import boxes_of
from app.reading.find import exact_places
from app.reading.pictures import WIDTHS, page_shape
from corpus.document import Page, Span
from corpus.errors import PasswordNeeded, UnknownDocument, UnreadableFile

if TYPE_CHECKING:
    from pathlib import Path

    from index.store import DocumentRecord, Store

AROUND = 20_000  # characters shown on each side of the span in a very long page
FIRST_WIDTH = WIDTHS[1]  # pixels of a page's picture before the browser asks for a sharper one
MOST_BOXED = 200  # hits of a search that are boxed on one page
PDF = "application/pdf"
DRAWN = frozenset({PDF, "image/png", "image/jpeg", "image/tiff"})  # shown as a picture, with the span boxed
Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Position:
    """Which citation of an answer is shown: number from 1 of `total`, `key` the message that it belongs to.

    `away`: its page has been left; the panel leads back to it.
    """

    key: str
    number: int
    total: int
    away: bool = False


@dataclass(frozen=True, slots=True)
class _Marks:
    """What is marked on a page: the place it was opened for, and the hits of a search."""

    span: tuple[int, int] | None = None
    hits: tuple[tuple[int, int], ...] = ()


def source_html(
    store: "Store", citation: Citation, position: Position | None = None, glossary_text: str | None = None
) -> str:
    """The source of a citation with its span marked. Never raises for a document that has changed or gone.

    `glossary_text` is the text of the glossary's data file, where citations of the document "glossary" point.
    """
    key = f"{position.key}:{position.number}" if position else f"{citation.document}:{citation.page}:{citation.start}"
    if citation.document == "glossary" and glossary_text is not None:
        page, marks = Page(0, glossary_text), _Marks((citation.start, citation.end))
        moved = not _stands(page, citation)
        body = _moved_html(citation, say("source.glossary_changed")) if moved else _text_html(page, marks)
        return _frame(say("source.glossary"), say("source.glossary_about"), body, key, position)
    try:
        record = store.document(citation.document)
        page = store.page(record.id, citation.page)
    except UnknownDocument:
        body = _moved_html(citation, say("source.not_seen") if signed_in() else say("source.gone"))
        return _frame(citation.document, say("source.page", n=citation.page + 1), body, key, position)
    marks = _Marks((citation.start, citation.end))
    if not _stands(page, citation):
        return _page_frame(store, record, page, _moved_html(citation, say("source.changed")), key, position)
    return _page_frame(store, record, page, _body(store, record, page, marks), key, position, marks)


def page_html(
    store: "Store",
    document_id: int,
    number: int,
    span: tuple[int, int] | None = None,
    query: str = "",
    position: Position | None = None,
) -> str:
    """A page to read around, with a place and the hits of a query marked. Raises UnknownDocument.

    `position` is the citation that was left.
    """
    record = store.document(document_id)
    page = store.page(record.id, number)
    if span and not 0 <= span[0] < span[1] <= len(page.text):
        raise UnknownDocument(say("reader.no_place", n=number + 1))
    hits = tuple(one for _, one in zip(range(MOST_BOXED), exact_places(page.text, query), strict=False))
    marks = _Marks(span, tuple(one for one in hits if one != span))
    key = f"page:{record.id}:{number}" + (f":{span[0]}" if span else "")
    return _page_frame(store, record, page, _body(store, record, page, marks), key, position, marks)


def missing_html(reason: str) -> str:
    """The panel where a source can't be shown at all, with the reason: never another source in its place."""
    return _frame(say("source.missing"), "", f'<p class="notice" role="alert">{escape(reason)}</p>', "", None)


def marked(text: str, start: int, end: int, hits: Sequence[tuple[int, int]] = ()) -> str:
    """`text` escaped, with [start, end) in a `<mark>`, and hits; far away text is left out with a line that says so."""
    first, last = max(0, start - AROUND), min(len(text), end + AROUND)
    before = f"{_left_out(say('source.before', n=first))}\n" if first else ""
    after = f"\n{_left_out(say('source.after', n=len(text) - last))}" if last < len(text) else ""
    inside = f'<mark tabindex="-1">{_safe(text[start:end])}</mark>' if end > start else ""
    return f"{before}{_with_hits(text, first, start, hits)}{inside}{_with_hits(text, end, last, hits)}{after}"


def _with_hits(text: str, start: int, end: int, hits: Sequence[tuple[int, int]]) -> str:
    """A stretch of text, escaped, with the hits that lie in it marked."""
    parts, at = [], start
    for first, last in hits:
        if at <= first and last <= end:
            parts += [_safe(text[at:first]), f'<mark class="hit-mark">{_safe(text[first:last])}</mark>']
            at = last
    return "".join([*parts, _safe(text[at:end])])


def _left_out(said: str) -> str:
    return f'<span class="left-out">{escape(said)}</span>'


def _safe(text: str) -> str:
    # The HTML parser would turn a bare carriage return into a line feed and drop a NUL.
    return escape(text).replace("\r", "&#13;").replace("\0", "\ufffd")


def _stands(page: Page, citation: Citation) -> bool:
    return page.text[citation.start : citation.end] == citation.quote


def _where(store: "Store", record: "DocumentRecord", page: Page) -> str:
    if record.pages > 1:
        number = say("source.page_of", n=page.number + 1, total=record.pages)
    else:
        number = say("source.page", n=1)
    printed = page.label if page.label != str(page.number + 1) else ""
    label = f" {say('source.page_label', label=printed)}" if printed else ""
    recognised = f" · {say('source.by_ocr')}" if page.number in store.recognised(record.id) else ""
    return f"{record.name} · {number}{label}{recognised}"


def _page_frame(
    store: "Store",
    record: "DocumentRecord",
    page: Page,
    body: str,
    key: str,
    position: Position | None,
    marks: _Marks = _Marks(),
) -> str:
    """The panel around a page of a document."""
    data = {"document": record.id, "page": page.number, "pages": record.pages}
    if marks.span:
        data |= {"start": marks.span[0], "end": marks.span[1]}
    title = record.metadata.title or record.name
    tools, another = tools_html(record, "pdf-page" in body), another_html(record, store.documents())
    return _frame(
        title, _where(store, record, page), body, key, position, turning_html(record, page.number), tools, another, data
    )


def _frame(
    title: str,
    where: str,
    body: str,
    key: str,
    position: Position | None,
    turning: str = "",
    tools: str = "",
    another: str = "",
    data: dict[str, int] | None = None,
) -> str:
    held: dict[str, int | str] = {**(data or {})}
    if position:
        held |= {"message": position.key, "n": position.number, "total": position.total}
    keys = escape(say("reader.keys"))
    given = "".join(f' data-{name}="{escape(str(value))}"' for name, value in held.items())
    return (
        f'<section class="source" data-key="{escape(key)}"{given} aria-label="{escape(say("source.label"))}"><header><div class="source-bar">'
        '<button type="button" class="close" data-action="close-source"><span class="on-phone">'
        f"← {escape(say('source.back'))}</span>"
        f'<span class="on-desktop">{escape(say("source.close"))} <kbd>Esc</kbd></span></button>{_steps(position) if position else ""}'
        f'<button type="button" class="plain help" data-action="keys" aria-label="{keys}" title="{keys}">?</button></div>'
        f'<h2 tabindex="-1"><bdi>{escape(title)}</bdi></h2><div class="place-row"><p class="where">'
        f"<bdi>{escape(where)}</bdi></p>{another}</div>"
        f"{tools or tools_html(None, False)}</header>"
        f'<div class="source-body" tabindex="0" role="region" aria-label="{escape(say("source.text"))}">{body}</div>'
        f"{turning}</section>"
    )


def _steps(position: Position) -> str:
    """The way to the other citations of the answer, and back to this one where its page was left."""
    message = f'data-event="cite" data-message="{escape(position.key)}"'
    told = escape(say("source.position", number=position.number, total=position.total))
    if position.away:
        told = f'<button type="button" {message} data-n="{position.number}" aria-label="{escape(say("reader.back_to", told=told))}">{told}</button>'
    else:
        told = f"<span>{told}</span>"
    if position.total < 2:
        return f'<p class="stepping">{told}</p>'
    before = (position.number - 2) % position.total + 1
    after = position.number % position.total + 1
    return (
        f'<nav class="stepping" aria-label="{escape(say("source.citations"))}">'
        f'<button type="button" {message} data-n="{before}" data-step="before" aria-label="{escape(say("source.previous"))}">◀</button>{told}'
        f'<button type="button" {message} data-n="{after}" data-step="after" aria-label="{escape(say("source.next"))}">▶</button></nav>'
    )


def _body(store: "Store", record: "DocumentRecord", page: Page, marks: _Marks) -> str:
    return _drawn_html(store, record, page, marks) if record.media_type in DRAWN else _text_html(page, marks)


def _text_html(page: Page, marks: _Marks) -> str:
    opening = f'<div class="page-text"{lang_of(page.text)}>'
    if marks.span:
        return f"{opening}{marked(page.text, *marks.span, marks.hits)}</div>"
    more = len(page.text) - 2 * AROUND
    rest = f"\n{_left_out(say('source.after', n=more))}" if more > 0 else ""
    return f"{opening}{_with_hits(page.text, 0, min(2 * AROUND, len(page.text)), marks.hits)}{rest}</div>"


def _moved_html(citation: Citation, reason: str) -> str:
    return (
        f'<p class="notice">{escape(reason)}</p>'
        f'<div class="page-text"{lang_of(citation.quote)}><mark tabindex="-1">{_safe(citation.quote)}</mark></div>'
    )


def _drawn_html(store: "Store", record: "DocumentRecord", page: Page, marks: _Marks) -> str:
    """The page's picture with boxes, the marked passage as text, and the whole text, which takes the picture's place."""
    try:
        path = store.source_file(record.id)
        shape = page_shape(path, page.number, record.media_type)
        overlay = "".join(_boxes(store, record, path, page.number, marks))
    except PasswordNeeded:
        return f'<p class="notice">{escape(say("source.locked"))}</p>{_text_html(page, marks)}'
    except (UnreadableFile, UnknownDocument) as error:
        notice = f'<p class="notice">{say_html("source.not_drawn", reason=str(error))}</p>'
        return notice + _text_html(page, marks)
    address = f"/picture/{record.id}/{{page}}.png?stamp={record.sha256[:12]}&width="
    alt = escape(say("source.picture", n=page.number + 1, name=record.name))
    figure = (
        f'<div class="pdf-page" data-document="{escape(record.name)}" data-page="{page.number + 1}" '
        f'data-picture="{escape(address)}" style="aspect-ratio:{shape:.5f}">'
        f'<img src="{escape(address.format(page=page.number + 1))}{FIRST_WIDTH}" data-width="{FIRST_WIDTH}" alt="{alt}">{overlay}</div>'
    )
    whole = f'<div class="whole">{_text_html(page, marks)}</div>'
    if not marks.span:
        return figure + whole
    start, end = marks.span
    quote = f'<mark tabindex="-1">{_safe(page.text[start:end])}</mark>'
    title, language = escape(say("source.passage_text")), lang_of(page.text[start:end])
    passage = f'<div class="passage"><h3>{title}</h3><div class="page-text"{language}>{quote}</div></div>'
    return figure + passage + whole


def _boxes(store: "Store", record: "DocumentRecord", path: "Path", page: int, marks: _Marks) -> Iterator[str]:
    """The marked place, then the hits, each line of each as a box over the picture: by the words that were recognised
    there, else by the PDF's own text."""
    from corpus.ocr.boxes import word_boxes

    spans = [*((marks.span,) if marks.span else ()), *marks.hits]
    words = store.recognised_words(record.id, page)
    if words or record.media_type != PDF:
        every = [word_boxes(words, *span) for span in spans]
    else:
        every = boxes_of(path, page, [Span(page, *span) for span in spans])
    for span, boxes in zip(spans, every, strict=True):
        kind = "box" if span == marks.span else "box hit-box"
        for left, top, right, bottom in boxes:
            yield (
                f'<span class="{kind}" style="left:{left:.3%};top:{top:.3%};'
                f'width:{right - left:.3%};height:{bottom - top:.3%}"></span>'
            )
