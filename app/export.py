"""An answer as text for the terminal and Markdown for a file, and what all its forms share: one numbering of citations.

Everything that comes from a document is escaped for the format it goes into. The page's HTML is in answer_html.py.
"""

import re
from collections.abc import Iterator, Sequence

from app.answer import Answer, AnswerKind, Calculation, Candidate, Citation, Statement
from app.calculator.notation import shown_expression
from app.figure_table import Cell, FigureTable, figure_table
from corpus.readers.clean import one_line

MOST_MARKS = 6  # behind a sentence with a calculation
TEXT_QUOTE_LENGTH = 160  # of a quote in the terminal's list of sources


def citations_of(answer: Answer) -> tuple[Citation, ...]:
    """The distinct citations in the order in which the answer shows them: number n is at n - 1."""
    return tuple(dict.fromkeys(_all_citations(answer)))


def _all_citations(answer: Answer) -> Iterator[Citation]:
    for statement in answer.statements:
        yield from statement.citations
        if statement.calculation:
            yield from (operand.citation for operand in statement.calculation.operands if operand.citation)
        for point in statement.series.points if statement.series else ():
            yield from (operand.citation for operand in point.operands if operand.citation)
    yield from (candidate.citation for candidate in answer.candidates)
    yield from answer.nearest


def place(citation: Citation) -> str:
    """Where a citation points, for a person: document and page from 1."""
    return "glossary" if citation.document == "glossary" else f"{citation.document}, page {citation.page + 1}"


def told_place(answer: Answer, citation: Citation) -> str:
    """Where a citation of an answer points, and that OCR read it where it did."""
    recognised = (citation.document, citation.page) in answer.recognised
    return f"{place(citation)}, read by OCR" if recognised else place(citation)


def calculation_rows(calculation: Calculation) -> list[tuple[str, str, Citation | None]]:
    """What a calculation's table shows: label, value and the citation of the value, operands first, result last."""
    rows = [(operand.role or "given", operand.text, operand.citation) for operand in calculation.operands]
    shown = {(label, value) for label, value, _ in rows}
    texts = {operand.text for operand in calculation.operands}
    for index, (label, value) in enumerate(calculation.steps):
        repeats_operand = index < len(calculation.operands) and value in texts
        if not repeats_operand and (label, value) not in shown:
            rows.append((shown_expression(label), value, None))
    label, value, citation = rows[-1] if rows else ("", "", None)
    if citation is None and calculation.steps and f"{calculation.result} ".startswith(f"{value} "):
        rows[-1] = (label, calculation.result, None)  # a step may leave the unit out
    else:
        rows.append((shown_expression(calculation.expression), calculation.result, None))
    return rows


def leading(statement: Statement) -> tuple[Citation, ...]:
    """The citations behind a sentence: of a figure with many, those of its operands, of a series those of its ends.

    The others stand with the table of its figures.
    """
    points = statement.series.points if statement.series else ()
    held = [operand for point in (points[:1] + points[-1:]) for operand in point.operands]
    if not points and statement.calculation:
        held = list(statement.calculation.operands)
    cells = tuple(dict.fromkeys(operand.citation for operand in held if operand.citation))
    return cells if cells and len(set(statement.citations)) > MOST_MARKS else statement.citations


def computed_rows(calculation: Calculation) -> list[tuple[str, str]]:
    """What a calculation's table shows below its operands: labels and values, the result last."""
    return [(label, value) for label, value, _ in calculation_rows(calculation)[len(calculation.operands) :]]


def series_rows(statement: Statement) -> list[tuple[str, str]]:
    """Each computed value of a series with its arithmetic: "gross margin, FY2019 = 300 ÷ 800", "37.5%"."""
    points = statement.series.points if statement.series else ()
    return [
        (f"{statement.series.name}, {point.period} = {shown_expression(point.calculation.expression)}", point.text)
        for point in points
        if point.calculation and statement.series
    ]


def near_text(candidate: Candidate) -> str:
    """A candidate cell in words."""
    return f"{candidate.label}{f', {candidate.header}' if candidate.header else ''}: {candidate.text}"


def body(answer: Answer) -> tuple[Statement, ...]:
    """Its statements; its text as one where it has none."""
    return answer.statements or (Statement(answer.text),)


def was_resolved(answer: Answer) -> bool:
    """Whether a follow-up was understood as another question than was typed."""
    return bool(answer.resolved) and answer.resolved.split() != answer.question.split()


OWN_WORDS = "These are the sources' own words."


def writer_lines(answer: Answer) -> tuple[str, ...]:
    """Who wrote an answer, and why a language model's words aren't shown; nothing where none was asked."""
    lines = [f"Written by {answer.writer}; every sentence checked."] if answer.writer else []
    if answer.note:
        alone = bool(answer.statements) and not answer.writer and "own words" not in answer.note
        lines.append(f"{answer.note} {OWN_WORDS}" if alone else answer.note)
    return tuple(lines)


def recognised_marks(answer: Answer) -> str:
    """The marks of an answer's citations that OCR read: "[1][3]"."""
    places = [(one.document, one.page) for one in citations_of(answer)]
    return "".join(f"[{number}]" for number, one in enumerate(places, 1) if one in answer.recognised)


def ocr_lines(answer: Answer) -> tuple[str, ...]:
    """What is said of citations that OCR read; nothing where there are none."""
    if not answer.recognised:
        return ()
    return (
        f"{recognised_marks(answer)} read by OCR from a scanned page: compare with the page before you rely on it.",
    )


def withheld_title(answer: Answer) -> str:
    """How many sentences of the draft aren't shown as they were: "2 sentences withheld"."""
    number = len(answer.withheld)
    return f"{number} sentence{'' if number == 1 else 's'} withheld"


def cut(text: str, length: int) -> str:
    """A text in one line of at most `length` characters, cut at a word."""
    words = " ".join(text.split())
    return words if len(words) <= length else words[: length - 1].rsplit(" ", 1)[0] + "…"


# Text


def answer_text(answer: Answer) -> str:
    """Plain text with numbered citations, calculations step by step and the list of sources."""
    numbers = {citation: number for number, citation in enumerate(citations_of(answer), 1)}
    lines: list[str] = []
    if was_resolved(answer):
        lines += [f"(understood as: {answer.resolved})", ""]
    if answer.kind is AnswerKind.REFUSAL and answer.statements and answer.text:
        lines.append(answer.text)
    for statement in body(answer):
        marks = "".join(f"[{numbers[citation]}]" for citation in dict.fromkeys(leading(statement)))
        lines.append(f"{statement.text} {marks}".rstrip())
        if statement.series:
            if table := figure_table(statement):
                lines += ["", *_table_lines(table, numbers), ""]
            lines += [f"    {label}: {value}" for label, value in series_rows(statement)]
            lines += [f"    ({statement.series.note})"] if statement.series.note else []
        if statement.calculation:
            for label, value, citation in calculation_rows(statement.calculation):
                lines.append(f"    {label}: {value}" + (f" [{numbers[citation]}]" if citation else ""))
            extras = (statement.calculation.rounding, statement.calculation.note)
            lines += [f"    ({extra})" for extra in extras if extra]
        if statement.understood:
            lines.append(
                f"    (read as: {'; '.join(f'{what.lower()}: {read}' for what, read in statement.understood)})"
            )
    lines += [answer.remark] if answer.remark else []
    lines += [f"  {number}. {choice}" for number, choice in enumerate(answer.choices, 1)]
    if answer.candidates:
        lines += ["", "Nearest figures:"]
        lines += [f"    {near_text(one)} [{numbers[one.citation]}]" for one in answer.candidates]
    if numbers:
        nearest_only = len(answer.nearest) and set(numbers) <= set(answer.nearest)
        lines += ["", "Nearest passages:" if nearest_only else "Sources:"]
        for citation, number in numbers.items():
            lines.append(f"[{number}] {told_place(answer, citation)}: “{cut(citation.quote, TEXT_QUOTE_LENGTH)}”")
    if said := (*ocr_lines(answer), *writer_lines(answer)):
        lines += ["", *said]
    if answer.withheld:
        lines.append(f"{withheld_title(answer)}:")
        lines += [f"    “{one_line(one.text)}”: {one_line(one.reason)}" for one in answer.withheld]
    return "\n".join(lines)


def _cell(cell: Cell, numbers: dict[Citation, int]) -> str:
    return f"{cell.text} {cell.unit}".strip() + (f" [{numbers[cell.citation]}]" if cell.citation else "")


def _table_lines(table: FigureTable, numbers: dict[Citation, int]) -> list[str]:
    """The table in columns of the terminal."""
    grid = [["", *table.periods]]
    for row in table.rows:
        cells = [_cell(cell, numbers) if cell else "–" for cell in row.cells]
        grid.append([f"{row.label}, {row.unit}" if row.unit else row.label, *cells])
    widths = [max(len(line[column]) for line in grid) for column in range(len(grid[0]))]
    return [
        "    " + "  ".join([line[0].ljust(widths[0]), *(text.rjust(width) for text, width in zip(line[1:], widths[1:], strict=True))]).rstrip()
        for line in grid
    ]  # fmt: skip


# Markdown


def answer_markdown(answer: Answer) -> str:
    """A Markdown file: the question, the answer, its calculations as tables, the quotes that it rests on."""
    numbers = {citation: number for number, citation in enumerate(citations_of(answer), 1)}
    blocks = [f"# {markdown_literal(answer.question)}"]
    if was_resolved(answer):
        blocks.append(f"*Understood as: {markdown_literal(answer.resolved)}*")
    if answer.kind is AnswerKind.REFUSAL and answer.statements and answer.text:
        blocks.append(markdown_literal(answer.text))
    for statement in body(answer):
        marks = "".join(f"[^{numbers[citation]}]" for citation in dict.fromkeys(statement.citations))
        blocks.append(markdown_literal(statement.text) + marks)
        if statement.series:
            if figures := figure_table(statement):
                blocks.append(_table_markdown(figures, numbers))
            blocks += [
                f"{markdown_literal(label)}: {markdown_literal(value)}" for label, value in series_rows(statement)
            ]
            blocks += [f"*{markdown_literal(statement.series.note)}*"] if statement.series.note else []
        if statement.calculation:
            table = ["| Step | Value |", "|---|---|"]
            for label, value, citation in calculation_rows(statement.calculation):
                table.append(
                    f"| {markdown_literal(label)} | {markdown_literal(value)}{f'[^{numbers[citation]}]' if citation else ''} |"
                )
            blocks.append("\n".join(table))
            extras = (statement.calculation.rounding, statement.calculation.note)
            blocks += [f"*{markdown_literal(extra)}*" for extra in extras if extra]
    blocks += [f"*{markdown_literal(answer.remark)}*"] if answer.remark else []
    if answer.choices:
        blocks.append(
            "\n".join(f"{number}. {markdown_literal(choice)}" for number, choice in enumerate(answer.choices, 1))
        )
    if answer.candidates:
        blocks.append("Nearest figures:")
        blocks.append(
            "\n".join(f"- {markdown_literal(near_text(one))}[^{numbers[one.citation]}]" for one in answer.candidates)
        )
    if answer.nearest:
        blocks.append("Nearest passages: " + ", ".join(f"[^{numbers[each]}]" for each in dict.fromkeys(answer.nearest)))
    blocks += [f"*{markdown_literal(line)}*" for line in (*ocr_lines(answer), *writer_lines(answer))]
    if answer.withheld:
        blocks.append(f"{withheld_title(answer)}:")
        blocks.append(
            "\n".join(f"- “{markdown_literal(one.text)}”: {markdown_literal(one.reason)}" for one in answer.withheld)
        )
    if numbers:
        notes = [
            f"[^{number}]: {markdown_literal(told_place(answer, citation))}, characters {citation.start} to {citation.end}: "
            f"“{markdown_literal(citation.quote)}”"
            for citation, number in numbers.items()
        ]
        blocks.append("\n".join(notes))
    return "\n\n".join(blocks) + "\n"


def _table_markdown(table: FigureTable, numbers: dict[Citation, int]) -> str:
    lines = [_md_row(["", *map(markdown_literal, table.periods)]), _md_row(["---", *["---:"] * len(table.periods)])]
    for row in table.rows:
        cells = [
            f"{markdown_literal(f'{cell.text} {cell.unit}')}{f'[^{numbers[cell.citation]}]' if cell.citation else ''}"
            if cell
            else "–"
            for cell in row.cells
        ]
        lines.append(_md_row([markdown_literal(f"{row.label}, {row.unit}" if row.unit else row.label), *cells]))
    return "\n".join(lines)


def _md_row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def markdown_literal(text: str) -> str:
    """A text in one line, every character that Markdown or HTML could read as markup made literal."""
    line = re.sub(r"([\\`*_\[\]<>#|~&!$])", r"\\\1", " ".join(text.split()))
    return re.sub(r"^(\d*)([-+.)=])", r"\1\\\2", line)
