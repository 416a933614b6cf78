"""An answer as HTML for the page: sentences with their citations, tables of figures, calculations that unfold.

Citation n is a button that the script sends to the server. Everything that comes from a document is escaped.
"""

import re
from collections.abc import Callable, Sequence
from html import escape, unescape
from typing import TYPE_CHECKING

from app.answer import Answer, AnswerKind, Calculation, Citation, Series, Statement
from app.calculator.notation import shown_expression
from app.export import (
    body,
    calculation_rows,
    citations_of,
    computed_rows,
    cut,
    leading,
    place,
    series_rows,
    was_resolved,
    withheld_title,
    writer_lines,
)
from app.figure_table import Cell, FigureTable, figure_table

if TYPE_CHECKING:
    from corpus.glossary import Glossary

NEAREST_LENGTH = 280  # characters of a nearest passage shown in a refusal
LONGEST_KEPT = 24  # characters of a last word that stays on one line with its citation
# A statement's HTML in pieces: white space, a term's whole element, anything else.
_PIECES = re.compile(r"\s+|<span [^>]*>[^<]*</span>|[^\s<]+|<")
_ABSENT = '<span class="unseen">not given</span><span aria-hidden="true">–</span>'
Marks = Callable[[Sequence[Citation]], str]


def answer_html(answer: Answer, glossary: "Glossary | None" = None, key: str = "") -> str:
    """The answer for the page. Citation n is a button with `data-message=key` and `data-n=n`.

    The first use of each term that `glossary` defines carries its definition. All text is escaped.
    """
    numbers = {citation: number for number, citation in enumerate(citations_of(answer), 1)}
    seen: set[str] = set()

    def marks(citations: Sequence[Citation]) -> str:
        return "".join(_button(citation, numbers[citation], key) for citation in dict.fromkeys(citations))

    parts: list[str] = []
    if was_resolved(answer):
        parts.append(f'<p class="resolved">Understood as: {escape(answer.resolved)}</p>')
    if answer.kind is AnswerKind.REFUSAL and answer.statements and answer.text:
        parts.append(f"<p>{escape(answer.text)}</p>")
    sentences: list[str] = []
    for index, statement in enumerate(body(answer)):
        shown = leading(statement)
        others = tuple(citation for citation in statement.citations if citation not in shown)
        sentences.append(_sentence(_with_terms(statement.text, glossary, seen), marks(shown)))
        if statement.calculation or statement.series:
            parts.append(f"<p>{' '.join(sentences)}</p>")
            sentences = []
        if statement.series:
            slot = _slot(statement.series, key, index)
            parts.append(_series_html(statement, statement.series, others, marks, slot))
        if statement.calculation:
            parts.append(_calculation_html(statement, statement.calculation, () if statement.series else others, marks))
    if sentences:
        parts.append(f"<p>{' '.join(sentences)}</p>")
    if answer.remark:
        parts.append(f'<p class="remark">{escape(answer.remark)}</p>')
    if answer.choices:
        parts.append(_choices_html(answer.choices))
    if answer.candidates:
        near = "".join(
            f'<tr><th scope="row">{escape(one.label)}<span class="unit">{escape(one.header)}</span></th>'
            f"<td>{escape(one.text)}{marks((one.citation,))}</td></tr>"
            for one in answer.candidates
        )
        parts.append(
            '<div class="candidates calculation"><h3>Nearest figures, none of them beyond doubt the one asked for</h3>'
            f"<table><caption>Nearest figures</caption><tbody>{near}</tbody></table></div>"
        )
    if answer.nearest:
        items = "".join(
            f'<li><p class="nearest-place">{marks((each,))} <bdi>{escape(place(each))}</bdi></p>'
            f"<blockquote>{escape(cut(each.quote, NEAREST_LENGTH))}</blockquote></li>"
            for each in dict.fromkeys(answer.nearest)
        )
        parts.append(f'<div class="nearest"><h3>Nearest passages</h3><ol>{items}</ol></div>')
    parts.append(_writer_html(answer))
    return f'<div class="answer {answer.kind}">{"".join(parts)}</div>'


def _choices_html(choices: Sequence[str]) -> str:
    """What may be meant, each a whole question that a click asks."""
    buttons = "".join(
        f'<li><button type="button" class="example" data-event="ask" data-question="{escape(each)}">{escape(each)}'
        "</button></li>"
        for each in choices
    )
    return f'<ul class="examples choices" aria-label="What may be meant">{buttons}</ul>'


def _writer_html(answer: Answer) -> str:
    """Who wrote it, and what of a language model's draft isn't shown, folded."""
    said = "".join(f"<p>{escape(line)}</p>" for line in writer_lines(answer))
    if answer.withheld:
        items = "".join(
            f'<li><q>{escape(one.text)}</q><span class="why">{escape(one.reason)}</span></li>'
            for one in answer.withheld
        )
        said += f"<details><summary>{escape(withheld_title(answer))}</summary><ul>{items}</ul></details>"
    return f'<div class="writer">{said}</div>' if said else ""


def _sentence(text: str, marks: str) -> str:
    """A statement's HTML with its marks; the first mark stays on the line of the last word."""
    first, end, rest = marks.partition("</button>")
    pieces = list(_PIECES.finditer(text))
    start = max((piece.end() for piece in pieces if piece[0].isspace()), default=0)
    last = text[start:]
    # A very long last word, or a term of several words, must be free to break.
    shown = re.sub("<[^>]*>", "", last)
    if not marks:
        return f'<span class="statement">{text}</span>'
    kind = "free" if len(unescape(shown)) > LONGEST_KEPT or " " in shown else "keep"
    kept = f'<span class="{kind}"><span class="statement">{last}</span>{first}{end}</span>{rest}'
    return f'<span class="statement">{text[:start]}</span>{kept}'


def _button(citation: Citation, number: int, key: str) -> str:
    label = escape(f"Citation {number}: {place(citation)}")
    return (
        f'<button type="button" class="cite" data-event="cite" data-message="{escape(key)}" data-n="{number}" '
        f'title="{escape(place(citation))}" aria-label="{label}">[{number}]</button>'
    )


def _with_terms(text: str, glossary: "Glossary | None", seen: set[str]) -> str:
    parts, at = [], 0
    for start, end, entry in sorted(glossary.terms_in(text), key=lambda each: each[:2]) if glossary else ():
        if start < at or entry.term in seen:
            continue
        seen.add(entry.term)
        parts.append(escape(text[at:start]))
        parts.append(
            f'<span class="term" role="button" tabindex="0" data-term="{escape(entry.term)}" '
            f'data-definition="{escape(entry.definition)}">{escape(text[start:end])}</span>'
        )
        at = end
    parts.append(escape(text[at:]))
    return "".join(parts)


def _calculation_html(
    statement: Statement, calculation: Calculation, others: tuple[Citation, ...], marks: Marks
) -> str:
    """The steps; `others` are the citations that stand below them."""
    table = None if statement.series else figure_table(statement)
    rows: list[tuple[str, str, Citation | None]] = calculation_rows(calculation)
    figures, expression = "", shown_expression(calculation.expression)
    if table:
        figures = table_html(table, "Figures that it is computed from", marks)
        # The table has the units, and the line over it the arithmetic.
        expression = _without_unit(expression, calculation)
        constants = [one for one in calculation.operands if not one.citation]
        rows = [(one.role or "given", one.text, None) for one in constants]
        rows += [(label.partition(" = ")[0], value, None) for label, value in computed_rows(calculation)]
    steps = "".join(
        f'<tr{" class=result" if index == len(rows) - 1 else ""}><th scope="row">{escape(label)}</th>'
        f"<td>{escape(value)}{marks((citation,)) if citation else ''}</td></tr>"
        for index, (label, value, citation) in enumerate(rows)
    )
    # What goes before a series' table is there to be checked; it needn't be read.
    state, read = ("", "") if statement.series else (" open", _understood_html(statement))
    return (
        f'<details class="calculation"{state}><summary>Calculation <code>{escape(expression)}</code>'
        f"</summary>{figures}<table><caption>Steps of the calculation</caption><tbody>{steps}</tbody></table>"
        f"{_notes((calculation.rounding, calculation.note), others, marks)}{read}</details>"
    )


def _without_unit(expression: str, calculation: Calculation) -> str:
    """The arithmetic without the unit that all its cells share."""
    units = {f" {one.scale} {one.unit}".rstrip().replace("  ", " ") for one in calculation.operands if one.citation}
    unit = units.pop() if len(units) == 1 else ""
    return expression.replace(unit, "") if len(unit) > 1 else expression


def _notes(notes: Sequence[str], others: Sequence[Citation], marks: Marks) -> str:
    said = "".join(f"<p>{escape(note)}</p>" for note in notes if note)
    return said + (f'<p class="headers">Columns and units: {marks(others)}</p>' if others else "")


def _understood_html(statement: Statement) -> str:
    """How the question was read, folded."""
    if not statement.understood:
        return ""
    rows = "".join(f"<div><dt>{escape(what)}</dt><dd>{escape(read)}</dd></div>" for what, read in statement.understood)
    return f'<details class="understood"><summary>How the question was read</summary><dl>{rows}</dl></details>'


def _series_html(statement: Statement, series: Series, others: Sequence[Citation], marks: Marks, slot: str) -> str:
    """A series: its table, a place for its chart, the arithmetic of each year folded."""
    table = figure_table(statement)
    shown = table_html(table, f"{series.name} by period", marks) if table else ""
    rows = "".join(
        f'<tr><th scope="row">{escape(label)}</th><td>{escape(value)}</td></tr>'
        for label, value in series_rows(statement)
    )
    steps = (
        f'<details class="steps"><summary>Calculation of each</summary><table><caption>Calculation of each</caption>'
        f"<tbody>{rows}</tbody></table></details>"
        if rows
        else ""
    )
    notes = _notes((series.note,), others, marks)
    return f'<div class="series calculation">{shown}{slot}{steps}{notes}{_understood_html(statement)}</div>'


def table_html(table: FigureTable, caption: str, marks: Marks) -> str:
    """A table of figures: each cell that is cited opens its place."""
    heads = "".join(f'<th scope="col">{escape(period)}</th>' for period in table.periods)
    lines = []
    for row in table.rows:
        unit = f' <span class="unit">{escape(row.unit)}</span>' if row.unit else ""
        cells = "".join(_cell_html(cell, marks) if cell else f"<td>{_ABSENT}</td>" for cell in row.cells)
        kind = ' class="result"' if row.computed else ""
        lines.append(f'<tr{kind}><th scope="row">{escape(row.label)}{unit}</th>{cells}</tr>')
    return (
        f'<div class="figures" tabindex="0" role="region" aria-label="{escape(caption)}"><table><caption>{escape(caption)}</caption>'
        f'<thead><tr><th scope="col"><span class="unseen">Figure</span></th>{heads}</tr></thead><tbody>{"".join(lines)}</tbody></table></div>'
    )


def _cell_html(cell: Cell, marks: Marks) -> str:
    unit = f'<span class="unit">{escape(cell.unit)}</span>' if cell.unit else ""
    return f"<td>{escape(cell.text)}{marks((cell.citation,)) if cell.citation else ''}{unit}</td>"


def _slot(series: Series, key: str, index: int) -> str:
    """Where the script puts the chart of a kept answer."""
    if not key:
        return ""
    first, last = series.points[0].period, series.points[-1].period
    unit = f" in {series.unit}" if series.unit else ""
    said = f"Chart of {series.name}{unit}, {first} to {last}. The table above has its figures."
    return (
        f'<div class="chart" data-message="{escape(key)}" data-n="{index}" role="figure" aria-label="{escape(said)}">'
        f'<button type="button" class="plain" data-event="chart" data-message="{escape(key)}" data-n="{index}">Show the chart</button></div>'
    )
