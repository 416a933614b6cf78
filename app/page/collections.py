"""What is done with several documents at once, and with collections: each gives what to say of it and what has changed."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import gradio as gr

from app.page.chat_html import failed_html
from app.page.documents import DocumentActions
from app.page.documents_html import removing_html
from app.page.following import Following
from app.page.notices_html import hint_html
from app.page.scope import chosen_ids
from app.page.visit import Visit, data_of, number_of, spoken
from app.page.words import say
from corpus.errors import FootnoteError
from corpus.readers.clean import clean

if TYPE_CHECKING:
    from app.footnote import Footnote
    from index.store import DocumentRecord


class CollectionActions:
    """Bulk work and collections over one engine. Each action gives (status, overview, and what `documents` gives)."""

    def __init__(self, engine: "Footnote", documents: DocumentActions) -> None:
        self.store = engine.store
        self.documents = documents

    def remove_documents(self, visit: Visit, event: gr.EventData) -> Iterator[tuple[Any, ...]]:
        """Take the chosen documents out of the index, all or none of them."""
        ids = chosen_ids(event)
        work: Following[tuple[int, int], list[DocumentRecord]] = Following(
            lambda tell: self.store.remove_all(ids, lambda done, total: tell((done, total)))
        )
        for done, total in work.progress():
            yield removing_html(done, total), "", gr.skip(), gr.skip(), gr.skip()
        outcome = work.done()
        if isinstance(outcome, FootnoteError):
            yield failed_html("", str(outcome)), "", *self.documents.documents(visit)
        else:
            yield self._said(say("documents.removed_many", n=len(outcome)), visit)

    def put_in(self, visit: Visit, event: gr.EventData) -> tuple[Any, ...]:
        """Put the chosen documents into a collection, one that is there or a new one of the name given."""
        data = data_of(event)

        def work() -> tuple[str, int]:
            name = clean(str(data.get("name", "")))
            if name.strip():
                made = self.store.make_collection(name)
                return made.name, self.store.put_in(made.id, chosen_ids(event))
            key = number_of(event, "collection")
            return self.store.collection(key).name, self.store.put_in(key, chosen_ids(event))

        name, count = spoken(work)
        return self._said(say("collection.put_in", name=name, n=count), visit)

    def take_out(self, visit: Visit, event: gr.EventData) -> tuple[Any, ...]:
        """Take the chosen documents out of a collection."""
        key = number_of(event, "collection")
        name = spoken(lambda: self.store.collection(key).name)
        count = spoken(lambda: self.store.take_out(key, chosen_ids(event)))
        return self._said(say("collection.taken_out", name=name, n=count), visit)

    def rename(self, visit: Visit, event: gr.EventData) -> tuple[Any, ...]:
        """Give a collection another name."""
        key, name = number_of(event, "collection"), clean(str(data_of(event).get("value", "")))
        record = spoken(lambda: self.store.rename_collection(key, name))
        return self._said(say("collection.renamed", name=record.name), visit)

    def share(self, visit: Visit, event: gr.EventData) -> tuple[Any, ...]:
        """Let the others who sign in read a collection and its owner's documents in it, or no longer."""
        key, shared = number_of(event, "collection"), number_of(event, "shared") > 0
        record = spoken(lambda: self.store.set_shared(key, shared))
        name = record.name
        return self._said(
            say("collection.shared", name=name) if shared else say("collection.unshared", name=name), visit
        )

    def delete(self, visit: Visit, event: gr.EventData) -> tuple[Any, ...]:
        """Delete a collection; its documents stay."""
        key = number_of(event, "collection")
        record = spoken(lambda: self.store.delete_collection(key))
        return self._said(say("collection.deleted", name=record.name), visit)

    def _said(self, words: str, visit: Visit) -> tuple[Any, ...]:
        return (hint_html(words), "", *self.documents.documents(visit))
