"""Pictures of pages for the source panel: `/picture/DOCUMENT/PAGE.png?width=` draws a page of a PDF, off the event loop."""

import re
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

from app.reading.pictures import WIDTHS, Pictures
from app.server.errors import ApiError
from app.server.page_files import Made, PageFiles, Scope

if TYPE_CHECKING:
    from app.footnote import Footnote

PREFIX = "/picture/"
_PLACE = re.compile(r"(\d{1,18})/(\d{1,7})\.png")


class PagePictures(PageFiles):
    """An ASGI application in front of the page that serves pictures of pages."""

    def __init__(self, engine: "Footnote", page: Any) -> None:
        pictures = Pictures()

        def make(scope: Scope) -> Made:
            query = scope["query_string"].decode("latin-1")
            document, number, width = place_of(scope["path"].removeprefix(PREFIX), query)
            record = engine.store.document(document)
            engine.store.page(record.id, number)  # raises where there is none
            drawn = pictures.picture(engine.store.source_file(record.id), number, width, record.media_type)
            # The address carries a stamp of the file, so that what a browser has kept stays right.
            return drawn, [(b"content-type", b"image/png"), (b"cache-control", b"private, max-age=86400, immutable")]

        super().__init__(PREFIX, make, page, "Pictures of pages are given to the chat page only.")


def place_of(path: str, query: str) -> tuple[int, int, int]:
    """Document, page from 0 and width of an address: "4/17.png", "width=1100". Raises ApiError."""
    match = _PLACE.fullmatch(path)
    width = parse_qs(query).get("width", [str(WIDTHS[1])])[0]
    if match is None or int(match[2]) < 1 or not (width.isascii() and width.isdigit() and len(width) < 6):
        raise ApiError(404, "not_found", "A picture is named by a document's number, a page from 1 and a width.")
    return int(match[1]), int(match[2]) - 1, int(width)
