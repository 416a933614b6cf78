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
    series_rows,
    was_resolved,
    writer_lines,
)
from app.figure_table import Cell, FigureTable, figure_table
from app.page.language import lang_of
from app.page.source_html import place_words
from app.page.words import say

if TYPE_CHECKING:
    from corpus.glossary import Glossary

NEAREST_LENGTH = 280  # characters of a nearest passage shown in a refusal
GIVEN = "given"  # what `calculation_rows` calls an operand without a role
LONGEST_KEPT = 24  # characters of a last word that stays on one line with its citation
# A statement's HTML in pieces: white space, a term's whole element, anything else.
_PIECES = re.compile(r"\s+|<span [^>]*>[^<]*</span>|[^\s<]+|<")
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
        parts.append(f'<p class="resolved">{escape(say("answer.understood_as", question=answer.resolved))}</p>')
    if answer.kind is AnswerKind.REFUSAL and answer.statements and answer.text:
        parts.append(f"<p{lang_of(answer.text)}>{escape(answer.text)}</p>")
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
        parts.append(f'<p class="remark"{lang_of(answer.remark)}>{escape(answer.remark)}</p>')
    if answer.choices:
        parts.append(_choices_html(answer.choices))
    if answer.candidates:
        near = "".join(
            f'<tr><th scope="row">{escape(one.label)}<span class="unit">{escape(one.header)}</span></th>'
            f"<td>{escape(one.text)}{marks((one.citation,))}</td></tr>"
            for one in answer.candidates
        )
        parts.append(
            f'<div class="candidates calculation"><h3>{escape(say("answer.nearest_figures_doubt"))}</h3>'
            f"<table><caption>{escape(say('answer.nearest_figures'))}</caption><tbody>{near}</tbody></table></div>"
        )
    if answer.nearest:
        items = "".join(
            f'<li><p class="nearest-place">{marks((each,))} <bdi>{escape(place_words(each))}</bdi></p>'
            f"<blockquote{lang_of(each.quote)}>{escape(cut(each.quote, NEAREST_LENGTH))}</blockquote></li>"
            for each in dict.fromkeys(answer.nearest)
        )
        parts.append(f'<div class="nearest"><h3>{escape(say("answer.nearest_passages"))}</h3><ol>{items}</ol></div>')
    parts.append(_writer_html(answer))
    return f'<div class="answer {answer.kind}">{"".join(parts)}</div>'


def _choices_html(choices: Sequence[str]) -> str:
    """What may be meant, each a whole question that a click asks."""
    buttons = "".join(
        f'<li><button type="button" class="example" data-event="ask" data-question="{escape(each)}"{lang_of(each)}>'
        f"{escape(each)}</button></li>"
        for each in choices
    )
    return f'<ul class="examples choices" aria-label="{escape(say("answer.choices"))}">{buttons}</ul>'


def _writer_html(answer: Answer) -> str:
    """Who wrote it, and what of a language model's draft isn't shown, folded."""
    said = f"<p>{escape(say('answer.written_by', writer=answer.writer))}</p>" if answer.writer else ""
    said += "".join(
        f"<p{lang_of(line)}>{escape(line)}</p>" for line in writer_lines(answer)[1 if answer.writer else 0 :]
    )
    if answer.withheld:
        withheld = say("answer.withheld", n=len(answer.withheld))
        items = "".join(
            f'<li><q{lang_of(one.text)}>{escape(one.text)}</q><span class="why"{lang_of(one.reason)}>{escape(one.reason)}</span></li>'
            for one in answer.withheld
        )
        said += f"<details><summary>{escape(withheld)}</summary><ul>{items}</ul></details>"
    return f'<div class="writer">{said}</div>' if said else ""


def _sentence(text: str, marks: str) -> str:
    """A statement's HTML with its marks; the first mark stays on the line of the last word."""
    first, end, rest = marks.partition("</button>")
    lang = lang_of(re.sub("<[^>]*>", "", text))
    pieces = list(_PIECES.finditer(text))
    start = max((piece.end() for piece in pieces if piece[0].isspace()), default=0)
    last = text[start:]
    # A very long last word, or a term of several words, must be free to break.
    shown = re.sub("<[^>]*>", "", last)
    if not marks:
        return f'<span class="statement"{lang}>{text}</span>'
    kind = "free" if len(unescape(shown)) > LONGEST_KEPT or " " in shown else "keep"
    kept = f'<span class="{kind}"><span class="statement"{lang}>{last}</span>{first}{end}</span>{rest}'
    return f'<span class="statement"{lang}>{text[:start]}</span>{kept}'


def _button(citation: Citation, number: int, key: str) -> str:
    where = place_words(citation)
    label = escape(say("answer.citation", number=number, place=where))
    return (
        f'<button type="button" class="cite" data-event="cite" data-message="{escape(key)}" data-n="{number}" '
        f'title="{escape(where)}" aria-label="{label}">[{number}]</button>'
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
        figures = table_html(table, say("answer.computed_from"), marks)
        # The table has the units, and the line over it the arithmetic.
        expression = _without_unit(expression, calculation)
        constants = [one for one in calculation.operands if not one.citation]
        rows = [(one.role or GIVEN, one.text, None) for one in constants]
        rows += [(label.partition(" = ")[0], value, None) for label, value in computed_rows(calculation)]
    steps = "".join(
        f'<tr{" class=result" if index == len(rows) - 1 else ""}><th scope="row">'
        f"{escape(say('answer.given') if label == GIVEN else label)}</th>"
        f"<td>{escape(value)}{marks((citation,)) if citation else ''}</td></tr>"
        for index, (label, value, citation) in enumerate(rows)
    )
    # What goes before a series' table is there to be checked; it needn't be read.
    state, read = ("", "") if statement.series else (" open", _understood_html(statement))
    return (
        f'<details class="calculation"{state}><summary>{escape(say("answer.calculation"))} '
        f"<code>{escape(expression)}</code></summary>{figures}"
        f"<table><caption>{escape(say('answer.steps'))}</caption><tbody>{steps}</tbody></table>"
        f"{_notes((calculation.rounding, calculation.note), others, marks)}{read}</details>"
    )


def _without_unit(expression: str, calculation: Calculation) -> str:
    """The arithmetic without the unit that all its cells share."""
    units = {f" {one.scale} {one.unit}".rstrip().replace("  ", " ") for one in calculation.operands if one.citation}
    unit = units.pop() if len(units) == 1 else ""
    return expression.replace(unit, "") if len(unit) > 1 else expression


def _notes(notes: Sequence[str], others: Sequence[Citation], marks: Marks) -> str:
    said = "".join(f"<p{lang_of(note)}>{escape(note)}</p>" for note in notes if note)
    heads = escape(say("answer.columns"))
    return said + (f'<p class="headers">{heads} {marks(others)}</p>' if others else "")


def _understood_html(statement: Statement) -> str:
    """How the question was read, folded."""
    if not statement.understood:
        return ""
    rows = "".join(f"<div><dt>{escape(what)}</dt><dd>{escape(read)}</dd></div>" for what, read in statement.understood)
    title = escape(say("answer.how_read"))
    return f'<details class="understood"><summary>{title}</summary><dl>{rows}</dl></details>'


def _series_html(statement: Statement, series: Series, others: Sequence[Citation], marks: Marks, slot: str) -> str:
    """A series: its table, a place for its chart, the arithmetic of each year folded."""
    table = figure_table(statement)
    shown = table_html(table, say("answer.by_period", name=series.name), marks) if table else ""
    rows = "".join(
        f'<tr><th scope="row">{escape(label)}</th><td>{escape(value)}</td></tr>'
        for label, value in series_rows(statement)
    )
    each = escape(say("answer.each"))
    steps = (
        f'<details class="steps"><summary>{each}</summary><table><caption>{each}</caption>'
        f"<tbody>{rows}</tbody></table></details>"
        if rows
        else ""
    )
    notes = _notes((series.note,), others, marks)
    return f'<div class="series calculation">{shown}{slot}{steps}{notes}{_understood_html(statement)}</div>'


def table_html(table: FigureTable, caption: str, marks: Marks) -> str:
    """A table of figures: each cell that is cited opens its place."""
    heads = "".join(f'<th scope="col">{escape(period)}</th>' for period in table.periods)
    figure = escape(say("answer.figure"))
    lines = []
    for row in table.rows:
        unit = f' <span class="unit">{escape(row.unit)}</span>' if row.unit else ""
        cells = "".join(_cell_html(cell, marks) if cell else _absent() for cell in row.cells)
        kind = ' class="result"' if row.computed else ""
        lines.append(f'<tr{kind}><th scope="row">{escape(row.label)}{unit}</th>{cells}</tr>')
    return (
        f'<div class="figures" tabindex="0" role="region" aria-label="{escape(caption)}"><table><caption>{escape(caption)}</caption>'
        f'<thead><tr><th scope="col"><span class="unseen">{figure}</span></th>{heads}</tr></thead><tbody>{"".join(lines)}</tbody></table></div>'
    )


def _absent() -> str:
    return f'<td><span class="unseen">{escape(say("answer.not_given"))}</span><span aria-hidden="true">–</span></td>'


def _cell_html(cell: Cell, marks: Marks) -> str:
    unit = f'<span class="unit">{escape(cell.unit)}</span>' if cell.unit else ""
    return f"<td>{escape(cell.text)}{marks((cell.citation,)) if cell.citation else ''}{unit}</td>"


def _slot(series: Series, key: str, index: int) -> str:
    """Where the script puts the chart of a kept answer."""
    if not key:
        return ""
    first, last = series.points[0].period, series.points[-1].period
    if series.unit:
        said = say("chart.label_with_unit", name=series.name, unit=series.unit, first=first, last=last)
    else:
        said = say("chart.label", name=series.name, first=first, last=last)
    return (
        f'<div class="chart" data-message="{escape(key)}" data-n="{index}" role="figure" aria-label="{escape(said)}">'
        f'<button type="button" class="plain" data-event="chart" data-message="{escape(key)}" data-n="{index}">'
        f"{escape(say('chart.show'))}</button></div>"
    )
