"""Words in chats: which chats have all words of a text, and where, as a few words around the first of them.

An FTS5 index holds the words of each exchange: question, answer, quotations. Scripts without spaces (Chinese, Japanese, Korean)
go into it character by character, and are found as characters that follow each other.
"""

import json
import re
import sqlite3
import unicodedata
import weakref
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from index.store import Store

MOST_SHOWN = 50  # chats whose words are shown around what was found
AROUND = 60  # characters shown on either side of a word
MANY = 500  # messages; of more, all are read at once
MOST_WORDS = 12  # of a search; more of them narrow nothing
_WIDE = "\u2e80-\u2fdf\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003134f"
_WIDE_ONE = re.compile(f"([{_WIDE}])")
_WORD = re.compile(rf"[{_WIDE}]+|[^\W_{_WIDE}]+")

_MATCH = "SELECT rowid FROM message_words WHERE message_words MATCH ?"
_CAUGHT_UP: "weakref.WeakSet[Store]" = weakref.WeakSet()  # what was indexed once is kept so by each write


@dataclass(frozen=True, slots=True)
class Found:
    """Where a search's words stand: the message, and the first of the words with what is around it in one line.

    `message_id` is 0 where they stand in the chat's title alone; `hit` is "" where the words around aren't shown.
    """

    message_id: int
    before: str = ""
    hit: str = ""
    after: str = ""


def add_words(connection: sqlite3.Connection, message_id: int, question: str, answer_json: str) -> None:
    """Index an exchange, inside the caller's transaction."""
    texts = [_WIDE_ONE.sub(r" \1 ", _plain(text)) for text in _texts(question, answer_json)]
    connection.execute("INSERT INTO message_words (rowid, question, answer, quotes) VALUES (?, ?, ?, ?)", (message_id, *texts))  # fmt: skip


def find(store: "Store", text: str) -> dict[int, Found]:
    """Chats that have all words of `text`, by id: in their titles, questions, answers or quotations."""
    words = list(dict.fromkeys(_WORD.findall(_plain(text))))[:MOST_WORDS]
    if not words:
        return {}
    _catch_up(store)
    connection = store.connect()
    titles = connection.execute("SELECT id, title FROM chats").fetchall()
    matches = [{row[0] for row in connection.execute(_MATCH, (_query(word),))} for word in words]
    chat_of = _chat_of(connection, set().union(*matches))
    having = [
        {chat_of[one] for one in match if one in chat_of} | _titled(titles, word)
        for word, match in zip(words, matches, strict=True)
    ]
    return _shown(connection, set.intersection(*having), Counter(chain.from_iterable(matches)), chat_of, words)


def _chat_of(connection: sqlite3.Connection, messages: set[int]) -> dict[int, int]:
    """The chats of messages."""
    if len(messages) > MANY:
        # The index has both: the messages themselves, which are long, aren't read. `chats` are those that are seen.
        seen = "SELECT id, chat_id FROM main.messages INDEXED BY messages_chat WHERE chat_id IN (SELECT id FROM chats)"
        return dict(connection.execute(seen).fetchall())
    places = ", ".join("?" * len(messages))
    return dict(
        connection.execute(f"SELECT id, chat_id FROM messages WHERE id IN ({places})", tuple(messages)).fetchall()
    )


def _shown(
    connection: sqlite3.Connection, chats: set[int], counts: Mapping[int, int], chat_of: dict[int, int], words: Sequence[str]
) -> dict[int, Found]:  # fmt: skip
    """The message of each chat that has most of the words, the newest of those; a few words of it for the newest chats."""
    best: dict[int, int] = {}
    for message, count in counts.items():
        chat = chat_of.get(message, 0)  # 0: of a chat that isn't seen
        held = best.get(chat, 0)
        if chat in chats and (count, message) >= (counts.get(held, 0), held):
            best[chat] = message
    newest = set(sorted(best.values(), reverse=True)[:MOST_SHOWN])
    found = {chat: Found(best.get(chat, 0)) for chat in chats}
    for chat, message in best.items():
        if message in newest:
            row = connection.execute("SELECT question, answer_json FROM messages WHERE id = ?", (message,)).fetchone()
            found[chat] = _around(message, _texts(*row), words) if row else found[chat]
    return found


def _around(message: int, texts: Sequence[str], words: Sequence[str]) -> Found:
    for text in texts:
        line = " ".join(text.split())
        spans = [span for word in words if (span := place_of(line, word))]
        if spans:
            start, end = min(spans)
            return Found(message, _end_of(line[:start]), line[start:end], _start_of(line[end:]))
    return Found(message)


def place_of(line: str, word: str) -> tuple[int, int] | None:
    """Where the first word of a line that begins with `word` stands, None where there is none."""
    plain = _plain(line)
    if word not in plain:
        return None
    if len(plain) == len(line):  # so that a place in one is the same in the other
        found = re.search(word if _WIDE_ONE.match(word) else rf"(?<![^\W_{_WIDE}]){word}[^\W_{_WIDE}]*", plain)
        return found.span() if found else None
    spans = (token.span() for token in _WORD.finditer(line) if _plain(token[0]).startswith(word))
    return next(spans, None)


def _end_of(text: str) -> str:
    return text if len(text) <= AROUND else "… " + text[-AROUND:].partition(" ")[2]


def _start_of(text: str) -> str:
    return text if len(text) <= AROUND else text[:AROUND].rpartition(" ")[0] + " …"


def _plain(text: str) -> str:
    """Without case and accents, as the index has it."""
    if text.isascii():
        return text.lower()
    parts = unicodedata.normalize("NFKD", text.casefold())
    return unicodedata.normalize("NFC", "".join(one for one in parts if not unicodedata.combining(one)))


def _query(word: str) -> str:
    return '"' + " ".join(word) + '"' if _WIDE_ONE.match(word) else f'"{word}"*'


def _titled(titles: Sequence[tuple[int, str]], word: str) -> set[int]:
    return {chat for chat, title in titles if place_of(title, word)}


def _catch_up(store: "Store") -> None:
    """Index the exchanges of an older Footnote, which kept no words of them."""
    if store in _CAUGHT_UP or store.read_only:
        return
    # In a person's view only their own are missing, and only their own can be written.
    missing = "SELECT id, question, answer_json FROM messages WHERE id NOT IN (SELECT id FROM message_words_docsize)"
    if store.connect().execute(f"{missing} LIMIT 1").fetchone():
        with store.writing() as connection:
            for key, question, answer in connection.execute(missing).fetchall():
                add_words(connection, key, question, answer)
    _CAUGHT_UP.add(store)


def _texts(question: str, answer_json: str) -> tuple[str, str, str]:
    """What is searched: the question, the answer's words, the quotations."""
    try:
        data = json.loads(answer_json)
    except ValueError:
        data = {}
    answer = str(data.get("text", "")) if isinstance(data, dict) else ""
    statements = " ".join(dict.fromkeys(_values(data, "text", "statements")))
    return (
        question,
        answer if len(answer) >= len(statements) else statements,
        " ".join(dict.fromkeys(_values(data, "quote"))),
    )


def _values(data: Any, name: str, under: str = "") -> Iterator[str]:
    """The texts called `name`, at any depth; with `under`, of the objects in the list called so."""
    if under:
        for one in data.get(under, ()) if isinstance(data, dict) else ():
            if isinstance(one, dict) and isinstance(one.get(name), str):
                yield one[name]
    elif isinstance(data, dict):
        if isinstance(data.get(name), str):
            yield data[name]
        for value in data.values():
            yield from _values(value, name)
    elif isinstance(data, list):
        for value in data:
            yield from _values(value, name)
