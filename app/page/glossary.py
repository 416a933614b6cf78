"""What happens in the glossary view."""

from typing import TYPE_CHECKING

import gradio as gr

from app.page.chat_html import failed_html
from app.page.glossary_html import glossary_html
from app.page.visit import data_of
from corpus.errors import DataProblem
from corpus.glossary import Glossary

if TYPE_CHECKING:
    from app.footnote import Footnote


def readable_glossary(engine: "Footnote") -> Glossary:
    """The glossary; an empty one where the person's own file can't be read: answers say so, the rest goes on."""
    try:
        return engine.glossary()
    except DataProblem:
        return Glossary(())


class GlossaryActions:
    """The glossary view over one engine."""

    def __init__(self, engine: "Footnote") -> None:
        self.engine = engine

    def search(self, query: str) -> str:
        """The entries that fit `query`; all of them, by name, for an empty one."""
        try:
            glossary = self.engine.glossary()
        except DataProblem as error:
            return failed_html("", str(error))
        if query.strip():
            return glossary_html(glossary.search(query, 30), query)
        return glossary_html(sorted(glossary.entries, key=lambda each: each.term.casefold()))

    def look_up(self, event: gr.EventData) -> tuple[str, str]:
        """Search the glossary for a term that was clicked."""
        term = str(data_of(event).get("term", ""))
        return term, self.search(term)
