"""CSV and TSV: one page, one table, a row a line."""

import csv
import io
from collections import Counter
from pathlib import Path

from corpus.errors import UnreadableFile
from corpus.readers.page_writer import CELL_LIMIT, PageWriter
from corpus.readers.xlsx import header_count

_CELL_LENGTH = 1_000_000  # characters in one cell


def read_csv(path: Path, text: str) -> PageWriter:
    """Give the one page of a CSV text; the delimiter is told from the content.

    Raises UnreadableFile where there are too many cells, or one is too long to be one: a quote that is never closed.
    """
    writer = PageWriter()
    csv.field_size_limit(_CELL_LENGTH)
    try:
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter_of(text, path.suffix.lower()))
        rows: list[list[str | None]] = []
        cells = 0
        for row in reader:
            cells += len(row)
            if cells > CELL_LIMIT:
                raise UnreadableFile(
                    f"{path.name} has more than {CELL_LIMIT:,} cells. Keep the rows and columns that you ask about, "
                    "or split it."
                )
            rows.append(list(row))
    except csv.Error as error:
        raise UnreadableFile(f"{path.name} is broken as CSV ({error}). Check its quotes and save it again.") from error
    rows = [row for row in rows if any(cell and cell.strip() for cell in row)]
    writer.table(rows, header_count(rows))
    return writer


def delimiter_of(text: str, suffix: str = ".csv") -> str:
    """Tell the delimiter: the one that parts the first lines most evenly, by the suffix where none does."""
    lines = text[:20_000].splitlines()[:50]
    best, best_score = "\t" if suffix == ".tsv" else ",", (0.0, 0)
    for delimiter in ("\t", ",", ";", "|"):
        widths = Counter(len(row) for row in csv.reader(lines, delimiter=delimiter) if row)
        width, count = max(widths.items(), key=lambda item: (item[0] > 1, item[1]), default=(1, 0))
        score = (count / max(widths.total(), 1), width)
        if width > 1 and score > best_score:
            best, best_score = delimiter, score
    return best
