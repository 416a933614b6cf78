import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import prompts
from corpus.errors import DataProblem
from prompts.prompt import read_prompt
from tests import started

ROOT = Path(__file__).parents[2]
GOOD = "---\nversion: 1\nvariables:\n  most: how many passages may be asked for at most\n---\nFind $most.\n"


def own(home: Path, text: str, name: str = "tool_search") -> Path:
    place = home / "prompts" / f"{name}.md"
    place.parent.mkdir(exist_ok=True)
    place.write_text(text, encoding="utf-8")
    return place


@pytest.mark.parametrize("name", prompts.names())
def test_a_prompt_renders_with_its_variables_and_leaves_no_placeholder(name: str) -> None:
    prompt = prompts.load(name)
    assert prompt.version >= 1
    values = {variable: f"VALUE OF {variable}" for variable in prompt.variables}
    text = prompts.render(name, **values)
    assert text
    assert not any(f"${variable}" in text or f"${{{variable}}}" in text for variable in prompt.variables)
    assert all(value in text for value in values.values())
    assert not text.startswith("---")
    assert "version:" not in text


@pytest.mark.parametrize("name", prompts.names())
def test_every_variable_says_what_it_holds(name: str) -> None:
    assert all(len(about.split()) >= 2 for about in prompts.load(name).variables.values())


def test_there_are_prompts() -> None:
    assert len(prompts.names()) >= 4


def test_a_missing_or_unknown_variable_is_an_error_that_names_it() -> None:
    with pytest.raises(DataProblem, match="most"):
        prompts.render("tool_search")
    with pytest.raises(DataProblem, match="extra"):
        prompts.render("tool_search", most="3", extra="x")


@pytest.mark.parametrize("name", ["nothing", "../README", "__init__", ""])
def test_an_unknown_prompt_is_an_error_that_lists_the_known_ones(name: str, tmp_path: Path) -> None:
    with pytest.raises(DataProblem, match="tool_calculator"):
        prompts.render(name)
    with pytest.raises(DataProblem, match="tool_calculator"):
        prompts.copy(name, tmp_path)
    assert not list(tmp_path.iterdir())


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_a_value_is_text_whatever_it_looks_like(value: str) -> None:
    before, after = prompts.render("tool_search", most="\0").split("\0")
    assert prompts.render("tool_search", most=value) == before + value + after


@pytest.mark.parametrize("value", ["$most", "${most}", "$$", "\n---\nversion: 9\n---\n", "%s {0} {most} \\1"])
def test_what_looks_like_the_template_s_own_marks_stays_as_it_is(value: str) -> None:
    assert value in prompts.render("tool_search", most=value)


def test_a_person_s_own_prompt_takes_the_place_of_the_shipped_one(tmp_path: Path) -> None:
    shipped = prompts.render("tool_search", tmp_path, most="5")
    own(tmp_path, GOOD)
    assert prompts.render("tool_search", tmp_path, most="5") == "Find 5."
    assert prompts.render("tool_search", most="5") == shipped
    assert prompts.render("tool_glossary", tmp_path) == prompts.render("tool_glossary")


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("Find $most.", "must begin with"),
        ("", "must begin with"),
        ("---\nversion: 1\nFind", "must begin with"),
        (GOOD.replace("version: 1\n", ""), "no version"),
        (GOOD.replace("version: 1", "version: 0"), "can't be read"),
        (GOOD.replace("version: 1", "version: one"), "can't be read"),
        (GOOD.replace("version: 1", "version: 2"), "now at 1"),
        (GOOD.replace("version: 1", "author: me"), "author"),
        (GOOD.replace("  most: how", "most: how"), "two blanks"),
        (GOOD.replace(": how many passages may be asked for at most", ":"), "two blanks"),
        (GOOD.replace("$most", "all"), "declared and not used: ['most']"),
        (GOOD.replace("$most", "$most $least"), "used and not declared: ['least']"),
        (GOOD.replace("most", "least"), "missing or unknown: ['least', 'most']"),
        (GOOD.replace("variables:\n  most: how many passages may be asked for at most\n", "").replace("$most", "it"), "['most']"),
        (GOOD.replace("Find $most.", "Find $most for $5."), "$$ for a dollar sign"),
        (GOOD.replace("  most: how", "  most: again\n  most: how"), "can't be read"),
        (GOOD.replace("variables:\n  most: how many passages may be asked for at most\n", "").replace("Find $most.", " "), "no text"),
    ],
)  # fmt: skip
def test_a_prompt_that_is_wrong_is_explained_with_its_place(tmp_path: Path, text: str, why: str) -> None:
    place = own(tmp_path, text)
    with pytest.raises(DataProblem) as caught:
        prompts.load("tool_search", tmp_path)
    assert why in str(caught.value)
    assert str(place) in str(caught.value)


def test_a_prompt_that_is_no_text_is_explained_too(tmp_path: Path) -> None:
    own(tmp_path, GOOD).write_bytes(b"---\n\xff\xfe")
    with pytest.raises(DataProblem, match="can't be read"):
        prompts.load("tool_search", tmp_path)


def test_a_dollar_sign_is_written_twice(tmp_path: Path) -> None:
    file = tmp_path / "price.md"
    file.write_text("---\nversion: 3\nvariables:\n  sum: the sum\n---\nIt costs $$5 and $sum.")
    assert read_prompt(file).render(sum="$7") == "It costs $5 and $7."


def test_a_copy_is_the_shipped_prompt_and_is_never_written_over(tmp_path: Path) -> None:
    for name in prompts.names():
        place = prompts.copy(name, tmp_path)
        assert place.read_bytes() == (prompts.FOLDER / f"{name}.md").read_bytes()
        assert prompts.load(name, tmp_path).path == place
    place.write_text("mine")
    with pytest.raises(DataProblem, match="is there already"):
        prompts.copy(name, tmp_path)
    assert place.read_text() == "mine"


def test_the_command_lists_shows_and_copies(tmp_path: Path) -> None:
    def footnote(*arguments: str) -> subprocess.CompletedProcess[str]:
        return started.footnote("prompts", *arguments, home=tmp_path)

    listed = footnote()
    assert listed.returncode == 0
    assert all(name in listed.stdout for name in prompts.names())
    assert footnote("tool_search").stdout == (prompts.FOLDER / "tool_search.md").read_text()
    assert footnote("tool_search", "--copy").stdout.strip() == str(tmp_path / "prompts" / "tool_search.md")
    assert footnote("tool_search", "--copy").returncode == 1
    assert footnote("--copy").returncode == 0
    assert len(list((tmp_path / "prompts").iterdir())) == len(prompts.names())
    own(tmp_path, GOOD)
    assert footnote("tool_search").stdout == GOOD
    assert "$most)" in footnote("tool_search", "--shipped").stdout
    own(tmp_path, "broken")
    broken = footnote()
    assert broken.returncode == 1
    assert "must begin with" in broken.stdout
    assert footnote("nothing").returncode == 1
