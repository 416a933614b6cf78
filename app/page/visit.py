"""One open page, and what its events carry."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

import gradio as gr

from app.page.listing import Listing
from app.page.words import say
from app.reply import Reply
from app.scope import Scope
from corpus.errors import FootnoteError

T = TypeVar("T")
LEAVING = 3.0  # seconds that an answer on its way is given to leave the page


class Visit:
    """One open page: the chat it shows. Changed in place, so that a late answer can't bring an older chat back."""

    def __init__(self) -> None:
        self.chat: int | None = None
        self.opened = 0  # how often a chat was opened, a new one included
        self.whole = False  # whether all of a long chat is shown
        self.reply: Reply | None = None  # that is being made for it
        self.deleted: dict[int, bool] = {}  # chats that it deleted, and whether it showed them
        self.adding: threading.Event | None = None  # set to stop what is being added
        self.scope = Scope()  # what its next question is asked of
        self.listing = Listing()  # of the documents view
        self.picking = Listing()  # of the picker of what is asked
        self.looked_up = ""  # in the glossary
        self.terms_shown = 0  # hash of the glossary's list
        self._answering = 0  # questions whose answers come to the page
        self._left = threading.Condition()

    def __deepcopy__(self, memo: object) -> "Visit":
        return Visit()  # each page begins with one of its own

    @contextmanager
    def answering(self) -> Iterator[None]:
        """While an answer comes to the page."""
        with self._left:
            self._answering += 1
        try:
            yield
        finally:
            with self._left:
                self._answering -= 1
                self._left.notify_all()

    def open(self, chat: int | None, scope: Scope | None = None) -> None:
        """Show another chat, None for a new one; what is asked stays what it was where no `scope` is given.

        An answer on its way is left first: it is kept in its own chat, and what comes of it mustn't come after this.
        """
        self.chat = chat
        self.scope = self.scope if scope is None else scope
        self.opened += 1
        self.whole = False
        if self.reply:
            self.reply.leave()
        with self._left:
            self._left.wait_for(lambda: not self._answering, LEAVING)


def data_of(event: gr.EventData) -> dict[str, Any]:
    """What the button that was clicked carries; empty where it is no object."""
    return event._data if isinstance(event._data, dict) else {}


def number_of(event: gr.EventData, name: str) -> int:
    """A whole number that the button carries. Raises gr.Error, which the page shows, where it has none."""
    value = str(data_of(event).get(name, ""))
    if not value.isdigit():
        raise gr.Error(say("chat.nothing_sent", name=name), print_exception=False)
    return int(value)


def spoken(work: Callable[[], T]) -> T:
    """What `work` gives; where it fails with an error of ours, the page shows its words."""
    try:
        return work()
    except FootnoteError as error:
        raise gr.Error(str(error), print_exception=False) from error
