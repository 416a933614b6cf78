"""A line in place of an answer or a list, and why something failed."""

from html import escape


def hint_html(text: str) -> str:
    """A friendly line in place of an answer."""
    return f'<p class="hint" role="status">{escape(text)}</p>'
