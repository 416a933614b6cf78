"""A person who uses Footnote, and who it is that the present work is done for."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from corpus.errors import NotSignedIn


@dataclass(frozen=True, slots=True)
class Person:
    """One who is signed in; `id` is 0 for a program with the server's own key: it owns nothing, and reads what is everyone's."""

    id: int
    name: str
    admin: bool = False
    sole: bool = False  # the one of a Footnote without users, whose everything is


SOLE = Person(-1, "", admin=True, sole=True)
PROGRAM = Person(0, "", admin=True)  # the key is the server's: what is everyone's may be changed with it

_caller: ContextVar[Person] = ContextVar("caller")


@contextmanager
def work_for(person: Person) -> Iterator[None]:
    """What is done inside, and in the tasks and threads that take its context along, is done for `person`."""
    token = _caller.set(person)
    try:
        yield
    finally:
        _caller.reset(token)


def caller() -> Person:
    """Whom the present work is done for. Raises NotSignedIn where that wasn't said: then nothing is given."""
    person = _caller.get(None)
    if person is None:
        raise NotSignedIn("Nobody is signed in. Open the page again and sign in.")
    return person


def signed_in() -> str:
    """The name of whom the present work is done for, "" where nobody signs in."""
    person = _caller.get(None)
    return person.name if person else ""
