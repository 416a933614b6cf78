"""What the source panel offers around a page, as HTML: its tools, the field to search in it, hits, outline, and where else it is said."""

from collections.abc import Iterable, Sequence
from html import escape
from typing import TYPE_CHECKING

from app.elsewhere import Elsewhere, Found
from app.export import place
from app.reading import DocumentHit, HitKind, OutlineEntry

if TYPE_CHECKING:
    from index.store import DocumentRecord, Store

PANES = ("source", "beside")
PANE_TABS = (
    '<div class="pane-tabs" role="group" aria-label="Sources shown">'
    '<button type="button" data-action="show-pane" data-pane="source" aria-pressed="true">Source</button>'
    '<button type="button" data-action="show-pane" data-pane="beside" aria-pressed="false">Beside</button></div>'
)
_KEYS = (
    ("]  or  n", "next citation of the answer"),
    ("[  or  p", "previous citation"),
    ("→  ←", "next and previous page"),
    ("g", "go to a page"),
    ("+  −  0", "larger, smaller, fit the width"),
    ("/", "search in this document"),
    ("Enter  Shift+Enter", "next and previous hit, in the search field"),
    ("o", "outline"),
    ("t", "text instead of the picture, and back"),
    ("e", "where else this is said; of selected text, where there is some"),
    ("b", "open the page beside"),
    ("Esc", "close what is open"),
    ("?", "this list"),
)
KEYS_DIALOG = (
    '<dialog id="keys-dialog" class="footnote-dialog" aria-labelledby="keys-words"><form method="dialog">'
    '<p id="keys-words"><strong>Keys in the source</strong></p><dl class="keys">'
    + "".join(
        f"<div><dt>{''.join(f'<kbd>{escape(key)}</kbd>' for key in keys.split('  '))}</dt><dd>{escape(what)}</dd></div>"
        for keys, what in _KEYS
    )
    + '</dl><p class="hint">Shift and a click on a citation opens it beside the source.</p>'
    '<div><button type="submit" class="primary" value="no">Close</button></div></form></dialog>'
)
_HEADS = (
    ("contradicting", "Contradicting"),
    ("agreeing", "Agreeing"),
    ("related", "Related"),
)
_KINDS = {HitKind.EXACT: "", HitKind.WORDS: "all words", HitKind.MEANING: "by meaning"}


def find_bar(pane: str) -> str:
    """The field to search in the document of a pane; it stays while hits and pages change."""
    return (
        f'<form class="find-bar" role="search" data-pane="{pane}"><input type="search" maxlength="300" '
        'aria-label="Search in this document" placeholder="Search in this document">'
        '<output class="count" aria-live="polite"></output>'
        '<button type="button" class="plain" data-action="hit" data-by="-1" aria-label="Previous hit">▲</button>'
        '<button type="button" class="plain" data-action="hit" data-by="1" aria-label="Next hit">▼</button>'
        '<button type="button" class="plain" data-action="close-found" aria-label="Close the search">✕</button></form>'
    )


def tools_html(record: "DocumentRecord | None", others: Iterable["DocumentRecord"], drawn: bool) -> str:
    """The tools over a page; without a document (a passage that is gone) those that still work."""
    zoom = (
        '<span class="zoom" role="group" aria-label="Size">'
        '<button type="button" data-action="zoom" data-by="-1" aria-label="Smaller">−</button>'
        '<button type="button" class="percent" data-action="zoom" data-by="0" aria-label="Fit the width">100%</button>'
        '<button type="button" data-action="zoom" data-by="1" aria-label="Larger">+</button></span>'
    )
    if record is None:
        return f'<div class="reader" role="toolbar" aria-label="Tools of the source">{zoom}</div>'
    text = (
        '<button type="button" data-action="as-text" aria-pressed="false" title="Text instead of the picture">Text</button>'
        if drawn
        else ""
    )
    options = "".join(f'<option value="{one.id}">{escape(one.name)}</option>' for one in others if one.id != record.id)
    another = (
        '<select class="another" aria-label="Open another document here"><option value="">Another document …</option>'
        f"{options}</select>"
        if options
        else ""
    )
    return (
        '<div class="reader" role="toolbar" aria-label="Tools of the source">'
        '<button type="button" data-action="find">Search</button>'
        '<button type="button" data-action="outline">Outline</button>'
        '<button type="button" data-action="elsewhere" title="Passages that say the same, or something else">Where else?</button>'
        f'{text}{zoom}<button type="button" class="to-beside" data-action="beside">Beside</button>{another}</div>'
    )


def turning_html(record: "DocumentRecord", page: int) -> str:
    """The pages of a document: the one before, the one after, and a field for any other."""
    if record.pages < 2:
        return ""

    def button(number: int, words: str) -> str:
        there = 0 <= number < record.pages
        state = "" if there else ' aria-disabled="true"'
        event = f'data-event="open_page" data-document="{record.id}" data-page="{number}"' if there else ""
        return f'<button type="button" class="plain" {event}{state}>{words}</button>'

    return (
        f'<nav class="turning" aria-label="Pages of this document">{button(page - 1, "Previous page")}'
        f'<form class="go-to"><label>Page <input type="text" inputmode="numeric" maxlength="6" value="{page + 1}" '
        f'aria-label="Page, of {record.pages}"></label> of {record.pages}</form>{button(page + 1, "Next page")}</nav>'
    )


def hits_html(record: "DocumentRecord", query: str, hits: Sequence[DocumentHit]) -> str:
    """What a search in a document found: each a button to its page."""
    if not hits:
        return _found("find", f'<p class="notice">Nothing in this document is near to “{escape(query)}”.</p>')
    items = "".join(
        f'<li><button type="button" class="hit" data-event="open_page" data-document="{record.id}" data-page="{one.span.page}" '
        f'data-start="{one.span.start}" data-end="{one.span.end}" data-query="{escape(query)}">'
        f'<span class="place">p. {one.span.page + 1}</span> {escape(one.before)} <b>{escape(one.text)}</b> {escape(one.after)}'
        f"{_label(one.kind)}</button></li>"
        for one in hits
    )
    return _found("find", f'<ol class="hits">{items}</ol>')


def _label(kind: HitKind) -> str:
    return f' <span class="kind">{_KINDS[kind]}</span>' if _KINDS[kind] else ""


def outline_html(record: "DocumentRecord", entries: Sequence[OutlineEntry], page: int) -> str:
    """The sections of a document with their pages; the one that is read is marked."""
    if not entries:
        return _found("outline", '<p class="notice">This document has no headings; its pages can be turned below.</p>')
    here = max((number for number, one in enumerate(entries) if one.page <= page), default=0)
    items = "".join(
        f'<li style="--depth:{min(one.depth, 5)}"><button type="button" class="hit" data-event="open_page" '
        f'data-document="{record.id}" data-page="{one.page}"{" aria-current=true" if number == here else ""}>'
        f'<span>{escape(one.title)}</span><span class="place">{one.page + 1}</span></button></li>'
        for number, one in enumerate(entries)
    )
    return _found("outline", f'<h3>Outline</h3><ol class="sections">{items}</ol>')


def elsewhere_html(store: "Store", found: Elsewhere) -> str:
    """The passages that agree, contradict or are near, each to open here or beside."""
    parts = [f'<h3>Where else is this said?</h3><blockquote class="asked">{escape(found.text)}</blockquote>']
    for name, head in _HEADS:
        some: tuple[Found, ...] = getattr(found, name)
        if some:
            items = "".join(_passage_html(store, one) for one in some)
            parts.append(
                f'<section class="{name}"><h4>{head} <span class="many">{len(some)}</span></h4><ol>{items}</ol></section>'
            )
    if not (found.contradicting or found.agreeing):
        none = (
            "Nothing agrees with it or contradicts it beyond doubt." if found.related else "Nothing else is near to it."
        )
        parts.insert(1, f'<p class="notice">{none}</p>')
    return _found("elsewhere", "".join(parts))


def _passage_html(store: "Store", one: Found) -> str:
    where = one.citation
    data = (
        f'data-document="{store.document(where.document).id}" data-page="{where.page}" '
        f'data-start="{where.start}" data-end="{where.end}"'
    )
    return (
        f'<li><p class="difference">{escape(one.comparison.words)}</p><p class="said">{escape(" ".join(one.said.text.split()))}</p>'
        f'<p class="where"><button type="button" class="plain hit" data-event="open_page" {data}><bdi>{escape(place(where))}</bdi></button>'
        f'<button type="button" class="plain to-beside" data-event="open_beside" {data} '
        f'aria-label="Open {escape(place(where))} beside">Beside</button></p></li>'
    )


def failed_html(kind: str, reason: str) -> str:
    """Why there is nothing to show."""
    return _found(kind, f'<p class="notice" role="alert">{escape(reason)}</p>')


def _found(kind: str, inside: str) -> str:
    close = '<button type="button" class="plain close-found" data-action="close-found" aria-label="Close the list">✕</button>'
    return f'<section class="found" data-kind="{kind}" tabindex="-1">{close}{inside}</section>'
