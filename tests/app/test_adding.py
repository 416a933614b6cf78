"""Adding what isn't a file yet, archives and folders, scans, protected files; what is told of each, and stopping."""

import io
import json
import sys
import zipfile
from pathlib import Path

import pytest
from PIL import Image
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfgen import canvas

from app.adding import add_given, document_name, paste
from app.answer import AnswerKind
from app.cli import main
from app.export import answer_text, citations_of
from app.file_lines import file_line, file_object, understood
from app.footnote import Footnote
from app.page.answer_html import answer_html
from app.page.source_html import source_html
from app.settings import Settings
from corpus.errors import UnreadableFile
from corpus.ocr.ocr import NO_OCR
from index.file_report import Became, FileReport
from index.preparing import prepare
from index.progress import Progress
from tests.corpus.scanned import scan


@pytest.fixture
def engine(tmp_path: Path, sample: Footnote) -> Footnote:
    opened = Footnote(Settings(home=tmp_path / "home"))
    opened.use_embedding(sample.embedding())
    return opened


def locked(path: Path) -> Path:
    drawing = canvas.Canvas(str(path), encrypt=StandardEncryption("open sesame", "owner"))
    drawing.drawString(72, 700, "The vault of the Ormen bank holds 512 bars of silver.")
    drawing.save()
    return path


# Pasted texts


@pytest.mark.parametrize(
    ("title", "text", "name", "kind"),
    [
        ("Lighthouse note", "The lighthouse is 41 metres high.", "Lighthouse note", "text/plain"),
        ("", "# Lighthouses\n\nThe **lighthouse** is 41 metres high.", "Lighthouses", "text/markdown"),
        ("", "<html><title>Towers</title><p>The lighthouse is 41 metres high.</p></html>", "Towers", "text/html"),
        ("a/b: <c>", "The lighthouse is 41 metres high.", "a b c", "text/plain"),
    ],
)
def test_a_pasted_text_is_a_document(engine: Footnote, title: str, text: str, name: str, kind: str) -> None:
    (report,) = paste(engine, title, text).files
    assert report.became is Became.ADDED
    assert report.record
    assert (report.record.name, report.record.media_type) == (name, kind)
    answer = engine.ask("How high is the lighthouse?")
    assert "41 metres" in answer.text
    assert "<" not in answer.text
    assert not list((engine.settings.home / "incoming").iterdir())


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("https://example.org/report?year=2025", "save it"),
        ("www.example.org", "fetches nothing from the web"),
        ("  \n ", "no text to add"),
        ("x" * 5_000_001, "5,000,001 characters"),
    ],
)
def test_what_cannot_be_pasted_says_what_to_do(engine: Footnote, text: str, says: str) -> None:
    with pytest.raises(UnreadableFile, match=says):
        paste(engine, "", text)
    assert engine.documents() == []


@pytest.mark.parametrize("given", ["../../etc/passwd", "..", "a\0b", "x" * 400, "灯" * 400, "."])
def test_a_title_is_a_name_that_any_file_can_have(given: str) -> None:
    name = document_name(given)
    assert "/" not in name
    assert "\0" not in name
    assert not name.startswith(".")
    assert len(name.encode()) <= 150


def test_standard_input_is_read_by_what_it_holds(engine: Footnote) -> None:
    out = io.BytesIO()
    drawing = canvas.Canvas(out)
    drawing.drawString(72, 700, "The dike is nine metres wide.")
    drawing.save()
    (report,) = add_given(engine, out.getvalue(), "Dike study 1.2").files
    assert report.record
    assert (report.record.name, report.record.media_type) == ("Dike study 1.2", "application/pdf")
    (other,) = add_given(engine, b"a,b\n1,2\n", "table.csv").files
    assert other.record
    assert other.record.media_type == "text/csv"
    with pytest.raises(UnreadableFile, match="empty"):
        add_given(engine, b" ", "x.txt")


# Archives and folders


def test_an_archive_gives_its_documents_and_two_of_one_name_stay_two(engine: Footnote, tmp_path: Path) -> None:
    path = tmp_path / "reports.zip"
    with zipfile.ZipFile(path, "w") as made:
        made.writestr("2023/report.txt", "The mill ground 300 tonnes in 2023.")
        made.writestr("2024/report.txt", "The mill ground 350 tonnes in 2024.")
        made.writestr("logo.svg", "<svg/>")
    report = engine.ingest([path])
    assert [(one.became, one.name) for one in report.files] == [
        (Became.ADDED, "2023/report.txt in reports.zip"),
        (Became.ADDED, "2024/report.txt in reports.zip"),
    ]
    assert report.left_out == 1
    assert {one.name for one in engine.documents()} == {"report", "report (2)"}
    assert len(engine.ingest([path]).unchanged) == 2
    assert not list((engine.settings.home / "incoming").iterdir())


def test_uploaded_files_of_one_name_in_two_folders_stay_two(engine: Footnote, tmp_path: Path) -> None:
    names = {}
    for year in ("2023", "2024"):
        (tmp_path / year).mkdir()
        path = tmp_path / year / "report.txt"
        path.write_text(f"The mill ran all of {year}.")
        names[path] = f"{year}/report.txt"
    assert len(engine.ingest(list(names), uploaded=True, names=names).added) == 2
    assert len(engine.ingest(list(names), uploaded=True, names=names).unchanged) == 2


def test_what_is_left_out_of_a_folder_is_counted(engine: Footnote, tmp_path: Path) -> None:
    files = tmp_path / "files"
    files.mkdir()
    (files / "a.txt").write_text("The pier is long.")
    for name in (".hidden.txt", "program.exe", "icon.png"):
        (files / name).write_bytes(b"x")
    report = engine.ingest([files])
    assert [one.name for one in report.added] == ["a"]
    assert report.left_out == 3


def test_a_web_address_as_a_path_says_how_to_save_the_page(engine: Footnote) -> None:
    ((_, reason),) = engine.ingest([Path("https://example.org/a.html")]).failed
    assert "save the page" in reason


# What is told


def test_each_file_is_told_as_it_is_done_with_what_was_understood(engine: Footnote, tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text(
        "# Annual report 2024\n\nCompany: Ormen Silver.\n\n| In millions of USD | 2024 |\n|---|---|\n| Net sales | 12 |\n"
    )
    (tmp_path / "b.pdf").write_bytes(b"%PDF-1.7\nbroken")
    told: list[FileReport] = []
    report = engine.ingest([tmp_path / "a.md", tmp_path / "b.pdf"], done=told.append)
    assert tuple(told) == report.files
    fine, broken = told
    assert "1 table" in understood(fine)
    assert file_line(fine).startswith("added a: “Annual report 2024”")
    assert "broken PDF" in file_line(broken)
    assert file_object(fine)["tables"] == 1
    assert file_object(broken)["status"] == "failed"


def test_stopping_keeps_what_is_read_and_leaves_the_rest(engine: Footnote, tmp_path: Path) -> None:
    for name in "abc":
        (tmp_path / f"{name}.txt").write_text(f"The file {name} is here.")
    told: list[FileReport] = []
    report = engine.ingest(
        [tmp_path / f"{name}.txt" for name in "abc"], done=told.append, cancelled=lambda: len(told) > 0
    )
    assert [one.became for one in report.files] == [Became.ADDED, Became.STOPPED, Became.STOPPED]
    assert [one.name for one in engine.documents()] == ["a"]
    assert len(engine.ingest([tmp_path / f"{name}.txt" for name in "abc"]).added) == 2


# Passwords


def test_a_protected_pdf_opens_with_its_password_which_is_kept_nowhere(engine: Footnote, tmp_path: Path) -> None:
    path = locked(tmp_path / "vault.pdf")
    (report,) = engine.ingest([path]).files
    assert report.needs_password
    (report,) = engine.ingest([path], password="wrong").files
    assert report.needs_password
    assert "another password" in report.reason
    (report,) = engine.ingest([path], password="open sesame").files
    assert report.became is Became.ADDED
    answer = engine.ask("How many bars of silver does the vault hold?")
    assert "512" in answer.text
    shown = source_html(engine.store, citations_of(answer)[0])
    assert "which isn’t kept" in shown
    assert "<mark" in shown
    engine.close()
    for file in engine.settings.home.rglob("*"):
        assert not file.is_file() or b"open sesame" not in file.read_bytes()


def test_the_command_line_takes_a_password_from_standard_input(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path, home = locked(tmp_path / "vault.pdf"), str(tmp_path / "home")
    assert main(["ingest", str(path), "--home", home]) == 1
    assert "--password-stdin" in capsys.readouterr().out
    monkeypatch.setattr(sys, "stdin", io.StringIO("open sesame\n"))
    assert main(["ingest", str(path), "--password-stdin", "--home", home, "--json"]) == 0
    (file,) = json.loads(capsys.readouterr().out)["files"]
    assert (file["status"], file["document"]) == ("added", "vault")


def test_the_command_line_reads_standard_input(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    home = str(tmp_path / "home")
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"# Piers\n\nThe pier is 90 metres long.\n")))
    assert main(["ingest", "-", "--name", "piers.md", "--home", home]) == 0
    said = capsys.readouterr()
    assert "added piers" in said.err
    assert "1 added" in said.out
    assert main(["ingest", str(tmp_path), "--name", "x", "--home", home]) == 1


# Scans


def test_a_scanned_statement_is_asked_boxed_and_marked_as_read_by_ocr(engine: Footnote, tmp_path: Path) -> None:
    news: list[Progress] = []
    (report,) = engine.ingest([scan(tmp_path / "harbour-lamps.pdf")], news.append).files
    assert report.became is Became.ADDED
    answer = engine.ask("How many people did the company employ at the end of the year?")
    assert "4,310" in answer.text
    assert answer.recognised == (("harbour-lamps", 0),)
    assert "read by OCR" in answer_text(answer)
    assert "read by OCR" in answer_html(answer)
    assert answer.to_json()["recognised"] == [{"document": "harbour-lamps", "page": 1}]
    shown = source_html(engine.store, citations_of(answer)[0])
    assert "page 1 · read by OCR" in shown
    assert 'class="box"' in shown


def test_a_picture_is_shown_with_its_words_boxed(engine: Footnote, tmp_path: Path) -> None:
    from tests.corpus.scanned import page_picture

    page_picture().save(tmp_path / "lamps.png")
    engine.ingest([tmp_path / "lamps.png"])
    answer = engine.ask("How many people did the company employ at the end of the year?")
    assert "4,310" in answer.text
    shown = source_html(engine.store, citations_of(answer)[0])
    assert "/picture/" in shown
    assert 'class="box"' in shown


def test_nothing_is_answered_with_an_illegible_figure(
    engine: Footnote, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # As if no second reading ever gave the same; read in this process, where that can be told.
    monkeypatch.setattr("index.ready.prepare_apart", lambda *order: prepare(*order[:5]))
    monkeypatch.setattr("corpus.ocr.page.twice", lambda tesseract, picture, words: list(words))
    (report,) = engine.ingest([scan(tmp_path / "lamps.pdf")]).files
    assert report.record
    assert any("▯" in note for note in report.record.notes)
    for question in ("How many people did the company employ?", "What was operating income in FY2025?",
                     "What was gross margin in FY2025?"):  # fmt: skip
        answer = engine.ask(question)
        shown = " ".join(one.text for one in answer.statements)
        assert answer.kind is AnswerKind.REFUSAL or not any(each.isdigit() for each in shown), shown


def test_a_scan_is_read_again_once_ocr_is_there(
    engine: Footnote, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "mixed.pdf"
    drawing = canvas.Canvas(str(path))
    drawing.drawString(72, 700, "A first page of text that can be read as it is, without recognition of any kind.")
    drawing.showPage()
    drawing.drawInlineImage(Image.new("L", (500, 700), 200), 0, 0, 595, 842)
    drawing.save()
    with monkeypatch.context() as without:
        without.setattr(Footnote, "ocr", lambda self: NO_OCR)
        (record,) = engine.ingest([path]).added
        assert "page 2 is scanned and not read" in record.notes[0]
        assert len(engine.ingest([path]).unchanged) == 1
    (record,) = engine.ingest([path]).replaced
    assert "no text could be made out" in record.notes[0]
