"""Figures from the statements of filings, from files to the verified answer."""

from pathlib import Path

import pytest

from app.answer import Answer, AnswerKind, Statement, Turn
from app.footnote import Footnote
from app.settings import Settings
from app.statement_figures import figure
from app.verifier import unsupported
from tests.eval.unanswerable import figures_in

INCOME = """## Consolidated statements of income

| In millions of USD | FY2021 | FY2020 | FY2019 |
|---|---|---|---|
| Net sales | 1,200 | 1,000 | 800 |
| Cost of sales | 720 | 610 | 500 |
| Research and development | 60 | 50 | 40 |
| Operating income | 240 | 190 | 140 |
| Interest expense | (24) | (20) | (20) |
| Income before income taxes | 216 | 170 | 120 |
| Provision for income taxes | (54) | (34) | (30) |
| Net income | 162 | 136 | 90 |
| Net income attributable to Acorn Mills | 160 | 134 | 90 |
"""
LATER = """## Consolidated statements of income

| In millions of USD | FY2022 | FY2021 | FY2020 |
|---|---|---|---|
| Net sales | 1,500 | 1,210 | 1,000 |
| Cost of sales | 900 | 720 | 610 |
| Operating income | 300 | 240 | 190 |
| Income before income taxes | 270 | 216 | 170 |
| Provision for income taxes | (60) | (54) | (34) |
| Net income | 210 | 162 | 136 |
"""
BALANCE = """## Consolidated balance sheets

| In millions of USD | FY2021 | FY2020 |
|---|---|---|
| Cash and cash equivalents | 90 | 80 |
| Accounts receivable, net | 150 | 130 |
| Inventories | 200 | 160 |
| Other current assets | 30 | 20 |
| Total current assets | 470 | 390 |
| Property, plant and equipment, net | 600 | 500 |
| Total assets | 1,100 | 900 |
| Accounts payable | 120 | 100 |
| Total current liabilities | 235 | 200 |
| Total liabilities | 500 | 400 |
| Total liabilities and equity | 1,100 | 900 |
"""
CASH = """## Consolidated statements of cash flows

| In millions of USD | FY2021 | FY2020 | FY2019 |
|---|---|---|---|
| Net income | 162 | 136 | 90 |
| Depreciation and amortization | 70 | 60 | 50 |
| Net cash provided by operating activities of continuing operations | 900 | 800 | 700 |
| Net cash provided by operating activities | 260 | 210 | 150 |
| Purchases of property, plant and equipment | (110) | (90) | (70) |
| Net cash used in investing activities | (130) | (95) | (75) |
| Dividends paid | (40) | (30) | — |
| Net cash used in financing activities | (60) | (50) | (20) |
"""


def filing(company: str, year: int, *tables: str) -> str:
    return f"# Annual report {year}\n\nCompany: {company}.\nPeriod: fiscal year {year}.\n\n" + "\n".join(tables)


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Footnote:
    folder = tmp_path_factory.mktemp("filings")
    (folder / "acorn-2021.md").write_text(filing("Acorn Mills", 2021, INCOME, BALANCE, CASH))
    (folder / "acorn-2022.md").write_text(filing("Acorn Mills", 2022, LATER))
    parts = INCOME.replace("| Cost of sales |", "| Cost of products sold |").replace(
        "| Research", "| Cost of services | 70 | 60 | 50 |\n| Research"
    )
    (folder / "birch-2021.md").write_text(filing("Birch Stores", 2021, parts, BALANCE))
    engine = Footnote(Settings(home=tmp_path_factory.mktemp("home")))
    assert len(engine.ingest([folder]).added) == 3
    return engine


def answered(engine: Footnote, question: str, documents: list[int] | None = None) -> list[Statement] | None:
    asked = engine.filings.asked(question, documents)
    return figure(*asked) if asked else None


def ask(engine: Footnote, question: str) -> Statement | None:
    found = answered(engine, question) or []
    for one in found:
        assert unsupported(one, question, engine.page_text) is None
    return found[0] if found else None


def result(engine: Footnote, question: str) -> str | None:
    found = ask(engine, question)
    return found.calculation.result if found and found.calculation else None


@pytest.mark.parametrize(
    ("question", "shown"),
    [
        ("What was Acorn Mills' capital expenditure in FY2021?", "110 million USD"),
        ("What was Acorn Mills' capital expenditure in FY2021, in USD billions?", "0.11 billion USD"),
        ("What was Acorn Mills' operating cash flow in FY2021?", "260 million USD"),
        ("What were the total liabilities of Acorn Mills at the end of FY2021?", "500 million USD"),
        ("What was Acorn Mills' FY2021 current ratio?", "2.00"),
        ("What was the FY2021 inventory turnover of Acorn Mills?", "4.00"),
        ("What was Acorn Mills' DPO in FY2021? Round to one decimal place.", "52.8 days"),
        ("What was Acorn Mills' effective tax rate in FY2021?", "25.0%"),
        ("What was Acorn Mills' EBITDA margin in FY2020?", "25.0%"),
        ("What was Acorn Mills' free cash flow in FY2019?", "80 million USD"),
        ("What was the interest coverage of Acorn Mills in FY2021?", "10.00"),
        ("What was the retention ratio of Acorn Mills in FY2021? Give it as a percentage.", "75.0%"),
        ("What is the 3 year average net profit margin of Acorn Mills from FY2019 to FY2021?", "12.7%"),
        ("What was Acorn Mills' gross profit in FY2019?", "300 million USD"),
        ("What was Acorn Mills' net income in FY2021?", "162 million USD"),
    ],
)
def test_figures_are_found_and_computed(engine: Footnote, question: str, shown: str) -> None:
    assert result(engine, question) == shown


def test_each_operand_is_cited_by_its_cell(engine: Footnote) -> None:
    found = ask(engine, "What was the FY2021 inventory turnover of Acorn Mills?")
    assert found
    assert found.calculation
    cells = [operand for operand in found.calculation.operands if operand.citation]
    assert [operand.text for operand in cells] == ["720 million USD", "160 million USD", "200 million USD"]
    assert [operand.role for operand in cells] == [
        "cost of goods sold, FY2021",
        "inventory, FY2020",
        "inventory, FY2021",
    ]
    assert "average inventory" in found.text
    assert "average balance" in found.calculation.note


def test_a_payment_in_brackets_is_the_amount_paid_and_a_loss_stays_negative(engine: Footnote) -> None:
    assert result(engine, "How much did Acorn Mills pay in dividends in FY2021?") == "40 million USD"
    assert result(engine, "What was the investing cash flow of Acorn Mills in FY2021?") == "-130 million USD"


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("Is Acorn Mills' revenue rising?", "Yes. Revenue rose by "),
        ("Is Acorn Mills' revenue falling?", "No. Revenue rose by "),
        ("Did Acorn Mills make a profit in FY2021?", "Yes. Net income, FY2021: 162 million USD"),
        ("Did Acorn Mills lose money in FY2021?", "No. Net income, FY2021: 162 million USD"),
        ("How long does it take Acorn Mills to sell its inventory in FY2021?", "Days inventory outstanding, FY2021: "),
    ],
)
def test_everyday_words_ask_for_the_figure_that_answers_them(engine: Footnote, question: str, said: str) -> None:
    found = ask(engine, question)
    assert found
    assert found.text.startswith(said)


def test_a_change_from_a_negative_figure_is_told_in_money_and_why(engine: Footnote) -> None:
    found = ask(engine, "By what percentage did Acorn Mills' investing cash flow change from FY2020 to FY2021?")
    assert found
    assert found.calculation
    assert (
        found.text
        == "Investing cash flow fell by 35 million USD, from (95) million USD in FY2020 to (130) million USD in FY2021."
    )
    assert found.calculation.note.endswith(
        "Not in percent: the figure of FY2020 is negative, and a share of it would say nothing."
    )
    positive = ask(engine, "By what percentage did Acorn Mills' operating cash flow change from FY2020 to FY2021?")
    assert positive
    assert positive.text.startswith("Operating cash flow rose by 23.8%, ")


def test_a_dash_is_nil_and_said_to_be(engine: Footnote) -> None:
    found = ask(engine, "How much did Acorn Mills pay in dividends in FY2019?")
    assert found
    assert found.calculation
    assert found.calculation.result == "0 million USD"
    assert found.calculation.steps[0] == ("dividends paid, FY2019", "– million USD")
    assert "prints a dash" in found.calculation.note


@pytest.mark.parametrize(
    "question",
    [
        "What was Acorn Mills' revenue in FY2017?",  # no such year
        "What was the FY2020 inventory turnover of Acorn Mills?",  # FY2019's inventory isn't there
        "What was Acorn Mills' goodwill in FY2021?",  # no such row
        "What was Acorn Mills' growth of dividends paid from FY2019 to FY2020?",  # from nil
        "What was Acorn Mills' revenue in Q2 of FY2021?",  # years only
        "What was the gross margin of Birch Stores in FY2021?",  # a cost in two rows without their sum
        "What was Oak Hill's revenue in FY2021?",  # another company
        "What was the revenue in FY2021?",  # whose?
        "What was the total revenue of Acorn Mills and Birch Stores in FY2021?",
    ],
)
def test_what_is_not_beyond_doubt_is_refused(engine: Footnote, question: str) -> None:
    assert ask(engine, question) is None


def test_a_restated_figure_is_taken_from_the_later_filing_and_said_to_be(engine: Footnote) -> None:
    found = ask(engine, "What was Acorn Mills' revenue in FY2021?")
    assert found
    assert found.calculation
    assert found.calculation.result == "1,210 million USD"
    assert "1,200 million USD in acorn-2021; acorn-2022 gives it as 1,210 million USD" in found.calculation.note
    unchanged = ask(engine, "What was Acorn Mills' operating income in FY2021?")
    assert unchanged
    assert unchanged.calculation
    assert not unchanged.calculation.note
    assert {citation.document for citation in unchanged.citations} == {"acorn-2021"}


def test_two_years_are_compared_in_a_sentence(engine: Footnote) -> None:
    found = ask(engine, "Is Acorn Mills' current ratio improving as of FY2021?")
    assert found
    assert found.text == "Yes. Current ratio rose by 0.05, from 1.95 in FY2020 to 2.00 in FY2021."
    grown = ask(engine, "By how much did Acorn Mills' total assets grow from FY2020 to FY2021?")
    assert grown
    assert grown.text.startswith("Total assets rose by 22.2%, from 900 million USD in FY2020 to 1,100 million USD")


def test_the_answer_is_shown_by_the_engine(engine: Footnote) -> None:
    answer: Answer = engine.ask("What was Acorn Mills' FY2021 quick ratio?")
    assert answer.kind is AnswerKind.ANSWER
    assert answer.text == "Quick ratio, FY2021: 1.15, from (current assets − inventory) ÷ current liabilities."


def test_only_the_documents_asked_are_read(engine: Footnote) -> None:
    other = engine.store.document("birch-2021").id
    assert answered(engine, "What was Acorn Mills' operating income in FY2021?", [other]) is None


def test_the_only_company_is_not_taken_for_another(engine: Footnote) -> None:
    acorn = [record.id for record in engine.documents() if record.name.startswith("acorn")]
    assert answered(engine, "What was the operating income in FY2021?", acorn)
    assert answered(engine, "What was Oak Hill's operating income in FY2021?", acorn) is None


def test_a_figure_the_statements_refuse_is_not_taken_from_another_table(engine: Footnote) -> None:
    assert answered(engine, "What was Acorn Mills' FY1999 operating income?") == []
    answer = engine.ask("What was Acorn Mills' FY1999 operating income?")
    assert answer.kind is AnswerKind.REFUSAL
    assert "“operating income”" in answer.text
    assert not figures_in(answer.text)
    assert "No document here of Acorn Mills covers 1999" in answer.text


def test_follow_ups_keep_company_or_figure_and_move_the_year(engine: Footnote) -> None:
    first = engine.ask("What was Acorn Mills' operating income in FY2021?")
    history = [Turn(first.question, first)]
    earlier = engine.ask("and a year before?", history)
    assert earlier.text.startswith("Operating income, FY2020")
    history.append(Turn("and a year before?", earlier))
    compared = engine.ask("compare the two", history)
    assert compared.kind is AnswerKind.ANSWER
    history.append(Turn("compare the two", compared))
    assert "total assets" in engine.ask("and total assets in FY2021?", history).text.lower()


def test_averages_over_years_of_the_questions_own_are_not_passed_over(engine: Footnote) -> None:
    question = "What was Acorn Mills' FY2021 days payable outstanding, using average payables of FY2018 and FY2019?"
    assert engine.ask(question).kind is AnswerKind.REFUSAL


@pytest.mark.parametrize(("question", "turn"), [("Was that better than the year before?", "Yes"), ("Was it lower than in the year before?", "No")])  # fmt: skip
def test_a_figure_is_held_against_the_year_before(engine: Footnote, question: str, turn: str) -> None:
    first = engine.ask("What was Acorn Mills' operating income in FY2021?")
    answer = engine.ask(question, [Turn(first.question, first)])
    assert answer.text.startswith(turn), answer.text
    assert "FY2020" in answer.text


SHEET = """## Consolidated balance sheets

| In millions of USD | FY2021 | FY2020 |
|---|---|---|
| Total current assets | 470 | 390 |
| Property, plant and equipment, net | 630 | 510 |
| Total assets | 1,100 | 900 |
| Commercial paper | 15 | 10 |
| Current portion of long-term debt | 25 | 20 |
| Accounts payable | 195 | 170 |
| Total current liabilities | 235 | 200 |
| Long-term debt | 200 | 150 |
| Other long-term liabilities | 65 | {other} |
| Common stock | 100 | 100 |
| Retained earnings | 500 | 400 |
| Total equity | 600 | 500 |
| Total liabilities and equity | 1,100 | 900 |
"""
PARTS = """## Consolidated statements of income

| In millions of USD | FY2021 | FY2020 |
|---|---|---|
| Net sales | 1,200 | 1,000 |
| Cost of products | 600 | 500 |
| Cost of services | 120 | {services} |
| Gross profit | 480 | 400 |
| Operating income | 240 | 190 |
| Income before income taxes | 216 | 170 |
| Provision for income taxes | (54) | (34) |
| Net income | 162 | 136 |
"""


def engine_of(folder: Path, other: str, services: str) -> Footnote:
    (folder / "elm-2021.md").write_text(
        filing("Elm Works", 2021, PARTS.format(services=services), SHEET.format(other=other))
    )
    engine = Footnote(Settings(home=folder / "home"))
    assert len(engine.ingest([folder / "elm-2021.md"]).added) == 1
    return engine


def test_items_over_several_rows_are_computed_where_the_statement_bears_them_out(tmp_path: Path) -> None:
    engine = engine_of(tmp_path, other="50", services="100")
    for year, liabilities, cost, debt in ((2021, "500", "720", "240"), (2020, "400", "600", "180")):
        assert (
            result(engine, f"What were Elm Works' total liabilities at the end of FY{year}?")
            == f"{liabilities} million USD"
        )
        assert result(engine, f"What was Elm Works' cost of goods sold in FY{year}?") == f"{cost} million USD"
        assert result(engine, f"What was Elm Works' total debt in FY{year}?") == f"{debt} million USD"
    found = ask(engine, "What were Elm Works' total liabilities at the end of FY2021?")
    assert found
    assert found.calculation
    assert [operand.text for operand in found.calculation.operands] == ["1,100 million USD", "600 million USD"]
    assert result(engine, "What was Elm Works' short-term debt in FY2021?") is None  # either row may be meant
    engine.close()


def test_rows_that_do_not_bear_a_sum_out_leave_it_refused(tmp_path: Path) -> None:
    engine = engine_of(tmp_path, other="30", services="90")
    assert result(engine, "What were Elm Works' total liabilities at the end of FY2020?") is None
    assert result(engine, "What was Elm Works' cost of goods sold in FY2020?") is None
    assert result(engine, "What were Elm Works' total liabilities at the end of FY2021?") == "500 million USD"
    answer = engine.ask("What was Elm Works' cost of goods sold in FY2020?")
    assert answer.kind is AnswerKind.REFUSAL
    assert "cost of goods sold" in answer.text
    engine.close()
