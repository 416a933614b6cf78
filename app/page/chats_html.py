"""The chats in the drawer, as HTML: the pinned answers, the list, what a search found, the undoing of a deletion."""

from collections.abc import Sequence
from html import escape

from app.chats import ChatRecord, FoundChat, Pinned
from app.page.day import day
from app.page.language import lang_of
from app.page.words import say, say_html
from app.people.person import signed_in

MOST_SHOWN = 200  # chats in the list; a search finds the others


def chats_html(
    found: Sequence[FoundChat], current: int | None, query: str = "", pinned: Sequence[Pinned] = ()
) -> str:  # fmt: skip
    """The pinned answers, and the list of chats, each to open, rename or delete."""
    top = _pinned_html(pinned) if pinned and not query.strip() else ""
    if not found:
        said = say("chats.none_found") if query.strip() else say("chats.none")
        return f'{top}<p class="notice">{escape(said)}</p>'
    items = "".join(_chat_html(one, current) for one in found[:MOST_SHOWN])
    more = len(found) - MOST_SHOWN
    rest = f'<p class="notice">{escape(say("chats.more", n=more))}</p>' if more > 0 else ""
    return f'{top}<ul class="chats">{items}</ul>{rest}'


def _chat_html(one: FoundChat, current: int | None) -> str:
    record = one.record
    title, here = escape(record.title), ' aria-current="true"' if record.id == current else ""
    when = [day(record.updated), say("chats.questions", n=record.messages)]
    if signed_in() and not (record.mine and record.owner):
        when.append(say("people.of", name=record.owner) if record.owner else say("people.everyones"))
    elif record.shared:
        when.append(say("people.shared"))
    found = one.found
    place = f' data-message="{found.message_id}"' if found and found.message_id else ""
    where = ""
    if found and found.hit:
        words = f"{escape(found.before)}<mark>{escape(found.hit)}</mark>{escape(found.after)}"
        where = f'<span class="found"><bdi{lang_of(found.hit)}>{words}</bdi></span>'
    return (
        f'<li><button type="button" class="chat-title" data-event="open_chat" data-chat="{record.id}"{place}{here}>'
        f'<bdi>{title}</bdi>{where}<span class="when">{escape(" · ".join(when))}</span></button>'
        f"{_share(record) if signed_in() and record.mine and record.owner else ''}"
        f"{_change(record) if record.mine else ''}</li>"
    )


def _change(record: ChatRecord) -> str:
    title = escape(record.title)
    return (
        f'<button type="button" class="plain" data-event="rename_chat" data-chat="{record.id}" '
        f'data-prompt="{escape(say("chats.rename_this"))}" data-value="{title}" '
        f'aria-label="{escape(say("chats.rename_one", title=record.title))}">{escape(say("chats.rename"))}</button>'
        f'<button type="button" class="plain danger" data-event="delete_chat" data-chat="{record.id}" '
        f'aria-label="{escape(say("chats.delete_one", title=record.title))}">{escape(say("chats.delete"))}'
        "</button>"
    )


def _pinned_html(pinned: Sequence[Pinned]) -> str:
    """The pinned answers, each opens its chat where it stands."""
    items = "".join(
        f'<li><button type="button" class="chat-title" data-event="open_chat" data-chat="{one.chat_id}" '
        f'data-message="{one.message_id}"><bdi>{escape(one.question)}</bdi></button>'
        f'<button type="button" class="plain" data-event="pin" data-message="{one.message_id}" aria-pressed="true" '
        f'aria-label="{escape(say("chats.unpin_one", question=one.question))}">{escape(say("chats.unpin"))}</button></li>'
        for one in pinned
    )
    return (
        f'<section class="pinned" aria-label="{escape(say("chats.pinned"))}"><h3>{escape(say("chats.pinned"))}</h3>'
        f'<ul class="chats">{items}</ul></section>'
    )


def deleted_html(record: ChatRecord, seconds: float) -> str:
    """A deletion that can be undone for `seconds`."""
    return (
        f'<div class="toast" data-seconds="{seconds:g}"><p role="status">{say_html("chats.deleted", title=record.title)}</p>'
        f'<button type="button" data-event="undo_delete" data-chat="{record.id}">{escape(say("chats.undo"))}</button></div>'
    )


def _share(record: ChatRecord) -> str:
    if record.shared:
        return (
            f'<button type="button" class="plain" data-event="share_chat" data-chat="{record.id}" data-shared="0" '
            f'aria-label="{escape(say("people.unshare_one", title=record.title))}">{escape(say("people.unshare"))}</button>'
        )
    return (
        f'<button type="button" class="plain" data-event="share_chat" data-chat="{record.id}" data-shared="1" '
        f'data-confirm="{escape(say("people.share_sure", title=record.title))}" data-accept="{escape(say("people.share"))}" '
        f'aria-label="{escape(say("people.share_one", title=record.title))}">{escape(say("people.share"))}</button>'
    )
