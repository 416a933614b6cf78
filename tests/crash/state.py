"""What is found in a data directory, and what the next commands make of it; asked in a child process, told as JSON."""

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from app.people.passwords import fits
from app.people.person import Person
from app.people.secret import key_of
from app.people.sessions import Sessions
from app.people.tokens import Tokens
from app.people.users import Users
from index.store import Store
from tests.crash import invariants
from tests.crash.steps import HOURS, do, read_here
from tests.crash.truth import UNTOLD
from tests.crash.world import Engine, Step, open_store


@dataclass
class Known:
    """What tells the secrets that are found: passwords and secrets that were given, and which password a hash is of."""

    passwords: list[str] = field(default_factory=list)
    secrets: list[str] = field(default_factory=list)
    fits: dict[str, str] = field(default_factory=dict)


def look(home: Path, known: Known) -> dict[str, Any]:
    """All that is there, and under "wrong" what mustn't be; nothing is mended but what opening mends."""
    wrong = invariants.integrity(home / "footnote.db")
    store = open_store(home)
    wrong += invariants.of_the_copies(store)
    wrong += invariants.of_the_database(store) + invariants.of_the_vectors(store)
    people, hashes = _people(store, known)
    named = {user.id: user.name for user in Users(store).list()}
    files = {record.id: Path(record.path).name for record in store.documents()}
    connection = store.connect()
    collections = connection.execute("SELECT id, name, owner_id FROM collections").fetchall()
    found = {
        "wrong": wrong,
        "documents": {
            files[record.id]: [invariants.digest_of(store, record.id), record.name, Users(store).owners(record.id)]
            for record in store.documents()
        },
        "chats": {
            key: [title, questions, owner] for key, (title, questions, owner) in invariants.chats_of(store).items()
        },
        "people": people,
        "hashes": hashes,
        "collections": {
            name: [named.get(owner, ""), sorted(files[key] for key in store.members(collection))]
            for collection, name, owner in collections
        },
        "staged": connection.execute("SELECT count(*) FROM staged_embeddings").fetchone()[0],
    }
    store.close()
    return found


def _people(store: Store, known: Known) -> tuple[dict[str, list[Any]], dict[str, str]]:
    """Name → password, sessions and tokens; and which password each hash is of."""
    connection = store.connect()
    found, hashes = {}, {}
    for key, name, kept in connection.execute("SELECT id, name, password FROM users").fetchall():
        password = known.fits.get(kept) or next((one for one in reversed(known.passwords) if fits(one, kept)), "")
        hashes[kept] = password
        secrets = []
        for table, find in (("sessions", _of_session(store)), ("tokens", Tokens(store).find)):
            rows = {row[0] for row in connection.execute(f"SELECT token FROM {table} WHERE user_id = ?", (key,))}
            told = [one for one in known.secrets if key_of(one) in rows]
            holds = [one for one in told if (person := find(one)) and person.name == name]
            secrets.append(sorted([*holds, *[UNTOLD] * (len(rows) - len(holds))]))
        found[name] = [password, *secrets]
    return found, hashes


def _of_session(store: Store) -> Callable[[str], Person | None]:
    sessions = Sessions(store, HOURS)

    def find(secret: str) -> Person | None:
        session = sessions.find(secret)
        return session.person if session else None

    return find


def go_on(
    home: Path, folder: Path, again: Step | None, model: int, known: Known, files: Sequence[str], here: bool
) -> dict[str, Any]:
    """What is there once `again` was called again, the `files` that are in were ingested again, and a question was asked.

    `here`: files are read in this process.
    """
    if here:
        read_here()
    if again:
        do(home, folder, again)
    engine = Engine(home, model)
    # Nothing to do, but what was left lying is swept away.
    report = engine.ingest([folder / name for name in files])
    wrong = [f"{path.name}: {why}" for path, why in report.failed]
    if report.added or report.replaced:
        wrong.append(f"{len(report.added)} added and {len(report.replaced)} replaced, though they are as they were")
    if not engine.ask("What was revenue in 2020?").text:
        wrong.append("no answer")
    wrong += invariants.of_the_files(engine.store)
    engine.close()
    wrong += [f"{name} was left among the system's temporary files" for name in Path(os.environ["TMPDIR"]).iterdir()]
    found = look(home, known)
    return {**found, "wrong": wrong + found["wrong"]}


def hashes_of(found: Mapping[str, Any]) -> dict[str, str]:
    """Which password each hash is of, as far as `look` found it out."""
    return {kept: password for kept, password in found["hashes"].items() if password}
