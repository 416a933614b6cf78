"""What surrounds the views: the header, the chat's tools, the head of the drawer, the empty source panel.

A button with `data-event` makes the script send that event with the button's other data to the server; one with
`data-action` is handled in the browser.
"""

from html import escape

from app.page.language import LANGUAGES, TAGS, current_language
from app.page.words import say


def header_html(choice: bool = True) -> str:
    """Name, views, language and theme; no `choice` of language where the settings decide for all."""
    return f"""
<div class="bar">
  <div class="brand"><h1>Footnote<sup aria-hidden="true">1</sup></h1><p>{escape(say("header.tagline"))}</p></div>
  <nav class="views" aria-label="{escape(say("header.views"))}">
    <button type="button" data-action="view" data-view="chat" aria-current="page">{escape(say("header.chat"))}</button>
    <button type="button" data-action="view" data-view="glossary">{escape(say("header.glossary"))}</button>
    <button type="button" data-action="view" data-view="documents">{escape(say("header.documents"))}</button>
  </nav>
  {_language_html() if choice else ""}
  <button type="button" class="theme" data-action="theme" aria-label="{escape(say("header.theme"))}">
    <svg viewBox="0 0 24 24" width="20" height="20" aria-hidden="true"><circle cx="12" cy="12" r="8.5" fill="none"
    stroke="currentColor" stroke-width="1.6"/><path d="M12 3.5a8.5 8.5 0 0 1 0 17z" fill="currentColor"/></svg>
  </button>
</div>
"""


def _language_html() -> str:
    """A button that gives the page in the other language, named in that language."""
    other = next(each for each in LANGUAGES if each != current_language())
    return (
        f'<button type="button" class="language" data-event="language" data-language="{other}" lang="{TAGS[other]}">'
        f"{escape(say('header.other_language'))}</button>"
    )


def toolbar_html() -> str:
    """The chat's tools."""
    figures = escape(say("chat.csv_of_chat"))
    return f"""
<div class="tools">
  <button type="button" data-action="chats" aria-expanded="false" aria-controls="drawer">{escape(say("chat.chats"))}</button>
  <button type="button" data-event="new_chat">{escape(say("chat.new_chat"))}</button>
  <button type="button" class="chat-csv" data-action="download-chat-csv" hidden
    aria-label="{figures}" title="{figures}">{escape(say("chat.csv"))}</button>
</div>
"""


def drawer_head_html() -> str:
    """The title of the list of chats, and what closes it."""
    return f"""<h2>{escape(say("chats.title"))}</h2>
<button type="button" class="plain chat-csv" data-action="download-chat-csv" hidden
aria-label="{escape(say("chat.csv_of_chat"))}">{escape(say("chats.csv"))}</button>
<button type="button" class="close" data-action="chats">{escape(say("chats.close"))}</button>"""


def source_empty_html() -> str:
    """The source panel before the first source is there."""
    return (
        f'<section class="source" data-key="" aria-label="{escape(say("source.label"))}">'
        f'<p class="notice">{escape(say("source.opening"))}</p></section>'
    )
