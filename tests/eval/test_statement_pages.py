"""The measure of reading statements sees what is misread: a figure, a sign, a column, a year, a row left out."""

from dataclasses import replace
from pathlib import Path

import pypdfium2
import pytest

from corpus.document import Cell, Document, Table
from tests.corpus.test_tables import Sheet, heading
from tests.eval.statement_pages import Result, characters, check_table, lines_of

ROWS = [
    ("Net sales", ["$1,211", "$1,111", "$811"]),
    ("Cost of sales", ["(721)", "(611)", "(511)"]),
    ("Licences", ["15", "—", "7"]),
    ("Operating income", ["505", "500", "307"]),
]


@pytest.fixture
def document(tmp_path: Path) -> Document:
    sheet = Sheet(tmp_path / "page.pdf")
    heading(sheet)
    for label, values in ROWS:
        sheet.row(label, values)
    return sheet.read()


def checked(document: Document, table: Table) -> Result:
    pdf = pypdfium2.PdfDocument(document.path)
    chars = characters(pdf[0])
    pdf.close()
    result = Result()
    check_table(table, document, chars, lines_of(chars), "page", result)
    return result


def changed(table: Table, ending: str, **fields: object) -> Table:
    assert any(cell.text.endswith(ending) for cell in table.cells)
    cells = tuple(replace(cell, **fields) if cell.text.endswith(ending) else cell for cell in table.cells)
    return replace(table, cells=cells)


def test_a_page_that_is_read_rightly_has_no_faults(document: Document) -> None:
    (table,) = document.tables
    result = checked(document, table)
    assert (result.right, result.wrong, result.columns) == (11, [], [])


@pytest.mark.parametrize("fields", [{"text": "5050"}, {"text": "(505)"}])
def test_a_wrong_figure_or_sign_is_seen(document: Document, fields: dict[str, object]) -> None:
    result = checked(document, changed(document.tables[0], "505", **fields))
    assert result.right == 10
    assert len(result.wrong) == 1


def test_a_figure_in_another_column_is_seen(document: Document) -> None:
    result = checked(document, changed(document.tables[0], "15", column=2))
    assert result.columns


def test_a_year_over_another_column_is_seen(document: Document) -> None:
    table = document.tables[0]
    swapped = {"2018": 2, "2017": 1}
    cells = tuple(replace(cell, column=swapped.get(cell.text, cell.column)) for cell in table.cells)
    assert checked(document, replace(table, cells=cells)).columns


@pytest.mark.parametrize(("gone", "missing"), [("(611)", 1), ("15", 1)])
def test_a_figure_left_out_is_seen(document: Document, gone: str, missing: int) -> None:
    table = document.tables[0]
    cells = tuple(cell for cell in table.cells if "".join(cell.text.split()) != gone)
    assert len(checked(document, replace(table, cells=cells)).wrong) == missing


def test_a_row_left_out_is_seen(document: Document) -> None:
    table = document.tables[0]
    row = next(cell.row for cell in table.cells if cell.text.endswith("611)"))
    result = checked(document, replace(table, cells=tuple(cell for cell in table.cells if cell.row != row)))
    assert len(result.wrong) == 3


def test_cells_know_their_place(document: Document) -> None:
    """What the measure starts from: the characters of a cell are PDFium's."""
    pdf = pypdfium2.PdfDocument(document.path)
    chars = characters(pdf[0])
    pdf.close()
    cell: Cell = next(cell for cell in document.tables[0].cells if cell.text.endswith("505"))
    assert cell.span
    assert "".join(chars[index].text for index in range(cell.span.end - 3, cell.span.end)) == "505"
