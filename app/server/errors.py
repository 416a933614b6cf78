"""Errors as the APIs give them: a status and one object in OpenAI's form, whose message says what to do."""

import json
from typing import Any

from corpus.errors import (
    BadDraft,
    BadName,
    BadQuestion,
    Busy,
    CalculationError,
    ClusterProblem,
    EmptyScope,
    FootnoteError,
    IndexMismatch,
    ModelProblem,
    NothingToExport,
    NotSignedIn,
    NotYours,
    SharedProblem,
    UnknownChat,
    UnknownCollection,
    UnknownDocument,
    UnreadableFile,
    VectorsProblem,
)

FOR_PROGRAMS = ("/v1", "/api", "/mcp")
_STATUS: tuple[tuple[type[FootnoteError], int, str], ...] = (
    (UnknownDocument, 404, "document_not_found"),
    (UnknownCollection, 404, "collection_not_found"),
    (UnknownChat, 404, "chat_not_found"),
    (NotSignedIn, 401, "not_signed_in"),
    (NotYours, 403, "not_yours"),
    (BadName, 400, "bad_name"),
    (EmptyScope, 400, "empty_scope"),
    (UnreadableFile, 400, "unreadable_file"),
    (NothingToExport, 404, "nothing_to_export"),
    (BadQuestion, 400, "bad_question"),
    (BadDraft, 400, "bad_answer"),
    (CalculationError, 400, "not_computable"),
    (ModelProblem, 502, "language_model"),
    (VectorsProblem, 503, "vectors"),
    (SharedProblem, 503, "database"),
    (ClusterProblem, 503, "cluster"),
    (IndexMismatch, 503, "index"),
    (Busy, 503, "busy_index"),
)


class ApiError(FootnoteError):
    """A request that can't be served: its HTTP status, a code that a program can tell it by, the field at fault."""

    def __init__(self, status: int, code: str, message: str, param: str | None = None) -> None:
        super().__init__(message)
        self.status, self.code, self.param = status, code, param


def is_for_programs(path: str) -> bool:
    """Whether a path belongs to the APIs, not to the page."""
    return any(path == prefix or path.startswith(f"{prefix}/") for prefix in FOR_PROGRAMS)


def error_object(status: int, code: str, message: str, param: str | None = None) -> dict[str, Any]:
    """`{"error": …}` as OpenAI's API gives it."""
    kind = "invalid_request_error" if status < 500 else "server_error"
    return {"error": {"message": message, "type": kind, "param": param, "code": code}}


def error_body(status: int, code: str, message: str) -> bytes:
    """The same as the body of a response."""
    return json.dumps(error_object(status, code, message), ensure_ascii=False).encode()


def as_api_error(error: FootnoteError) -> ApiError:
    """An error of the engine with its status: 4xx where the request is at fault, 5xx where it isn't.

    Of those 503 is for what whoever runs the server can put right, or time; 500 for what is malformed.
    """
    if isinstance(error, ApiError):
        return error
    for kind, status, code in _STATUS:
        if isinstance(error, kind):
            return ApiError(status, code, str(error))
    return ApiError(500, "data_problem", str(error))


async def refuse(error: ApiError, send: Any) -> None:
    """Send an error as the whole response (ASGI)."""
    headers = [(b"content-type", b"application/json"), (b"cache-control", b"no-store"), (b"connection", b"close")]
    if error.status == 401:
        headers.append((b"www-authenticate", b"Bearer"))
    await send({"type": "http.response.start", "status": error.status, "headers": headers})
    await send({"type": "http.response.body", "body": error_body(error.status, error.code, str(error))})
