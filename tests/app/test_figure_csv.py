"""Figures as CSV: one row each with its place, and nothing in it that a spreadsheet would run."""

import csv
import io
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.answer import Answer, AnswerKind, Calculation, Candidate, Citation, Operand, Point, Series, Statement
from app.cli import main
from app.figure_csv import COLUMNS, figures_csv

CELL = Citation("acorn", 3, 10, 30, "Net sales 1,200 1,000")
REVENUE = Operand("1,200 million USD", Decimal(1200), "USD", "million", CELL, "revenue, FY2021", "FY2021")
LOSS = Operand("(130) million USD", Decimal(130), "USD", "million", CELL, "net income, FY2021", "FY2021")
YEAR = Operand("365", Decimal(365), "", "", None, "constant: days in a year")
CALCULATION = Calculation(
    "margin(-130 million USD, 1200 million USD)", (REVENUE, LOSS, YEAR), "-10.8%", Decimal("-10.83"), "%",
    steps=(("revenue, FY2021", "1,200 million USD"), ("net margin = …", "-10.8%")),
)  # fmt: skip


def answer(*statements: Statement, question: str = "What was it?", **more: object) -> Answer:
    return Answer(question, AnswerKind.ANSWER, "", statements, **more)  # type: ignore[arg-type]


def rows(*answers: Answer) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(figures_csv(answers))))


def test_each_operand_and_the_result_have_a_row_with_value_unit_and_place() -> None:
    found = rows(answer(Statement("x", (CELL,), CALCULATION)))
    assert [(row["kind"], row["figure"], row["period"], row["value"]) for row in found] == [
        ("cited", "revenue", "FY2021", "1200"),
        ("cited", "net income", "FY2021", "-130"),
        ("constant", "constant: days in a year", "", "365"),
        ("computed", "net margin", "", "-10.8"),
    ]
    first, result = found[0], found[-1]
    assert (first["unit"], first["scale"]) == ("USD", "million")
    assert (first["document"], first["page"], first["start"], first["end"]) == ("acorn", "4", "10", "30")
    assert first["quote"] == "Net sales 1,200 1,000"
    assert result["expression"].startswith("(−130") or "130" in result["expression"]


def test_a_series_gives_each_year_once() -> None:
    point = Point("FY2021", "1,200 million USD", Decimal(1200), REVENUE)
    margin = Point("FY2021", "-10.8%", Decimal("-10.8"), None, CALCULATION)
    found = rows(answer(Statement("x", (CELL,), None, Series("net margin", "%", (point, margin)))))
    assert [row["value"] for row in found] == ["1200", "-130", "365", "-10.8"]
    assert found[-1]["unit"] == "%"


def test_candidates_are_told_from_answers() -> None:
    near = Candidate("Net sales", "FY2021", "(1,200) million USD", CELL)
    assert [(row["kind"], row["value"]) for row in rows(answer(candidates=(near,)))] == [
        ("candidate, not the answer", "-1200")
    ]


def test_an_answer_without_figures_gives_nothing_and_several_share_one_header() -> None:
    assert figures_csv([answer(Statement("x", (CELL,)))]) == ""
    two = figures_csv([answer(Statement("x", (CELL,), CALCULATION))] * 2)
    assert two.count("question,kind") == 1
    assert two.endswith("\r\n")


@given(st.sampled_from("=+-@\t\r|%＝＋－＠"), st.text(max_size=20))
def test_no_cell_begins_a_formula(first: str, rest: str) -> None:
    evil = first + rest
    cell = replace(CELL, document=evil, quote=evil)
    operand = Operand(evil, Decimal(-3), evil, evil, cell, evil)
    made = Calculation(evil, (operand,), evil, Decimal(-3), evil, steps=((evil, evil),))
    near = Candidate(evil, evil, evil, cell)
    text = figures_csv([answer(Statement(evil, (cell,), made), question=evil, candidates=(near,))])
    for row in csv.reader(io.StringIO(text)):
        assert len(row) == len(COLUMNS)
        for value in row:
            bare = value.lstrip(" '\"") if not value.startswith("'") else ""
            number = value.lstrip("-").replace(".", "", 1).isdigit()
            assert number or bare[:1] not in tuple("=+-−@\t\r＝＋－＠") or not bare


def test_ask_writes_the_figures_to_a_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    target = tmp_path / "figures.csv"
    assert main(["--home", str(tmp_path / "home"), "ask", "12 * 3.5", "--csv", str(target)]) == 0
    assert "Figures written to" in capsys.readouterr().out
    written = target.read_bytes()
    assert written.startswith(b"\xef\xbb\xbf")
    assert b"\r\r\n" not in written
    assert [row["value"] for row in csv.DictReader(io.StringIO(written.decode("utf-8-sig")))] == ["12", "3.5", "42"]


def test_ask_says_where_there_are_no_figures_or_the_file_cannot_be_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    home, target = str(tmp_path / "home"), tmp_path / "figures.csv"
    assert main(["--home", home, "ask", "hello", "--csv", str(target)]) == 0
    assert "no figures" in capsys.readouterr().out
    assert not target.exists()
    assert main(["--home", home, "ask", "2 * 3", "--csv", str(tmp_path / "nowhere" / "x.csv")]) == 1
    assert "--csv" in capsys.readouterr().err
