"""What surrounds the views: the header, the chat's tools, the head of the drawer, the empty source panel.

A button with `data-event` makes the script send that event with the button's other data to the server; one with
`data-action` is handled in the browser.
"""

from html import escape

from app.page.language import LANGUAGES, TAGS, current_language
from app.page.tools_html import chat_export_html
from app.page.words import say


def header_html(choice: bool = True, person: str = "") -> str:
    """Name, views, language, theme and who is signed in; no `choice` of language where the settings decide for all."""
    return f"""
<div class="bar">
  <a class="skip" href="#question" data-action="skip">{escape(say("header.skip"))}</a>
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
  {_account_html(person) if person else ""}
</div>
"""


def _account_html(person: str) -> str:
    """Who is signed in; behind the name, what can be done about it."""
    return f"""<details class="account">
    <summary aria-label="{escape(say("people.account", name=person))}"><bdi>{escape(person)}</bdi></summary>
    <div><a href="/password">{escape(say("people.change"))}</a>
    <form method="post" action="/sign-out"><button>{escape(say("people.sign_out"))}</button></form></div>
  </details>"""


def _language_html() -> str:
    """A button that gives the page in the other language, named in that language."""
    other = next(each for each in LANGUAGES if each != current_language())
    return (
        f'<button type="button" class="language" data-event="language" data-language="{other}" lang="{TAGS[other]}">'
        f"{escape(say('header.other_language'))}</button>"
    )


def heading_html(text: str) -> str:
    """The heading of a view that shows by itself what it is, for those who go by headings."""
    return f'<h2 class="unseen">{escape(text)}</h2>'


def toolbar_html() -> str:
    """The chat's tools."""
    return f"""
<div class="tools">
  <button type="button" data-action="chats" aria-expanded="false" aria-controls="drawer">{escape(say("chat.chats"))}</button>
  <button type="button" data-event="new_chat">{escape(say("chat.new_chat"))}</button>
  {chat_export_html("export-chat")}
</div>
"""


def drawer_head_html() -> str:
    """The title of the list of chats, and what closes it."""
    return f"""<h2 id="drawer-title">{escape(say("chats.title"))}</h2>
{chat_export_html("export-chat-drawer", "plain")}
<button type="button" class="close" data-action="chats">{escape(say("chats.close"))}</button>"""


def source_empty_html() -> str:
    """The source panel before the first source is there."""
    return (
        f'<section class="source" data-key="" aria-label="{escape(say("source.label"))}">'
        f'<p class="notice">{escape(say("source.opening"))}</p></section>'
    )
