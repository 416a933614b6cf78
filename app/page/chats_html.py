"""The list of chats in the drawer, as HTML."""

from collections.abc import Sequence
from html import escape

from app.chats import ChatRecord
from app.page.day import day
from app.page.words import say
from app.people.person import signed_in


def chats_html(records: Sequence[ChatRecord], current: int | None, query: str = "") -> str:
    """The list of chats, each to open; one's own to share, rename or delete."""
    if not records:
        said = say("chats.none_found") if query.strip() else say("chats.none")
        return f'<p class="notice">{escape(said)}</p>'
    items = []
    for record in records:
        title, here = escape(record.title), ' aria-current="true"' if record.id == current else ""
        when = [day(record.updated), say("chats.questions", n=record.messages)]
        if signed_in() and not (record.mine and record.owner):
            when.append(say("people.of", name=record.owner) if record.owner else say("people.everyones"))
        elif record.shared:
            when.append(say("people.shared"))
        items.append(
            f'<li><button type="button" class="chat-title" data-event="open_chat" data-chat="{record.id}"{here}>'
            f'<bdi>{title}</bdi><span class="when">{escape(" · ".join(when))}</span></button>'
            f"{_share(record) if signed_in() and record.mine and record.owner else ''}"
            f"{_change(record) if record.mine else ''}</li>"
        )
    return f'<ul class="chats">{"".join(items)}</ul>'


def _change(record: ChatRecord) -> str:
    title = escape(record.title)
    return (
        f'<button type="button" class="plain" data-event="rename_chat" data-chat="{record.id}" '
        f'data-prompt="{escape(say("chats.rename_this"))}" data-value="{title}" '
        f'aria-label="{escape(say("chats.rename_one", title=record.title))}">{escape(say("chats.rename"))}</button>'
        f'<button type="button" class="plain danger" data-event="delete_chat" data-chat="{record.id}" '
        f'data-confirm="{escape(say("chats.delete_sure", title=record.title))}" '
        f'data-accept="{escape(say("chats.delete"))}" '
        f'aria-label="{escape(say("chats.delete_one", title=record.title))}">{escape(say("chats.delete"))}'
        "</button>"
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
