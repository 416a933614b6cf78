"""Exports as files: the formats, their names and types, and the bytes of an answer or a chat in each."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from app.figure_csv import figures_csv
from app.paper.compose import Exchange, compose
from app.paper.html import paper_html
from app.paper.markdown import paper_markdown
from app.paper.paper import Paper
from corpus.errors import DataProblem, NothingToExport

if TYPE_CHECKING:
    from app.answer import Answer
    from app.chats import Chat, Message


class Format(StrEnum):
    """What an answer or a chat can be exported as; the value is the ending of its file."""

    MARKDOWN = "md"
    HTML = "html"
    PDF = "pdf"
    WORD = "docx"
    CSV = "csv"


MEDIA_TYPES = {
    Format.MARKDOWN: "text/markdown; charset=utf-8",
    Format.HTML: "text/html; charset=utf-8",
    Format.PDF: "application/pdf",
    Format.WORD: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    Format.CSV: "text/csv; charset=utf-8",
}
ENDINGS = {"md": Format.MARKDOWN, "markdown": Format.MARKDOWN, "htm": Format.HTML} | {one.value: one for one in Format}


@dataclass(frozen=True, slots=True)
class File:
    """An export: a name to save it by, its type, its bytes."""

    name: str
    media_type: str
    body: bytes


def format_of(name: str) -> Format:
    """The format that a word or the ending of a file's name stands for. Raises DataProblem for another."""
    ending = (Path(name).suffix or f".{name}").removeprefix(".").lower()
    if ending not in ENDINGS:
        given = f"“.{ending}” is" if Path(name).suffix else f"“{name}” is"
        raise DataProblem(f"{given} no format of an export. Use one of: {', '.join(Format)}.")
    return ENDINGS[ending]


def message_file(message: "Message", form: Format) -> File:
    """A kept exchange. Raises NothingToExport for figures where it has none."""
    kind = "figures" if form is Format.CSV else "answer"
    return exchange_file(Exchange(message.answer, message.created), form, f"footnote-{kind}-{message.id}")


def exchange_file(exchange: Exchange, form: Format, name: str = "footnote-answer") -> File:
    """An answer; its question is the title. Raises NothingToExport for figures where it has none."""
    return _file(name, form, [exchange.answer], lambda: compose(exchange.answer.question, [exchange]))


def chat_file(chat: "Chat", form: Format) -> File:
    """A whole chat. Raises NothingToExport where it has no exchange, or for figures where it has none."""
    if not chat.messages:
        raise NothingToExport("The chat has no answers yet. Ask a question in it first.")
    exchanges = [Exchange(message.answer, message.created) for message in chat.messages]
    kind = "figures-chat" if form is Format.CSV else "chat"
    answers = [message.answer for message in chat.messages]
    return _file(f"footnote-{kind}-{chat.record.id}", form, answers, lambda: compose(chat.record.title, exchanges))


def _file(name: str, form: Format, answers: "Sequence[Answer]", made: Callable[[], Paper]) -> File:
    return File(f"{name}.{form}", MEDIA_TYPES[form], _body(form, answers, made))


def _body(form: Format, answers: "Sequence[Answer]", made: Callable[[], Paper]) -> bytes:
    if form is Format.CSV:
        figures = figures_csv(answers)
        if not figures:
            raise NothingToExport("There are no figures to export as CSV. Choose another format, such as pdf.")
        return figures.encode("utf-8-sig")  # the mark at the beginning tells spreadsheets that it is UTF-8
    if form is Format.MARKDOWN:
        return paper_markdown(made()).encode()
    if form is Format.HTML:
        return paper_html(made()).encode()
    if form is Format.WORD:
        from app.paper.word import paper_docx

        return paper_docx(made())
    from app.paper.pdf import paper_pdf

    return paper_pdf(made())


def write(file: File, path: Path) -> None:
    """Write an export to a path. Raises DataProblem where it can't be written."""
    try:
        path.write_bytes(file.body)
    except OSError as error:
        raise DataProblem(f"{path} can't be written: {error.strerror}. Name another file.") from error


__all__ = [
    "ENDINGS",
    "MEDIA_TYPES",
    "File",
    "Format",
    "chat_file",
    "exchange_file",
    "format_of",
    "message_file",
    "write",
]
