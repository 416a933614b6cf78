"""What the chat asks of, as HTML: a button that says it, and the picker that it opens."""

from collections.abc import Mapping
from html import escape

from app.page.document_list_html import about_document
from app.page.filters_html import filters_html
from app.page.listing import Listed
from app.page.words import say
from app.scope import Scope


def scope_html(listed: Listed, scope: Scope, names: Mapping[int, str]) -> str:
    """`listed` is the list of the picker, `names` are those of all documents by id."""
    collections = {one.id: one.name for one in listed.collections}
    chips = [("collection", key, collections.get(key)) for key in scope.collections]
    chips += [("document", key, names.get(key)) for key in scope.documents]
    said = _said(scope, [name for _, _, name in chips if name])
    return (
        f'<button type="button" class="scope-button" data-action="scope" aria-haspopup="dialog" '
        f'aria-label="{escape(say("scope.button", what=said))}"><bdi>{escape(said)}</bdi><span aria-hidden="true">▾</span>'
        f'</button><div class="scope-picker" role="dialog" aria-label="{escape(say("chat.ask_of"))}">'
        f"{_chosen(chips)}{_collections(listed, scope)}{_documents(listed, scope)}</div>"
    )


def _said(scope: Scope, present: list[str]) -> str:
    """What is asked, in a few words."""
    if scope.everything:
        return say("scope.everything")
    if not present:
        return say("scope.gone")
    if len(present) == 1:
        return present[0]
    return say("scope.first_of", name=present[0], n=len(present) - 1)


def _chosen(chips: list[tuple[str, int, str | None]]) -> str:
    if not chips:
        return f'<p class="scope-now">{escape(say("scope.all_asked"))}</p>'
    shown = "".join(
        f'<button type="button" class="tag" data-event="choose_scope" data-what="{what}" data-key="{key}" data-on="0" '
        f'aria-label="{escape(say("scope.drop", name=name or say("scope.removed")))}">'
        f'<bdi>{escape(name or say("scope.removed"))}</bdi> <span aria-hidden="true">×</span></button>'
        for what, key, name in chips[:MOST_CHIPS]
    )
    more = f" <span>{escape(say('scope.more', n=len(chips) - MOST_CHIPS))}</span>" if len(chips) > MOST_CHIPS else ""
    return (
        f'<div class="scope-now">{shown}{more} <button type="button" class="plain" data-event="choose_scope" '
        f'data-what="all" data-key="0" data-on="1">{escape(say("scope.ask_all"))}</button></div>'
    )


MOST_CHIPS = 12


def _collections(listed: Listed, scope: Scope) -> str:
    if not listed.collections:
        return ""
    items = "".join(
        _box("collection", one.id, one.id in scope.collections, one.name, say("scope.documents", n=one.documents))
        for one in listed.collections
    )
    return f"<h2>{escape(say('scope.collections'))}</h2><ul>{items}</ul>"


def _documents(listed: Listed, scope: Scope) -> str:
    items = "".join(
        _box("document", one.id, one.id in scope.documents, one.name, about_document(one)) for one in listed.shown
    )
    left = len(listed.found) - len(listed.shown)
    more = (
        f'<button type="button" class="plain" data-event="more_scope">{escape(say("list.more", n=left))}</button>'
        if left
        else ""
    )
    shown = f"<ul>{items}</ul>{more}" if items else f'<p class="notice">{escape(say("list.nothing"))}</p>'
    return f"<h2>{escape(say('scope.picked_documents'))}</h2>{filters_html(listed, order=False)}{shown}"


def _box(what: str, key: int, on: bool, name: str, about: str) -> str:
    return (
        f'<li><label><input type="checkbox" data-scope="{what}" data-key="{key}"{" checked" if on else ""}> '
        f'<span><bdi>{escape(name)}</bdi> <span class="facts">{escape(about)}</span></span></label></li>'
    )
