"""Work in a child process, so that the parent stays as it was: warm, without threads, connections or indexes."""

import json
import os
import signal
import sys
import traceback
from collections.abc import Callable, Iterator
from typing import Any


def fork(work: Callable[[int], None]) -> tuple[int, int]:
    """Begin `work` in a child with the end of a pipe to write to; gives its process id and the end to read from."""
    reading, writing = os.pipe()
    process = os.fork()
    if process:
        os.close(writing)
        return process, reading
    os.close(reading)
    status = 1
    try:
        work(writing)
        status = 0
    except BaseException:  # noqa: BLE001 - told on standard error, and by the status
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)


def lines(reading: int) -> Iterator[dict[str, Any]]:
    """The JSON objects that come through the pipe, until its other end is closed; a torn last line is left out."""
    with os.fdopen(reading, "rb") as file:
        for line in file:
            if line.endswith(b"\n"):
                yield json.loads(line)


def result_of(work: Callable[[], Any]) -> Any:
    """What `work` gives in a child, as JSON. Raises RuntimeError where the child fails."""

    def tell(pipe: int) -> None:
        data = json.dumps(work()).encode() + b"\n"
        with os.fdopen(pipe, "wb") as file:
            file.write(data)

    process, reading = fork(tell)
    found = list(lines(reading))
    status = os.waitpid(process, 0)[1]
    if status or not found:
        raise RuntimeError(f"the checking process failed (status {status}); what it said is above")
    return found[0]


def killed(status: int) -> bool:
    """Whether a child was ended by SIGKILL, told by its status of `waitpid`."""
    return os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL
