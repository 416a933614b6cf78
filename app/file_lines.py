"""What became of a file in a line: what was understood of it, or why it isn't in and what to do."""

from typing import TYPE_CHECKING, Any

from corpus.readers import path_text
from corpus.readers.clean import one_line
from index.file_report import Became, FileReport

if TYPE_CHECKING:
    from index.store import DocumentRecord

_WORDS = {Became.ADDED: "added", Became.REPLACED: "replaced", Became.UNCHANGED: "already there"}


def understood(report: FileReport) -> tuple[str, ...]:
    """What was understood, each in a few words: company, period, kind, pages, tables, terms."""
    record = report.record
    if record is None:
        return ()
    metadata = record.metadata
    return tuple(
        part
        for part in (
            metadata.company or "",
            str(metadata.period) if metadata.period else "",
            str(metadata.kind),
            _count(record.pages, "page"),
            _count(report.tables, "table") if report.tables else "",
            _count(report.terms, "glossary term") if report.terms else "",
        )
        if part
    )


def file_line(report: FileReport) -> str:
    """The line of the command line."""
    if report.record is None:
        verb = "stopped before" if report.became is Became.STOPPED else "could not read"
        named = one_line(report.shown or str(report.path))
        return f"{verb} {named}" if report.became is Became.STOPPED else f"{verb} {named}: {report.reason}"
    title = f"“{one_line(report.record.metadata.title)}”" if report.record.metadata.title else ""
    said = " · ".join(part for part in (title, *understood(report)) if part)
    notes = "".join(f"\n    note: {note}" for note in report.record.notes)
    return f"{_WORDS[report.became]} {report.record.name}: {said}{notes}"


def file_object(report: FileReport) -> dict[str, Any]:
    """The object of `ingest --json`."""
    record: DocumentRecord | None = report.record
    metadata = record.metadata if record else None
    return {
        "path": path_text(report.path),
        "file": report.name,
        "status": str(report.became),
        "document": record.name if record else None,
        "id": record.id if record else None,
        "title": metadata.title if metadata else None,
        "company": metadata.company if metadata else None,
        "period": str(metadata.period) if metadata and metadata.period else None,
        "kind": str(metadata.kind) if metadata else None,
        "pages": record.pages if record else 0,
        "tables": report.tables,
        "terms": report.terms,
        "notes": list(record.notes) if record else [],
        "reason": report.reason,
        "needs_password": report.needs_password,
    }


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
