"""The process that speaks to a Ray cluster for another one; run as a module.

Apart because Ray ends a process whose cluster goes away, ends its cluster with the thread that started it, and can't be called
off otherwise. An order comes on standard input, what came of each file goes out on standard output. It ends when standard input is closed.
"""

import os
import pickle
import secrets
import threading
from typing import IO

from corpus.errors import ClusterProblem
from corpus.reading.wire import receive, send
from index.ray.tasks import outcomes


def main() -> None:
    """Carry out one order: ("row", number, bytes) for each file, then ("end",), or ("problem", words)."""
    orders, answers = os.fdopen(os.dup(0), "rb", buffering=0), os.fdopen(os.dup(1), "wb")
    quiet = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(quiet, stream)  # what Ray prints is for nobody
    order, due = pickle.loads(receive(orders))
    if not order.address:
        # A cluster that is started here obeys this process alone. Ray looks at this when it is imported.
        os.environ |= {"RAY_AUTH_MODE": "token", "RAY_AUTH_TOKEN": secrets.token_hex(32)}
    threading.Thread(target=_end_with, args=(orders,), daemon=True).start()
    try:
        for number, outcome in outcomes(order, due):
            send(answers, ("row", number, outcome))
    except ClusterProblem as error:
        send(answers, ("problem", str(error)))
    else:
        send(answers, ("end",))


def _end_with(orders: IO[bytes]) -> None:
    """End this process with the one that gave the order; a cluster that was started here ends with it."""
    if not orders.read(1):
        os._exit(1)


if __name__ == "__main__":
    main()
