"""The list of chats in the drawer, as HTML."""

from collections.abc import Sequence
from html import escape

from app.chats import ChatRecord
from app.page.day import day
from app.page.words import say


def chats_html(records: Sequence[ChatRecord], current: int | None, query: str = "") -> str:
    """The list of chats, each to open, rename or delete."""
    if not records:
        said = say("chats.none_found") if query.strip() else say("chats.none")
        return f'<p class="notice">{escape(said)}</p>'
    items = []
    for record in records:
        title, here = escape(record.title), ' aria-current="true"' if record.id == current else ""
        when = f"{day(record.updated)} · {say('chats.questions', n=record.messages)}"
        items.append(
            f'<li><button type="button" class="chat-title" data-event="open_chat" data-chat="{record.id}"{here}>'
            f'<bdi>{title}</bdi><span class="when">{escape(when)}</span></button>'
            f'<button type="button" class="plain" data-event="rename_chat" data-chat="{record.id}" '
            f'data-prompt="{escape(say("chats.rename_this"))}" data-value="{title}" '
            f'aria-label="{escape(say("chats.rename_one", title=record.title))}">{escape(say("chats.rename"))}</button>'
            f'<button type="button" class="plain danger" data-event="delete_chat" data-chat="{record.id}" '
            f'data-confirm="{escape(say("chats.delete_sure", title=record.title))}" '
            f'data-accept="{escape(say("chats.delete"))}" '
            f'aria-label="{escape(say("chats.delete_one", title=record.title))}">{escape(say("chats.delete"))}'
            "</button></li>"
        )
    return f'<ul class="chats">{"".join(items)}</ul>'
