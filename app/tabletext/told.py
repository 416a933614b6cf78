"""Figures that the text tells for several periods, as lines: "$4.8 million and $4.2 million in 2019 and 2018, respectively"."""

from collections.abc import Sequence

from app.tabletext.amounts import paired_amounts
from app.tabletext.figure import read_figure
from app.tabletext.grid import Entry, Grid, Line
from app.tabletext.prose import TextSentence
from corpus.document import Cell, Span, Table

_FEWEST = 2  # periods in a sentence


def told_grid(sentences: Sequence[TextSentence]) -> Grid:
    """A grid whose lines are sentences that pair amounts with periods; the sentence's words are the line's label."""
    lines = []
    for number, sentence in enumerate(sentences):
        entries = []
        for (start, end), when in paired_amounts(sentence.text):
            text = sentence.text[start:end]
            figure = read_figure(text)
            if figure is None:
                continue
            span = Span(sentence.span.page, sentence.span.start + start, sentence.span.start + end)
            label = Cell(-1, 0, sentence.text, sentence.span)
            entries.append(
                Entry(-1 - number, 1, Cell(-1 - number, 1, text, span), figure, sentence.text, (), "", when, (), label)
            )
        if len({one.when for one in entries}) == len(entries) >= _FEWEST:
            words = sentence.text
            for one in entries:
                words = words.replace(one.text, " ")
            lines.append(Line(words, (), "", tuple(entries), -1 - number))
    entries = [one for line in lines for one in line.entries]
    return Grid(Table(Span(0, 0, 0), ()), "", tuple(entries), tuple(lines), (), (), "")
