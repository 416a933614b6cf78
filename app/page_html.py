"""The page's fragments as HTML: plain functions from values to escaped strings, without Gradio or a store.

A button with `data-event` makes page.js send that event with the button's other data to the server; one with
`data-action` is handled in the browser.
"""

import tomllib
from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import cache
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

from app.answer_html import answer_html
from app.chats import ChatRecord, Message
from app.export import answer_markdown, answer_text
from app.figure_csv import figures_csv
from corpus.document import Metadata
from corpus.errors import DataProblem
from corpus.readers.clean import file_name, one_line

if TYPE_CHECKING:
    from corpus.glossary import Glossary, GlossaryEntry
    from index.ingest import IngestReport, Progress
    from index.store import DocumentRecord

LONG_QUESTION = 800  # characters; a longer one scrolls in its bubble, so that its answer is in sight
TAGLINE = "Answers from your own documents, with the exact source of every sentence."
HEADER = f"""
<div class="bar">
  <div class="brand"><h1>Footnote<sup aria-hidden="true">1</sup></h1><p>{TAGLINE}</p></div>
  <nav class="views" aria-label="Views">
    <button type="button" data-action="view" data-view="chat" aria-current="page">Chat</button>
    <button type="button" data-action="view" data-view="glossary">Glossary</button>
    <button type="button" data-action="view" data-view="documents">Documents</button>
  </nav>
  <button type="button" class="theme" data-action="theme" aria-label="Switch between light and dark">
    <svg viewBox="0 0 24 24" width="20" height="20" aria-hidden="true"><circle cx="12" cy="12" r="8.5" fill="none"
    stroke="currentColor" stroke-width="1.6"/><path d="M12 3.5a8.5 8.5 0 0 1 0 17z" fill="currentColor"/></svg>
  </button>
</div>
"""
TOOLBAR = """
<div class="tools">
  <button type="button" data-action="chats" aria-expanded="false" aria-controls="drawer">Chats</button>
  <button type="button" data-event="new_chat">New chat</button>
  <button type="button" class="chat-csv" data-action="download-chat-csv" hidden
    aria-label="Download the figures of this chat as CSV" title="Download the figures of this chat as CSV">CSV</button>
</div>
"""
DRAWER_HEAD = """<h2>Chats</h2>
<button type="button" class="plain chat-csv" data-action="download-chat-csv" hidden
aria-label="Download the figures of this chat as CSV">CSV of this chat</button>
<button type="button" class="close" data-action="chats">Close</button>"""
SOURCE_EMPTY = (
    '<section class="source" data-key="" aria-label="Source"><p class="notice">Opening the source …</p></section>'
)


@cache
def _examples() -> dict[str, object]:
    path = Path(__file__).with_name("examples.toml")
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise DataProblem(f"{path} isn't valid TOML: {error}. Mend that line, or restore the file.") from error


def example_questions(
    documents: Iterable[str], terms: Sequence[str] = (), filings: Sequence[Metadata] = ()
) -> list[str]:
    """Questions to offer while these documents are in the index.

    `terms` are glossary terms found in them, `filings` what the annual reports among them say of themselves.
    """
    data, names = _examples(), set(documents)
    sets = data.get("set", [])
    assert isinstance(sets, list)
    found = [str(question) for each in sets if each["document"] in names for question in each["questions"]]
    general = data.get("general", [])
    assert isinstance(general, list)
    about = _about_filings(filings)
    if not found:
        found = [str(data["terms"]).format(term=term) for term in terms[: max(0, 3 - len(about))]]
        found += [str(each) for each in general]
    return [*about, *found]


def _about_filings(filings: Sequence[Metadata]) -> list[str]:
    """A question on the newest annual report of each of the first companies."""
    newest: dict[str, int] = {}
    for one in filings:
        if one.company and one.period and one.period.fiscal_year:
            newest[one.company] = max(newest.get(one.company, 0), one.period.fiscal_year)
    forms = _examples().get("filings", [])
    assert isinstance(forms, list)
    latest = sorted(newest.items(), key=lambda item: -item[1])
    return [
        str(form).format(company=company.title() if company.isupper() else company, year=year)
        for form, (company, year) in zip(forms, latest, strict=False)
    ]


def welcome_html(examples: Sequence[str], documents: int) -> str:
    """The empty chat: what Footnote does, what can be asked, questions to click."""
    count = f"{documents} document{'s' if documents != 1 else ''}"
    have = f"{count} ready to be asked." if documents else "No documents yet: add some under Documents."
    buttons = "".join(
        f'<li><button type="button" class="example" data-event="ask" data-question="{escape(each)}">{escape(each)}'
        "</button></li>"
        for each in examples
    )
    return f"""<div class="welcome"><h2>Ask your documents</h2>
<p class="lead">Each sentence of an answer carries a number. Click it and the source opens beside the chat,
with the exact words marked. What the documents don’t say, Footnote doesn’t say either. {have}</p>
<p class="can">You can ask for a fact or a cause, a figure (also one that has to be computed), what a term means,
or a plain calculation. Follow-ups such as “and a year before?” work too.</p>
<h3>Try one</h3><ul class="examples">{buttons}</ul></div>"""


def question_html(question: str) -> str:
    """A question as the person wrote it."""
    long = len(question) > LONG_QUESTION or question.count("\n") > LONG_QUESTION // 80
    scrolled = ' class="long" tabindex="0"' if long else ""
    return f'<div class="question"><h3 class="unseen">You asked</h3><p{scrolled}>{escape(question)}</p></div>'


def message_html(message: Message, glossary: "Glossary | None") -> str:
    """One finished exchange, with copy and export."""
    key, answer = str(message.id), message.answer
    figures = figures_csv([answer])
    table = '<button type="button" class="plain" data-action="download-csv">Download CSV</button>' if figures else ""
    return (
        f'<article class="message" data-message="{key}">{question_html(message.question)}'
        f'<h3 class="unseen">Answer</h3>{answer_html(answer, glossary, key)}'
        '<div class="message-tools"><button type="button" class="plain" data-action="copy">Copy</button>'
        '<button type="button" class="plain" data-action="download">Export .md</button>'
        f'{table}<a class="plain" href="report/{key}" download title="This answer with its evidence, in one file that '
        'footnote replay reads">Report</a></div>'
        f'<pre hidden class="as-text">{escape(answer_text(answer))}</pre>'
        f'<pre hidden class="as-markdown">{escape(answer_markdown(answer))}</pre>'
        f"{_csv_html(figures)}</article>"
    )


def _csv_html(figures: str) -> str:
    return f'<pre hidden class="as-csv">{escape(figures)}</pre>' if figures else ""


def thread_html(chat_id: int | None, messages: Sequence[Message], glossary: "Glossary | None", empty: str) -> str:
    """A chat's exchanges; `empty` is shown where there are none."""
    body = "".join(message_html(message, glossary) for message in messages) or empty
    return f'<div class="thread" data-chat="{chat_id or ""}">{body}</div>'


def live_html(question: str, text: str | None, chat_id: int | None = None) -> str:
    """The exchange that is being answered: None before the first words."""
    if text is None:
        said = '<p class="working"><span class="dots" aria-hidden="true"></span>Looking through your documents …</p>'
    else:
        said = (
            f'<div class="answer streaming"><p>{escape(text)}<span class="caret" aria-hidden="true"></span></p></div>'
        )
    message = f'<article class="message live" aria-busy="true">{question_html(question)}{said}</article>'
    # The chat is named while its answer still streams, so that a reload opens it.
    return f'<div class="thread" data-chat="{chat_id}">{message}</div>' if chat_id else message


def writing_html(question: str, doing: str, sentences: Sequence[str], chat_id: int | None = None) -> str:
    """The exchange while a language model writes: what it does, its verified sentences so far, a way to stop it."""
    said = f'<div class="answer streaming"><p>{escape(" ".join(sentences))}</p></div>' if sentences else ""
    working = (
        f'<div class="writing"><p class="working"><span class="dots" aria-hidden="true"></span>{escape(doing)}&nbsp;…</p>'
        '<button type="button" class="plain" data-event="stop_writing">Stop <kbd>Esc</kbd></button></div>'
    )
    message = f'<article class="message live" aria-busy="true">{question_html(question)}{said}{working}</article>'
    return f'<div class="thread" data-chat="{chat_id}">{message}</div>' if chat_id else message


def failed_html(question: str, reason: str) -> str:
    """An exchange that ended in an error, in words."""
    asked = question_html(question) if question else ""
    return f'<article class="message">{asked}<p class="error" role="alert">{escape(reason)}</p></article>'


def hint_html(text: str) -> str:
    """A friendly line in place of an answer."""
    return f'<p class="hint" role="status">{escape(text)}</p>'


def chats_html(records: Sequence[ChatRecord], current: int | None, query: str = "") -> str:
    """The list of chats, each to open, rename or delete."""
    if not records:
        said = "No chat has these words." if query.strip() else "No chats yet. Your first question begins one."
        return f'<p class="notice">{said}</p>'
    items = []
    for record in records:
        title, here = escape(record.title), ' aria-current="true"' if record.id == current else ""
        items.append(
            f'<li><button type="button" class="chat-title" data-event="open_chat" data-chat="{record.id}"{here}>'
            f'<bdi>{title}</bdi><span class="when">{_day(record.updated)} · {record.messages} '
            f"question{'s' if record.messages != 1 else ''}</span></button>"
            f'<button type="button" class="plain" data-event="rename_chat" data-chat="{record.id}" '
            f'data-prompt="Rename this chat" data-value="{title}" aria-label="Rename {title}">Rename</button>'
            f'<button type="button" class="plain danger" data-event="delete_chat" data-chat="{record.id}" '
            f'data-confirm="Delete the chat “{title}”? Its questions and answers are removed for good." '
            f'data-accept="Delete" aria-label="Delete {title}">Delete</button></li>'
        )
    return f'<ul class="chats">{"".join(items)}</ul>'


def documents_html(records: Sequence["DocumentRecord"]) -> str:
    """The documents in the index, each to open or remove."""
    if not records:
        return '<p class="notice">No documents yet. Add PDF, Word, Excel, CSV, HTML, Markdown or text files above.</p>'
    return f'<ul class="documents">{"".join(_document(record) for record in records)}</ul>'


def _document(record: "DocumentRecord") -> str:
    metadata, name = record.metadata, escape(record.name)
    period = str(metadata.period) if metadata.period else None
    facts = (metadata.company, str(metadata.kind), period, f"{record.pages} page{'s' if record.pages != 1 else ''}")
    about = " · ".join(escape(fact) for fact in (*facts, f"added {_day(record.added)}") if fact)
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


def glossary_html(entries: Sequence["GlossaryEntry"], query: str = "") -> str:
    """Glossary entries as a list of definitions; each source is a citation that opens."""
    if not entries:
        return f'<p class="notice">The glossary has nothing for “{escape(query.strip())}”.</p>'
    items = []
    for entry in entries:
        aliases = f'<span class="aliases">also {escape(", ".join(entry.aliases))}</span>' if entry.aliases else ""
        formula = f'<p class="formula"><code>{escape(entry.formula)}</code></p>' if entry.formula else ""
        see = "".join(
            f'<button type="button" class="plain" data-event="look_up" data-term="{escape(term)}">'
            f"{escape(term)}</button>"
            for term in entry.see_also
        )
        see = f'<p class="see-also">See also {see}</p>' if see else ""
        source = (
            f'<button type="button" class="plain source-link" data-event="cite" data-term="{escape(entry.term)}" '
            f'data-source="{escape(entry.source)}" aria-label="Source of {escape(entry.term)}: {escape(entry.source)}">'
            f"Source: <bdi>{escape(entry.source)}</bdi></button>"
        )
        items.append(
            f"<div><dt>{escape(entry.term)} {aliases}</dt>"
            f"<dd><p>{escape(entry.definition)}</p>{formula}{see}{source}</dd></div>"
        )
    return f'<dl class="glossary">{"".join(items)}</dl>'


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


def _day(moment: datetime) -> str:
    local = moment.astimezone()
    return f"{local.day} {local:%b %Y}"
