"""What happens in the chat: each action takes what the browser sent and gives the HTML to show."""

import logging
import math
import threading
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import gradio as gr

from app.answer import Answer
from app.chat_undo import SECONDS, Deletions
from app.chats import Chats, Message
from app.page.chat_html import failed_html, live_html, thread_html, welcome_html, writing_html
from app.page.chats_html import chats_html, deleted_html
from app.page.examples import example_questions
from app.page.glossary import readable_glossary
from app.page.notices_html import hint_html, whose_html
from app.page.scope import ScopeActions, asked_now
from app.page.visit import Visit, data_of, number_of, spoken
from app.page.words import say
from app.reply import Reply
from app.scope import Scope
from corpus.document import Kind
from corpus.errors import FootnoteError
from corpus.readers.clean import clean

if TYPE_CHECKING:
    from app.footnote import Footnote

# Over which an answer that is ready is shown piece by piece, at most.
STREAM_SECONDS, STREAM_STEPS, FEW_WORDS = 0.6, 12, 3


class ChatActions:
    """The chat and the list of chats over one engine."""

    def __init__(self, engine: "Footnote") -> None:
        self.engine = engine
        self.chats = Chats(engine.store)
        self._asked, self._lock = 0, threading.Lock()  # questions that are being answered now
        self.deletions = Deletions(engine.store)
        self.scope = ScopeActions(engine)

    def welcome(self) -> str:
        """The empty chat."""
        records = self.engine.documents()
        terms = [term for term, _ in self.terms()]
        annual = [each.metadata for each in records if each.metadata.kind is Kind.ANNUAL_REPORT]
        return welcome_html(example_questions((each.name for each in records), terms, annual), len(records))

    def terms(self) -> list[tuple[str, str]]:
        """The terms of glossaries found in documents, each with its document's name."""
        entries = readable_glossary(self.engine).entries
        return [(entry.term, entry.source) for entry in entries if entry.source != "glossary"]

    def thread(self, chat_id: int | None, *, whole: bool = False) -> str:
        """A chat's finished exchanges."""
        chat = self.chats.get(chat_id) if chat_id else None
        messages = chat.messages if chat else ()
        shown = thread_html(chat_id, messages, readable_glossary(self.engine), self.welcome(), whole=whole)
        return shown if chat is None or chat.record.mine else whose_html(chat.record.owner) + shown

    def ask(self, question: str, visit: Visit) -> Iterator[tuple[Any, ...]]:
        """Answer in the chat, word by word. Gives (question box, thread, live, list of chats).

        Where another chat is opened meanwhile, nothing more is shown; the answer is kept in its own chat.
        """
        here = visit.opened
        with self._lock:
            self._asked += 1
        try:
            with visit.answering():
                for shown in self._answered(question, visit):
                    if visit.opened != here:
                        return
                    yield shown
        finally:
            visit.reply = None
            with self._lock:
                self._asked -= 1

    def _answered(self, question: str, visit: Visit) -> Iterator[tuple[Any, ...]]:
        from app.writer.events import Sentence, Status

        chat_id, here = visit.chat, visit.opened
        question = clean(question).strip()
        if not question:
            yield gr.skip(), self._whole(chat_id), hint_html(say("chat.no_question")), gr.skip()
            return
        scope = visit.scope
        documents, why = asked_now(self.engine, scope)
        if why:
            yield gr.skip(), self._whole(chat_id), hint_html(why), gr.skip()
            return
        try:
            chat = self.chats.get(chat_id) if chat_id else None
            if chat and not chat.record.mine:  # to be read alone: what is asked here begins one's own
                chat, chat_id = None, None
            messages, glossary = chat.messages if chat else (), readable_glossary(self.engine)
            before = thread_html(chat_id, messages, glossary, "", whole=visit.whole)
            yield "", before, live_html(question, None, chat_id), gr.skip()

            def keep(answer: Answer) -> Message:
                # Kept before it is shown: who reloads the page or opens another chat meanwhile finds it.
                begin, append = self.chats.begin, self.chats.append
                kept = append(chat_id, answer, documents) if chat_id else begin(answer, scope, documents)
                if visit.opened == here:
                    visit.chat = kept.chat_id
                return kept

            visit.reply = Reply(self.engine, question, chat.history if chat else (), documents, keep)
            doing, written = "", []
            for event in visit.reply.events():
                if isinstance(event, Message):
                    message = event
                    break
                doing = event.text if isinstance(event, Status) else doing
                written += [event.statement.text] if isinstance(event, Sentence) else []
                yield gr.skip(), gr.skip(), writing_html(question, doing, written, chat_id), gr.skip()
            else:
                return  # left: another chat is shown
            if not doing and self._asked == 1:  # all at once; word by word only while nobody waits for this place
                for shown in growing(message.answer):
                    yield gr.skip(), gr.skip(), live_html(question, shown, message.chat_id), gr.skip()
            done = thread_html(message.chat_id, (message,), readable_glossary(self.engine), "")
            yield gr.skip(), gr.skip(), done, self.list_chats("", visit)
        except FootnoteError as error:
            yield gr.skip(), gr.skip(), failed_html(question, str(error)), gr.skip()
        except Exception:
            # A defect: told where it can be mended, and the page goes on.
            logging.exception("The question %r could not be answered", question)
            yield gr.skip(), gr.skip(), failed_html(question, say("chat.defect")), gr.skip()

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

    def ask_example(self, visit: Visit, event: gr.EventData) -> Iterator[tuple[Any, ...]]:
        """Ask an example question."""
        yield from self.ask(str(data_of(event).get("question", "")), visit)

    def ask_document(self, visit: Visit, event: gr.EventData) -> Iterator[tuple[Any, ...]]:
        """Ask a question of one document, in a new chat. Gives what `ask` gives, and the picker of what is asked."""
        visit.open(None, Scope.of([], [number_of(event, "document")]))
        picker = self.scope.show(visit)
        for shown in self.ask(str(data_of(event).get("question", "")), visit):
            yield (*shown, picker)

    def new_chat(self, visit: Visit) -> tuple[Any, ...]:
        """Begin an empty chat, asked of what the one before was; it is kept from its first answer on.

        Gives (thread, live, list of chats, picker of what is asked).
        """
        return (*self._show(visit, None), self.scope.show(visit))

    def open_chat(self, visit: Visit, event: gr.EventData) -> tuple[Any, ...]:
        """Show a kept chat, asked of what it was; all of it where one of its exchanges is looked for."""
        shown = self._show(visit, number_of(event, "chat"), whole="message" in data_of(event))
        return (*shown, self.scope.show(visit))

    def show_earlier(self, visit: Visit) -> tuple[Any, ...]:
        """Show all of the chat's exchanges. Gives (thread, live)."""
        visit.whole = True
        return spoken(lambda: self.thread(visit.chat, whole=True)), ""

    def rename_chat(self, query: str, visit: Visit, event: gr.EventData) -> str:
        """Give a chat another title."""
        spoken(lambda: self.chats.rename(number_of(event, "chat"), clean(str(data_of(event).get("value", "")))))
        return self.list_chats(query, visit)

    def share_chat(self, query: str, visit: Visit, event: gr.EventData) -> str:
        """Let the others who sign in read a chat, or no longer."""
        spoken(lambda: self.chats.share(number_of(event, "chat"), number_of(event, "shared") > 0))
        return self.list_chats(query, visit)

    def delete_chat(self, query: str, visit: Visit, event: gr.EventData) -> tuple[Any, ...]:
        """Remove a chat; for some seconds it can be put back.

        Gives (thread, live, list of chats, picker of what is asked, what can be undone).
        """
        gone = number_of(event, "chat")
        record = spoken(lambda: self.deletions.delete(gone))
        was_shown = gone == visit.chat
        visit.deleted[gone] = was_shown
        told = deleted_html(record, SECONDS)
        if was_shown:
            thread, live, _, picker = self.new_chat(visit)
            return thread, live, self.list_chats(query, visit), picker, told
        return gr.skip(), gr.skip(), self.list_chats(query, visit), gr.skip(), told

    def undo_delete(self, query: str, visit: Visit, event: gr.EventData) -> tuple[Any, ...]:
        """Put back a chat that this page deleted a moment ago, and show it again where it was shown.

        Gives what `delete_chat` does.
        """
        gone = number_of(event, "chat")
        was_shown = visit.deleted.pop(gone, None)
        if was_shown is None:
            raise gr.Error(say("chats.too_late"), print_exception=False)
        key = spoken(lambda: self.deletions.undo(gone))
        if was_shown and visit.chat is None:
            thread, live, _ = self._show(visit, key)
            return thread, live, self.list_chats(query, visit), self.scope.show(visit), ""
        return gr.skip(), gr.skip(), self.list_chats(query, visit), gr.skip(), ""

    def list_chats(self, query: str, visit: Visit) -> str:
        """Chats that have the words of `query`; above all chats, the pinned answers."""
        return chats_html(self.chats.find(query), visit.chat, query, self.chats.pinned())

    def _show(self, visit: Visit, chat_id: int | None, *, whole: bool = False) -> tuple[Any, ...]:
        thread = spoken(lambda: self.thread(chat_id, whole=whole))
        visit.open(chat_id, self.chats.get(chat_id).record.scope if chat_id else None)
        visit.whole = whole
        return thread, "", self.list_chats("", visit)

    def chart(self, event: gr.EventData) -> tuple[Any, ...]:
        """The chart of a series in a kept answer. Gives (plot, which answer it belongs to)."""
        from app.page.chart import chart_update

        key, number = number_of(event, "message"), number_of(event, "n")
        statements = spoken(lambda: self.chats.message(key)).answer.statements
        series = statements[number].series if number < len(statements) else None
        if series is None:
            return gr.skip(), gr.skip()
        return chart_update(series), f'<span data-message="{key}" data-n="{number}"></span>'

    def load(self, visit: Visit, request: gr.Request) -> tuple[Any, ...]:
        """What a page shows when it is opened; `?chat=ID` opens that chat."""
        asked = str(request.query_params.get("chat", ""))
        chat_id = int(asked) if asked.isdigit() and any(each.id == int(asked) for each in self.chats.list()) else None
        return self._show(visit, chat_id)

    def welcome_again(self, visit: Visit) -> Any:
        """The empty chat as it is after documents have come or gone; a chat that is shown stays."""
        return self.thread(None) if visit.chat is None else gr.skip()

    def reload(self, visit: Visit) -> tuple[Any, ...]:
        """The chat that is shown, again: in another language."""
        return self._show(visit, visit.chat)


def growing(answer: Answer) -> Iterator[str]:
    """An answer that is ready, a few words more each time: each time costs the page a tenth of a second on a slow machine."""
    from app.footnote import split_answer

    pieces = list(split_answer(answer))
    more = max(FEW_WORDS, math.ceil(len(pieces) / STREAM_STEPS))
    for end in range(more, len(pieces) + more, more):
        yield "".join(pieces[:end])
        time.sleep(STREAM_SECONDS / STREAM_STEPS)
