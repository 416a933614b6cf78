"""Real files of every kind, small, the same bytes in every run: what mutations begin with."""

import io
import re
import zipfile
from functools import cache
from pathlib import Path

import docx
import openpyxl
import pypdfium2
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

ROOT = Path(__file__).parents[2]
SAMPLE = ROOT / "corpus" / "sample"
FILINGS = ROOT.parent / "shared" / "eval" / "financebench" / "pdfs"
_TIME = re.compile(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
ROWS = (
    ("in millions of EUR", "2024", "2023", "Change"),
    ("Net sales", "1,234.5", "1,000.0", "23.5%"),
    ("Cost of sales", "(800.2)", "(700.1)", "14.3%"),
    ("Gross profit", "434.3", "299.9", "44.8%"),
    ("Employees", "12,400", "11,950", "3.8%"),
)


@cache
def seeds() -> tuple[tuple[str, bytes], ...]:
    """Suffix and content of each. Two pages of real filings are among them where the evaluation data is there."""
    found = [(".md", path.read_bytes()) for path in sorted(SAMPLE.glob("*.md"))[:2]]
    text = found[0][1].decode()
    found += [
        (".txt", text.encode()),
        (".txt", text.encode("utf-16-le")),
        (".csv", "\n".join(",".join(f'"{cell}"' for cell in row) for row in ROWS * 4).encode()),
        (".tsv", "\n".join("\t".join(row) for row in ROWS * 4).encode("cp1252")),
        (".html", _html(text)),
        (".docx", _docx(text)),
        (".xlsx", _xlsx()),
        (".pdf", _pdf(text, compressed=True)),
        (".pdf", _pdf(text, compressed=False)),
    ]
    return (*found, *((".pdf", _pages(path)) for path in sorted(FILINGS.glob("*.pdf"))[::16][:2]))


def _html(text: str) -> bytes:
    rows = "".join("<tr>" + "".join(f"<td colspan=1>{cell}</td>" for cell in row) + "</tr>" for row in ROWS)
    parts = "".join(f"<p style='color:black'>{part}</p>" for part in text.split("\n\n"))
    return (
        "<!doctype html><html><head><meta charset=utf-8><style>.h{display:none}</style></head><body><h1>Report</h1>"
        f"<div class=h>no</div>{parts}<table><thead><tr><th>a</th></tr></thead>{rows}</table><ol start=2><li>x<li>y</ol></body></html>"
    ).encode()


def _docx(text: str) -> bytes:
    made = docx.Document()
    made.add_heading("Report", 1)
    for part in text.split("\n\n")[:6]:
        made.add_paragraph(part, style="List Bullet" if part.startswith("-") else None)
    table = made.add_table(len(ROWS), len(ROWS[0]))
    for row, cells in enumerate(ROWS):
        for column, cell in enumerate(cells):
            table.cell(row, column).text = cell
    table.cell(0, 0).merge(table.cell(1, 0))
    out = io.BytesIO()
    made.save(out)
    return _timeless(out.getvalue())


def _xlsx() -> bytes:
    book = openpyxl.Workbook()
    for title in ("Income", "Cash"):
        sheet = book.create_sheet(title)
        for row in ROWS:
            sheet.append([float(cell.replace(",", "")) if re.fullmatch(r"[\d,.]+", cell) else cell for cell in row])
        sheet.append(["sum", "=SUM(B2:B4)"])
        sheet["B2"].number_format = "#,##0.0"
        sheet.merge_cells("A8:B9")
    out = io.BytesIO()
    book.save(out)
    return _timeless(out.getvalue())


def _timeless(data: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            content = _TIME.sub(b"2024-01-01T00:00:00Z", source.read(name))
            target.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def _pdf(text: str, compressed: bool) -> bytes:
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=A4, invariant=1, pageCompression=int(compressed))
    for page in range(3):
        canvas.bookmarkPage(f"p{page}")
        canvas.addOutlineEntry(f"Page {page}", f"p{page}")
        canvas.setFont("Helvetica", 10)
        for number, line in enumerate(text.split("\n")[page * 20 : page * 20 + 20]):
            canvas.drawString(60, 780 - 14 * number, line[:90])
        for number, row in enumerate(ROWS):
            for column, cell in enumerate(row):
                canvas.drawRightString(200 + 90 * column, 400 - 16 * number, cell)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def _pages(path: Path) -> bytes:
    """Two pages of a filing, one of them from its middle."""
    with pypdfium2.PdfDocument(path) as source, pypdfium2.PdfDocument.new() as target:
        target.import_pages(source, [0, len(source) // 2])
        out = io.BytesIO()
        target.save(out)
        return out.getvalue()
