"""The functions offered to a language model or an agent, as LlamaIndex `FunctionTool`s.

What a model reads about each tool stands in prompts/; what a tool does is the same function that the chat and the command
line call.
"""

from typing import TYPE_CHECKING

import prompts

if TYPE_CHECKING:
    from llama_index.core.tools import FunctionTool

    from app.footnote import Footnote

MOST_PASSAGES = 20


def tools(engine: "Footnote") -> "list[FunctionTool]":
    """Calculator, glossary and search over `engine`'s documents."""
    from llama_index.core.tools import FunctionTool

    from app.calculator import calculator_tool

    def glossary(term: str) -> str:
        entries = engine.glossary().find(term)
        lines = [
            f"{entry.term}: {entry.definition}"
            + (f" Formula: {entry.formula}." if entry.formula else "")
            + f" [{entry.source}]"
            for entry in entries
        ]
        return "\n".join(lines) or "no entry"

    def search(query: str, k: int = 5) -> str:
        hits = engine.search(query, max(1, min(k, MOST_PASSAGES)))
        return "\n\n".join(
            f"[{hit.document}, page {hit.span.page + 1}, {hit.span.start}:{hit.span.end}]\n{hit.text}" for hit in hits
        )

    return [
        calculator_tool(),
        FunctionTool.from_defaults(glossary, name="glossary", description=prompts.render("tool_glossary")),
        FunctionTool.from_defaults(
            search, name="search", description=prompts.render("tool_search", most=str(MOST_PASSAGES))
        ),
    ]
