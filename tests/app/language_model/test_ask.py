"""`footnote ask` with a language model, as a real process against a scripted server."""

import json
import subprocess
from pathlib import Path

import pytest

from tests.app.conftest import sample_home
from tests.app.language_model.server import Handler, Script, Turn, fails, says, serving
from tests.started import footnote

ROOT = Path(__file__).parents[3]
QUESTION = "Who makes HBM?"
TRUE = "SK hynix, Samsung and Micron make nearly all of the world's HBM [1]. "
FALSE = "Acorn Mills makes 97 percent of it [1]. "


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return sample_home(tmp_path_factory.mktemp("home"))


def ask(home: Path, turn: Turn, *options: str, tools: str = "off") -> tuple[subprocess.CompletedProcess[str], Script]:
    with serving(turn) as script:
        done = footnote(
            "ask", QUESTION, *options, home=home,
            FOOTNOTE_LLM_URL=script.url, FOOTNOTE_LLM_MODEL="script-1", FOOTNOTE_LLM_RETRIES="0", FOOTNOTE_LLM_TOOLS=tools,
        )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done, script


def test_a_written_answer_names_its_writer_and_what_was_withheld(home: Path) -> None:
    done, script = ask(home, says(TRUE, FALSE))
    assert "SK hynix, Samsung and Micron make nearly all of the world's HBM. [1]" in done.stdout
    assert "Written by script-1; every sentence checked." in done.stdout
    assert "1 sentence withheld:" in done.stdout
    assert "97" not in done.stdout.split("Written by")[0]
    assert done.stderr == ""  # no terminal, no remarks
    assert len(script.requests) == 1


def test_json_is_one_object_with_the_same(home: Path) -> None:
    answer = json.loads(ask(home, says(TRUE, FALSE), "--json")[0].stdout)
    assert answer["writer"] == "script-1"
    assert len(answer["withheld"]) == 1
    assert answer["withheld"][0]["reason"]
    assert answer["statements"][0]["citations"]


def test_a_model_that_fails_leaves_the_sources_own_words_and_says_why(home: Path) -> None:
    done, _ = ask(home, fails(500, "out of memory"))
    assert "failed (500)" in done.stdout
    assert "These are the sources' own words." in done.stdout
    assert "Written by" not in done.stdout
    assert "[1] inside-an-ai-cluster, page 1" in done.stdout


def test_a_prompt_of_one_s_own_is_used_and_one_that_is_wrong_leaves_the_sources_own_words(home: Path) -> None:
    own = home / "prompts" / "writer_system.md"
    own.parent.mkdir()
    try:
        own.write_text("---\nversion: 1\n---\nWrite like a sober clerk.")
        _, script = ask(home, says(TRUE))
        assert script.requests[0]["messages"][0]["content"] == "Write like a sober clerk."
        own.write_text("Write like a sober clerk.")
        done, script = ask(home, says(TRUE))
        assert script.requests == []
        assert "must begin with a line of ---" in done.stdout
        assert "These are the sources' own words." in done.stdout
    finally:
        own.unlink()
        own.parent.rmdir()


def test_a_server_that_turns_tools_down_still_writes(home: Path) -> None:
    def turn(handler: Handler) -> None:
        if "tools" in handler.script.requests[-1]:
            fails(400, "this model does not support tools")(handler)
        else:
            says(TRUE)(handler)

    done, script = ask(home, turn, tools="auto")
    assert "Written by script-1" in done.stdout
    assert ["tools" in request for request in script.requests] == [True, False]
