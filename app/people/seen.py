"""The engine as each person sees it: it answers from what they may read, and what they add is theirs."""

import threading
from collections import OrderedDict
from functools import partial
from typing import TYPE_CHECKING, Any, cast

from app.footnote import Footnote
from app.people.person import Person, caller
from app.people.visible import chat_is_seen, document_is_seen
from index.store.seen import SeenStore

if TYPE_CHECKING:
    from app.language_model.model import LanguageModel
    from index.embedding import PassageEmbedding
    from index.ingest import IngestReport
    from index.retriever import Retriever

MOST_KEPT = 16  # views: each holds what it has derived from its documents


class SeenFootnote(Footnote):
    """An engine over what a person may read. It shares the models and the vectors of the whole one."""

    def __init__(self, whole: Footnote, person: Person) -> None:
        store = SeenStore(
            whole.store,
            person.id,
            partial(document_is_seen, person.id),
            partial(chat_is_seen, person.id),
            admin=person.admin,
        )
        super().__init__(whole.settings, store=store)
        self.person = person
        self._whole = whole
        self._over: tuple[Retriever, Retriever] | None = None

    def language_model(self) -> "LanguageModel | None":
        """The whole engine's."""
        return self._whole.language_model()

    def embedding(self) -> "PassageEmbedding":
        """The whole engine's."""
        return self._whole.embedding()

    def retriever(self) -> "Retriever":
        """A retriever over what is seen, with the whole engine's vectors. Raises IndexMismatch as that one does."""
        whole = self._whole.retriever()
        with self._loading:
            if self._over is None or self._over[0] is not whole:
                from index.retriever import Retriever

                self._over = (whole, Retriever(self.store, whole.vectors, whole.embedding))
            return self._over[1]

    def ingest(self, *given: Any, owner: int | None = None, **options: Any) -> "IngestReport":
        """Bring files into the index as documents of this person; `Footnote.ingest` says what may be given."""
        return self._whole.ingest(*given, owner=self.person.id or None, **options)

    def close(self) -> None:
        """Close this view; the whole engine stays open."""
        self.store.close()


class Views:
    """The views of one engine, the latest used kept. Safe to use from several threads."""

    def __init__(self, whole: Footnote) -> None:
        self._whole = whole
        self._kept: OrderedDict[Person, SeenFootnote] = OrderedDict()
        self._lock = threading.Lock()

    def of(self, person: Person) -> Footnote:
        """The engine as `person` sees it; the whole one for the only person of a Footnote without users."""
        if person.sole:
            return self._whole
        with self._lock:
            view = self._kept.pop(person, None) or SeenFootnote(self._whole, person)
            self._kept[person] = view
            while len(self._kept) > MOST_KEPT:
                # Not closed: an answer may still be made with it. Its connections go with it.
                self._kept.popitem(last=False)
            return view


class _StoreOfCaller:
    """The store of whom the work is done for, whenever it is asked."""

    def __init__(self, engine: "_OfCaller") -> None:
        self._engine = engine

    def __getattr__(self, name: str) -> Any:
        return getattr(self._engine.view().store, name)


class _OfCaller:
    """An engine to everyone who calls it: each gets the view of whom the work is done for, and without one nothing."""

    def __init__(self, whole: Footnote) -> None:
        self.settings = whole.settings  # the same for all
        self._views = Views(whole)
        self.store = _StoreOfCaller(self)

    def view(self) -> Footnote:
        """The engine as the caller sees it. Raises NotSignedIn."""
        return self._views.of(caller())

    def __getattr__(self, name: str) -> Any:
        return getattr(self.view(), name)


def for_callers(whole: Footnote) -> Footnote:
    """`whole` as servers hold it: what is asked of it is asked of the caller's view (`app.people.person.work_for`)."""
    return cast(Footnote, _OfCaller(whole))
