"""The reading of statements: `python -m tests.eval.statement_pages --data FOLDER [--seed 7 --count 60] [--list]`.

Samples pages that are primary statements over all PDFs of FOLDER/pdfs and checks every cell of every table on them
against a reading of its own, which shares no code with corpus/tables: characters with their boxes are put on lines, the
figures of a line are read from left to right, and a column's year is the one printed above its figures.

Printed: cells right (a figure that the page has in a row and the table hasn't counts as wrong), confident tables with a
wrong column, tables in doubt (they give no figures), pages without a table.
"""

import argparse
import random
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from statistics import median

import pypdfium2
import pypdfium2.raw as pdfium

from corpus.document import Cell, Document, Table
from corpus.readers import read
from index.statements import page_features

STATEMENTS = {"balance sheet", "income statement", "cash flow statement", "comprehensive income", "equity"}
FIGURE = re.compile(r"\(?\d[\d,]*(?:\.\d+)?\)?%?|\(?\.\d+\)?%?")
YEAR = re.compile(r"(?:19|20)\d\d")
SAME_LINE = 0.45  # of a digit's height between the middles of two characters
WORD_GAP = 0.28  # of a character's size; wider is a space
SIGNS = str.maketrans("", "", "$€£¥ \t\n\r\xa0")


@dataclass
class Char:
    """A character with its box, y downward, as the page is read."""

    index: int
    text: str
    x0: float
    x1: float
    top: float
    foot: float

    @property
    def middle(self) -> float:
        return (self.top + self.foot) / 2


@dataclass
class Token:
    """Characters of a line without a gap between them."""

    chars: list[Char]

    @property
    def text(self) -> str:
        return "".join(char.text for char in self.chars)

    @property
    def x0(self) -> float:
        return self.chars[0].x0

    @property
    def x1(self) -> float:
        return self.chars[-1].x1


@dataclass
class Result:
    right: int = 0
    wrong: list[str] = field(default_factory=list)
    columns: list[str] = field(default_factory=list)
    doubted: int = 0
    confident: int = 0
    without: list[str] = field(default_factory=list)


def characters(page: pypdfium2.PdfPage) -> dict[int, Char]:
    """The page's visible characters by index, turned so that text runs to the right."""
    textpage = page.get_textpage()
    raw, boxes = textpage.raw, {}
    angles = []
    for index in range(textpage.count_chars()):
        code = pdfium.FPDFText_GetUnicode(raw, index)
        if chr(code).isspace() or code < 32:
            continue
        left, bottom, right, top = textpage.get_charbox(index, loose=True)  # as wide as it advances: a "1" is narrow
        boxes[index] = (chr(code), left, bottom, right, top)
        angles.append(pdfium.FPDFText_GetCharAngle(raw, index))
    textpage.close()
    turn = round(median(angles) / 1.5708) % 4 if angles else 0
    found = {}
    for index, (text, left, bottom, right, top) in boxes.items():
        if turn == 0:
            x0, x1, y0, y1 = left, right, -top, -bottom
        elif turn == 2:
            x0, x1, y0, y1 = -right, -left, bottom, top
        elif turn == 1:
            x0, x1, y0, y1 = bottom, top, left, right
        else:
            x0, x1, y0, y1 = -top, -bottom, -right, -left
        found[index] = Char(index, text, x0, x1, y0, y1)
    # What turns counterclockwise or clockwise is told by the order of the characters.
    ordered = [found[index] for index in sorted(found)]
    steps = [b.x0 - a.x0 for a, b in pairwise(ordered) if abs(b.middle - a.middle) < 1]
    if steps and median(steps) < 0:
        for char in found.values():
            char.x0, char.x1, char.top, char.foot = -char.x1, -char.x0, -char.foot, -char.top
    return found


def lines_of(chars: dict[int, Char]) -> list[list[Char]]:
    """Characters by line, from the top; a line's from left to right."""
    digits = [char.foot - char.top for char in chars.values() if char.text.isdigit()]
    height = median(digits) if digits else 6.0
    lines: list[list[Char]] = []
    anchors: list[float] = []
    for char in sorted((char for char in chars.values() if char.text.isalnum()), key=lambda one: one.foot):
        near = next(
            (
                n
                for n in range(len(lines) - 1, max(-1, len(lines) - 4), -1)
                if abs(anchors[n] - char.foot) <= SAME_LINE * height
            ),
            None,
        )
        if near is None:
            lines.append([char])
            anchors.append(char.foot)
        else:
            lines[near].append(char)
    for char in chars.values():
        if not char.text.isalnum() and lines:
            best = min(range(len(lines)), key=lambda n: abs(anchors[n] - height / 2 - char.middle))
            if abs(anchors[best] - height / 2 - char.middle) <= height:
                lines[best].append(char)
    return [sorted(line, key=lambda one: one.x0) for line in lines]


def tokens_of(line: Sequence[Char]) -> list[Token]:
    """A line parted at gaps."""
    tokens: list[Token] = []
    for char in line:
        size = max(char.foot - char.top, 4.0)
        if tokens and char.x0 - tokens[-1].x1 <= WORD_GAP * size:
            tokens[-1].chars.append(char)
        else:
            tokens.append(Token([char]))
    return tokens


def plain(text: str) -> str:
    """A figure without currency signs and spaces, in one form of minus."""
    return text.translate(SIGNS).replace("–", "-").replace("—", "-").replace("−", "-")


def digits_of(text: str) -> str:
    return re.sub(r"[^\d.]", "", text)


def negative(text: str) -> bool:
    return plain(text).startswith(("(", "-"))


def figures_right_of(line: Sequence[Char], x: float) -> list[Token]:
    """The figures of a line that begin right of `x`, with a bracket printed apart put back."""
    signs = {"(", ")", "$", "€", "£", "¥", "%"}
    shown = [char for char in line if char.x0 >= x - 1]
    found: list[Token] = []
    for token in tokens_of([char for char in shown if char.text not in signs]):
        if re.fullmatch(r"\d[\d,]*(?:\.\d+)?|\.\d+", token.text):
            found.append(token)
    return found


def opened(line: Sequence[Char], token: Token) -> bool:
    """Whether a bracket or a minus stands right before a figure."""
    before = [char for char in line if char.x1 <= token.x0 + 1]
    for char in reversed(before):
        if char.text in "$€£¥":
            continue
        # A bracket may stand at the column's left; a dash far from the figure is another column's nil.
        return token.x0 - char.x1 < (40 if char.text == "(" else 2) and char.text in "(-–—−"
    return False


def digits_in(cell: Cell, chars: dict[int, Char]) -> list[Char]:
    """The digits of a cell, by their place in the page's text."""
    assert cell.span
    return [chars[i] for i in range(cell.span.start, cell.span.end) if i in chars and chars[i].text.isdigit()]


def check_table(
    table: Table,
    document: Document,
    chars: dict[int, Char],
    lines: Sequence[Sequence[Char]],
    where: str,
    result: Result,
) -> None:
    line_at = {char.index: number for number, line in enumerate(lines) for char in line}
    by_row: dict[int, list[Cell]] = {}
    for cell in table.cells:
        if cell.row >= table.header_rows and cell.column > 0 and cell.span and re.search(r"\d", cell.text):
            by_row.setdefault(cell.row, []).append(cell)
    edges: dict[int, list[float]] = {}
    lefts: dict[int, list[float]] = {}
    first_lines = []
    placed: list[tuple[int, list[Cell], list[tuple[Cell, list[Char]]]]] = []
    for row, cells in sorted(by_row.items()):
        cells.sort(key=lambda one: one.column)
        spots = [(cell, held) for cell in cells if (held := digits_in(cell, chars))]
        for cell, held in spots:
            edges.setdefault(cell.column, []).append(held[-1].x1)
            lefts.setdefault(cell.column, []).append(held[0].x0)
        if spots:
            placed.append((row, cells, spots))
    columns = {column: median(values) for column, values in edges.items()}
    zone = min((min(values) for values in lefts.values()), default=0.0)
    for row, cells, spots in placed:
        numbers = {line_at.get(held[-1].index) for _, held in spots}
        if len(numbers) != 1 or None in numbers:
            result.wrong.append(f"{where}: a row over {len(numbers)} lines: {[cell.text for cell in cells]}")
            continue
        line = lines[next(iter(numbers))]
        first_lines.append(next(iter(numbers)))
        left = min(held[0].x0 for _, held in spots)
        # Left of the row's own figures a number is one left out only where it ends at a column; a label may have others.
        shown = [
            token
            for token in figures_right_of(line, zone)
            if token.x0 >= left - 1 or any(abs(token.x1 - edge) < 2 for edge in columns.values())
        ]
        label = " ".join(row_.label for row_ in table.rows if row_.number == row)
        mine = [(digits_of(cell.text), negative(cell.text)) for cell, _ in spots]
        theirs = [(digits_of(token.text), opened(line, token)) for token in shown]
        if mine == theirs:
            result.right += len(mine)
        else:
            good = sum(one in theirs for one in mine)
            result.right += good
            missing = max(len(theirs), len(mine)) - good
            result.wrong += [
                f"{where}: {label[:60]!r}: read {[c.text for c, _ in spots]}, printed {[t.text for t in shown]}"
            ] * max(missing, 0)
    for number in range(min(first_lines, default=0), max(first_lines, default=0)):
        if number not in first_lines:
            left_out = [
                token.text
                for token in figures_right_of(lines[number], zone)
                if any(abs(token.x1 - edge) < 2 for edge in columns.values())
            ]
            if len(left_out) >= min(2, len(columns)):
                label = " ".join(token.text for token in tokens_of(lines[number]))
                result.wrong += [f"{where}: left out {label[:90]!r}"] * len(left_out)
    for row, cells in by_row.items():
        for cell in cells:
            held = digits_in(cell, chars)
            if held and len(columns) > 1:
                nearest = min(columns, key=lambda one: abs(columns[one] - held[-1].x1))
                if nearest != cell.column:
                    result.columns.append(
                        f"{where}: {cell.text!r} of row {row} stands in column {nearest}, not {cell.column}"
                    )
    check_years(table, chars, lines, {c: (median(lefts[c]), columns[c]) for c in columns}, first_lines, where, result)


def check_years(
    table: Table,
    chars: dict[int, Char],
    lines: Sequence[Sequence[Char]],
    columns: dict[int, tuple[float, float]],
    rows: Sequence[int],
    where: str,
    result: Result,
) -> None:
    """Each column's year is the one that stands over it in the lowest line of years above the figures."""
    heads = {
        c: " ".join(cell.text for cell in table.cells if cell.row < table.header_rows and cell.column == c)
        for c in columns
    }
    if not rows:
        return
    for number in range(min(rows) - 1, max(-1, min(rows) - 25), -1):
        years = [token for token in tokens_of(lines[number]) if YEAR.fullmatch(token.text.strip(",.*"))]
        over = [token for token in years if token.x1 > min(left for left, _ in columns.values()) - 20]
        if len(over) < 2:
            continue
        for column, (left, right) in columns.items():
            near = min(
                over, key=lambda one: max(0.0, max(one.x0, left) - min(one.x1, right)) + 0.01 * abs(one.x1 - right)
            )
            gap = max(near.x0, left) - min(near.x1, right)
            year = near.text.strip(",.*")
            named = YEAR.findall(heads[column])
            if gap <= 12 and named and year not in named:
                result.columns.append(f"{where}: column {column} is headed {heads[column]!r}, {year} stands over it")
        return


def sample(data: Path, seed: int, count: int) -> list[tuple[Path, int, Document]]:
    """Statement pages over all filings, as many of each filing as chance gives."""
    found = []
    for path in sorted((data / "pdfs").glob("*.pdf")):
        document = read(path)
        for number, features in sorted(page_features(document).items()):
            if features & STATEMENTS:
                found.append((path, number, document))
    random.Random(seed).shuffle(found)
    return found[:count]


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--count", type=int, default=60)
    options = parser.parse_args(arguments)
    result = Result()
    pages = sample(options.data, options.seed, options.count)
    for path, number, document in pages:
        pdf = pypdfium2.PdfDocument(path)
        chars = characters(pdf[number])
        pdf.close()
        lines = lines_of(chars)
        tables = [table for table in document.tables if table.span.page == number]
        where = f"{path.stem} page {number + 1}"
        sure = [table for table in tables if table.confident]
        result.doubted += len(tables) - len(sure)
        result.confident += len(sure)
        if not sure:
            result.without.append(where)
        for table in sure:
            check_table(table, document, chars, lines, where, result)
    total = result.right + len(result.wrong)
    for text in [*result.wrong, *result.columns]:
        print(text)
    print(
        f"pages {len(pages)}, confident tables {result.confident}, in doubt {result.doubted}, pages without a confident table {len(result.without)}: {', '.join(result.without)}"
    )
    print(
        f"cells right {result.right} of {total} ({100 * result.right / max(total, 1):.2f}%), wrong columns {len(result.columns)}"
    )


if __name__ == "__main__":
    main()
