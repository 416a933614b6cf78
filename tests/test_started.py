"""What starts the commands and servers of the tests: each is a whole process of its own."""

import json
import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.started import Started, footnote


def port(**environment: str) -> int:
    found = footnote("settings", "--json", **environment)
    assert found.returncode == 0, found.stderr
    return int(json.loads(found.stdout)["settings"]["port"])


def test_each_has_the_environment_it_is_given_and_no_other_s(monkeypatch: pytest.MonkeyPatch) -> None:
    usual = port()
    assert port(FOOTNOTE_PORT="8123") == 8123
    assert port() == usual
    monkeypatch.setenv("FOOTNOTE_PORT", "8124")
    assert port() == 8124
    monkeypatch.delenv("FOOTNOTE_PORT")
    assert port() == usual


def test_status_output_and_errors_are_the_command_s() -> None:
    found = footnote("calc", "2 + 3", "--json")
    assert (found.returncode, json.loads(found.stdout)["result"], found.stderr) == (0, "5", "")
    wrong = footnote("nonsense")
    assert (wrong.returncode, wrong.stdout) == (2, "")
    assert wrong.stderr.startswith("usage: footnote")


@pytest.fixture
def watching(tmp_path: Path) -> Iterator[Started]:
    folder, said = tmp_path / "in", tmp_path / "said"
    folder.mkdir()
    started = Started("watch", str(folder), "--home", str(tmp_path / "home"), output=said, errors=said)
    while "Watching" not in (said.read_text() if said.exists() else ""):
        assert started.poll() is None
        time.sleep(0.05)
    yield started
    started.kill()


@pytest.mark.parametrize(
    ("how", "status"), [(signal.SIGINT, 0), (signal.SIGTERM, 0), (signal.SIGKILL, -signal.SIGKILL)]
)
def test_it_is_a_process_that_gets_signals(watching: Started, how: signal.Signals, status: int) -> None:
    assert watching.pid != os.getpid()
    watching.send_signal(how)
    assert watching.wait(60) == status
    assert not Path(f"/proc/{watching.pid}/status").exists()
