"""What a bad file does to the process that reads it; called there by the tests."""

import ctypes
import os
import re
import subprocess
import time
from pathlib import Path

from corpus.errors import UnreadableFile
from corpus.ocr.ocr import NO_OCR, Ocr
from corpus.pulse import pulse
from index.preparing import Prepared
from index.preparing import prepare as real

KEPT: list[bytearray] = []


def crash() -> None:
    ctypes.string_at(0)


def leave() -> None:
    os._exit(3)


def hang() -> None:
    while True:
        time.sleep(60)


def spin() -> None:
    """Holds the interpreter's lock, so that no thread of the process gets a turn."""
    re.match(r"(a|aa)+$", "a" * 60 + "b")


def grow() -> int:
    return len(bytearray(8 << 30))


def keep(size: int) -> int:
    """Memory that stays taken when the file is done."""
    KEPT.append(bytearray(size))
    return size


def grow_in_c() -> int:
    """Memory that is taken beneath Python, as PDFium and libxml2 take theirs."""
    library = ctypes.CDLL(None)
    library.malloc.restype = ctypes.c_void_p
    taken = 0
    while library.malloc(1 << 24):
        taken += 1 << 24
    return taken


def deep(depth: int = 10**6) -> int:
    return deep(depth - 1) + 1


def broken() -> None:
    raise KeyError("/Kids")


def refuse() -> None:
    raise UnreadableFile("a.pdf is broken. Export it again.")


def slow_but_sure(steps: int, seconds: float) -> int:
    for step in range(steps):
        pulse(step, steps)
        time.sleep(seconds)
    return steps


def process_id() -> int:
    return os.getpid()


def start_another(note: Path) -> None:
    """Start a program, note its id, and wait for it."""
    with subprocess.Popen(["sleep", "60"]) as started:
        note.write_text(str(started.pid))


def foreign() -> object:
    """No value of ours: unpickling it would run a program."""

    class Runs:
        def __reduce__(self) -> tuple[object, tuple[str]]:
            return os.system, ("touch /tmp/footnote-was-taken-over",)

    return Runs()


def prepare(path: Path, max_bytes: int, passage_tokens: int, password: str = "", ocr: Ocr = NO_OCR) -> Prepared:
    """The real thing, but for files whose names say what they do."""
    for name, act in {"crash": crash, "hang": hang, "grow": grow, "broken": broken}.items():
        if path.name.startswith(name):
            act()
    return real(path, max_bytes, passage_tokens, password, ocr)


def meet(here: Path, there: Path) -> int:
    """Says that it is here and waits until another is there: for ever, where the two aren't run at once."""
    here.touch()
    while not there.exists():
        time.sleep(0.01)
    return os.getpid()
