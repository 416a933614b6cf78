"""A figure made of two rows of a table: their difference, one as a share of the other, or their ratio."""

import re
from collections.abc import Collection, Sequence
from dataclasses import replace

from app.answer import Calculation, Statement
from app.calculator.notation import shown_expression
from app.figures import cell_citations, cell_operand, cited, computed, expression_of
from app.match import Acronyms, Pick, Weights, pick_cell
from app.question import Kind, Question, read_question
from corpus.errors import CalculationError
from index.cells import CellFact

# What is asked of which two: (pattern, formula in the calculator's grammar, what it is called).
_ENDS = r"(?=\s+(?:in|for|at|of|during|on)\s|[?.,]|$)"
_FORMS = (
    (re.compile(rf"\bdifference\s+between\s+(?P<one>.+?)\s+and\s+(?P<two>.+?){_ENDS}", re.IGNORECASE), "{one} - {two}", "difference"),
    (re.compile(rf"\b(?:share|percentage|percent|proportion|fraction|%)\s+of\s+(?P<two>.+?)\s+(?:went\s+to|goes\s+to|was|is|were|are|did|does|do)\s+(?P<one>.+?){_ENDS}", re.IGNORECASE), "margin({one}, {two})", "share"),
    (re.compile(rf"(?P<one>\S.*?)\s+as\s+an?\s+(?:share|percentage|percent|proportion|fraction|%)\s+of\s+(?P<two>.+?){_ENDS}", re.IGNORECASE), "margin({one}, {two})", "share"),
    (re.compile(rf"\bratio\s+(?:of|between)\s+(?P<one>.+?)\s+(?:to|and)\s+(?P<two>.+?){_ENDS}", re.IGNORECASE), "{one} / {two}", "ratio"),
    (re.compile(rf"(?P<one>\S.*?)\s+divided\s+by\s+(?P<two>.+?){_ENDS}", re.IGNORECASE), "{one} / {two}", "ratio"),
)  # fmt: skip
_ASKING = re.compile(
    r"^\W*(?:what(?:['’]s|\s+(?:is|was|are|were))?|how\s+(?:much|large|big)(?:\s+(?:is|was))?|calculate|compute|give(?:\s+me)?|the)\s+",
    re.IGNORECASE,
)
_VERBS = re.compile(r"\s+(?:spent|spend|spends|paid|pay|made|make|have|has|had)\b.*$", re.IGNORECASE)


def of_two_items(
    question: Question, facts: Sequence[CellFact], weights: Weights, short: Acronyms, known_names: Collection[str] = ()
) -> list[Statement]:
    """The figure, from two rows of one document in one column; empty where none is asked or a row is in doubt."""
    for pattern, form, name in _FORMS:
        if match := pattern.search(question.text):
            parts = (_part(match[key], question, known_names) for key in ("one", "two"))
            picks = [pick_cell(part, facts, weights, short) for part in parts]
            return _made(picks[0], picks[1], form, name)
    return []


def _part(text: str, question: Question, known_names: Collection[str]) -> Question:
    """What is asked of one of the two: its own words, with the whole question's names and periods."""
    for _ in range(2):
        text = _ASKING.sub("", text)
    own = read_question(_VERBS.sub("", text), known_names)
    names = tuple(dict.fromkeys([*question.names, *own.names]))
    return replace(
        own, kind=Kind.FIGURE, names=names, periods=question.periods, months=question.months, years=question.years,
        wants=frozenset(),
    )  # fmt: skip


def _made(first: Pick | None, second: Pick | None, form: str, name: str) -> list[Statement]:
    if first is None or second is None:
        return []
    one, two = first.fact, second.fact
    alike = (one.document, one.header, one.caption) == (two.document, two.header, two.caption)
    if not alike or one.row == two.row:
        return []
    operands = (cell_operand(one), cell_operand(two))
    expression = form.format(one=expression_of(operands[0]), two=expression_of(operands[1]))
    try:
        calculation: Calculation = computed(expression, operands, name)
    except CalculationError:
        return []  # units that can't meet, a division by zero
    said = {
        "difference": f"{one.label} less {two.label.lower()}",
        "share": f"{one.label} as a share of {two.label.lower()}",
        "ratio": f"{one.label} divided by {two.label.lower()}",
    }[name]
    text = f"{said}: {calculation.result}, from {shown_expression(expression)}."
    return [cited(text, calculation, (*cell_citations(one), *cell_citations(two)))]
