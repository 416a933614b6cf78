"""Tables of PDFs that want to be misread: what can't be told is in doubt or has no unit, and nothing crashes."""

from collections import Counter
from pathlib import Path

from reportlab.pdfbase.pdfmetrics import stringWidth

from corpus.document import Table
from corpus.readers import read
from tests.corpus.test_tables import FONT, SIZE, Sheet, check, figures, headers, heading, units


def sure(tables: tuple[Table, ...]) -> list[Table]:
    return [table for table in tables if table.confident]


def test_one_header_over_all_columns_names_none_of_them(tmp_path: Path) -> None:
    sheet = Sheet(tmp_path / "merged.pdf")
    sheet.centred(300, "Consolidated Statements of Operations")
    sheet.centred(300, "(In millions)")
    sheet.centred(460, "Fiscal year 2018")
    sheet.row("Net sales", ["1,200", "1,000", "800"])
    sheet.row("Cost of sales", ["720", "610", "500"])
    sheet.row("Gross profit", ["480", "390", "300"])
    assert sure(sheet.read().tables) == []


def test_a_header_over_two_columns_goes_to_these_and_not_to_the_third(tmp_path: Path) -> None:
    sheet = Sheet(tmp_path / "halves.pdf")
    sheet.centred(300, "(In millions)")
    sheet.line((407 - stringWidth("Consolidated", FONT, SIZE) / 2, "Consolidated"), right=((540, "Parent"),))
    sheet.line(right=((380, "2018"), (460, "2017"), (540, "2018")))
    sheet.row("Net sales", ["1,200", "1,000", "800"])
    sheet.row("Cost of sales", ["720", "610", "500"])
    sheet.row("Gross profit", ["480", "390", "300"])
    (table,) = sure(sheet.read().tables)
    assert headers(table) == ["Consolidated 2018", "Consolidated 2017", "Parent 2018"]


def test_ragged_rows_keep_their_columns(tmp_path: Path) -> None:
    sheet = Sheet(tmp_path / "ragged.pdf")
    heading(sheet)
    sheet.row("Net sales", ["$1,200", "$1,000", "$800"])
    sheet.line((40, "Licences"), right=((460, "15"),))
    sheet.line((40, "Royalties"), right=((540, "7"),))
    sheet.line((40, "Rents"), right=((380, "3"), (540, "2")))
    sheet.line((40, "Nothing at all"))
    sheet.row("Total", ["1,203", "1,015", "809"])
    (table,) = sure(sheet.read().tables)
    found = figures(table)
    assert found["Licences"] == ["", "15", ""]
    assert found["Royalties"] == ["", "", "7"]
    assert found["Rents"] == ["3", "", "2"]
    assert found["Total"] == ["1,203", "1,015", "809"]


def test_ten_thousand_rows_are_read_each_once(tmp_path: Path) -> None:
    sheet = Sheet(tmp_path / "long.pdf")
    for number in range(10_000):
        if number % 50 == 0:
            if number:
                sheet.page()
            sheet.centred(300, "(In millions)")
            sheet.line(right=((460, "2018"), (540, "2017")))
        sheet.line((40, f"Row {'abcdefghij'[number % 10]}"), right=((460, f"{number + 1000:,}"), (540, f"{number + 20_000:,}")), step=13)  # fmt: skip
    sheet.canvas.save()
    document = read(sheet.path)
    check(document)
    values = Counter(
        cell.text for table in sure(document.tables) for cell in table.cells if cell.column and cell.unit is not None
    )
    assert len(document.pages) == 200
    assert values == Counter(f"{number + first:,}" for number in range(10_000) for first in (1000, 20_000))


def test_currencies_of_columns_are_not_mixed(tmp_path: Path) -> None:
    sheet = Sheet(tmp_path / "currencies.pdf")
    sheet.centred(300, "(In millions)")
    sheet.line(right=((380, "2018"), (460, "2017"), (540, "2016")))
    for label, values in (("Loans", ("10", "20", "30")), ("Bonds", ("11", "21", "31")), ("Leases", ("12", "22", "32"))):
        first = label == "Loans"
        sheet.line(
            (40, label), right=((380, "$" * first + values[0]), (460, "£" * first + values[1]), (540, values[2]))
        )
    (table,) = sheet.read().tables
    by_text = {cell.text: cell.unit for cell in table.cells if cell.column and cell.row >= table.header_rows}
    assert by_text["$10"] == by_text["11"] == by_text["12"] == "million USD"
    assert by_text["£20"] == by_text["21"] == by_text["22"] == "million GBP"
    assert by_text["30"] is by_text["31"] is by_text["32"] is None


def test_currencies_of_rows_are_those_of_their_signs(tmp_path: Path) -> None:
    sheet = Sheet(tmp_path / "rows.pdf")
    sheet.centred(300, "(In millions)")
    sheet.line(right=((460, "2018"), (540, "2017")))
    sheet.line((40, "Notes in dollars"), right=((460, "$10"), (540, "$20")))
    sheet.line((40, "Notes in pounds"), right=((460, "£11"), (540, "£21")))
    sheet.line((40, "Notes"), right=((460, "12"), (540, "22")))
    (table,) = sheet.read().tables
    assert units(table) == {"Notes in dollars": "million USD", "Notes in pounds": "million GBP", "Notes": None}


def test_a_table_without_figures_is_none(tmp_path: Path) -> None:
    sheet = Sheet(tmp_path / "empty.pdf")
    heading(sheet)
    for label in ("Net sales", "Cost of sales", "Gross profit"):
        sheet.row(label, ["—", "—", "—"])
    assert sure(sheet.read().tables) == []
