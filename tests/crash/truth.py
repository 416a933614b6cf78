"""What must be there: a world of plain values, and what each step makes of it, done or interrupted."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import combinations
from pathlib import Path

from tests.crash.world import Step

UNTOLD = "?"  # a session or token that was made before its secret was told
NEW_CHAT = 0  # a chat that was begun before its number was told


@dataclass(frozen=True, slots=True)
class Held:
    """A document: which version of its file, embedded with which model, its name and the names of its owners."""

    version: int
    model: int
    name: str
    owners: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Chat:
    """A chat: its title, the questions of its exchanges, and whose it is ("" for everyone's)."""

    title: str
    questions: tuple[str, ...]
    owner: str = ""


@dataclass(frozen=True, slots=True)
class Account:
    """A user: the password that fits, and the secrets of sessions and tokens, sorted."""

    password: str
    sessions: tuple[str, ...] = ()
    tokens: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Put:
    """A collection: whose it is ("" for everyone's), and the files of its documents, sorted."""

    owner: str
    files: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class World:
    """All that a data directory holds: documents by file name, chats by number, users and collections by name."""

    documents: dict[str, Held] = field(default_factory=dict)
    chats: dict[int, Chat] = field(default_factory=dict)
    people: dict[str, Account] = field(default_factory=dict)
    collections: dict[str, Put] = field(default_factory=dict)

    def without(self, *files: str) -> "World":
        """The world once documents are removed: they are in no collection any more."""
        kept = {name: held for name, held in self.documents.items() if name not in files}
        left = {
            name: replace(put, files=tuple(one for one in put.files if one not in files))
            for name, put in self.collections.items()
        }
        return replace(self, documents=kept, collections=left)


@dataclass(frozen=True, slots=True)
class Told:
    """What the child said of a step before it was killed."""

    files: tuple[str, ...] = ()  # that are in
    chat: int = NEW_CHAT
    secret: str = UNTOLD


def after(world: World, step: Step, told: Told) -> World:
    """The world once a step is done."""
    if step.what in ("ingest", "archive"):
        return _with_files(world, step, step.names)
    if step.what == "remove":
        return world.without(*step.names)
    if step.what == "reindex":
        embedded = {name: replace(held, model=step.version) for name, held in world.documents.items()}
        return replace(world, documents=embedded)
    if step.what in ("begin", "append", "rename", "delete"):
        return replace(world, chats=_chats(world, step, told.chat))
    if step.what in ("collect", "put in", "take out", "disband"):
        return replace(world, collections=_collections(world, step))
    if step.what == "own":
        return _owned(world, step)
    if step.what == "leave":
        return _left(world, step)
    if step.what in ("user", "sign in", "sign out", "password", "token", "end tokens"):
        return replace(world, people=_people(world, step, told.secret))
    if step.what in ("read again", "undo", "backup"):
        return world
    raise ValueError(step.what)


def possible(world: World, step: Step, told: Told) -> list[World]:
    """The worlds that may be found once a step was interrupted: as before first, and what was told is in each."""
    if step.what in ("ingest", "archive"):
        world = _with_files(world, step, told.files)
        following = [name for name in step.names if name not in told.files][:1]
        return [world, *(_with_files(world, step, [name]) for name in following)]
    if step.what == "leave" and not step.flag:
        theirs = only_theirs(world, step.person)
        some = [
            world.without(*gone) for count in range(len(theirs) + 1) for gone in combinations(theirs, count)
        ]  # one by one, and the user last
        return [*some, after(world, step, told)]
    if step.what == "undo":
        gone = replace(world, chats={key: chat for key, chat in world.chats.items() if key != step.chat})
        return [world, gone] if told.chat == NEW_CHAT else [world]
    done = after(world, step, told)
    return [done] if told.chat != NEW_CHAT or told.secret != UNTOLD else [world, done]


def alike(found: World, wanted: World) -> bool:
    """Equal, where a chat whose number wasn't told may have any."""
    if NEW_CHAT not in wanted.chats:
        return found == wanted
    new = [key for key in found.chats if key not in wanted.chats]
    return len(new) == 1 and replace(found, chats={NEW_CHAT if key == new[0] else key: chat for key, chat in found.chats.items()}) == wanted  # fmt: skip


def only_theirs(world: World, person: str) -> list[str]:
    """The files of the documents that a user owns and nobody else does."""
    return [name for name, held in world.documents.items() if held.owners == (person,)]


def differences(found: World, wanted: World) -> Iterator[str]:
    """What differs, in words."""
    for what in ("documents", "chats", "people", "collections"):
        ours, theirs = getattr(wanted, what), getattr(found, what)
        for key in sorted({*ours, *theirs}, key=str):
            if ours.get(key) != theirs.get(key):
                yield f"{what}: {key} is {theirs.get(key)}, not {ours.get(key)}"


def _with_files(world: World, step: Step, files: Sequence[str]) -> World:
    documents = dict(world.documents)
    for name, version in zip(step.names, step.versions, strict=True):
        if name not in files:
            continue
        stem, owners = Path(name).stem, (step.person,) if step.person else ()
        new = Held(version, step.version, f"{stem} ({step.person})" if step.person else stem, owners)
        # One that is there keeps its name and its owners.
        old = documents.get(name)
        documents[name] = replace(old, version=version, model=step.version) if old else new
    return replace(world, documents=documents)


def _chats(world: World, step: Step, told: int) -> dict[int, Chat]:
    chats = dict(world.chats)
    if step.what == "begin":
        chats[told] = Chat(step.text, (step.text,), step.person)
    elif step.what == "append":
        chats[step.chat] = replace(chats[step.chat], questions=(*chats[step.chat].questions, step.text))
    elif step.what == "rename":
        chats[step.chat] = replace(chats[step.chat], title=step.text)
    else:
        chats.pop(step.chat)
    return chats


def _collections(world: World, step: Step) -> dict[str, Put]:
    collections = dict(world.collections)
    if step.what == "collect":
        collections[step.text] = Put(step.person)
    elif step.what == "disband":
        collections.pop(step.text)
    else:
        files = {*collections[step.text].files}
        files = files | {*step.names} if step.what == "put in" else files - {*step.names}
        collections[step.text] = replace(collections[step.text], files=tuple(sorted(files)))
    return collections


def _people(world: World, step: Step, secret: str) -> dict[str, Account]:
    people, name = dict(world.people), step.person
    old = people.get(name, Account(step.text))
    if step.what == "sign in":
        old = replace(old, sessions=tuple(sorted((*old.sessions, secret))))
    elif step.what == "sign out":
        old = replace(old, sessions=tuple(one for one in old.sessions if one != step.text))
    elif step.what == "password":
        old = replace(old, password=step.text, sessions=())
    elif step.what == "token":
        old = replace(old, tokens=tuple(sorted((*old.tokens, secret))))
    elif step.what == "end tokens":
        old = replace(old, tokens=())
    return {**people, name: old}


def _owned(world: World, step: Step) -> World:
    documents = {
        name: replace(held, owners=tuple(sorted({*held.owners, step.person}))) if name in step.names else held
        for name, held in world.documents.items()
    }
    chats = {
        key: replace(chat, owner=chat.owner or step.person) if step.flag else chat for key, chat in world.chats.items()
    }
    return replace(world, documents=documents, chats=chats)


def _left(world: World, step: Step) -> World:
    """The world without a user; `step.flag`: the documents that are theirs alone become everyone's."""
    if not step.flag:
        world = world.without(*only_theirs(world, step.person))
    documents = {
        name: replace(held, owners=tuple(one for one in held.owners if one != step.person))
        for name, held in world.documents.items()
    }
    return World(
        documents,
        {key: chat for key, chat in world.chats.items() if chat.owner != step.person},
        {name: account for name, account in world.people.items() if name != step.person},
        {name: put for name, put in world.collections.items() if put.owner != step.person},
    )
