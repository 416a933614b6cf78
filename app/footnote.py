"""The engine: documents in, questions answered, each sentence cited and each figure traced.

Everything that a person meets (page, command line, tools) calls this one class.
"""

import re
import threading
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from app import definitions
from app.answer import Answer, AnswerKind, Citation, Turn, joined
from app.asking import answer_to
from app.calculator import Result, calculate, understand
from app.fact_list import stored_facts
from app.filing_search import FilingSearch
from app.names import names_of
from app.recognised import recognised_places
from app.settings import Settings
from app.verifier import verify
from corpus.errors import FootnoteError, UnknownDocument
from corpus.glossary import Glossary, load_glossary
from corpus.glossary_entry import FILE_SOURCE, GlossaryEntry
from corpus.ocr.ocr import Ocr, load_ocr
from corpus.reading import Limits, set_limits
from index.facts import Fact
from index.store import DocumentRecord, Store

if TYPE_CHECKING:
    from app.elsewhere import Elsewhere
    from app.language_model.model import LanguageModel
    from app.overview import Overview
    from app.writer.events import Event
    from index.embedding import PassageEmbedding
    from index.file_report import FileReport
    from index.ingest import IngestReport, Progress
    from index.outdated import Outdated
    from index.reading import Reading
    from index.ready import Readers
    from index.retriever import Hit, Retriever

SAMPLE = Path(__file__).parent.parent / "corpus" / "sample"


class Footnote:
    """Answers over one data directory. Safe to use from several threads."""

    def __init__(self, settings: Settings, model: "LanguageModel | None" = None, store: Store | None = None) -> None:
        """Open the data directory; the embedding model is loaded when it is first needed.

        `model` writes answers, and proposes what a follow-up means that no rule makes whole; without one, the one that the
        settings name does; without that they are in the sources' own words. `store`: one that is open already. Raises DataProblem or IndexMismatch where the
        directory can't be used.
        """
        self.settings = settings
        set_limits(Limits(settings.reader_memory_mb, settings.reader_seconds))
        self.model = model
        self.store = store or settings.open_store()
        self._loading = threading.RLock()
        self._embedding: PassageEmbedding | None = None
        self._retriever: tuple[list[str], Retriever] | None = None  # with the models of the index it was made for
        self._glossary: tuple[int, float, Glossary, definitions.GlossaryPage] | None = None
        self._names: tuple[int, frozenset[str]] | None = None
        self.filings = FilingSearch(self.store)

    def close(self) -> None:
        """Close the data directory, and stop a language model that runs here."""
        if self.model:
            self.model.close()
        if self._retriever:
            self._retriever[1].vectors.close()
        self.store.close()

    def language_model(self) -> "LanguageModel | None":
        """What writes answers, loaded once from the settings where none was given."""
        settings = self.settings
        if self.model is None and (settings.llm_url or settings.llm_file):
            from app.language_model import load_language_model

            with self._loading:
                self.model = self.model or load_language_model(settings)
        return self.model

    def embedding(self) -> "PassageEmbedding":
        """The embedding model, loaded once."""
        with self._loading:
            if self._embedding is None:
                from index.embedding import load_embedding

                self._embedding = load_embedding(self.settings.embedding_model, self.settings.embedding_precision)
            return self._embedding

    def use_embedding(self, embedding: "PassageEmbedding") -> None:
        """Use a model that another engine has loaded already."""
        with self._loading:
            self._embedding = embedding

    def retriever(self) -> "Retriever":
        """The retriever; by words alone where the index was built with a model that isn't at hand (`embedding_for`)."""
        models = self.store.models() or [self.embedding().model_id]
        with self._loading:
            if self._retriever is None or self._retriever[0] != models:
                from index.embedding import embedding_for
                from index.retriever import Retriever

                vectors = self._retriever[1].vectors if self._retriever else self.settings.vectors().open(self.store)
                model = embedding_for(models, self.embedding())
                self._retriever = (models, Retriever(self.store, vectors, model))
            return self._retriever[1]

    # Documents

    def ingest(
        self,
        paths: Iterable[Path],
        progress: "Callable[[Progress], None] | None" = None,
        *,
        uploaded: bool = False,
        names: Mapping[Path, str] | None = None,
        password: str = "",
        done: "Callable[[FileReport], None]" = lambda _: None,
        cancelled: Callable[[], bool] = lambda: False,
        owner: int | None = None,
    ) -> "IngestReport":
        """Bring files, folders and zip archives into the index.

        `uploaded` files are known by their name alone, or by what `names` calls them. `password` opens PDFs that have one.
        `done` is told of each file; once `cancelled` gives True the rest is left.
        `owner` is the id of the person whose they become; without one they are everyone's.
        """
        from index.ingest import ingest

        self.store.follow()
        return ingest(
            paths,
            self.store,
            self.embedding(),
            progress,
            passage_tokens=self.settings.passage_tokens,
            max_file_mb=self.settings.max_file_mb,
            uploaded=uploaded,
            names=names,
            ocr=self.ocr(),
            password=password,
            done=done,
            cancelled=cancelled,
            owner=owner,
            # An uploaded file is in a folder of this machine, which no other one sees; a password leaves it for nowhere.
            readers=self._readers(here=uploaded or bool(password)),
        )

    def _readers(self, *, here: bool) -> "Readers":
        """Where files are read: on the cluster that the settings name, or `here`."""
        settings = self.settings
        if here or settings.ingest_on == "here":
            from index.ready import read_here

            return read_here
        from index.ray.reading import RayReading

        return RayReading(
            settings.ray_address, settings.embedding_model, settings.embedding_precision, self.embedding().model_id
        )

    def ocr(self) -> Ocr:
        """Character recognition as the settings and this machine have it; looked for each time, for it may be installed."""
        return load_ocr(self.settings.ocr_languages)

    def ingest_sample(
        self,
        progress: "Callable[[Progress], None] | None" = None,
        done: "Callable[[FileReport], None]" = lambda _: None,
    ) -> "IngestReport":
        """Bring the shipped sample corpus into the index."""
        return self.ingest([SAMPLE], progress, done=done)

    def reindex(self, progress: "Callable[[Progress], None] | None" = None, *, every: bool = False) -> "IngestReport":
        """Bring the documents that need it, or `every` one, to the model in the settings and to this version's reading."""
        from index.reindex import reindex

        return reindex(
            self.store,
            self.embedding(),
            progress,
            reading=self._reading(),
            max_file_mb=self.settings.max_file_mb,
            every=every,
        )

    def outdated(self) -> "Outdated":
        """The documents that were embedded with another model, or read by an earlier version."""
        from index.outdated import outdated

        return outdated(self.documents(), self.embedding().model_id, self._reading())

    def _reading(self) -> "Reading":
        from index.reading import Reading

        return Reading(self.settings.passage_tokens, self.ocr())

    def documents(self) -> list[DocumentRecord]:
        """The documents in the index, by name."""
        return self.store.documents()

    def remove(self, key: int | str) -> DocumentRecord:
        """Take a document out, by id or name. Raises UnknownDocument."""
        return self.store.remove(self.store.document(key).id)

    def overview(self, key: int | str) -> "Overview":
        """What a document holds, each sentence and figure with its citation. Raises UnknownDocument."""
        from app.overview import overview_of

        return overview_of(self, key)

    def facts(
        self,
        company: str = "",
        concept: str = "",
        year: int | None = None,
        document: int | str | None = None,
        every: bool = False,
    ) -> list[Fact]:
        """The figures of the filings' statements, by document, as they stand there; each with the check that it fails.

        `concept` is a line item by its id, its name or its us-gaap element; `every`: also rows that are no known item.
        Raises UnknownDocument for a company or document that isn't there, DataProblem for an item that isn't known.
        """
        return stored_facts(self.store, company, concept, year, document, every)

    def page_text(self, document: str, page: int) -> str:
        """The text that citations of a document point into; "glossary" is the glossary's data file.

        Raises UnknownDocument.
        """
        if document == "glossary" and page == 0 and self._is_glossary_file():
            return self.glossary_page().text
        return self.store.page(self.store.document(document).id, page).text

    def about(self, document: str) -> str:
        """What a document is, as words that its sentences leave out: title, company, period; "" for the glossary."""
        try:
            metadata = self.store.document(document).metadata
        except UnknownDocument:
            return ""
        period = metadata.period
        year = f"fiscal year {period.fiscal_year}" if period and period.fiscal_year else ""
        dated = f"Q{period.quarter} {period.fiscal_year}" if period and period.quarter else year
        return " ; ".join(part for part in (metadata.title, metadata.company, dated) if part)

    def _is_glossary_file(self) -> bool:
        try:
            self.store.document("glossary")
        except UnknownDocument:
            return True
        return False

    # Glossary and calculator

    def glossary(self) -> Glossary:
        """The person's glossary: terms found in documents, then those of their file, then the shipped ones."""
        return self._glossaries()[0]

    def glossary_page(self) -> definitions.GlossaryPage:
        """The data file's entries, the person's own and the shipped, as a page to cite."""
        return self._glossaries()[1]

    def _glossaries(self) -> tuple[Glossary, definitions.GlossaryPage]:
        own = self.settings.home / "glossary.toml"
        stamp = own.stat().st_mtime if own.exists() else 0.0
        revision = self.store.revision()
        if self._glossary is None or self._glossary[:2] != (revision, stamp):
            shipped = load_glossary()
            mine = load_glossary(own) if own.exists() else ()
            # A term of one's own takes the place of the shipped one.
            taken = {entry.term.lower() for entry in mine}
            filed = (*mine, *(entry for entry in shipped if entry.term.lower() not in taken))
            entries = (*self.store.glossary(), *filed)
            self._glossary = (revision, stamp, Glossary(entries), definitions.GlossaryPage(filed))
        return self._glossary[2], self._glossary[3]

    def calculate(self, text: str) -> Result:
        """A request in words, else an expression. Raises CalculationError."""
        return understand(text) or calculate(text)

    # Questions

    def search(self, query: str, k: int = 10, documents: Collection[int] | None = None) -> "list[Hit]":
        """The `k` passages nearest to a query, best first."""
        return self.retriever().search(query, k, documents) if query.strip() else []

    def elsewhere(
        self, text: str = "", citation: Citation | None = None, documents: Collection[int] | None = None
    ) -> "Elsewhere":
        """Where else something is said, agreeing, contradicting or related: a sentence, or what a citation points at.

        Raises BadDraft where there is nothing to look for or too much.
        """
        from app.elsewhere import elsewhere

        return elsewhere(self, text, citation, documents)

    def ask(self, question: str, history: Sequence[Turn] = (), documents: Collection[int] | None = None) -> Answer:
        """Answer a question, in the light of the turns before it, from all documents or those named by id.

        Odd questions get a refusal, never an error; FootnoteError only where the index itself can't be used.
        """
        for event in self.stream(question, history, documents):
            if isinstance(event, Answer):
                return event
        raise RuntimeError("A stream of events ended without its answer.")

    def stream(
        self,
        question: str,
        history: Sequence[Turn] = (),
        documents: Collection[int] | None = None,
        cancelled: Callable[[], bool] = lambda: False,
    ) -> "Iterator[Event]":
        """What happens while a question is answered; the `Answer` is the last.

        Without a language model that is all. With one, each of its sentences comes as soon as it is verified; once
        `cancelled` gives True, the answer is made of what has been verified by then.
        """
        started = time.monotonic()
        answer = replace(self.checked(answer_to(self, question, history, documents)), question=question)
        events: Iterator[Event] = iter([answer])
        if model := self.language_model():
            from app.writer.writer import write

            events = write(self, model, answer, history, documents, cancelled)
        for event in events:
            if isinstance(event, Answer):
                elapsed, places = (time.monotonic() - started) * 1000, recognised_places(self.store, event)
                event = replace(event, elapsed_ms=elapsed, recognised=places)
            yield event

    def cite_entry(self, entry: GlossaryEntry) -> Citation | None:
        """Where an entry of the glossary stands; None where its place isn't known."""
        if entry.source == FILE_SOURCE:
            return self.glossary_page().citation(entry)
        if entry.span is None:
            return None
        text = self.page_text(entry.source, entry.span.page)
        return Citation(
            entry.source, entry.span.page, entry.span.start, entry.span.end, text[entry.span.start : entry.span.end]
        )

    def checked(self, answer: Answer) -> Answer:
        """What the verifier lets through; a refusal where that is nothing."""
        if answer.kind is AnswerKind.REFUSAL:
            return answer
        asked = f"{answer.question} {answer.resolved}"
        kept, _ = verify(replace(answer, question=asked), cache(self.page_text), cache(self.about))
        # What a remark is on (two documents that disagree) is shown whole or not at all.
        if kept and (len(kept) == len(answer.statements) or not answer.remark):
            return replace(answer, statements=kept, text=joined(kept), nearest=())
        return Answer(
            answer.question, AnswerKind.REFUSAL, "The documents don't say this clearly enough to be quoted.", (),
            answer.nearest, answer.resolved,
        )  # fmt: skip

    def known_names(self) -> frozenset[str]:
        """Lower-case words that the documents write with a capital inside sentences, and hardly ever without."""
        revision = self.store.revision()
        if self._names is None or self._names[0] != revision:
            self._names = (revision, names_of(self.store))
        return self._names[1]


def split_answer(answer: Answer) -> Iterator[str]:
    """An answer's text in pieces of a few words, for showing it as it streams; together they are the text."""
    for match in re.finditer(r"\S+\s*", answer.text):
        yield match[0]


__all__ = ["Footnote", "FootnoteError", "split_answer"]
