"""A short run of the harness, and that it finds what it is made to find. The full run is `make soak`."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.crash.sabotage import SABOTAGES

ROOT = Path(__file__).parents[2]


def harness(*arguments: str) -> tuple[int, dict[str, Any]]:
    # In a process of its own: it forks, and must have one thread.
    command = [sys.executable, "-m", "tests.crash", "--json", *arguments]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=280)
    assert result.stdout, result.stderr
    return result.returncode, json.loads(result.stdout)


def test_nothing_is_lost_doubled_or_half_done_after_a_kill() -> None:
    status, found = harness("--kills", "12", "--seed", "3")
    assert found["failures"] == []
    assert (status, found["kills"]) == (0, 12)


def test_nothing_is_lost_when_the_command_line_is_killed() -> None:
    status, found = harness("--kills", "0", "--real", "2", "--seed", "3")
    assert found["failures"] == []
    assert (status, found["kills"]) == (0, 2)


@pytest.mark.parametrize("name", SABOTAGES)
def test_the_harness_finds_a_broken_promise(name: str) -> None:
    status, found = harness("--kills", "80", "--seed", "5", "--sabotage", name)
    assert status == 1
    assert found["failures"]
