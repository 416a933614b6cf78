"""The meeting of draft and verifier: each sentence gets the places that it rests on, or the reason why it has none."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from app.answer import Calculation, Citation, Statement
from app.quantity import find_quantities
from app.verifier.draft import leans_wrongly
from app.verifier.evidence import Evidence, Source, evidence_of
from app.verifier.finding import Finding, Kind, Verdict
from app.verifier.statements import About, PageText, claims_of, judge, unsupported_claims
from app.verifier.support import coverage
from app.writer.draft_stream import Drafted
from app.writer.evidence import Item

if TYPE_CHECKING:
    from index.embedding import PassageEmbedding

WORTH_A_LOOK = 0.6  # share of a sentence's words that a source's sentence must hold to be tried as its source
MOST_TRIED = 3


@dataclass(frozen=True)
class Checker:
    """Checks the sentences of one draft. `question` is the question as asked and as resolved."""

    question: str
    items: Sequence[Item]
    page_text: PageText
    about: About
    embedding: "Callable[[], PassageEmbedding]"

    def check(self, drafted: Drafted, before: Verdict | None) -> Verdict:
        """The verdict on a sentence that follows on `before`.

        A mark is a hint: a sentence whose marks don't support it, or that has none, is tried with the other evidence that
        holds its words; nothing is shown but with the places that do support it.
        """
        first: Verdict | None = None
        for statement in self._readings(drafted):
            verdict = self._judged(statement)
            if verdict.stands:
                verdict = self._narrowed(verdict)
                leaning = leans_wrongly(verdict.statement, before, self.page_text, self.about)
                return replace(verdict, findings=(leaning,)) if leaning else verdict
            first = first or verdict
        if first is None:
            reason = "no passage that was found says this"
            return Verdict(Statement(drafted.text), (), (Finding(Kind.CITATION, reason),))
        return first

    def _readings(self, drafted: Drafted) -> Iterator[Statement]:
        """The statements that a sentence may be: by its marks, by the figure that it gives, by the words that it shares."""
        marked = [self.items[number - 1] for number in dict.fromkeys(drafted.marks) if 0 < number <= len(self.items)]
        figures = [one for one in self.items if one.figure]
        ordered = sorted(figures, key=lambda one: one not in marked)
        given = [one for one in ordered if one.figure and _gives(drafted.text, one.figure)]
        texts = tuple(dict.fromkeys(place for one in marked if one.is_passage for place in one.citations))
        for one in given:
            yield self._of_figure(drafted.text, one, texts)
        if texts:
            yield Statement(drafted.text, texts)
        near = self._near(drafted.text, [one for one in self.items if one.is_passage])
        yield from (Statement(drafted.text, (place,)) for place in near if place not in texts)

    def _of_figure(self, text: str, item: Item, places: Sequence[Citation]) -> Statement:
        """A figure, with what its own documents say besides: a sentence may not mix it with those of another company."""
        figure = item.figure
        documents = {one.document for one in item.citations}
        cited = tuple(dict.fromkeys([*item.citations, *(one for one in places if one.document in documents)]))
        if figure is None:
            return Statement(text, cited)
        return Statement(text, cited, figure.calculation, None, figure.understood)

    def _judged(self, statement: Statement) -> Verdict:
        made = any(one.made and one.figure and one.figure.calculation == statement.calculation for one in self.items)
        # A metric that is asked for by name vouches for the engine's calculation, not for a model's.
        asked = _numbers_of(self.question) if made and statement.calculation else self.question
        verdict = judge(statement, asked, self.page_text, self.about, self.embedding)
        if verdict.stands and statement.calculation:
            # The calculation vouches for its numbers; the words around them must be the engine's or a passage's.
            evidence = [*self._told(statement.calculation, asked), *self._evidence(statement.citations)]
            findings = tuple(unsupported_claims(statement.text, claims_of(statement.text), evidence))
            return replace(verdict, findings=findings)
        return verdict

    def _told(self, calculation: Calculation, asked: str) -> list[Evidence]:
        """What the engine itself says of a calculation."""
        roles = " ; ".join(one.role for one in calculation.operands)
        around = f"{asked} ; {roles}"
        return [
            Evidence(one.figure.text, "", f"{around} ; {self._over(one.citations)}")
            for one in self.items
            if one.figure and one.figure.calculation == calculation
        ]

    def _over(self, citations: Sequence[Citation]) -> str:
        return " ; ".join(dict.fromkeys(self.about(one.document) for one in citations))

    def _evidence(self, citations: Sequence[Citation]) -> list[Evidence]:
        return evidence_of([Source(one, self.about(one.document)) for one in citations])

    def _near(self, text: str, items: Sequence[Item]) -> list[Citation]:
        """The passages with a sentence that holds most of a text's words, best first."""
        scored = [
            (max((coverage(text, one) for one in self._evidence(item.citations)), default=0.0), -number)
            for number, item in enumerate(items)
        ]
        ranked = [pair for pair in sorted(scored, reverse=True) if pair[0] >= WORTH_A_LOOK][:MOST_TRIED]
        return [items[-number].citations[0] for _, number in ranked]

    def _narrowed(self, verdict: Verdict) -> Verdict:
        """The same with the one sentence or the two that support it in place of whole passages, where they do alone."""
        statement = verdict.statement
        if statement.calculation or not statement.citations:
            return verdict
        sentences = [one for one in self._evidence(statement.citations) if one.citation and not one.is_cell]
        ranked = sorted(sentences, key=lambda one: -coverage(statement.text, one))
        for count in (1, 2):
            places = tuple(one.citation for one in ranked[:count] if one.citation)
            if len(places) == count and set(places) != set(statement.citations):
                narrow = judge(replace(statement, citations=places), self.question, self.page_text, self.about)
                if narrow.stands:
                    return narrow
        return verdict


def _numbers_of(text: str) -> str:
    return " ; ".join(one.text for one in find_quantities(text))


def _gives(text: str, figure: Statement) -> bool:
    """Whether a sentence has a number of what a figure states: its result, or a cell's value."""
    stated = figure.calculation.result if figure.calculation else figure.text
    values = {abs(one.quantity.value) for one in find_quantities(stated)}
    return any(abs(one.quantity.value) in values for one in find_quantities(text))
