"""A trial: a plan of steps, a kill at a random point of one of them, and what must hold afterwards."""

import os
import random
import shutil
import signal
import tempfile
import threading
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from corpus.ocr.ocr import load_ocr
from corpus.reading import reading
from index.preparing import prepare
from index.restore import restore
from index.store import Store
from tests.crash import invariants
from tests.crash.child import Die, run
from tests.crash.forked import fork, killed, lines, result_of
from tests.crash.plan import KINDS, NAMES, PACKED, SCAN, Planner
from tests.crash.state import Known, go_on, hashes_of, look
from tests.crash.steps import do, document_id, read_here
from tests.crash.truth import UNTOLD, Account, Chat, Held, Put, Told, World, after, alike, differences, possible
from tests.crash.world import SHARED, Step

TRIALS_A_HOME = 25
# Called again until they are done, as a person would; what is not among them is left as it was found.
CALLED_AGAIN = ("ingest", "archive", "remove", "reindex", "read again", "leave", "backup")


@dataclass
class Tally:
    """What was done and found."""

    kills: int = 0
    survived: int = 0  # trials in which the kill came too late
    by_kind: Counter[str] = field(default_factory=Counter)  # kills in a step of that kind
    by_mode: Counter[str] = field(default_factory=Counter)
    halves: Counter[str] = field(default_factory=Counter)  # of interrupted steps: how they were found
    failures: list[str] = field(default_factory=list)


class Trials:
    """Trials one after the other over data directories that live on, so that what one leaves the next meets."""

    def __init__(
        self, work: Path, seed: int, kinds: Sequence[str] = tuple(KINDS), database: Callable[[], str] | None = None
    ) -> None:
        """`database` gives the address of a new one for each data directory, which is a copy of it then."""
        self.tally = Tally()
        self._database = database
        self._random = random.Random(seed)
        self._work, self._home, self._folder = work, work / "home", work / "files"
        self._planner = Planner(self._random, kinds, work / "backup.zip")
        self._digests: dict[str, dict[str, tuple[int, int]]] = defaultdict(dict)  # file → digest → version, model
        self._calls: dict[str, float] = {}  # that a step of a kind makes, as learnt
        self._seconds: dict[str, float] = {}
        self.world, self._model, self._known = World(), 1, Known()
        # So that nothing is left there unseen either.
        temporary = work / "temporary"
        temporary.mkdir(parents=True)
        os.environ["TMPDIR"] = tempfile.tempdir = str(temporary)
        self._warm()
        self._anew()

    def _warm(self) -> None:
        """Load here what the children need, once; no thread, no process and no connection is left when they are made."""
        self._folder.mkdir(parents=True)
        chat = Step("begin", text="What of orders?")
        for step in (self._planner.files("ingest", [NAMES[0], SCAN]), chat, Step("backup", text=str(self._work / "b"))):
            do(self._home, self._folder, step)
        look(self._home, self._known)
        for name in (NAMES[0], SCAN):
            prepare(self._folder / name, 1 << 30, 220, ocr=load_ocr())
        reading.end()
        for thread in threading.enumerate():
            if thread is not threading.main_thread():
                thread.join(10)
        assert threading.active_count() == 1

    def _anew(self) -> None:
        for path in (self._home, self._home.with_name("home-other"), self._folder):
            shutil.rmtree(path, ignore_errors=True)
        self._folder.mkdir(parents=True)
        if self._database:
            os.environ[SHARED] = self._database()
        self._model, self._known = 1, Known()
        steps = [self._planner.files("ingest", NAMES[:3]), Step("begin", text="What were the orders?")]

        def begin() -> None:
            read_here()
            for step in steps:
                do(self._home, self._folder, step)

        result_of(begin)
        world = World()
        for step in steps:
            world = after(world, step, Told())
        found = self._read(result_of(lambda: look(self._home, self._known)), [world])
        if not alike(found, world):
            raise RuntimeError(f"a fresh data directory isn't as it should be: {[*differences(found, world)]}")
        self.world = found

    # One trial

    def once(self) -> bool:
        """One trial; whether the child was killed in time."""
        number = self.tally.kills + self.tally.survived
        if number and number % TRIALS_A_HOME == 0:
            self._anew()
        plan, target = self._planner.plan(self.world, self._model, self.tally.by_kind)
        if not plan:
            self._anew()
            return False
        steps, mode = [step for _, step in plan], self._random.choice(("time", "call"))
        kind = plan[target][0]
        die = None
        if mode == "call":
            calls = self._calls.get(kind) or 10 ** self._random.uniform(1, 3.5)
            die = Die(target, 1 + self._random.randrange(max(1, round(calls * 1.02))), self._random.random() < 0.5)
        here = self._random.random() < 0.5
        process, reading_end = fork(lambda pipe: run(self._home, self._folder, steps, pipe, die, here))
        told: list[dict[str, Any]] = []
        for line in lines(reading_end):
            told.append(line)
            if mode == "time" and line.get("begun") == target:
                pause = self._random.random() * self._seconds.get(kind, 1.0) * 1.05
                threading.Timer(pause, _kill, (process,)).start()
        status = os.waitpid(process, 0)[1]
        for line in told:
            if "done" in line:
                self._learn(plan[line["done"]][0], line)
        where = f"{mode} kill in {kind} (step {target} of {[one for one, _ in plan]})"
        if not killed(status) and os.waitstatus_to_exitcode(status):
            self.tally.failures.append(f"{where}: the child failed by itself")
        self.tally.by_mode[mode] += killed(status)
        self.tally.by_kind[kind] += killed(status)
        self.tally.kills += killed(status)
        self.tally.survived += not killed(status)
        try:
            wrong = self._check(steps, told)
        except RuntimeError as error:
            wrong = [str(error)]
        self.tally.failures += [f"{where}: {one}" for one in wrong]
        if wrong:
            self._anew()
        return killed(status)

    def _learn(self, kind: str, line: dict[str, Any]) -> None:
        for known, what in ((self._calls, line["calls"]), (self._seconds, line["seconds"])):
            if what is not None and not (known is self._seconds and line["calls"] is not None):
                known[kind] = what if kind not in known else 0.7 * known[kind] + 0.3 * what

    # What must hold

    def _check(self, steps: list[Step], told: list[dict[str, Any]]) -> list[str]:
        world, pending, allowed = self.world, None, [self.world]
        done = {line["done"] for line in told if "done" in line}
        for number in [line["begun"] for line in told if "begun" in line]:
            step, said = steps[number], _told(line for line in told if line.get("of") == number)
            allowed = [after(world, step, said)] if number in done else possible(world, step, said)
            pending = None if number in done else (step, said)
            world = allowed[0]
            self._known.passwords += [step.text] if step.what in ("user", "password") else []
            self._known.secrets += [said.secret] if said.secret != UNTOLD else []
        raw = result_of(lambda: look(self._home, self._known))
        found = self._read(raw, allowed)
        wrong: list[str] = raw["wrong"]
        if not any(alike(found, one) for one in allowed):
            wrong += [f"neither as it was nor as it should be: {one}" for one in differences(found, allowed[0])]
        self.world = found
        self._model = next((held.model for held in found.documents.values()), self._model)
        if pending:
            self.tally.halves[f"{pending[0].what}: {'before' if alike(found, world) else 'after'}"] += 1
            if pending[0].what == "backup":
                wrong += self._check_backup(Path(pending[0].text))
        return wrong or self._go_on(pending[0] if pending else None)

    def _go_on(self, pending: Step | None) -> list[str]:
        """The next commands, without help: what was interrupted is called again, and a question is asked."""
        again = pending if pending and pending.what in CALLED_AGAIN else None
        if again and (
            (again.what == "remove" and again.names[0] not in self.world.documents)
            or (again.what == "leave" and again.person not in self.world.people)
            # Vectors that wait for the rest meet other changes before they are gone on with.
            or (again.what == "reindex" and self._random.random() < 0.5)
        ):
            again = None
        world = after(self.world, again, Told()) if again else self.world
        if again and again.what == "reindex":
            self._model = again.version
        files = [name for name in world.documents if name not in PACKED]
        here = self._random.random() < 0.5
        raw = result_of(lambda: go_on(self._home, self._folder, again, self._model, self._known, files, here))
        found = self._read(raw, [world])
        wrong: list[str] = raw["wrong"]
        wrong += [f"after the next commands: {one}" for one in differences(found, world)]
        if again and again.what == "reindex" and raw["staged"]:
            wrong.append(f"{raw['staged']} vectors still wait for a model that is in use")
        if again and again.what == "backup":
            wrong += self._check_backup(Path(again.text), must=True)
        self.world = found
        return wrong

    def _check_backup(self, file: Path, must: bool = False) -> list[str]:
        """A backup is whole, of one moment, and gives back what was there, signing nobody in; or isn't there."""
        if not file.exists():
            return ["no backup was written"] if must else []
        target = self._work / "restored"

        def restored() -> dict[str, Any]:
            os.environ.pop(SHARED, None)
            restore(file, target)
            return look(target, self._known)

        raw = result_of(restored)
        shutil.rmtree(target)
        wrong = [f"restored: {one}" for one in raw["wrong"]]
        people = {name: replace(account, sessions=()) for name, account in self.world.people.items()}
        if must:
            world = replace(self.world, people=people)
            wrong += [f"restored: {one}" for one in differences(self._read(raw, [world]), world)]
        return wrong

    # What was found, as a world

    def _read(self, found: dict[str, Any], allowed: Iterable[World]) -> World:
        """The world that `look` found; a document that is none of those of `allowed` has the version -1."""
        self._known.fits |= hashes_of(found)
        for world in allowed:
            for name, held in world.documents.items():
                self._learn_digest(name, held.version, held.model)
        documents = {
            name: Held(*self._digests[name].get(digest, (-1, 0)), called, tuple(owners))
            for name, (digest, called, owners) in found["documents"].items()
        }
        return World(
            documents,
            {int(key): Chat(title, tuple(asked), owner) for key, (title, asked, owner) in found["chats"].items()},
            {name: Account(word, tuple(one), tuple(other)) for name, (word, one, other) in found["people"].items()},
            {name: Put(owner, tuple(files)) for name, (owner, files) in found["collections"].items()},
        )

    def _learn_digest(self, name: str, version: int, model: int) -> None:
        """What is stored of a file that was ingested in peace."""
        if (version, model) in self._digests[name].values():
            return
        scratch = self._work / "scratch"

        def in_peace() -> str:
            os.environ.pop(SHARED, None)
            read_here()
            scratch.mkdir()
            do(scratch / "home", scratch, Step("ingest", (name,), (version,), version=model))
            store = Store(scratch / "home")
            return invariants.digest_of(store, document_id(store, name))

        self._digests[name][result_of(in_peace)] = version, model
        shutil.rmtree(scratch)


def _told(said: Iterable[dict[str, Any]]) -> Told:
    told = Told()
    for line in said:
        told = Told(
            (*told.files, *([line["file"]] if "file" in line else [])),
            line.get("chat", told.chat),
            line.get("secret", told.secret),
        )
    return told


def _kill(process: int) -> None:
    try:
        os.kill(process, signal.SIGKILL)
    except ProcessLookupError:
        return  # it was done before
