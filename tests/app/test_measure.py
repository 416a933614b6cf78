"""Which measure an amount belongs to, in questions and in sentences."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.match import new_figures
from app.measure import asked_measures, find_measures, measure_of, of_measures
from app.quantity import find_quantities
from app.question import read_question


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Revenue was $5.2 billion, up 4%, and net income was $600 million, down 3%.",
         {"$5.2 billion": "revenue", "4%": "revenue", "$600 million": "net income", "3%": "net income"}),
        ("Ahead of its earnings call the firm told of a 12% jump in sales to 90 million EUR.",
         {"12%": "revenue", "90 million EUR": "revenue"}),
        ("That is an annualised revenue run-rate of over 40 million EUR.", {"40 million EUR": "run-rate"}),
        ("Sales grew by 20%, but its operating income grew by more than 60%, because costs rose more slowly.",
         {"20%": "revenue", "60%": "operating income"}),
        ("Cost of sales came to 70 million USD.", {"70 million USD": "cost of revenue"}),
    ],
)  # fmt: skip
def test_an_amount_belongs_to_the_measure_nearest_to_it(text: str, expected: dict[str, str]) -> None:
    assert {one.text: measure_of(one, text) for one in find_quantities(text)} == expected


def test_an_amount_in_a_text_without_measures_belongs_to_none() -> None:
    text = "The tower is 90 metres high and cost nobody 5 million EUR."
    assert [
        measure_of(one, "The bridge carries 90,000 cars.") for one in find_quantities("The bridge carries 90,000 cars.")
    ] == [None]
    assert find_measures(text)[0].measure.name == "cost"


@pytest.mark.parametrize(
    ("question", "served", "unserved"),
    [
        ("By how much did profit grow?", "net income", "revenue"),
        ("What was net income?", "profit", "operating income"),
        ("What was the revenue?", "revenue", "run-rate"),
        ("What is the cost of sales?", "cost of revenue", "revenue"),
        ("What is the revenue run-rate?", "run-rate", "revenue"),
        ("How large are the profits?", "profit", "revenue"),
    ],
)
def test_a_question_is_served_by_its_measure_alone(question: str, served: str, unserved: str) -> None:
    assert served in asked_measures(question)
    assert unserved not in asked_measures(question)


def test_amounts_of_other_measures_are_left_out() -> None:
    text = "Revenue was 80 million EUR and net income 9 million EUR."
    kept = of_measures(find_quantities(text), text, asked_measures("What was net income?"))
    assert [one.text for one in kept] == ["9 million EUR"]


@given(st.text(max_size=200))
def test_any_text_is_read_and_the_places_hold(text: str) -> None:
    for found in find_measures(text):
        assert 0 <= found.start < found.end <= len(text)


@pytest.mark.parametrize(
    ("question", "text", "gives"),
    [
        ("How many employees does it have?", "Over 900 employees use the gym every year.", False),
        ("How many employees does it have?", "The company had 4,200 employees at the year's end.", True),
        ("How many employees does it have?", "We hired 300 new employees, and had an acceptance rate of 78%.", False),
        ("What was the cost of sales?", "Cost of sales decreased by $4,574 million on higher charges.", False),
        ("By how much did the cost of sales change?", "Cost of sales decreased by $4,574 million.", True),
        ("What was revenue?", "Revenue rose by 5% to 90 million EUR.", True),
        ("What was the impairment?", "Goodwill of $32 million was within the impairment test.", False),
        ("What was the impairment?", "An impairment charge of $32 million was taken.", True),
        (
            "How much stock did it repurchase?",
            "The program had $4,125 million remaining available for repurchases.",
            False,
        ),
        ("How much stock did it repurchase?", "The board authorized the repurchase of $5,000 million of stock.", False),
        ("How much stock did it repurchase?", "It repurchased $1,014 million of stock.", True),
        ("How much did the board authorize?", "The board authorized the repurchase of $5,000 million of stock.", True),
        ("What is available for repurchases?", "The program had $4,125 million available for repurchases.", True),
        ("What was the impairment?", "The goodwill carrying amount of $32 million saw no impairment.", False),
    ],
)
def test_near_misses_give_no_figure(question: str, text: str, gives: bool) -> None:
    assert new_figures(read_question(question), text) is gives
