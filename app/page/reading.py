"""What the source panel's tools call: search in a document, its outline, where else something is said."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import gradio as gr

from app.answer import Answer, Citation
from app.chats import Chats
from app.elsewhere import place_cited
from app.export import citations_of
from app.page.reader_html import elsewhere_html, failed_html, hits_html, outline_html
from app.page.visit import data_of, number_of
from app.page.words import say
from app.reading import find_in_document, outline
from app.reading.find import exact_places
from corpus.errors import BadDraft, FootnoteError
from corpus.readers.clean import clean

if TYPE_CHECKING:
    from app.elsewhere import Elsewhere
    from app.footnote import Footnote

MOST_SELECTED = 2000  # characters
MOST_HEADER_WORDS = 5


class ReadingActions:
    """The tools of the source panel over one engine."""

    def __init__(self, engine: "Footnote") -> None:
        self.engine = engine
        self.chats = Chats(engine.store)

    def find(self, event: gr.EventData) -> str:
        """The hits of a search in a document."""
        query = " ".join(clean(str(data_of(event).get("query", ""))).split())
        if not query:
            return ""

        def work() -> str:
            record = self.engine.store.document(number_of(event, "document"))
            return hits_html(record, query, find_in_document(self.engine, record.id, query))

        return _told("find", work)

    def outline(self, event: gr.EventData) -> str:
        """The sections of a document."""

        def work() -> str:
            record = self.engine.store.document(number_of(event, "document"))
            return outline_html(record, outline(self.engine.store, record.id), number_of(event, "page"))

        return _told("outline", work)

    def elsewhere(self, event: gr.EventData) -> str:
        """Where else is said what is cited or selected."""
        return _told("elsewhere", lambda: elsewhere_html(self.engine.store, self._said(event)))

    def _said(self, event: gr.EventData) -> "Elsewhere":
        data = data_of(event)
        text = " ".join(clean(str(data.get("text", ""))).split())
        if len(text) > MOST_SELECTED:
            raise BadDraft(say("reader.too_much"))
        citation = self._citation(event)
        if not text and citation is None:
            raise BadDraft(say("reader.select_first"))
        return self.engine.elsewhere(text, citation)

    def _citation(self, event: gr.EventData) -> Citation | None:
        """What is marked on the page that is shown: a place of it, else the citation it was opened for."""
        data = data_of(event)
        if "document" in data and (text := str(data.get("text", ""))):
            record = self.engine.store.document(number_of(event, "document"))
            page = number_of(event, "page")
            places = exact_places(self.engine.store.page(record.id, page).text, text)
            return next((place_cited(self.engine, record.id, page + 1, *place) for place in places), None)
        if "start" in data and "document" in data:
            start, end = number_of(event, "start"), number_of(event, "end")
            return place_cited(self.engine, number_of(event, "document"), number_of(event, "page") + 1, start, end)
        if "message" in data:
            answer, number = self.chats.message(number_of(event, "message")).answer, number_of(event, "n")
            citations = citations_of(answer)
            return _telling(answer, citations[number - 1]) if 1 <= number <= len(citations) else None
        return None


def _telling(answer: Answer, citation: Citation) -> Citation:
    """A citation that says something: for a column's header or a unit, the figure that it was cited with."""
    if any(each.isdigit() for each in citation.quote) or len(citation.quote.split()) > MOST_HEADER_WORDS:
        return citation
    return next((one.citations[0] for one in answer.statements if citation in one.citations), citation)


def _told(kind: str, work: Callable[[], str]) -> str:
    try:
        return work()
    except FootnoteError as error:
        return failed_html(kind, str(error))
