"""Composes a paper from answers: sentences, calculations, series and refusals, with a footnote for each citation.

What was withheld of a language model's draft isn't in it. Footnotes are numbered in the order of their marks, as a word
processor numbers them; a citation that an answer uses again has one footnote in it.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from app.answer import Answer, AnswerKind, Calculation, Citation, Statement
from app.calculator.notation import shown_expression
from app.export import (
    body,
    calculation_rows,
    computed_rows,
    cut,
    leading,
    ocr_lines,
    series_rows,
    told_place,
    was_resolved,
    writer_lines,
)
from app.figure_table import Cell, FigureTable, figure_table
from app.paper.paper import Block, Listing, Note, Paper, Paragraph, Section, Table, Text, Tone
from corpus.readers.clean import one_line

NEAREST_LENGTH = 280  # characters of a nearest passage in the text; its footnote has all


@dataclass(frozen=True, slots=True)
class Exchange:
    """An answer and when it was asked for, UTC."""

    answer: Answer
    asked: datetime


def compose(title: str, exchanges: Iterable[Exchange]) -> Paper:
    """The paper of exchanges, oldest first."""
    sections: list[Section] = []
    number = 0
    for exchange in exchanges:
        marks = _Marks(number)
        blocks = tuple(_blocks(exchange.answer, marks))
        asked = exchange.asked.astimezone(UTC)
        sections.append(Section(one_line(exchange.answer.question), asked, blocks, marks.notes(exchange.answer)))
        number += len(marks.numbers)
    return Paper(one_line(title), tuple(sections))


@dataclass(slots=True)
class _Marks:
    """Gives each citation its number at its first mark."""

    before: int
    numbers: dict[Citation, int] = field(default_factory=dict)

    def text(self, words: str, citations: Iterable[Citation | None] = ()) -> Text:
        cited = dict.fromkeys(one for one in citations if one)
        return Text(
            one_line(words),
            tuple(self.numbers.setdefault(one, self.before + len(self.numbers) + 1) for one in cited),
        )

    def notes(self, answer: Answer) -> tuple[Note, ...]:
        return tuple(
            Note(number, one_line(told_place(answer, one)), one_line(one.quote)) for one, number in self.numbers.items()
        )


def _blocks(answer: Answer, marks: _Marks) -> Iterator[Block]:
    if was_resolved(answer):
        yield _aside(f"Understood as: {answer.resolved}")
    if answer.kind is AnswerKind.REFUSAL and answer.statements and answer.text:
        yield Paragraph((marks.text(answer.text),))
    sentences: list[Text] = []
    for statement in body(answer):
        shown = leading(statement)
        sentences.append(marks.text(statement.text, shown))
        if not (statement.calculation or statement.series):
            continue
        yield Paragraph(tuple(sentences))
        sentences = []
        others = tuple(one for one in dict.fromkeys(statement.citations) if one not in shown)
        if statement.series:
            yield from _series(statement, marks)
        if statement.calculation:
            yield from _calculation(statement, statement.calculation, marks)
        if others:
            yield Paragraph((marks.text("Columns and units:", others),), Tone.ASIDE)
        if statement.understood:
            yield _understood(statement)
    if sentences:
        yield Paragraph(tuple(sentences))
    yield from _closing(answer, marks)


def _closing(answer: Answer, marks: _Marks) -> Iterator[Block]:
    """What stands below the sentences: a remark, what may be meant, what came near, who wrote it."""
    if answer.remark:
        yield _aside(answer.remark)
    if answer.choices:
        yield Listing(tuple(Text(one_line(choice)) for choice in answer.choices), numbered=True)
    if answer.candidates:
        yield Table(
            "Nearest figures, none of them beyond doubt the one asked for",
            (),
            tuple(
                (marks.text(f"{one.label}{f', {one.header}' if one.header else ''}"), marks.text(one.text, [one.citation]))
                for one in answer.candidates
            ),
        )  # fmt: skip
    if answer.nearest:
        yield Paragraph((Text("Nearest passages"),), Tone.LABEL)
        passages = dict.fromkeys(answer.nearest)
        yield Listing(
            tuple(
                marks.text(f"{told_place(answer, one)}: “{cut(one.quote, NEAREST_LENGTH)}”", [one]) for one in passages
            )
        )
    yield from (_aside(line) for line in (*ocr_lines(answer), *writer_lines(answer)))


def _series(statement: Statement, marks: _Marks) -> Iterator[Block]:
    series = statement.series
    assert series
    if figures := figure_table(statement):
        yield _figures(f"{series.name} by period", figures, marks)
    if computed := series_rows(statement):
        rows = tuple((marks.text(label), marks.text(value)) for label, value in computed)
        yield Table("Calculation of each", (), rows, frozenset(range(len(rows))))
    if series.note:
        yield _aside(series.note)


def _calculation(statement: Statement, calculation: Calculation, marks: _Marks) -> Iterator[Block]:
    figures = None if statement.series else figure_table(statement)
    rows: Sequence[tuple[str, str, Citation | None]] = calculation_rows(calculation)
    if figures:
        yield _figures("Figures that it is computed from", figures, marks)
        constants = [(one.role or "given", one.text, None) for one in calculation.operands if not one.citation]
        rows = [*constants, *((label, value, None) for label, value in computed_rows(calculation))]
    yield Table(
        f"Calculation: {one_line(shown_expression(calculation.expression))}",
        (),
        tuple((marks.text(label), marks.text(value, [citation])) for label, value, citation in rows),
        frozenset({len(rows) - 1}),
    )
    yield from (_aside(extra) for extra in (calculation.rounding, calculation.note) if extra)


def _figures(caption: str, table: FigureTable, marks: _Marks) -> Table:
    def cell(one: Cell | None) -> Text:
        return marks.text(f"{one.text} {one.unit}", [one.citation]) if one else Text("–")

    rows = tuple(
        (marks.text(f"{row.label}, {row.unit}" if row.unit else row.label), *map(cell, row.cells)) for row in table.rows
    )
    computed = frozenset(index for index, row in enumerate(table.rows) if row.computed)
    return Table(one_line(caption), ("", *map(one_line, table.periods)), rows, computed)


def _understood(statement: Statement) -> Table:
    rows = tuple((Text(one_line(what)), Text(one_line(read))) for what, read in statement.understood)
    return Table("How the question was read", (), rows, figures=False)


def _aside(words: str) -> Paragraph:
    return Paragraph((Text(one_line(words)),), Tone.ASIDE)
