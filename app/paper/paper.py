"""A paper: what an export shows, in blocks of text with numbered footnotes, whatever the format of its file.

All text in it is in one line and free of characters that can't be seen; each format escapes it for itself.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Text:
    """Words, and the numbers of the footnotes that stand behind them."""

    text: str
    notes: tuple[int, ...] = ()


class Tone(StrEnum):
    """How a paragraph is set."""

    BODY = "body"
    ASIDE = "aside"  # about the answer: how it was read, rounding, who wrote it
    LABEL = "label"  # over a table or a list


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Sentences that follow each other."""

    parts: tuple[Text, ...]
    tone: Tone = Tone.BODY


@dataclass(frozen=True, slots=True)
class Listing:
    """Items, each a line or a few."""

    items: tuple[Text, ...]
    numbered: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """Rows as long as each other; the first cell of each names it. `head` may be empty."""

    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[Text, ...], ...]
    results: frozenset[int] = frozenset()  # which rows are computed results
    figures: bool = True  # whether the cells are figures, which stand at the right; words stand at the left


Block = Paragraph | Listing | Table


@dataclass(frozen=True, slots=True)
class Note:
    """A footnote: where it points, for a person, and the words that stand there."""

    number: int  # from 1, over the whole paper, in the order in which the marks come
    place: str  # "annual-report-2025, page 61"
    quote: str


@dataclass(frozen=True, slots=True)
class Section:
    """A question with its answer; `notes` are the footnotes that it brings, each marked in `blocks`."""

    question: str
    asked: datetime  # UTC
    blocks: tuple[Block, ...]
    notes: tuple[Note, ...]


@dataclass(frozen=True, slots=True)
class Paper:
    """An answer, or a chat of several, to be written to a file."""

    title: str
    sections: tuple[Section, ...]

    @property
    def single(self) -> bool:
        """Whether it is one answer, whose question is the title."""
        return len(self.sections) == 1 and self.sections[0].question == self.title

    @property
    def notes(self) -> tuple[Note, ...]:
        """All footnotes, in order."""
        return tuple(note for section in self.sections for note in section.notes)


def moment(when: datetime) -> str:
    """A time as papers print it: "28 November 2026, 14:05 UTC"."""
    return f"{when.day} {when:%B %Y, %H:%M} UTC"


def dateline(paper: Paper) -> str:
    """The line under a paper's title."""
    asked = [section.asked for section in paper.sections]
    if not asked:
        return "No questions yet."
    first, last = moment(min(asked)), moment(max(asked))
    if len(asked) == 1:
        return f"Asked {first}"
    return f"{len(asked)} questions, {first} to {last}" if first != last else f"{len(asked)} questions, {first}"
