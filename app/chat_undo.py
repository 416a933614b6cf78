"""Deletion of a chat that can be undone for a while: its rows are held in memory, and nowhere else."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from app.chat_search import add_words
from app.chats import Chats
from corpus.errors import UnknownChat

if TYPE_CHECKING:
    from app.chats import ChatRecord
    from index.store import Store

SECONDS = 10.0  # in which a deletion can be undone
GRACE = 2.0  # for a click that is on its way
Rows = list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class _Deleted:
    chat: dict[str, Any]
    messages: Rows
    until: float  # of time.monotonic()


class Deletions:
    """Deletes chats of a store, and puts one back that was deleted a moment ago. Safe to use from several threads."""

    def __init__(self, store: "Store", seconds: float = SECONDS + GRACE, clock: Callable[[], float] = time.monotonic) -> None:  # fmt: skip
        self._store, self._seconds, self._clock = store, seconds, clock
        self._held: dict[int, _Deleted] = {}
        self._lock = threading.Lock()

    def delete(self, chat_id: int) -> "ChatRecord":
        """Delete a chat; gives what it was. It is gone from the disk at once. Raises UnknownChat."""
        with self._store.writing():
            chat = _rows(self._store, "SELECT * FROM chats WHERE id = ?", chat_id)
            messages = _rows(self._store, "SELECT * FROM messages WHERE chat_id = ? ORDER BY id", chat_id)
        record = Chats(self._store).delete(chat_id)
        with self._lock:
            self._held[chat_id] = _Deleted(chat[0], messages, self._clock() + self._seconds)
        timer = threading.Timer(self._seconds, self.forget)
        timer.daemon = True
        timer.start()
        return record

    def forget(self) -> None:
        """Let go of chats whose time is over."""
        now = self._clock()
        with self._lock:
            self._held = {key: one for key, one in self._held.items() if one.until > now}

    def undo(self, chat_id: int) -> int:
        """Put a deleted chat back; gives its id, another one where its own is taken. Raises UnknownChat where it is too late."""
        self.forget()
        with self._lock:
            held = self._held.pop(chat_id, None)
        if held is None:
            raise UnknownChat("That chat can't be brought back: it was deleted too long ago.")
        with self._store.writing() as connection:
            key = _put(connection, "chats", held.chat)
            for message in held.messages:
                number = _put(connection, "messages", {**message, "chat_id": key})
                add_words(connection, number, message["question"], message["answer_json"])
        return key


def _rows(store: "Store", query: str, key: int) -> Rows:
    cursor = store.connect().execute(query, (key,))
    names = [one[0] for one in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor]


def _put(connection: Any, table: str, row: dict[str, Any]) -> int:
    """Insert a row under its own id, or under a new one where that was given away meanwhile."""
    if connection.execute(f"SELECT 1 FROM {table} WHERE id = ?", (row["id"],)).fetchone():
        row = {name: value for name, value in row.items() if name != "id"}
    names, places = ", ".join(row), ", ".join("?" * len(row))
    cursor = connection.execute(f"INSERT INTO {table} ({names}) VALUES ({places})", tuple(row.values()))
    return int(cursor.lastrowid)
