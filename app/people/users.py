"""The people who may sign in, kept in the store: made, listed, given another password, removed."""

import re
import sqlite3
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from app.people.passwords import fits, hashed, is_dated
from app.people.person import Person
from corpus.errors import BadPerson

if TYPE_CHECKING:
    from index.store import DocumentRecord, Store

LONGEST_NAME = 40
# No brackets: names stand in brackets behind those of documents.
_NAME = re.compile(r"[\w.@+-]+(?: [\w.@+-]+)*")


@dataclass(frozen=True, slots=True)
class UserRecord:
    """A person in the list, with how much is theirs."""

    id: int
    name: str
    admin: bool
    created: datetime
    documents: int
    chats: int


# A name of its own, since `Users.list` hides the built-in one inside the class.
Records = list[UserRecord]


class Users:
    """All who may sign in to a data directory. Safe to use from several threads, as the store is."""

    def __init__(self, store: "Store") -> None:
        """`store`: the whole one, not what a person sees of it."""
        self._store = store

    def any(self) -> bool:
        """Whether there is one: then nobody gets anything without being signed in."""
        return self._store.connect().execute("SELECT 1 FROM users LIMIT 1").fetchone() is not None

    def list(self) -> Records:
        """Everyone, by name."""
        return self._records("ORDER BY name COLLATE NOCASE", ())

    def get(self, name: str) -> UserRecord:
        """One by name, in any case. Raises BadPerson where there is none."""
        key = _key(name)
        found = next((one for one in self.list() if _key(one.name) == key), None)
        if found is None:
            raise BadPerson(f"There is no user {name[:LONGEST_NAME]!r}. `footnote user list` lists who there is.")
        return found

    def person(self, user_id: int) -> Person | None:
        """The person with an id, None where they are gone."""
        row = self._store.connect().execute("SELECT id, name, admin FROM users WHERE id = ?", (user_id,)).fetchone()
        return Person(row[0], row[1], bool(row[2])) if row else None

    def add(self, name: str, password: str, *, admin: bool = False) -> UserRecord:
        """Make a user. Raises BadPerson where the name or the password can't be taken."""
        name = checked_name(name)
        kept = hashed(password)
        with self._store.writing() as connection:
            self._require_free(connection, name)
            connection.execute(
                "INSERT INTO users (name, password, admin, created) VALUES (?, ?, ?, ?)",
                (name, kept, admin, datetime.now(UTC).isoformat(timespec="seconds")),
            )
        return self.get(name)

    def authenticate(self, name: str, password: str) -> Person | None:
        """The person whose name and password these are, None for anything else; takes the same time either way."""
        key = _key(name)
        rows = self._store.connect().execute("SELECT id, name, admin, password FROM users").fetchall()
        row = next((row for row in rows if _key(row[1]) == key), None)
        if not fits(password, row[3] if row else None) or row is None:
            return None
        if is_dated(row[3]):
            with self._store.writing() as connection:
                connection.execute(
                    "UPDATE users SET password = ? WHERE id = ? AND password = ?", (hashed(password), row[0], row[3])
                )
        return Person(row[0], row[1], bool(row[2]))

    def set_password(self, user_id: int, password: str, but: str = "") -> None:
        """Give a user another password and end their sessions, but for the one whose key is `but`. Raises BadPerson."""
        kept = hashed(password)
        with self._store.writing() as connection:
            connection.execute("UPDATE users SET password = ? WHERE id = ?", (kept, user_id))
            connection.execute("DELETE FROM sessions WHERE user_id = ? AND token <> ?", (user_id, but))

    def set_admin(self, user_id: int, admin: bool) -> None:
        """Make a user an admin, or no longer one."""
        with self._store.writing() as connection:
            connection.execute("UPDATE users SET admin = ? WHERE id = ?", (admin, user_id))

    def own(self, user_id: int, documents: "Sequence[DocumentRecord]", *, chats: bool = False) -> int:
        """Give a user documents beside their owners, and with `chats` the chats that are everyone's; gives how many chats."""
        with self._store.writing() as connection:
            connection.executemany(
                "INSERT OR IGNORE INTO document_owners VALUES (?, ?)", ((one.id, user_id) for one in documents)
            )
            if not chats:
                return 0
            return connection.execute("UPDATE chats SET owner_id = ? WHERE owner_id IS NULL", (user_id,)).rowcount

    def owners(self, document_id: int) -> Sequence[str]:
        """The names of a document's owners; none for one that is everyone's."""
        rows = self._store.connect().execute(
            "SELECT name FROM document_owners JOIN users ON users.id = user_id WHERE document_id = ? ORDER BY name",
            (document_id,),
        )
        return [row[0] for row in rows]

    def only_theirs(self, user_id: int) -> "Sequence[DocumentRecord]":
        """The documents that a user owns and nobody else does."""
        rows = self._store.connect().execute(
            "SELECT document_id FROM document_owners GROUP BY document_id HAVING count(*) = 1 AND max(user_id) = ?",
            (user_id,),
        )
        return [self._store.document(row[0]) for row in rows.fetchall()]

    def remove(self, user_id: int, *, keep_documents: bool) -> None:
        """Remove a user with their chats, collections, sessions and tokens, and the documents that are theirs alone.

        With `keep_documents` these become everyone's. The user goes last: interrupted, the same call goes on.
        """
        if not keep_documents:
            for record in self.only_theirs(user_id):
                self._store.remove(record.id)
        with self._store.writing() as connection:
            connection.execute(
                "DELETE FROM messages WHERE chat_id IN (SELECT id FROM chats WHERE owner_id = ?)", (user_id,)
            )
            connection.execute("DELETE FROM users WHERE id = ?", (user_id,))

    def _require_free(self, connection: sqlite3.Connection, name: str) -> None:
        if any(_key(row[0]) == _key(name) for row in connection.execute("SELECT name FROM users")):
            raise BadPerson(f"There is a user {name!r} already. Choose another name.")

    def _records(self, clause: str, parameters: tuple[str, ...]) -> Records:
        rows = self._store.connect().execute(
            "SELECT id, name, admin, created, (SELECT count(*) FROM document_owners WHERE user_id = users.id), "
            f"(SELECT count(*) FROM chats WHERE owner_id = users.id) FROM users {clause}",
            parameters,
        )
        return [
            UserRecord(key, name, bool(admin), datetime.fromisoformat(created), documents, chats)
            for key, name, admin, created, documents, chats in rows
        ]


def checked_name(name: str) -> str:
    """A user's name as it is kept. Raises BadPerson for one that can't be."""
    name = unicodedata.normalize("NFC", name).strip()
    if len(name) > LONGEST_NAME or not _NAME.fullmatch(name):
        raise BadPerson(
            f"{name[:LONGEST_NAME]!r} can't be a user's name. Take 1 to {LONGEST_NAME} letters, digits, single spaces and . _ - + @"
        )
    return name


def _key(name: str) -> str:
    """What two spellings of one name have in common."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).strip().casefold())
