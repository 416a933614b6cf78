"""Tables read into lines: nested headers, sections, periods either way round, odd shapes."""

from collections.abc import Callable

from hypothesis import given
from hypothesis import strategies as st

from app.tabletext.engine import TableText
from app.tabletext.grid import Grid, read_grid
from app.tabletext.matching import in_time
from app.tatqa import document_of

Make = Callable[..., TableText]


def shown(grid: Grid) -> dict[tuple[str, str, str], list[tuple[int, str]]]:
    """Lines by (section, label, head): their figures with the year."""
    return {
        (" / ".join(line.section), line.label, line.head): [
            (one.when.years[0] if one.when and one.when.years else 0, one.text) for one in line.entries if one.figure
        ]
        for line in grid.lines
    }


def test_a_header_over_two_rows_with_a_part_in_each_column(table: Make) -> None:
    grid = table(
        [["", "Years ended 30 June,", "", "", ""], ["", "2024", "", "2023", ""], ["", "Amount", "% of sales", "Amount", "% of sales"],
         ["Cost of sales:", "", "", "", ""], ["Upkeep", "40", "8%", "30", "6%"], ["Services", "60", "12", "50", "10"], ["", "100", "20%", "80", "16%"]]
    ).grid  # fmt: skip
    lines = shown(grid)
    assert lines["Cost of sales", "Services", "Amount"] == [(2024, "60"), (2023, "50")]
    assert lines["Cost of sales", "Services", "% of sales"] == [(2024, "12"), (2023, "10")]
    assert lines["Cost of sales", "Total", "Amount"] == [(2024, "100"), (2023, "80")]


def test_periods_down_the_rows_make_lines_of_columns(table: Make) -> None:
    grid = table([["Year", "Orders", "Returns"], ["2022", "12", "3"], ["2023", "15", "2"], ["2024", "11", "4"]]).grid
    lines = shown(grid)
    assert lines["", "", "Orders"] == [(2022, "12"), (2023, "15"), (2024, "11")]
    assert lines["", "", "Returns"] == [(2022, "3"), (2023, "2"), (2024, "4")]


def test_a_second_header_inside_the_table_heads_the_rows_below_it(table: Make) -> None:
    grid = table(
        [["", "March 31,", "June 30,"], ["", "2024", "2024"], ["High", "9.1", "9.4"], ["", "March 31,", "June 30,"], ["", "2023", "2023"], ["High", "7.0", "7.2"]]
    ).grid  # fmt: skip
    found = [(one.when.years[0], one.when.month, one.text) for line in grid.lines for one in in_time(line) if one.when]
    assert sorted(found) == [(2023, 3, "7.0"), (2023, 6, "7.2"), (2024, 3, "9.1"), (2024, 6, "9.4")]


def test_a_unit_below_the_header_is_the_tables(table: Make) -> None:
    engine = table([["", "2024", "2023"], ["(In thousands)", "", ""], ["Rents", "1,200", "900"]])
    reply = engine.answer("What was the change in rents from 2023 to 2024?")
    assert reply is not None
    assert (reply.number, reply.scale) == (300, "thousand")


cell = st.sampled_from(
    ["", " ", "2024", "2023", "12", "(3)", "—", "x", "Total", "in millions", "%", "1,0", "Q1 2024", "=A1", "N/A", "£m"]
)


@given(st.lists(st.lists(cell, max_size=6), max_size=9))
def test_no_table_is_too_odd_to_be_read(rows: list[list[str]]) -> None:
    grid = read_grid(document_of({"table": {"uid": "odd", "table": rows}, "paragraphs": []}).tables[0])
    texts = {text for row in rows for text in (" ".join(one.split()) for one in row)}
    assert all(entry.text in texts for entry in grid.entries)
    assert all(line.entries for line in grid.lines)
