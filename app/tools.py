"""The functions offered to a language model or an agent, as LlamaIndex `FunctionTool`s.

What a model reads about each tool stands in prompts/; what a tool does is the same function that the chat and the command
line call.
"""

from typing import TYPE_CHECKING

import prompts
from corpus.errors import FootnoteError
from index.checks import ENOUGH

if TYPE_CHECKING:
    from llama_index.core.tools import FunctionTool

    from app.footnote import Footnote

MOST_PASSAGES = 20
MOST_FACTS = 40


def tools(engine: "Footnote") -> "list[FunctionTool]":
    """Calculator, facts, glossary and search over `engine`'s documents."""
    from llama_index.core.tools import FunctionTool

    from app.calculator import calculator_tool

    home = engine.settings.home

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

    def facts(concept: str, company: str = "", year: int | None = None) -> str:
        try:
            found = engine.facts(company, concept, year)
        except FootnoteError as error:
            return f"error: {error}"
        lines = [
            f"{one.company}, {one.period}: {one.value:,f} {one.scale} {one.unit} [{one.document}, page {one.page + 1}, "
            f"{one.start}:{one.stop}, “{one.label}”, printed {one.text}]"
            + (f" in doubt: {one.failed}" if one.confidence < ENOUGH else "")
            for one in found[:MOST_FACTS]
        ]
        left = len(found) - len(lines)
        return "\n".join([*lines, *([f"{left} more: name a company or a year"] if left else [])]) or "no fact"

    return [
        calculator_tool(home),
        FunctionTool.from_defaults(
            facts, name="facts", description=prompts.render("tool_facts", home, most=str(MOST_FACTS))
        ),
        FunctionTool.from_defaults(glossary, name="glossary", description=prompts.render("tool_glossary", home)),
        FunctionTool.from_defaults(
            search, name="search", description=prompts.render("tool_search", home, most=str(MOST_PASSAGES))
        ),
    ]
