"""Periods in questions and headers, and how well one fits another."""

import pytest

from app.tabletext.when import When, fit, mentions, when_of, without


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("from 2018 to 2019", [When((2018,)), When((2019,))]),
        ("2017, 2018 and 2019", [When((2017,)), When((2018,)), When((2019,))]),
        ("2017,2018 and 2019", [When((2017,)), When((2018,)), When((2019,))]),
        ("December 31, 2018 and 2019", [When((2018,), 0, 12, 31), When((2019,), 0, 12, 31)]),
        ("31 March 2020", [When((2020,), 0, 3, 31)]),
        ("July 7 and September 29, 2019", [When((2019,), 0, 7, 7), When((2019,), 0, 9, 29)]),
        ("Q2 2025 against the third quarter of 2024", [When((2025,), 2), When((2024,), 3)]),
        ("2021-2022", [When((2021, 2022))]),
        ("2018/19", [When((2019,))]),
        ("F19 and FY18", [When((2019,)), When((2018,))]),
        ("outstanding at 1 April", []),
        ("it may cost $2,019 or 2019.5", []),
    ],
)
def test_finds_the_periods_that_a_text_names(text: str, expected: list[When]) -> None:
    assert [one.when for one in mentions(text)] == expected


def test_several_years_in_a_header_are_no_single_period() -> None:
    assert when_of("2019 versus 2018") == When((2019, 2018))
    assert when_of("Change") is None


def test_what_is_left_without_periods_names_the_line() -> None:
    assert without("Net sales for the year ended December 31, 2019") == "Net sales"
    assert without("2018 (restated)") == ""
    assert without("2019 Amount") == "Amount"


def test_a_nearer_period_fits_better() -> None:
    asked = When((2019,))
    fits = [
        fit(asked, one) for one in (When((2019,)), When((2019,), 0, 12, 31), When((2019, 2018)), When((2018,)), None)
    ]
    assert fits == sorted(fits, reverse=True)
    assert fits[0] == 1.0
    assert fits[-2:] == [0.0, 0.0]
    assert fit(When((2019,), 2), When((2019,), 3)) == 0.0
