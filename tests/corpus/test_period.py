"""Periods in text: every way of writing them that reports use."""

from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.document import Period
from corpus.period import find_periods, fiscal_year_of, header_period, quarter_of


@pytest.mark.parametrize(
    ("text", "year", "quarter"),
    [
        ("FY2018", 2018, None),
        ("FY18 guidance", 2018, None),
        ("in fiscal 2018 we", 2018, None),
        ("the fiscal year 2018", 2018, None),
        ("full-year 2021 results", 2021, None),
        ("Q2 2023", 2023, 2),
        ("Q2 FY23", 2023, 2),
        ("Q3'24", 2024, 3),
        ("1Q23", 2023, 1),
        ("2023 Q4", 2023, 4),
        ("2023Q4", 2023, 4),
        ("the second quarter of fiscal 2023", 2023, 2),
        ("second quarter 2023", 2023, 2),
        ("first-quarter 2026 revenue", 2026, 1),
        ("Fourth Quarter\nFiscal 2022 Results", 2022, 4),
        ("fiscal 2024 third quarter", 2024, 3),
        ("2026年第一季度", 2026, 1),
        ("2025年度", 2025, None),
    ],
)
def test_reads_named_periods(text: str, year: int, quarter: int | None) -> None:
    (found,) = find_periods(text)
    assert found.period == Period(year, quarter)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("year ended December 31, 2018", Period(2018, None, date(2018, 12, 31))),
        ("fiscal year ended June 30, 2023", Period(2023, None, date(2023, 6, 30))),
        ("twelve months ended 31 March 2022", Period(2022, None, date(2022, 3, 31))),
        ("fiscal year ended January 30, 2021", Period(2020, None, date(2021, 1, 30))),
        ("52 weeks ended January 2, 2021", Period(2020, None, date(2021, 1, 2))),
        ("three months ended June 30, 2023", Period(2023, 2, date(2023, 6, 30))),
        ("13 weeks ended July 1, 2023", Period(2023, 2, date(2023, 7, 1))),
        ("nine months ended September 30, 2023", Period(None, None, date(2023, 9, 30))),
    ],
)
def test_reads_period_ends(text: str, expected: Period) -> None:
    (found,) = find_periods(text)
    assert found.period == expected


def test_a_fiscal_year_that_ends_in_june_moves_the_quarters() -> None:
    (found,) = find_periods("three months ended December 31, 2022", year_end=6)
    assert found.period == Period(2023, 2, date(2022, 12, 31))


def test_a_list_of_years_gives_each_of_them() -> None:
    found = find_periods("fiscal 2018, 2017 and 2016")
    assert [one.period.fiscal_year for one in found] == [2018, 2017, 2016]


@pytest.mark.parametrize(
    "text", ["in October 2023", "$2,018 million", "the 2018 model", "year ended February 31, 2020"]
)
def test_leaves_dates_and_figures_alone(text: str) -> None:
    assert not find_periods(text)


def test_bare_years_are_found_when_asked_for_but_not_in_dates() -> None:
    found = find_periods("In 2018, and not on May 3, 2017, revenue was $2,016 or 2015%", bare_years=True)
    assert [one.period for one in found] == [Period(2018)]


@given(st.integers(2000, 2068), st.integers(1, 4), st.text(alphabet="abc ,.\n", max_size=12))
def test_a_written_period_is_read_back_from_its_place(year: int, quarter: int, around: str) -> None:
    text = f"{around} Q{quarter} {year} {around}"
    (found,) = find_periods(text)
    assert found.period == Period(year, quarter)
    assert text[found.start : found.end] == f"Q{quarter} {year}"


@given(st.text(max_size=200))
def test_found_periods_never_overlap(text: str) -> None:
    found = find_periods(text, bare_years=True)
    assert all(one.end <= other.start for one, other in pairwise(found))


@given(st.dates(date(2000, 1, 15), date(2060, 1, 1)))
def test_a_calendar_year_holds_its_own_quarter_ends(day: date) -> None:
    if day.month % 3 == 0 and day.day > 10:
        assert quarter_of(day) == day.month // 3
        assert fiscal_year_of(day) == day.year


CALENDAR = Period(2018, None, date(2018, 12, 31))
RETAILER = Period(2023, None, date(2023, 1, 28))  # a year that ends in January and is called by that January's year
SECOND_QUARTER = Period(2023, 2, date(2022, 12, 31))  # of a year that ends in June


@pytest.mark.parametrize(
    ("header", "document", "year", "quarter"),
    [
        ("2018", CALENDAR, 2018, None),
        ("Years Ended December 31, 2018", CALENDAR, 2018, None),
        ("December 31, 2018", CALENDAR, 2018, None),
        ("March 31, 2018", CALENDAR, 2018, 1),
        ("Three months ended March 31, 2018", None, 2018, 1),
        ("Twelve Months Ended December 31, 2018", None, 2018, None),
        ("Fiscal Years Ended January 28, 2023", RETAILER, 2023, None),
        ("January 29, 2022", RETAILER, 2022, None),
        ("Three Months Ended December 31, 2022", SECOND_QUARTER, 2023, 2),
        ("June 30, 2022", SECOND_QUARTER, 2022, None),
        ("2020 Quarters First", CALENDAR, 2020, 1),
        ("2017 Quarter Ended March 31", CALENDAR, 2017, 1),
        ("2018 Gross Carrying Amount", CALENDAR, 2018, None),
    ],
)
def test_the_period_of_a_header(header: str, document: Period | None, year: int, quarter: int | None) -> None:
    period = header_period(header, document)
    assert period is not None
    assert (period.fiscal_year, period.quarter) == (year, quarter)


@pytest.mark.parametrize(
    "header",
    [
        "Six Months Ended June 30, 2022",
        "ended June 30, 2022",
        "Three months ended June 30,",
        "Years Ended December 31, Change 2022 vs. 2021",
        "Nine months 2021",
        "2021 Quarter",
    ],
)
def test_a_header_of_part_of_a_year_or_of_changes_names_no_year(header: str) -> None:
    period = header_period(header, CALENDAR)
    assert period is not None
    assert (period.fiscal_year, period.quarter) == (None, None)


@pytest.mark.parametrize("header", ["Total", "Level 1", "Votes For", ""])
def test_a_header_without_a_period(header: str) -> None:
    assert header_period(header, CALENDAR) is None
