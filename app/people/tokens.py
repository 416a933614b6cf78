"""Tokens of people's programs: each belongs to a person, and gets what that person would."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from app.people.person import Person
from app.people.secret import key_of, new_secret

if TYPE_CHECKING:
    from index.store import Store

PREFIX = "footnote_"  # by which one that was left somewhere can be told


class Tokens:
    """All tokens of a data directory. Safe to use from several threads, as the store is."""

    def __init__(self, store: "Store") -> None:
        """`store`: the whole one."""
        self._store = store

    def make(self, user_id: int) -> str:
        """Make a token for a user's programs; it can't be shown again."""
        token = new_secret(PREFIX)
        with self._store.writing() as connection:
            connection.execute(
                "INSERT INTO tokens VALUES (?, ?, ?)",
                (key_of(token), user_id, datetime.now(UTC).isoformat(timespec="seconds")),
            )
        return token

    def find(self, token: str) -> Person | None:
        """The person whose token this is, None where it is nobody's."""
        row = (
            self._store.connect()
            .execute(
                "SELECT users.id, name, admin FROM tokens JOIN users ON users.id = user_id WHERE token = ?",
                (key_of(token),),
            )
            .fetchone()
        )
        return Person(row[0], row[1], bool(row[2])) if row else None

    def end(self, user_id: int) -> int:
        """End all tokens of a user; gives how many there were."""
        with self._store.writing() as connection:
            return connection.execute("DELETE FROM tokens WHERE user_id = ?", (user_id,)).rowcount
