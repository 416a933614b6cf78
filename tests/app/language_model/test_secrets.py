"""The key of a language model is shown nowhere: not in settings, errors, tracebacks, logs or `repr`."""

import json
import logging
import traceback
from pathlib import Path
from typing import Any

import pytest
from llama_index.core.llms import ChatMessage

from app.language_model import load_language_model
from app.language_model.address import checked_url, masked
from app.settings import Settings
from corpus.errors import ModelProblem
from tests.app.language_model import server
from tests.app.language_model.server import fails, says, sends, serving
from tests.started import footnote

ROOT = Path(__file__).parents[3]
KEY = "sk-very-secret-0123456789"
ASKED = [ChatMessage(role="user", content="Who?")]


@pytest.mark.parametrize("form", [[], ["--json"]], ids=["text", "json"])
@pytest.mark.parametrize("where", ["environment", "file"])
def test_the_settings_command_tells_that_there_is_a_key_and_not_which(
    tmp_path: Path, form: list[str], where: str
) -> None:
    environment = {"FOOTNOTE_LLM_KEY": KEY} if where == "environment" else {}
    if where == "file":
        (tmp_path / "settings.toml").write_text(f'llm_key = "{KEY}"\n')
    result = footnote("settings", *form, "--home", str(tmp_path), **environment)
    assert result.returncode == 0, result.stderr
    assert KEY not in result.stdout + result.stderr
    assert "**********" in result.stdout


@pytest.mark.parametrize(
    "line",
    [f'llm_keys = "{KEY}"', f'llm_key = ["{KEY}"]', f'llm_key = "{KEY} x"', f'llm_key = "{KEY}é"',
     f'llm_url = "http://me:{KEY}@host/v1"', f'llm_url = "me:{KEY}@host/v1"', f'llm_url = "http://host/v1?key={KEY}"',
     f'llm_url = "http://[me:{KEY}@host"', f'llm_url = ["{KEY}"]', f'llm_key = "{KEY}'],
)  # fmt: skip
@pytest.mark.parametrize("form", [[], ["--json"]], ids=["text", "json"])
def test_a_setting_that_is_wrong_is_explained_without_the_key(tmp_path: Path, line: str, form: list[str]) -> None:
    (tmp_path / "settings.toml").write_text(line + "\n", encoding="utf-8")
    result = footnote("documents", *form, "--home", str(tmp_path))
    assert result.returncode == 1
    assert KEY not in result.stdout + result.stderr
    assert "Traceback" not in result.stderr
    if form:
        assert json.loads(result.stdout)["error"]


@pytest.mark.parametrize("given", [{"llm_keys": KEY}, {"llm_key": [KEY]}, {"llm_url": f"http://me:{KEY}@host/v1"}])
def test_the_error_of_the_settings_object_itself_has_no_key(tmp_path: Path, given: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="llm_") as caught:
        Settings(home=tmp_path, **given)
    assert KEY not in "".join(traceback.format_exception(caught.value))


def test_neither_the_settings_nor_the_model_show_it(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path, llm_url="http://127.0.0.1:9/v1", llm_model="m", llm_key=KEY)  # type: ignore[arg-type]
    model = load_language_model(settings)
    for shown in (
        repr(settings),
        str(settings),
        repr(model),
        str(vars(model)),
        json.dumps(settings.shown()),
        settings.model_dump_json(),
    ):
        assert KEY not in shown


@pytest.mark.parametrize(
    "turn",
    [fails(401, f"Incorrect key {KEY}"), fails(403, KEY), fails(500, f"Bearer {KEY}"), fails(400, KEY, Retry_After="0"),
     fails(307, "", Location=f"http://x.example/?key={KEY}"), fails(307, "", Location=f"http://x.example/{KEY}"),
     fails(200, f"said {KEY}"), fails(200, KEY, KEY), sends(b'data: {"error": {"message": "' + KEY.encode() + b'"}}\n\n'),
     sends(b"data: " + KEY.encode() + b"\n\n"), server.hangs_up],
)  # fmt: skip
def test_a_server_that_repeats_the_key_has_it_taken_out_of_message_traceback_and_log(
    turn: server.Turn, tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.language_model.endpoint.FIRST_WAIT_S", 0.01)
    caplog.set_level(logging.INFO)
    with serving(turn) as script:
        model = load_language_model(
            Settings(home=tmp_path, llm_url=script.url, llm_model="m", llm_key=KEY, llm_retries=1, llm_first_token_s=30)  # type: ignore[arg-type]
        )
        assert model is not None
        with pytest.raises(ModelProblem) as caught:
            list(model.stream(ASKED))
        model.close()
    assert script.headers[0]["authorization"] == f"Bearer {KEY}"
    assert KEY not in str(caught.value)
    assert KEY not in "".join(traceback.format_exception(caught.value))
    assert caught.value.__context__ is None
    assert KEY not in caplog.text


def test_not_even_a_log_of_every_detail_has_it(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with serving(says("Yes.")) as script:
        model = load_language_model(Settings(home=tmp_path, llm_url=script.url, llm_model="m", llm_key=KEY))  # type: ignore[arg-type]
        assert model is not None
        assert "".join(model.stream(ASKED)) == "Yes."
        model.close()
    assert "send_request_headers" in caplog.text
    assert KEY not in caplog.text


def test_llamaindex_and_its_instrumentation_never_see_it(tmp_path: Path) -> None:
    from llama_index.core.instrumentation import get_dispatcher
    from llama_index.core.instrumentation.event_handlers import BaseEventHandler

    seen: list[str] = []

    class Listener(BaseEventHandler):
        def handle(self, event: Any, **_: Any) -> None:
            seen.append(f"{event!r} {event.model_dump_json()}")

    root = get_dispatcher()
    root.add_event_handler(Listener())
    try:
        with serving(says("Yes.")) as script:
            model = load_language_model(Settings(home=tmp_path, llm_url=script.url, llm_model="m", llm_key=KEY))  # type: ignore[arg-type]
            assert model is not None
            assert "".join(model.stream(ASKED)) == "Yes."
            model.close()
    finally:
        root.event_handlers.pop()
    assert seen
    assert not any(KEY in each for each in seen)


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("", ""),
        ("http://127.0.0.1:8000/v1/", "http://127.0.0.1:8000/v1"),
        (" https://api.example/v1/chat/completions ", "https://api.example/v1"),
        ("http://[::1]:8080/v1", "http://[::1]:8080/v1"),
    ],
)
def test_a_url_is_kept_as_the_address_of_an_api(given: str, kept: str) -> None:
    assert checked_url(given) == kept


@pytest.mark.parametrize(
    ("given", "why"),
    [("localhost:8000/v1", "http"), ("file:///etc/passwd", "http"), ("http://", "http"), ("http://a:b", "URL"), ("http://host:99999/v1", "URL"),
     ("http://me@host/v1", "user name"), ("http://host/v1?x=1", "query"), ("http://ho st/v1", "blank"), ("http://[x/v1", "URL")],
)  # fmt: skip
def test_what_is_no_such_address_is_refused_with_the_reason(given: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        checked_url(given)


def test_a_masked_url_still_says_where() -> None:
    assert masked("http://me:pass@host:1/v1?k=1") == "http://…@host:1/v1?…"


def test_settings_that_do_not_fit_together_say_so(tmp_path: Path) -> None:
    for given, why in (
        ({"llm_url": "http://h/v1"}, "llm_model"),
        ({"llm_url": "http://h/v1", "llm_model": "m", "llm_file": "smollm2"}, "two language models"),
        ({"llm_context_tokens": 600}, "half"),
    ):
        lines = [f"{name} = {json.dumps(value)}" for name, value in given.items()]
        (tmp_path / "settings.toml").write_text("\n".join(lines) + "\n")
        result = footnote("documents", "--home", str(tmp_path))
        assert result.returncode == 1
        assert why in result.stderr
