"""An answer as text for the terminal, Markdown for a file, HTML for the page: one numbering of its citations in all.

Everything that comes from a document is escaped for the format it goes into.
"""

import re
from collections.abc import Callable, Iterator
from html import escape, unescape
from typing import TYPE_CHECKING

from app.answer import Answer, AnswerKind, Calculation, Citation, Statement
from app.calculator.notation import shown_expression

if TYPE_CHECKING:
    from corpus.glossary import Glossary

NEAREST_LENGTH = 280  # characters of a nearest passage shown in a refusal
LONGEST_KEPT = 24  # characters of a last word that stays on one line with its citation
# A statement's HTML in pieces: white space, a term's whole element, anything else.
_PIECES = re.compile(r"\s+|<span [^>]*>[^<]*</span>|[^\s<]+|<")
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
    yield from answer.nearest


def place(citation: Citation) -> str:
    """Where a citation points, for a person: document and page from 1."""
    return "glossary" if citation.document == "glossary" else f"{citation.document}, page {citation.page + 1}"


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


def _body(answer: Answer) -> tuple[Statement, ...]:
    return answer.statements or (Statement(answer.text),)


def _resolved(answer: Answer) -> bool:
    return bool(answer.resolved) and answer.resolved.split() != answer.question.split()


def _cut(text: str, length: int) -> str:
    words = " ".join(text.split())
    return words if len(words) <= length else words[: length - 1].rsplit(" ", 1)[0] + "…"


# Text


def answer_text(answer: Answer) -> str:
    """Plain text with numbered citations, calculations step by step and the list of sources."""
    numbers = {citation: number for number, citation in enumerate(citations_of(answer), 1)}
    lines: list[str] = []
    if _resolved(answer):
        lines += [f"(understood as: {answer.resolved})", ""]
    if answer.kind is AnswerKind.REFUSAL and answer.statements and answer.text:
        lines.append(answer.text)
    for statement in _body(answer):
        marks = "".join(f"[{numbers[citation]}]" for citation in dict.fromkeys(statement.citations))
        lines.append(f"{statement.text} {marks}".rstrip())
        if statement.calculation:
            for label, value, citation in calculation_rows(statement.calculation):
                lines.append(f"    {label}: {value}" + (f" [{numbers[citation]}]" if citation else ""))
            extras = (statement.calculation.rounding, statement.calculation.note)
            lines += [f"    ({extra})" for extra in extras if extra]
    if numbers:
        nearest_only = len(answer.nearest) and set(numbers) <= set(answer.nearest)
        lines += ["", "Nearest passages:" if nearest_only else "Sources:"]
        for citation, number in numbers.items():
            lines.append(f"[{number}] {place(citation)}: “{_cut(citation.quote, TEXT_QUOTE_LENGTH)}”")
    return "\n".join(lines)


# Markdown


def answer_markdown(answer: Answer) -> str:
    """A Markdown file: the question, the answer, its calculations as tables, the quotes that it rests on."""
    numbers = {citation: number for number, citation in enumerate(citations_of(answer), 1)}
    blocks = [f"# {_md(answer.question)}"]
    if _resolved(answer):
        blocks.append(f"*Understood as: {_md(answer.resolved)}*")
    if answer.kind is AnswerKind.REFUSAL and answer.statements and answer.text:
        blocks.append(_md(answer.text))
    for statement in _body(answer):
        marks = "".join(f"[^{numbers[citation]}]" for citation in dict.fromkeys(statement.citations))
        blocks.append(_md(statement.text) + marks)
        if statement.calculation:
            table = ["| Step | Value |", "|---|---|"]
            for label, value, citation in calculation_rows(statement.calculation):
                table.append(f"| {_md(label)} | {_md(value)}{f'[^{numbers[citation]}]' if citation else ''} |")
            blocks.append("\n".join(table))
            extras = (statement.calculation.rounding, statement.calculation.note)
            blocks += [f"*{_md(extra)}*" for extra in extras if extra]
    if answer.nearest:
        blocks.append("Nearest passages: " + ", ".join(f"[^{numbers[each]}]" for each in dict.fromkeys(answer.nearest)))
    if numbers:
        notes = [
            f"[^{number}]: {_md(place(citation))}, characters {citation.start} to {citation.end}: "
            f"“{_md(citation.quote)}”"
            for citation, number in numbers.items()
        ]
        blocks.append("\n".join(notes))
    return "\n\n".join(blocks) + "\n"


def _md(text: str) -> str:
    # One line, every character that Markdown or HTML could read as markup made literal.
    line = re.sub(r"([\\`*_\[\]<>#|~&!$])", r"\\\1", " ".join(text.split()))
    return re.sub(r"^(\d*)([-+.)=])", r"\1\\\2", line)


# HTML


def answer_html(answer: Answer, glossary: "Glossary | None" = None, key: str = "") -> str:
    """The answer for the page. Citation n is a button with `data-message=key` and `data-n=n`.

    The first use of each term that `glossary` defines carries its definition. All text is escaped.
    """
    numbers = {citation: number for number, citation in enumerate(citations_of(answer), 1)}
    seen: set[str] = set()

    def marks(citations: tuple[Citation, ...]) -> str:
        return "".join(_button(citation, numbers[citation], key) for citation in dict.fromkeys(citations))

    parts: list[str] = []
    if _resolved(answer):
        parts.append(f'<p class="resolved">Understood as: {escape(answer.resolved)}</p>')
    if answer.kind is AnswerKind.REFUSAL and answer.statements and answer.text:
        parts.append(f"<p>{escape(answer.text)}</p>")
    sentences: list[str] = []
    for statement in _body(answer):
        shown = _leading(statement)
        others = tuple(citation for citation in statement.citations if citation not in shown)
        sentences.append(_sentence(_with_terms(statement.text, glossary, seen), marks(shown)))
        if statement.calculation:
            parts.append(f"<p>{' '.join(sentences)}</p>")
            parts.append(_calculation_html(statement.calculation, others, marks))
            sentences = []
    if sentences:
        parts.append(f"<p>{' '.join(sentences)}</p>")
    if answer.nearest:
        items = "".join(
            f'<li><p class="nearest-place">{marks((each,))} <bdi>{escape(place(each))}</bdi></p>'
            f"<blockquote>{escape(_cut(each.quote, NEAREST_LENGTH))}</blockquote></li>"
            for each in dict.fromkeys(answer.nearest)
        )
        parts.append(f'<div class="nearest"><h3>Nearest passages</h3><ol>{items}</ol></div>')
    return f'<div class="answer {answer.kind}">{"".join(parts)}</div>'


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


def _leading(statement: Statement) -> tuple[Citation, ...]:
    """The citations behind a sentence: of a figure with many, those of its operands; the others stand below its table."""
    cells = (
        tuple(operand.citation for operand in statement.calculation.operands if operand.citation)
        if statement.calculation
        else ()
    )
    return cells if cells and len(set(statement.citations)) > MOST_MARKS else statement.citations


def _calculation_html(
    calculation: Calculation, others: tuple[Citation, ...], marks: Callable[[tuple[Citation, ...]], str]
) -> str:
    """The steps; `others` are the citations that stand below them."""
    rows = calculation_rows(calculation)
    body = "".join(
        f'<tr{" class=result" if index == len(rows) - 1 else ""}><th scope="row">{escape(label)}</th>'
        f"<td>{escape(value)}{marks((citation,)) if citation else ''}</td></tr>"
        for index, (label, value, citation) in enumerate(rows)
    )
    notes = "".join(f"<p>{escape(note)}</p>" for note in (calculation.rounding, calculation.note) if note)
    notes += f'<p class="headers">Columns and units: {marks(others)}</p>' if others else ""
    return (
        f'<details class="calculation" open><summary>Calculation <code>{escape(shown_expression(calculation.expression))}</code>'
        f"</summary><table><caption>Steps of the calculation</caption><tbody>{body}</tbody></table>{notes}</details>"
    )
