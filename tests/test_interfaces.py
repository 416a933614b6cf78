"""The examples of docs/interfaces.md give what it shows, with real clients and real servers."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.app.conftest import sample_home
from tests.app.server_process import Server, client, running
from tests.started import ROOT

PAGE = (ROOT / "docs" / "interfaces.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"```(python|python chat|sh)\n(.*?)```\n\n```text\n(.*?)```", PAGE, re.DOTALL)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return sample_home(tmp_path_factory.mktemp("home"))


@pytest.fixture(scope="module")
def server(home: Path) -> Iterator[Server]:
    # The page serves everything that `serve` does, so that it stands for both.
    with running("chat", home, "--no-browser", "--no-sample") as server:
        yield server


def test_every_code_block_is_an_example_with_what_it_gives() -> None:
    assert len(EXAMPLES) == len(re.findall(r"^```(?:python|sh)", PAGE, re.MULTILINE)) >= 5


@pytest.mark.parametrize(("kind", "code", "shown"), EXAMPLES, ids=[f"{n} {one[0]}" for n, one in enumerate(EXAMPLES)])
def test_an_example_gives_what_is_shown(server: Server, kind: str, code: str, shown: str) -> None:
    code = code.replace("http://127.0.0.1:7860", server.address)
    command = ["sh", "-c", code] if kind == "sh" else [sys.executable, "-c", code]
    done = subprocess.run(
        command, capture_output=True, text=True, timeout=240, cwd=ROOT, env={**os.environ, "NO_PROXY": "127.0.0.1"}
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == shown.strip()


def test_the_routes_it_names_are_those_that_there_are(server: Server) -> None:
    with client(server) as http:
        paths = http.get("/api/openapi.json").json()["paths"]
    named = set(re.findall(r"`(?:GET|POST|DELETE) (/api/[a-z]+)", PAGE)) | {"/api/health", "/api/docs"}
    assert named == {path.split("/{")[0] for path in paths if path.startswith("/api")}


def test_the_error_it_shows_is_the_one_given(server: Server) -> None:
    shown = re.search(r'^\{"error".*$', PAGE, re.MULTILINE)
    assert shown
    with client(server) as http:
        body = {"model": "gpt-4", "messages": [{"role": "user", "content": "x"}]}
        given = http.post("/v1/chat/completions", json=body)
    assert given.json() == json.loads(shown[0])
