"""A store as one person sees it: each question to SQLite is answered from what that person may read, and nothing else.

On the connections of such a store, views with the tables' names stand in front of the tables. What asks them needs to know
nothing of people, so that nothing can forget to ask whose a document is.
"""

import hashlib
import sqlite3
from collections.abc import Callable, Collection, Iterable, Sequence
from typing import Any, NoReturn

import numpy as np
from numpy.typing import NDArray

from corpus.errors import NotYours
from index.statement_facts import Entry
from index.store import Store
from index.store.connection import Connections, OfThread
from index.store.documents import DocumentRecord
from index.store.search import CONTEXT_WEIGHT

# Table → the column that says which document a row is of.
OF_DOCUMENTS = {
    "documents": "id",
    "pages": "document_id",
    "page_features": "document_id",
    "page_tables": "document_id",
    "recognised_pages": "document_id",
    "facts": "document_id",
    "passages": "document_id",
    "glossary": "document_id",
}
# Table → its key into another one, which is one of those above.
OF_ROWS = {
    "embeddings": ("passage_id", "passages"),
    "staged_embeddings": ("passage_id", "passages"),
    "fact_items": ("fact_id", "facts"),
}
# Nothing that is asked over a store is about these.
HIDDEN = ("users", "sessions", "tokens")
# Read as they are: they hold no text of a document. Who asks for collections says for whom.
# The words of chats are found in their index, and shown of messages that are seen.
OPEN = ("meta", "message_words", "document_owners", "collections", "collection_documents")
ANOTHERS = "This belongs to another person: you can read it, not change it."


class SeenStore(Store):
    """What a person may read of a store, and their chats to be written. Closed apart from the whole one.

    Documents come in by the whole store, with their owner; here they go out, where they are the person's.
    """

    def __init__(
        self,
        whole: Store,
        person: int,
        document_is_seen: Callable[[str], str],
        chat_is_seen: Callable[[str], str],
        *,
        admin: bool = False,
    ) -> None:
        """`person`: an id, 0 for one who owns nothing; `admin` may change what is everyone's.

        `document_is_seen` gives the condition in SQL on a column with a document's id, `chat_is_seen` that on a row of
        `chats` by the name that the row goes by.
        """
        self.whole, self.owner, self.admin = whole, person or None, admin
        self._views = [*_views(document_is_seen, chat_is_seen)]
        self._guards = [*_guards(self.owner, admin)]
        # Not the store's own beginning: it sweeps away files that belong to no document that is seen.
        Connections.__init__(self, whole.home, whole._wait)
        self._writing = whole._writing
        self.shared = whole.shared

    def close(self) -> None:
        """Close this view's connections; the whole store stays open, and the shared database with it."""
        # Which it keeps: without it a write that comes meanwhile would be made in the copy alone.
        self._close_connections()

    def _open(self) -> sqlite3.Connection:
        return self._opened(self._views)

    def _opened(self, statements: Iterable[str]) -> sqlite3.Connection:
        connection = super()._open()
        try:
            for statement in statements:
                connection.execute(statement)
        except BaseException:
            connection.close()
            raise
        return connection

    def _writer(self) -> sqlite3.Connection:
        """A connection on which chats are tables again, and each change of one is held against its owner."""
        self.connect()  # raises where the store was closed
        mine: OfThread | None = getattr(self._local, "writer", None)
        if mine is None:
            shadows = [
                one
                for one in self._views
                if not one.startswith(("CREATE TEMP VIEW chats", "CREATE TEMP VIEW messages"))
            ]
            mine = self._local.writer = OfThread(self._opened([*shadows, *self._guards]))
            self._connections.add(mine)
        return mine.connection

    def revision(self) -> int:
        """A number of its own for each revision and each set of documents that are seen."""
        state, held = self._state(), getattr(self._local, "revision", None)
        if held is None or held[0] != state:
            of = f"{super().revision()} {sorted(self._seen())}"
            number = int.from_bytes(hashlib.blake2b(of.encode(), digest_size=8).digest(), "big") >> 1
            held = self._local.revision = (state, number)
        return int(held[1])

    def _state(self) -> tuple[int, int]:
        connection = self.connect()
        return int(connection.execute("PRAGMA data_version").fetchone()[0]), connection.total_changes

    def _seen(self) -> frozenset[int]:
        state, held = self._state(), getattr(self._local, "seen", None)
        if held is None or held[0] != state:
            ids = frozenset(row[0] for row in self.connect().execute("SELECT id FROM documents"))
            held = self._local.seen = (state, ids)
        return frozenset(held[1])

    # What views can't do

    def passage_places(self) -> NDArray[np.int64]:
        """As the store's, of the documents that are seen."""
        places = self.whole.passage_places()
        return places[np.isin(places[:, 1], list(self._seen()))]

    def match(self, fts_query: str, k: int, documents: Collection[int] | None = None) -> list[tuple[int, float]]:
        """As the store's, of the documents that are seen; how rare a word is for BM25 is told by all of them."""
        seen = self._seen() if documents is None else self._seen() & frozenset(documents)
        rows = self.connect().execute(
            f"SELECT words.rowid, -bm25(words, 1.0, {CONTEXT_WEIGHT}) AS score FROM main.words JOIN main.passages ON "
            f"main.passages.id = words.rowid WHERE words MATCH ? AND document_id IN ({', '.join(map(str, seen))}) "
            "ORDER BY score DESC, words.rowid LIMIT ?",
            (fts_query, k),
        )
        return [(int(key), float(score)) for key, score in rows]

    def frequency(self, fts_query: str, limit: int = 2000) -> int:
        """As the store's, of the documents that are seen."""
        row = self.connect().execute(
            "SELECT count(*) FROM (SELECT words.rowid FROM main.words JOIN main.passages ON main.passages.id = words.rowid "
            f"WHERE words MATCH ? AND document_id IN ({', '.join(map(str, self._seen()))}) LIMIT ?)",
            (fts_query, limit),
        )
        return int(row.fetchone()[0])

    # What is changed

    def may_change(self, owner: int | None) -> bool:
        """Whether something is the person's, or everyone's where they are an admin."""
        return self.admin if owner is None else owner == self.owner

    def remove(self, document_id: int) -> DocumentRecord:
        """Take a document from its owner, and out of the index with its last one. Raises UnknownDocument, NotYours."""
        return self.remove_all([document_id])[0]

    def remove_all(
        self, document_ids: Iterable[int], progress: Callable[[int, int], None] | None = None
    ) -> list[DocumentRecord]:
        """Take documents from their owner as `remove` does; nothing is done where one of them may not be.

        `progress` is told how many are done and of how many.
        """
        records = [self.document(key) for key in dict.fromkeys(document_ids)]
        for record in records:
            self._require_mine(record)
        for number, record in enumerate(records, 1):
            if self.owner is None or not self.whole.let_go(record.id, self.owner):
                self.whole.remove(record.id)
            if progress:
                progress(number, len(records))
        return records

    def locked(self) -> frozenset[int]:
        """The documents that the person reads and may not remove: ids."""
        mine = "SELECT 1 FROM main.document_owners WHERE document_id = documents.id AND user_id = ?"
        owned = "SELECT 1 FROM main.document_owners WHERE document_id = documents.id"
        free = "" if self.admin else f" OR NOT EXISTS ({owned})"
        query = f"SELECT id FROM documents WHERE EXISTS ({owned}) AND NOT EXISTS ({mine}){free}"
        return frozenset(row[0] for row in self.connect().execute(query, (self.owner,)))

    def _require_mine(self, record: DocumentRecord) -> None:
        rows = self.connect().execute("SELECT user_id FROM main.document_owners WHERE document_id = ?", (record.id,))
        owners = {row[0] for row in rows}
        if any(map(self.may_change, owners or {None})):
            return
        if owners:
            raise NotYours(f"{record.name} is another person’s: you can read it, not remove it. Ask its owner.")
        raise NotYours(f"{record.name} is everyone’s: only an admin can remove it. Ask one.")

    def replace_facts(self, record: DocumentRecord, facts: Sequence[Entry], facts_stamp: str) -> None:
        """As the store's: what is derived from a document that is seen."""
        self.whole.replace_facts(self.document(record.id), facts, facts_stamp)

    def _not_here(self, *_: Any, **__: Any) -> NoReturn:
        raise RuntimeError("This is done with the whole store, not with what one person sees of it.")

    add = move = replace_embeddings = let_go = _not_here
    sweep = stray_files = older_copies = problems = check = _not_here


def _views(document_is_seen: Callable[[str], str], chat_is_seen: Callable[[str], str]) -> Iterable[str]:
    for table, column in OF_DOCUMENTS.items():
        yield f"CREATE TEMP VIEW {table} AS SELECT * FROM main.{table} AS t WHERE {document_is_seen(f't.{column}')}"
    for table, (column, other) in OF_ROWS.items():
        held = f"SELECT 1 FROM main.{other} AS o WHERE o.id = t.{column} AND {document_is_seen('o.document_id')}"
        yield f"CREATE TEMP VIEW {table} AS SELECT * FROM main.{table} AS t WHERE EXISTS ({held})"
    yield f"CREATE TEMP VIEW chats AS SELECT * FROM main.chats AS t WHERE {chat_is_seen('t')}"
    held = f"SELECT 1 FROM main.chats AS c WHERE c.id = t.chat_id AND {chat_is_seen('c')}"
    yield f"CREATE TEMP VIEW messages AS SELECT * FROM main.messages AS t WHERE EXISTS ({held})"
    for table in HIDDEN:
        yield f"CREATE TEMP VIEW {table} AS SELECT * FROM main.{table} WHERE 0"


def _guards(owner: int | None, admin: bool) -> Iterable[str]:
    """Triggers that stop a change of what isn't the person's; an admin's is also what is everyone's."""
    mine = f"({{}}.owner_id IS {owner})" if owner else "(0)"
    if admin:
        mine = f"({mine} OR {{}}.owner_id IS NULL)"
    ours = f"({mine} OR {{}}.owner_id IS NULL)"
    stop = f"BEGIN SELECT RAISE(ABORT, '{ANOTHERS}'); END"
    for event, rows in {"INSERT": ("new",), "UPDATE": ("old", "new"), "DELETE": ("old",)}.items():
        yield f"CREATE TEMP TRIGGER owners_{event} BEFORE {event} ON main.document_owners {stop}"
        # A collection that is everyone's is everyone's to fill; a chat isn't.
        for table, held, key, own in (
            ("chats", "messages", "chat_id", mine),
            ("collections", "collection_documents", "collection_id", ours),
        ):
            wrong = " OR ".join(f"NOT {own.replace('{}', row)}" for row in rows)
            yield f"CREATE TEMP TRIGGER {table}_{event} BEFORE {event} ON main.{table} WHEN {wrong} {stop}"
            kept = f"SELECT 1 FROM main.{table} AS c WHERE c.id = {{}}.{key} AND {own.replace('{}', 'c')}"
            wrong = " OR ".join(f"NOT EXISTS ({kept.replace('{}', row)})" for row in rows)
            yield f"CREATE TEMP TRIGGER {held}_{event} BEFORE {event} ON main.{held} WHEN {wrong} {stop}"
