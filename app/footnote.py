"""The engine: documents in, questions answered, each sentence cited and each figure traced.

Everything that a person meets (page, command line, tools) calls this one class.
"""

import re
import threading
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from app import definitions, dialogue, figures, refusal
from app.answer import Answer, AnswerKind, Calculation, Citation, Operand, Statement, Turn
from app.calculator import Result, calculate, understand
from app.calculator.notation import shown_expression
from app.candidates import names_of_items, nearest_cells
from app.fact_list import stored_facts
from app.file_names import with_companies
from app.filing_search import FilingSearch, plan_for
from app.filing_topics import asked_topic, topic_statements
from app.names import names_of
from app.quantity import format_quantity
from app.question import Kind, Question, read_question
from app.report_dialogue import made_whole
from app.run_rate import RUN_RATE
from app.settings import Settings
from app.statement_figures import doubted_items, lacking_items
from app.statement_series import MANY_YEARS, plan_statements
from app.terms import tokens, words
from app.verifier import verify
from corpus.errors import CalculationError, FootnoteError, UnknownDocument
from corpus.glossary import Glossary, load_glossary
from corpus.glossary_entry import FILE_SOURCE, GlossaryEntry
from index.facts import Fact
from index.statement_cells import FILINGS
from index.store import DocumentRecord, Store

if TYPE_CHECKING:
    from app.language_model.model import LanguageModel
    from app.writer.events import Event
    from index.embedding import PassageEmbedding
    from index.ingest import IngestReport, Progress
    from index.retriever import Hit, Retriever

SAMPLE = Path(__file__).parent.parent / "corpus" / "sample"
PASSAGES = 12  # read for an answer

EMPTY = "Ask a question about your documents, look up a term, or give a calculation."
SMALL_TALK = (
    "Ask for a fact or a cause, a figure (also one that has to be computed), what a term means, or a plain calculation. "
    "Each sentence of an answer shows where it stands in your documents."
)
TOO_LONG = "That question is too long to answer. Ask for one thing in a few sentences; a longer text can be added as a document."
NO_DOCUMENTS = (
    "There are no documents yet. Add files under Documents, or on the command line with: footnote ingest PATH"
)


class Footnote:
    """Answers over one data directory. Safe to use from several threads."""

    def __init__(self, settings: Settings, model: "LanguageModel | None" = None) -> None:
        """Open the data directory; the embedding model is loaded when it is first needed.

        `model` writes answers; without one, the one that the settings name does; without that they are in the sources'
        own words. Raises DataProblem or IndexMismatch where the directory can't be used.
        """
        self.settings = settings
        self.model = model
        self.store = Store(settings.home)
        self._loading = threading.RLock()
        self._embedding: PassageEmbedding | None = None
        self._retriever: Retriever | None = None
        self._glossary: tuple[int, float, Glossary, definitions.GlossaryPage] | None = None
        self._names: tuple[int, frozenset[str]] | None = None
        self.filings = FilingSearch(self.store)

    def close(self) -> None:
        """Close the data directory, and stop a language model that runs here."""
        if self.model:
            self.model.close()
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

    def retriever(self) -> "Retriever":
        """The retriever. Raises IndexMismatch where the index was built with another model."""
        embedding = self.embedding()
        self.store.require_model(embedding.model_id)
        with self._loading:
            if self._retriever is None:
                from index.retriever import Retriever
                from index.vectors import FaissVectors

                self._retriever = Retriever(self.store, FaissVectors(self.store), embedding)
            return self._retriever

    # Documents

    def ingest(
        self,
        paths: Iterable[Path],
        progress: "Callable[[Progress], None] | None" = None,
        *,
        uploaded: bool = False,
    ) -> "IngestReport":
        """Bring files and folders into the index; `uploaded` files are known by their name alone."""
        from index.ingest import ingest

        return ingest(
            paths,
            self.store,
            self.embedding(),
            progress,
            passage_tokens=self.settings.passage_tokens,
            max_file_mb=self.settings.max_file_mb,
            uploaded=uploaded,
        )

    def ingest_sample(self, progress: "Callable[[Progress], None] | None" = None) -> "IngestReport":
        """Bring the shipped sample corpus into the index."""
        return self.ingest([SAMPLE], progress)

    def reindex(self, progress: "Callable[[Progress], None] | None" = None) -> "IngestReport":
        """Embed every document again with the model in the settings."""
        from index.ingest import reindex

        return reindex(self.store, self.embedding(), progress)

    def documents(self) -> list[DocumentRecord]:
        """The documents in the index, by name."""
        return self.store.documents()

    def remove(self, key: int | str) -> DocumentRecord:
        """Take a document out, by id or name. Raises UnknownDocument."""
        return self.store.remove(self.store.document(key).id)

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
        answer = replace(self._checked(self._answer(question, history, documents)), question=question)
        events: Iterator[Event] = iter([answer])
        if model := self.language_model():
            from app.writer import write

            events = write(self, model, answer, history, documents, cancelled)
        for event in events:
            if isinstance(event, Answer):
                event = replace(event, elapsed_ms=(time.monotonic() - started) * 1000)
            yield event

    def _answer(self, question: str, history: Sequence[Turn], documents: Collection[int] | None) -> Answer:
        if not question.strip():
            return Answer(question, AnswerKind.REFUSAL, EMPTY)
        if " ".join(re.findall(r"\w+", question.lower())) in words().small_talk:
            return Answer(question, AnswerKind.REFUSAL, SMALL_TALK)
        if len(question) > self.settings.max_question_chars:
            return Answer(question[:200], AnswerKind.REFUSAL, TOO_LONG)
        glossary = self.glossary()
        known = self.known_names()
        records = [one for one in self.documents() if documents is None or one.id in documents]
        resolved = self._of_reports(question, history, records) or dialogue.resolve(question, history, glossary, known)
        if resolved.compare:
            return self._made(question, figures.compare(*resolved.compare), "", ())
        text = with_companies(resolved.text, records)
        try:
            result = _self_contained(text)
        except CalculationError as error:
            return Answer(question, AnswerKind.REFUSAL, f"That can't be calculated. {error}")
        if result:
            return self._made(question, [_given(result, text)], text, ())
        entries = definitions.define(text, glossary)
        if entries and not re.match(r"what(?:'s|’s|\s+(?:is|was|are|were))\s+the\b", text, re.IGNORECASE):
            return self._definition(question, text, entries)
        if not self.store.documents():
            return Answer(question, AnswerKind.REFUSAL, NO_DOCUMENTS)
        read = read_question(text, known)
        if read.kind is Kind.METHOD and not read.names and not RUN_RATE.search(text):
            formulas = [entry for _, _, entry in glossary.terms_in(text) if entry.formula]
            if formulas:
                return self._definition(question, text, formulas[:1])
        leant = text if resolved.leans or text != resolved.text else ""
        asked = self.filings.asked(with_companies(resolved.dated or text, records), documents)
        if asked and (made := plan_statements(*asked)):
            return self._made(question, made, leant, ())
        topic = asked_topic(text, records) if asked is None else None
        if topic and (made := topic_statements(topic, self.store)):
            return self._made(question, made, leant, ())
        from app.answering import Answering
        from app.summary import asks_summary, summarize

        hits = self._hits(read, documents)
        any_table = asked is None and not self.filings.leaves_no_table(text, documents)
        answering = Answering(read, hits, self.store, self.embedding(), glossary, known, self.cite_entry, any_table)
        made = []
        if asks_summary(text):
            made = summarize(read, hits, answering.pages, records)
        elif not (topic or (asked and asked[0].mode in MANY_YEARS)) and (asked is None or asked[0].yes_no):
            made = answering.statements()
        # Else a figure that the statements don't give beyond doubt: a sentence near it would be of another period or kind.
        if made:
            return self._made(question, made, leant, hits)
        if entries:
            return self._definition(question, text, entries)
        lacking = lacking_items(*asked) if asked else []
        doubts = doubted_items(*asked) if asked else []
        said = refusal.doubtful(doubts) or refusal.text(answering, self.documents(), names_of_items(lacking))
        nearest = (*dict.fromkeys(one.line.fact.row for one in doubts), *refusal.nearest(hits))
        near = nearest_cells(*asked, lacking) if asked else answering.tables.candidates
        if near and not asked:
            said = f"{said} {refusal.CANDIDATES}"
        return Answer(question, AnswerKind.REFUSAL, said, (), nearest[: refusal.NEAREST], leant, candidates=near)

    def _of_reports(
        self, question: str, history: Sequence[Turn], records: Sequence[DocumentRecord]
    ) -> dialogue.Resolved | None:
        """A follow-up over companies' reports made whole; None where it is none, or is a term that the glossary has."""
        if not history or definitions.define(question, self.glossary()):
            return None
        filings = [one for one in records if one.metadata.kind in FILINGS and one.metadata.company]
        companies = sorted({one.metadata.company for one in records if one.metadata.company})
        text = made_whole(
            question, history, companies, lambda one: bool(plan_for(one, filings) or asked_topic(one, records))
        )
        return dialogue.Resolved(text, leans=True) if text else None

    def _hits(self, read: Question, documents: Collection[int] | None) -> "list[Hit]":
        """Passages for the question and for each of its clauses, best first, each once."""
        found = self.search(read.text, PASSAGES, documents)
        if len(read.clauses) > 1:
            for clause in read.clauses:
                found += self.search(clause, PASSAGES // 2, documents)
        return list({hit.passage_id: hit for hit in found}.values())

    def _definition(self, question: str, text: str, entries: Sequence[GlossaryEntry]) -> Answer:
        """The entry of a term, and a second one where another source puts it in other words."""
        statements: list[Statement] = []
        for entry in entries:
            citation = self.cite_entry(entry)
            if citation and not any(_alike(citation.quote, other.text) for other in statements):
                statements.append(definitions.statement(citation))
        shown = tuple(statements[:2])
        return Answer(question, AnswerKind.DEFINITION, _joined(shown), shown, (), text if text != question else "")

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

    def _made(self, question: str, statements: Sequence[Statement], resolved: str, hits: "Sequence[Hit]") -> Answer:
        return Answer(
            question, AnswerKind.ANSWER, _joined(statements), tuple(statements), refusal.nearest(hits), resolved
        )

    def _checked(self, answer: Answer) -> Answer:
        """What the verifier lets through; a refusal where that is nothing."""
        if answer.kind is AnswerKind.REFUSAL:
            return answer
        asked = f"{answer.question} {answer.resolved}"
        kept, _ = verify(replace(answer, question=asked), self.page_text)
        if kept:
            return replace(answer, statements=kept, text=_joined(kept), nearest=())
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


def _self_contained(text: str) -> Result | None:
    """A calculation that needs no document: a request in words, or a bare expression.

    Raises CalculationError where it is one and has no result.
    """
    result = understand(text)
    bare = text.strip().rstrip("=?")
    if result is None and re.fullmatch(r"[\d\s.,+*/×÷^()%−-]+", bare) and re.search(r"\d\s*[-+*/×÷^−]\s*[\d(]", bare):
        result = calculate(bare)
    return result


def _given(result: Result, question: str) -> Statement:
    """A calculation on numbers that the person gave; others in it are the formula's own."""
    given = {match[0].replace(",", "") for match in re.finditer(r"\d[\d,]*(?:\.\d+)?", question)}
    operands = tuple(
        Operand(
            format_quantity(one),
            one.value,
            one.unit.symbol,
            one.scale.name,
            None,
            "given in the question" if format(one.value, "f") in given else "constant of the formula",
        )
        for one in result.operands
    )
    quantity = result.quantity
    calculation = Calculation(
        result.expression,
        operands,
        result.shown,
        quantity.base,
        quantity.unit.symbol,
        quantity.scale.name,
        result.rounding,
        tuple(result.steps),
    )
    return Statement(f"{shown_expression(result.expression)} = {result.shown}.", (), calculation)


def _alike(one: str, other: str) -> bool:
    mine, theirs = ({token.stem for token in tokens(text)} - words().stop for text in (one, other))
    return len(mine & theirs) >= 0.6 * min(len(mine), len(theirs))


def _joined(statements: Sequence[Statement]) -> str:
    return " ".join(statement.text for statement in statements)


def split_answer(answer: Answer) -> Iterator[str]:
    """An answer's text in pieces of a few words, for showing it as it streams; together they are the text."""
    for match in re.finditer(r"\S+\s*", answer.text):
        yield match[0]


__all__ = ["Footnote", "FootnoteError", "split_answer"]
