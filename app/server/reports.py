"""The chat page's reports: `/report/ID` is a kept exchange with its evidence, as a file to download."""

from typing import TYPE_CHECKING, Any

from app.chats import Chats
from app.evidence_report import message_report as report_of
from app.evidence_report import report_json
from app.server.errors import ApiError
from app.server.page_files import Made, PageFiles, Scope

if TYPE_CHECKING:
    from app.footnote import Footnote

PREFIX = "/report/"


class Reports(PageFiles):
    """An ASGI application in front of the page that serves its reports."""

    def __init__(self, engine: "Footnote", page: Any) -> None:
        def make(scope: Scope) -> Made:
            name = scope["path"].removeprefix(PREFIX)
            return message_report(engine, name), [
                (b"content-type", b"application/json"),
                (b"content-disposition", f'attachment; filename="footnote-report-{name}.json"'.encode()),
                (b"cache-control", b"no-store"),
            ]

        super().__init__(PREFIX, make, page, "Reports are given to the chat page only.")


def message_report(engine: "Footnote", key: str) -> bytes:
    """The report of a kept exchange, by its id. Raises UnknownChat, or ApiError for what is no id."""
    if not (key.isascii() and key.isdigit() and len(key) < 19):
        raise ApiError(404, "not_found", "A report is named by the number of its answer.")
    message = Chats(engine.store).message(int(key))
    return report_json(report_of(engine, message))
