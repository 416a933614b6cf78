"""What the page's clicks call: each action takes what the browser sent and gives the HTML to show."""

import logging
import queue
import threading
import time
from collections.abc import Callable, Iterator
from contextvars import copy_context
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import gradio as gr

from app import page_html as parts
from app.answer import Answer, Citation
from app.chats import Chats, Message
from app.export import citations_of
from app.reply import Reply
from app.source_view import Position, missing_html, page_html, source_html
from corpus.document import Kind
from corpus.errors import DataProblem, FootnoteError, UnknownDocument
from corpus.glossary import Glossary
from corpus.readers.clean import clean

if TYPE_CHECKING:
    from app.footnote import Footnote
    from index.ingest import IngestReport, Progress

T = TypeVar("T")
NO_QUESTION = "Type a question first: a fact, a figure, a term, or a calculation."
NO_SCOPE = "The documents chosen above are no longer in the index. Choose others, or none to ask all of them."
DEFECT = "Something went wrong on the way; the terminal shows what. Please ask in other words."
STREAM_SECONDS = 0.6  # at most, over which an answer that is ready is shown piece by piece


class Visit:
    """One open page: the chat it shows. Changed in place, so that a late answer can't bring an older chat back."""

    def __init__(self) -> None:
        self.chat: int | None = None
        self.opened = 0  # how often a chat was opened, a new one included
        self.reply: Reply | None = None  # that is being made for it

    def open(self, chat: int | None) -> None:
        """Show another chat, None for a new one."""
        self.chat = chat
        self.opened += 1


class PageActions:
    """The actions over one engine."""

    def __init__(self, engine: "Footnote") -> None:
        self.engine = engine
        self.uploads = Path(engine.settings.home) / "uploads"

    @property
    def chats(self) -> Chats:
        """The chats of the one who asks."""
        return Chats(self.engine.store)

    def terms(self) -> Glossary:
        """The glossary; an empty one where the person's own file can't be read: answers say so, the rest goes on."""
        try:
            return self.engine.glossary()
        except DataProblem:
            return Glossary(())

    # Chat

    def welcome(self) -> str:
        """The empty chat."""
        records = self.engine.documents()
        terms = [entry.term for entry in self.terms().entries if entry.source != "glossary"]
        annual = [each.metadata for each in records if each.metadata.kind is Kind.ANNUAL_REPORT]
        return parts.welcome_html(parts.example_questions((each.name for each in records), terms, annual), len(records))

    def thread(self, chat_id: int | None) -> str:
        """A chat's finished exchanges."""
        messages = self.chats.get(chat_id).messages if chat_id else ()
        return parts.thread_html(chat_id, messages, self.terms(), self.welcome())

    def ask(self, question: str, visit: Visit, scope: list[int]) -> Iterator[tuple[Any, ...]]:
        """Answer in the chat, word by word. Gives (question box, thread, live, list of chats).

        Where another chat is opened meanwhile, nothing more is shown; the answer is kept in its own chat.
        """
        here = visit.opened
        for shown in self._answered(question, visit, scope):
            if visit.opened != here:
                return
            yield shown

    def _answered(self, question: str, visit: Visit, scope: list[int]) -> Iterator[tuple[Any, ...]]:
        from app.writer.events import Sentence, Status

        chat_id, here = visit.chat, visit.opened
        question = clean(question).strip()
        if not question:
            yield gr.skip(), self._whole(chat_id), parts.hint_html(NO_QUESTION), gr.skip()
            return
        if scope and not {record.id for record in self.engine.documents()} & set(scope):
            yield gr.skip(), self._whole(chat_id), parts.hint_html(NO_SCOPE), gr.skip()
            return
        try:
            chat = self.chats.get(chat_id) if chat_id else None
            before = parts.thread_html(chat_id, chat.messages if chat else (), self.terms(), "")
            yield "", before, parts.live_html(question, None, chat_id), gr.skip()

            def keep(answer: Answer) -> Message:
                # Kept before it is shown: who reloads the page or opens another chat meanwhile finds it.
                kept = self.chats.append(chat_id, answer) if chat_id else self.chats.begin(answer)
                if visit.opened == here:
                    visit.chat = kept.chat_id
                return kept

            visit.reply = Reply(self.engine, question, chat.history if chat else (), set(scope) or None, keep)
            doing, written = "", []
            for event in visit.reply.events():
                if isinstance(event, Message):
                    message = event
                    break
                doing = event.text if isinstance(event, Status) else doing
                written += [event.statement.text] if isinstance(event, Sentence) else []
                yield gr.skip(), gr.skip(), parts.writing_html(question, doing, written, chat_id), gr.skip()
            if not doing:  # all at once
                for shown in _growing(message.answer):
                    yield gr.skip(), gr.skip(), parts.live_html(question, shown, message.chat_id), gr.skip()
            done = parts.thread_html(message.chat_id, (message,), self.terms(), "")
            yield gr.skip(), gr.skip(), done, parts.chats_html(self.chats.list(), message.chat_id)
        except FootnoteError as error:
            yield gr.skip(), gr.skip(), parts.failed_html(question, str(error)), gr.skip()
        except Exception:
            # A defect: told where it can be mended, and the page goes on.
            logging.exception("The question %r could not be answered", question)
            yield gr.skip(), gr.skip(), parts.failed_html(question, DEFECT), gr.skip()

    def stop_writing(self, visit: Visit) -> None:
        """Let the language model write no more of the answer on its way."""
        if visit.reply:
            visit.reply.stop()

    def _whole(self, chat_id: int | None) -> Any:
        """The thread with its last exchange, which stands in the live part until something else does."""
        try:
            return self.thread(chat_id) if chat_id else gr.skip()
        except FootnoteError:
            return gr.skip()  # deleted in another tab; what is shown stays

    def ask_example(self, visit: Visit, scope: list[int], event: gr.EventData) -> Iterator[tuple[Any, ...]]:
        """Ask an example question."""
        yield from self.ask(str(_data(event).get("question", "")), visit, scope)

    def new_chat(self, visit: Visit) -> tuple[Any, ...]:
        """Begin an empty chat; it is kept from its first answer on. Gives (thread, live, list of chats)."""
        return self._show(visit, None)

    def open_chat(self, visit: Visit, event: gr.EventData) -> tuple[Any, ...]:
        """Show a kept chat."""
        return self._show(visit, _number(event, "chat"))

    def rename_chat(self, query: str, visit: Visit, event: gr.EventData) -> str:
        """Give a chat another title."""
        _spoken(lambda: self.chats.rename(_number(event, "chat"), clean(str(_data(event).get("value", "")))))
        return self.list_chats(query, visit)

    def delete_chat(self, visit: Visit, event: gr.EventData) -> tuple[Any, ...]:
        """Remove a chat for good."""
        gone = _number(event, "chat")
        _spoken(lambda: self.chats.delete(gone))
        if gone == visit.chat:
            return self.new_chat(visit)
        return gr.skip(), gr.skip(), parts.chats_html(self.chats.list(), visit.chat)

    def list_chats(self, query: str, visit: Visit) -> str:
        """Chats that have the words of `query`."""
        return parts.chats_html(self.chats.search(query), visit.chat, query)

    def _show(self, visit: Visit, chat_id: int | None) -> tuple[Any, ...]:
        thread = _spoken(lambda: self.thread(chat_id))
        visit.open(chat_id)
        return thread, "", parts.chats_html(self.chats.list(), chat_id)

    def chart(self, event: gr.EventData) -> tuple[Any, ...]:
        """The chart of a series in a kept answer. Gives (plot, which answer it belongs to)."""
        from app.chart import chart_update

        key, number = _number(event, "message"), _number(event, "n")
        statements = _spoken(lambda: self.chats.message(key)).answer.statements
        series = statements[number].series if number < len(statements) else None
        if series is None:
            return gr.skip(), gr.skip()
        return chart_update(series), f'<span data-message="{key}" data-n="{number}"></span>'

    # Source

    def cite(self, event: gr.EventData) -> str:
        """The source of a citation: of a message by number, or of a glossary entry by term; else why it can't be shown."""
        try:
            return self._cited(event)
        except FootnoteError as error:
            return missing_html(str(error))

    def _cited(self, event: gr.EventData) -> str:
        data, store = _data(event), self.engine.store
        text = self.engine.glossary_page().text
        if "term" in data:
            citation = self._definition(str(data["term"]), str(data.get("source", "glossary")))
            return source_html(store, citation, None, text)
        key, number = _number(event, "message"), _number(event, "n")
        citations = citations_of(self.chats.message(key).answer)
        if not 1 <= number <= len(citations):
            raise UnknownDocument(f"That answer has no citation {number}. Reload the page.")
        return source_html(store, citations[number - 1], Position(str(key), number, len(citations)), text)

    def _definition(self, term: str, source: str) -> Citation:
        entries = self.terms().entries
        entry = next((each for each in entries if (each.term, each.source) == (term, source)), None)
        span = entry.span if entry else None
        citation = self.engine.glossary_page().citation(entry) if entry and source == "glossary" else None
        if citation is None and span is not None:
            text = self.engine.page_text(source, span.page)
            citation = Citation(source, span.page, span.start, span.end, text[span.start : span.end])
        if citation is None:
            raise UnknownDocument(f"The place where “{term}” is defined isn’t there any more. Reload the page.")
        return citation

    def open_page(self, event: gr.EventData) -> str:
        """A page of a document, or why it can't be shown."""
        try:
            return page_html(self.engine.store, _number(event, "document"), _number(event, "page"))
        except FootnoteError as error:
            return missing_html(str(error))

    # Glossary and documents

    def glossary(self, query: str) -> str:
        """The entries that fit `query`; all of them, by name, for an empty one."""
        try:
            glossary = self.engine.glossary()
        except DataProblem as error:
            return parts.failed_html("", str(error))
        if query.strip():
            return parts.glossary_html(glossary.search(query, 30), query)
        return parts.glossary_html(sorted(glossary.entries, key=lambda each: each.term.casefold()))

    def look_up(self, event: gr.EventData) -> tuple[str, str]:
        """Search the glossary for a term that was clicked."""
        term = str(_data(event).get("term", ""))
        return term, self.glossary(term)

    def refresh(self, query: str) -> tuple[Any, ...]:
        """The documents and the glossary as they are now: the command line, or another tab, may have changed them.

        The choice of scope stays.
        """
        documents, scope, _ = self.documents()
        return documents, gr.update(choices=scope["choices"]), self.glossary(query)

    def documents(self) -> tuple[Any, ...]:
        """What changes with the documents: their list, the choice of scope, the glossary."""
        records = self.engine.documents()
        scope = gr.update(choices=[(each.name, each.id) for each in records], value=[])
        return parts.documents_html(records), scope, self.glossary("")

    def remove_document(self, event: gr.EventData) -> tuple[Any, ...]:
        """Take a document out of the index."""
        record = _spoken(lambda: self.engine.remove(_number(event, "document")))
        return (parts.hint_html(f"Removed {record.name}."), *self.documents())

    def add_documents(self, files: list[str] | None) -> Iterator[tuple[Any, ...]]:
        """Read uploaded files, showing progress. Gives (file box, status, and what `documents` gives)."""
        if not files:
            return
        paths = [Path(file) for file in files]
        waiting = (None, parts.hint_html("Reading …"), gr.skip(), gr.skip(), gr.skip())
        yield waiting
        news: queue.Queue[Progress | None] = queue.Queue()
        outcome: list[IngestReport | FootnoteError] = []

        def work() -> None:
            try:
                outcome.append(self.engine.ingest(paths, news.put, uploaded=True))
            except FootnoteError as error:
                outcome.append(error)
            finally:
                # Here, since a page that is closed meanwhile doesn't come back for it.
                for path in paths:
                    path.unlink(missing_ok=True)
                news.put(None)

        threading.Thread(target=copy_context().run, args=(work,), name="ingest", daemon=True).start()
        while (progress := _newest(news)) is not None:
            yield (gr.skip(), parts.progress_html(progress), gr.skip(), gr.skip(), gr.skip())
        done = outcome[0] if outcome else FootnoteError("Reading stopped for a reason that the terminal shows.")
        said = parts.failed_html("", str(done)) if isinstance(done, FootnoteError) else parts.report_html(done)
        yield (gr.skip(), said, *self.documents())

    def load(self, visit: Visit, request: gr.Request) -> tuple[Any, ...]:
        """What a page shows when it is opened; `?chat=ID` opens that chat."""
        asked = str(request.query_params.get("chat", ""))
        chat_id = int(asked) if asked.isdigit() and any(each.id == int(asked) for each in self.chats.list()) else None
        return (*self._show(visit, chat_id), *self.documents())


def _newest(news: "queue.Queue[Progress | None]") -> "Progress | None":
    """The last of the progress that waits, None at the end; waits for the first."""
    newest = news.get()
    while newest is not None and not news.empty():
        newest = news.get()
    return newest


def _data(event: gr.EventData) -> dict[str, Any]:
    return event._data if isinstance(event._data, dict) else {}


def _growing(answer: Answer) -> Iterator[str]:
    """An answer that is ready, a few words more each time."""
    from app.footnote import split_answer

    pieces = list(split_answer(answer))
    shown, pause = "", STREAM_SECONDS / max(30, len(pieces))
    for piece in pieces:
        shown += piece
        yield shown
        time.sleep(pause)


def _number(event: gr.EventData, name: str) -> int:
    value = str(_data(event).get(name, ""))
    if not value.isdigit():
        raise gr.Error(f"The page sent no {name}; reload it.", print_exception=False)
    return int(value)


def _spoken(work: Callable[[], T]) -> T:
    try:
        return work()
    except FootnoteError as error:
        raise gr.Error(str(error), print_exception=False) from error
