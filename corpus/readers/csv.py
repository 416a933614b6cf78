"""CSV and TSV: one page, one table, a row a line."""

import csv
import io
from pathlib import Path

from corpus.errors import UnreadableFile
from corpus.readers.page_writer import PageWriter
from corpus.readers.xlsx import header_count

_CELL_LIMIT = 1_000_000  # characters in one cell


def read_csv(path: Path, text: str) -> PageWriter:
    """Give the one page of a CSV text; the delimiter is told from the content.

    Raises UnreadableFile where a cell is too long to be one: a quote that is never closed.
    """
    writer = PageWriter()
    try:
        dialect: type[csv.Dialect] = csv.Sniffer().sniff(text[:65536], ",;\t|")
    except csv.Error:
        dialect = csv.excel_tab if path.suffix.lower() == ".tsv" else csv.excel
    csv.field_size_limit(_CELL_LIMIT)
    try:
        rows: list[list[str | None]] = [list(row) for row in csv.reader(io.StringIO(text, newline=""), dialect)]
    except csv.Error as error:
        raise UnreadableFile(f"{path.name} is broken as CSV ({error}). Check its quotes and save it again.") from error
    rows = [row for row in rows if any(cell and cell.strip() for cell in row)]
    writer.table(rows, header_count(rows))
    return writer
