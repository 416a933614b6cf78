"""Whether a verified sentence speaks to the question: a model that copies any passage says true things beside the point."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from app import causes
from app.answer import Citation, Statement
from app.evidence import Pages, Sentence
from app.extract import Scored, answers
from app.match import Acronyms, Weights, fit_sentence, new_figures
from app.measure import of_measures
from app.quantity import Quantity, UnitKind, find_quantities
from app.question import YEAR, Kind, Question, find_months
from app.terms import direction
from corpus.document import Span
from corpus.errors import UnknownDocument
from index.store import Store

if TYPE_CHECKING:
    from index.embedding import PassageEmbedding

ON_THE_POINT = (
    0.6  # share of the question's words, by weight, that a further sentence or what it stands under must hold
)


@dataclass(frozen=True)
class Relevance:
    """One question, and what the engine's own answer says of it: empty where it refused."""

    question: Question
    own: Sequence[Statement]
    store: Store
    weights: Weights
    short: Acronyms
    embedding: "Callable[[], PassageEmbedding]"
    pages: Pages

    def keeps(self, statement: Statement) -> bool:
        """Whether a verified sentence may be part of the answer."""
        if statement.calculation and any(one.calculation == statement.calculation for one in self.own):
            return True
        sentence = self._sentence(statement)
        if sentence is None:
            return shares_a_place(statement, self.own)  # cells that the engine's answer cites
        read = self.question
        fit = fit_sentence(read, sentence, self.weights, self.short)
        if not (fit.names and fit.period) or (read.direction and direction(sentence.text) == -read.direction):
            return False
        if self.own and self._competes(statement):
            return False
        if self.own and shares_a_place(statement, self.own):
            return read.kind is not Kind.FIGURE or new_figures(read, statement.text)
        if self.own and read.kind is not Kind.FIGURE:
            return fit.total >= ON_THE_POINT
        scored = Scored(sentence, fit, self._similarity(sentence))
        told = read.kind is not Kind.CAUSE or bool(causes.gives_reason(read, scored))
        return told and answers(read, scored)

    def _competes(self, statement: Statement) -> bool:
        """Whether a sentence gives another figure, or another date, than the engine's for what is asked."""
        read = self.question
        if read.kind is Kind.WHEN:
            mine = dates(statement.text)
            return bool(mine) and not mine & {one for own in self.own for one in dates(own.text)}
        if read.kind is not Kind.FIGURE:
            return False
        figures = asked_figures(read, statement.text)
        return bool(figures) and not figures & {one for own in self.own for one in figures_of(own)}

    def _sentence(self, statement: Statement) -> Sentence | None:
        """A statement as a sentence where its first citation stands, with what is around it there."""
        if not statement.citations:
            return None
        place = statement.citations[0]
        try:
            record = self.store.document(place.document)
        except UnknownDocument:
            return None
        span = Span(place.page, place.start, place.end)
        section = next(
            (
                one.passage.section
                for one in self.store.passages_of(record.id, place.page)
                if one.passage.span.start <= place.start < one.passage.span.end
            ),
            (),
        )
        found = self.pages.sentences_in(record.id, span, section)
        return replace(found[0], text=statement.text) if found else None

    def _similarity(self, sentence: Sentence) -> float:
        vectors = self.embedding().embed([self.question.text, f"{sentence.before} {sentence.text}".strip()])
        return float(vectors[0] @ vectors[1])


def shares_a_place(statement: Statement, others: Sequence[Statement]) -> bool:
    """Whether a statement cites a place that one of the others cites."""
    return any(overlap(one, other) for one in statement.citations for own in others for other in own.citations)


def overlap(one: Citation, other: Citation) -> bool:
    """Whether two citations have text in common."""
    return (one.document, one.page) == (other.document, other.page) and (
        one.start < other.end and other.start < one.end
    )


def figures_of(statement: Statement) -> frozenset[object]:
    """The figures that a statement gives, each as its size and what it is counted in."""
    text = statement.calculation.result if statement.calculation else statement.text
    return frozenset(_figures(text))


def asked_figures(question: Question, text: str) -> frozenset[object]:
    """The figures of a text that are of the measure asked for and not in the question already."""
    asked = set(_figures(question.text))
    fitting = of_measures(find_quantities(text), text, question.measures)
    return frozenset(key for one in fitting if (key := _key(one.quantity)) not in asked)


def dates(text: str) -> set[object]:
    """The months, and the lone years, of a text."""
    months = find_months(text)
    return {month for _, _, month in months} | {
        int(one[1]) for one in YEAR.finditer(text) if not any(start <= one.start() < end for start, end, _ in months)
    }


def _figures(text: str) -> Collection[object]:
    return [_key(one.quantity) for one in find_quantities(text)]


def _key(quantity: Quantity) -> object:
    """Its size, and whether it is a share; an amount may leave its currency out."""
    return abs(quantity.base * quantity.unit.factor), quantity.unit.kind in (UnitKind.PERCENT, UnitKind.POINTS)
