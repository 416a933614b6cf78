"""What surrounds the views: the header, the chat's tools, the head of the drawer, the empty source panel.

A button with `data-event` makes the script send that event with the button's other data to the server; one with
`data-action` is handled in the browser.
"""

TAGLINE = "Answers from your own documents, with the exact source of every sentence."
HEADER = f"""
<div class="bar">
  <div class="brand"><h1>Footnote<sup aria-hidden="true">1</sup></h1><p>{TAGLINE}</p></div>
  <nav class="views" aria-label="Views">
    <button type="button" data-action="view" data-view="chat" aria-current="page">Chat</button>
    <button type="button" data-action="view" data-view="glossary">Glossary</button>
    <button type="button" data-action="view" data-view="documents">Documents</button>
  </nav>
  <button type="button" class="theme" data-action="theme" aria-label="Switch between light and dark">
    <svg viewBox="0 0 24 24" width="20" height="20" aria-hidden="true"><circle cx="12" cy="12" r="8.5" fill="none"
    stroke="currentColor" stroke-width="1.6"/><path d="M12 3.5a8.5 8.5 0 0 1 0 17z" fill="currentColor"/></svg>
  </button>
</div>
"""
TOOLBAR = """
<div class="tools">
  <button type="button" data-action="chats" aria-expanded="false" aria-controls="drawer">Chats</button>
  <button type="button" data-event="new_chat">New chat</button>
  <button type="button" class="chat-csv" data-action="download-chat-csv" hidden
    aria-label="Download the figures of this chat as CSV" title="Download the figures of this chat as CSV">CSV</button>
</div>
"""
DRAWER_HEAD = """<h2>Chats</h2>
<button type="button" class="plain chat-csv" data-action="download-chat-csv" hidden
aria-label="Download the figures of this chat as CSV">CSV of this chat</button>
<button type="button" class="close" data-action="chats">Close</button>"""
SOURCE_EMPTY = (
    '<section class="source" data-key="" aria-label="Source"><p class="notice">Opening the source …</p></section>'
)
