"""What a file becomes: a `Document` of `Page`s, `Table`s and metadata, and the `Passage`s cut from it.

Offsets count Python characters (Unicode code points) in `Page.text`, exactly as the reader gave it. They are what
citations point at, so nothing after the reader may alter a page's text.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Span:
    """Half-open character range [start, end) in one page's text, as the reader gave it."""

    page: int  # from 0
    start: int
    end: int

    def __post_init__(self) -> None:
        if self.page < 0 or not 0 <= self.start <= self.end:
            raise ValueError(f"not a span: page {self.page}, [{self.start}, {self.end})")


@dataclass(frozen=True, slots=True)
class Page:
    """One page of text. Formats without pages (HTML, Markdown, plain text, DOCX) have one; a sheet of XLSX is one."""

    number: int  # from 0
    text: str
    label: str | None = None  # what the file calls it: a sheet's name, a printed page number


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of a table. `span` is where its text stands in the page, None for an empty cell.

    `unit` is of a figure as printed, where the reader tells it: "million USD", "USD" (an amount a share), "thousand shares",
    "%", "" for a plain number.
    """

    row: int  # from 0
    column: int  # from 0
    text: str
    span: Span | None = None
    unit: str | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """What a reader knows of a row beyond its cells.

    A label over several lines is whole here, while its cell holds only the part that runs through in the text.
    """

    number: int  # as in `Cell.row`
    label: str
    section: tuple[str, ...] = ()  # headings inside the table that it stands under, outermost first


@dataclass(frozen=True, slots=True)
class Table:
    """A table with its cells, where the format has them. Row 0 .. `header_rows` - 1 are headers.

    A header over several columns is a cell of each. `rows` is given by readers that find tables from where words
    stand (PDF); these also say whether rows and columns are beyond doubt (`confident`), and the unit of each figure.
    """

    span: Span  # from the first to the last character of the table in its page
    cells: tuple[Cell, ...]
    header_rows: int = 1
    caption: str | None = None
    unit: Span | None = None  # where it states its unit: "(in millions, except per share amounts)"
    confident: bool = True
    rows: tuple[Row, ...] = ()


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading and where it stands; `level` from 1 (outermost)."""

    span: Span
    text: str
    level: int


@dataclass(frozen=True, slots=True)
class PlacedWord:
    """A word that was read by character recognition: its range in the page's text and where it stands on the page.

    The sides of its box are fractions of the page as shown, from its left and its top; `confidence` is from 0 to 100.
    """

    start: int
    end: int
    left: float
    top: float
    right: float
    bottom: float
    confidence: int


class Kind(StrEnum):
    """The kind of document, read from its content."""

    ANNUAL_REPORT = "annual report"  # 10-K, 20-F, annual report
    QUARTERLY_REPORT = "quarterly report"  # 10-Q
    CURRENT_REPORT = "current report"  # 8-K
    EARNINGS_RELEASE = "earnings release"
    PROXY_STATEMENT = "proxy statement"
    ARTICLE = "article"
    GLOSSARY = "glossary"
    TABLE = "table"  # a CSV or a workbook
    OTHER = "document"


@dataclass(frozen=True, slots=True)
class Period:
    """A fiscal period as the document states it: FY2018, Q2 of FY2023, or a period end alone."""

    fiscal_year: int | None = None
    quarter: int | None = None  # 1 to 4; None for a whole year
    end: date | None = None  # last day of the period

    @property
    def order(self) -> tuple[int, int]:
        """Year and quarter, by which periods are sorted: a whole year before its quarters, an unknown year first."""
        return self.fiscal_year or 0, self.quarter or 0

    def __str__(self) -> str:
        if self.fiscal_year is None:
            return f"period ended {self.end.isoformat()}" if self.end else "no period"
        return f"Q{self.quarter} {self.fiscal_year}" if self.quarter else f"FY{self.fiscal_year}"


@dataclass(frozen=True, slots=True)
class Metadata:
    """What the content says about the document; None where it doesn't say."""

    title: str | None = None
    company: str | None = None
    period: Period | None = None
    kind: Kind = Kind.OTHER
    language: str | None = None  # ISO 639-1, "en" or "zh"; None where unsure


@dataclass(frozen=True, slots=True)
class Document:
    """A file as read. `name` is the file's name without its extension; `sha256` is of the file's bytes."""

    name: str
    path: str  # absolute path that it was read from
    sha256: str
    media_type: str  # "application/pdf", "text/html", …
    pages: tuple[Page, ...]
    tables: tuple[Table, ...] = ()
    headings: tuple[Heading, ...] = ()
    metadata: Metadata = field(default_factory=Metadata)
    notes: tuple[str, ...] = ()  # what the reader wants said: "pages 3, 9 have no text (scanned?)"
    recognised: Mapping[int, tuple[PlacedWord, ...]] = field(
        default_factory=dict
    )  # page → its words, of those read by OCR
    unread: tuple[int, ...] = ()  # scanned pages that weren't read, since no OCR is there


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch of one page small enough to embed whole; `page.text[span.start:span.end] == text`, always.

    `section` is the path of headings above it, outermost first. `context` is what precedes the text in the *embedded*
    text only (title, period, section, a table's header rows) and is never cited.
    """

    span: Span
    text: str
    section: tuple[str, ...] = ()
    context: str = ""
    is_table: bool = False

    @property
    def embedded_text(self) -> str:
        """What the embedding model and the lexical index see."""
        return f"{self.context}\n{self.text}" if self.context else self.text
