"""What happens in the documents view: the list, adding, removing."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import gradio as gr

from app.page.documents_html import documents_html
from app.page.glossary import GlossaryActions
from app.page.notices_html import hint_html
from app.page.visit import number_of, spoken
from app.page.words import say

if TYPE_CHECKING:
    from app.footnote import Footnote


class DocumentActions:
    """The documents view over one engine."""

    def __init__(self, engine: "Footnote") -> None:
        self.engine = engine
        self.glossary = GlossaryActions(engine)
        self.uploads = Path(engine.settings.home) / "uploads"

    def refresh(self, query: str) -> tuple[Any, ...]:
        """The documents and the glossary as they are now: the command line, or another tab, may have changed them.

        The choice of scope stays.
        """
        documents, scope, _ = self.documents()
        return documents, gr.update(choices=scope["choices"]), self.glossary.search(query)

    def documents(self) -> tuple[Any, ...]:
        """What changes with the documents: their list, the choice of scope, the glossary."""
        records = self.engine.documents()
        scope = gr.update(label=say("chat.ask_of"), choices=[(each.name, each.id) for each in records], value=[])
        return documents_html(records), scope, self.glossary.search("")

    def remove_document(self, event: gr.EventData) -> tuple[Any, ...]:
        """Take a document out of the index. Gives (status, and what `documents` gives)."""
        record = spoken(lambda: self.engine.remove(number_of(event, "document")))
        return (hint_html(say("documents.removed", name=record.name)), *self.documents())
