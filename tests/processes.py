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


def _fields(process: int) -> list[str]:
    # After the name, which may hold anything.
    return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
