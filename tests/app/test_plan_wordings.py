"""Wordings of questions for figures, each read as what it asks, or not at all where another figure may be meant."""

import tomllib
from datetime import date
from typing import Any

import pytest

from app.fiscal_dates import with_fiscal_periods
from app.formula import dated
from app.metrics import formula_text
from app.plan_reader import read_plan
from corpus.document import Kind, Metadata, Period
from tests.app.conftest import GOLDEN, golden

ACORN = ["Acorn Mills, Inc."]
WORDINGS = golden("plan_wordings")


@pytest.mark.parametrize("row", [row for row in WORDINGS if row["formula"]], ids=lambda row: row["question"])
def test_a_question_is_read_as_what_it_asks(row: dict[str, Any]) -> None:
    plan = read_plan(row["question"], ACORN)
    assert plan is not None
    last = row["years"][-1]
    assert dated(plan.formula, last) == dated(formula_text(row["formula"]), last)
    assert (plan.years, plan.mode) == (tuple(row["years"]), row["mode"])
    assert (plan.form.places, plan.form.scale) == (row.get("places"), row.get("scale", ""))


@pytest.mark.parametrize("row", [row for row in WORDINGS if not row["formula"]], ids=lambda row: row["question"])
def test_a_question_that_may_mean_another_figure_is_not_read(row: dict[str, Any]) -> None:
    assert read_plan(row["question"], ACORN) is None


REMARKS = tomllib.loads((GOLDEN / "plan_remarks.toml").read_text(encoding="utf-8"))
ASKED = "what was Acorn Mills' operating income in FY2021?"


def remarked(kind: str) -> list[str]:
    before = [f"{one}{ASKED}" for one in REMARKS[f"{kind}_before"]]
    return [text[0].upper() + text[1:] for text in (*before, *(ASKED + one for one in REMARKS[f"{kind}_after"]))]


@pytest.mark.parametrize("question", remarked("harmless"))
def test_a_remark_on_the_answer_or_its_source_is_passed_over(question: str) -> None:
    plan = read_plan(question, ACORN)
    assert plan is not None
    assert (plan.name, plan.years) == ("operating income", (2021,))


@pytest.mark.parametrize("question", remarked("narrowing"))
def test_a_remark_that_means_another_figure_is_not_passed_over(question: str) -> None:
    assert read_plan(question, ACORN) is None


def filings(end: str, number: int) -> list[Metadata]:
    period = Period(number, None, date.fromisoformat(end))
    return [Metadata("Form 10-K", "Acorn Mills, Inc.", period, Kind.ANNUAL_REPORT, "en")]


@pytest.mark.parametrize(
    ("end", "number", "question", "expected"),
    [
        ("2020-12-31", 2020, "cash as of December 31, 2019?", "cash as of FY2019?"),
        ("2020-12-31", 2020, "sales for the year ended December 31, 2020?", "sales for FY2020?"),
        ("2020-12-31", 2020, "sales in the three months ended June 30, 2021?", "sales in Q2 of FY2021?"),
        ("2022-01-29", 2021, "sales for the fiscal year ended January 29, 2022?", "sales for FY2021?"),
        ("2022-01-29", 2022, "sales for the fiscal year ended January 30, 2021?", "sales for FY2021?"),
        ("2021-06-30", 2021, "cash at September 30, 2020?", "cash at Q1 of FY2021?"),
        (
            "2021-06-30",
            2021,
            "sales in the year ended December 31, 2020?",
            "sales in the year ended December 31, 2020?",
        ),
        ("2021-06-30", 2021, "cash on May 3, 2021?", "cash on May 3, 2021?"),
    ],
)
def test_a_date_is_the_fiscal_period_that_ends_then(end: str, number: int, question: str, expected: str) -> None:
    assert with_fiscal_periods(question, filings(end, number)) == expected
