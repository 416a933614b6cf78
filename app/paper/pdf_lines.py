"""Text set in lines for a PDF: words with their fonts and marks, broken at spaces, in Chinese and Japanese between characters."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from app.paper.paper import Text
from app.paper.pdf_direction import drawn, has_right_to_left
from app.paper.pdf_fonts import pieces, width

_WIDE = (
    "\u2e80-\u2fdf\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\uff00-\uffef\U00020000-\U0003134f"
)
_CLOSING = "、。，．：；！？）］｝」』】》〉”’…%"  # never at the beginning of a line
_TOKEN = re.compile(rf"\s+|[{_WIDE}][{_CLOSING}]*|[^\s{_WIDE}]+")
MARK_SIZE, MARK_RISE = 0.66, 0.33  # of the text's size


@dataclass(frozen=True, slots=True)
class Face:
    """How text is set; `leading`: from one line to the next, in points."""

    size: float
    leading: float
    bold: bool = False
    italic: bool = False
    grey: float = 0.0  # 0 is black


@dataclass(frozen=True, slots=True)
class Piece:
    """Words of one font at their place in a line; `note`: the footnote whose mark it is, 0 for none."""

    words: str
    font: str
    size: float
    x: float
    width: float
    rise: float = 0.0
    note: int = 0


@dataclass(frozen=True, slots=True)
class Line:
    """A line as it is drawn, from its left edge."""

    pieces: tuple[Piece, ...]
    width: float
    face: Face

    @property
    def notes(self) -> tuple[int, ...]:
        """The footnotes whose marks stand in it."""
        return tuple(dict.fromkeys(piece.note for piece in self.pieces if piece.note))


@dataclass(frozen=True, slots=True)
class _Chunk:
    """What no line breaks: words, or a mark. `glued`: it stays with what goes before."""

    words: str
    spaced: bool
    glued: bool = False
    note: int = 0


def lines(parts: Iterable[Text], face: Face, most: float) -> list[Line]:
    """The lines of a paragraph that is `most` points wide; at least one."""
    done: list[Line] = []
    held: list[_Chunk] = []
    space = width(next(pieces("n"))[0], face.size, " ")
    for group in _groups(_chunks(parts)):
        for part in _fitting(group, face, most):
            if held and _width([*held, *part], face, space) > most:
                done.append(_line(held, face, space))
                held = []
            held += part
    done.append(_line(held, face, space))
    return done


def _chunks(parts: Iterable[Text]) -> Iterator[_Chunk]:
    for index, part in enumerate(parts):
        spaced = index > 0
        for token in _TOKEN.findall(part.text):
            if token.isspace():
                spaced = True
            else:
                yield _Chunk(token, spaced)
                spaced = False
        for position, number in enumerate(part.notes):
            # In brackets, so that a mark behind a figure is never read, or copied, as one of its digits.
            yield _Chunk(f"[{number}]", False, position < 2, number)


def _groups(chunks: Iterable[_Chunk]) -> Iterator[list[_Chunk]]:
    """Chunks that stay on one line."""
    group: list[_Chunk] = []
    for chunk in chunks:
        if group and not chunk.glued:
            yield group
            group = []
        group.append(chunk)
    if group:
        yield group


def _fitting(group: list[_Chunk], face: Face, most: float) -> Iterator[list[_Chunk]]:
    """The group, or, where a word is longer than a line, its parts."""
    first = group[0]
    if first.note or _width(group, face, 0) <= most:
        yield group
        return
    part, spaced, used = "", first.spaced, 0.0
    for character in first.words:
        wide = _width([_Chunk(character, False)], face, 0)
        if part and used + wide > most * 0.98:
            yield [_Chunk(part, spaced)]
            part, spaced, used = "", False, 0.0
        part, used = part + character, used + wide
    rest = [_Chunk(part, spaced), *group[1:]]
    if _width(rest, face, 0) <= most:
        yield rest
    else:
        yield [rest[0]]
        yield group[1:]


def _width(chunks: Sequence[_Chunk], face: Face, space: float) -> float:
    total = 0.0
    for index, chunk in enumerate(chunks):
        total += (space if chunk.spaced and index else 0) + sum(piece.width for piece in _set(chunk, face, 0))
    return total


def _set(chunk: _Chunk, face: Face, x: float) -> Iterator[Piece]:
    size = face.size * MARK_SIZE if chunk.note else face.size
    rise = face.size * MARK_RISE if chunk.note else 0.0
    for font, words in pieces(drawn(chunk.words), face.italic and not chunk.note):
        wide = width(font, size, words)
        yield Piece(words, font, size, x, wide, rise, chunk.note)
        x += wide


def _line(chunks: Sequence[_Chunk], face: Face, space: float) -> Line:
    x, set_pieces = 0.0, []
    for index, chunk in enumerate(_in_order(chunks)):
        x += space if chunk.spaced and index else 0
        for piece in _set(chunk, face, x):
            set_pieces.append(piece)
            x = piece.x + piece.width
    return Line(tuple(set_pieces), x, face)


def _in_order(chunks: Sequence[_Chunk]) -> list[_Chunk]:
    """Runs of words from right to left in the order in which they are drawn; the spaces between them stay."""
    ordered: list[_Chunk] = []
    at = 0
    while at < len(chunks):
        end = at
        while end < len(chunks) and not chunks[end].note and has_right_to_left(chunks[end].words):
            end += 1
        if end - at > 1:
            run = chunks[at:end]
            turned = [one.words for one in reversed(run)]
            ordered += [_Chunk(words, one.spaced) for words, one in zip(turned, run, strict=True)]
            at = end
        else:
            ordered.append(chunks[at])
            at += 1
    return ordered
