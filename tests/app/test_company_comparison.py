"""One figure of several companies: how such questions are read, and what reports of made-up companies give."""

from dataclasses import replace
from decimal import Decimal

import pytest

from app.answer import AnswerKind, Calculation, Operand, Statement
from app.company_comparison import called, one_by_one
from app.footnote import Footnote
from app.verifier.sides import side_findings
from index.citation import Citation
from tests.app.drawn_filing import companies

ACORN, BIRCH, ELM = "ACORN MILLS, INC.", "Birch & Co", "The Elm Group Inc."


@pytest.mark.parametrize(
    ("question", "asked"),
    [
        ("Compare Acorn Mills' and Birch's gross margin in 2015", "gross margin in 2015"),
        ("Which had the higher revenue in FY2022, Acorn Mills or Birch?", "revenue in FY2022"),
        ("What was the revenue of Acorn Mills and Birch in 2022?", "revenue in 2022"),
        ("What was Acorn Mills' revenue in 2022 vs Birch's?", "revenue in 2022"),
        ("Acorn Mills vs Birch: net income 2018", "net income 2018"),
        ("Was Acorn Mills' revenue higher than that of Birch in 2022?", "revenue in 2022"),
        ("How does Acorn Mills' operating margin in 2022 compare with Birch's?", "operating margin in 2022"),
        ("How much more revenue did Acorn Mills have than Birch in FY2022?", "revenue in FY2022"),
        ("What is the difference between Acorn Mills' and Birch's net income in 2022?", "net income in 2022"),
        ("Whose total assets were larger in 2022, Acorn Mills' or Birch's?", "total assets in 2022"),
        ("Which grew its revenue faster in 2022, Acorn Mills or Birch?", "revenue growth in 2022"),
    ],
)
def test_a_comparison_is_asked_of_each_company_alone(question: str, asked: str) -> None:
    found = one_by_one(question, [BIRCH, ACORN])
    assert list(found) == [ACORN, BIRCH]  # in the order of the question
    assert [" ".join(text.split()) for text in found.values()] == [
        f"What was {called(ACORN)}'s {asked}?",
        f"What was {called(BIRCH)}'s {asked}?",
    ]


def test_three_companies_are_asked_one_by_one() -> None:
    found = one_by_one("Which had the lowest gross margin in 2022: Acorn Mills, Birch or Elm?", [ACORN, BIRCH, ELM])
    assert {text.split("'s ", 1)[1] for text in found.values()} == {"gross margin in 2022?"}


@pytest.mark.parametrize(
    "question",
    [
        "Did Acorn Mills pay Birch for the mill that Acorn Mills sold to a customer of Birch in 2022?",
        "Acorn Mills",
    ],
)
def test_companies_that_stand_apart_are_no_comparison(question: str) -> None:
    assert not one_by_one(question, [ACORN, BIRCH] if "Birch" in question else [ACORN])


def test_two_figures_and_the_higher_of_them(reports: Footnote) -> None:
    first, second, *_ = [one for one in companies() if "2021" in one.end]
    names = [called(one.name) for one in (first, second)]
    answer = reports.ask(f"Which had the higher net income in FY2021, {names[0]} or {names[1]}?")
    assert answer.kind is AnswerKind.ANSWER, answer.text
    values = [one.calculation.value for one in answer.statements if one.calculation]
    assert len(values) == 3
    assert values[2] == abs(values[0] - values[1]) > 0
    higher = names[0] if values[0] > values[1] else names[1]
    assert answer.statements[2].text.startswith(f"{higher} has the higher net income, by ")
    cited = {citation.document for citation in answer.statements[2].citations}
    assert len(cited) == 2


def test_a_company_without_the_figure_is_named_and_nothing_is_compared(reports: Footnote) -> None:
    answer = reports.ask("Compare the gross margin of Cedar Bancorp and Foxglove Mills in FY2021")
    assert answer.kind is AnswerKind.REFUSAL
    assert "Cedar Bancorp" in answer.text
    assert not any(character.isdigit() for character in answer.text)


def _difference(who: str, first: str, second: str) -> Statement:
    def operand(name: str, value: int, document: str) -> Operand:
        place = Citation(document, 0, 0, 1, str(value))
        return Operand(f"{value} USD", Decimal(value), "USD", "", place, f"{name}: revenue, FY2021", "FY2021")

    operands = (operand(first, 9, "acorn"), operand(second, 4, "birch"))
    made = Calculation("(9 USD) - (4 USD)", operands, "5 USD", Decimal(5), "USD")
    return Statement(
        f"{who} has the higher revenue, by 5 USD.", tuple(o.citation for o in operands if o.citation), made
    )


def test_the_verifier_holds_the_sides_of_a_comparison_to_their_documents() -> None:
    known = {"acorn": "Annual report ; Acorn Mills, Inc.", "birch": "Annual report ; Birch & Co"}
    right = _difference("Acorn Mills", "Acorn Mills", "Birch")
    assert not list(side_findings(right, known.__getitem__))
    assert list(side_findings(_difference("Birch", "Acorn Mills", "Birch"), known.__getitem__))
    assert list(side_findings(_difference("Birch", "Birch", "Acorn Mills"), known.__getitem__))
    turned = replace(right, calculation=replace(right.calculation, value=Decimal(-5)) if right.calculation else None)
    assert list(side_findings(turned, known.__getitem__))


def test_its_without_anyone_named_is_asked_back_over_several_companies(reports: Footnote) -> None:
    answer = reports.ask("Who is its CEO?")
    assert answer.kind is AnswerKind.REFUSAL
    assert answer.text.startswith("Whose is meant?")


@pytest.mark.parametrize(
    ("company", "name"),
    [
        ("BEST PLOUGH CO., INC.", "Best Plough"),
        ("CVX HEALTH CORPORATION", "CVX Health"),
        ("IBQ CORP", "IBQ"),
        (BIRCH, "Birch"),
    ],
)
def test_a_name_in_capitals_is_written_as_people_do(company: str, name: str) -> None:
    assert called(company) == name
