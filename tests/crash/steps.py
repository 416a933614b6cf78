"""Each kind of step, done by the engine as the product does it; what is promised is told as soon as it is."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from app.chat_undo import Deletions
from app.chats import Chats
from app.footnote import Footnote
from app.people.person import Person
from app.people.seen import SeenFootnote
from app.people.sessions import Sessions
from app.people.tokens import Tokens
from app.people.users import Users
from corpus.ocr.ocr import Ocr
from index import ready
from index.backup import back_up
from index.file_report import FileReport
from index.preparing import Prepared, prepare
from index.store import Store
from tests.crash.world import Engine, Step, write_archive, write_file

ARCHIVE = "papers.zip"
HOURS = 24.0  # of a session
Tell = Callable[..., None]
Work = Callable[[Engine, Path, Step, Tell], Any]


def do(home: Path, folder: Path, step: Step, tell: Tell = lambda **_: None) -> None:
    """Do one step over a data directory; `folder` is where files come from."""
    engine = Engine(home, step.version)
    STEPS[step.what](engine, folder, step, tell)
    engine.close()


def read_here() -> None:
    """Read files in this process from now on: a warm one has nothing to start, and what is written comes sooner."""

    def here(path: Path, most: int, tokens: int, password: str, ocr: Ocr, *_: object) -> Prepared:
        return prepare(path.absolute(), most, tokens, password, ocr)

    ready.prepare_apart = here


def document_id(store: Store, file: str) -> int:
    """The id of the document of a file, by the file's name."""
    return next(record.id for record in store.documents() if Path(record.path).name == file)


def user_id(store: Store, name: str) -> int | None:
    """The id of a user; None for "", everyone."""
    return Users(store).get(name).id if name else None


def _ingest(engine: Engine, folder: Path, step: Step, tell: Tell) -> None:
    for name, version in zip(step.names, step.versions, strict=True):  # each file is a promise of its own
        write_file(folder / name, version)
        report = engine.ingest([folder / name], owner=user_id(engine.store, step.person))
        assert not report.failed, report.failed
        tell(file=name)


def _archive(engine: Engine, folder: Path, step: Step, tell: Tell) -> None:
    def done(report: FileReport) -> None:
        assert report.record, report
        tell(file=Path(report.record.path).name)

    write_archive(folder / ARCHIVE, step.names, step.versions)
    engine.ingest([folder / ARCHIVE], done=done, owner=user_id(engine.store, step.person))


def _remove(engine: Engine, folder: Path, step: Step, tell: Tell) -> None:
    engine.store.remove(document_id(engine.store, step.names[0]))


def _reindex(engine: Engine, folder: Path, step: Step, tell: Tell) -> None:
    report = engine.reindex(every=step.what == "read again")
    assert not report.failed, report.failed


def _backup(engine: Engine, folder: Path, step: Step, tell: Tell) -> None:
    back_up(engine.store, Path(step.text))


def _seen(engine: Engine, step: Step) -> Footnote:
    key = user_id(engine.store, step.person)
    return SeenFootnote(engine, Person(key, step.person)) if key else engine


def _exchange(engine: Engine, folder: Path, step: Step, tell: Tell) -> None:
    seen = _seen(engine, step)
    chats = Chats(seen.store)
    answer = seen.ask(step.text, chats.get(step.chat).history if step.chat else ())
    message = chats.append(step.chat, answer) if step.chat else chats.begin(answer)
    tell(chat=message.chat_id)


def _undo(engine: Engine, folder: Path, step: Step, tell: Tell) -> None:
    deletions = Deletions(engine.store)
    deletions.delete(step.chat)
    tell(chat=deletions.undo(step.chat))


def _sign_in(engine: Engine, folder: Path, step: Step, tell: Tell) -> None:
    person = Users(engine.store).authenticate(step.person, step.text)
    assert person, "the password doesn't fit"
    tell(secret=Sessions(engine.store, HOURS).begin(person))


def _own(engine: Engine, folder: Path, step: Step, tell: Tell) -> None:
    named = [engine.store.document(document_id(engine.store, name)) for name in step.names]
    users = Users(engine.store)
    users.own(users.get(step.person).id, named, chats=step.flag)


def _of_user(work: Callable[[Store, int, Step], Any]) -> Work:
    return lambda engine, folder, step, tell: work(engine.store, Users(engine.store).get(step.person).id, step)


def _of_collection(work: Callable[[Store, int, Step, list[int]], Any]) -> Work:
    def done(engine: Engine, folder: Path, step: Step, tell: Tell) -> None:
        store = engine.store
        key = store.collection(step.text, user_id(store, step.person)).id
        work(store, key, step, [document_id(store, name) for name in step.names])

    return done


STEPS: dict[str, Work] = {
    "ingest": _ingest,
    "archive": _archive,
    "remove": _remove,
    "reindex": _reindex,
    "read again": _reindex,
    "backup": _backup,
    "begin": _exchange,
    "append": _exchange,
    "rename": lambda engine, folder, step, tell: Chats(engine.store).rename(step.chat, step.text),
    "delete": lambda engine, folder, step, tell: Deletions(engine.store).delete(step.chat),
    "undo": _undo,
    "user": lambda engine, folder, step, tell: Users(engine.store).add(step.person, step.text),
    "sign in": _sign_in,
    "sign out": lambda engine, folder, step, tell: Sessions(engine.store, HOURS).end(step.text),
    "password": _of_user(lambda store, key, step: Users(store).set_password(key, step.text)),
    "token": lambda engine, folder, step, tell: tell(
        secret=Tokens(engine.store).make(Users(engine.store).get(step.person).id)
    ),
    "end tokens": _of_user(lambda store, key, step: Tokens(store).end(key)),
    "own": _own,
    "leave": _of_user(lambda store, key, step: Users(store).remove(key, keep_documents=step.flag)),
    "collect": lambda engine, folder, step, tell: (
        engine.store.make_collection(step.text, user_id(engine.store, step.person)) and None
    ),
    "put in": _of_collection(lambda store, key, step, ids: store.put_in(key, ids, user_id(store, step.person))),
    "take out": _of_collection(lambda store, key, step, ids: store.take_out(key, ids, user_id(store, step.person))),
    "disband": _of_collection(lambda store, key, step, ids: store.delete_collection(key, user_id(store, step.person))),
}
