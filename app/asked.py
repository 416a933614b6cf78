"""A question as it was asked and as it is understood: what the routes to an answer share, each part found once."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from app import definitions
from app.answer import Turn
from app.companies import one_name_each
from app.company_comparison import Side
from app.dialogue import Known, Resolved, resolve
from app.file_names import with_companies
from app.filing_search import plan_for
from app.filing_topics import REPORTS, AskedTopic, asked_topic
from app.operands import Filing
from app.plan import Plan
from app.premises import Premise, read_premise
from app.question import Question, read_question, without_conditions
from corpus.glossary_entry import GlossaryEntry
from index.statement_cells import FILINGS
from index.store import DocumentRecord

if TYPE_CHECKING:
    from app.answering import Answering
    from app.footnote import Footnote
    from index.retriever import Hit

PASSAGES = 12  # read for an answer


@dataclass(frozen=True)
class Asked:
    """One question over an engine's documents, or those of them that are named by id, after the turns before it."""

    engine: "Footnote"
    question: str
    history: Sequence[Turn]
    documents: Collection[int] | None

    @cached_property
    def records(self) -> list[DocumentRecord]:
        """The documents that are asked."""
        return [one for one in self.engine.documents() if self.documents is None or one.id in self.documents]

    @cached_property
    def known(self) -> Known:
        """What follow-ups are read by."""
        filings = [one for one in self.records if one.metadata.kind in FILINGS and one.metadata.company]

        def reads(text: str) -> bool:
            one = plan_for(text, filings) or asked_topic(text, self.records)
            return bool(one or self.engine.filings.asked_of_each(text, self.documents))

        reported = [one for one in self.records if one.metadata.kind in REPORTS | FILINGS]
        companies = one_name_each(one.metadata.company for one in reported if one.metadata.company)
        return Known(self.engine.glossary(), self.engine.known_names(), tuple(companies), reads, self.engine.cite_entry)

    @cached_property
    def resolved(self) -> Resolved:
        """The question made whole."""
        return resolve(self.question, self.history, self.known)

    @cached_property
    def text(self) -> str:
        """The whole question, with companies by the names that their documents give."""
        return with_companies(self.resolved.text, self.records)

    @property
    def shown_as(self) -> str:
        """The question as it was understood, where that isn't as it was asked; else ""."""
        return self.text if self.resolved.leans or self.text != self.resolved.text else ""

    @cached_property
    def read(self) -> Question:
        """The kind of question, its terms, names and periods."""
        return read_question(without_conditions(self.text), self.engine.known_names())

    @cached_property
    def entries(self) -> list[GlossaryEntry]:
        """Entries of the glossary, where the meaning of a term is asked for."""
        return list(definitions.define(self.text, self.engine.glossary()))

    @cached_property
    def premise(self) -> Premise | None:
        """What the question takes for granted."""
        return read_premise(self.text)

    @cached_property
    def figure(self) -> tuple[Plan, list[Filing]] | None:
        """The figure of statements that is asked for, and the filings of its company; None where none is."""
        text = with_companies(self.resolved.dated or self.text, self.records)
        return self.engine.filings.asked(text, self.documents)

    @cached_property
    def sides(self) -> list[Side]:
        """The companies of which one figure is asked; empty where it isn't asked of several."""
        return [] if self.figure else self.engine.filings.asked_of_each(self.text, self.documents)

    @cached_property
    def items(self) -> list[Side]:
        """The figures of one company that are set against each other; empty where none are."""
        return [] if self.figure or self.sides else self.engine.filings.asked_of_items(self.text, self.documents)

    @cached_property
    def topic(self) -> AskedTopic | None:
        """What of a company's report is asked in words."""
        return None if self.figure else asked_topic(self.text, self.records)

    @cached_property
    def hits(self) -> "list[Hit]":
        """Passages for the question and for each of its clauses, best first, each once."""
        found = self.engine.search(self.read.text, PASSAGES, self.documents)
        if len(self.read.clauses) > 1:
            for clause in self.read.clauses:
                found += self.engine.search(clause, PASSAGES // 2, self.documents)
        return list({hit.passage_id: hit for hit in found}.values())

    @cached_property
    def answering(self) -> "Answering":
        """Sentences, cells and calculations of the passages found."""
        any_table = self.figure is None and not self.engine.filings.leaves_no_table(self.text, self.documents)
        return self.answering_of(self.hits, any_table)

    def answering_of(self, hits: "Sequence[Hit]", any_table: bool = True) -> "Answering":
        """The same of other passages."""
        from app.answering import Answering

        engine = self.engine
        return Answering(
            self.read,
            hits,
            engine.store,
            engine.embedding(),
            engine.glossary(),
            engine.known_names(),
            engine.cite_entry,
            any_table,
        )
