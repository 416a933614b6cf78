"""A line in place of an answer or a list, and why something failed."""

from html import escape

from app.page.words import say_html


def hint_html(text: str) -> str:
    """A friendly line in place of an answer."""
    return f'<p class="hint">{escape(text)}</p>'


def whose_html(owner: str) -> str:
    """Above a chat that can only be read: whose it is, "" for everyone's."""
    said = say_html("people.reading", name=owner) if owner else say_html("people.reading_everyones")
    return f'<p class="hint whose" role="note">{said}</p>'
