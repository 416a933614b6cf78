"""The last check before anything is shown: every number and every word of a statement must be supported.

A statement stands only where each of its citations is, character for character, the text at its place; each of its
numbers is in a cited passage or in its calculation; its calculation gives the same result when done again; and, where
nothing is computed, its words are those of its sources.
"""

import re
from collections.abc import Callable
from decimal import Decimal

from app.answer import Answer, AnswerKind, Calculation, Citation, Statement
from app.calculator import calculate
from app.terms import stem, tokens
from corpus.errors import CalculationError, UnknownDocument

_NUMBER = re.compile(r"\d+(?:,\d{3})*(?:\.\d+)?")
# Words with which a statement introduces what it cites.
_FRAME = frozenset(["source", "give", "agree", "which", "from"])


def unsupported(statement: Statement, question: str, page_text: Callable[[str, int], str]) -> str | None:
    """Why a statement may not be shown, None where it may. `page_text` gives a page by document name and number."""
    if not statement.citations and statement.calculation is None:
        return "no citation and no calculation"
    for citation in (*statement.citations, *_operand_citations(statement.calculation)):
        if not _stands(citation, page_text):
            return f"{citation.document}, page {citation.page + 1} doesn't hold what is quoted"
    if statement.calculation and (reason := _miscalculated(statement.calculation, question)):
        return reason
    quotes = " ".join(citation.quote for citation in statement.citations)
    allowed = _numbers(quotes) | (_calculation_numbers(statement.calculation) if statement.calculation else set())
    for number in _numbers(statement.text):
        if number not in allowed:
            return f"the number {number} is neither cited nor computed"
    if statement.calculation is None:
        held = {token.stem for token in tokens(quotes)}
        for token in tokens(statement.text):
            if len(token.stem) > 3 and token.stem.isalpha() and token.stem not in held and token.stem not in _FRAME:
                return f"the word {token.text!r} isn't in the cited passage"
    return None


def verify(answer: Answer, page_text: Callable[[str, int], str]) -> tuple[tuple[Statement, ...], list[str]]:
    """The statements of an answer that may be shown, and why the others may not."""
    if answer.kind is AnswerKind.REFUSAL:
        return (), []
    kept, reasons = [], []
    for statement in answer.statements:
        reason = unsupported(statement, answer.question, page_text)
        if reason:
            reasons.append(f"{statement.text!r}: {reason}")
        else:
            kept.append(statement)
    return tuple(kept), reasons


def _stands(citation: Citation, page_text: Callable[[str, int], str]) -> bool:
    try:
        text = page_text(citation.document, citation.page)
    except UnknownDocument:
        return False
    return bool(citation.quote.strip()) and text[citation.start : citation.end] == citation.quote


def _operand_citations(calculation: Calculation | None) -> list[Citation]:
    return [operand.citation for operand in calculation.operands if operand.citation] if calculation else []


def _numbers(text: str) -> set[str]:
    return {_canonical(match[0]) for match in _NUMBER.finditer(text)}


def _canonical(number: str) -> str:
    plain = number.replace(",", "")
    return plain.rstrip("0").rstrip(".") if "." in plain else plain


def _calculation_numbers(calculation: Calculation) -> set[str]:
    texts = [calculation.expression, calculation.result, calculation.note, str(calculation.value)]
    texts += [operand.text for operand in calculation.operands]
    texts += [part for step in calculation.steps for part in step]
    found = {number for text in texts for number in _numbers(text)}
    if calculation.unit == "months":
        months = int(calculation.value)
        found |= {str(months // 12), str(months % 12)}
    return found


def _miscalculated(calculation: Calculation, question: str) -> str | None:
    try:
        again = calculate(calculation.expression).quantity.base
    except CalculationError as error:
        return f"{calculation.expression} can't be calculated again ({error})"
    if abs(again - calculation.value) > abs(again) * Decimal("1e-12"):
        return f"{calculation.expression} is {again}, not {calculation.value}"
    asked = _numbers(question)
    for operand in calculation.operands:
        if operand.citation is None:
            if not operand.role.startswith("constant") and not _numbers(operand.text) <= asked:
                return f"{operand.text} is neither cited nor given in the question"
        elif not _numbers(operand.text) <= _numbers(operand.citation.quote):
            return f"{operand.text} isn't in the passage that it cites"
    operands = {number for operand in calculation.operands for number in _numbers(operand.text)}
    operands |= {_canonical(format(operand.value, "f")) for operand in calculation.operands}
    for number in _numbers(calculation.expression) - operands:
        # What a formula brings along: 1 in 1 + growth, 12 months a year, 100 percent, the number of a month.
        if not (number.isdigit() and int(number) <= 12) and number not in ("100", "365"):
            return f"{number} in {calculation.expression} is no operand"
    return None


def stems_of(text: str) -> set[str]:
    """Stems of a text's words, for tests of what a statement may say."""
    return {stem(token.text) for token in tokens(text)}
