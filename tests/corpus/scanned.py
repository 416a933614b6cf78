"""Scanned pages of a made-up company: drawn as text, then made pictures."""

from pathlib import Path

import pypdfium2
from PIL.Image import Image
from reportlab.lib.pagesizes import A4
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen import canvas

STATEMENT = (
    ("Fiscal year ended December 31,", "2025", "2024"),
    ("Net sales", "$ 1,284", "$ 1,131"),
    ("Cost of sales", "732", "667"),
    ("Gross profit", "552", "464"),
    ("Operating expenses", "(338)", "(299)"),
    ("Operating income", "214", "165"),
    ("Income tax", "56", "44"),
    ("Net income", "$ 158", "$ 121"),
)
PROSE = (
    "Net sales rose 13.5% to 1,284 million USD in fiscal year 2025, as the harbour lamps sold well in the",
    "northern markets. The company employed 4,310 people at the end of the year.",
)


def page_picture(dpi: int = 200) -> Image:
    """A page with a heading, an income statement and two lines of prose, as a scanner gives it."""
    path = canvas.Canvas("", pagesize=A4)
    path.setFont("Times-Bold", 14)
    path.drawString(72, 780, "HARBOUR LAMPS INC. CONSOLIDATED STATEMENTS OF INCOME")
    path.setFont("Times-Roman", 10)
    path.drawString(72, 762, "(In millions of USD, except per share amounts)")
    for number, (label, this, last) in enumerate(STATEMENT):
        path.drawString(72, 730 - 18 * number, label)
        path.drawRightString(430, 730 - 18 * number, this)
        path.drawRightString(520, 730 - 18 * number, last)
    for number, line in enumerate(PROSE):
        path.drawString(72, 500 - 13 * number, line)
    document = pypdfium2.PdfDocument(path.getpdfdata())
    picture: Image = document[0].render(scale=dpi / 72, grayscale=True).to_pil().copy()
    document.close()
    return picture


def scan(path: Path, *pictures: Image) -> Path:
    """A PDF of pictures alone, a page each; of `page_picture` where none is given."""
    drawing = canvas.Canvas(str(path))
    for picture in pictures or (page_picture(),):
        size = A4 if picture.width < picture.height else (A4[1], A4[0])
        drawing.setPageSize(size)
        drawing.drawImage(ImageReader(picture), 0, 0, *size)
        drawing.showPage()
    drawing.save()
    return path
