"""The independent checker finds what it is for, and nothing in a faithful answer."""

from typing import Any

import pytest

from tests.eval.independent_check import strays
from tests.eval.planted import planted

PAGE = "Brackwater's revenue was 5.2 million USD in 2024. Staff grew to 1,200 people."


def page_text(document: str, page: int) -> str | None:
    return PAGE if (document, page) == ("note", 0) else None


def answer(text: str, quote: str = PAGE, made: dict[str, Any] | None = None) -> dict[str, Any]:
    cited = {"document": "note", "page": 1, "start": 0, "end": len(quote), "quote": quote}
    return {"question": "Who is Garnock?", "statements": [{"text": text, "citations": [cited], "calculation": made}]}


def found(*arguments: Any) -> list[tuple[str, str]]:
    return [(one.what, one.text) for one in strays(answer(*arguments), page_text)]


def test_a_faithful_answer_has_no_strays() -> None:
    assert found("Brackwater's revenue was 5.20 million USD in 2024, and staff grew to 1200 people.") == []


def test_numbers_and_names_of_no_passage_are_found() -> None:
    assert ("number", "5.3 million USD") in found("Revenue was 5.3 million USD.")
    assert ("name", "Garnock") in found("In 2024 Garnock grew.")  # the question's names count for nothing


def test_a_forged_quote_is_found_and_supports_nothing() -> None:
    forged = "Brackwater's revenue was 9.9 million USD in 2024."
    assert [one[0] for one in found("Revenue was 9.9 million USD in 2024.", forged)].count("citation") == 1
    assert ("number", "9.9 million USD") in found("Revenue was 9.9 million USD in 2024.", forged)


def test_numbers_of_a_calculation_are_no_strays() -> None:
    made = {
        "expression": "5.2 million USD * 2",
        "result": "10.4 million USD",
        "value": "10400000",
        "unit": "USD",
        "operands": [],
    }
    assert found("Twice that is 10.4 million USD.", PAGE, made) == []
    assert ("number", "10.5 million USD") in found("Twice that is 10.5 million USD.", PAGE, made)


COMMON = frozenset("staff revenue grew million people half doubled margin rose about after march".split())
RICH = "Brackwater's revenue was 5.2 million USD, up 12%, in April 2024. Three plants make half of it. Margin rose from 30% to 33%."


def seen(text: str, source: str = RICH) -> list[str]:
    cited = {"document": "note", "page": 1, "start": 0, "end": len(source), "quote": source}
    made = {"question": "", "statements": [{"text": text, "citations": [cited], "calculation": None}]}
    return [one.what for one in strays(made, lambda _document, _page: source, common=COMMON)]


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("Brackwater's revenue was 5.2 billion USD.", "number"),
        ("Brackwater's revenue was 5.2 USD.", "number"),
        ("Brackwater's revenue was 5.2 million EUR.", "unit"),
        ("Brackwater's revenue was €5.2 million.", "unit"),
        ("Brackwater's revenue grew 12 million USD.", "number"),
        ("Brackwater's revenue grew 12 percentage points.", "unit"),
        ("Brackwater's revenue was 52 million USD.", "number"),
        ("Brackwater's revenue was about 5.8 million USD.", "number"),
        ("Four plants make half of it.", "spelled"),
        ("Three plants make a third of it.", "spelled"),
        ("In June 2024 Brackwater's revenue grew.", "month"),
        ("In April 2023 Brackwater's revenue grew.", "number"),
        ("Brackwater's revenue grew after zorvath.", "word"),
        ("Brackwater's revenue grew after Zorvath.", "name"),
        ("Brackwater's revenue grew ![x](http://zorvath.example).", "markup"),
    ],
)
def test_what_no_quote_holds_is_found(text: str, what: str) -> None:
    assert what in seen(text)


@pytest.mark.parametrize(
    "text",
    [
        "In April 2024 Brackwater's revenue was 5,200 thousand USD.",
        "Brackwater's revenue was about $5 million.",
        "Brackwater's revenue grew 12 percent; 3 plants make half.",
        "Margin rose to 33% from 30%.",
    ],
)
def test_other_ways_to_write_the_same_are_no_strays(text: str) -> None:
    assert seen(text) == []


def test_a_cell_has_the_scale_that_stands_over_its_table() -> None:
    page = "In thousands of dollars\nRevenue 812,400 790,100"
    cell = {
        "document": "note",
        "page": 1,
        "start": page.index("Revenue"),
        "end": len(page),
        "quote": page[page.index("Revenue") :],
    }

    def wrong(text: str) -> list[str]:
        made = {"question": "", "statements": [{"text": text, "citations": [cell], "calculation": None}]}
        return [one.what for one in strays(made, lambda _document, _page: page)]

    assert wrong("Revenue was $812.4 million.") == []
    assert wrong("Revenue was $812.4 billion.") == ["number"]
    assert wrong("Revenue was €812.4 million.") == ["unit"]


def test_planted_numbers_are_found() -> None:
    outcome = planted(seed=3, count=300)
    assert outcome["false strays"] == 0, outcome["wrongly"]
    for kind in ("digit", "scale"):
        found, made = outcome[kind]
        assert made > 20
        assert found >= 0.99 * made, outcome["missed"]
    for kind in ("name", "lower-case name", "spelled", "month", "currency", "percent"):
        found, made = outcome[kind]
        assert made
        assert found >= 0.9 * made, outcome["missed"]
