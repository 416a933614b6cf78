"""What Linux tells of a process, by its id."""

import os
from pathlib import Path


def alive(process: int) -> bool:
    """Whether it runs; one that has ended and waits to be asked for doesn't."""
    try:
        return _fields(process)[0] != "Z"
    except FileNotFoundError:
        return False


def processor_seconds(process: int) -> float:
    """Seconds of work of a process that runs, in user and in system mode. Raises OSError where it is gone."""
    fields = _fields(process)
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def seconds_with_children(process: int) -> float:
    """The same with all that it started and that they started, whether they still run or not; 0 for one that is gone."""
    try:
        fields = _fields(process)
        lists = [path.read_text().split() for path in Path(f"/proc/{process}/task").glob("*/children")]
    except OSError:
        return 0.0
    own = sum(int(field) for field in fields[11:15]) / os.sysconf("SC_CLK_TCK")
    return own + sum(seconds_with_children(int(child)) for children in lists for child in children)


def _fields(process: int) -> list[str]:
    # After the name, which may hold anything.
    return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
