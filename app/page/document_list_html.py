"""The list of documents as HTML: filters, what is done with those chosen, the documents themselves, collections."""

from html import escape
from typing import TYPE_CHECKING

from app.page.day import day
from app.page.documents_html import kind_words
from app.page.filters_html import filters_html
from app.page.listing import Listed
from app.page.words import say
from app.people.person import caller, signed_in

if TYPE_CHECKING:
    from index.store import CollectionRecord, DocumentRecord


def document_list_html(listed: Listed) -> str:
    """The documents in the index, each to choose, look over, open or remove."""
    if not listed.total:
        return f'<p class="notice">{escape(say("documents.none"))}</p>'
    if not listed.found:
        items = f'<p class="notice">{escape(say("list.nothing"))}</p>'
    else:
        names = {one.id: one.name for one in listed.collections}
        items = f'<ul class="documents">{"".join(_document(one, listed, names) for one in listed.shown)}</ul>'
    return f"{filters_html(listed)}{_collection(listed)}{_bulk(listed)}{items}{_more(listed)}"


def about_document(record: "DocumentRecord") -> str:
    """Company, kind and period of a document, as text."""
    metadata = record.metadata
    period = str(metadata.period) if metadata.period else None
    return " · ".join(part for part in (metadata.company, kind_words(metadata.kind), period) if part)


def _document(record: "DocumentRecord", listed: Listed, names: dict[int, str]) -> str:
    metadata, name = record.metadata, escape(record.name)
    facts = (
        about_document(record),
        say("documents.pages", n=record.pages),
        say("documents.added_on", day=day(record.added)),
    )
    about = " · ".join(escape(fact) for fact in facts if fact)
    title = f'<span class="title"><bdi>{escape(metadata.title)}</bdi></span>' if metadata.title else ""
    notes = "".join(f'<p class="note">{escape(note)}</p>' for note in record.notes)
    held = "".join(
        f'<span class="tag"><bdi>{escape(names[key])}</bdi></span>'
        for key in listed.memberships.get(record.id, ())
        if key in names
    )
    held = f'<p class="tags">{held}</p>' if held else ""
    return (
        f'<li data-document="{name}"><input type="checkbox" data-choose="{record.id}" '
        f'aria-label="{escape(say("list.choose_one", name=record.name))}"><div class="about">'
        f'<p class="name"><bdi>{name}</bdi></p>{title}<p class="facts">{about}</p>{held}{notes}</div>'
        f'<div class="doing"><button type="button" class="plain" data-event="overview" data-document="{record.id}" '
        f'aria-label="{escape(say("overview.of", name=record.name))}">{escape(say("overview.button"))}</button>'
        f'<button type="button" class="plain" data-event="open_page" data-document="{record.id}" data-page="0" '
        f'aria-label="{escape(say("documents.open_one", name=record.name))}">{escape(say("documents.open"))}</button>'
        f"{'' if record.id in listed.locked else _remove(record)}</div></li>"
    )


def _remove(record: "DocumentRecord") -> str:
    return (
        f'<button type="button" class="plain danger" data-event="remove_document" data-document="{record.id}" '
        f'data-confirm="{escape(say("documents.remove_sure", name=record.name))}" '
        f'data-accept="{escape(say("documents.remove"))}" '
        f'aria-label="{escape(say("documents.remove_one", name=record.name))}">{escape(say("documents.remove"))}</button>'
    )


def _bulk(listed: Listed) -> str:
    """What is done with all that are chosen; the script shows it once one is."""
    if not listed.found:
        return ""
    collections = "".join(
        f'<option value="{one.id}">{escape(one.name)} ({one.documents})</option>' for one in listed.collections
    )
    collection, out = listed.collection, ""
    if collection:
        out = (
            f'<button type="button" class="plain" data-event="take_out" data-collection="{collection.id}" '
            f'data-sure="take_out" data-name="{escape(collection.name)}" data-accept="{escape(say("list.take_out_accept"))}">'
            f"{escape(say('list.take_out', name=collection.name))}</button>"
        )
    return (
        '<div class="bulk"><label class="choose-all"><input type="checkbox" data-choose-all> '
        f"{escape(say('list.choose_all', n=len(listed.shown)))}</label>"
        '<div class="with-chosen" hidden><span class="chosen-count"></span>'
        f'<select data-put-in aria-label="{escape(say("list.put_in"))}"><option value="">{escape(say("list.put_in"))}</option>'
        f'{collections}<option value="new">{escape(say("list.new_collection"))}</option></select>'
        f'{out}<button type="button" class="plain" data-event="ask_of">{escape(say("list.ask_of"))}</button>'
        '<button type="button" class="plain danger" data-event="remove_documents" data-sure="remove" '
        f'data-accept="{escape(say("documents.remove"))}">{escape(say("list.remove_chosen"))}</button></div></div>'
    )


def _collection(listed: Listed) -> str:
    """The collection that the list is narrowed to, to be asked, renamed or deleted."""
    one = listed.collection
    if one is None:
        return ""
    name = escape(one.name)
    return (
        f'<div class="collection-bar"><strong><bdi>{name}</bdi></strong>'
        f'<button type="button" class="plain" data-event="ask_of" data-collection="{one.id}">'
        f"{escape(say('collection.ask'))}</button>"
        f"{_share(one) if signed_in() and one.owner == caller().id else ''}"
        f'<button type="button" class="plain" data-event="rename_collection" data-collection="{one.id}" '
        f'data-prompt="{escape(say("collection.rename_this"))}" data-value="{name}" '
        f'aria-label="{escape(say("collection.rename_one", name=one.name))}">{escape(say("collection.rename"))}</button>'
        f'<button type="button" class="plain danger" data-event="delete_collection" data-collection="{one.id}" '
        f'data-confirm="{escape(say("collection.delete_sure", name=one.name, n=one.documents))}" '
        f'data-accept="{escape(say("collection.delete"))}" '
        f'aria-label="{escape(say("collection.delete_one", name=one.name))}">{escape(say("collection.delete"))}</button></div>'
    )


def _share(one: "CollectionRecord") -> str:
    """The button that lets the others who sign in read a collection of one's own, or no longer."""
    does = say("collection.unshare") if one.shared else say("collection.share")
    sure = say("collection.unshare_sure", name=one.name) if one.shared else say("collection.share_sure", name=one.name)
    return (
        f'<button type="button" class="plain" data-event="share_collection" data-collection="{one.id}" '
        f'data-shared="{int(not one.shared)}" data-confirm="{escape(sure)}" data-accept="{escape(does)}">{escape(does)}</button>'
    )


def _more(listed: Listed) -> str:
    said = say("list.shown", shown=len(listed.shown), n=len(listed.found))
    left = len(listed.found) - len(listed.shown)
    button = (
        f'<button type="button" class="plain" data-event="show_more">{escape(say("list.more", n=left))}</button>'
        if left
        else ""
    )
    return f'<p class="shown"><span>{escape(said)}</span> {button}</p>' if listed.found else ""
