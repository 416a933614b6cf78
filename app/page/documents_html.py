"""The documents view as HTML: the progress of reading, what came of it, what is out of date."""

from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

from app.page.words import say, say_html
from corpus.document import Kind
from corpus.readers.clean import file_name

if TYPE_CHECKING:
    from index.ingest import IngestReport, Progress


def kind_words(kind: Kind) -> str:
    """The kind of a document in the visitor's language."""
    return {
        Kind.ANNUAL_REPORT: say("kinds.annual_report"),
        Kind.QUARTERLY_REPORT: say("kinds.quarterly_report"),
        Kind.CURRENT_REPORT: say("kinds.current_report"),
        Kind.EARNINGS_RELEASE: say("kinds.earnings_release"),
        Kind.PROXY_STATEMENT: say("kinds.proxy_statement"),
        Kind.ARTICLE: say("kinds.article"),
        Kind.GLOSSARY: say("kinds.glossary"),
        Kind.TABLE: say("kinds.table"),
        Kind.OTHER: say("kinds.other"),
    }[kind]


def progress_html(progress: "Progress") -> str:
    """How far reading has come, with pages a second and the time left."""
    total, done = progress.pages_total, progress.pages_done
    share = progress.share
    if share is None and total:
        share = min(done, total) / total
    size = "" if share is None else f'max="100" value="{share * 100:.1f}"'
    percent = "" if share is None else f"{share:.0%}"
    pages = say("documents.read_of", done=done, n=total) if total else say("documents.read", n=done)
    pace = progress.pages_per_second
    speed = say("documents.speed", speed=f"{pace:.1f}") if pace >= 0.05 else ""
    seconds = progress.seconds_left
    left = "" if seconds is None else say("documents.left", n=max(1, round(seconds)))
    reading = say_html(
        "documents.reading_file",
        name=file_name(Path(progress.file)),
        number=min(progress.files_done + 1, progress.files_total),
        total=progress.files_total,
    )
    if progress.message.startswith("reading scanned"):
        reading = say_html("documents.scanning", name=file_name(Path(progress.file)), said=progress.message)
    return (
        f'<div class="progress"><p>{reading}</p>'
        f'<progress aria-label="{escape(say("documents.pages_read"))}" {size}></progress>'
        f'<p class="facts">{escape(" · ".join(filter(None, (percent, pages, speed, left))))}</p></div>'
    )


def removing_html(done: int, total: int) -> str:
    """How many documents are removed."""
    return (
        f'<div class="progress"><p>{escape(say("documents.removing", done=done, n=total))}</p>'
        f'<progress aria-label="{escape(say("documents.removing_bar"))}" max="{total}" value="{done}"></progress></div>'
    )


def outdated_html(count: int) -> str:
    """That documents were read by an earlier version, and a button to read them again."""
    return (
        f'<div class="outdated"><p>{escape(say("documents.outdated", n=count))}</p>'
        f'<button type="button" data-event="reindex">{escape(say("documents.read_again"))}</button></div>'
    )


def read_again_html(report: "IngestReport") -> str:
    """How many documents were read again, and each that can't be, with the reason."""
    lines = [f'<p class="done">{escape(say("documents.up_to_date", n=len(report.replaced)))}</p>']
    lines += [f'<p class="error" role="alert">{escape(reason)}</p>' for _, reason in report.failed]
    return f'<div class="report">{"".join(lines)}</div>'
