"""The benchmark's exact match and F1 on cases made by hand: numbers with scale, percentages, spans, several spans."""

from decimal import Decimal

import pytest

from app.tatqa_score import number_of, score


@pytest.mark.parametrize(
    ("gold", "scale", "given", "own", "exact"),
    [
        (["12.5"], "million", ["12.50"], "million", 1),
        (["12.5"], "million", ["12500"], "thousand", 1),
        (["12.5"], "million", ["12.5"], "thousand", 0),
        (["12.5"], "", ["12.5"], "million", 0),
        (["-12.5"], "million", ["12.5"], "million", 0),
        (["33.33"], "percent", ["33.333333"], "percent", 1),
        (["33.33"], "percent", ["33.3"], "percent", 0),
        (["33.33"], "percent", ["0.3333"], "", 1),
        (["33.33%"], "", ["33.33"], "percent", 1),
        (["$1,200"], "thousand", ["1,200"], "thousand", 1),
        (["$1.2 million"], "", ["1,200"], "thousand", 1),
        (["(426)"], "", ["-426"], "", 1),
        (["2019"], "", ["2019"], "", 1),
        (["three"], "", ["3"], "", 0),
    ],
)  # fmt: skip
def test_numbers_are_compared_with_their_scale(
    gold: list[str], scale: str, given: list[str], own: str, exact: int
) -> None:
    assert score(gold, scale, given, own, computed=True).exact == exact


@pytest.mark.parametrize(
    ("gold", "given", "exact", "f1"),
    [
        (["the lower costs"], ["Lower costs."], 1, 1.0),
        (["lower costs"], ["higher costs"], 0, 0.5),
        (["lower staff costs"], ["due to lower staff costs"], 0, 0.75),
        (["2024", "2023"], ["2023", "2024"], 1, 1.0),
        (["2024", "2023"], ["2024"], 0, 0.67),
        (["rents in 2024"], ["rents in 2023"], 0, 0.0),  # numbers asked for, none of them given
        (["well-known brand"], ["well known brand"], 1, 1.0),
        (["rents"], [], 0, 0.0),
        (["rents"], [" "], 0, 0.0),
    ],
)  # fmt: skip
def test_spans_are_compared_as_bags_of_words(gold: list[str], given: list[str], exact: int, f1: float) -> None:
    found = score(gold, "", given, "")
    assert (found.exact, found.f1) == (exact, f1)


def test_f1_of_a_computed_answer_is_its_exact_match() -> None:
    assert score(["12 of 14"], "", ["12 of 15"], "", computed=True).f1 == 0.0
    assert score(["12 of 14"], "", ["12 of 15"], "").f1 > 0.0


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("$4.8 million", "4800000"), ("28.5%", "0.285"), ("(4,815)", "-4815"), ("-3", "-3"), ("1.2 thousand", "1200"),
        ("12 months", None), ("approximately 13%", None), ("", None), ("NaN", None),
    ],
)  # fmt: skip
def test_a_text_is_a_number_only_where_it_is_nothing_else(text: str, number: str | None) -> None:
    assert number_of(text) == (None if number is None else Decimal(number))
