"""A figure in the form that a question wants."""

import pytest

from app.answer_form import Form, read_form, shown
from app.quantity import parse_quantity


@pytest.mark.parametrize(
    ("question", "form"),
    [
        ("Answer in USD millions.", Form(scale="million")),
        ("Round to two decimal places.", Form(places=2)),
        ("in units of percents and round to one decimal place", Form(percent=True, places=1)),
        ("What was revenue?", Form()),
    ],
)
def test_the_form_is_read(question: str, form: Form) -> None:
    assert read_form(question) == form


@pytest.mark.parametrize(
    ("text", "form", "kind", "expected"),
    [
        ("10.1 USD", Form(), "per share", "10.10 USD"),
        ("-8.3 USD", Form(), "per share", "-8.30 USD"),
        ("381603 thousand USD", Form(scale="million"), "", "381.603 million USD"),
        ("381603 thousand USD", Form(scale="million", places=1), "", "381.6 million USD"),
        ("63.8612", Form(places=2), "days", "63.86 days"),
        ("12.345%", Form(), "", "12.3%"),
    ],
)
def test_a_figure_is_shown_in_it(text: str, form: Form, kind: str, expected: str) -> None:
    quantity = parse_quantity(text)
    assert shown(quantity, form, kind, quantity.scale.name)[0] == expected
