"""The chat page: layout.py says what is where, a module per area what its clicks do (chat.py) and how it looks (chat_html.py);
script/ runs in the browser, style/ is the look. Importing this package loads nothing heavy."""
