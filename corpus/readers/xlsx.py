"""Excel workbooks: a page a sheet, each block of cells a table, values as the sheet shows them."""

import datetime as dt
import io
import re
import warnings
import zipfile
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.utils.exceptions import InvalidFileException

from corpus.errors import UnreadableFile
from corpus.pulse import pulse
from corpus.readers.content import BROKEN
from corpus.readers.page_writer import CELL_LIMIT, PageWriter

_PLACES = 20 * CELL_LIMIT  # with the empty ones that a row passes over
_DECIMALS = re.compile(r"\.([0#?]+)")
_UNSAVED = re.compile(rb"<f[ >][^<]*</f>(?:<v\s*/>|<v></v>)?</c>")
_YEAR = re.compile(r"(?:FY\s?)?(?:19|20)\d\d(?:E|A)?")
_FIGURE = re.compile(r"[($€£¥+\-–−]*\s*\d[\d,]*(?:\.\d+)?\s*[%)]*")


def read_xlsx(path: Path, data: bytes) -> tuple[list[PageWriter], list[str]]:
    """Give the visible sheets of a workbook of these bytes as pages, and notes on what was left out; `path` is for messages.

    Raises UnreadableFile where the workbook is broken or has too many cells.
    """
    notes: list[str] = []
    writers: list[PageWriter] = []
    cells = places = read = 0
    try:
        with io.BytesIO(data) as file, warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)  # about styles and extensions, which are of no use here
            book = openpyxl.load_workbook(file, read_only=True, data_only=True)
            for sheet in book.worksheets:
                if sheet.sheet_state != "visible":
                    notes.append(f"hidden sheet {sheet.title!r} left out")
                    continue
                writer = PageWriter(len(writers), sheet.title)
                sheet.reset_dimensions()
                rows: list[list[str | None]] = []
                for row in sheet.iter_rows():
                    shown_row = [shown(cell.value, getattr(cell, "number_format", "General")) for cell in row]
                    places += len(row)
                    while shown_row and shown_row[-1] is None:
                        shown_row.pop()  # a lone cell far to the right brings thousands of empty ones with it
                    rows.append(shown_row)
                    cells += len(shown_row)
                    read += 1
                    pulse(read)
                    if cells > CELL_LIMIT or places > _PLACES:
                        raise UnreadableFile(
                            f"{path.name} has more than {CELL_LIMIT:,} cells. "
                            "Split it, or save the sheets you need as CSV."
                        )
                write_blocks(writer, rows)
                writers.append(writer)
            book.close()
        notes += _unsaved_formulas(data)
    except (*BROKEN, InvalidFileException) as error:
        raise UnreadableFile(f"{path.name} is broken as a workbook ({error}). Save it again in Excel.") from error
    return writers, notes


def write_blocks(writer: PageWriter, rows: Sequence[Sequence[str | None]]) -> None:
    """Write a sheet: rows parted by empty ones are tables of their own, a lone first cell above one its caption."""
    block: list[list[str | None]] = []
    for row in (*rows, ()):
        if any(row):
            block.append(list(row))
        elif block:
            _write_block(writer, block)
            block = []


def _write_block(writer: PageWriter, block: list[list[str | None]]) -> None:
    first = min(next(index for index, cell in enumerate(row) if cell) for row in block)
    block = [row[first:] for row in block]
    captions: list[str] = []
    while len(block) > 1 and sum(1 for cell in block[0] if cell) == 1 and block[0][0] and _width(block[1:]) > 1:
        captions.append(block[0][0])
        block = block[1:]
    if _width(block) == 1:
        for row in block:
            writer.block(next(cell for cell in row if cell))
        return
    writer.table(block, header_count(block), " ".join(captions) or None)


def _width(block: Sequence[Sequence[str | None]]) -> int:
    return max((sum(1 for cell in row if cell) for row in block), default=0)


def header_count(rows: Sequence[Sequence[str | None]]) -> int:
    """Count the header rows: those at the top without figures, years apart, three at most."""
    count = 0
    for row in rows[:3]:
        filled = [cell.strip() for cell in row if cell and cell.strip()]
        if any(_FIGURE.fullmatch(cell) and not _YEAR.fullmatch(cell) for cell in filled):
            break
        count += 1
    if count == len(rows) or count == 3:
        return min(1, max(len(rows) - 1, 0))
    return count


def shown(value: Any, number_format: str) -> str | None:
    """Give a cell's value as the sheet shows it: percents, thousands and decimals by the cell's format."""
    match value:
        case None:
            return None
        case bool():
            return "TRUE" if value else "FALSE"
        case dt.datetime():
            midnight = value.time() == dt.time()
            return value.date().isoformat() if midnight else value.isoformat(sep=" ", timespec="minutes")
        case dt.date() | dt.time():
            return value.isoformat()
        case int() | float():
            return _number(value, number_format)
        case _:
            return str(value)


def _number(value: int | float, number_format: str) -> str:
    if isinstance(value, float) and value != value:
        return "#N/A"
    if isinstance(value, float) and abs(value) == float("inf"):
        return "#DIV/0!"
    number = Decimal(format(value, ".15g")) if isinstance(value, float) else Decimal(value)
    pattern = number_format.split(";")[0]
    if pattern == "General" or "E+" in pattern or not re.search("[0#]", pattern):
        return format(number, "f")
    decimals = _DECIMALS.search(pattern)
    places = len(decimals.group(1)) if decimals else 0
    grouped = "," if "#,#" in pattern or ",0" in pattern else ""
    if "%" in pattern:
        return f"{number * 100:{grouped}.{places}f}%"
    return f"{number:{grouped}.{places}f}"


def _unsaved_formulas(data: bytes) -> list[str]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        names = [name for name in archive.namelist() if re.fullmatch(r"xl/worksheets/[^/]+\.xml", name)]
        count = sum(len(_UNSAVED.findall(archive.read(name))) for name in names)
    if not count:
        return []
    return [f"{count} formulas have no saved value: open the workbook, save it and add it again"]
