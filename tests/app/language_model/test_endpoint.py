"""A language model behind an HTTP server that answers well, badly, late or never."""

import socket
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from llama_index.core.llms import ChatMessage
from llama_index.core.tools import FunctionTool

from app.language_model import LanguageModel, load_language_model
from app.settings import Settings
from corpus.errors import ModelProblem
from tests.app.language_model import server
from tests.app.language_model.server import DONE, Script, event, fails, says, sends, serving

ASKED = [ChatMessage(role="system", content="Be brief."), ChatMessage(role="user", content="Who?")]
KEY = "sk-very-secret-0123456789"
QUICK: dict[str, Any] = {"llm_first_token_s": 30, "llm_timeout_s": 60}


@pytest.fixture(autouse=True)
def _soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.language_model.endpoint.FIRST_WAIT_S", 0.02)


def model_at(script: Script, **settings: Any) -> LanguageModel:
    given = {"home": Path("/nonexistent"), "llm_url": script.url, "llm_model": "small", **QUICK, **settings}
    model = load_language_model(Settings(**given))
    assert model is not None
    return model


def problem_of(model: LanguageModel) -> tuple[str, str]:
    """What came before the problem, and the problem."""
    came: list[str] = []
    with pytest.raises(ModelProblem) as caught:
        came.extend(model.stream(ASKED))
    model.close()
    return "".join(came), str(caught.value)


def test_no_model_where_none_is_set(tmp_path: Path) -> None:
    assert load_language_model(Settings(home=tmp_path)) is None


def test_an_answer_comes_piece_by_piece_and_the_request_is_what_the_settings_say() -> None:
    with serving(says("Acorn", " Mills", ".")) as script:
        model = model_at(script, llm_key=KEY, llm_answer_tokens=77, llm_temperature=0.5)
        assert list(filter(None, model.stream(ASKED))) == ["Acorn", " Mills", "."]
        model.close()
    (request,) = script.requests
    assert request["model"] == "small"
    assert request["stream"] is True
    assert request["max_tokens"] == 77
    assert request["temperature"] == 0.5
    assert [(each["role"], each["content"]) for each in request["messages"]] == [
        ("system", "Be brief."),
        ("user", "Who?"),
    ]
    assert script.headers[0]["authorization"] == f"Bearer {KEY}"


def test_without_a_key_none_is_sent_nor_anything_of_another_service(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-of-another-service")
    monkeypatch.setenv("OPENAI_ORG_ID", "org-of-another-service")
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:9/another")
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    with serving(says("Yes.")) as script:
        model = model_at(script)
        assert "".join(model.stream(ASKED)) == "Yes."
        model.close()
    sent = str(script.headers[0])
    assert "authorization" not in script.headers[0]
    assert "another-service" not in sent
    assert "stainless" not in sent


def test_a_model_can_be_used_again_after_it_was_closed() -> None:
    with serving(says("One."), says("Two.")) as script:
        model = model_at(script)
        assert "".join(model.stream(ASKED)) == "One."
        model.close()
        assert "".join(model.stream(ASKED)) == "Two."
        model.close()


def test_a_thought_is_not_part_of_the_answer() -> None:
    with serving(says("<th", "ink>Revenue is 9", ".</think>\n\n", "It is", " 8.")) as script:
        assert "".join(model_at(script).stream(ASKED)) == "It is 8."
    # Thoughts that come beside the answer are a sign of life, and none of its words.
    with serving(sends(event(reasoning_content="Hm"), event("Eight."), DONE)) as script:
        assert "".join(model_at(script).stream(ASKED)) == "Eight."


# What goes wrong: the words that must stand in the message, how often the server was asked, what came before.
ONCE, THRICE = 1, 3
WRONG: dict[str, tuple[server.Turn, tuple[str, ...], int, str]] = {
    "refused key": (fails(401, "bad key"), ("refused the key (401)", "llm_key"), ONCE, ""),
    "forbidden": (fails(403, "not for you"), ("(403)", "not for you"), ONCE, ""),
    "no such model": (fails(404, "no model small"), ("'small'", "llm_model", "llm_url"), ONCE, ""),
    "prompt too long": (fails(400, "maximum context length is 512 tokens"), ("llm_context_tokens", "512"), ONCE, ""),
    "bad request": (fails(400, "odd field"), ("(400)", "odd field"), ONCE, ""),
    "too many": (fails(429, "slow down"), ("too many requests (429)",), THRICE, ""),
    "too many for long": (fails(429, "", Retry_After="3000"), ("asks to wait 3000 s",), ONCE, ""),
    "broken": (fails(500, "out of memory"), ("failed (500)", "out of memory"), THRICE, ""),
    "broken with a page": (fails(502, "<html>Bad</html>", "text/html"), ("failed (502)",), THRICE, ""),
    "a page": (fails(200, "<html>Hello</html>", "text/html"), ("text/html", "/v1"), ONCE, ""),
    "whole at once": (fails(200, ""), ("application/json",), ONCE, ""),
    "an error as success": (fails(200, "model is loading"), ("model is loading",), THRICE, ""),
    "moved": (fails(307, "", Location="http://elsewhere.example/v1"), ("elsewhere.example", "llm_url"), ONCE, ""),
    "no JSON": (sends(b"data: {nonsense\n\n"), ("no chat completion",), THRICE, ""),
    "other JSON": (sends(b'data: {"hello": 1}\n\n'), ("no chat completion",), THRICE, ""),
    "no object": (sends(b"data: 7\n\n"), ("no chat completion",), THRICE, ""),
    "no text": (sends(b"data: \xff\xfe\n\n"), ("no chat completion",), THRICE, ""),
    "empty": (sends(DONE), ("answered with nothing",), THRICE, ""),
    "thoughts alone": (says("<think>Hm.</think>", "\n"), ("wrote no answer", "llm_answer_tokens"), ONCE, ""),
    "empty pieces": (says("", "", ""), ("answered with nothing",), THRICE, ""),
    "error in the stream": (sends(b'data: {"error": {"message": "CUDA died"}}\n\n'), ("CUDA died",), THRICE, ""),
    "hangs up": (server.hangs_up, ("closed the connection without an answer",), THRICE, ""),
    "breaks off": (server.breaks_off, ("closed the connection in the middle",), ONCE, "Some words"),
    "nonsense after words": (sends(event("Some words"), b"data: {\n\n"), ("no chat completion",), ONCE, "Some words"),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_server_that_fails_is_explained_and_asked_again_only_where_that_can_help(name: str) -> None:
    turn, words, asked, before = WRONG[name]
    with serving(turn) as script:
        came, said = problem_of(model_at(script, llm_key=KEY))
    assert came == before
    for word in words:
        assert word in said
    assert len(script.requests) == asked
    assert script.url in said or "The language model small" in said


@pytest.mark.parametrize(
    "turn",
    [fails(500), fails(429, "", Retry_After="0"), server.hangs_up, sends(DONE), fails(503, "", Retry_After="0.01")],
    ids=["500", "429", "hangs up", "empty", "503"],
)
def test_a_second_attempt_that_succeeds_is_the_answer(turn: server.Turn) -> None:
    with serving(turn, says("At last.")) as script:
        assert "".join(model_at(script).stream(ASKED)) == "At last."
    assert len(script.requests) == 2


def test_no_further_attempt_where_none_is_wanted() -> None:
    with serving(fails(500)) as script:
        problem_of(model_at(script, llm_retries=0))
    assert len(script.requests) == 1


# Deadlines: the server would go on for a minute, so that a test without them runs into its own time-out.


@pytest.mark.timeout(30)
@pytest.mark.parametrize("turn", [server.hangs, server.trickles_headers], ids=["silent", "a byte at a time"])
def test_a_server_that_never_answers_is_left_after_the_first_deadline(turn: server.Turn) -> None:
    with serving(turn) as script:
        came, said = problem_of(model_at(script, llm_first_token_s=0.5, llm_timeout_s=20))
    assert came == ""
    assert "didn't answer within 0.5 s" in said
    assert "llm_first_token_s" in said
    assert len(script.requests) == 1  # another attempt would let the person wait twice as long


@pytest.mark.timeout(30)
def test_an_answer_without_end_is_cut_at_the_deadline_and_the_connection_closed() -> None:
    with serving(server.talks_for_ever) as script:
        came, said = problem_of(model_at(script, llm_first_token_s=0.9, llm_timeout_s=1.5))
        assert came.startswith("1 2 3 ")
        assert "didn't finish within 1.5 s" in said
        assert "llm_timeout_s" in said
        ends = time.monotonic() + 10
        while not script.gone and time.monotonic() < ends:
            time.sleep(0.05)
        assert script.gone == 1


@pytest.mark.timeout(30)
def test_an_answer_that_stops_in_the_middle_is_left() -> None:
    with serving(server.stalls) as script:
        came, said = problem_of(model_at(script, llm_first_token_s=0.5, llm_timeout_s=20))
    assert came == "Some words"
    assert "stopped in the middle for 0.5 s" in said


@pytest.mark.timeout(30)
def test_a_reader_who_leaves_closes_the_connection() -> None:
    with serving(server.talks_for_ever) as script:
        pieces = model_at(script, llm_timeout_s=60).stream(ASKED)
        assert next(filter(None, pieces)) == "1 "
        pieces.close()  # type: ignore[attr-defined]  # a generator
        ends = time.monotonic() + 10
        while not script.gone and time.monotonic() < ends:
            time.sleep(0.05)
        assert script.gone == 1


@pytest.mark.timeout(30)
def test_a_reader_who_waits_for_the_first_word_may_leave_too() -> None:
    with serving(server.hangs) as script:
        pieces = model_at(script, llm_first_token_s=60, llm_timeout_s=60).stream(ASKED)
        assert next(pieces) == ""
        pieces.close()  # type: ignore[attr-defined]  # a generator


@pytest.mark.timeout(30)
def test_all_attempts_together_keep_the_deadline() -> None:
    with serving(fails(503, "", Retry_After="1")) as script:
        _, said = problem_of(model_at(script, llm_retries=10, llm_first_token_s=1.5))
    assert "(503)" in said
    assert len(script.requests) == 2


def test_a_server_that_is_not_there() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{probe.getsockname()[1]}/v1"
    _, said = problem_of(model_at(Script([], url=url)))
    assert said == f"The language model at {url} can't be reached. Check that it is running, and llm_url."


def test_https_to_a_server_that_speaks_http_says_so() -> None:
    with serving(says("Hello.")) as script:
        script.url = script.url.replace("http://", "https://")
        _, said = problem_of(model_at(script))
    assert "http or https?" in said


@pytest.mark.timeout(60)
@pytest.mark.parametrize(
    "unit", ["and the revenue ", "Revenue rose.\n", "0", "The revenue of Acorn Mills rose by 12% to 480 million. "]
)
def test_endless_repetition_is_stopped_long_before_the_deadline(unit: str) -> None:
    with serving(says("It is so: ", *[unit] * 400)) as script:
        came, said = problem_of(model_at(script, llm_answer_tokens=2000, llm_context_tokens=8000))
    assert "repeats itself" in said
    assert len(came) < 2000


def test_a_server_that_writes_more_than_it_was_asked_for_is_left() -> None:
    with serving(says(*[f"word{number} " for number in range(2000)])) as script:
        came = "".join(model_at(script, llm_answer_tokens=16).stream(ASKED))
    assert came.startswith("word0 ")
    assert len(came) < 16 * 13


# Tools


def revenue(company: str) -> str:
    return company


TOOLS = [FunctionTool.from_defaults(revenue, name="revenue", description="Revenue of a company.")]
CALL = {
    "id": "c", "object": "chat.completion", "created": 1, "model": "m",
    "choices": [{"index": 0, "finish_reason": "tool_calls", "message": {"role": "assistant", "content": None, "tool_calls": [
        {"id": "call_1", "type": "function", "function": {"name": "revenue", "arguments": '{"company": "Acorn"}'}}]}}],
}  # fmt: skip


def test_a_chosen_tool_comes_back_as_llamaindex_keeps_it() -> None:
    import json

    with serving(lambda handler: handler.reply(200, json.dumps(CALL).encode())) as script:
        model = model_at(script)
        message = model.choose(ASKED, TOOLS)
        model.close()
    from llama_index.core.base.llms.types import ToolCallBlock

    (call,) = [block for block in message.blocks if isinstance(block, ToolCallBlock)]
    assert call.tool_name == "revenue"
    assert (
        json.loads(call.tool_kwargs) == {"company": "Acorn"} if isinstance(call.tool_kwargs, str) else call.tool_kwargs
    )
    assert script.requests[0]["tools"][0]["function"]["name"] == "revenue"
    assert not script.requests[0].get("stream")


def test_a_server_that_turns_tools_down_is_not_offered_them_again() -> None:
    with serving(fails(400, '"auto" tool choice requires a parser')) as script:
        model = model_at(script)
        assert model.calls_tools
        with pytest.raises(ModelProblem, match="tool choice"):
            model.choose(ASKED, TOOLS)
        assert not model.calls_tools
        model.close()
        stubborn = model_at(script, llm_tools="on")
        with pytest.raises(ModelProblem):
            stubborn.choose(ASKED, TOOLS)
        assert stubborn.calls_tools
        stubborn.close()
    assert not model_at(script, llm_tools="off").calls_tools


def test_a_choice_that_never_comes_is_left_too() -> None:
    with serving(server.hangs) as script:
        model = model_at(script, llm_first_token_s=0.5)
        with pytest.raises(ModelProblem, match=r"within 0\.5 s"):
            model.choose(ASKED, TOOLS)
        model.close()


@pytest.fixture
def two() -> Iterator[Script]:
    with serving(says("a", "b", "c", every_s=0.05)) as script:
        yield script


def test_two_answers_at_once_do_not_mix(two: Script) -> None:
    model = model_at(two)
    pairs = list(zip(*(filter(None, model.stream(ASKED)) for _ in range(2)), strict=True))
    assert pairs == [("a", "a"), ("b", "b"), ("c", "c")]
    model.close()
