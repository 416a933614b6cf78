"""Labels of rows: lines that go on in the next joined, and the headings that a row stands under."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from corpus.tables.words import Line, Piece

_OPEN = re.compile(
    r"(?:[,/(–—-]|\b(?:and|or|of|in|to|for|the|by|from|with|net|on|at|a|an|including|excluding|used|provided|attributable|less))$",
    re.IGNORECASE,
)
_GOES_ON = re.compile(r"(?:[,/(–—-]|\b(?:and|or|of|in|to|for|the|by|from|with))$", re.IGNORECASE)
_MARKS = re.compile(r"(?<=[^\s\d])(?:\s?\((?:\d{1,2}|[a-z])\))+(?=:?$)")  # of footnotes, at a label's end
_TOTAL = re.compile(r"^(?:sub)?total\b|^net\b|^(?:cash|net cash) (?:flows? )?(?:provided|used|from)", re.IGNORECASE)
_WORD = re.compile(r"[a-z]{3,}")
_IDLE = frozenset("the and for from net total subtotal cash flows flow activities provided used costs cost".split())
_SAME = 0.66  # share of the words of a heading and of its total that are the same
_CLOSER = 0.9  # of the usual step between lines
_ROOM = 2.0  # em between a label that fills its room and the first column
_PARTED = 0.35  # em; what stands further right than this is further in


@dataclass(frozen=True, slots=True)
class Label:
    """A row's label: its text with lines joined, the range of its part that runs through, and what it stands under."""

    text: str
    start: int
    end: int
    section: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a table's body before its labels are joined: pieces of the label and values by column."""

    line: Line
    label: tuple[Piece, ...]
    values: dict[int, Piece]
    sure: bool = True

    @property
    def is_body(self) -> bool:
        """Whether it is a row of figures, those in doubt included, and no heading."""
        return bool(self.values) or not self.sure

    @property
    def text(self) -> str:
        """The label's words on this line."""
        return " ".join(piece.text for piece in self.label)


@dataclass(frozen=True, slots=True)
class _Heading:
    """A heading inside a table. One in capitals holds those that aren't; an `inner` one has its outer at the same place."""

    text: str
    indent: float
    capital: bool
    inner: bool

    def holds(self, indent: float, capital: bool, margin: float) -> bool:
        """Whether a heading at `indent` may stand under this one."""
        if self.capital != capital:
            return self.capital
        return not capital and self.indent + margin < indent


def join_labels(rows: Sequence[Row], edge: float) -> list[tuple[Row, Label]]:
    """Give each row that has values, or heads others, with its label.

    `edge` is where the first column begins. A line that had room for the next line's first word wasn't wrapped.
    """
    limit = max((row.label[-1].right for row in rows if row.label and row.is_body), default=edge)
    steps = [second.line.y - first.line.y for first, second in pairwise(rows)]
    usual = median(steps) if steps else 0.0
    parts: list[list[Row]] = []
    for number, row in enumerate(rows):
        before = rows[number - 1] if number else None
        if before is not None and parts and _joins(before, row, parts[-1], (limit, edge), usual):
            parts[-1].append(row)
        else:
            parts.append([row])
    out: list[tuple[Row, Label]] = []
    stack: list[_Heading] = []
    fresh = False  # nothing stands between the last heading and this line
    for part in parts:
        body = next((row for row in part if row.is_body), part[0])
        text = _MARKS.sub("", " ".join(row.text for row in part if row.label))
        indent = min((row.label[0].left for row in part[:1] if row.label), default=0.0)
        margin = _PARTED * body.line.em
        if not body.is_body:
            capital = text.isupper()
            # A heading right below another at the same place is under it ("Earnings per share", then "Basic"), and so is
            # the next one there ("Diluted").
            inner = fresh and bool(stack) and stack[-1].capital == capital and abs(stack[-1].indent - indent) <= margin
            while stack and not inner and not stack[-1].holds(indent, capital, margin):
                last = stack.pop()
                inner = last.inner and last.capital == capital and abs(last.indent - indent) <= margin
            out.append((body, _label(part, text, stack)))
            if re.search(r"[A-Za-z]", text):
                stack.append(_Heading(text.rstrip(" :–—-"), indent, capital, inner))
                fresh = True
            continue
        while text and stack and not stack[-1].capital and stack[-1].indent > indent + margin:
            stack.pop()
        out.append((body, _label(part, text, stack)))
        _close(stack, text)
        fresh = False
    return out


def _label(part: Sequence[Row], text: str, stack: Sequence[_Heading]) -> Label:
    """Compose a label; its range goes over the lines whose words follow each other in the text."""
    pieces = [piece for row in part for piece in row.label]
    values = [piece.start for row in part for piece in row.values.values()]
    start = pieces[0].start if pieces else 0
    end = pieces[0].end if pieces else 0
    for piece in pieces[1:]:
        if piece.start < end or any(end <= value < piece.start for value in values):
            break
        end = piece.end
    return Label(text, start, end, tuple(heading.text for heading in stack))


def _joins(before: Row, row: Row, part: Sequence[Row], reach: tuple[float, float], usual: float) -> bool:
    """Whether a line's label goes on with the line before."""
    if not before.label or not row.label:
        # Figures alone right below a label, or between its lines, are the label's.
        return (
            not row.label
            and not before.is_body
            and row.line.y - before.line.y < 0.8 * usual
            and not before.text.endswith(":")
        )
    if any(one.is_body for one in part) and row.is_body:
        return False
    first = row.label[0].text
    if before.text.endswith(":"):
        return False
    lower = first[:1].islower() and not re.match(r"[a-z][.)]", first)
    opened = _OPEN.search(before.text) is not None or before.text.count("(") > before.text.count(")")
    if before.is_body:
        return not row.is_body and not row.text.endswith(":") and (lower or _GOES_ON.search(before.text) is not None)
    if lower or opened:
        return True
    if len(part) >= 3 or before.text.isupper() != row.text.isupper():
        return False
    if first[:1].isupper() and row.label[0].left > before.label[0].left + _PARTED * row.line.em:
        return False  # further in, and a beginning: a row under a heading
    word = first.split()[0]
    width = (row.label[0].right - row.label[0].left) / max(len(first), 1) * (len(word) + 1)
    # Lines of one label stand closer than rows; where they don't, only a line that fills its room was wrapped.
    end, step = before.label[-1].right + width, row.line.y - before.line.y
    limit, edge = reach
    return end > limit and step <= (_CLOSER if end <= edge - _ROOM * before.line.em else 1.05) * usual


def _close(stack: list[_Heading], text: str) -> None:
    """Take off the heading that a total ends: "Total current assets" ends "Current assets"."""
    if not _TOTAL.search(text):
        return
    words = set(_WORD.findall(text.lower())) - _IDLE
    for number in range(len(stack) - 1, -1, -1):
        telling = set(_WORD.findall(stack[number].text.lower())) - _IDLE
        if telling and len(telling & words) / len(telling | words) >= _SAME:
            del stack[number:]
            return
