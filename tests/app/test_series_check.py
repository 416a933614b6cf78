"""What a statement may say of a series: its values in their periods, and what these give; nothing else."""

from dataclasses import replace
from decimal import Decimal

import pytest

from app.answer import Calculation, Operand, Point, Series, Statement
from app.verifier import read_input, unsupported
from index.citation import Citation

PAGE = (
    "(in millions) | FY2019 | FY2020 | FY2021\nNet sales, million USD | 800 | 1,000 | 900\nNet income | 80 | 90 | 99\n"
)
ROW = "Net sales, million USD | 800 | 1,000 | 900"


def page_text(document: str, page: int) -> str:
    return PAGE


def cite(quote: str) -> Citation:
    return Citation("acorn", 0, PAGE.index(quote), PAGE.index(quote) + len(quote), quote)


def point(year: int, number: str) -> Point:
    value = Decimal(number.replace(",", ""))
    text = f"{number} million USD"
    return Point(f"FY{year}", text, value, Operand(text, value, "USD", "million", cite(ROW), f"net sales, FY{year}"))


POINTS = (point(2019, "800"), point(2020, "1,000"), point(2021, "900"))
LIST = "Net sales: 800 million USD in FY2019, 1,000 million USD in FY2020, 900 million USD in FY2021."
SERIES = Series("net sales", "million USD", POINTS, ("FY2018",))
TRUE = Statement(LIST, (cite(ROW), cite("(in millions) | FY2019 | FY2020 | FY2021")), None, SERIES)


@pytest.mark.parametrize(
    "aside",
    ["", " These documents don't give it for FY2018.", " It was highest in FY2020 (1,000 million USD)."],
)  # fmt: skip
def test_what_the_values_give_may_be_said(aside: str) -> None:
    assert unsupported(replace(TRUE, text=LIST + aside), "", page_text) is None


@pytest.mark.parametrize(
    "text",
    [
        LIST.replace("800", "810"),
        LIST.replace("800 million USD in FY2019", "1,000 million USD in FY2019"),
        LIST.replace("FY2021", "FY2022"),
        LIST.replace("900 million", "900 billion"),
        LIST.replace("Net sales", "Net income"),
        LIST + " It rose in each of these periods.",
        LIST + " It fell in each of these periods.",
        LIST + " It was highest in FY2019 (800 million USD).",
        LIST + " It was lowest in FY2020 (1,000 million USD).",
        LIST + " These documents don't give it for FY2021.",
        LIST + " These documents don't give it for FY2017.",
        LIST + " Management expects more.",
    ],
)
def test_what_the_values_do_not_give_is_withheld(text: str) -> None:
    assert unsupported(replace(TRUE, text=text), "", page_text)


@pytest.mark.parametrize(
    "wrong",
    [
        replace(POINTS[0], value=Decimal(801)),
        replace(POINTS[0], value=Decimal(-800)),
        replace(POINTS[0], operand=None),
        replace(POINTS[0], period="FY2016"),
        point(2019, "805"),
        replace(POINTS[0], operand=replace(POINTS[1].operand, text="800 million USD")),  # type: ignore[type-var]
    ],
)
def test_a_value_that_is_not_its_cell_is_withheld(wrong: Point) -> None:
    points = (wrong, *POINTS[1:])
    text = LIST.replace("800 million USD in FY2019", f"{wrong.text} in {wrong.period}")
    assert unsupported(replace(TRUE, text=text, series=replace(SERIES, points=points)), "", page_text)


def test_a_value_that_is_computed_is_computed_again() -> None:
    assert POINTS[0].operand
    assert POINTS[1].operand
    made = Calculation("growth(1000 million USD, 800 million USD)", (POINTS[1].operand, POINTS[0].operand), "25%", Decimal(25), "%")  # fmt: skip
    growth = Series("net sales growth", "%", (Point("FY2020", "25%", Decimal(25), None, made),))
    true = replace(TRUE, text="Net sales growth: 25% in FY2020.", series=growth)
    wrong = replace(made, value=Decimal(26))
    forged = replace(growth, points=(replace(growth.points[0], calculation=wrong),))
    assert unsupported(true, "net sales growth by year", page_text) is None
    assert unsupported(replace(true, series=forged), "net sales growth by year", page_text)


def test_a_scale_that_nothing_cited_states_is_withheld() -> None:
    cell = "Net income | 80 | 90 | 99"
    operand = Operand("80 billion USD", Decimal(80), "USD", "billion", cite(cell), "net income, FY2019")
    one = Series("net income", "billion USD", (Point("FY2019", "80 billion USD", Decimal(80), operand),))
    said = Statement("Net income: 80 billion USD in FY2019.", (cite(cell), cite("(in millions)")), None, one)
    assert unsupported(said, "", page_text)


def test_a_series_comes_back_from_a_file_as_it_was_given() -> None:
    draft = read_input({"question": "Net sales by year", "statements": [TRUE.to_json()]}, page_text)
    assert draft.statements[0].series == SERIES
    assert unsupported(draft.statements[0], draft.question, page_text) is None
