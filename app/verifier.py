"""The last check before anything is shown: every number and every word of a statement must be supported.

A statement stands only where each of its citations is, character for character, the text at its place; each of its
numbers is in a cited passage or in its calculation; its calculation gives the same result when done again; and, where
nothing is computed, its words are those of its sources.
"""

import re
from collections.abc import Callable
from decimal import Decimal

from app.answer import Answer, AnswerKind, Calculation, Citation, Series, Statement
from app.calculator import calculate
from app.terms import stem, tokens
from corpus.errors import CalculationError, UnknownDocument

_NUMBER = re.compile(r"\d+(?:,\d{3})*(?:\.\d+)?")
# Words with which a statement introduces what it cites.
_FRAME = frozenset(["source", "give", "agree", "which", "from"])
_SERIES_FRAME = "The table has each of these years. These documents don't give it for."


def unsupported(statement: Statement, question: str, page_text: Callable[[str, int], str]) -> str | None:
    """Why a statement may not be shown, None where it may. `page_text` gives a page by document name and number."""
    if not statement.citations and statement.calculation is None:
        return "no citation and no calculation"
    for citation in (*statement.citations, *_operand_citations(statement.calculation)):
        if not _stands(citation, page_text):
            return f"{citation.document}, page {citation.page + 1} doesn't hold what is quoted"
    if statement.calculation and (reason := _miscalculated(statement.calculation, question)):
        return reason
    if statement.series and (reason := _series_fault(statement.series, question, page_text)):
        return reason
    quotes = " ".join(citation.quote for citation in statement.citations)
    allowed = _numbers(quotes) | (_calculation_numbers(statement.calculation) if statement.calculation else set())
    shown = _series_texts(statement.series) if statement.series else ()
    allowed |= {number for text in shown for number in _numbers(text)}
    for number in _numbers(statement.text):
        if number not in allowed:
            return f"the number {number} is neither cited nor computed"
    if statement.calculation is None:
        held = {token.stem for text in (quotes, *shown) for token in tokens(text)}
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


def _series_fault(series: Series, question: str, page_text: Callable[[str, int], str]) -> str | None:
    """Why a value of a series may not be shown: each is a cited cell or is computed again, and is what is drawn."""
    for point in series.points:
        for operand in point.operands:
            if operand.citation and not _stands(operand.citation, page_text):
                return f"{operand.citation.document} doesn't hold what is quoted for {point.period}"
        if point.calculation is not None:
            if reason := _miscalculated(point.calculation, question):
                return reason
            source = point.calculation.result
        elif point.operand is not None and point.operand.citation is not None:
            if not _numbers(point.operand.text) <= _numbers(point.operand.citation.quote):
                return f"{point.operand.text} isn't in the passage that it cites"
            source = point.operand.text
        else:
            return f"{point.text} of {point.period} is neither cited nor computed"
        if point.text != source or _canonical(format(abs(point.value), "f")) not in _numbers(point.text):
            return f"{point.text} or {point.value} of {point.period} isn't {source}"
    return None


def _series_texts(series: Series) -> tuple[str, ...]:
    """What a statement may say of a series beyond what its citations say: its name, periods and values."""
    points = (text for point in series.points for text in (point.period, point.text))
    return (series.name, *series.missing, *points, _SERIES_FRAME)


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
