"""A question being answered in a thread of its own: what the page shows of it comes as events; the answer is kept in any case.

A language model may write for a minute. Who reloads the page or opens another chat meanwhile finds the answer in its chat.
"""

import queue
import threading
from collections.abc import Callable, Collection, Iterator, Sequence
from contextvars import copy_context
from typing import TYPE_CHECKING

from app.answer import Answer, Turn

if TYPE_CHECKING:
    from app.chats import Message
    from app.footnote import Footnote
    from app.writer.events import Event


class Reply:
    """One question on its way. `keep` stores the finished answer and gives it as it was stored."""

    def __init__(
        self,
        engine: "Footnote",
        question: str,
        history: Sequence[Turn],
        documents: Collection[int] | None,
        keep: Callable[[Answer], "Message"],
    ) -> None:
        self._came: queue.SimpleQueue[Event | Message | Exception | None] = queue.SimpleQueue()
        self._stopped = threading.Event()

        def work() -> None:
            try:
                for event in engine.stream(question, history, documents, self._stopped.is_set):
                    self._came.put(keep(event) if isinstance(event, Answer) else event)
            except Exception as error:  # noqa: BLE001 - handed to whoever reads the events, where it is raised
                self._came.put(error)

        self._thread = threading.Thread(target=copy_context().run, args=(work,), name="answer", daemon=True)

    def events(self) -> "Iterator[Event | Message]":
        """What happens, as it does; the kept message is the last, unless it is left. Raises what went wrong on the way."""
        from app.chats import Message

        self._thread.start()
        while True:
            event = self._came.get()
            if event is None:
                return
            if isinstance(event, Exception):
                raise event
            yield event
            if isinstance(event, Message):
                return

    def leave(self) -> None:
        """Nobody looks any more: no further events. The answer is kept all the same."""
        self._came.put(None)

    def stop(self) -> None:
        """Let no more be written: the answer is made of what has been verified by then."""
        self._stopped.set()
