"""From the engine's own answer and a language model to the written answer, event by event."""

import time
from collections.abc import Callable, Collection, Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from functools import cache
from typing import TYPE_CHECKING

from app.answer import Answer, AnswerKind, Statement, Turn, Withheld, joined
from app.evidence import Pages
from app.language_model.model import LanguageModel
from app.match import Weights, acronyms
from app.question import Kind, Question, read_question
from app.tools import tools
from app.verifier.draft import leans
from app.verifier.finding import Finding, Verdict
from app.verifier.finding import Kind as Found
from app.writer.assembly import SAID, Kept, assemble, share
from app.writer.checking import Checker
from app.writer.draft_stream import Drafted, DraftStream
from app.writer.eligible import may_write
from app.writer.events import Event, Sentence, Status
from app.writer.evidence import Item, in_order, items_of
from app.writer.gathering import gather
from app.writer.prompt import Prompt, compose
from app.writer.relevance import Relevance
from app.writer.toolbox import Toolbox
from corpus.errors import DataProblem, ModelProblem

if TYPE_CHECKING:
    from app.footnote import Footnote

PASSAGES = 8  # shown to a model beside those that the engine's answer cites
MOST_SENTENCES = 16  # of a draft
MOST_CHARACTERS = 12_000
FEWEST_WORDS = 4  # of a sentence
MOST_SECONDS = 600  # for a draft, whatever the model's own limits
MOST_REPEATED = 3  # sentences said before, after which a draft goes round in circles

UNSUPPORTED = "The language model's draft wasn't supported by the sources; these are their own words."
BESIDE = "The language model's draft didn't answer the question; these are the sources' own words."
NOTHING = "The language model found no answer in the passages; these are the sources' own words."
STOPPED = "Writing was stopped; what had been verified is shown."
STOPPED_EARLY = "Writing was stopped before a sentence was verified."
REFUSED = "The language model's draft wasn't supported by the sources."

IN_ITS_PLACE = "; its source's own sentence stands in its place"
_BESIDE = (Finding(Found.MEANING, "it doesn't answer the question"),)

Cancelled = Callable[[], bool]


@dataclass
class _Draft:
    """What has become of a draft so far."""

    kept: list[Kept] = field(default_factory=list)
    withheld: list[Withheld] = field(default_factory=list)
    said: set[str] = field(default_factory=set)
    last: Verdict | None = None
    beside: int = 0
    repeated: int = 0
    count: int = 0
    as_written: int = 0  # kept sentences that are the model's own and not their source's in place of them


def write(
    engine: "Footnote",
    model: LanguageModel,
    answer: Answer,
    history: Sequence[Turn],
    documents: Collection[int] | None,
    cancelled: Cancelled,
) -> Iterator[Event]:
    """Write the engine's verified `answer` in the words of `model`, as far as these are verified; the `Answer` comes last.

    Never raises for what a model does: its answer is then the engine's own, with a note.
    """
    question = read_question(answer.resolved or answer.question, engine.known_names())
    if not may_write(answer, question):
        yield answer
        return
    draft, note = _Draft(), ""
    try:
        yield Status("Choosing passages for the language model")
        hits = engine.search(question.text, PASSAGES, documents)
        items = items_of(answer.statements, hits, engine.page_text)
        if model.calls_tools:
            yield from _gathered(engine, model, question, items, documents, cancelled)
        writing = _Writing.of(engine, model, question, answer, items, history)
        yield Status(f"{model.name} is writing from {len(writing.prompt.items)} sources")
        for statement in writing.sentences(draft, cancelled):
            yield Sentence(statement)
        if cancelled():
            note = STOPPED if draft.kept else STOPPED_EARLY
    except (ModelProblem, DataProblem) as problem:
        note = str(problem)
    yield _finished(answer, question, draft, note, model.name, Weights(engine.store))


def _gathered(
    engine: "Footnote",
    model: LanguageModel,
    question: Question,
    items: list[Item],
    documents: Collection[int] | None,
    cancelled: Cancelled,
) -> Iterator[Event]:
    """Let the model look for more, which is added to `items`. One that can't call tools after all goes without."""
    box = Toolbox(engine, question.text, documents, items, tools(engine))
    try:
        yield from gather(model, question.text, box, cancelled)
    except ModelProblem:
        if model.calls_tools:
            raise


@dataclass(frozen=True)
class _Writing:
    """One call of a model: what it reads, and how what it writes is judged."""

    model: LanguageModel
    prompt: Prompt
    checker: Checker
    relevance: Relevance

    @classmethod
    def of(
        cls,
        engine: "Footnote",
        model: LanguageModel,
        question: Question,
        answer: Answer,
        items: Sequence[Item],
        history: Sequence[Turn],
    ) -> "_Writing":
        entries = [entry for _, _, entry in engine.glossary().terms_in(question.text)]
        terms = [f"{entry.term}: {entry.definition}" for entry in dict.fromkeys(entries)]
        prompt = compose(model, question.text, in_order(items), terms, history, engine.settings.home)
        asked = f"{answer.question} {answer.resolved}".strip()
        checker = Checker(asked, prompt.items, engine.page_text, cache(engine.about), engine.embedding)
        pages = Pages(engine.store)
        known = ((entry.term, alias) for entry in engine.glossary().entries for alias in entry.aliases if " " in alias)
        short = acronyms((item.text for item in prompt.items), known)
        relevance = Relevance(
            question, answer.statements, engine.store, Weights(engine.store), short, engine.embedding, pages
        )
        return cls(model, prompt, checker, relevance)

    def sentences(self, draft: _Draft, cancelled: Cancelled) -> Iterator[Statement]:
        """The verified sentences, as they come; what becomes of the others goes into `draft`. Raises ModelProblem."""
        stream, length, ends = DraftStream(), 0, time.monotonic() + MOST_SECONDS
        with closing(_closable(self.model.stream(self.prompt.messages))) as pieces:
            for piece in pieces:
                if cancelled():
                    return
                length += len(piece)
                for drafted in stream.feed(piece):
                    yield from self._judge(drafted, draft)
                if draft.count >= MOST_SENTENCES or draft.repeated >= MOST_REPEATED:
                    return
                if time.monotonic() > ends:
                    raise ModelProblem(f"The language model wrote for more than {MOST_SECONDS} s and was stopped.")
                if stream.runs_on or length > MOST_CHARACTERS:
                    draft.withheld.append(Withheld("…", "the draft went on without end and was stopped"))
                    return
        whole, broken = stream.close()
        for drafted in whole:
            yield from self._judge(drafted, draft)
        if broken:
            draft.withheld.append(Withheld(broken, "the draft breaks off in it"))

    def _judge(self, drafted: Drafted, draft: _Draft) -> Iterator[Statement]:
        if drafted.text.rstrip(".!").upper() == "NOT FOUND":
            return
        draft.count += 1
        key = drafted.text.lower()
        if key in draft.said:
            draft.repeated += 1
            return
        draft.said.add(key)
        if len(drafted.text.split()) < FEWEST_WORDS:
            draft.withheld.append(Withheld(drafted.text, "it is no whole sentence"))
            return
        verdict = self.checker.check(drafted, draft.last)
        draft.last = verdict
        shown = verdict.shown
        if shown and not verdict.stands and not self._needs(shown, draft):
            shown = None
        beside = shown is not None and not self.relevance.keeps(shown)
        if shown is None or beside:
            draft.beside += beside
            findings = verdict.findings or _BESIDE
            draft.last = replace(verdict, repaired=None, findings=findings)
            draft.withheld.append(Withheld(drafted.text, findings[0].reason))
            return
        if not verdict.stands:
            draft.withheld.append(Withheld(drafted.text, f"{verdict.findings[0].reason}{IN_ITS_PLACE}"))
        if any(one.statement.text == shown.text for one in draft.kept):
            return
        draft.kept.append(Kept(shown, leans(shown.text)))
        draft.as_written += verdict.stands
        yield shown

    def _needs(self, repair: Statement, draft: _Draft) -> bool:
        """Whether a source's sentence in place of the model's tells more than what stands already."""
        own = self.relevance.own
        if own and self.relevance.question.kind in (Kind.FIGURE, Kind.WHEN, Kind.WHO, Kind.YES_NO):
            return False  # the engine's own answer is that, and stands where the draft lacks it
        standing = joined((*own, *(kept.statement for kept in draft.kept)))
        return share(repair.text, standing, self.relevance.weights) < SAID


def _closable(pieces: Iterator[str]) -> Generator[str]:
    """A stream that can be closed, whatever kind of iterator it is: leaving it ends the call of the model."""
    try:
        yield from pieces
    finally:
        if isinstance(pieces, Generator):
            pieces.close()


def _finished(answer: Answer, question: Question, draft: _Draft, note: str, name: str, weights: Weights) -> Answer:
    """The written answer where a sentence of the model's own stands in it, else the engine's with the reason."""
    withheld = tuple(draft.withheld)
    statements = assemble(question, answer.statements, draft.kept, weights)
    own = {one.statement.text for one in draft.kept}
    if draft.as_written and any(one.text in own for one in statements):
        return replace(
            answer, kind=AnswerKind.ANSWER, text=joined(statements), statements=statements, nearest=(), candidates=(),
            writer=name, note=note, withheld=withheld,
        )  # fmt: skip
    return replace(answer, note=note or _why(answer, draft), withheld=withheld)


def _why(answer: Answer, draft: _Draft) -> str:
    if not draft.count and not draft.withheld:
        return NOTHING if answer.statements else ""
    if answer.kind is AnswerKind.REFUSAL:
        return REFUSED
    return BESIDE if draft.beside else UNSUPPORTED
