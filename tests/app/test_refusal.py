"""What a refusal says: which kind of thing is missing, of what, and what there is instead; never a figure."""

import pytest

from app.answer import AnswerKind
from app.footnote import Footnote


@pytest.mark.parametrize(
    ("question", "parts"),
    [
        ("By how much did profit grow?", ["that figure", "“profit", "revenue"]),
        ("who is the chief executive?", ["say who", "“chief executive”"]),
        ("What was Nvidia's revenue in the quarter?", ["that figure", "“Nvidia's revenue”"]),
        ("asdf", ["about “asdf”"]),
        ("寒武纪的收入是多少？", ["Chinese", "请用英文提问"]),
    ],
)
def test_a_refusal_says_what_is_missing(seed: Footnote, question: str, parts: list[str]) -> None:
    answer = seed.ask(question)
    assert answer.kind is AnswerKind.REFUSAL
    assert all(part in answer.text for part in parts), answer.text
    assert not any(character.isdigit() for character in answer.text)
    assert answer.nearest


def test_another_companys_figures_are_not_offered_instead(seed: Footnote) -> None:
    assert "instead" not in seed.ask("What was Nvidia's profit in the quarter?").text
