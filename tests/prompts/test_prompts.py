import pytest

import prompts
from corpus.errors import DataProblem


def test_every_prompt_renders_with_its_variables_and_leaves_no_placeholder() -> None:
    assert prompts.names()
    for name in prompts.names():
        text = prompts.render(name, **dict.fromkeys(prompts.variables(name), "VALUE"))
        assert text
        assert "$" not in text


def test_a_missing_or_unknown_variable_is_an_error_that_names_it() -> None:
    with pytest.raises(DataProblem, match="most"):
        prompts.render("tool_search")
    with pytest.raises(DataProblem, match="extra"):
        prompts.render("tool_search", most="3", extra="x")


@pytest.mark.parametrize("name", ["nothing", "../README", "__init__"])
def test_an_unknown_prompt_is_an_error_that_lists_the_known_ones(name: str) -> None:
    with pytest.raises(DataProblem, match="tool_calculator"):
        prompts.render(name)
