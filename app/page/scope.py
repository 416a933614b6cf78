"""What happens in the picker of what the chat asks of: each choice is kept with the chat and shown again."""

from typing import TYPE_CHECKING

import gradio as gr

from app.chats import Chats
from app.page.listing import listed
from app.page.scope_html import scope_html
from app.page.visit import Visit, data_of, number_of
from app.page.words import say
from app.scope import Scope, documents_asked
from corpus.errors import EmptyScope, UnknownChat

if TYPE_CHECKING:
    from app.footnote import Footnote


class ScopeActions:
    """The picker over one engine."""

    def __init__(self, engine: "Footnote") -> None:
        self.engine = engine
        self.chats = Chats(engine.store)

    def show(self, visit: Visit) -> str:
        """The button and its picker as they are now."""
        records = self.engine.documents()
        found = listed(self.engine.store, records, visit.picking)
        visit.picking = found.listing
        return scope_html(found, visit.scope, {one.id: one.name for one in records})

    def narrow(self, visit: Visit, event: gr.EventData) -> str:
        """Narrow the documents that the picker offers."""
        data = data_of(event)
        visit.picking = visit.picking.narrowed(str(data.get("name", "")), str(data.get("value", "")))
        return self.show(visit)

    def more(self, visit: Visit) -> str:
        """Offer more of them."""
        visit.picking = visit.picking.more()
        return self.show(visit)

    def choose(self, visit: Visit, event: gr.EventData) -> str:
        """Ask of a collection or a document from now on, or no longer; of everything again."""
        data = data_of(event)
        what, key, on = str(data.get("what", "")), number_of(event, "key"), str(data.get("on", "")) == "1"
        scope = visit.scope
        collections, documents = set(scope.collections), set(scope.documents)
        if what == "all":
            collections, documents = set(), set()
        else:
            held = collections if what == "collection" else documents
            held.add(key) if on else held.discard(key)
        self.keep(visit, Scope.of(collections, documents))
        return self.show(visit)

    def ask_of(self, visit: Visit, event: gr.EventData) -> str:
        """Ask of the documents chosen in the list, or of a collection, from now on."""
        data = data_of(event)
        if str(data.get("collection", "")).isdigit():
            self.keep(visit, Scope.of([number_of(event, "collection")]))
        else:
            self.keep(visit, Scope.of([], chosen_ids(event)))
        return self.show(visit)

    def keep(self, visit: Visit, scope: Scope) -> None:
        """Make it the page's scope, and its chat's."""
        visit.scope = scope
        if visit.chat is not None:
            try:
                self.chats.set_scope(visit.chat, scope)
            except UnknownChat:
                return  # deleted in another tab; the next question says so


def asked_now(engine: "Footnote", scope: Scope) -> tuple[frozenset[int] | None, str]:
    """The documents that a question is asked of, None for all; and why it can't be asked, "" where it can."""
    try:
        return documents_asked(engine.store, scope), ""
    except EmptyScope:
        known = [one.name for one in engine.store.collections() if one.id in scope.collections]
        return None, say("scope.empty", name=known[0]) if known else say("chat.no_scope")


def chosen_ids(event: gr.EventData) -> list[int]:
    """The ids of the documents that were chosen in the list."""
    parts = str(data_of(event).get("documents", "")).split(",")
    return [int(part) for part in parts if part.isascii() and part.isdigit() and len(part) < 19]
