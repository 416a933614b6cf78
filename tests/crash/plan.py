"""Which steps are done: drawn at random, of those that can be done in the world as it then is."""

import random
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

from tests.crash.truth import UNTOLD, Told, World, after
from tests.crash.world import WORDS, Step

NAMES = tuple(f"{name}.md" for name in "acorn birch cedar dogwood elm fir ginkgo hazel".split())
SCAN = "juniper.png"
PACKED = tuple(f"{name}.md" for name in "kauri larch maple".split())  # in the archive
PEOPLE = ("anna", "ben")
COLLECTIONS = ("north", "south", "west")
STEPS_A_PLAN = 5
Plan = list[tuple[str, Step]]  # each with its kind


class Planner:
    """Draws plans. A number that was once given to a file's version or a password isn't given again."""

    def __init__(self, draw: random.Random, kinds: Sequence[str], backup: Path) -> None:
        self._draw, self._kinds, self._backup = draw, kinds, backup
        self._count = 0

    def plan(self, world: World, model: int, killed: Counter[str]) -> tuple[Plan, int]:
        """Steps that can be done one after the other, and which of them is to be interrupted.

        More likely one of a kind that was `killed` seldom: some can't be done in every world.
        """
        plan: Plan = []
        chats = {*world.chats}
        for kind in self._draw.sample(self._kinds, min(STEPS_A_PLAN, len(self._kinds))):
            step = KINDS[kind](self, world, model)
            # A chat that is begun in this plan has no number yet; none is changed twice, so that what is found tells.
            if step is None or (step.chat and step.chat not in chats):
                continue
            chats.discard(step.chat)
            if step.what == "leave":
                chats -= {key for key, chat in world.chats.items() if chat.owner == step.person}
            plan.append((kind, step))
            if step.what != "begin":
                world = after(world, step, Told())
            model = step.version
        if not plan:
            return plan, 0
        weights = [1 / (1 + killed[kind]) ** 2 for kind, _ in plan]
        return plan, self._draw.choices(range(len(plan)), weights)[0]

    def files(self, what: str, names: Sequence[str], model: int = 1, person: str = "") -> Step:
        """A step over the next versions of files."""
        first = self._count + 1
        self._count += len(names)
        return Step(what, tuple(names), tuple(range(first, self._count + 1)), version=model, person=person)

    def question(self) -> str:
        """A question that wasn't asked before."""
        return f"What was said of {self._draw.choice(WORDS)} and {self._draw.choice(WORDS)}, {self._draw.random():.6f}?"

    # Of each kind a step, None where it can't be done

    def some(self, given: Sequence[str], most: int) -> list[str]:
        """Up to `most` of what is given, in any order; none of nothing."""
        return self._draw.sample(given, min(len(given), self._draw.randrange(1, most + 1)))

    def someone(self, world: World) -> str:
        """A user, or "" for everyone."""
        return self._draw.choice(["", *world.people])

    def _ingest(self, world: World, model: int) -> Step | None:
        names = self.some([name for name in NAMES if name not in world.documents], 3)
        return self.files("ingest", names, model, self.someone(world)) if names else None

    def _replace(self, world: World, model: int) -> Step | None:
        names = self.some([name for name in NAMES if name in world.documents], 2)
        return self.files("ingest", names, model) if names else None

    def _scan(self, world: World, model: int) -> Step | None:
        return self.files("ingest", [SCAN], model)

    def _archive(self, world: World, model: int) -> Step | None:
        return self.files("archive", self.some(PACKED, 3), model, self.someone(world))

    def _remove(self, world: World, model: int) -> Step | None:
        names = self.some(sorted(world.documents), 1)
        return Step("remove", tuple(names), version=model) if len(world.documents) > 1 else None

    def _reindex(self, world: World, model: int) -> Step | None:
        return Step("reindex", version=3 - model)

    def _read_again(self, world: World, model: int) -> Step | None:
        return Step("read again", version=model)

    def _begin(self, world: World, model: int) -> Step | None:
        return Step("begin", text=self.question(), version=model, person=self.someone(world))

    def _of_chat(self, world: World, model: int, what: str) -> Step | None:
        if not world.chats or (what == "delete" and len(world.chats) < 2):
            return None
        key = self._draw.choice(sorted(world.chats))
        return Step(what, chat=key, text=self.question(), version=model, person=world.chats[key].owner)

    def _user(self, world: World, model: int) -> Step | None:
        new = [name for name in PEOPLE if name not in world.people]
        return Step("user", person=new[0], text=self._password(), version=model) if new else None

    def _password(self) -> str:
        self._count += 1
        return f"a few words in a row, {self._count}"

    def _of_user(self, world: World, model: int, what: str) -> Step | None:
        if not world.people:
            return None
        name = self._draw.choice(sorted(world.people))
        flag = self._draw.random() < 0.5
        if what == "sign in":
            text = world.people[name].password
        elif what == "sign out":
            told = [one for one in world.people[name].sessions if one != UNTOLD]
            if not told:
                return None
            text = self._draw.choice(told)
        else:
            text = self._password()
        names = self.some(sorted(world.documents), 3) if what == "own" else ()
        return Step(what, tuple(names), text=text, version=model, person=name, flag=flag)

    def _collect(self, world: World, model: int) -> Step | None:
        new = [name for name in COLLECTIONS if name not in world.collections]
        return Step("collect", text=new[0], version=model, person=self.someone(world)) if new else None

    def _of_collection(self, world: World, model: int, what: str) -> Step | None:
        if not world.collections:
            return None
        name = self._draw.choice(sorted(world.collections))
        put = world.collections[name]
        given = {"put in": sorted(world.documents), "take out": put.files, "disband": ()}[what]
        files = self.some(given, 3)
        if not files and what != "disband":
            return None
        return Step(what, tuple(files), text=name, version=model, person=put.owner)

    def _back_up(self, world: World, model: int) -> Step | None:
        return Step("backup", text=str(self._backup), version=model)


def _chat(what: str) -> Callable[[Planner, World, int], Step | None]:
    return lambda planner, world, model: planner._of_chat(world, model, what)


def _user(what: str) -> Callable[[Planner, World, int], Step | None]:
    return lambda planner, world, model: planner._of_user(world, model, what)


def _collection(what: str) -> Callable[[Planner, World, int], Step | None]:
    return lambda planner, world, model: planner._of_collection(world, model, what)


KINDS: dict[str, Callable[[Planner, World, int], Step | None]] = {
    "ingest": Planner._ingest,
    "replace": Planner._replace,
    "scan": Planner._scan,
    "archive": Planner._archive,
    "remove": Planner._remove,
    "reindex": Planner._reindex,
    "read again": Planner._read_again,
    "begin": Planner._begin,
    **{what: _chat(what) for what in ("append", "rename", "delete", "undo")},
    "user": Planner._user,
    **{what: _user(what) for what in ("sign in", "sign out", "password", "token", "end tokens", "own", "leave")},
    "collect": Planner._collect,
    **{what: _collection(what) for what in ("put in", "take out", "disband")},
    "backup": Planner._back_up,
}
