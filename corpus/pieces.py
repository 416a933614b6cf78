"""Pieces of text that fit a budget of tokens, and their packing to passages."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from corpus.pulse import pulse

Counter = Callable[[str], int]

LONGEST = 20_000  # characters that are counted at once: a longer stretch fits no budget that anyone reads
_LINES = re.compile(r"[^\n]+")
_WORDS = re.compile(r"\S+")


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch that isn't cut further, without white space around it, and its size in tokens."""

    start: int
    end: int
    tokens: int


class Cutter:
    """Cuts and packs by a counter; `additive` says that the sizes of parts add up to the size of the whole."""

    def __init__(self, count: Counter, additive: bool) -> None:
        self.count = count
        self.additive = additive

    def fits(self, text: str, budget: int) -> bool:
        """Tell whether a text is within the budget, where the sum of its parts' sizes can't tell."""
        return self.additive or self.count(text) <= budget

    def fitting(self, text: str, start: int, end: int, budget: int) -> Iterator[Piece]:
        """Give a stretch whole where it fits; else cut it by lines, a line by words, a word in the middle."""
        pulse()
        size = self.count(text[start:end]) if end - start <= LONGEST else None
        if size is not None and size <= budget:
            yield Piece(start, end, size)
            return
        parts = _parts(text, start, end, _LINES)
        if len(parts) == 1:
            parts = _parts(text, start, end, _WORDS)
        if len(parts) == 1:
            if size is not None and end - start == 1:
                yield Piece(start, end, size)
                return
            # As many parts as it takes at least, all of one length: the time grows with the stretch.
            count = -(-(end - start) // LONGEST) if size is None else min(-(-size // budget), end - start)
            parts = [
                (start + (end - start) * n // count, start + (end - start) * (n + 1) // count) for n in range(count)
            ]
        for first, last in parts:
            yield from self.fitting(text, first, last, budget)

    def packed(self, text: str, pieces: Sequence[Piece], budget: int) -> Iterator[tuple[int, int]]:
        """Join neighbours within the budget, each lot near the mean so that no scrap is left at the end."""
        total = sum(piece.tokens for piece in pieces)
        target = total / max(1, -(-total // budget))
        start: int | None = None
        end = size = 0
        for piece in pieces:
            if start is not None:
                over = size + piece.tokens > budget or not self.fits(text[start : piece.end], budget)
                if over or (size >= 0.6 * target and size + piece.tokens / 2 > target):
                    yield start, end
                    start, size = None, 0
            if start is None:
                start = piece.start
            end, size = piece.end, size + piece.tokens
        if start is not None:
            yield start, end


def _parts(text: str, start: int, end: int, pattern: re.Pattern[str]) -> list[tuple[int, int]]:
    """Give the matches of a pattern in a stretch, without white space around them, as ranges of the text."""
    found = []
    for match in pattern.finditer(text, start, end):
        piece = match.group()
        stripped = piece.strip()
        if stripped:
            first = match.start() + len(piece) - len(piece.lstrip())
            found.append((first, first + len(stripped)))
    return found
