"""Where the scale and currency of a table's figures are stated, so that a statement can cite it."""

import re
from collections.abc import Iterator, Sequence

from app.tabletext.prose import sentences_of
from app.tabletext.reply import Operand
from app.tabletext.units import stated_scale
from corpus.document import Cell, Span, Table

LONGEST = 400  # characters of a line of text that is cited whole; of a longer one, the sentence is
_AMOUNT = re.compile(r"\d[\d,]*(?:\.\d+)?")


def unit_places(operands: Sequence[Operand], table: Table | None, paragraphs: Sequence[tuple[str, Span]]) -> list[Span]:
    """The first place that states each operand's scale where its own row and header don't; none where there is none."""
    found: list[Span] = []
    for one in operands:
        if not one.scale or stated_scale(_own(one)) == one.scale:
            continue
        if place := next(_places(one, table, paragraphs), None):
            found.append(place)
    return list(dict.fromkeys(found))


def _own(one: Operand) -> str:
    entry = one.entry
    cells = (entry.label_cell, entry.cell, *entry.heads, *entry.section_cells)
    return " ".join(cell.text for cell in cells if cell and cell.span)


def _places(one: Operand, table: Table | None, paragraphs: Sequence[tuple[str, Span]]) -> Iterator[Span]:
    """The table's statement of unit, a cell of the table, a sentence around it; then one that gives the figure again."""
    if table and table.unit:
        yield table.unit
    for cell in sorted(table.cells if table else (), key=lambda cell: (cell.row, cell.column)):
        if cell.span and stated_scale(cell.text) == one.scale and not _is_figure(cell):
            yield cell.span
    number = _AMOUNT.search(one.entry.cell.text)
    told: list[tuple[str, Span]] = []
    stating: list[tuple[str, Span]] = []
    for place, (text, span) in enumerate(paragraphs):
        for sentence in sentences_of(text, span, place) if len(text) > LONGEST else ():
            (stating if _states(sentence.text, one.scale) else told).append((sentence.text, sentence.span))
        if len(text) <= LONGEST:
            (stating if _states(text, one.scale) else told).append((text, span))
    yield from (span for _, span in stating)
    if number:
        again = re.compile(rf"(?<![\d,.]){re.escape(number[0])}\s?{one.scale}\b", re.IGNORECASE)
        yield from (span for text, span in told if again.search(text))
    same = re.compile(rf"\d\s?{one.scale}\b", re.IGNORECASE)
    yield from (span for text, span in told if same.search(text))


def _is_figure(cell: Cell) -> bool:
    return bool(re.match(r"[\s$€£¥(]*[1-9][\d,.]*\s", cell.text))


def _states(text: str, scale: str) -> bool:
    """Whether a text names a scale otherwise than after a number: "in millions", "$000"."""
    bare = re.sub(r"\d[\d,.]*[\s-]?(?:thousand|million|billion|trillion)\b", "", text, flags=re.IGNORECASE)
    return stated_scale(bare) == scale
