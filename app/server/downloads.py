"""The chat page's downloads: `/export/message/ID.pdf` is an answer, `/export/chat/ID.docx` a chat, in each format."""

import re
from typing import TYPE_CHECKING, Any

from app.chats import Chats
from app.paper import File, Format, chat_file, message_file
from app.server.errors import ApiError
from app.server.page_files import Made, PageFiles, Scope

if TYPE_CHECKING:
    from app.footnote import Footnote

PREFIX = "/export/"
_PATH = re.compile(r"/export/(?P<what>message|chat)/(?P<key>\d{1,18})\.(?P<form>[a-z]+)", re.ASCII)


class Downloads(PageFiles):
    """An ASGI application in front of the page that serves its downloads."""

    def __init__(self, engine: "Footnote", page: Any) -> None:
        def make(scope: Scope) -> Made:
            return _made(requested_file(engine, scope["path"]))

        super().__init__(PREFIX, make, page, "Files are given to the chat page only.", ("GET", "HEAD"))


def requested_file(engine: "Footnote", path: str) -> File:
    """What a path names. Raises UnknownChat, NothingToExport, or ApiError for a path that names nothing."""
    named = _PATH.fullmatch(path)
    if not named:
        raise ApiError(404, "not_found", "There is no such file. Take the links of the chat page.")
    chats = Chats(engine.store)
    if named["form"] not in set(Format):
        raise ApiError(404, "not_found", f"There is no export as {named['form']}. Use one of: {', '.join(Format)}.")
    form, key = Format(named["form"]), int(named["key"])
    return message_file(chats.message(key), form) if named["what"] == "message" else chat_file(chats.get(key), form)


def _made(file: File) -> Made:
    return file.body, [
        (b"content-type", file.media_type.encode()),
        (b"content-length", str(len(file.body)).encode()),
        (b"content-disposition", f'attachment; filename="{file.name}"'.encode()),
        (b"x-content-type-options", b"nosniff"),
        (b"cache-control", b"no-store"),
    ]
