"""Sessions of people who are signed in: they end when they are ended, when they aren't used for long, and in any case once."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from app.people.person import Person
from app.people.secret import key_of, new_secret

if TYPE_CHECKING:
    from index.store import Store

LONGEST = timedelta(days=30)  # however much it is used
MOST = 50  # of one person: the oldest go


@dataclass(frozen=True, slots=True)
class Session:
    """A session that holds: whose it is, its key in the store, and whether its end was just put off."""

    person: Person
    key: str
    expires: datetime
    renewed: bool


class Sessions:
    """All sessions of a data directory. Safe to use from several threads, as the store is."""

    def __init__(self, store: "Store", hours: float) -> None:
        """`store`: the whole one; `hours`: after which one that isn't used ends."""
        self._store, self._life = store, timedelta(hours=hours)

    def begin(self, person: Person) -> str:
        """Begin a session; gives the secret that the browser is to hold."""
        secret, now = new_secret(), datetime.now(UTC)
        with self._store.writing() as connection:
            connection.execute("DELETE FROM sessions WHERE expires <= ?", (now.isoformat(),))
            connection.execute(
                "DELETE FROM sessions WHERE user_id = ? AND token NOT IN "
                "(SELECT token FROM sessions WHERE user_id = ? ORDER BY created DESC LIMIT ?)",
                (person.id, person.id, MOST - 1),
            )
            connection.execute(
                "INSERT INTO sessions VALUES (?, ?, ?, ?)",
                (key_of(secret), person.id, now.isoformat(), (now + self._life).isoformat()),
            )
        return secret

    def find(self, secret: str) -> Session | None:
        """The session of a secret, None where there is none that holds. Its end is put off once half its time is over."""
        if not secret:
            return None
        key, now = key_of(secret), datetime.now(UTC)
        row = (
            self._store.connect()
            .execute(
                "SELECT users.id, name, admin, sessions.created, expires FROM sessions JOIN users ON users.id = user_id "
                "WHERE token = ?",
                (key,),
            )
            .fetchone()
        )
        if row is None:
            return None
        user, name, admin, created, expires = row
        last = datetime.fromisoformat(created) + LONGEST
        end = min(datetime.fromisoformat(expires), last)
        if end <= now:
            return None
        later = min(now + self._life, last)
        renewed = end - now < self._life / 2 and later > end + timedelta(minutes=1) and not self._store.read_only
        if renewed:
            with self._store.writing() as connection:
                connection.execute("UPDATE sessions SET expires = ? WHERE token = ?", (later.isoformat(), key))
        return Session(Person(user, name, bool(admin)), key, later if renewed else end, renewed)

    def end(self, secret: str) -> None:
        """End a session, where there is one."""
        with self._store.writing() as connection:
            connection.execute("DELETE FROM sessions WHERE token = ?", (key_of(secret),))
