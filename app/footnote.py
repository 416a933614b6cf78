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

from app import definitions, dialogue, extract, figures
from app.answer import Answer, AnswerKind, Calculation, Citation, Operand, Statement, Turn
from app.calculator import Result, calculate, understand
from app.evidence import Pages, Sentence
from app.filing_search import FilingSearch
from app.match import Acronyms, Weights, acronyms, asked_periods, pick_cell
from app.question import Kind, MonthYear, Question, Term, read_question
from app.settings import Settings
from app.terms import tokens, words
from app.verifier import verify
from corpus.errors import CalculationError, FootnoteError, UnknownDocument
from corpus.glossary import Glossary, load_glossary
from corpus.glossary_entry import FILE_SOURCE, GlossaryEntry
from index.store import DocumentRecord, Store

if TYPE_CHECKING:
    from index.embedding import PassageEmbedding
    from index.ingest import IngestReport, Progress
    from index.retriever import Hit, Retriever

SAMPLE = Path(__file__).parent.parent / "corpus" / "sample"
PASSAGES = 12  # read for an answer
NEAREST = 3  # shown with a refusal
LONGEST_NEAREST = 400  # characters of a passage shown with a refusal

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

    def __init__(self, settings: Settings) -> None:
        """Open the data directory; the embedding model is loaded when it is first needed.

        Raises DataProblem or IndexMismatch where the directory can't be used.
        """
        self.settings = settings
        self.store = Store(settings.home)
        self._loading = threading.RLock()
        self._embedding: PassageEmbedding | None = None
        self._retriever: Retriever | None = None
        self._glossary: tuple[int, float, Glossary, definitions.GlossaryPage] | None = None
        self._names: tuple[int, frozenset[str]] | None = None
        self.filings = FilingSearch(self.store)

    def close(self) -> None:
        """Close the data directory."""
        self.store.close()

    def embedding(self) -> "PassageEmbedding":
        """The embedding model, loaded once."""
        with self._loading:
            if self._embedding is None:
                from index.embedding import load_embedding

                self._embedding = load_embedding(self.settings.embedding_model)
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
        started = time.monotonic()
        answer = self._checked(self._answer(question, history, documents), documents)
        return replace(answer, question=question, elapsed_ms=(time.monotonic() - started) * 1000)

    def _answer(self, question: str, history: Sequence[Turn], documents: Collection[int] | None) -> Answer:
        if not question.strip():
            return Answer(question, AnswerKind.REFUSAL, EMPTY)
        if " ".join(re.findall(r"\w+", question.lower())) in words().small_talk:
            return Answer(question, AnswerKind.REFUSAL, SMALL_TALK)
        if len(question) > self.settings.max_question_chars:
            return Answer(question[:200], AnswerKind.REFUSAL, TOO_LONG)
        glossary = self.glossary()
        known = self._known_names()
        resolved = dialogue.resolve(question, history, glossary, known)
        if resolved.compare:
            return self._made(question, figures.compare(*resolved.compare), "", ())
        text = resolved.text
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
        if read.kind is Kind.METHOD and not read.names and not figures.RUN_RATE.search(text):
            formulas = [entry for _, _, entry in glossary.terms_in(text) if entry.formula]
            if formulas:
                return self._definition(question, text, formulas[:1])
        made = self.filings.answer(text, documents)
        hits = [] if made else self._hits(read, documents)
        made = made or self._from_documents(read, hits)
        if made:
            return self._made(question, made, text if resolved.leans else "", hits)
        if entries:
            return self._definition(question, text, entries)
        return self._refuse(question, read, hits, text if resolved.leans else "")

    def _hits(self, read: Question, documents: Collection[int] | None) -> "list[Hit]":
        """Passages for the question and for each of its clauses, best first, each once."""
        found = self.search(read.text, PASSAGES, documents)
        if len(read.clauses) > 1:
            for clause in read.clauses:
                found += self.search(clause, PASSAGES // 2, documents)
        return list({hit.passage_id: hit for hit in found}.values())

    def _from_documents(self, read: Question, hits: "Sequence[Hit]") -> list[Statement]:
        pages = Pages(self.store)
        weights = Weights(self.store)
        found = pages.sentences(hits)
        facts = pages.cells(hits)
        short = acronyms(
            (one.text for one in found),
            ((entry.term, alias) for entry in self.glossary().entries for alias in entry.aliases if " " in alias),
        )
        if figures.asks_time_between(read.text):
            return self._time_between(read, pages, found, weights, short)
        if figures.asks_run_rate(read) and read.kind not in (Kind.CAUSE, Kind.WHEN, Kind.WHO, Kind.YES_NO):
            made = figures.run_rate(read, found, facts, weights, short, self._term_citation("run-rate"))
            if made:
                return made
        if read.year_before:
            return figures.year_before(read, found, facts, weights, short)
        if read.kind is Kind.CAUSE:
            return self._causes(read, hits, pages, found, weights, short)
        if made := figures.growth_between(read, facts, weights, short):
            return made
        if len(read.clauses) > 1:
            return self._clauses(read, pages, found, weights, short)
        pick = pick_cell(read, facts, weights, short)
        if pick and read.kind in (Kind.FIGURE, Kind.OPEN, Kind.YES_NO):
            return [figures.cell_statement(pick)]
        if made := figures.metric(read, found, facts, weights, short):
            return made
        if not (read.terms or read.names or read.months or asked_periods(read)):
            return []
        scored = extract.rank(read, found, weights, short, self.embedding())
        if made := extract.statements(extract.choose(read, scored, pages)):
            return made
        if made := figures.year_before(read, found, facts, weights, short):
            return made
        return extract.statements(extract.under_heading(read, hits, pages, weights))

    def _causes(
        self,
        read: Question,
        hits: "Sequence[Hit]",
        pages: Pages,
        found: Sequence[Sentence],
        weights: Weights,
        short: Acronyms,
    ) -> list[Statement]:
        if extract.contradicts(read, found, weights, short):
            return []
        scored = extract.rank(read, found, weights, short, self.embedding())
        because = words().because
        direct = next(
            (
                one.sentence
                for one in scored
                if extract.answers(read, one)
                and one.fit.own >= 0.6
                and any(token.text.lower() in because for token in tokens(one.sentence.text))
            ),
            None,
        )
        if direct:
            return extract.statements([direct])
        headline = next(
            (one.sentence for one in scored if read.direction and one.sentence.quantities and one.fit.own >= 0.5), None
        )
        if steps := extract.chain(read, hits, pages, headline):
            return extract.statements(steps)
        return extract.statements(extract.choose(read, scored, pages))

    def _clauses(
        self, read: Question, pages: Pages, found: Sequence[Sentence], weights: Weights, short: Acronyms
    ) -> list[Statement]:
        """Each clause answered on its own; all must be, or none is."""
        chosen: dict[tuple[str, int, int], Sentence] = {}
        known = self._known_names()
        for clause in read.clauses:
            own = read_question(clause, known)
            if not own.names and re.search(r"\b(?:it|they|them|that)\b", clause, re.IGNORECASE):
                own = replace(own, names=read.names, terms=tuple(dict.fromkeys([*own.terms, *_subject(read, own)])))
            scored = extract.rank(own, found, weights, short, self.embedding())
            sentences = extract.choose(own, scored, pages)
            if not sentences:
                return []
            for one in sentences:
                chosen.setdefault((one.document, one.span.page, one.span.start), one)
        return extract.statements(list(chosen.values()))

    def _time_between(
        self, read: Question, pages: Pages, found: Sequence[Sentence], weights: Weights, short: Acronyms
    ) -> list[Statement]:
        clauses = figures.event_clauses(read.text)
        if not clauses:
            return []
        events = []
        for clause in clauses:
            event = self._event(clause, read, found, weights, short)
            if event is None:
                return []
            events.append(event)
        computed = figures.time_between(read, events)
        if not computed:
            return []
        shown = extract.statements(list(dict.fromkeys(event[1] for event in events)))
        return [*shown, *computed]

    def _event(
        self, clause: str, read: Question, found: Sequence[Sentence], weights: Weights, short: Acronyms
    ) -> tuple[str, Sentence, MonthYear, Citation] | None:
        """The best sentence with a month for an event, and the month that belongs to it."""
        own = replace(read_question(f"when: {clause}", self._known_names()), kind=Kind.WHEN)
        wanted = [term.stem for term in own.terms] + [stem for name in own.names for stem in name]
        best: tuple[float, Sentence, MonthYear] | None = None
        for one in extract.rank(own, found, weights, short, self.embedding()):
            if one.fit.total < 0.5:
                continue
            dated = figures.dated_months(one.sentence, wanted)
            if dated and (best is None or one.score > best[0]):
                best = (one.score, one.sentence, dated[0][1])
        return (clause, best[1], best[2], best[1].citation) if best else None

    def _definition(self, question: str, text: str, entries: Sequence[GlossaryEntry]) -> Answer:
        """The entry of a term, and a second one where another source puts it in other words."""
        statements: list[Statement] = []
        for entry in entries:
            citation = self._cite_entry(entry)
            if citation and not any(_alike(citation.quote, other.text) for other in statements):
                statements.append(definitions.statement(citation))
        shown = tuple(statements[:2])
        return Answer(question, AnswerKind.DEFINITION, _joined(shown), shown, (), text if text != question else "")

    def _cite_entry(self, entry: GlossaryEntry) -> Citation | None:
        if entry.source == FILE_SOURCE:
            return self.glossary_page().citation(entry)
        if entry.span is None:
            return None
        text = self.page_text(entry.source, entry.span.page)
        return Citation(
            entry.source, entry.span.page, entry.span.start, entry.span.end, text[entry.span.start : entry.span.end]
        )

    def _term_citation(self, term: str) -> Citation | None:
        found = self.glossary().find(term)
        return self._cite_entry(found[0]) if found else None

    def _refuse(self, question: str, read: Question, hits: "Sequence[Hit]", resolved: str) -> Answer:
        asked = [term.text for term in read.terms if not any(character.isdigit() for character in term.text)][:4]
        about = f" Nothing found on {', '.join(f'“{word}”' for word in asked)} that answers it." if asked else ""
        text = f"The documents don't say.{about}"
        nearest = tuple(self._nearest(hit, read) for hit in hits[:NEAREST])
        return Answer(question, AnswerKind.REFUSAL, text, (), nearest, resolved)

    def _nearest(self, hit: "Hit", read: Question) -> Citation:
        """A passage, cut at a sentence where it is long."""
        text = hit.text
        if len(text) > LONGEST_NEAREST:
            cut = max(text.rfind(mark, 100, LONGEST_NEAREST) for mark in (". ", "\n", "; "))
            text = text[: cut + 1 if cut > 0 else LONGEST_NEAREST].rstrip()
        return Citation(hit.document, hit.span.page, hit.span.start, hit.span.start + len(text), text)

    def _made(self, question: str, statements: Sequence[Statement], resolved: str, hits: "Sequence[Hit]") -> Answer:
        nearest = tuple(self._nearest(hit, read_question(question)) for hit in hits[:NEAREST])
        return Answer(question, AnswerKind.ANSWER, _joined(statements), tuple(statements), nearest, resolved)

    def _checked(self, answer: Answer, documents: Collection[int] | None) -> Answer:
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

    def _known_names(self) -> frozenset[str]:
        """Lower-case words that the documents write with a capital inside sentences, and hardly ever without."""
        revision = self.store.revision()
        if self._names is None or self._names[0] != revision:
            self._names = (revision, names_of(self.store))
        return self._names[1]


MOST_PAGES_FOR_NAMES = 400
_CAPITAL = re.compile(r"(?<=[a-z,;] )([A-Z][\w-]*[a-z0-9])(?:['’]s)?\b")
_SMALL = re.compile(r"\b[a-z][a-z-]{2,}\b")


def names_of(store: Store) -> frozenset[str]:
    """Words that documents write with a capital in the middle of sentences, and never without; companies' names too."""
    capital: dict[str, int] = {}
    small: set[str] = set()
    seen = 0
    for record in store.documents():
        for part in re.findall(r"\w+", record.metadata.company or ""):
            if len(part) > 3:
                capital[part.lower()] = capital.get(part.lower(), 0) + 1
        for page in store.pages(record.id)[:40] if seen < MOST_PAGES_FOR_NAMES else ():
            seen += 1
            for match in _CAPITAL.finditer(page.text):
                capital[match[1].lower()] = capital.get(match[1].lower(), 0) + 1
            small.update(_SMALL.findall(page.text))
    weak = {word.lower() for word in words().weak_names}
    return frozenset(word for word in capital if word not in small and word not in weak)


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
            figures.shown_quantity(one),
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
    return Statement(f"{figures.shown_expression(result.expression)} = {result.shown}.", (), calculation)


def _subject(read: Question, own: Question) -> list[Term]:
    """What a clause's pronoun stands for: the first words of the whole question that the clause hasn't."""
    return [term for term in read.terms if term not in own.terms][:2]


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
