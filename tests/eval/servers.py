"""What sharing a corpus costs: `python -m tests.eval.servers [--counts N…]`, with a PostgreSQL server of its own on this machine.

For each number of made-up passages: storing them alone and shared, filling the copy of another server, and by the median what a
request pays that asks for news where there are none, what a chat's beginning takes alone and shared, and how long after it another server has it.
"""

import argparse
import json
import os
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

from app.chats import Chats
from index.postgres.shared import SharedDatabase
from index.store import Store
from tests.eval.bench import timed
from tests.eval.synthetic import fill
from tests.postgres_server import PostgresServer

DIMENSION = 384
TIMES = 100


def milliseconds(work: Callable[[int], Any]) -> float:
    """The median of many."""
    return round(1000 * median(timed(partial(work, number)) for number in range(TIMES)), 2)


def measure(server: PostgresServer, folder: Path, count: int) -> dict[str, Any]:
    """One row."""
    uri = server.make()
    alone = Store(folder / "alone")
    one, other = (Store(folder / name, shared=SharedDatabase(uri)) for name in ("one", "other"))
    stored = [timed(partial(fill, store, count, DIMENSION, "made up")) for store in (alone, one)]
    filled = timed(other.follow)
    row = {
        "passages": len(other.passage_places()),
        "stored_alone_s": round(stored[0], 1),
        "stored_shared_s": round(stored[1], 1),
        "another_copy_filled_s": round(filled, 1),
        "nothing_new_ms": milliseconds(lambda _: other.follow()),
        "chat_begun_alone_ms": milliseconds(lambda number: Chats(alone).create(str(number))),
        "chat_begun_shared_ms": milliseconds(lambda number: Chats(one).create(str(number))),
    }

    news = []
    for number in range(TIMES):
        Chats(one).create(f"news {number}")
        news.append(timed(other.follow))
    row |= {"news_brought_ms": round(1000 * median(news), 2), "load": round(os.getloadavg()[0], 1)}
    for store in (alone, one, other):
        store.close()
    return row


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--counts", type=int, nargs="+", default=[1000, 10_000, 100_000])
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        server = PostgresServer(Path(folder) / "pg")
        for count in arguments.counts:
            print(json.dumps(measure(server, Path(folder) / str(count), count)), flush=True)
        server.stop()


if __name__ == "__main__":
    main()
