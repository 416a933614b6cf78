"""Columns of figures: where the values of many lines end at the same place."""

from collections.abc import Sequence
from dataclasses import dataclass

from corpus.tables.words import GAP, TIGHT, Line, Piece

_APART = 0.8  # em; right edges nearer than this are one edge
_REACH = 0.6  # em that a value may miss its column's edge by


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its right edges, and how far its values reach with their signs."""

    edge0: float
    edge1: float
    left: float
    right: float
    support: int  # values

    @property
    def center(self) -> float:
        """The middle of its values."""
        return (self.left + self.right) / 2


def find_columns(lines: Sequence[Line]) -> list[Column]:
    """Give the columns in which the values at the end of `lines` stand, from left to right.

    Right edges that lie near each other are a column; two that overlap and never meet in a line are one as well
    (values centred or aligned to the left, a "%" inside or beyond the edge).
    """
    if not lines:
        return []
    em = lines[0].em
    values = sorted(
        (
            (piece.x1, number, piece)
            for number, line in enumerate(lines)
            for piece in line.trailing()
            if piece.kind == "figure"
        ),
        key=lambda one: one[0],
    )
    groups: list[list[tuple[float, int, Piece]]] = []
    for value in values:
        if groups and value[0] - groups[-1][-1][0] <= _APART * em:
            groups[-1].append(value)
        else:
            groups.append([value])
    merged: list[list[tuple[float, int, Piece]]] = []
    for group in groups:
        if merged:
            last = merged[-1]
            overlap = min(piece.x0 for _, _, piece in group) < max(edge for edge, _, _ in last)
            meet = {number for _, number, _ in last} & {number for _, number, _ in group}
            if overlap and not meet:
                merged[-1] = last + group
                continue
        merged.append(group)
    return [
        Column(
            min(edge for edge, _, _ in group),
            max(edge for edge, _, _ in group),
            min(piece.left for _, _, piece in group),
            max(piece.right for _, _, piece in group),
            len(group),
        )
        for group in merged
    ]


def place(line: Line, columns: Sequence[Column]) -> tuple[dict[int, Piece], list[Piece], bool]:
    """Part a line into values by column, the pieces of its label, and whether that leaves no doubt.

    A value belongs to the column at whose edge it ends. In doubt are two values in one column, a value apart from all
    columns, a value whose signs aren't beside it, and words behind a value.
    """
    found: dict[int, Piece] = {}
    label: list[Piece] = []
    sure = True
    for index, piece in enumerate(line.pieces):
        column = column_of(piece, columns, line.em) if piece.is_value else None
        if column is not None and not _stands_apart(line, index, columns[column]):
            column = None
        if piece.kind == "blank" and index and (column is None or column in found):
            continue  # it stands for nothing, and takes no figure's place
        if column is None:
            if found and not _is_remark(piece):
                sure = False
            elif not found:
                label.append(piece)
                if piece.is_value and piece.left > columns[0].edge0 if columns else False:
                    sure = False
            continue
        if column in found or any(other > column for other in found) or not piece.whole:
            sure = False
        found[column] = piece
    return found, label, sure


def column_of(piece: Piece, columns: Sequence[Column], em: float) -> int | None:
    """The column at whose right edge a value ends, None where it is none's or could be two's."""
    if piece.kind == "blank":
        # A dash or "NM" need not end where figures do.
        middle = (piece.left + piece.right) / 2
        over = [index for index, one in enumerate(columns) if one.left < middle < one.right + em / 2]
        return over[0] if len(over) == 1 else None
    near = [
        index
        for index, column in enumerate(columns)
        if column.edge0 - _REACH * em <= piece.x1 <= column.edge1 + _REACH * em and piece.right > column.left
    ]
    if len(near) == 1:
        return near[0]
    exact = [index for index in near if columns[index].edge0 - 0.1 * em <= piece.x1 <= columns[index].edge1 + 0.1 * em]
    return exact[0] if len(exact) == 1 else None


def _stands_apart(line: Line, index: int, column: Column) -> bool:
    """Whether a value in a column's place is no number inside a text: the text ends before it with a gap."""
    piece = line.pieces[index]
    if index + 1 < len(line.pieces):
        following = line.pieces[index + 1]
        if following.kind == "text" and following.left - piece.right < TIGHT * line.em:
            return False
    if (
        index
        and line.pieces[index - 1].kind == "text"
        and piece.left - line.pieces[index - 1].right < TIGHT * line.em / 2
    ):
        return abs(piece.x1 - column.edge0) < TIGHT * line.em / 2
    return True


def _is_remark(piece: Piece) -> bool:
    """A footnote's mark behind the figures says nothing about their columns."""
    return piece.kind == "text" and len(piece.text) <= 4


def same_grid(one: Sequence[Column], other: Sequence[Column], em: float) -> bool:
    """Whether two tables stand on the same columns."""
    return len(one) == len(other) and all(
        abs(first.edge1 - second.edge1) <= GAP * em for first, second in zip(one, other, strict=True)
    )
