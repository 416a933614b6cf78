import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.language_model.written import Written, loops


def shown(*pieces: str, most: int = 100) -> str:
    written = Written(most)
    return "".join([*(written.take(piece) for piece in pieces), written.rest()])


@given(st.text(), st.lists(st.integers(0, 50)))
def test_text_without_a_thought_comes_out_as_it_went_in_however_it_is_cut(text: str, cuts: list[int]) -> None:
    if text.lstrip().startswith("<think>"):
        return
    places = sorted({min(cut, len(text)) for cut in cuts})
    pieces = [text[one:other] for one, other in zip([0, *places], [*places, len(text)], strict=True)]
    assert shown(*pieces).strip() == text.strip()


@given(st.integers(0, 60), st.integers(0, 60))
def test_a_thought_is_left_out_however_it_is_cut(one: int, other: int) -> None:
    text = "\n<think>\nIt may be 9.\n</think>\n\nIt is 8."
    first, second = sorted((one, other))
    assert shown(text[:first], text[first:second], text[second:]) == "It is 8."


def test_a_thought_that_never_ends_shows_nothing_and_one_further_on_is_text() -> None:
    assert shown("<think>It may be 9.") == ""
    assert shown("<thi") == "<thi"
    assert shown("A <think>tag</think> in text.") == "A <think>tag</think> in text."


@pytest.mark.parametrize(
    "text",
    [
        "It rose. " * 20,
        "9" * 200,
        "So:" + "\nRevenue rose.\n" * 12,
        "x" * 50 + "The revenue of Acorn Mills rose by 12% to 480 million USD. " * 4,
    ],
)
def test_a_loop_is_told(text: str) -> None:
    assert loops(text)


@pytest.mark.parametrize(
    "text",
    ["", "Revenue rose. Profit rose. Cash rose.", "\n" * 500, "-" * 500,
     "| a | b |\n|---|---|\n" + "".join(f"| FY{year} | {year * 7 % 101} |\n" for year in range(1990, 2020)),
     "It rose. " * 3, "10,000,000,000,000"],
)  # fmt: skip
def test_what_only_looks_like_one_is_not(text: str) -> None:
    assert not loops(text)
