"""Chats kept in the store: a chat is a title and its messages, a message a question with its `Answer`.

The tables are made by `index/store/schema.sql`. An answer is kept as JSON that gives back an equal `Answer`: the shape of
`ask --json` leaves out what only the page needs, so it isn't used here.
"""

import json
import sqlite3
from collections.abc import Collection
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

from app.answer import (
    Answer,
    AnswerKind,
    Calculation,
    Candidate,
    Citation,
    Operand,
    Point,
    Series,
    Statement,
    Turn,
    Withheld,
)
from app.scope import Scope
from corpus.errors import DataProblem, UnknownChat

if TYPE_CHECKING:
    from index.store import Store

TITLE_LENGTH = 80
HISTORY_TURNS = 20  # of a chat given to the next question


@dataclass(frozen=True, slots=True)
class ChatRecord:
    """A chat in the list; times are UTC, `messages` counts its exchanges."""

    id: int
    title: str
    created: datetime
    updated: datetime
    messages: int
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
    asked: tuple[str, ...] | None = None  # names of the documents that it was asked of; None for all


@dataclass(frozen=True, slots=True)
class Chat:
    """A chat with its messages, oldest first."""

    record: ChatRecord
    messages: tuple[Message, ...]

    @property
    def history(self) -> tuple[Turn, ...]:
        """The last exchanges, as the next question's context."""
        return tuple(Turn(message.question, message.answer) for message in self.messages[-HISTORY_TURNS:])


class Chats:
    """All chats of a data directory, newest first. Safe to use from several threads, as the store is."""

    def __init__(self, store: "Store") -> None:
        self._store = store

    def create(self, title: str) -> ChatRecord:
        """Begin an empty chat; a long title is cut at a word."""
        now = _now()
        with self._store.writing() as connection:
            cursor = connection.execute(
                "INSERT INTO chats (title, created, updated) VALUES (?, ?, ?)", (_title(title), now, now)
            )
        return self._record(int(cursor.lastrowid or 0))

    def list(self) -> Records:
        """Every chat, the last used first."""
        return self._records("", ())

    def search(self, text: str) -> Records:
        """Chats whose title, a question or an answer has all words of `text`, in any case; all for an empty text."""
        clauses, parameters = [], []
        for word in text.split():
            pattern = "%" + word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
            clauses.append(
                "(title LIKE ? ESCAPE '\\' OR EXISTS (SELECT 1 FROM messages WHERE chat_id = chats.id AND "
                "(question LIKE ? ESCAPE '\\' OR json_extract(answer_json, '$.text') LIKE ? ESCAPE '\\')))"
            )
            parameters += [pattern] * 3
        return self._records("WHERE " + " AND ".join(clauses) if clauses else "", tuple(parameters))

    def get(self, chat_id: int) -> Chat:
        """A chat with its messages. Raises UnknownChat, or DataProblem where a kept answer can't be read."""
        record = self._record(chat_id)
        rows = self._connection().execute(
            "SELECT id, chat_id, question, answer_json, created, scope FROM messages WHERE chat_id = ? ORDER BY id",
            (chat_id,),
        )
        return Chat(record, tuple(_message(row) for row in rows))

    def message(self, message_id: int) -> Message:
        """One exchange. Raises UnknownChat where it isn't there."""
        row = (
            self._connection()
            .execute(
                "SELECT id, chat_id, question, answer_json, created, scope FROM messages WHERE id = ?", (message_id,)
            )
            .fetchone()
        )
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
                "INSERT INTO chats (title, created, updated, scope) VALUES (?, ?, ?, ?)",
                (_title(answer.question), now, now, (scope or Scope()).to_json()),
            )
            key = _insert(connection, int(chat.lastrowid or 0), answer, now, self._names(documents))
        return self.message(key)

    def append(self, chat_id: int, answer: Answer, documents: Collection[int] | None = None) -> Message:
        """Add an exchange; its question is the answer's, `documents` those that it was asked of. Raises UnknownChat."""
        now = _now()
        with self._store.writing() as connection:
            self._record(chat_id)  # asked inside: it may be deleted elsewhere at any moment
            key = _insert(connection, chat_id, answer, now, self._names(documents))
            connection.execute("UPDATE chats SET updated = ? WHERE id = ?", (now, chat_id))
        return self.message(key)

    def set_scope(self, chat_id: int, scope: Scope) -> ChatRecord:
        """Ask a chat's next questions of other documents. Raises UnknownChat."""
        with self._store.writing() as connection:
            self._record(chat_id)
            connection.execute("UPDATE chats SET scope = ? WHERE id = ?", (scope.to_json(), chat_id))
        return self._record(chat_id)

    def rename(self, chat_id: int, title: str) -> ChatRecord:
        """Give a chat another title; an empty one leaves it as it was. Raises UnknownChat."""
        self._record(chat_id)
        if title.strip():
            with self._store.writing() as connection:
                connection.execute("UPDATE chats SET title = ? WHERE id = ?", (_title(title), chat_id))
        return self._record(chat_id)

    def delete(self, chat_id: int) -> ChatRecord:
        """Remove a chat and its messages; gives what it was. Raises UnknownChat."""
        record = self._record(chat_id)
        with self._store.writing() as connection:
            connection.execute("DELETE FROM messages WHERE chat_id = ?", (chat_id,))
            connection.execute("DELETE FROM chats WHERE id = ?", (chat_id,))
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
            "SELECT id, title, created, updated, (SELECT count(*) FROM messages WHERE chat_id = chats.id), scope "
            f"FROM chats {clause} ORDER BY updated DESC, id DESC",
            parameters,
        )
        return [
            ChatRecord(
                key,
                title,
                datetime.fromisoformat(created),
                datetime.fromisoformat(updated),
                messages,
                Scope.from_json(scope),
            )
            for key, title, created, updated, messages, scope in rows
        ]


def _insert(connection: sqlite3.Connection, chat_id: int, answer: Answer, now: str, asked: str | None) -> int:
    cursor = connection.execute(
        "INSERT INTO messages (chat_id, question, answer_json, created, scope) VALUES (?, ?, ?, ?, ?)",
        (chat_id, answer.question, answer_to_json(answer), now, asked),
    )
    return int(cursor.lastrowid or 0)


def answer_to_json(answer: Answer) -> str:
    """An answer as JSON text, with everything in it."""
    return json.dumps(asdict(answer), ensure_ascii=False, default=str)


def answer_from_json(text: str) -> Answer:
    """The answer that `answer_to_json` wrote. Raises DataProblem where the text isn't one."""
    try:
        data = json.loads(text)
        return Answer(
            question=data["question"],
            kind=AnswerKind(data["kind"]),
            text=data["text"],
            statements=tuple(_statement(each) for each in data["statements"]),
            nearest=tuple(Citation(**each) for each in data["nearest"]),
            resolved=data["resolved"],
            elapsed_ms=data["elapsed_ms"],
            # What an earlier Footnote kept has none.
            candidates=tuple(
                Candidate(**{**each, "citation": Citation(**each["citation"])}) for each in data.get("candidates", ())
            ),
            writer=data.get("writer", ""),
            note=data.get("note", ""),
            withheld=tuple(Withheld(**each) for each in data.get("withheld", ())),
            choices=tuple(data.get("choices", ())),
        )
    except (ValueError, KeyError, TypeError, InvalidOperation) as error:
        raise DataProblem(
            f"A kept answer can't be read ({type(error).__name__}: {error}); delete that chat, or use the Footnote "
            "that wrote it."
        ) from error


def _statement(data: dict[str, Any]) -> Statement:
    calculation, series = data["calculation"], data.get("series")
    return Statement(
        data["text"],
        tuple(Citation(**each) for each in data["citations"]),
        _calculation(calculation) if calculation else None,
        _series(series) if series else None,
        tuple((what, read) for what, read in data.get("understood", ())),
    )


def _calculation(data: dict[str, Any]) -> Calculation:
    operands = tuple(_operand(each) for each in data["operands"])
    steps = tuple((label, value) for label, value in data["steps"])
    return Calculation(**{**data, "operands": operands, "value": Decimal(data["value"]), "steps": steps})


def _operand(data: dict[str, Any]) -> Operand:
    citation = Citation(**data["citation"]) if data["citation"] else None
    return Operand(**{**data, "value": Decimal(data["value"]), "citation": citation})


def _series(data: dict[str, Any]) -> Series:
    return Series(**{**data, "points": tuple(map(_point, data["points"])), "missing": tuple(data["missing"])})


def _point(data: dict[str, Any]) -> Point:
    operand, calculation = data["operand"], data["calculation"]
    return Point(
        data["period"],
        data["text"],
        Decimal(data["value"]),
        _operand(operand) if operand else None,
        _calculation(calculation) if calculation else None,
    )


def _message(row: tuple[int, int, str, str, str, str | None]) -> Message:
    key, chat_id, question, answer, created, scope = row
    asked = None if scope is None else tuple(json.loads(scope))
    return Message(key, chat_id, question, answer_from_json(answer), datetime.fromisoformat(created), asked)


def _title(text: str) -> str:
    words = " ".join(text.split()) or "New chat"
    if len(words) <= TITLE_LENGTH:
        return words
    return words[: TITLE_LENGTH - 1].rsplit(" ", 1)[0].rstrip(" ,;:") + "…"


def _now() -> str:
    return datetime.now(UTC).isoformat()
