"""Answers and chats as papers with footnotes: composed once, then written as Markdown, HTML, PDF or Word."""

from app.paper.compose import Exchange, compose
from app.paper.files import File, Format, chat_file, exchange_file, format_of, message_file

__all__ = ["Exchange", "File", "Format", "chat_file", "compose", "exchange_file", "format_of", "message_file"]
