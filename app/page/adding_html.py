"""Adding as HTML: where files are dropped, the progress with a line for each file, what to ask of them."""

from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

from app.page.chat_html import examples_html
from app.page.documents_html import kind_words, progress_html
from app.page.language import lang_of
from app.page.words import say, say_html
from corpus.ocr.ocr import Ocr
from corpus.readers import SUPPORTED
from corpus.readers.clean import one_line
from index.file_report import Became, FileReport

if TYPE_CHECKING:
    from index.progress import Progress

MOST_LOOKED_OVER = 12  # new documents whose overview is offered at once


def drop_html(ocr: Ocr) -> str:
    """Where files are dropped and chosen, and texts pasted. The script leaves out what isn't of `data-kinds`."""
    pictures = say("documents.kinds_ocr") if ocr.tesseract else say("documents.kinds_no_ocr", missing=ocr.missing)
    kinds = " ".join((*SUPPORTED, ".zip"))
    return f"""<div class="drop" data-kinds="{kinds}"><p class="drop-here">{escape(say("documents.drop"))}</p>
<p class="ways"><button type="button" class="button primary" data-action="choose-files">{escape(say("documents.choose_files"))}</button><input type="file" multiple hidden>
<button type="button" class="button" data-action="choose-files">{escape(say("documents.choose_folder"))}</button><input type="file" webkitdirectory hidden>
<button type="button" data-action="paste">{escape(say("documents.paste"))}</button></p>
<p class="facts">{escape(say("documents.kinds", pictures=pictures))}</p></div>"""


def adding_html(files: Sequence[FileReport], progress: "Progress | None") -> str:
    """While files are read: how far it is, a way to stop, the files that are done."""
    bar = progress_html(progress) if progress else f'<p class="hint">{escape(say("documents.reading"))}</p>'
    stop = f'<button type="button" class="plain" data-event="stop_adding">{escape(say("documents.stop"))}</button>'
    return f'<div class="adding" aria-busy="true">{bar}{stop}{_files_html(files, {})}</div>'


def added_html(files: Sequence[FileReport], tokens: Mapping[Path, str], questions: Sequence[str], left_out: int) -> str:
    """What became of each file, and what can be asked now. `tokens`: what names a file that waits for its password."""
    more = f'<p class="facts">{escape(say("documents.left_out", n=left_out))}</p>' if left_out else ""
    ask = f"<h3>{escape(say('documents.ask_this'))}</h3>{examples_html(questions)}" if questions else ""
    return f'<div class="report">{_files_html(files, tokens)}{_look_over_html(files)}{more}{ask}</div>'


def _look_over_html(files: Sequence[FileReport]) -> str:
    """Buttons for the overviews of several new documents; the one of a single document is shown at once."""
    fresh = [one.record for one in files if one.record and one.became in (Became.ADDED, Became.REPLACED)]
    if len(fresh) < 2:
        return ""
    looked = "".join(
        f'<button type="button" class="plain" data-event="overview" data-document="{one.id}">'
        f"{escape(say('overview.of', name=one.name))}</button>"
        for one in fresh[:MOST_LOOKED_OVER]
    )
    return f'<p class="look-over">{looked}</p>'


def _files_html(files: Sequence[FileReport], tokens: Mapping[Path, str]) -> str:
    lines = "".join(f"<li>{_file_html(one, tokens.get(one.path, ''))}</li>" for one in files)
    return f'<ul class="added">{lines}</ul>' if lines else ""


def _file_html(report: FileReport, token: str) -> str:
    if report.became is Became.STOPPED:
        return f'<p class="facts">{say_html("documents.became_stopped", name=report.name)}</p>'
    record = report.record
    if record is None:
        reason = report.reason.replace(one_line(str(report.path)), report.name)
        said = f'<p class="error" role="alert">{say_html("documents.failed", name=report.name, reason=reason)}</p>'
        return said + _password_html(report, token) if token else said
    metadata = record.metadata
    facts = (
        metadata.company or "",
        str(metadata.period) if metadata.period else "",
        kind_words(metadata.kind),
        say("documents.pages", n=record.pages),
        say("documents.tables", n=report.tables) if report.tables else "",
        say("documents.terms", n=report.terms) if report.terms else "",
    )
    title = (
        f'<span class="title"{lang_of(metadata.title)}><bdi>{escape(metadata.title)}</bdi></span> · '
        if metadata.title
        else ""
    )
    notes = "".join(f'<p class="note"{lang_of(note)}>{escape(note)}</p>' for note in record.notes)
    return (
        f'<p class="done"><span class="became">{escape(_became_words(report.became))}</span> <bdi>{escape(record.name)}</bdi></p>'
        f'<p class="facts">{title}{escape(" · ".join(fact for fact in facts if fact))}</p>{notes}'
    )


def _password_html(report: FileReport, token: str) -> str:
    ask = escape(say("documents.password_of", name=report.name))
    words = escape(say("documents.password"))
    return (
        f'<button type="button" class="plain" data-event="give_password" data-file="{escape(token)}" data-secret="" '
        f'data-prompt="{ask}" data-accept="{words}">{words}</button>'
    )


def _became_words(became: Became) -> str:
    if became is Became.ADDED:
        return say("documents.became_added")
    return say("documents.became_replaced") if became is Became.REPLACED else say("documents.became_unchanged")
