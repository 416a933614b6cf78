"""The functions offered to a language model or an agent, as LlamaIndex `FunctionTool`s.

What a model reads about each tool stands in prompts/; what a tool does is the same function that the chat and the command
line call.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import prompts
from corpus.errors import FootnoteError
from index.checks import ENOUGH

if TYPE_CHECKING:
    from llama_index.core.tools import FunctionTool

    from app.footnote import Footnote
    from corpus.glossary_entry import GlossaryEntry
    from index.facts import Fact
    from index.hit import Hit

MOST_PASSAGES = 20
MOST_FACTS = 40


def tools(engine: "Footnote") -> "list[FunctionTool]":
    """Calculator, facts, glossary and search over `engine`'s documents."""
    from llama_index.core.tools import FunctionTool

    from app.calculator import calculator_tool

    home = engine.settings.home

    def glossary(term: str) -> str:
        return "\n".join(map(entry_line, engine.glossary().find(term))) or "no entry"

    def search(query: str, k: int = 5) -> str:
        return "\n\n".join(map(hit_block, engine.search(query, max(1, min(k, MOST_PASSAGES)))))

    def facts(concept: str, company: str = "", year: int | None = None) -> str:
        try:
            found = engine.facts(company, concept, year)
        except FootnoteError as error:
            return f"error: {error}"
        return "\n".join(fact_lines(found)) or "no fact"

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


def entry_line(entry: "GlossaryEntry") -> str:
    """A glossary entry as a model reads it."""
    formula = f" Formula: {entry.formula}." if entry.formula else ""
    return f"{entry.term}: {entry.definition}{formula} [{entry.source}]"


def hit_block(hit: "Hit") -> str:
    """A passage as a model reads it, headed by its place."""
    return f"[{hit.document}, page {hit.span.page + 1}, {hit.span.start}:{hit.span.end}]\n{hit.text}"


def fact_lines(found: "Sequence[Fact]") -> list[str]:
    """Facts as a model reads them, the first `MOST_FACTS`."""
    lines = [
        f"{one.company}, {one.period}: {one.value:,f} {one.scale} {one.unit} [{one.document}, page {one.page + 1}, "
        f"{one.start}:{one.stop}, “{one.label}”, printed {one.text}]"
        + (f" in doubt: {one.failed}" if one.confidence < ENOUGH else "")
        for one in found[:MOST_FACTS]
    ]
    left = len(found) - len(lines)
    return [*lines, *([f"{left} more: name a company or a year"] if left else [])]
