"""The engine: documents in, questions answered, each sentence cited and each figure traced.

Everything that a person meets (page, command line, tools) calls this one class.
"""

import re
import threading
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from app import definitions, disagreement, refusal
from app.answer import Answer, AnswerKind, Calculation, Citation, Operand, Statement, Turn
from app.calculator import Result, calculate, understand
from app.calculator.notation import shown_expression
from app.candidates import names_of_items, nearest_cells
from app.companies import one_name_each
from app.company_comparison import Side, comparison
from app.dialogue import Known, resolve
from app.dialogue.clarify import (
    MORE_COMPANIES,
    MOST_CHOICES,
    WHICH_COMPANY,
    WHICH_MEASURE,
    asked_back,
    companies_meant,
    figures_meant,
)
from app.fact_list import stored_facts
from app.file_names import with_companies
from app.filing_search import FilingSearch, plan_for
from app.filing_topics import REPORTS, asked_topic, topic_statements
from app.lack import never_answered
from app.names import names_of
from app.parts import parts_of, together
from app.premises import Premise, bears_out, corrected, read_premise
from app.quantity import format_quantity
from app.question import Kind, Question, read_question
from app.run_rate import RUN_RATE
from app.settings import Settings
from app.statement_figures import doubted_items, lacking_items
from app.statement_series import MANY_YEARS, plan_statements
from app.terms import tokens, words
from app.verifier import verify
from corpus.errors import CalculationError, FootnoteError, ModelProblem, UnknownDocument
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

        `model` writes answers, and proposes what a follow-up means that no rule makes whole; without one, the one that the
        settings name does; without that they are in the sources' own words. Raises DataProblem or IndexMismatch where the
        directory can't be used.
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

    def use_embedding(self, embedding: "PassageEmbedding") -> None:
        """Use a model that another engine has loaded already."""
        with self._loading:
            self._embedding = embedding

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
        known_to = self._known(records, documents)
        resolved = resolve(question, history, known_to)
        if resolved.reply:
            return resolved.reply
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
        if judged := never_answered(text):
            return Answer(question, AnswerKind.REFUSAL, judged)
        premise = read_premise(text)
        if premise and not premise.whether and (put_right := self._supposed(question, premise, documents)):
            return put_right
        read = read_question(text, known)
        if read.kind is Kind.METHOD and not read.names and not RUN_RATE.search(text):
            formulas = [entry for _, _, entry in glossary.terms_in(text) if entry.formula]
            if formulas:
                return self._definition(question, text, formulas[:1])
        leant = text if resolved.leans or text != resolved.text else ""
        asked = self.filings.asked(with_companies(resolved.dated or text, records), documents)
        if asked and (made := plan_statements(*asked)):
            articles = {one.id for one in records if one.metadata.kind not in FILINGS}
            return self._settled(self._made(question, made, leant, ()), read, articles)
        if asked is None and (which := self._meant(question, text, documents, known_to.companies)):
            return which
        sides = self.filings.asked_of_each(text, documents) if asked is None else []
        if sides and (answer := self._compared(question, sides, leant)):
            return answer
        topic = asked_topic(text, records) if asked is None else None
        if topic and (made := topic_statements(topic, self.store)):
            return self._made(question, made, leant, ())
        from app.answering import Answering
        from app.summary import asks_summary, summarize

        hits = self._hits(read, documents)
        any_table = asked is None and not self.filings.leaves_no_table(text, documents)
        answering = Answering(read, hits, self.store, self.embedding(), glossary, known, self.cite_entry, any_table)
        if premise and premise.kind == "turn" and (against := answering.against()):
            return replace(self._made(question, against, leant, hits), remark=premise.remark)
        made = []
        if asks_summary(text):
            made = summarize(read, hits, answering.pages, records)
        elif not (topic or (asked and asked[0].mode in MANY_YEARS)) and (asked is None or asked[0].yes_no):
            made = answering.statements()
        # Else a figure that the statements don't give beyond doubt: a sentence near it would be of another period or kind.
        if made:
            return self._settled(self._made(question, made, leant, hits), read, {one.id for one in records})
        if entries:
            return self._definition(question, text, entries)
        if several := self._in_parts(question, read, documents):
            return several
        lacking = lacking_items(*asked) if asked else []
        doubts = doubted_items(*asked) if asked else []
        said = refusal.doubtful(doubts) or refusal.text(answering, self.documents(), names_of_items(lacking))
        nearest = (*dict.fromkeys(one.line.fact.row for one in doubts), *refusal.nearest(hits))
        near = nearest_cells(*asked, lacking) if asked else answering.tables.candidates
        if near and not asked:
            said = f"{said} {refusal.CANDIDATES}"
        if resolved.dated and resolved.dated not in (question, text):
            dated = self._answer(resolved.dated, (), documents)
            if dated.kind is AnswerKind.ANSWER:
                return replace(dated, question=question, resolved=resolved.dated)
        refused = Answer(question, AnswerKind.REFUSAL, said, (), nearest[: refusal.NEAREST], leant, candidates=near)
        return self._proposed(question, history, documents, refused) if self.model and resolved.leans else refused

    def _proposed(
        self, question: str, history: Sequence[Turn], documents: Collection[int] | None, refused: Answer
    ) -> Answer:
        """The answer to the whole question that the language model makes of a refused follow-up; else the refusal."""
        from app.dialogue_model import proposed_question

        try:
            proposal = proposed_question(question, history, self.model) if self.model and history else ""
        except ModelProblem as error:
            return replace(refused, note=str(error))
        answer = self._answer(proposal, (), documents) if proposal else refused
        return replace(answer, question=question, resolved=proposal) if answer.statements else refused

    def _compared(self, question: str, sides: Sequence[Side], leant: str) -> Answer:
        """One figure of several companies; a refusal that names those whose filings don't give it."""
        made, lacking = comparison(sides)
        if made:
            return self._made(question, made, leant, ())
        plan = sides[0].plan
        said = refusal.of_companies(plan.name, lacking, [one.name for one in sides if one.name not in lacking])
        return Answer(question, AnswerKind.REFUSAL, said, (), (), leant)

    def _supposed(self, question: str, premise: Premise, documents: Collection[int] | None) -> Answer | None:
        """The answer to a question that takes for granted what the documents deny; None where they don't deny it."""
        plain = self._answer(premise.means, (), documents)
        found = corrected(premise, plain) or (plain if not premise.reason and bears_out(premise, plain) else None)
        return replace(found, question=question, resolved=premise.means) if found else None

    def _settled(self, answer: Answer, read: Question, documents: Collection[int]) -> Answer:
        """The answer, with what another of the documents says where that gives another figure."""
        if not documents or not disagreement.may_disagree(read, answer.statements):
            return answer
        from app.answering import Answering

        records = [one for one in self.documents() if one.id in documents]
        found = self.search(read.text, disagreement.FAR, documents)
        known = self.known_names()
        others = (
            Answering(read, hits, self.store, self.embedding(), self.glossary(), known, self.cite_entry).statements()
            for hits in disagreement.other_documents(read, answer.statements, found, records)
        )
        periods = {one.name: one.metadata.period for one in self.documents()}
        against = disagreement.differing(read, answer.statements[0], others, periods.get)
        if not against:
            return answer
        statements = (*answer.statements, *against)
        return replace(answer, statements=statements, text=_joined(statements), remark=disagreement.remark(statements))

    def _in_parts(self, question: str, read: Question, documents: Collection[int] | None) -> Answer | None:
        """A question's parts answered each by itself, where one at least has an answer."""
        parts = parts_of(read)
        answers = [self._checked(self._answer(part, (), documents)) for part in parts]
        return together(question, parts, answers) if parts else None

    def _known(self, records: Sequence[DocumentRecord], documents: Collection[int] | None) -> Known:
        """What follow-ups are read by."""
        filings = [one for one in records if one.metadata.kind in FILINGS and one.metadata.company]

        def reads(text: str) -> bool:
            one = plan_for(text, filings) or asked_topic(text, records)
            return bool(one or self.filings.asked_of_each(text, documents))

        reported = [one for one in records if one.metadata.kind in REPORTS | FILINGS]
        companies = one_name_each(one.metadata.company for one in reported if one.metadata.company)
        return Known(self.glossary(), self.known_names(), tuple(companies), reads, self.cite_entry)

    def _meant(
        self, question: str, text: str, documents: Collection[int] | None, companies: Sequence[str]
    ) -> Answer | None:
        """Which company or figure is meant, where several are and the reports give them; None where that is plain."""

        def gives(form: str) -> bool:
            asked = self.filings.asked(form, documents)
            return bool(asked and plan_statements(*asked))

        resolved = text if text != question else ""
        if forms := companies_meant(text, companies, gives):
            said = MORE_COMPANIES if len(forms) == MOST_CHOICES else WHICH_COMPANY
            return asked_back(question, said, forms, resolved)
        figures = figures_meant(text, gives)
        if len(figures) == 1:
            return replace(self._answer(figures[0], (), documents), question=question, resolved=figures[0])
        return asked_back(question, WHICH_MEASURE, figures, resolved) if figures else None

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
        # Documents that redefine a term never crowd out the glossary's own entry.
        filed = [one for one in statements if one.citations[0].document == FILE_SOURCE]
        shown = tuple(dict.fromkeys([*statements[:1], *filed, *statements]))[:2]
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
        kept, _ = verify(replace(answer, question=asked), self.page_text, cache(self.about))
        # What a remark is on (two documents that disagree) is shown whole or not at all.
        if kept and (len(kept) == len(answer.statements) or not answer.remark):
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
