"""The documents view as HTML: the list, the progress of reading, what came of it."""

from collections.abc import Sequence
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

from app.page.day import day
from corpus.readers.clean import file_name, one_line

if TYPE_CHECKING:
    from index.ingest import IngestReport, Progress
    from index.store import DocumentRecord


def documents_html(records: Sequence["DocumentRecord"]) -> str:
    """The documents in the index, each to open or remove."""
    if not records:
        return '<p class="notice">No documents yet. Add PDF, Word, Excel, CSV, HTML, Markdown or text files above.</p>'
    return f'<ul class="documents">{"".join(_document(record) for record in records)}</ul>'


def _document(record: "DocumentRecord") -> str:
    metadata, name = record.metadata, escape(record.name)
    period = str(metadata.period) if metadata.period else None
    facts = (metadata.company, str(metadata.kind), period, f"{record.pages} page{'s' if record.pages != 1 else ''}")
    about = " · ".join(escape(fact) for fact in (*facts, f"added {day(record.added)}") if fact)
    title = f'<span class="title"><bdi>{escape(metadata.title)}</bdi></span>' if metadata.title else ""
    notes = "".join(f'<p class="note">{escape(note)}</p>' for note in record.notes)
    return (
        f'<li data-document="{name}"><div class="about"><p class="name"><bdi>{name}</bdi></p>{title}'
        f'<p class="facts">{about}</p>{notes}</div>'
        f'<button type="button" class="plain" data-event="open_page" data-document="{record.id}" data-page="0" '
        f'aria-label="Open {name}">Open</button>'
        f'<button type="button" class="plain danger" data-event="remove_document" data-document="{record.id}" '
        f'data-confirm="Remove “{name}” from the index? Your own file stays where it is." data-accept="Remove" '
        f'aria-label="Remove {name}">Remove</button></li>'
    )


def progress_html(progress: "Progress") -> str:
    """How far reading has come, with pages a second and the time left."""
    total, done = progress.pages_total, progress.pages_done
    share = progress.share
    if share is None and total:
        share = min(done, total) / total
    size = "" if share is None else f'max="100" value="{share * 100:.1f}"'
    percent = "" if share is None else f"{share:.0%} · "
    speed = f" · {progress.pages_per_second:.1f} pages a second" if progress.pages_per_second >= 0.05 else ""
    left = "" if progress.seconds_left is None else f" · about {max(1, round(progress.seconds_left))} s left"
    of = f" of {total}" if total else ""
    name = escape(file_name(Path(progress.file)))
    return (
        f'<div class="progress" role="status"><p>Reading <bdi>{name}</bdi> '
        f"(file {min(progress.files_done + 1, progress.files_total)} of {progress.files_total})</p>"
        f'<progress aria-label="Pages read" {size}></progress>'
        f'<p class="facts">{percent}{done}{of} page{"" if (total or done) == 1 else "s"}{speed}{left}</p></div>'
    )


def report_html(report: "IngestReport") -> str:
    """What came of the files: added, replaced, unchanged, and each that failed with the reason."""
    lines = []
    for records, what in ((report.added, "Added"), (report.replaced, "Replaced"), (report.unchanged, "Already there")):
        if records:
            names = ", ".join(f"<bdi>{escape(record.name)}</bdi>" for record in records)
            lines.append(f'<p class="done">{what}: {names}</p>')
    for path, reason in report.failed:
        name = file_name(path)
        said = reason.replace(one_line(str(path)), name)
        lines.append(
            f'<p class="error" role="alert"><strong><bdi>{escape(name)}</bdi></strong> wasn’t added: {escape(said)}</p>'
        )
    return f'<div class="report" role="status">{"".join(lines)}</div>'
