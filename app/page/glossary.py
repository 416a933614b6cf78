"""What happens in the glossary view."""

from typing import TYPE_CHECKING, Any

import gradio as gr

from app.page.chat_html import failed_html
from app.page.glossary_html import glossary_html
from app.page.visit import Visit, data_of
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

    def search(self, query: str, visit: Visit) -> str:
        """Search the glossary for `query`, until something else is searched for."""
        visit.looked_up = query
        return self.show(visit)

    def show(self, visit: Visit) -> str:
        """The entries that fit what is searched for; all of them, by name, where that is nothing."""
        found = self._list(visit.looked_up)
        visit.terms_shown = hash(found)
        return found

    def refresh(self, visit: Visit) -> Any:
        """The same, where it isn't what the page shows already: a list that comes late mustn't cover one searched for since."""
        before = visit.terms_shown
        found = self.show(visit)
        return gr.skip() if visit.terms_shown == before else found

    def _list(self, query: str) -> str:
        try:
            glossary = self.engine.glossary()
        except DataProblem as error:
            return failed_html("", str(error))
        if query.strip():
            return glossary_html(glossary.search(query, 30), query)
        return glossary_html(sorted(glossary.entries, key=lambda each: each.term.casefold()))

    def look_up(self, visit: Visit, event: gr.EventData) -> tuple[str, str]:
        """Search the glossary for a term that was clicked."""
        term = str(data_of(event).get("term", ""))
        return term, self.search(term, visit)
