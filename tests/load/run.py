"""The load: chats that ask and check their answers, a writer that brings documents in and takes them out."""

import asyncio
import html
import random
import re
import time
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from app.chats import Chats
from index.store import Store
from tests.app.server_process import running
from tests.load.chat import Busy, Chat, Wiring
from tests.load.memory import Memory

# Of the sample corpus, with words that a right answer holds; each of a kind of its own.
QUESTIONS = (
    ("What is HBM?", "High Bandwidth Memory"),
    ("Who makes HBM?", "SK hynix"),
    ("What drove the jump in Cambricon's revenue?", "159%"),
    ("What was Cambricon's revenue in the same quarter of the year before?", "1.11"),
    ("How is Cambricon's run-rate reached?", "11.52"),
    ("Who is the chief executive of Cambricon?", "don’t"),
)
EXCHANGES = 12  # of a chat, before another one is begun
REFUSAL = re.compile(r"don[’']t (?:say|name)|doesn[’']t")


@dataclass
class Result:
    """What the load met."""

    seconds: list[float] = field(default_factory=list)  # each answered question took
    errors: list[str] = field(default_factory=list)
    busy: int = 0
    documents: int = 0  # brought in and taken out again
    memory: Memory | None = None
    asked: list[list[str]] = field(default_factory=list)  # in each chat, in order

    def percentile(self, share: float) -> float:
        """Of the seconds."""
        ordered = sorted(self.seconds)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0.0


async def _chat(
    number: int, result: Result, client: httpx.AsyncClient, wiring: Wiring, until: float, most: int
) -> None:
    chance = random.Random(number)
    chat, asked = Chat(client, wiring), []
    result.asked.append(asked)
    while time.monotonic() < until and len(result.seconds) < most:
        if len(asked) == EXCHANGES:
            try:
                await chat.begin()
            except (AssertionError, httpx.HTTPError) as error:
                result.errors.append(f"a new chat: {type(error).__name__}: {error}"[:500])
                continue
            asked = []
            result.asked.append(asked)
        if chance.random() < 0.5:
            left, right = number * 1_000_000 + len(result.seconds), chance.randrange(10_000, 99_999)
            question, expected = f"What is {left} + {right}?", f"{left + right:,}"
        else:
            question, expected = chance.choice(QUESTIONS)
        began = time.monotonic()
        try:
            shown = html.unescape(re.sub(r"<[^>]+>", "", await chat.ask(question)))
        except Busy:
            result.busy += 1
            await asyncio.sleep(1)
            continue
        except (AssertionError, httpx.HTTPError) as error:
            result.errors.append(f"{question}: {type(error).__name__}: {error}"[:500])
            continue
        result.seconds.append(time.monotonic() - began)
        asked.append(question)
        if question not in shown or not (expected in shown or (expected == "don’t" and REFUSAL.search(shown))):
            result.errors.append(f"{question}: shown was {shown[:300]}")


async def _writer(result: Result, client: httpx.AsyncClient, until: float) -> None:
    while time.monotonic() < until:
        name = f"quarry-notes-{result.documents}.md"
        lines = (f"Stone {i} of the quarry weighs {100 + i} kilograms and lies in row {i % 7}." for i in range(120))
        body = f"# Quarry notes {result.documents}\n\n" + "\n\n".join(lines)
        added = await client.post("/api/documents", params={"name": name}, content=body.encode())
        if added.status_code == 200:
            gone = await client.delete(f"/api/documents/{added.json()['id']}")
            if gone.status_code != 200:
                result.errors.append(f"removing {name}: {gone.text[:300]}")
            result.documents += 1
        elif added.status_code == 429:
            result.busy += 1
            await asyncio.sleep(1)
        else:
            result.errors.append(f"adding {name}: {added.text[:300]}")


async def _drive(address: str, process: int, chats: int, seconds: float, most: int, documents: bool) -> Result:
    result = Result(memory=Memory(process))
    limits = httpx.Limits(max_connections=2 * chats + 4, max_keepalive_connections=2 * chats + 4)
    async with httpx.AsyncClient(base_url=address, trust_env=False, timeout=180, limits=limits) as client:
        wiring = await Wiring.of(client)
        until = time.monotonic() + seconds
        assert result.memory
        watching = asyncio.create_task(result.memory.watch(result.seconds))
        writing = asyncio.create_task(_writer(result, client, until if documents else 0))
        await asyncio.gather(*(_chat(number, result, client, wiring, until, most) for number in range(chats)))
        writing.cancel()
        watching.cancel()
        await asyncio.gather(writing, watching, return_exceptions=True)
    return result


def load(
    home: Path, chats: int, seconds: float, most: int = 10**9, documents: bool = True, **environment: str
) -> Result:
    """Drive a server over `home`, which has the sample corpus, until the time or the number of questions is reached.

    What each chat was shown is compared with what the store kept of it; differences are among the errors.
    """
    with running("chat", home, "--no-browser", **environment) as server:
        result = asyncio.run(_drive(server.address, server.process.pid, chats, seconds, most, documents))
        said = server.log.read_text(encoding="utf-8")
        if "Traceback" in said or server.process.poll() is not None:
            result.errors.append(f"the server said: {said[-3000:]}")
    store = Store(home)
    kept = Chats(store)
    found = sorted([message.question for message in kept.get(one.id).messages] for one in kept.list())
    store.close()
    expected = sorted(one for one in result.asked if one)
    if found != expected:
        lost = [one for one in expected if one not in found]
        result.errors.append(f"{len(lost)} of {len(expected)} chats aren't kept as they were held: {lost[:2]}")
    return result
