"""Cells of a PDF's tables as facts: label, header, figure, unit and exact citations; nothing of a table in doubt."""

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest
from reportlab.pdfgen.canvas import Canvas

from app.evidence import Pages, sentence_ranges
from app.figures import cell_citations, cell_operand, cell_statement
from app.match import Pick, cell_period
from app.quantity import parse_quantity
from app.verifier import unsupported
from corpus.document import Span
from corpus.readers import read
from corpus.splitter import split
from index.cells import CellFact
from index.hit import Hit
from index.store import Store

ROWS = [
    ("Net sales", "$ 1,514", "$ 1,425", "6.2 %"),
    ("Operating loss", "(555)", "(610)", "(9.0) %"),
    ("Diluted earnings per share", "$ 2.31", "$ (2.09)", "NM"),
    ("Number of mills", "61", "58", "5.2 %"),
]


def drawn(path: Path, years: bool = True) -> Path:
    canvas = Canvas(str(path), pagesize=(612, 792))
    canvas.setFont("Helvetica", 9)
    canvas.drawCentredString(300, 740, "Larkfield Mills, Inc.")
    canvas.drawCentredString(300, 726, "Consolidated Statements of Operations")
    canvas.drawCentredString(300, 712, "(In millions, except per share data)")
    canvas.drawString(40, 690, "Years Ended December 31,")
    for edge, text in zip((380, 460, 540), ("2018", "2017", "Change") if years else ("", "", ""), strict=True):
        canvas.drawRightString(edge, 690, text)
    for number, (label, *values) in enumerate(ROWS):
        y = 672 - 14 * number
        canvas.drawString(40, y, label)
        for edge, value in zip((380, 460, 540), values, strict=True):
            canvas.drawRightString(edge, y, value)
    canvas.drawString(40, 560, "The mills of the north were closed in the autumn for want of grain.")
    canvas.showPage()
    canvas.save()
    return path


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store(tmp_path / "home")
    yield opened
    opened.close()


def facts_of(store: Store, path: Path) -> tuple[list[CellFact], Pages, int]:
    document = read(path)
    passages = split(document)
    key = store.add(document, passages, np.ones((len(passages), 3), np.float32), "model@1")
    assert tuple(store.tables(key)) == document.tables
    pages = Pages(store)
    hit = Hit(1, key, document.name, Span(0, 0, 10), "", (), 1.0, False)
    return pages.cells([hit]), pages, key


def one(facts: list[CellFact], label: str, year: str) -> CellFact:
    (fact,) = [fact for fact in facts if fact.label == label and year in fact.header]
    return fact


def test_a_cell_of_a_pdf_is_a_fact_with_its_unit_and_period(store: Store, tmp_path: Path) -> None:
    facts, pages, key = facts_of(store, drawn(tmp_path / "a.pdf"))
    fact = one(facts, "Net sales", "2018")
    assert (fact.text, fact.unit, fact.header) == ("1,514", "million USD", "Years Ended December 31, 2018")
    period = cell_period(fact)
    assert period is not None
    assert (period.fiscal_year, period.quarter) == (2018, None)
    assert one(facts, "Diluted earnings per share", "2017").unit == "USD"
    page = pages.text(key, 0)
    for citation in cell_citations(fact):
        assert page[citation.start : citation.end] == citation.quote
    quotes = [citation.quote for citation in cell_citations(fact)]
    assert {"Years Ended December 31,", "2018", "(In millions, except per share data)"} <= set(quotes)
    statement = cell_statement(Pick(fact, 1.0, period))
    assert statement.text == "Net sales, Years Ended December 31, 2018: 1,514 million USD."
    assert unsupported(statement, "", lambda _, number: pages.text(key, number)) is None


def test_brackets_are_a_minus_sign_with_scale_and_unit(store: Store, tmp_path: Path) -> None:
    facts, _, _ = facts_of(store, drawn(tmp_path / "a.pdf"))
    assert cell_operand(one(facts, "Operating loss", "2018")).value == -555
    operand = cell_operand(one(facts, "Diluted earnings per share", "2017"))
    assert (operand.value, operand.unit, operand.scale) == (Decimal("-2.09"), "USD", "")
    assert parse_quantity("(1,234.5) million USD").base == Decimal("-1234500000")


def test_what_the_page_gives_no_unit_for_is_no_fact(store: Store, tmp_path: Path) -> None:
    facts, _, _ = facts_of(store, drawn(tmp_path / "a.pdf"))
    assert not [fact for fact in facts if fact.label == "Number of mills" and "Change" not in fact.header]
    assert {cell_period(fact).fiscal_year for fact in facts if "Change" in fact.header} == {None}  # type: ignore[union-attr]


def test_a_table_in_doubt_gives_no_facts(store: Store, tmp_path: Path) -> None:
    facts, _, _ = facts_of(store, drawn(tmp_path / "a.pdf", years=False))
    assert facts == []


def test_rows_of_a_table_are_no_sentences(store: Store, tmp_path: Path) -> None:
    _, pages, key = facts_of(store, drawn(tmp_path / "a.pdf"))
    sentences = pages.sentences_in(key, Span(0, 0, len(pages.text(key, 0))), ())
    assert not any("1,514" in sentence.text for sentence in sentences)


def test_a_sentence_does_not_run_over_rows_of_figures() -> None:
    text = "Space was used as follows:\nLeased Owned\nDomestic 14,393 3,168\nInternational 1,496 -\nWe own our\noffices in Oakham."
    found = [text[start:end] for start, end in sentence_ranges(text, wrapped=True)]
    assert found == [
        "Space was used as follows:\nLeased Owned",
        "Domestic 14,393 3,168",
        "International 1,496 -",
        "We own our\noffices in Oakham.",
    ]


def test_a_sentence_goes_on_over_lines_that_end_in_a_figure() -> None:
    text = "In the years 2022 and\n2023 the mill had sales of 14,393\nand of 3,168 in its two shops."
    assert sentence_ranges(text, wrapped=True) == [(0, len(text))]
