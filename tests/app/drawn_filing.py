"""Annual reports of made-up companies drawn as PDFs: a cover, other pages with figures, and the primary statements."""

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas

FONT, SIZE, STEP, LEFT = "Helvetica", 8, 11.5, 36
EDGES = (400, 480, 560)
GOLDEN = Path(__file__).parents[1] / "golden"


@dataclass(frozen=True, slots=True)
class Company:
    """A company of such a file: its pages as text, and the questions with the figures that they must get, "" for none."""

    name: str
    end: str  # of its fiscal year: "December 31, 2021"
    pages: tuple[dict[str, Any], ...]
    asks: tuple[tuple[str, str], ...]

    @property
    def key(self) -> str:
        """The first words of its name, as a file name."""
        return "-".join(self.name.lower().replace(".", "").replace(",", "").split()[:2])


def companies(file: str = "sectors") -> list[Company]:
    """Every company of a file of tests/golden."""
    data = tomllib.loads((GOLDEN / f"{file}.toml").read_text(encoding="utf-8"))
    return [
        Company(one["company"], one["end"], tuple(one["page"]), tuple((ask[0], ask[1]) for ask in one["asks"]))
        for one in data["filing"]
    ]


def draw(company: Company, path: Path) -> None:
    """Write the company's annual report as a PDF."""
    canvas = Canvas(str(path), pagesize=(612, 792))
    _cover(canvas, company)
    for number, page in enumerate(company.pages, start=40):
        for _ in range(page.get("pages_before", 0)):
            canvas.setFont(FONT, SIZE)
            canvas.drawString(
                LEFT, 700, "Notes and discussion. The company sells flour, and sold more of it than in the year before."
            )
            canvas.showPage()
        _page(canvas, company, page, number)
    canvas.save()


def _cover(canvas: Canvas, company: Company) -> None:
    canvas.setFont(FONT, SIZE)
    lines = [
        "UNITED STATES",
        "SECURITIES AND EXCHANGE COMMISSION",
        "Washington, D.C. 20549",
        "FORM 10-K",
        "ANNUAL REPORT PURSUANT TO SECTION 13 OR 15(d) OF THE SECURITIES EXCHANGE ACT OF 1934",
        f"For the fiscal year ended {company.end}",
        "Commission file number 001-00000",
        company.name,
        "(Exact name of registrant as specified in its charter)",
    ]
    for number, line in enumerate(lines):
        canvas.drawCentredString(306, 740 - 20 * number, line)
    canvas.showPage()


def _page(canvas: Canvas, company: Company, page: dict[str, Any], number: int) -> None:
    canvas.setFont(FONT, SIZE)
    y = 752.0
    for line in (company.name, page["title"], page.get("unit", "(In millions, except per share amounts)")):
        canvas.drawCentredString(306, y, line)
        y -= STEP + 1
    heads = page["columns"]
    edges = EDGES[len(EDGES) - len(heads) :]
    if page.get("over"):
        canvas.drawCentredString((edges[0] + edges[-1]) / 2 - 20, y, page["over"])
        y -= STEP + 1
    for edge, head in zip(edges, heads, strict=True):
        canvas.drawRightString(edge, y, head)
    y -= STEP + 2
    for line in page["rows"].strip().splitlines():
        label, *values = [part.strip() for part in line.split("|")]
        canvas.drawString(LEFT + (8 if values else 0), y, label)
        for edge, value in zip(edges, values, strict=bool(values)):
            _figure(canvas, edge, y, value)
        y -= STEP
    assert y > 40, f"{page['title']} of {company.name} runs off its page"
    canvas.drawCentredString(306, 30, str(number))
    canvas.showPage()


def _figure(canvas: Canvas, edge: float, y: float, value: str) -> None:
    """A figure with its signs apart, as filings print them: "$" at the left of the column, ")" beyond its edge."""
    if value.startswith("$"):
        canvas.drawString(edge - 58, y, "$")
        value = value[1:]
    body = value.strip("()")
    if value.startswith("("):
        canvas.drawString(edge - stringWidth(body, FONT, SIZE) - 4, y, "(")
    canvas.drawRightString(edge, y, body)
    if value.endswith(")"):
        canvas.drawString(edge + 0.5, y, ")")
