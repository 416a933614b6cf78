"""The deterministic calculator: exact arithmetic on quantities with units and scales, parsed by a grammar.

Values are exact fractions, so that nothing is rounded before the result is shown; only roots leave the rationals, and
those are computed to 50 digits. Nothing is ever evaluated as code.
"""

from typing import TYPE_CHECKING

from app.calculator.arithmetic import (
    cagr,
    difference,
    growth_rate,
    implied_base,
    implied_base_bounds,
    margin,
    mean,
    ratio,
    run_rate,
    total,
)
from app.calculator.expression import Result, calculate
from app.calculator.request import understand
from corpus.errors import CalculationError

if TYPE_CHECKING:
    from pathlib import Path

    from llama_index.core.tools import FunctionTool


def calculator_tool(home: "Path | None" = None) -> "FunctionTool":
    """The calculator as a LlamaIndex tool; an expression that can't be computed gives a line "error: …".

    `home`: the data directory, whose description of the tool is taken where it has one.
    """
    from llama_index.core.tools import FunctionTool

    import prompts

    def calculator(expression: str) -> str:
        try:
            result = understand(expression) or calculate(expression)
        except CalculationError as error:
            return f"error: {error}"
        return f"{result.expression} = {result.shown}" + (f" ({result.rounding})" if result.rounding else "")

    return FunctionTool.from_defaults(
        calculator, name="calculator", description=prompts.render("tool_calculator", home)
    )


__all__ = [
    "Result",
    "cagr",
    "calculate",
    "calculator_tool",
    "difference",
    "growth_rate",
    "implied_base",
    "implied_base_bounds",
    "margin",
    "mean",
    "ratio",
    "run_rate",
    "total",
    "understand",
]
