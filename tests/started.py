"""`footnote …` as a process of its own that starts at once: forked from one that has loaded the libraries, one a worker.

To load them takes seconds of a core, more than most commands and servers use in a test. What runs is the whole command, in a fresh
process with its own arguments, environment and output, which can be interrupted and killed. That `python -m app` starts from
nothing is held by the tests whose home is filled so (of the README and the command line) and by the kills of the command line.
"""

import atexit
import multiprocessing
import os
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).parents[1]
# As it was before the libraries were loaded: what they set themselves stays set in each process.
_BEFORE = dict(os.environ)
_LOADING = multiprocessing.get_context("forkserver")
_LOADING.set_forkserver_preload(["tests.loaded"])


class Started:
    """A running command, with what tests use of `subprocess.Popen`."""

    def __init__(self, *arguments: str, output: Path, errors: Path, environment: Mapping[str, str] = {}) -> None:
        """Start `footnote` with `arguments`; what it prints goes into the two files, which may be the same."""
        # A daemon: it ends with the tests, also where one of them leaves it running.
        self._process = _LOADING.Process(
            target=_run, args=(arguments, output, errors, {**os.environ, **environment}), daemon=True
        )
        self._process.start()
        assert self._process.pid is not None
        self.pid = self._process.pid

    def poll(self) -> int | None:
        """Its exit status, negative for a signal; None while it runs."""
        return self._process.exitcode

    def wait(self, seconds: float | None = None) -> int:
        """Its exit status. Raises TimeoutExpired where it still runs after `seconds`."""
        self._process.join(seconds)
        status = self._process.exitcode
        if status is None:
            raise subprocess.TimeoutExpired("footnote", seconds or 0)
        return status

    def send_signal(self, number: signal.Signals) -> None:
        """Send it a signal, if it still runs."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def terminate(self) -> None:
        """End it as a service manager does."""
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """End it at once."""
        self.send_signal(signal.SIGKILL)


def footnote(*arguments: str, home: Path | None = None, **environment: str) -> "subprocess.CompletedProcess[str]":
    """Run a command to its end, as `subprocess.run` does with text that is captured."""
    if home:
        arguments += ("--home", str(home))
    with tempfile.TemporaryDirectory() as folder:
        output, errors = Path(folder) / "output", Path(folder) / "errors"
        started = Started(*arguments, output=output, errors=errors, environment=environment)
        try:
            status = started.wait(240)
        finally:
            started.kill()
        return subprocess.CompletedProcess(
            arguments, status, output.read_text(encoding="utf-8"), errors.read_text(encoding="utf-8")
        )


def _run(arguments: tuple[str, ...], output: Path, errors: Path, environment: Mapping[str, str]) -> None:
    from app.cli import main

    assert "tests.loaded" in sys.modules, "what is loaded before couldn't be: import tests.loaded to see why"
    for stream, path in ((sys.stdout, output), (sys.stderr, errors)):
        file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        os.dup2(file, stream.fileno())
        os.close(file)
    # Where the tests themselves run in the background an interrupt would be ignored by all that they start.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    threading.Thread(target=_end_with_the_tests, daemon=True).start()
    os.chdir(ROOT)
    for name in _BEFORE.keys() | environment.keys():
        if environment.get(name) != _BEFORE.get(name):
            os.environ.pop(name, None)
            os.environ.update({name: environment[name]} if name in environment else {})
    sys.argv = ["footnote", *arguments]
    try:
        status = main(arguments)
    finally:
        atexit._run_exitfuncs()
    sys.exit(status)


def _end_with_the_tests() -> None:
    """Also where they are killed."""
    tests = multiprocessing.parent_process()
    assert tests
    tests.join()
    os.kill(os.getpid(), signal.SIGKILL)
