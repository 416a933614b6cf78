"""What happens in the documents view: the list, adding, removing."""

import queue
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import gradio as gr

from app.page.chat_html import failed_html
from app.page.documents_html import documents_html, progress_html, report_html
from app.page.glossary import GlossaryActions
from app.page.notices_html import hint_html
from app.page.visit import number_of, spoken
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
        """Take a document out of the index."""
        record = spoken(lambda: self.engine.remove(number_of(event, "document")))
        return (hint_html(say("documents.removed", name=record.name)), *self.documents())

    def add_documents(self, files: list[str] | None) -> Iterator[tuple[Any, ...]]:
        """Read uploaded files, showing progress. Gives (file box, status, and what `documents` gives)."""
        if not files:
            return
        paths = [Path(file) for file in files]
        waiting = (None, hint_html(say("documents.reading")), gr.skip(), gr.skip(), gr.skip())
        yield waiting
        news: queue.Queue[Progress | None] = queue.Queue()
        outcome: list[IngestReport | FootnoteError] = []

        def work() -> None:
            try:
                outcome.append(self.engine.ingest(paths, news.put, uploaded=True))
            except FootnoteError as error:
                outcome.append(error)
            finally:
                # Here, since a page that is closed meanwhile doesn't come back for it.
                for path in paths:
                    path.unlink(missing_ok=True)
                news.put(None)

        threading.Thread(target=work, name="ingest", daemon=True).start()
        while (progress := _newest(news)) is not None:
            yield (gr.skip(), progress_html(progress), gr.skip(), gr.skip(), gr.skip())
        done = outcome[0] if outcome else FootnoteError(say("documents.stopped"))
        said = failed_html("", str(done)) if isinstance(done, FootnoteError) else report_html(done)
        yield (gr.skip(), said, *self.documents())


def _newest(news: "queue.Queue[Progress | None]") -> "Progress | None":
    """The last of the progress that waits, None at the end; waits for the first."""
    newest = news.get()
    while newest is not None and not news.empty():
        newest = news.get()
    return newest
