"""The list of chats in the drawer, as HTML."""

from collections.abc import Sequence
from html import escape

from app.chats import ChatRecord
from app.page.day import day


def chats_html(records: Sequence[ChatRecord], current: int | None, query: str = "") -> str:
    """The list of chats, each to open, rename or delete."""
    if not records:
        said = "No chat has these words." if query.strip() else "No chats yet. Your first question begins one."
        return f'<p class="notice">{said}</p>'
    items = []
    for record in records:
        title, here = escape(record.title), ' aria-current="true"' if record.id == current else ""
        items.append(
            f'<li><button type="button" class="chat-title" data-event="open_chat" data-chat="{record.id}"{here}>'
            f'<bdi>{title}</bdi><span class="when">{day(record.updated)} · {record.messages} '
            f"question{'s' if record.messages != 1 else ''}</span></button>"
            f'<button type="button" class="plain" data-event="rename_chat" data-chat="{record.id}" '
            f'data-prompt="Rename this chat" data-value="{title}" aria-label="Rename {title}">Rename</button>'
            f'<button type="button" class="plain danger" data-event="delete_chat" data-chat="{record.id}" '
            f'data-confirm="Delete the chat “{title}”? Its questions and answers are removed for good." '
            f'data-accept="Delete" aria-label="Delete {title}">Delete</button></li>'
        )
    return f'<ul class="chats">{"".join(items)}</ul>'
