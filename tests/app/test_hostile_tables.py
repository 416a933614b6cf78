"""Tables that are merged, ragged, empty, huge, numbers as text, of mixed currencies or full of formulas: no crash, nothing misleading.

Each goes through the whole engine, as CSV, workbook, HTML or DOCX.
"""

import csv
from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from pathlib import Path

import docx
import openpyxl
import pytest

from app.answer import Answer, AnswerKind
from app.footnote import Footnote
from app.settings import Settings

Rows = Sequence[Sequence[str | int | float | None]]


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Footnote]:
    made = Footnote(Settings(home=tmp_path / "home"))
    yield made
    made.close()


def as_csv(path: Path, rows: Rows) -> Path:
    path = path / "brindle.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(rows)
    return path


def as_xlsx(path: Path, rows: Rows) -> Path:
    path = path / "brindle.xlsx"
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(list(row))
    book.save(path)
    return path


def as_html(path: Path, rows: Rows) -> Path:
    path = path / "brindle.html"
    body = "".join("<tr>" + "".join(f"<td>{'' if one is None else one}</td>" for one in row) + "</tr>" for row in rows)
    path.write_text(f"<html><body><h1>Brindle accounts</h1><table>{body}</table></body></html>", encoding="utf-8")
    return path


def as_docx(path: Path, rows: Rows) -> Path:
    path = path / "brindle.docx"
    document = docx.Document()
    document.add_heading("Brindle accounts", 1)
    table = document.add_table(len(rows), max(len(row) for row in rows))
    for number, row in enumerate(rows):
        for column, one in enumerate(row):
            table.cell(number, column).text = "" if one is None else str(one)
    document.save(str(path))
    return path


Writer = Callable[[Path, Rows], Path]
FORMATS = pytest.mark.parametrize("write", [as_csv, as_xlsx, as_html, as_docx])
CHANGE = "What was the change in rents from 2023 to 2024?"


def figures(answer: Answer) -> list[Decimal]:
    return [one.calculation.value for one in answer.statements if one.calculation]


@FORMATS
def test_a_plain_table_is_computed_and_each_operand_cited(engine: Footnote, tmp_path: Path, write: Writer) -> None:
    engine.ingest(
        [
            write(
                tmp_path,
                [
                    ["Brindle, in thousands of euros", "2024", "2023"],
                    ["Rents", "1,250", "1,000"],
                    ["Wages", "400", "500"],
                ],
            )
        ]
    )
    answer = engine.ask(CHANGE)
    assert figures(answer) == [250_000, 25]
    for statement in answer.statements:
        assert statement.calculation is not None
        assert len(statement.calculation.operands) == 2
        assert all(one.citation and one.citation.quote for one in statement.calculation.operands)


@FORMATS
def test_ragged_rows_give_no_figure_of_another_column(engine: Footnote, tmp_path: Path, write: Writer) -> None:
    rows: Rows = [
        ["Brindle, in thousands of euros", "2024", "2023", "2022"],
        ["Rents", "1,250"],
        ["Wages", "400", "500", "450", "77"],
        ["Fuel"],
    ]
    engine.ingest([write(tmp_path, rows)])
    assert engine.ask(CHANGE).kind is AnswerKind.REFUSAL
    assert figures(engine.ask("What was the change in wages from 2022 to 2024?"))[0] == -50_000


@FORMATS
def test_empty_tables_and_cells_are_refused(engine: Footnote, tmp_path: Path, write: Writer) -> None:
    engine.ingest([write(tmp_path, [["Brindle", "2024", "2023"], ["Rents", "", ""], ["Wages", None, "500"]])])
    assert engine.ask(CHANGE).kind is AnswerKind.REFUSAL
    assert engine.ask("What was the change in wages from 2023 to 2024?").kind is AnswerKind.REFUSAL


@FORMATS
def test_mixed_currencies_are_not_added(engine: Footnote, tmp_path: Path, write: Writer) -> None:
    rows: Rows = [["Brindle", "2024", "2023"], ["Rents in Leeds", "£ 40", "£ 30"], ["Rents in Lyon", "€ 50", "€ 45"]]
    engine.ingest([write(tmp_path, rows)])
    assert engine.ask("What is the sum of rents in Leeds and rents in Lyon in 2024?").kind is AnswerKind.REFUSAL
    assert figures(engine.ask("What was the change in rents in Lyon from 2023 to 2024?"))[0] == 5


@FORMATS
def test_a_percentage_is_not_added_to_an_amount(engine: Footnote, tmp_path: Path, write: Writer) -> None:
    engine.ingest(
        [write(tmp_path, [["Brindle, EUR", "2024", "2023"], ["Rents", "40", "30"], ["Rate of return", "5%", "4%"]])]
    )
    assert engine.ask("What is the sum of rents and the rate of return in 2024?").kind is AnswerKind.REFUSAL
    (statement,) = engine.ask("What was the change in the rate of return from 2023 to 2024?").statements
    assert statement.calculation is not None
    assert (statement.calculation.value, statement.calculation.unit) == (1, "pp")


@FORMATS
def test_numbers_as_text_are_numbers_and_texts_are_not(engine: Footnote, tmp_path: Path, write: Writer) -> None:
    rows: Rows = [
        ["Brindle, EUR", "2024", "2023"],
        ["Rents", "'40", "30 approx"],
        ["Wages", " 1,200 ", "(1,000)"],
        ["Codes", "12-34", "1.2.3"],
    ]
    engine.ingest([write(tmp_path, rows)])
    assert engine.ask(CHANGE).kind is AnswerKind.REFUSAL
    assert engine.ask("What was the change in codes from 2023 to 2024?").kind is AnswerKind.REFUSAL
    assert figures(engine.ask("What was the change in wages from 2023 to 2024?"))[0] == 2200


@pytest.mark.parametrize("write", [as_csv, as_html, as_docx])
def test_a_formula_as_text_is_no_figure(engine: Footnote, tmp_path: Path, write: Writer) -> None:
    rows: Rows = [["Brindle, EUR", "2024", "2023"], ["Wages", "12", "10"], ["Rents", "=SUM(B2:B9)", "=1+1"]]
    engine.ingest([write(tmp_path, rows)])
    assert engine.ask(CHANGE).kind is AnswerKind.REFUSAL


def test_a_formula_without_a_kept_value_is_no_figure(engine: Footnote, tmp_path: Path) -> None:
    engine.ingest(
        [as_xlsx(tmp_path, [["Brindle, EUR", "2024", "2023"], ["Wages", 12, 10], ["Rents", "=B2*2", "=C2*2"]])]
    )
    assert engine.ask(CHANGE).kind is AnswerKind.REFUSAL
    assert figures(engine.ask("What was the change in wages from 2023 to 2024?"))[0] == 2


def test_merged_headers_of_a_workbook(engine: Footnote, tmp_path: Path) -> None:
    path = as_xlsx(
        tmp_path,
        [
            ["Brindle, EUR", "2024", None, "2023", None],
            [None, "Amount", "Share (%)", "Amount", "Share (%)"],
            ["Rents", 40, 80, 30, 75],
            ["Wages", 10, 20, 10, 25],
        ],
    )
    book = openpyxl.load_workbook(path)
    book.active.merge_cells("B1:C1")
    book.active.merge_cells("D1:E1")
    book.save(path)
    engine.ingest([path])
    assert figures(engine.ask("What was the change in the rents amount from 2023 to 2024?"))[0] == 10


def test_merged_cells_of_html_head_their_columns(engine: Footnote, tmp_path: Path) -> None:
    path = tmp_path / "brindle.html"
    path.write_text(
        "<h1>Brindle accounts, EUR</h1><table><tr><th rowspan=2>Item</th><th colspan=2>2024</th><th colspan=2>2023</th></tr>"
        "<tr><th>Plan</th><th>Actual</th><th>Plan</th><th>Actual</th></tr><tr><td>Rents</td><td>35</td><td>40</td><td>33</td><td>30</td></tr></table>",
        encoding="utf-8",
    )
    engine.ingest([path])
    assert figures(engine.ask("What was the change in actual rents from 2023 to 2024?"))[0] == 10
    assert figures(engine.ask("What was the change in plan rents from 2023 to 2024?"))[0] == 2


def test_the_same_row_twice_is_in_doubt(engine: Footnote, tmp_path: Path) -> None:
    rows: Rows = [["Brindle, EUR", "2024", "2023"], ["Rents", "40", "30"], ["Wages", "7", "6"], ["Rents", "90", "80"]]
    engine.ingest([as_csv(tmp_path, rows)])
    answer = engine.ask(CHANGE)
    assert answer.kind is AnswerKind.REFUSAL
    assert any("Rents" in one.quote for one in answer.nearest)


def test_ten_thousand_rows_are_read_and_the_row_is_found(engine: Footnote, tmp_path: Path) -> None:
    rows = [
        ["Brindle branch, EUR", "2024", "2023"],
        *([f"Branch {number}", str(number + 7), str(number)] for number in range(10_000)),
    ]
    engine.ingest([as_csv(tmp_path, rows)])
    answer = engine.ask("What was the ratio of branch 4711 to branch 2300 in 2024?")
    assert [operand.text for one in answer.statements if one.calculation for operand in one.calculation.operands] == [
        "4718 EUR",
        "2307 EUR",
    ]
    assert figures(engine.ask("What was the change in branch 4711 from 2023 to 2024?"))[0] == 7
    assert engine.ask("What was the change in branch 99999 from 2023 to 2024?").kind is AnswerKind.REFUSAL


@FORMATS
def test_figures_that_look_like_years_head_no_columns(engine: Footnote, tmp_path: Path, write: Writer) -> None:
    rows: Rows = [
        ["Brindle sheep, number", "2024", "2023"],
        ["Hill farm", "2031", "2024"],
        ["Vale farm", "1990", "1989"],
        ["Moor farm", "2010", "2011"],
        ["", "6031", "6024"],
    ]
    engine.ingest([write(tmp_path, rows)])
    assert figures(engine.ask("What was the change in the Moor farm from 2023 to 2024?"))[0] == -1
    assert figures(engine.ask("What was the change in the Hill farm from 2023 to 2024?"))[0] == 7


def test_another_company_and_another_word_are_refused(engine: Footnote, tmp_path: Path) -> None:
    engine.ingest(
        [as_html(tmp_path, [["Brindle, in thousands of euros", "2024", "2023"], ["Rents", "1,250", "1,000"]])]
    )
    for question in (
        "What was the change in Quellmark's rents from 2023 to 2024?",
        "What was the change in harbour rents from 2023 to 2024?",
        "What was the change in rents from 2021 to 2024?",
        "What was the percentage change in rents receivable from 2023 to 2024?",
    ):
        assert engine.ask(question).kind is AnswerKind.REFUSAL, question
