"""Chats kept in the store: a chat is a title and its messages, a message a question with its `Answer`.

The tables are made by `index/store/schema.sql`. An answer is kept as JSON (`answer_json.py`) that gives back an equal
`Answer`; its words are kept beside it for the search (`chat_search.py`).
"""

import json
import sqlite3
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from app.answer import Answer, Turn
from app.answer_json import answer_from_json, answer_to_json
from app.chat_search import Found, add_words, find
from app.rating import Rating
from app.scope import Scope
from corpus.errors import DataProblem, NotYours, UnknownChat
from corpus.readers.clean import clean
from index.store import word_index

if TYPE_CHECKING:
    from index.store import Store

TITLE_LENGTH = 80
HISTORY_TURNS = 20  # of a chat given to the next question
FEW = 500  # chats that are read one by one; of more, all are
REMARK_LENGTH = 2000  # characters of what a person says of an answer
_MESSAGE = "SELECT id, chat_id, question, answer_json, created, pinned, rating, remark, scope FROM messages "


@dataclass(frozen=True, slots=True)
class ChatRecord:
    """A chat in the list; times are UTC, `messages` counts its exchanges.

    `owner` is the name of whose it is, "" for everyone's; `mine`: the one who asks may go on in it, rename and delete it.
    """

    id: int
    title: str
    created: datetime
    updated: datetime
    messages: int
    owner: str = ""
    shared: bool = False
    mine: bool = True
    scope: Scope = field(default_factory=Scope)  # what its next question is asked of


# A name of its own, since `Chats.list` hides the built-in one inside the class.
Records = list[ChatRecord]


@dataclass(frozen=True, slots=True)
class Message:
    """One exchange of a chat."""

    id: int
    chat_id: int
    question: str
    answer: Answer
    created: datetime
    pinned: datetime | None = None  # when
    rating: Rating | None = None
    remark: str = ""  # what the person says of the answer
    asked: tuple[str, ...] | None = None  # names of the documents that it was asked of; None for all


@dataclass(frozen=True, slots=True)
class Pinned:
    """A pinned answer in the list."""

    message_id: int
    chat_id: int
    question: str
    pinned: datetime


@dataclass(frozen=True, slots=True)
class Rated:
    """A rated answer, with the title of its chat."""

    message: Message
    chat: str


@dataclass(frozen=True, slots=True)
class Chat:
    """A chat with its messages, oldest first."""

    record: ChatRecord
    messages: tuple[Message, ...]

    @property
    def history(self) -> tuple[Turn, ...]:
        """The last exchanges, as the next question's context."""
        return tuple(Turn(message.question, message.answer) for message in self.messages[-HISTORY_TURNS:])


@dataclass(frozen=True, slots=True)
class FoundChat:
    """A chat that a search found, and where its words stand; None where that is its title alone."""

    record: ChatRecord
    found: Found | None


class Chats:
    """All chats of a data directory, newest first, or those that a person may read where the store is what they see.

    Safe to use from several threads, as the store is.
    """

    def __init__(self, store: "Store") -> None:
        self._store = store

    def create(self, title: str) -> ChatRecord:
        """Begin an empty chat; a long title is cut at a word."""
        now = _now()
        with self._store.writing() as connection:
            cursor = connection.execute(
                "INSERT INTO chats (title, created, updated, owner_id) VALUES (?, ?, ?, ?)",
                (_title(title), now, now, self._store.owner),
            )
        return self._record(int(cursor.lastrowid or 0))

    def list(self) -> Records:
        """Every chat, the last used first."""
        return self._records("", ())

    def search(self, text: str) -> Records:
        """Chats that have all words of `text`, as `find` tells; all for an empty text."""
        return [found.record for found in self.find(text)]

    def find(self, text: str) -> tuple[FoundChat, ...]:
        """Chats whose title, questions, answers or quotations have all words of `text`, the last used first.

        A word stands for all that begin with it, in any case, with or without accents. All chats for an empty text.
        """
        if not text.strip():
            return tuple(FoundChat(record, None) for record in self.list())
        found = find(self._store, text)
        few = f"WHERE chats.id IN ({', '.join(map(str, found))})" if len(found) <= FEW else ""
        return tuple(FoundChat(record, found[record.id]) for record in self._records(few, ()) if record.id in found)

    def get(self, chat_id: int) -> Chat:
        """A chat with its messages. Raises UnknownChat, or DataProblem where a kept answer can't be read."""
        record = self._record(chat_id)
        rows = self._connection().execute(_MESSAGE + "WHERE chat_id = ? ORDER BY id", (chat_id,))
        return Chat(record, tuple(_message(row) for row in rows))

    def message(self, message_id: int) -> Message:
        """One exchange. Raises UnknownChat where it isn't there."""
        row = self._connection().execute(_MESSAGE + "WHERE id = ?", (message_id,)).fetchone()
        if row is None:
            raise UnknownChat(f"Message {message_id} isn't there any more: its chat was deleted. Open another chat.")
        return _message(row)

    def begin(self, answer: Answer, scope: Scope | None = None, documents: Collection[int] | None = None) -> Message:
        """Begin a chat with its first exchange, in one transaction: its title is the question.

        `scope` is what it is asked of from now on, `documents` what the question was asked of: None for all.
        """
        now = _now()
        with self._store.writing() as connection:
            chat = connection.execute(
                "INSERT INTO chats (title, created, updated, owner_id, scope) VALUES (?, ?, ?, ?, ?)",
                (_title(answer.question), now, now, self._store.owner, (scope or Scope()).to_json()),
            )
            key = _insert(connection, int(chat.lastrowid or 0), answer, now, self._names(documents))
        return self.message(key)

    def append(self, chat_id: int, answer: Answer, documents: Collection[int] | None = None) -> Message:
        """Add an exchange; its question is the answer's, `documents` those that it was asked of. Raises UnknownChat,
        NotYours."""
        now = _now()
        with self._store.writing() as connection:
            self._mine(chat_id)  # asked inside: it may be deleted elsewhere at any moment
            key = _insert(connection, chat_id, answer, now, self._names(documents))
            connection.execute("UPDATE chats SET updated = ? WHERE id = ?", (now, chat_id))
        return self.message(key)

    def set_scope(self, chat_id: int, scope: Scope) -> ChatRecord:
        """Ask a chat's next questions of other documents. Raises UnknownChat, NotYours."""
        with self._store.writing() as connection:
            self._mine(chat_id)
            connection.execute("UPDATE chats SET scope = ? WHERE id = ?", (scope.to_json(), chat_id))
        return self._record(chat_id)

    def rename(self, chat_id: int, title: str) -> ChatRecord:
        """Give a chat another title; an empty one leaves it as it was. Raises UnknownChat, NotYours."""
        self._mine(chat_id)
        if title.strip():
            with self._store.writing() as connection:
                connection.execute("UPDATE chats SET title = ? WHERE id = ?", (_title(title), chat_id))
        return self._record(chat_id)

    def delete(self, chat_id: int) -> ChatRecord:
        """Remove a chat and its messages; gives what it was. Raises UnknownChat, NotYours."""
        record = self._mine(chat_id)
        with self._store.writing() as connection:
            connection.execute("DELETE FROM messages WHERE chat_id = ?", (chat_id,))
            connection.execute("DELETE FROM chats WHERE id = ?", (chat_id,))
            word_index.merge(connection, "message_words")
        return record

    def pin(self, message_id: int, pinned: bool = True) -> Message:
        """Pin an answer, or take its pin off; gives it as it is then. Raises UnknownChat, NotYours."""
        when = _now() if pinned else None
        self._mine(self.message(message_id).chat_id)
        with self._store.writing() as connection:
            if (self.message(message_id).pinned is None) == pinned:
                connection.execute("UPDATE messages SET pinned = ? WHERE id = ?", (when, message_id))
        return self.message(message_id)

    def pinned(self) -> tuple[Pinned, ...]:
        """The pinned answers, the last pinned first."""
        rows = self._connection().execute(
            "SELECT id, chat_id, question, pinned FROM messages WHERE pinned IS NOT NULL ORDER BY pinned DESC, id DESC"
        )
        return tuple(Pinned(key, chat, question, datetime.fromisoformat(when)) for key, chat, question, when in rows)

    def rate(self, message_id: int, rating: Rating | None, remark: str = "") -> Message:
        """Say of an answer whether it is good, and why; None takes both back. Gives it as it is then.

        Raises UnknownChat, NotYours, or DataProblem for a remark that is too long.
        """
        remark = clean(remark).strip() if rating else ""
        if len(remark) > REMARK_LENGTH:
            raise DataProblem(f"The remark is longer than {REMARK_LENGTH:,} characters. Say it in fewer.")
        self._mine(self.message(message_id).chat_id)
        with self._store.writing() as connection:
            self.message(message_id)
            value = rating.value if rating else None
            connection.execute("UPDATE messages SET rating = ?, remark = ? WHERE id = ?", (value, remark, message_id))
        return self.message(message_id)

    def rated(self) -> tuple[Rated, ...]:
        """The rated answers, newest first. Raises DataProblem where a kept answer can't be read."""
        rows = self._connection().execute(_MESSAGE + "WHERE rating IS NOT NULL ORDER BY id DESC").fetchall()
        titles = {record.id: record.title for record in self.list()} if rows else {}
        return tuple(Rated(_message(row), titles[row[1]]) for row in rows if row[1] in titles)

    def share(self, chat_id: int, shared: bool) -> ChatRecord:
        """Let the others who sign in read a chat, or no longer. Raises UnknownChat, NotYours."""
        self._mine(chat_id)
        with self._store.writing() as connection:
            connection.execute("UPDATE chats SET shared = ? WHERE id = ?", (shared, chat_id))
        return self._record(chat_id)

    def _mine(self, chat_id: int) -> ChatRecord:
        record = self._record(chat_id)
        if not record.mine:
            whose = f"{record.owner}’s" if record.owner else "everyone’s"
            raise NotYours(f"This chat is {whose}: you can read it, not change it. Begin a new one.")
        return record

    def _names(self, documents: Collection[int] | None) -> str | None:
        """The names of documents, as a message keeps what it was asked of; None for all."""
        if documents is None:
            return None
        names = [record.name for record in self._store.documents() if record.id in documents]
        return json.dumps(names, ensure_ascii=False)

    def _connection(self) -> sqlite3.Connection:
        return self._store.connect()

    def _record(self, chat_id: int) -> ChatRecord:
        found = self._records("WHERE chats.id = ?", (chat_id,))
        if not found:
            raise UnknownChat(f"There is no chat {chat_id}: it was deleted. Open another one, or begin a new chat.")
        return found[0]

    def _records(self, clause: str, parameters: tuple[Any, ...]) -> Records:
        rows = self._connection().execute(
            "SELECT id, title, created, updated, (SELECT count(*) FROM messages WHERE chat_id = chats.id), "
            "owner_id, (SELECT name FROM main.users WHERE main.users.id = owner_id), shared, scope "
            f"FROM chats {clause} ORDER BY updated DESC, id DESC",
            parameters,
        )
        return [
            ChatRecord(
                key, title, datetime.fromisoformat(created), datetime.fromisoformat(updated), messages, name or "",
                bool(shared), self._store.may_change(owner), Scope.from_json(scope),
            )
            for key, title, created, updated, messages, owner, name, shared, scope in rows
        ]  # fmt: skip


def _insert(connection: sqlite3.Connection, chat_id: int, answer: Answer, now: str, asked: str | None) -> int:
    cursor = connection.execute(
        "INSERT INTO messages (chat_id, question, answer_json, created, scope) VALUES (?, ?, ?, ?, ?)",
        (chat_id, answer.question, kept := answer_to_json(answer), now, asked),
    )
    add_words(connection, key := int(cursor.lastrowid or 0), answer.question, kept)
    return key


def _message(row: tuple[int, int, str, str, str, str | None, int | None, str, str | None]) -> Message:
    key, chat_id, question, answer, created, pinned, rating, remark, asked = row
    return Message(
        key,
        chat_id,
        question,
        answer_from_json(answer),
        datetime.fromisoformat(created),
        datetime.fromisoformat(pinned) if pinned else None,
        Rating(rating) if rating in (1, -1) else None,
        remark,
        None if asked is None else tuple(json.loads(asked)),
    )


def _title(text: str) -> str:
    words = " ".join(text.split()) or "New chat"
    if len(words) <= TITLE_LENGTH:
        return words
    return words[: TITLE_LENGTH - 1].rsplit(" ", 1)[0].rstrip(" ,;:") + "…"


def _now() -> str:
    return datetime.now(UTC).isoformat()
