"""What a reader of a page can't see isn't read; what only looks like it is."""

from pathlib import Path

import pytest
from reportlab.lib.colors import black, darkblue, white
from reportlab.pdfgen.canvas import Canvas

from corpus.readers.html import read_html
from corpus.readers.pdf import read_pdf


@pytest.mark.parametrize(
    "markup",
    [
        "<p style='visibility: hidden'>{}</p>",
        "<p style='opacity:0;color:red'>{}</p>",
        "<p style='font-size:0.5px'>{}</p>",
        "<div style='position:absolute;top:-10000px'><b>{}</b></div>",
        "<p style='color:#FFF'>{}</p>",
        "<p style='color: rgb(255,255,255); background-color: white'>{}</p>",
        "<style>#x, .y {{ display: none }}</style><p class='a y'>{}</p>",
        "<table style='display:none'><tr><td>{}</td><td>1</td></tr></table>",
        "<h2 hidden>{}</h2>",
        "<div style='font-size:0'>{}</div>",
    ],
)
def test_html_that_is_not_seen(markup: str) -> None:
    page = read_html(f"<p>Seen.</p>{markup.format('SECRET')}<p>Also seen.</p>".encode())
    text = page.page().text
    assert "SECRET" not in text
    assert "Seen." in text
    assert "Also seen." in text


@pytest.mark.parametrize(
    "markup",
    [
        "<p style='opacity:0.5'>{}</p>",
        "<p style='font-size:10px'>{}</p>",
        "<p style='font-size:1em'>{}</p>",
        "<div style='margin-left:-12px'>{}</div>",
        "<div style='background:#003366'><p style='color:white'>{}</p></div>",
        "<p style='color:white;background-color:navy'>{}</p>",
        "<style>@media print {{ .y {{ display: none }} }}</style><p class='y'>{}</p>",
        "<style>nav .y {{ display: none }}</style><p class='y'>{}</p>",
        "<style>.head {{ background: navy }}</style><div class='head'><p style='color:#fff'>{}</p></div>",
        "<div style='font-size:0'><span style='font-size:12px'>{}</span></div>",
    ],
)
def test_html_that_is_seen(markup: str) -> None:
    assert "SHOWN" in read_html(markup.format("SHOWN").encode()).page().text


def test_pdf_text_in_the_colour_of_its_ground(tmp_path: Path) -> None:
    path = tmp_path / "page.pdf"
    canvas = Canvas(str(path), pagesize=(612, 792))
    canvas.setFont("Helvetica", 11)
    canvas.drawString(72, 700, "Black on white.")
    canvas.setFillColor(darkblue)
    canvas.rect(60, 590, 400, 30, fill=1)
    canvas.setFillColor(white)
    canvas.drawString(72, 600, "White on blue.")
    canvas.drawString(72, 500, "White on white.")
    canvas.setFillColor(black)
    canvas.setFont("Helvetica", 1)
    canvas.drawString(72, 400, "Tiny.")
    canvas.setFont("Helvetica", 5)
    canvas.drawString(72, 300, "Small print.")
    canvas.setFont("Helvetica", 11)
    canvas.drawString(700, 200, "Off the page.")
    canvas.save()
    text = read_pdf(path).pages[0].text
    assert [line for line in ("Black on white.", "White on blue.", "Small print.") if line not in text] == []
    assert [line for line in ("White on white.", "Tiny.", "Off the page.") if line in text] == []


def test_the_layer_of_a_scan_is_kept(tmp_path: Path) -> None:
    from PIL import Image

    path = tmp_path / "scan.pdf"
    canvas = Canvas(str(path), pagesize=(612, 792))
    text = canvas.beginText(72, 600)
    text.setTextRenderMode(3)
    text.textLine("Recognised words of a scan.")
    canvas.drawText(text)
    canvas.drawInlineImage(Image.new("RGB", (60, 80), (240, 240, 240)), 0, 0, 612, 792)
    canvas.save()
    assert "Recognised words of a scan." in read_pdf(path).pages[0].text
