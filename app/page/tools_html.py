"""What can be done with an answer or a chat, as HTML: copy, export, pin, rate."""

from html import escape

from app.chats import Message
from app.export import answer_text
from app.figure_csv import figures_csv
from app.page.words import say
from app.rating import Rating

_THUMB = (
    '<svg viewBox="0 0 24 24" width="17" height="17" aria-hidden="true" fill="none" stroke="currentColor" stroke-width="1.8" '
    'stroke-linejoin="round"><path d="M7 11v9H3.5v-9zM7 11l4.5-7.5c1.6 0 2.6 1.2 2.2 2.8L13 9.5h5.3c1.4 0 2.4 1.3 2 '
    '2.7l-1.7 6c-.3 1-1.2 1.8-2.3 1.8H7"/></svg>'
)
_PIN = (
    '<svg viewBox="0 0 24 24" width="16" height="16" aria-hidden="true" fill="none" stroke="currentColor" stroke-width="1.8" '
    'stroke-linejoin="round" stroke-linecap="round"><path d="M9 3.5h6l-1 6.5 3.5 3.5h-11L10 10zM12 13.500V21"/></svg>'
)


def message_tools_html(message: Message) -> str:
    """The tools below an answer, with its text to be copied."""
    key = str(message.id)
    return (
        '<div class="message-tools"><button type="button" class="plain" data-action="copy">'
        f"{escape(say('chat.copy'))}</button>{_message_export_html(message)}"
        f'<button type="button" class="plain icon pin" data-event="pin" data-message="{key}" '
        f'aria-pressed="{_truth(message.pinned is not None)}">{_PIN} {escape(say("chat.pin"))}</button>'
        f'<span class="rating" role="group" aria-label="{escape(say("chat.rate"))}">'
        f"{_rate_html(message, Rating.GOOD, say('chat.good'))}{_rate_html(message, Rating.BAD, say('chat.bad'))}</span></div>"
        f"{_remark_html(message)}"
        f'<pre hidden class="as-text">{escape(answer_text(message.answer))}</pre>'
    )


def _rate_html(message: Message, rating: Rating, label: str) -> str:
    name = rating.name.lower()
    return (
        f'<button type="button" class="plain icon rate {name}" data-event="rate" data-message="{message.id}" '
        f'data-rating="{name}" aria-pressed="{_truth(message.rating is rating)}" aria-label="{escape(label)}" '
        f'title="{escape(label)}">{_THUMB}</button>'
    )


def _remark_html(message: Message) -> str:
    """A line for a remark on a rated answer; out of sight until there is one, or the answer has just been rated."""
    hidden = "" if message.remark else " hidden"
    return (
        f'<div class="remark-box"{hidden}><label for="remark-{message.id}">{escape(say("chat.remark"))}</label>'
        f'<textarea id="remark-{message.id}" rows="2" maxlength="2000">{escape(message.remark)}</textarea>'
        f'<button type="button" class="plain" data-event="rate" data-message="{message.id}" data-rating="same">'
        f"{escape(say('chat.keep_remark'))}</button></div>"
    )


def _message_export_html(message: Message) -> str:
    key = message.id
    report = (
        f'<li><a href="report/{key}" download title="{escape(say("export.report_title"))}">'
        f"{escape(say('export.report'))}</a></li>"
    )
    figures = bool(figures_csv([message.answer]))
    return menu_html(
        f"export-{key}", say("export.open"), _forms_html(f"export/message/{key}", figures) + report, "plain"
    )


def chat_export_html(name: str, look: str = "") -> str:
    """The menu that exports the chat that is shown; the script fills in which, and hides it where there is none."""
    menu = menu_html(name, say("export.chat"), _forms_html("export/chat/0", True), look)
    return f'<div class="chat-export" hidden>{menu}</div>'


def menu_html(name: str, label: str, items: str, look: str) -> str:
    """A button that shows a list of links."""
    return (
        f'<div class="menu"><button type="button" class="{look}" data-action="menu" aria-expanded="false" '
        f'aria-controls="{name}">{escape(label)} <span class="caret-down" aria-hidden="true"></span></button>'
        f'<ul id="{name}" hidden>{items}</ul></div>'
    )


def _forms_html(path: str, figures: bool) -> str:
    forms = [
        ("pdf", say("export.pdf")),
        ("docx", say("export.docx")),
        ("html", say("export.html")),
        ("md", say("export.md")),
    ]
    forms += [("csv", say("export.csv"))] if figures else []
    return "".join(
        f'<li data-form="{form}"><a href="{path}.{form}" download>{escape(label)}</a></li>' for form, label in forms
    )


def _truth(state: bool) -> str:
    return "true" if state else "false"


def marked_html(message: Message) -> str:
    """The state of an answer that was pinned or rated, which the script puts into its tools."""
    rating = message.rating.name.lower() if message.rating else ""
    return (
        f'<span hidden data-message="{message.id}" data-pinned="{_truth(message.pinned is not None)}" '
        f'data-rating="{rating}" data-remark="{escape(message.remark)}"></span>'
    )
