from hypothesis import given
from hypothesis import strategies as st

from app.language_model.token_count import count_tokens


@given(st.text(), st.text())
def test_it_is_never_negative_and_more_text_is_never_fewer_tokens_than_half_of_it(one: str, other: str) -> None:
    assert count_tokens(one + other) >= max(count_tokens(one), count_tokens(other)) // 2 >= 0
    assert count_tokens("") == 0


def test_figures_count_digit_by_digit_and_other_alphabets_by_byte() -> None:
    assert count_tokens("2,415.5") == 7
    assert count_tokens("寒武纪") == 9
    assert count_tokens("EBITDA") == 3
    assert count_tokens("the revenue") == 1 + 3
