"""The independent checker finds what it is for, and nothing in a faithful answer."""

from typing import Any

from tests.eval.independent_check import strays

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
    assert found("Revenue was 5.3 million USD.") == [("name", "Revenue"), ("number", "5.3")] or (
        "number",
        "5.3",
    ) in found("Revenue was 5.3 million USD.")
    assert ("name", "Garnock") in found("In 2024 Garnock grew.")  # the question's names count for nothing


def test_a_forged_quote_is_found_and_supports_nothing() -> None:
    forged = "Brackwater's revenue was 9.9 million USD in 2024."
    assert [one[0] for one in found("Revenue was 9.9 million USD in 2024.", forged)].count("citation") == 1
    assert ("number", "9.9") in found("Revenue was 9.9 million USD in 2024.", forged)


def test_numbers_of_a_calculation_are_no_strays() -> None:
    made = {
        "expression": "5.2 million USD * 2",
        "result": "10.4 million USD",
        "value": "10400000",
        "unit": "USD",
        "operands": [],
    }
    assert found("Twice that is 10.4 million USD.", PAGE, made) == []
    assert ("number", "10.5") in found("Twice that is 10.5 million USD.", PAGE, made)
