"""Tables of PDF pages made here: where figures end at one place there is a column, and what is in doubt says so."""

import time
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas

from corpus.document import Document, Table
from corpus.readers import read
from corpus.splitter import split
from corpus.tables.units import read_statement, row_unit

SIZE = 9
LEFT = 40
STEP = 14
FONT = "Helvetica"


class Sheet:
    """Draws lines of a page from the top down, each of texts at a place: from the left, or up to a right edge."""

    def __init__(self, path: Path, rotation: int = 0, turned: bool = False, size: tuple[int, int] = (612, 792)) -> None:
        self.path, self.size = path, size
        # The canvas swaps the sides of a page that is rotated; the text is drawn as on an upright one.
        self.canvas = Canvas(str(path), pagesize=(size[1], size[0]) if turned != bool(rotation) else size)
        self.rotation, self.turned = rotation, turned
        self.begin()

    def begin(self) -> None:
        if self.rotation:
            self.canvas.setPageRotation(self.rotation)
        if self.turned:
            self.canvas.rotate(90)
            self.canvas.translate(0, -self.size[1])
        self.canvas.setFont(FONT, SIZE)
        self.y = self.size[1] - 60

    def line(self, *texts: tuple[float, str], right: tuple[tuple[float, str], ...] = (), step: float = STEP) -> None:
        for x, text in texts:
            self.canvas.drawString(x, self.y, text)
        for x, text in right:
            self.canvas.drawRightString(x, self.y, text)
        self.y -= step

    def centred(self, x: float, text: str, step: float = STEP) -> None:
        self.canvas.drawCentredString(x, self.y, text)
        self.y -= step

    def row(self, label: str, values: list[str], edges: tuple[float, ...] = (380, 460, 540), indent: int = 0) -> None:
        """A row whose signs are printed apart, as filings do: "$" at the left of the column, ")" beyond its edge."""
        self.canvas.drawString(LEFT + indent, self.y, label)
        for edge, value in zip(edges, values, strict=True):
            if value.startswith("$"):
                self.canvas.drawString(edge - 55, self.y, "$")
                value = value[1:]
            body = value.strip("()")
            if value.startswith("("):
                self.canvas.drawString(edge - stringWidth(body, FONT, SIZE) - 4, self.y, "(")
            self.canvas.drawRightString(edge, self.y, body)
            if value.endswith(")"):
                self.canvas.drawString(edge + 0.5, self.y, ")")
        self.y -= STEP

    def page(self) -> None:
        self.canvas.showPage()
        self.begin()

    def read(self) -> Document:
        self.canvas.save()
        document = read(self.path)
        check(document)
        return document


def check(document: Document) -> None:
    """Every cell is the text at its place, and inside its table."""
    for table in document.tables:
        page = document.pages[table.span.page].text
        for cell in table.cells:
            assert cell.span is not None
            assert page[cell.span.start : cell.span.end] == cell.text
            assert table.span.start <= cell.span.start < cell.span.end <= table.span.end
        numbers = [row.number for row in table.rows]
        assert numbers == list(range(table.header_rows, table.header_rows + len(numbers)))


def headers(table: Table) -> list[str]:
    columns = max(cell.column for cell in table.cells)
    return [
        " ".join(cell.text for cell in table.cells if cell.row < table.header_rows and cell.column == column)
        for column in range(1, columns + 1)
    ]


def figures(table: Table) -> dict[str, list[str]]:
    """Label → its figures by column, without white space; "" where there is none."""
    columns = max(cell.column for cell in table.cells)
    found = {}
    for row in table.rows:
        values = {cell.column: "".join(cell.text.split()) for cell in table.cells if cell.row == row.number}
        if any(values.get(column) for column in range(1, columns + 1)):
            found[row.label] = [values.get(column, "") for column in range(1, columns + 1)]
    return found


def units(table: Table) -> dict[str, str | None]:
    """Label → the unit of its first figure."""
    labels = {row.number: row.label for row in table.rows}
    found: dict[str, str | None] = {}
    for cell in table.cells:
        if cell.column and cell.row in labels and any(map(str.isdigit, cell.text)):
            found.setdefault(labels[cell.row], cell.unit)
    return found


def sections(table: Table) -> dict[str, tuple[str, ...]]:
    return {row.label: row.section for row in table.rows}


def heading(sheet: Sheet, unit: str = "(In millions, except per share amounts)") -> None:
    sheet.centred(300, "Larkfield Mills, Inc.")
    sheet.centred(300, "Consolidated Statements of Operations")
    sheet.centred(300, unit)
    sheet.centred(440, "Years Ended December 31,")
    sheet.line(right=((380, "2018"), (460, "2017"), (540, "2016")))


def statement(sheet: Sheet) -> None:
    heading(sheet)
    sheet.line((LEFT, "Revenue:"))
    sheet.row("Products", ["$1,204", "$1,150", "$998"], indent=10)
    sheet.row("Services", ["310", "275", "—"], indent=10)
    sheet.row("Total revenue", ["1,514", "1,425", "998"])
    sheet.row("Cost of revenue", ["(904)", "(870)", "(640)"])
    sheet.row("Operating income (loss)", ["610", "(555)", "358"])
    sheet.line((LEFT, "Net income per common share"))
    sheet.row("Basic", ["$2.31", "$(2.09)", "$1.40"], indent=10)
    sheet.row("Diluted", ["2.28", "(2.09)", "1.38"], indent=10)
    sheet.line((LEFT, "Weighted-average shares used in the calculation"))
    sheet.row("Basic", ["264", "265", "256"], indent=10)
    sheet.line((LEFT, "See accompanying notes to consolidated financial statements."))
    sheet.centred(300, "41")


def test_a_statement_gives_labels_columns_signs_sections_and_units(tmp_path: Path) -> None:
    sheet = Sheet(tmp_path / "a.pdf")
    statement(sheet)
    (table,) = sheet.read().tables
    assert table.confident
    assert headers(table) == [f"Years Ended December 31, {year}" for year in (2018, 2017, 2016)]
    found = figures(table)
    assert found["Products"] == ["$1,204", "$1,150", "$998"]
    assert found["Services"] == ["310", "275", "—"]
    assert found["Operating income (loss)"] == ["610", "(555)", "358"]
    assert sections(table)["Products"] == ("Revenue",)
    assert sections(table)["Cost of revenue"] == ()
    assert "41" not in {cell.text for cell in table.cells}
    rows = [(row, {cell.unit for cell in table.cells if cell.row == row.number and cell.unit}) for row in table.rows]
    assert {(row.section[-1:], *units) for row, units in rows if row.label == "Basic"} == {
        (("Net income per common share",), "USD"),
        (("Weighted-average shares used in the calculation",), "million shares"),
    }
    assert units(table)["Total revenue"] == "million USD"


def test_it_states_its_unit_by_its_place(tmp_path: Path) -> None:
    sheet = Sheet(tmp_path / "a.pdf")
    statement(sheet)
    document = sheet.read()
    unit = document.tables[0].unit
    assert unit is not None
    assert document.pages[0].text[unit.start : unit.end] == "(In millions, except per share amounts)"


@pytest.mark.parametrize(("rotation", "turned"), [(90, False), (0, True), (90, True)])
def test_a_turned_page_reads_like_an_upright_one(tmp_path: Path, rotation: int, turned: bool) -> None:
    sheet = Sheet(tmp_path / "a.pdf", rotation, turned)
    statement(sheet)
    (table,) = sheet.read().tables
    assert table.confident
    assert figures(table)["Operating income (loss)"] == ["610", "(555)", "358"]
    assert headers(table)[2] == "Years Ended December 31, 2016"


def test_a_label_over_several_lines_is_one(tmp_path: Path) -> None:
    sheet = Sheet(tmp_path / "a.pdf")
    heading(sheet)
    sheet.line((LEFT, "Income from continuing operations before income taxes and"), step=10)
    sheet.row("equity in net earnings of affiliates", ["5", "6", "7"])
    sheet.row("Provision for (benefit from) income taxes and", ["8", "9", "10"])
    sheet.y += 4
    sheet.line((LEFT, "other charges"))
    sheet.row("Net income", ["11", "12", "13"])
    found = figures(sheet.read().tables[0])
    assert found == {
        "Income from continuing operations before income taxes and equity in net earnings of affiliates": [
            "5",
            "6",
            "7",
        ],
        "Provision for (benefit from) income taxes and other charges": ["8", "9", "10"],
        "Net income": ["11", "12", "13"],
    }


def test_headings_in_a_row_are_one_under_the_other(tmp_path: Path) -> None:
    sheet = Sheet(tmp_path / "a.pdf")
    heading(sheet)
    sheet.row("Net earnings", ["$1,204", "$1,150", "$998"])
    for text in ("Earnings (loss) per common share", "Basic"):
        sheet.line((LEFT, text))
    sheet.row("Continuing operations of the first kind", ["$2.31", "$2.09", "$1.40"])
    sheet.line((LEFT, "Diluted"))
    sheet.row("Continuing operations of another kind", ["$2.28", "$2.08", "$1.38"])
    sheet.row("Something with cents and no name", ["2.28", "2.08", "1.38"])
    (table,) = sheet.read().tables
    assert sections(table)["Continuing operations of the first kind"] == ("Earnings (loss) per common share", "Basic")
    assert sections(table)["Continuing operations of another kind"] == ("Earnings (loss) per common share", "Diluted")
    assert units(table)["Continuing operations of another kind"] == "USD"


def test_headers_over_two_columns_each_go_to_their_own(tmp_path: Path) -> None:
    edges = (300, 370, 460, 530)
    sheet = Sheet(tmp_path / "a.pdf")
    sheet.centred(310, "Three Months Ended", step=0)
    sheet.centred(470, "Nine Months Ended")
    sheet.centred(310, "September 30,", step=0)
    sheet.centred(470, "September 30,")
    sheet.line((LEFT, "(Dollars in thousands)"), right=tuple(zip(edges, ("2021", "2020") * 2, strict=True)))
    sheet.row("Net sales", ["$1,000", "$900", "$2,900", "$2,500"], edges)
    sheet.row("Cost of sales", ["(600)", "(560)", "(1,700)", "(1,600)"], edges)
    (table,) = sheet.read().tables
    assert table.confident
    assert headers(table) == [
        "Three Months Ended September 30, 2021",
        "Three Months Ended September 30, 2020",
        "Nine Months Ended September 30, 2021",
        "Nine Months Ended September 30, 2020",
    ]
    assert units(table) == {"Net sales": "thousand USD", "Cost of sales": "thousand USD"}


def test_a_period_at_the_left_holds_for_the_years_of_its_line(tmp_path: Path) -> None:
    sheet = Sheet(tmp_path / "a.pdf")
    sheet.line((LEFT, "(Dollars in millions)"))
    sheet.line((LEFT, "Years ended December 31,"), right=((380, "2016"), (460, "2017"), (540, "2018")))
    sheet.row("Net earnings", ["$10", "$11", "$12"])
    sheet.row("Depreciation", ["3", "4", "5"])
    assert headers(sheet.read().tables[0]) == [f"Years ended December 31, {year}" for year in (2016, 2017, 2018)]


def test_dates_over_two_lines_are_a_column_each(tmp_path: Path) -> None:
    sheet = Sheet(tmp_path / "a.pdf")
    sheet.centred(300, "(In thousands)")
    sheet.line((410, "January 28,"), (490, "January 29,"), step=10)
    sheet.line((420, "2023"), (500, "2022"))
    sheet.line((LEFT, "Current assets:"))
    sheet.row("Cash and cash equivalents", ["$1,737,877", "$431,560"], (460, 540), 10)
    sheet.row("Receivables, net", ["199,422", "233,682"], (460, 540), 10)
    sheet.row("Total current assets", ["1,937,299", "665,242"], (460, 540), 20)
    sheet.row("Goodwill", ["10,870", "10,870"], (460, 540))
    (table,) = sheet.read().tables
    assert headers(table) == ["January 28, 2023", "January 29, 2022"]
    assert sections(table)["Receivables, net"] == ("Current assets",)
    assert sections(table)["Goodwill"] == ()


def test_percentages_beside_amounts_are_columns_of_their_own(tmp_path: Path) -> None:
    edges = (300, 360, 450, 510)
    sheet = Sheet(tmp_path / "a.pdf")
    sheet.centred(200, "(In millions)")
    sheet.centred(310, "2022", step=0)
    sheet.centred(465, "2021")
    for label, values in {
        "Net sales": ("$500", "100.0%", "$400", "100.0%"),
        "Cost of sales": ("300", "60.0%", "260", "65.0%"),
    }.items():
        sheet.row(label, list(values), edges)
    (table,) = sheet.read().tables
    assert table.confident
    assert [text[:4] for text in headers(table)] == ["2022", "2022", "2021", "2021"]
    assert [cell.unit for cell in table.cells if cell.column and cell.row >= table.header_rows] == [
        "million USD",
        "%",
    ] * 4


def test_numbers_of_notes_are_no_figures(tmp_path: Path) -> None:
    edges = (330, 450, 530)
    sheet = Sheet(tmp_path / "a.pdf")
    sheet.line((LEFT, "(In millions of euros)"), right=((330, "Note"), (450, "2022"), (530, "2021")))
    sheet.row("Revenue", ["4", "812", "790"], edges)
    sheet.row("Finance costs", ["11", "(12)", "(15)"], edges)
    sheet.row("Profit for the year", ["12", "99", "85"], edges)
    (table,) = sheet.read().tables
    assert figures(table)["Finance costs"] == ["(12)", "(15)"]
    assert headers(table) == ["2022", "2021"]
    assert units(table)["Revenue"] == "million EUR"


def test_rows_of_years_keep_their_years_as_labels(tmp_path: Path) -> None:
    sheet = Sheet(tmp_path / "a.pdf")
    sheet.line((LEFT, "(In millions)"), right=((380, "Domestic"), (460, "Foreign"), (540, "Total")))
    for year in range(2022, 2027):
        sheet.row(str(year), [f"${year - 2000}", "$5", f"${year - 1995}"])
    (table,) = sheet.read().tables
    assert figures(table)["2024"] == ["$24", "$5", "$29"]
    assert headers(table) == ["Domestic", "Foreign", "Total"]


def test_footnote_marks_and_numbers_in_labels_are_no_figures(tmp_path: Path) -> None:
    sheet = Sheet(tmp_path / "a.pdf")
    heading(sheet)
    sheet.row("Common stock, $0.01 par value; 400 shares authorized, 264 and", ["", "", ""])
    sheet.row("265 shares issued", ["3", "3", "3"])
    sheet.canvas.setFont(FONT, 5)
    sheet.canvas.drawString(381, sheet.y + 4, "2")  # a raised mark right behind a figure
    sheet.canvas.setFont(FONT, SIZE)
    sheet.row("Additional paid-in capital", ["1,500", "1,400", "1,300"])
    sheet.line((LEFT, "Retained earnings"), right=((380, "77"), (460, "78"), (540, "79")), step=0)
    sheet.line((382, "(a)"))
    (table,) = sheet.read().tables
    assert figures(table) == {
        "Common stock, $0.01 par value; 400 shares authorized, 264 and 265 shares issued": ["3", "3", "3"],
        "Additional paid-in capital": ["1,500", "1,400", "1,300"],
        "Retained earnings": ["77", "78", "79"],
    }


def test_figures_that_stand_at_no_column_leave_the_table_in_doubt(tmp_path: Path) -> None:
    sheet = Sheet(tmp_path / "a.pdf")
    heading(sheet)
    for number in range(12):
        shift = 0 if number % 3 else 25
        edges = (380 + shift, 460 + shift, 540 - 3 * shift)
        sheet.row(f"Item {chr(65 + number)}", [str(100 + number), str(200 + number), str(300 + number)], edges)
    assert not any(table.confident for table in sheet.read().tables)


def test_a_table_without_a_header_is_in_doubt(tmp_path: Path) -> None:
    sheet = Sheet(tmp_path / "a.pdf")
    for label in ("Revenue", "Cost of revenue", "Net income"):
        sheet.row(label, ["1", "2", "3"])
    (table,) = sheet.read().tables
    assert not table.confident


def test_three_years_over_two_columns_are_in_doubt(tmp_path: Path) -> None:
    sheet = Sheet(tmp_path / "a.pdf")
    sheet.line((LEFT, "(In millions)"), right=((380, "2018"), (460, "2017"), (540, "2016")))
    for label in ("Revenue", "Cost of revenue", "Net income"):
        sheet.row(label, ["21", "22"], (420, 500))
    assert not any(table.confident for table in sheet.read().tables)


def test_a_statement_of_changes_over_years_gives_no_year_to_its_rows(tmp_path: Path) -> None:
    sheet = Sheet(tmp_path / "a.pdf")
    sheet.centred(460, "Year Ended December 31, 2018")
    sheet.line(right=((380, "Stock"), (460, "Earnings"), (540, "Total")))
    sheet.row("Balance at December 31, 2016", ["$1", "$2", "$3"])
    sheet.row("Net income", ["—", "5", "5"])
    sheet.row("Balance at December 31, 2017", ["1", "7", "8"])
    assert not any(table.confident for table in sheet.read().tables)


PROSE = (
    "Revenue rose to 1,514 million in 2018 from 1,425 million in 2017, since",
    "the mills of the north ran for 340 days and the prices of 2016 held until",
    "the autumn. Of the 61 sites, 12 were closed; the others kept 4,300 people",
    "and the company expects to open another 5 by the end of the year 2019.",
)


def test_prose_with_numbers_is_no_table(tmp_path: Path) -> None:
    sheet = Sheet(tmp_path / "a.pdf")
    for _ in range(6):
        for text in PROSE:
            sheet.line((LEFT, text))
    assert sheet.read().tables == ()


def test_two_columns_of_prose_are_no_table(tmp_path: Path) -> None:
    sheet = Sheet(tmp_path / "a.pdf")
    for _ in range(6):
        for text in PROSE:
            half = len(text) // 2
            sheet.line((LEFT, text[:half]), (330, text[half:]))
    assert not any(table.confident for table in sheet.read().tables)


def test_a_long_table_is_read_in_good_time(tmp_path: Path) -> None:
    sheet = Sheet(tmp_path / "a.pdf")
    rows = 0
    while rows < 10_000:
        heading(sheet)
        while sheet.y > 40:
            sheet.row(f"Item number {rows}", [f"{rows + step:,}" for step in (10_000, 20_000, 30_000)])
            rows += 1
        sheet.page()
    begun = time.process_time()
    document = sheet.read()
    assert time.process_time() - begun < 30
    assert sum(len(figures(table)) for table in document.tables) == rows
    assert all(table.confident for table in document.tables)


def test_passages_are_the_same_with_and_without_tables(tmp_path: Path) -> None:
    sheet = Sheet(tmp_path / "a.pdf")
    statement(sheet)
    document = sheet.read()
    assert split(document) == split(replace(document, tables=()))


LABELS = st.lists(
    st.sampled_from("Net Sales Other Deferred income taxes and of costs Goodwill Interest expense Accrued payroll".split()),
    min_size=1, max_size=5,
).map(" ".join)  # fmt: skip
VALUES = st.integers(-(10**7), 10**7).map(lambda value: f"({-value:,})" if value < 0 else f"{value:,}")


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rows=st.lists(st.tuples(LABELS, st.lists(VALUES, min_size=3, max_size=3), st.booleans()), min_size=2, max_size=12),
)
def test_every_figure_is_found_where_it_was_drawn(tmp_path: Path, rows: list[tuple[str, list[str], bool]]) -> None:
    sheet = Sheet(tmp_path / "a.pdf")
    heading(sheet)
    for number, (label, values, signed) in enumerate(rows):
        sheet.row(f"{number}. {label}", [f"${value}" if signed else value for value in values])
    document = sheet.read()
    (table,) = document.tables
    assert table.confident
    drawn = {cell.row: [] for cell in table.cells if cell.row >= table.header_rows}  # type: dict[int, list[str]]
    for cell in table.cells:
        if cell.row >= table.header_rows and cell.column:
            drawn[cell.row].append("".join(cell.text.split()).replace("$", ""))
    assert [drawn[row] for row in sorted(drawn)] == [values for _, values, _ in rows]


# Units


@pytest.mark.parametrize(
    ("line", "text", "scale"),
    [
        ("(In millions, except per share amounts)", "(In millions, except per share amounts)", "million"),
        ("Dollars in thousands", "Dollars in thousands", "thousand"),
        ("($ in billions)", "($ in billions)", "billion"),
        ("(Millions)", "(Millions)", "million"),
        ("(000s)", "(000s)", "thousand"),
        ("The cost of leases was as follows (in millions):", "(in millions)", "million"),
    ],
)
def test_statements_of_unit(line: str, text: str, scale: str) -> None:
    statement = read_statement(line)
    assert statement is not None
    assert (statement.text, statement.scale, line[statement.start : statement.end]) == (text, scale, text)


@pytest.mark.parametrize("line", ["Sales of millions of units", "2018 2017", "Net sales", ""])
def test_no_statement_of_unit(line: str) -> None:
    assert read_statement(line) is None


@pytest.mark.parametrize(
    ("stated", "label", "section", "values", "unit"),
    [
        ("(in millions)", "Net sales", (), ["1"], "million USD"),
        ("(in millions)", "Diluted earnings per share", (), ["$1.20"], "USD"),
        ("(in millions)", "Diluted", ("Earnings per common share",), ["1.20"], "USD"),
        ("(in millions, except per share data)", "Weighted-average diluted shares", (), ["2,966.3"], "million shares"),
        ("(in thousands, except share and per share data)", "Weighted average shares", (), ["52,123,456"], "shares"),
        ("(in thousands, except share data)", "Weighted average shares", (), ["52,123"], None),
        ("(in millions)", "Common stock, par value $1; 500 shares authorized", (), ["7"], "million USD"),
        ("(in millions)", "Number of stores", (), ["1,008"], None),
        ("(in millions)", "Effective tax rate", (), ["21.3"], None),
        ("(in millions)", "Basic", ("Average shares outstanding for earnings per share",), ["789"], "million shares"),
        ("(in millions)", "Dividends declared ($0.24 per share)", (), ["(368)"], "million USD"),
        ("(in millions)", "Common stock dividends, $2.80 per share", (), ["(688)"], "million USD"),
        ("(in millions)", "Repurchase of common shares and other", (), ["(1,029)"], "million USD"),
        ("(in millions)", "Book value per share", (), ["17,123"], None),
        ("(in millions)", "Net income", ("Numerator for earnings per share",), ["$4,165"], "million USD"),
        ("(in millions)", "Stock options", ("Denominator for earnings per share",), ["5"], "million shares"),
        ("(in millions)", "Net income attributable to us", ("Basic earnings per share",), ["$3.16"], "USD"),
        ("(in millions)", "Common shares in equity at year-end", (), ["254"], None),
        (None, "Net sales", (), ["$1"], None),
        (None, "Votes for", (), ["100"], ""),
    ],
)
def test_the_unit_of_a_row(
    stated: str | None, label: str, section: tuple[str, ...], values: list[str], unit: str | None
) -> None:
    currency = "USD" if stated else ""
    assert row_unit(read_statement(stated) if stated else None, label, section, values, currency) == unit


def test_a_row_with_cents_in_a_table_of_whole_amounts_is_in_another_unit() -> None:
    statement = read_statement("(in millions, except per share amounts)")
    assert row_unit(statement, "Continuing operations", (), ["22.76"], "USD", whole=True) is None
    assert row_unit(statement, "Continuing operations", (), ["22.76"], "USD") == "million USD"


def test_notes_that_state_their_unit_once_give_it_to_their_tables(tmp_path: Path) -> None:
    sheet = Sheet(tmp_path / "a.pdf")
    sheet.centred(300, "Larkfield Mills, Inc.")
    sheet.centred(300, "Notes to the Consolidated Financial Statements")
    sheet.centred(300, "(Dollars in millions, except per share data)")
    sheet.line((LEFT, "Note 1 tells how the statements were made up, and what was taken into them."))
    sheet.page()
    sheet.line((LEFT, "Inventories at December 31 were:"), right=((460, "2018"), (540, "2017")))
    sheet.row("Raw materials", ["$120", "$110"], (460, 540))
    sheet.row("Finished goods", ["80", "75"], (460, 540))
    sheet.canvas.showPage()
    sheet.canvas.save()
    document = read(sheet.path)
    (table,) = document.tables
    assert units(table) == {"Raw materials": "million USD", "Finished goods": "million USD"}
    assert table.unit is not None
    assert table.unit.page == 0
    assert document.pages[0].text[table.unit.start : table.unit.end] == "(Dollars in millions, except per share data)"
    assert Decimal(figures(table)["Finished goods"][0]) == 80
