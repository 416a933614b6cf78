from pathlib import Path
from typing import Any

from app.doctor import Finding, examine
from app.settings import Settings
from tests.app.language_model import server
from tests.app.language_model.server import fails, says, serving


def finding(home: Path, name: str = "language model", **settings: Any) -> Finding:
    return next(one for one in examine(Settings(home=home, **settings)) if one.name == name)


def test_without_a_model_it_says_that_answers_are_extractive(tmp_path: Path) -> None:
    found = finding(tmp_path)
    assert found.ok
    assert "answers are extractive" in found.detail


def test_a_model_that_answers_is_named_with_the_time_of_its_first_word(tmp_path: Path) -> None:
    with serving(says("Yes", ".")) as script:
        found = finding(tmp_path, llm_url=script.url, llm_model="small")
    assert found.ok
    assert f"small at {script.url} answers; its first word came after " in found.detail


def test_a_model_that_does_not_is_a_failure_that_says_why(tmp_path: Path) -> None:
    for turn, why in ((fails(401), "llm_key"), (fails(404), "llm_model"), (server.hangs, "within 0.5 s")):
        with serving(turn) as script:
            found = finding(
                tmp_path, llm_url=script.url, llm_model="small", llm_first_token_s=0.5 if turn is server.hangs else 20
            )
        assert not found.ok
        assert why in found.detail
    found = finding(tmp_path, llm_file=str(tmp_path / "none.gguf"))
    assert not found.ok
    assert "none.gguf" in found.detail


def test_a_prompt_of_one_s_own_is_named_or_explained(tmp_path: Path) -> None:
    assert "prompts, variables as declared" in finding(tmp_path, "prompts").detail
    (tmp_path / "prompts").mkdir()
    place = tmp_path / "prompts" / "tool_glossary.md"
    place.write_text("---\nversion: 1\n---\nLook a term up.")
    assert "1 of your own: tool_glossary" in finding(tmp_path, "prompts").detail
    place.write_text("Look a term up.")
    broken = finding(tmp_path, "prompts")
    assert not broken.ok
    assert str(place) in broken.detail
