"""A figure over several years from filings: each value cited or computed, the later filing where one restates."""

from dataclasses import replace
from decimal import Decimal

import pytest

from app.answer import Answer, AnswerKind, Point, Statement
from app.answer_json import answer_from_json, answer_to_json
from app.export import answer_markdown, answer_text, citations_of
from app.figure_table import figure_table
from app.footnote import Footnote
from app.settings import Settings
from app.verifier import unsupported
from tests.app.test_filing_search import BALANCE, CASH, INCOME, LATER, filing

OLD = INCOME.replace("FY2021 | FY2020 | FY2019", "FY2016 | FY2015 | FY2014").replace("In millions", "In thousands")

# Only the owners' share in one year's filing, only the whole in the next one's.
ATTRIBUTABLE = INCOME.replace("| Net income | 162 | 136 | 90 |\n", "").replace("Acorn Mills", "Dogwood")


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Footnote:
    folder = tmp_path_factory.mktemp("filings")
    (folder / "acorn-2021.md").write_text(filing("Acorn Mills", 2021, INCOME, BALANCE, CASH))
    (folder / "acorn-2022.md").write_text(filing("Acorn Mills", 2022, LATER))
    (folder / "cedar-2016.md").write_text(filing("Cedar Works", 2016, OLD))
    (folder / "cedar-2021.md").write_text(filing("Cedar Works", 2021, INCOME))
    (folder / "dogwood-2021.md").write_text(filing("Dogwood", 2021, ATTRIBUTABLE))
    (folder / "dogwood-2022.md").write_text(filing("Dogwood", 2022, LATER))
    engine = Footnote(Settings(home=tmp_path_factory.mktemp("home")))
    assert len(engine.ingest([folder]).added) == 6
    return engine


def ask(engine: Footnote, question: str) -> Statement:
    answer = engine.ask(question)
    assert answer.kind is AnswerKind.ANSWER, f"{question}: {answer.text}"
    assert unsupported(answer.statements[0], question, engine.page_text) is None
    return answer.statements[0]


def points(engine: Footnote, question: str) -> list[tuple[str, str]]:
    found = ask(engine, question)
    assert found.series
    return [(point.period, point.text) for point in found.series.points]


def test_each_year_is_a_cited_cell_and_a_restated_one_comes_from_the_later_filing(engine: Footnote) -> None:
    found = ask(engine, "What was Acorn Mills' revenue from 2019 to 2022?")
    assert found.series
    shown = [(point.period, point.text, point.value) for point in found.series.points]
    assert shown == [
        ("FY2019", "800 million USD", Decimal(800)),
        ("FY2020", "1,000 million USD", Decimal(1000)),
        ("FY2021", "1,210 million USD", Decimal(1210)),
        ("FY2022", "1,500 million USD", Decimal(1500)),
    ]
    sources = [
        point.operand.citation.document for point in found.series.points if point.operand and point.operand.citation
    ]
    assert sources == ["acorn-2021", "acorn-2022", "acorn-2022", "acorn-2022"]
    assert "revenue, FY2021 was 1,200 million USD in acorn-2021; acorn-2022 gives it as 1,210" in found.series.note
    assert "FY2019 from acorn-2021; FY2020 to FY2022 from acorn-2022" in found.series.note


def test_a_metric_is_computed_for_each_year_and_its_change_said_where_a_trend_is_asked(engine: Footnote) -> None:
    found = ask(engine, "How has Acorn Mills' gross margin developed?")
    assert found.series
    assert [point.text for point in found.series.points] == ["37.5%", "39.0%", "40.5%", "40.0%"]
    assert all(point.calculation and len(point.operands) == 2 for point in found.series.points)
    assert "rose by 2.5 percentage points, from 37.5% in FY2019 to 40.0% in FY2022" in found.text
    assert "highest in FY2021 (40.5%)" in found.text
    assert found.calculation


@pytest.mark.parametrize(
    ("question", "periods"),
    [
        ("What was Acorn Mills' net income over the last two years?", ["FY2021", "FY2022"]),
        ("What was Acorn Mills' revenue since 2021?", ["FY2021", "FY2022"]),
        ("What was Acorn Mills' research and development by year?", ["FY2019", "FY2020", "FY2021"]),
    ],
)
def test_the_years_that_are_asked_for(engine: Footnote, question: str, periods: list[str]) -> None:
    assert [period for period, _ in points(engine, question)] == periods


def test_more_than_two_years_that_are_compared_are_all_given_and_so_is_the_change(engine: Footnote) -> None:
    question = "Compare Acorn Mills' revenue in 2019, 2020 and 2021."
    assert [text for _, text in points(engine, question)] == [
        "800 million USD",
        "1,000 million USD",
        "1,210 million USD",
    ]
    found = ask(engine, question)
    assert found.text.startswith(
        "Revenue rose by 51.3%, from 800 million USD in FY2019 to 1,210 million USD in FY2021."
    )


def test_a_year_that_is_not_given_is_said_and_left_out(engine: Footnote) -> None:
    found = ask(engine, "What was Cedar Works' revenue from 2015 to 2019?")
    assert found.series
    assert found.series.missing == ("FY2017", "FY2018")
    assert "These documents don't give it for FY2017, FY2018." in found.text


def test_values_in_different_scales_are_brought_to_one(engine: Footnote) -> None:
    found = ask(engine, "What was Cedar Works' revenue from 2015 to 2019?")
    assert found.series
    assert found.series.unit == "million USD"
    assert [point.text for point in found.series.points] == ["1 million USD", "1.2 million USD", "800 million USD"]
    assert [bool(point.calculation) for point in found.series.points] == [True, True, False]


def test_a_lone_year_is_given_as_such(engine: Footnote) -> None:
    found = ask(engine, "What was Acorn Mills' inventory turnover by year?")
    assert found.series is None
    assert found.calculation
    assert found.calculation.result == "4.00"
    assert "for no other year" in found.text


def test_the_rounding_that_is_asked_for_holds_for_each_year(engine: Footnote) -> None:
    shown = points(engine, "What was Acorn Mills' revenue from 2019 to 2021 in USD billions, to two decimal places?")
    assert [text for _, text in shown] == ["0.80 billion USD", "1.00 billion USD", "1.21 billion USD"]


def test_how_the_question_was_read_is_told(engine: Footnote) -> None:
    read = dict(ask(engine, "What was Acorn Mills' DPO in FY2021? Round to one decimal place.").understood)
    assert read["Company"] == "Acorn Mills"
    assert read["Periods"] == "FY2021"
    assert read["Convention"] == "balances averaged over the two ends of the year"
    assert "average accounts payable" in read["Formula"]
    assert read["Rounding"] == "1 decimal place, as asked"
    assert read["Read from"] == "acorn-2021"


def test_the_table_has_periods_in_columns_and_items_in_rows(engine: Footnote) -> None:
    table = figure_table(ask(engine, "What was Acorn Mills' inventory turnover in FY2021?"))
    assert table
    assert table.periods == ("FY2021", "FY2020")
    assert [(row.label, row.unit, [cell and cell.text for cell in row.cells]) for row in table.rows] == [
        ("cost of goods sold", "million USD", ["720", None]),
        ("inventory", "million USD", ["200", "160"]),
    ]
    assert all(cell.citation for row in table.rows for cell in row.cells if cell)


@pytest.mark.parametrize(
    "question",
    [
        "What was Acorn Mills' DPO in FY2021?",
        "How has Acorn Mills' gross margin developed?",
        "What was Acorn Mills' free cash flow in FY2020?",
        "What is the 3 year average net profit margin of Acorn Mills from FY2019 to FY2021?",
    ],
)
def test_every_operand_that_is_no_constant_has_its_place(engine: Footnote, question: str) -> None:
    found = ask(engine, question)
    held = list(found.series.points) if found.series else []
    operands = [
        *(found.calculation.operands if found.calculation else ()),
        *(one for point in held for one in point.operands),
    ]
    assert operands
    for operand in operands:
        assert operand.citation or operand.role.startswith("constant")
        if operand.citation:
            page = engine.page_text(operand.citation.document, operand.citation.page)
            assert page[operand.citation.start : operand.citation.end] == operand.citation.quote


def test_growth_in_each_year_is_computed_on_the_year_before(engine: Footnote) -> None:
    shown = points(engine, "How much did Acorn Mills' revenue grow each year?")
    assert shown == [("FY2020", "25.0%"), ("FY2021", "21.0%"), ("FY2022", "24.0%")]
    shown = points(engine, "How did Acorn Mills' gross margin change each year?")
    assert [text for _, text in shown] == ["1.5 percentage points", "1.5 percentage points", "-0.50 percentage points"]


def test_rows_that_filings_name_otherwise_are_told_and_not_held_against_each_other(engine: Footnote) -> None:
    found = ask(engine, "How has Cedar Works' net income developed?")
    assert found.series
    assert "“Net income attributable to Acorn Mills”" not in found.series.note
    own = ask(engine, "How has Dogwood's net income developed?")
    assert own.series
    assert "“Net income attributable to Dogwood” (from FY2019), “Net income” (from FY2020)" in own.series.note
    assert own.calculation is None


def test_what_no_sentence_gives_is_refused_for_a_series(engine: Footnote) -> None:
    assert engine.ask("What was Acorn Mills' dividend per share each year?").kind is AnswerKind.REFUSAL


def test_a_series_is_kept_whole_and_read_as_text_and_markdown(engine: Footnote) -> None:
    answer = engine.ask("How has Acorn Mills' gross margin developed?")
    assert answer_from_json(answer_to_json(answer)) == answer
    text, markdown = answer_text(answer), answer_markdown(answer)
    assert "FY2022" in text.splitlines()[2]
    assert "gross margin, FY2019 = (800 million USD − 500 million USD) ÷ 800 million USD: 37.5%" in text
    assert "|  | FY2022 | FY2021 | FY2020 | FY2019 |" in markdown
    assert len(citations_of(answer)) == len(set(citations_of(answer)))


@pytest.fixture
def series(engine: Footnote) -> Statement:
    return ask(engine, "What was Acorn Mills' revenue from 2019 to 2022?")


def changed(statement: Statement, **point: object) -> Statement:
    assert statement.series
    first, *rest = statement.series.points
    return replace(statement, series=replace(statement.series, points=(replace(first, **point), *rest)))  # type: ignore[arg-type]


def test_a_value_that_is_not_its_cell_is_not_shown(engine: Footnote, series: Statement) -> None:
    assert series.series
    wrong: list[dict[str, object]] = [
        {"text": "900 million USD"},
        {"value": Decimal(900)},
        {"operand": None},
    ]
    for one in wrong:
        assert unsupported(changed(series, **one), "", engine.page_text), one
    first = series.series.points[0]
    assert first.operand
    forged = Point(first.period, "900 million USD", Decimal(900), replace(first.operand, text="900 million USD"))
    assert unsupported(replace(series, series=replace(series.series, points=(forged,))), "", engine.page_text)
    assert unsupported(replace(series, text=f"{series.text} It was 77 before."), "", engine.page_text)


def test_a_refused_figure_shows_the_nearest_cells_with_their_places(engine: Footnote) -> None:
    answer = engine.ask("What was Acorn Mills' revenue in FY2012?")
    assert answer.kind is AnswerKind.REFUSAL
    assert [one.text for one in answer.candidates][:2] == ["800 million USD", "1,000 million USD"]
    assert {one.label for one in answer.candidates} == {"Net sales"}
    for one in answer.candidates:
        place = one.citation
        assert engine.page_text(place.document, place.page)[place.start : place.end] == place.quote
        assert place in citations_of(answer)
    assert not any(one.text in answer.text for one in answer.candidates)
    assert isinstance(answer_from_json(answer_to_json(answer)), Answer)
    assert answer_from_json(answer_to_json(answer)) == answer


def test_the_formula_of_growth_is_told_in_words(engine: Footnote) -> None:
    read = dict(ask(engine, "How much did Acorn Mills' revenue grow each year?").understood)
    assert read["Formula"] == "growth of revenue on the year before's revenue"
