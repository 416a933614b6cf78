"""One report in every kind of file: what is cited stands, to the character, where the citation says."""

from collections.abc import Callable, Iterator
from pathlib import Path

import docx
import openpyxl
import pytest
from reportlab.pdfgen import canvas

from app.export import citations_of
from app.footnote import Footnote
from app.settings import Settings

TITLE = "Larkspur Mills in 2024"
SENTENCE = "The Larkspur mill at Ostrey employs 940 people & ships to “forty” ports — café included."
ROWS = (
    ("Item", "2023", "2024"),
    ("Larkspur revenue, million EUR", "410", "455"),
    ("Larkspur costs, million EUR", "300", "320"),
)


def as_pdf(path: Path) -> None:
    page = canvas.Canvas(str(path))
    page.setFont("Helvetica-Bold", 16)
    page.drawString(72, 760, TITLE)
    page.setFont("Helvetica", 10)
    page.drawString(72, 720, SENTENCE)
    for number, row in enumerate(ROWS):
        for column, cell in enumerate(row):
            page.drawString(72 + 180 * column, 680 - 20 * number, cell)
    page.save()


def as_docx(path: Path) -> None:
    document = docx.Document()
    document.add_heading(TITLE, 1)
    document.add_paragraph(SENTENCE)
    table = document.add_table(len(ROWS), len(ROWS[0]))
    for number, row in enumerate(ROWS):
        for column, cell in enumerate(row):
            table.cell(number, column).text = cell
    document.save(str(path))


def as_xlsx(path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in ((TITLE,), (SENTENCE,), (), *ROWS):
        sheet.append(row)
    book.save(path)


def as_csv(path: Path) -> None:
    lines = [",".join(f'"{cell}"' for cell in row) for row in (*ROWS, (SENTENCE, "", ""))]
    path.write_text("\r\n".join(lines), encoding="utf-8")


def as_html(path: Path) -> None:
    rows = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in ROWS)
    sentence = SENTENCE.replace("&", "&amp;").replace("é", "&eacute;")
    path.write_text(
        f"<html><body><h1>{TITLE}</h1><p>{sentence}</p><table>{rows}</table></body></html>", encoding="utf-8"
    )


def as_markdown(path: Path) -> None:
    head, *rest = ("| " + " | ".join(row) + " |" for row in ROWS)
    path.write_text("\n".join((f"# {TITLE}", "", SENTENCE, "", head, "|---|---|---|", *rest)), encoding="utf-8")


def as_text(path: Path) -> None:
    lines = (TITLE, "", SENTENCE, "", *(f"{row[0]}: {row[1]}, {row[2]}" for row in ROWS))
    path.write_text("\r\n".join(lines), encoding="utf-16")


MAKERS: dict[str, Callable[[Path], None]] = {
    "pdf": as_pdf, "docx": as_docx, "xlsx": as_xlsx, "csv": as_csv, "html": as_html, "md": as_markdown, "txt": as_text,
}  # fmt: skip


@pytest.fixture(scope="module", params=MAKERS)
def engine(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Footnote]:
    folder = tmp_path_factory.mktemp(request.param)
    MAKERS[request.param](folder / f"larkspur.{request.param}")
    engine = Footnote(Settings(home=folder / "home"))
    assert len(engine.ingest([folder / f"larkspur.{request.param}"]).added) == 1
    yield engine
    engine.close()


def test_every_passage_is_the_text_at_its_place(engine: Footnote) -> None:
    passages = engine.store.passages_of(engine.documents()[0].id)
    assert passages
    for stored in passages:
        span = stored.passage.span
        assert engine.page_text("larkspur", span.page)[span.start : span.end] == stored.passage.text


@pytest.mark.parametrize(
    "question",
    [
        "How many people does the Larkspur mill at Ostrey employ?",
        "What was the Larkspur revenue in 2024?",
        "Who owns the Larkspur mill?",
    ],
)
def test_every_citation_is_the_text_at_its_place(engine: Footnote, question: str) -> None:
    citations = citations_of(engine.ask(question))
    assert citations
    for citation in citations:
        assert citation.quote
        assert engine.page_text(citation.document, citation.page)[citation.start : citation.end] == citation.quote
    if question.startswith("How many"):
        assert any("940 people" in citation.quote for citation in citations)
