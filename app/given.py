"""Calculations that need no document: on numbers that the person gave."""

import re

from app.answer import Statement
from app.calculator import Result, calculate, understand
from app.calculator.notation import shown_expression
from app.figures import calculation_of, quantity_operand


def self_contained(text: str) -> Result | None:
    """A calculation that needs no document: a request in words, or a bare expression.

    Raises CalculationError where it is one and has no result.
    """
    result = understand(text)
    bare = text.strip().rstrip("=?")
    if result is None and re.fullmatch(r"[\d\s.,+*/×÷^()%−-]+", bare) and re.search(r"\d\s*[-+*/×÷^−]\s*[\d(]", bare):
        result = calculate(bare)
    return result


def given_statement(result: Result, question: str) -> Statement:
    """A calculation on numbers that the person gave; others in it are the formula's own."""
    given = {match[0].replace(",", "") for match in re.finditer(r"\d[\d,]*(?:\.\d+)?", question)}
    operands = [
        quantity_operand(
            one, None, "given in the question" if format(one.value, "f") in given else "constant of the formula"
        )
        for one in result.operands
    ]
    text = f"{shown_expression(result.expression)} = {result.shown}."
    return Statement(text, (), calculation_of(result, operands))
