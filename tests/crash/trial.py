"""A trial: a plan of steps, a kill at a random point of one of them, and what must hold afterwards."""

import os
import random
import shutil
import signal
import threading
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from index.restore import restore
from index.store import Store
from tests.crash import invariants
from tests.crash.child import Die, do, run
from tests.crash.forked import fork, killed, lines, result_of
from tests.crash.world import WORDS, Engine, Step, Truth, write_document

NAMES = tuple(f"{name}.md" for name in "acorn birch cedar dogwood elm fir ginkgo hazel".split())
KINDS = ("ingest", "replace", "remove", "reindex", "begin", "append", "rename", "delete", "backup")
TRIALS_A_HOME = 25
Allowed = dict[str, set[str | None]]
Chats = dict[int, tuple[str, tuple[str, ...]]]


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

    def __init__(self, work: Path, seed: int, kinds: Sequence[str] = KINDS) -> None:
        self._kinds = kinds
        self.tally = Tally()
        self._random = random.Random(seed)
        self._work, self._home, self._folder = work, work / "home", work / "files"
        self._versions = 0
        self._digests: dict[tuple[str, int, int], str] = {}
        self._calls: dict[str, float] = {}  # that a step of a kind makes, as learnt
        self._seconds: dict[str, float] = {}
        self.truth = Truth()
        self._warm()
        self._anew()

    def _warm(self) -> None:
        """Load here what the children need, once; no thread and no connection is left when they are made."""
        self._folder.mkdir(parents=True)
        for step in (
            self._ingest(NAMES[:1]),
            Step("begin", text="What of orders?"),
            Step("backup", text=str(self._work / "b")),
        ):
            list(do(self._home, self._folder, step))
        _state(self._home)
        assert threading.active_count() == 1

    def _anew(self) -> None:
        for path in (self._home, self._folder):
            shutil.rmtree(path, ignore_errors=True)
        self._folder.mkdir(parents=True)
        self.truth = Truth()
        steps = [self._ingest(NAMES[:3]), Step("begin", text="What were the orders?")]
        self._settle(steps, [{"begun": 0}, *({"of": 0, "file": name} for name in NAMES[:3]), {"done": 0}])
        result_of(lambda: [list(do(self._home, self._folder, step)) for step in steps] and None)
        found = result_of(lambda: _state(self._home))
        self.truth.chats = _chats(found)

    # Plans

    def _plan(self) -> tuple[list[tuple[str, Step]], int]:
        """Steps with their kinds, and which of them is to be interrupted."""
        plan: list[tuple[str, Step]] = []
        names = list(NAMES)
        self._random.shuffle(names)
        chats = list(self.truth.chats)
        self._random.shuffle(chats)
        model = self.truth.model
        for kind in self._random.sample(self._kinds, min(4, len(self._kinds))):
            there = [name for name in names if name in self.truth.documents]
            new = [name for name in names if name not in self.truth.documents]
            step: Step | None = None
            if kind == "ingest" and new:
                step = self._ingest(new[: self._random.randrange(1, 4)], model)
            elif kind == "replace" and there:
                step = self._ingest(there[:2], model)
            elif kind == "remove" and len(there) > 1:
                step = Step("remove", (there[0],), version=model)
            elif kind == "reindex":
                model = 3 - model
                step = Step("reindex", version=model)
            elif kind == "begin":
                step = Step("begin", text=self._question(), version=model)
            elif kind in ("append", "rename", "delete") and chats and not (kind == "delete" and len(chats) < 2):
                step = Step(kind, chat=chats.pop(), text=self._question(), version=model)
            elif kind == "backup":
                step = Step("backup", text=str(self._work / "backup.zip"), version=model)
            if step:
                names = [name for name in names if name not in step.names]
                plan.append((kind, step))
        return plan, self._random.randrange(len(plan)) if plan else 0

    def _ingest(self, names: "list[str] | tuple[str, ...]", model: int = 1) -> Step:
        first = self._versions + 1
        self._versions += len(names)
        return Step("ingest", tuple(names), tuple(range(first, self._versions + 1)), version=model)

    def _question(self) -> str:
        return f"What was said of {self._random.choice(WORDS)} and {self._random.choice(WORDS)}, {self._random.random():.6f}?"

    def _digest(self, name: str, version: int, model: int) -> str:
        """What is stored of a file that was ingested in peace."""
        key = (name, version, model)
        if key not in self._digests:
            scratch = self._work / "scratch"

            def clean() -> dict[str, str]:
                engine = Engine(scratch / "home", model)
                write_document(scratch / name, version)
                engine.ingest([scratch / name])
                return invariants.digests(engine.store)

            self._digests[key] = result_of(clean)[name]
            shutil.rmtree(scratch)
        return self._digests[key]

    def _in_model(self, name: str, model: int) -> str:
        """The digest of a document as it is, embedded with a model."""
        now = self.truth.documents[name]
        version = next(key[1] for key, digest in self._digests.items() if key[0] == name and digest == now)
        return self._digest(name, version, model)

    # One trial

    def once(self) -> bool:
        """One trial; whether the child was killed in time."""
        number = self.tally.kills + self.tally.survived
        if number and number % TRIALS_A_HOME == 0:
            self._anew()
        plan, target = self._plan()
        if not plan:
            return False
        steps, mode = [step for _, step in plan], self._random.choice(("time", "call"))
        kind = plan[target][0]
        die = None
        if mode == "call":
            calls = self._calls.get(kind) or 10 ** self._random.uniform(1, 3.5)
            die = Die(target, 1 + self._random.randrange(max(1, round(calls * 1.02))), self._random.random() < 0.5)
        process, reading = fork(lambda pipe: run(self._home, self._folder, steps, pipe, die))
        told: list[dict[str, Any]] = []
        for line in lines(reading):
            told.append(line)
            if mode == "time" and line.get("begun") == target:
                pause = self._random.random() * self._seconds.get(kind, 1.0) * 1.05
                threading.Timer(pause, _kill, (process,)).start()
        status = _reaped(process)
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

    def _settle(self, steps: list[Step], told: list[dict[str, Any]]) -> tuple[Allowed, list[Chats], Step | None]:
        """Bring the truth to what was promised; gives what else is allowed, by the step that was interrupted."""
        truth, documents = self.truth, self.truth.documents
        done = {line["done"] for line in told if "done" in line}
        begun = [line["begun"] for line in told if "begun" in line]
        pending = next((steps[number] for number in begun if number not in done), None)
        allowed: Allowed = {}
        chats: list[Chats] = []
        for number in begun:
            step, whole = steps[number], number in done
            files = [line["file"] for line in told if line.get("of") == number and "file" in line]
            if step.what == "ingest":
                new = {
                    name: self._digest(name, one, step.version)
                    for name, one in zip(step.names, step.versions, strict=True)
                }
                documents.update({name: new[name] for name in files})
                later = [name for name in step.names if name not in files]
                if later:
                    allowed[later[0]] = {documents.get(later[0]), new[later[0]]}
            elif step.what == "remove":
                if whole:
                    documents.pop(step.names[0])
                else:
                    allowed[step.names[0]] = {documents[step.names[0]], None}
            elif step.what == "reindex":
                after = {name: self._in_model(name, step.version) for name in documents}
                if whole:
                    documents.update(after)
                    truth.model = step.version
                else:
                    allowed |= {name: {documents[name], after[name]} for name in documents}
            elif step.what in ("begin", "append", "rename", "delete"):
                acked = next((line["chat"] for line in told if line.get("of") == number and "chat" in line), 0)
                changed = _applied(truth.chats, step, acked or step.chat)
                if whole or acked:
                    truth.chats = changed
                else:
                    chats.append(changed)
        return allowed, [truth.chats, *chats], pending

    def _check(self, steps: list[Step], told: list[dict[str, Any]]) -> list[str]:
        allowed, chats, pending = self._settle(steps, told)
        old = dict(self.truth.documents)
        mixed = pending is not None and pending.what == "reindex"
        found = result_of(lambda: _state(self._home, mixed))
        wrong: list[str] = found["wrong"]
        for name in {*NAMES}:
            may = allowed.get(name, {self.truth.documents.get(name)})
            if found["documents"].get(name) not in may:
                wrong.append(f"{name} is neither as it was nor as it should be")
        now = _chats(found)
        if not any(_alike(now, one) for one in chats):
            wrong.append(f"chats: {now}, not one of {chats}")
        if pending:
            same = now == self.truth.chats and all(found["documents"].get(name) == old.get(name) for name in allowed)
            self.tally.halves[f"{pending.what}: {'before' if same else 'after'}"] += 1
        if pending and pending.what == "backup":
            wrong += self._check_backup(Path(pending.text))
        self.truth.documents, self.truth.chats = dict(found["documents"]), now
        return wrong + self._go_on(pending)

    def _go_on(self, pending: Step | None) -> list[str]:
        """The next commands, without help: what was interrupted is called again, and a question is asked."""
        model = pending.version if pending and pending.what == "reindex" else self.truth.model
        again = pending if pending and pending.what in ("ingest", "reindex", "backup") else None
        if pending and pending.what == "remove" and pending.names[0] in self.truth.documents:
            again = pending
        found = result_of(lambda: _next(self._home, self._folder, again, model))
        wrong: list[str] = found["wrong"]
        if again and again.what == "ingest":
            named = zip(again.names, again.versions, strict=True)
            self.truth.documents |= {name: self._digest(name, one, again.version) for name, one in named}
        elif again and again.what == "reindex":
            self.truth.documents = {name: self._in_model(name, model) for name in self.truth.documents}
            self.truth.model = model
        elif again and again.what == "remove":
            self.truth.documents.pop(again.names[0])
        elif again:
            wrong += self._check_backup(Path(again.text), must=True)
        if found["documents"] != self.truth.documents:
            wrong.append("after the same command again, documents aren't as they should be")
        if _chats(found) != self.truth.chats:
            wrong.append("the next commands changed the chats")
        return wrong

    def _check_backup(self, file: Path, must: bool = False) -> list[str]:
        """A backup is whole, of one moment, and gives back what was there; or isn't there."""
        if not file.exists():
            return ["no backup was written"] if must else []
        target = self._work / "restored"

        def restored() -> dict[str, Any]:
            restore(file, target)
            return _state(target)

        found = result_of(restored)
        shutil.rmtree(target)
        wrong = [f"restored: {one}" for one in found["wrong"]]
        if must and (found["documents"], _chats(found)) != (self.truth.documents, self.truth.chats):
            wrong.append("restored: not what was there")
        return wrong


def _kill(process: int) -> None:
    try:
        os.kill(process, signal.SIGKILL)
    except ProcessLookupError:
        return  # it was done before


def _reaped(process: int) -> int:
    return os.waitpid(process, 0)[1]


def _applied(chats: Chats, step: Step, chat: int) -> Chats:
    after = dict(chats)
    if step.what == "begin":
        after[chat] = (step.text, (step.text,))
    elif step.what == "append":
        after[chat] = (chats[chat][0], (*chats[chat][1], step.text))
    elif step.what == "rename":
        after[chat] = (step.text, chats[chat][1])
    else:
        after.pop(chat)
    return after


def _alike(found: Chats, wanted: Chats) -> bool:
    """Equal, where a chat whose number wasn't told yet (0) has any."""
    if 0 not in wanted:
        return found == wanted
    others = {key: chat for key, chat in wanted.items() if key}
    more = [chat for key, chat in found.items() if key not in others]
    return more == [wanted[0]] and all(found.get(key) == chat for key, chat in others.items())


def _chats(found: dict[str, Any]) -> Chats:
    return {int(key): (title, tuple(questions)) for key, (title, questions) in found["chats"].items()}


def _state(home: Path, mixed: bool = False) -> dict[str, Any]:
    """What is there, and what is wrong with it; nothing is mended but what opening mends.

    `mixed`: a change of model was interrupted, and questions are refused until it is finished.
    """
    wrong = invariants.integrity(home / "footnote.db")
    store = Store(home)
    wrong += invariants.of_the_database(store)
    models = store.connect().execute("SELECT count(DISTINCT model) FROM documents").fetchone()[0]
    if models <= 1 or not mixed:
        wrong += invariants.of_the_vectors(store)
    found = {"wrong": wrong, "documents": invariants.digests(store), "chats": invariants.chats_of(store)}
    store.close()
    return found


def _next(home: Path, folder: Path, again: Step | None, model: int) -> dict[str, Any]:
    if again:
        for _ in do(home, folder, again):
            pass
    engine = Engine(home, model)
    # Nothing to do, but what was left lying is swept away.
    report = engine.ingest([folder / Path(record.path).name for record in engine.documents()])
    wrong = [f"{path.name}: {why}" for path, why in report.failed]
    if not engine.ask("What was revenue in 2020?").text:
        wrong.append("no answer")
    wrong += invariants.of_the_files(engine.store)
    engine.close()
    found = _state(home)
    return {**found, "wrong": wrong + found["wrong"]}
