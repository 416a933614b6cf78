"""What the source panel offers around a page, as HTML: its tools, the field to search in it, hits, outline, and where else it is said."""

from collections.abc import Iterable, Sequence
from html import escape
from typing import TYPE_CHECKING

from app.elsewhere import Comparison, Elsewhere, Found, Reason
from app.page.place import place_words
from app.page.words import say, say_html
from app.reading import DocumentHit, HitKind, OutlineEntry

if TYPE_CHECKING:
    from index.store import DocumentRecord, Store

PANES = ("source", "beside")


def pane_tabs_html() -> str:
    """The tabs of the two panes, for where there is no room for both."""
    tabs = "".join(
        f'<button type="button" data-action="show-pane" data-pane="{pane}" aria-pressed="{str(pane == PANES[0]).lower()}">'
        f"{escape(words)}</button>"
        for pane, words in zip(PANES, (say("reader.pane_source"), say("reader.pane_beside")), strict=True)
    )
    return f'<div class="pane-tabs" role="group" aria-label="{escape(say("reader.panes"))}">{tabs}</div>'


def keys_html() -> str:
    """The list of keys, as a dialog."""
    keys = (
        ("]  n", say("reader.key_next_citation")),
        ("[  p", say("reader.key_previous_citation")),
        ("→  ←", say("reader.key_pages")),
        ("g", say("reader.key_go")),
        ("+  −  0", say("reader.key_sizes")),
        ("/", say("reader.key_find")),
        ("Enter  Shift+Enter", say("reader.key_hits")),
        ("o", say("reader.key_outline")),
        ("t", say("reader.key_text")),
        ("e", say("reader.key_elsewhere")),
        ("b", say("reader.key_beside")),
        ("Esc", say("reader.key_close")),
        ("?", say("reader.key_list")),
    )
    rows = "".join(
        f"<div><dt>{''.join(f'<kbd>{escape(key)}</kbd>' for key in pressed.split('  '))}</dt><dd>{escape(what)}</dd></div>"
        for pressed, what in keys
    )
    return (
        '<dialog id="keys-dialog" class="footnote-dialog" aria-labelledby="keys-words"><form method="dialog">'
        f'<p id="keys-words"><strong>{escape(say("reader.keys_title"))}</strong></p><dl class="keys">{rows}</dl>'
        f'<p class="hint">{escape(say("reader.keys_shift"))}</p>'
        f'<div><button type="submit" class="primary" value="no">{escape(say("source.close"))}</button></div></form></dialog>'
    )


def find_bar_html(pane: str) -> str:
    """The field to search in the document of a pane; it stays while hits and pages change."""
    return (
        f'<form class="find-bar" role="search" data-pane="{pane}"><input type="search" maxlength="300" '
        f'aria-label="{escape(say("reader.find_field"))}" placeholder="{escape(say("reader.find_field"))}">'
        '<output class="count" aria-live="polite"></output>'
        f'<button type="button" class="plain" data-action="hit" data-by="-1" aria-label="{escape(say("reader.previous_hit"))}">▲</button>'
        f'<button type="button" class="plain" data-action="hit" data-by="1" aria-label="{escape(say("reader.next_hit"))}">▼</button>'
        f'<button type="button" class="plain" data-action="close-found" aria-label="{escape(say("reader.close_find"))}">✕</button></form>'
    )


def tools_html(record: "DocumentRecord | None", drawn: bool) -> str:
    """The tools over a page; without a document (a passage that is gone) those that still work."""
    zoom = (
        f'<span class="zoom" role="group" aria-label="{escape(say("reader.size"))}">'
        f'<button type="button" data-action="zoom" data-by="-1" aria-label="{escape(say("reader.smaller"))}">−</button>'
        f'<button type="button" class="percent" data-action="zoom" data-by="0" aria-label="{escape(say("reader.fit"))}">100%</button>'
        f'<button type="button" data-action="zoom" data-by="1" aria-label="{escape(say("reader.larger"))}">+</button></span>'
    )
    if record is None:
        return f'<div class="reader" role="toolbar" aria-label="{escape(say("reader.tools"))}">{zoom}</div>'
    text = (
        f'<button type="button" data-action="as-text" aria-pressed="false" title="{escape(say("reader.as_text_title"))}">{escape(say("reader.as_text"))}</button>'
        if drawn
        else ""
    )
    return (
        f'<div class="reader" role="toolbar" aria-label="{escape(say("reader.tools"))}">'
        f'<button type="button" data-action="find">{escape(say("reader.find"))}</button>'
        f'<button type="button" data-action="outline">{escape(say("reader.outline"))}</button>'
        f'<button type="button" data-action="elsewhere" title="{escape(say("reader.elsewhere_title"))}">{escape(say("reader.elsewhere"))}</button>'
        f'{text}{zoom}<button type="button" class="to-beside" data-action="beside">{escape(say("reader.beside"))}</button></div>'
    )


def another_html(record: "DocumentRecord", every: Iterable["DocumentRecord"]) -> str:
    """The choice of another document to open in the pane; nothing where there is none."""
    options = "".join(f'<option value="{one.id}">{escape(one.name)}</option>' for one in every if one.id != record.id)
    if not options:
        return ""
    return (
        f'<select class="another" aria-label="{escape(say("reader.another_title"))}">'
        f'<option value="">{escape(say("reader.another"))}</option>{options}</select>'
    )


def turning_html(record: "DocumentRecord", page: int) -> str:
    """The pages of a document: the one before, the one after, and a field for any other."""
    if record.pages < 2:
        return ""

    def button(number: int, words: str, step: str) -> str:
        there = 0 <= number < record.pages
        state = "" if there else ' aria-disabled="true"'
        event = (
            f'data-step="{step}" data-event="open_page" data-document="{record.id}" data-page="{number}"'
            if there
            else ""
        )
        return f'<button type="button" class="plain" {event}{state}>{escape(words)}</button>'

    return (
        f'<nav class="turning" aria-label="{escape(say("source.pages"))}">{button(page - 1, say("source.previous_page"), "before")}'
        f'<form class="go-to"><label>{escape(say("reader.page"))} <input type="text" inputmode="numeric" maxlength="6" value="{page + 1}" '
        f'aria-label="{escape(say("reader.go_to", total=record.pages))}"></label> <span>{escape(say("reader.of", total=record.pages))}</span></form>'
        f"{button(page + 1, say('source.next_page'), 'after')}</nav>"
    )


def hits_html(record: "DocumentRecord", query: str, hits: Sequence[DocumentHit]) -> str:
    """What a search in a document found: each a button to its page."""
    if not hits:
        return _found("find", f'<p class="notice">{say_html("reader.no_hits", query=query)}</p>')
    items = "".join(
        f'<li><button type="button" class="hit" data-event="open_page" data-document="{record.id}" data-page="{one.span.page}" '
        f'data-start="{one.span.start}" data-end="{one.span.end}" data-query="{escape(query)}">'
        f'<span class="place">{escape(say("reader.page_short", n=one.span.page + 1))}</span> {escape(one.before)} <b>{escape(one.text)}</b> {escape(one.after)}'
        f"{_label(one.kind)}</button></li>"
        for one in hits
    )
    return _found("find", f'<ol class="hits">{items}</ol>')


def _label(kind: HitKind) -> str:
    """How a hit was found, where it isn't by its exact words."""
    if kind is HitKind.EXACT:
        return ""
    words = say("reader.all_words") if kind is HitKind.WORDS else say("reader.by_meaning")
    return f' <span class="kind">{escape(words)}</span>'


def outline_html(record: "DocumentRecord", entries: Sequence[OutlineEntry], page: int) -> str:
    """The sections of a document with their pages; the one that is read is marked."""
    if not entries:
        return _found("outline", f'<p class="notice">{escape(say("reader.no_outline"))}</p>')
    here = max((number for number, one in enumerate(entries) if one.page <= page), default=0)
    items = "".join(
        f'<li style="--depth:{min(one.depth, 5)}"><button type="button" class="hit" data-event="open_page" '
        f'data-document="{record.id}" data-page="{one.page}"{" aria-current=true" if number == here else ""}>'
        f'<span>{escape(one.title)}</span><span class="place">{one.page + 1}</span></button></li>'
        for number, one in enumerate(entries)
    )
    return _found("outline", f'<h3>{escape(say("reader.outline"))}</h3><ol class="sections">{items}</ol>')


def elsewhere_html(store: "Store", found: Elsewhere) -> str:
    """The passages that agree, contradict or are near, each to open here or beside."""
    parts = [
        f'<h3>{escape(say("reader.elsewhere_head"))}</h3><blockquote class="asked">{escape(found.text)}</blockquote>'
    ]
    listed = (
        ("contradicting", say("reader.contradicting"), found.contradicting),
        ("agreeing", say("reader.agreeing"), found.agreeing),
        ("related", say("reader.related"), found.related),
    )
    for name, head, some in listed:
        if some:
            items = "".join(_passage_html(store, one) for one in some)
            parts.append(
                f'<section class="{name}"><h4>{escape(head)} <span class="many">{len(some)}</span></h4><ol>{items}</ol></section>'
            )
    if not (found.contradicting or found.agreeing):
        none = escape(say("reader.none_sure") if found.related else say("reader.none_near"))
        parts.insert(1, f'<p class="notice">{none}</p>')
    return _found("elsewhere", "".join(parts))


def _passage_html(store: "Store", one: Found) -> str:
    where = one.citation
    data = (
        f'data-document="{store.document(where.document).id}" data-page="{where.page}" '
        f'data-start="{where.start}" data-end="{where.end}"'
    )
    return (
        f'<li><p class="difference">{escape(_difference(one.comparison))}</p><p class="said">{escape(" ".join(one.said.text.split()))}</p>'
        f'<p class="where"><button type="button" class="plain hit" data-event="open_page" {data}><bdi>{escape(place_words(where))}</bdi></button>'
        f'<button type="button" class="plain to-beside" data-event="open_beside" {data} '
        f'aria-label="{escape(say("reader.open_beside", place=place_words(where)))}">{escape(say("reader.beside"))}</button></p></li>'
    )


def _difference(one: Comparison) -> str:
    """The difference in the visitor's words."""
    theirs, mine = one.theirs, one.mine
    return {
        Reason.SAME_FIGURE: say("reader.reason_same_figure", theirs=theirs),
        Reason.ROUNDS: say("reader.reason_rounds", theirs=theirs, mine=mine),
        Reason.FITS: say("reader.reason_fits", theirs=theirs, mine=mine),
        Reason.SAME_WORDS: say("reader.reason_same_words"),
        Reason.OTHER_FIGURE: say("reader.reason_other_figure", theirs=theirs, mine=mine),
        Reason.OPPOSITE: say("reader.reason_opposite", theirs=theirs, mine=mine),
        Reason.DENIED: say("reader.reason_denied", theirs=theirs, mine=mine),
        Reason.PERIOD: say("reader.reason_period", theirs=theirs, mine=mine),
        Reason.SUBJECT: say("reader.reason_subject", theirs=theirs, mine=mine),
        Reason.UNIT: say("reader.reason_unit", theirs=theirs, mine=mine),
        Reason.MEASURE: say("reader.reason_measure"),
        Reason.CARE: say("reader.reason_care"),
        Reason.UNSURE: say("reader.reason_unsure", theirs=theirs, mine=mine),
        Reason.NEAR: say("reader.reason_near"),
    }[one.reason]


def failed_html(kind: str, reason: str) -> str:
    """Why there is nothing to show."""
    return _found(kind, f'<p class="notice" role="alert">{escape(reason)}</p>')


def _found(kind: str, inside: str) -> str:
    close = f'<button type="button" class="plain close-found" data-action="close-found" aria-label="{escape(say("reader.close_list"))}">✕</button>'
    return f'<section class="found" data-kind="{kind}" tabindex="-1">{close}{inside}</section>'
