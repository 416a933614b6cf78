"""What happens in the documents view: the list, adding, removing, an overview, reading again."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import gradio as gr

from app.page.chat_html import failed_html
from app.page.document_list_html import document_list_html
from app.page.documents_html import outdated_html, progress_html, read_again_html
from app.page.following import Following
from app.page.glossary import GlossaryActions
from app.page.listing import listed
from app.page.notices_html import hint_html
from app.page.overview_html import overview_html
from app.page.scope import ScopeActions
from app.page.visit import Visit, data_of, number_of, spoken
from app.page.words import say
from corpus.errors import FootnoteError

if TYPE_CHECKING:
    from app.footnote import Footnote
    from index.ingest import IngestReport, Progress


class DocumentActions:
    """The documents view over one engine."""

    def __init__(self, engine: "Footnote") -> None:
        self.engine = engine
        self.glossary = GlossaryActions(engine)
        self.scope = ScopeActions(engine)
        self.uploads = Path(engine.settings.home) / "uploads"

    def refresh(self, visit: Visit) -> tuple[Any, ...]:
        """The documents as they are now: the command line, or another tab, may have changed them.

        Gives (what is out of date, their list, the choice of scope).
        """
        return (self.outdated(), self.show(visit), self.scope.show(visit))

    def documents(self, visit: Visit) -> tuple[Any, ...]:
        """What changes with the documents: their list, the choice of scope, the glossary as it is searched."""
        return self.show(visit), self.scope.show(visit), self.glossary.show(visit)

    def show(self, visit: Visit) -> str:
        """The list as the person has narrowed it."""
        found = listed(self.engine.store, self.engine.documents(), visit.listing)
        visit.listing = found.listing
        return document_list_html(found)

    def narrow(self, visit: Visit, event: gr.EventData) -> str:
        """Narrow or sort the list."""
        data = data_of(event)
        visit.listing = visit.listing.narrowed(str(data.get("name", "")), str(data.get("value", "")))
        return self.show(visit)

    def show_more(self, visit: Visit) -> str:
        """Show more of the list."""
        visit.listing = visit.listing.more()
        return self.show(visit)

    def remove_document(self, visit: Visit, event: gr.EventData) -> tuple[Any, ...]:
        """Take a document out of the index."""
        record = spoken(lambda: self.engine.remove(number_of(event, "document")))
        return (hint_html(say("documents.removed", name=record.name)), "", *self.documents(visit))

    def overview(self, event: gr.EventData) -> str:
        """What a document holds."""
        key = number_of(event, "document")
        return spoken(lambda: overview_html(self.engine.overview(key), key))

    def close_overview(self) -> str:
        """No overview."""
        return ""

    def outdated(self) -> str:
        """How many documents an earlier version, or another model, read; "" for none."""
        count = len(self.engine.outdated().documents) if self.engine.documents() else 0
        return outdated_html(count) if count else ""

    def reindex(self, visit: Visit) -> Iterator[tuple[Any, ...]]:
        """Read again what needs it, showing progress. Gives (status, what is out of date, and what `documents` gives)."""
        work: Following[Progress, IngestReport] = Following(lambda tell: self.engine.reindex(tell))
        quiet = (gr.skip(), gr.skip(), gr.skip())
        yield (hint_html(say("documents.reading")), "", *quiet)
        for progress in work.progress():
            yield (progress_html(progress), "", *quiet)
        done = work.done()
        said = failed_html("", str(done)) if isinstance(done, FootnoteError) else read_again_html(done)
        yield (said, self.outdated(), *self.documents(visit))
