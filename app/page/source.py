"""What opens the source panel: a citation, a page of a document."""

from typing import TYPE_CHECKING

import gradio as gr

from app.answer import Citation
from app.chats import Chats
from app.export import citations_of
from app.page.glossary import readable_glossary
from app.page.source_html import Position, missing_html, page_html, source_html
from app.page.visit import data_of, number_of
from app.page.words import say
from app.reading import matching_page
from corpus.errors import FootnoteError, UnknownDocument

if TYPE_CHECKING:
    from app.footnote import Footnote


class SourceActions:
    """The source panel over one engine."""

    def __init__(self, engine: "Footnote") -> None:
        self.engine = engine
        self.chats = Chats(engine.store)

    def cite(self, event: gr.EventData) -> str:
        """The source of a citation: of a message by number, or of a glossary entry by term; else why it can't be shown."""
        try:
            return self._cited(event)
        except FootnoteError as error:
            return missing_html(str(error))

    def _cited(self, event: gr.EventData) -> str:
        data, store = data_of(event), self.engine.store
        text = self.engine.glossary_page().text
        if "term" in data:
            citation = self._definition(str(data["term"]), str(data.get("source", "glossary")))
            return source_html(store, citation, None, text)
        if "start" in data:
            return source_html(store, self._placed(event), None, text)
        key, number = number_of(event, "message"), number_of(event, "n")
        citations = citations_of(self.chats.message(key).answer)
        if not 1 <= number <= len(citations):
            raise UnknownDocument(say("source.no_citation", number=number))
        return source_html(store, citations[number - 1], Position(str(key), number, len(citations)), text)

    def _placed(self, event: gr.EventData) -> Citation:
        """The citation of an overview, which names its place."""
        document = str(data_of(event).get("document", ""))
        page, start, end = (number_of(event, name) for name in ("page", "start", "end"))
        return Citation(document, page, start, end, self.engine.page_text(document, page)[start:end])

    def _definition(self, term: str, source: str) -> Citation:
        entries = readable_glossary(self.engine).entries
        entry = next((each for each in entries if (each.term, each.source) == (term, source)), None)
        span = entry.span if entry else None
        citation = self.engine.glossary_page().citation(entry) if entry and source == "glossary" else None
        if citation is None and span is not None:
            text = self.engine.page_text(source, span.page)
            citation = Citation(source, span.page, span.start, span.end, text[span.start : span.end])
        if citation is None:
            raise UnknownDocument(say("source.no_definition", term=term))
        return citation

    def open_page(self, event: gr.EventData) -> str:
        """A page of a document, or why it can't be shown.

        With `start` and `end` a place on it is marked, with `query` its hits; `message` and `n` are the citation that was
        left; `like` is the document whose page, `page`, the one that is opened should be like.
        """
        try:
            return self._opened(event)
        except FootnoteError as error:
            return missing_html(str(error))

    def _opened(self, event: gr.EventData) -> str:
        data, store = data_of(event), self.engine.store
        document, page = number_of(event, "document"), number_of(event, "page")
        if "like" in data:
            page = matching_page(store, number_of(event, "like"), page, document)
        span = (number_of(event, "start"), number_of(event, "end")) if "start" in data else None
        position = None
        if "message" in data:
            key, number = number_of(event, "message"), number_of(event, "n")
            total = len(citations_of(self.chats.message(key).answer))
            position = Position(str(key), number, total, away=True) if 1 <= number <= total else None
        return page_html(store, document, page, span, str(data.get("query", "")), position)
