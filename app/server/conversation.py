"""Earlier questions of a program's conversation, with the answers that this server's documents give to them.

What a program says was answered is never taken up: a figure that it made up would count as ours. The answers are
remembered; those that aren't are asked for again.
"""

import threading
from collections import OrderedDict
from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

from app.answer import Answer, Turn
from app.scope import documents_asked, scope_named
from corpus.errors import UnknownDocument

if TYPE_CHECKING:
    from app.footnote import Footnote

TURNS = 6  # of a conversation that a question can lean on
REMEMBERED = 256  # answers
Key = tuple[int, frozenset[int] | None, tuple[str, ...]]


class Conversations:
    """Asks an engine in the light of earlier questions. Safe to use from several threads."""

    def __init__(self, engine: "Footnote") -> None:
        self._engine = engine
        self._answers: OrderedDict[Key, Answer] = OrderedDict()
        self._lock = threading.Lock()

    def ask(self, questions: Sequence[str], documents: Collection[int] | None = None) -> Answer:
        """The answer to the last of `questions`, which has at least one. Raises what `Footnote.ask` does."""
        scope = frozenset(documents) if documents is not None else None
        revision = self._engine.store.revision()
        asked = tuple(questions[-TURNS - 1 :])
        turns: list[Turn] = []
        for number, question in enumerate(asked[:-1]):
            key = (revision, scope, asked[: number + 1])
            answer = self._remembered(key) or self._engine.ask(question, turns, scope)
            self._remember(key, answer)
            turns.append(Turn(question, answer))
        answer = self._engine.ask(asked[-1], turns, scope)
        self._remember((revision, scope, asked), answer)
        return answer

    def _remembered(self, key: Key) -> Answer | None:
        with self._lock:
            if key in self._answers:
                self._answers.move_to_end(key)
            return self._answers.get(key)

    def _remember(self, key: Key, answer: Answer) -> None:
        with self._lock:
            self._answers[key] = answer
            self._answers.move_to_end(key)
            while len(self._answers) > REMEMBERED:
                self._answers.popitem(last=False)


def scope_of(
    engine: "Footnote",
    keys: Sequence[int | str] | None,
    collection: int | str | None = None,
    owner: int | None = None,
) -> frozenset[int] | None:
    """The ids of documents named by id or name, and of a collection's; None, which is all of them, for neither.

    Raises UnknownDocument or UnknownCollection, EmptyScope where none is left.
    """
    named = () if collection is None else (collection,)
    return documents_asked(engine.store, scope_named(engine.store, keys or (), named, owner), owner)


def document_key(text: str) -> int | str:
    """A document's id or name from a text, as the command line takes it. Raises UnknownDocument for an impossible id."""
    if not (text.isascii() and text.isdigit()):
        return text
    if len(text) > 18:
        raise UnknownDocument(f"There is no document {text[:18]}…; list the documents to see their ids.")
    return int(text)
