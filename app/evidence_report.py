"""An answer reported with its evidence: one JSON file that holds what was asked, what was answered, and the cited pages.

In it pages count from 0, as everywhere inside Footnote. `footnote replay` reads it.
"""

import platform
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import StringConstraints, TypeAdapter, ValidationError

from app.answer import Answer, Turn
from app.export import citations_of
from corpus.document import Metadata, Page, Passage, Table
from corpus.errors import DataProblem, UnknownDocument
from corpus.glossary_entry import FILE_SOURCE, GlossaryEntry

if TYPE_CHECKING:
    from app.chats import Message
    from app.footnote import Footnote
    from index.store import DocumentRecord

MOST_BYTES = 100_000_000
# Settings that an answer depends on; none tells where anything is, or a key.
SETTINGS = (
    "embedding_precision", "passage_tokens", "max_question_chars", "llm_model", "llm_temperature",
    "llm_context_tokens", "llm_answer_tokens",
)  # fmt: skip
LIBRARIES = ("footnote", "numpy", "faiss-cpu", "onnxruntime", "llama-index-core", "pypdfium2")
Digest = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]


@dataclass(frozen=True, slots=True)
class DocumentName:
    """A document by its name and the digest of its file."""

    document: str
    sha256: Digest


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a report holds of a document: the pages that the answer cites, with their passages and tables."""

    document: str
    sha256: Digest
    media_type: str
    page_count: int
    metadata: Metadata
    pages: tuple[Page, ...]
    passages: tuple[Passage, ...]
    tables: tuple[Table, ...]
    features: Mapping[int, tuple[str, ...]]  # page → what it was recognised as
    glossary: tuple[GlossaryEntry, ...]  # entries that stand on these pages


@dataclass(frozen=True, slots=True)
class Report:
    """An answer with all that is needed to ask for it again."""

    footnote_report: Literal[1]
    created: str  # ISO 8601, UTC
    question: str
    answer: Answer
    history: tuple[Turn, ...]
    scope: tuple[DocumentName, ...] | None  # the documents that were asked; None for all
    settings: Mapping[str, Any]
    versions: Mapping[str, str]
    sources: tuple[Evidence, ...]
    glossary: tuple[GlossaryEntry, ...]  # cited entries of glossary files
    rating: Literal["good", "not good", ""] = ""  # what the person said of the answer
    remark: str = ""


@cache
def _form() -> TypeAdapter[Report]:
    return TypeAdapter(Report)


def make_report(
    engine: "Footnote", answer: Answer, history: Sequence[Turn] = (), documents: Collection[int] | None = None
) -> Report:
    """The report of an answer that `engine` gave. Documents that have been removed since are left out."""
    cited = citations_of(answer)
    pages: dict[str, set[int]] = {}
    for citation in cited:
        pages.setdefault(citation.document, set()).add(citation.page)
    names = {one.quote for one in cited if one.document == FILE_SOURCE}
    page = engine.glossary_page()
    filed = (entry for entry in page.entries if names and (place := page.citation(entry)) and place.quote in names)
    scope = None
    if documents is not None:
        scope = tuple(DocumentName(one.name, one.sha256) for one in engine.documents() if one.id in documents)
    return Report(
        1,
        datetime.now(UTC).isoformat(timespec="seconds"),
        answer.question,
        answer,
        tuple(history),
        scope,
        used_settings(engine),
        used_versions(engine),
        tuple(_evidence(engine, record, pages[record.name]) for record in _records(engine, pages)),
        tuple(filed),
    )


def _records(engine: "Footnote", names: Iterable[str]) -> "list[DocumentRecord]":
    found = []
    for name in names:
        try:
            found.append(engine.store.document(name))
        except UnknownDocument:
            continue  # the glossary, or a document that has been removed
    return found


def _evidence(engine: "Footnote", record: "DocumentRecord", numbers: Collection[int]) -> Evidence:
    store = engine.store
    features = store.features_of(record.id)
    return Evidence(
        record.name,
        record.sha256,
        record.media_type,
        record.pages,
        record.metadata,
        tuple(store.page(record.id, number) for number in sorted(numbers)),
        tuple(one.passage for number in sorted(numbers) for one in store.passages_of(record.id, number)),
        tuple(table for number in sorted(numbers) for table in store.tables(record.id, number)),
        {number: tuple(sorted(features[number])) for number in sorted(numbers) if number in features},
        tuple(
            entry
            for entry in store.glossary()
            if entry.source == record.name and entry.span and entry.span.page in numbers
        ),
    )


def used_settings(engine: "Footnote") -> dict[str, Any]:
    """The settings in force that an answer depends on."""
    return engine.settings.model_dump(mode="json", include=set(SETTINGS))


def used_versions(engine: "Footnote") -> dict[str, str]:
    """The versions of what an answer was made with."""
    found = {"python": platform.python_version(), "index": engine.store.model() or "empty"}
    for library in LIBRARIES:
        try:
            found[library] = version(library)
        except PackageNotFoundError:
            found[library] = "not installed"
    return found


def report_json(report: Report) -> bytes:
    """A report as the bytes of its file."""
    return _form().dump_json(report, indent=1) + b"\n"


def message_report(engine: "Footnote", message: "Message") -> Report:
    """The report of a kept exchange, with what was said of it, what it was asked of and the exchanges before it.

    Raises UnknownChat.
    """
    from app.chats import Chats

    chat = Chats(engine.store).get(message.chat_id)
    before = replace(chat, messages=tuple(one for one in chat.messages if one.id < message.id))
    asked = None
    if message.asked is not None:
        asked = {record.id for record in engine.documents() if record.name in message.asked}
    made = make_report(engine, message.answer, before.history, asked)
    return replace(made, rating=message.rating.word if message.rating else "", remark=message.remark)


def write_report(path: Path, report: Report) -> None:
    """Write a report's file. Raises DataProblem where it can't be written."""
    try:
        path.write_bytes(report_json(report))
    except OSError as error:
        raise DataProblem(f"{path} can't be written: {error.strerror}. Name another file with --report.") from error


def read_report(path: Path) -> Report:
    """The report in a file. Raises DataProblem where it holds none."""
    try:
        with path.open("rb") as file:
            raw = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise DataProblem(f"{path} can't be read: {error.strerror}. Give a file that --report wrote.") from error
    if len(raw) > MOST_BYTES:
        raise DataProblem(f"{path} is larger than {MOST_BYTES // 1_000_000} MB. Give a file that --report wrote.")
    try:
        report = _form().validate_json(raw)
    except (ValidationError, RecursionError) as error:
        where = ""
        if isinstance(error, ValidationError):
            first = error.errors(include_input=False, include_url=False)[0]
            where = f" ({'.'.join(map(str, first['loc'])) or 'the file'}: {first['msg']})"
        raise DataProblem(f"{path} isn't a report of this Footnote{where}. Give a file that --report wrote.") from error
    _check(path, report)
    return report


def _check(path: Path, report: Report) -> None:
    """Raises DataProblem where a passage doesn't stand on its page: such evidence is none."""
    for source in report.sources:
        texts = {page.number: page.text for page in source.pages}
        if not 0 < source.page_count <= 1_000_000 or any(not 0 <= number < source.page_count for number in texts):
            raise DataProblem(f"{path}: the pages of {source.document!r} aren't among its {source.page_count}.")
        for passage in source.passages:
            span = passage.span
            if texts.get(span.page, "")[span.start : span.end] != passage.text or not passage.text:
                raise DataProblem(
                    f"{path}: a passage of {source.document!r} doesn't stand on its page {span.page + 1}."
                )
