"""Answering from documents: the passages found become statements, by the first way that finds all it needs."""

import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from app import causes, definitions, extract, figures, run_rate, time_between
from app.answer import Citation, Statement
from app.evidence import Pages, Sentence
from app.match import Acronyms, Weights, acronyms, asked_periods, pick_cell
from app.part_answers import over_parts
from app.question import Kind, Question, Term, read_question
from app.row_figures import metric
from app.row_series import asks_series, row_series
from app.table_answers import Found, over_tables
from app.year_before import year_before
from corpus.glossary import Glossary
from corpus.glossary_entry import GlossaryEntry
from index.cells import CellFact
from index.hit import Hit
from index.store import Store

if TYPE_CHECKING:
    from index.embedding import PassageEmbedding


@dataclass(frozen=True)
class Answering:
    """One question with what was found for it. `cite_entry` gives the place of a glossary entry.

    `any_table` is False for a figure of a filing's statements that these don't give beyond doubt: another table that has
    a row of that name isn't asked instead.
    """

    question: Question
    hits: Sequence[Hit]
    store: Store
    embedding: "PassageEmbedding"
    glossary: Glossary
    known_names: Collection[str]
    cite_entry: Callable[[GlossaryEntry], Citation | None]
    any_table: bool = True

    @cached_property
    def pages(self) -> Pages:
        """Texts, sentences and tables, each read once."""
        return Pages(self.store)

    @cached_property
    def weights(self) -> Weights:
        """How telling each word is."""
        return Weights(self.store)

    @cached_property
    def found(self) -> list[Sentence]:
        """The sentences of the passages."""
        return self.pages.sentences(self.hits)

    @cached_property
    def facts(self) -> list[CellFact]:
        """The cells of the tables on their pages."""
        return self.pages.cells(self.hits) if self.any_table else []

    @cached_property
    def tables(self) -> Found:
        """What the tables give to a question that asks for a calculation or a comparison, and what comes near."""
        return over_tables(self.question, self.hits, self.pages, self.short) if self.any_table else Found()

    @cached_property
    def short(self) -> Acronyms:
        """The short and long forms that the sentences and the glossary give."""
        known = ((entry.term, alias) for entry in self.glossary.entries for alias in entry.aliases if " " in alias)
        return acronyms((one.text for one in self.found), known)

    def statements(self) -> list[Statement]:
        """The answer, by the first way that finds all it needs; empty where none does."""
        read, found, facts = self.question, self.found, self.facts
        weights, short = self.weights, self.short
        if time_between.asks_time_between(read.text):
            return self._time_between()
        if run_rate.asks_run_rate(read) and read.kind not in (Kind.CAUSE, Kind.WHEN, Kind.WHO, Kind.YES_NO):
            way = run_rate.run_rate_year_before if read.year_before else run_rate.run_rate
            if (made := way(read, found, facts, weights, short, self._defined("run-rate"))) or read.year_before:
                return made
        if read.year_before:
            return year_before(read, found, facts, weights, short)
        if read.kind is Kind.CAUSE:
            return self._causes()
        if made := row_series(read, facts, weights, short):
            return made
        if asks_series(read):
            return []  # one figure is no answer
        if made := list(self.tables.statements):
            return made
        if self.any_table and (made := over_parts(read, self.hits, self.pages)):
            return made
        if len(read.clauses) > 1:
            return self._clauses()
        pick = pick_cell(read, facts, weights, short)
        if pick and read.kind in (Kind.FIGURE, Kind.OPEN, Kind.YES_NO):
            return [figures.cell_statement(pick)]
        if made := metric(read, found, facts, weights, short):
            return made
        if not (read.terms or read.names or read.months or asked_periods(read)):
            return []
        if under := extract.under_heading(read, self.hits, self.pages, weights, whole=True):
            return extract.statements(under)
        if made := self._chosen(read):
            return made
        if made := year_before(read, found, facts, weights, short):
            return made
        return extract.statements(extract.under_heading(read, self.hits, self.pages, weights))

    def _defined(self, term: str) -> Citation | None:
        """Where the glossary says what a term means."""
        entries = self.glossary.find(term)
        return self.cite_entry(entries[0]) if entries else None

    def _ranked(self, read: Question) -> list[extract.Scored]:
        return extract.rank(read, self.found, self.weights, self.short, self.embedding)

    def _chosen(self, read: Question) -> list[Statement]:
        """The sentences that answer."""
        return extract.statements(extract.choose(read, self._ranked(read), self.pages))

    def against(self) -> list[Statement]:
        """The sentence that says the opposite of the rise or fall that the question takes for granted."""
        read = self.question
        found = causes.contradicts(read, self.found, self.weights, self.short)
        return extract.statements([one for one in found if read.measures and causes.turns(read, one)][:1])

    def _causes(self) -> list[Statement]:
        """The sentence that gives the reason, or the chain of causes."""
        read = self.question
        if causes.contradicts(read, self.found, self.weights, self.short):
            return []
        scored = [one for one in self._ranked(read) if causes.explains(read, one.sentence)]
        if direct := next((one.sentence for one in scored if causes.gives_reason(read, one)), None):
            return extract.statements(causes.with_antecedent(direct, self.pages))
        tells = (
            one.sentence
            for one in scored
            if read.direction
            and one.sentence.quantities
            and one.fit.own >= 0.5
            and extract.of_measure(read, one.sentence)
        )
        headline = next(tells, None)
        if read.measures and read.direction and headline is None:
            return []  # that it rose or fell isn't said, so why isn't either
        if steps := causes.chain(read, self.hits, self.pages, headline):
            return extract.statements(steps)
        return extract.statements(extract.choose(read, scored, self.pages))

    def _clauses(self) -> list[Statement]:
        """Each clause answered on its own; all must be, or none is."""
        read = self.question
        chosen: dict[tuple[str, int, int], Statement] = {}
        for clause in read.clauses:
            if (entries := definitions.define(clause, self.glossary)) and (place := self.cite_entry(entries[0])):
                chosen[place.document, place.page, place.start] = definitions.statement(place)
                continue
            own = read_question(clause, self.known_names)
            if not own.names and re.search(r"\b(?:it|they|them|that)\b", clause, re.IGNORECASE):
                own = replace(own, names=read.names, terms=tuple(dict.fromkeys([*own.terms, *_subject(read, own)])))
            sentences = extract.choose(own, self._ranked(own), self.pages)
            if not sentences:
                return []
            for one in sentences:
                chosen.setdefault((one.document, one.span.page, one.span.start), extract.statements([one])[0])
        return list(chosen.values())

    def _time_between(self) -> list[Statement]:
        """The two events that are named, and the time between them."""
        clauses = time_between.event_clauses(self.question.text)
        if not clauses:
            return []
        events = [event for clause in clauses if (event := self._event(clause))]
        computed = time_between.time_between(events)
        if not computed:
            return []
        return [*extract.statements(list(dict.fromkeys(event.sentence for event in events))), *computed]

    def _event(self, clause: str) -> time_between.Event | None:
        """The best sentence with a month for an event, and the month that belongs to it."""
        own = replace(read_question(f"when: {clause}", self.known_names), kind=Kind.WHEN)
        wanted = [term.stem for term in own.terms] + [stem for name in own.names for stem in name]
        for one in self._ranked(own):
            if one.fit.total >= 0.5 and (dated := time_between.dated_months(one.sentence, wanted)):
                return time_between.Event(one.sentence, dated[0][1])
        return None


def _subject(read: Question, own: Question) -> list[Term]:
    """What a clause's pronoun stands for: the first words of the whole question that the clause hasn't."""
    return [term for term in read.terms if term not in own.terms][:2]
