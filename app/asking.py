"""From a question to its answer: the routes in their order, the first of which finds all that it needs; else a refusal.

Each route takes the question as it is understood (`Asked`) and gives an answer or None. What is given here isn't verified
yet: `Footnote.ask` does that.
"""

import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from app import definitions, disagreement, refusal
from app.answer import Answer, AnswerKind, Statement, Turn, joined
from app.asked import Asked
from app.candidates import names_of_items, nearest_cells
from app.company_comparison import comparison
from app.dialogue.clarify import (
    MORE_COMPANIES,
    MOST_CHOICES,
    WHICH_COMPANY,
    WHICH_MEASURE,
    asked_back,
    companies_meant,
    figures_meant,
)
from app.filing_topics import topic_statements
from app.given import given_statement, self_contained
from app.item_comparison import compared
from app.lack import never_answered
from app.parts import parts_of, together
from app.premises import bears_out, corrected
from app.question import POSSESSIVE, Kind
from app.run_rate import RUN_RATE
from app.statement_figures import doubted_items, lacking_items
from app.statement_series import MANY_YEARS, plan_statements
from app.terms import stems_of, tokens, words
from corpus.errors import CalculationError, DataProblem, ModelProblem
from corpus.glossary_entry import FILE_SOURCE, GlossaryEntry
from index.statement_cells import FILINGS

if TYPE_CHECKING:
    from app.footnote import Footnote
    from index.retriever import Hit

EMPTY = "Ask a question about your documents, look up a term, or give a calculation."
SMALL_TALK = (
    "Ask for a fact or a cause, a figure (also one that has to be computed), what a term means, or a plain calculation. "
    "Each sentence of an answer shows where it stands in your documents."
)
TOO_LONG = "That question is too long to answer. Ask for one thing in a few sentences; a longer text can be added as a document."
NO_DOCUMENTS = (
    "There are no documents yet. Add files under Documents, or on the command line with: footnote ingest PATH"
)
WHOSE = "Whose is meant? The documents are of several companies, and the question names none: ask with a name."
_OF_SOMETHING = re.compile(r"what(?:'s|’s|\s+(?:is|was|are|were))\s+the\b", re.IGNORECASE)


def answer_to(
    engine: "Footnote", question: str, history: Sequence[Turn] = (), documents: Collection[int] | None = None
) -> Answer:
    """What the engine says to a question, its sentences not yet verified."""
    if not question.strip():
        return Answer(question, AnswerKind.REFUSAL, EMPTY)
    if " ".join(re.findall(r"\w+", question.lower())) in words().small_talk:
        return Answer(question, AnswerKind.REFUSAL, SMALL_TALK)
    if len(question) > engine.settings.max_question_chars:
        return Answer(question[:200], AnswerKind.REFUSAL, TOO_LONG)
    asked = Asked(engine, question, history, documents)
    return next((answer for route in ROUTES if (answer := route(asked))), None) or _refused(asked)


def _reply(asked: Asked) -> Answer | None:
    """What is said of the last answer itself, where that is asked about."""
    return asked.resolved.reply


def _calculation(asked: Asked) -> Answer | None:
    """A calculation on numbers that the person gave."""
    try:
        result = self_contained(asked.text)
    except CalculationError as error:
        return Answer(asked.question, AnswerKind.REFUSAL, f"That can't be calculated. {error}")
    return _answer(asked, [given_statement(result, asked.text)], resolved=asked.text) if result else None


def _term(asked: Asked) -> Answer | None:
    """The meaning of a term. "What was the revenue?" asks for something's: only where nothing has it, what it means."""
    return None if _OF_SOMETHING.match(asked.text) else _meaning(asked)


def _meaning(asked: Asked) -> Answer | None:
    return _definition(asked, asked.entries) if asked.entries else None


def _never(asked: Asked) -> Answer | None:
    """Why there is no answer: no documents at all, or what no document answers."""
    if not asked.engine.store.documents():
        return Answer(asked.question, AnswerKind.REFUSAL, NO_DOCUMENTS)
    judged = never_answered(asked.text)
    return Answer(asked.question, AnswerKind.REFUSAL, judged) if judged else None


def _correction(asked: Asked) -> Answer | None:
    """The answer to a question that takes for granted what the documents deny."""
    premise = asked.premise
    if premise is None or premise.whether:
        return None
    plain = answer_to(asked.engine, premise.means, (), asked.documents)
    found = corrected(premise, plain) or (plain if not premise.reason and bears_out(premise, plain) else None)
    return replace(found, question=asked.question, resolved=premise.means) if found else None


def _formula(asked: Asked) -> Answer | None:
    """How a metric is computed in general."""
    if asked.read.kind is not Kind.METHOD or asked.read.names or RUN_RATE.search(asked.text):
        return None
    formulas = [entry for _, _, entry in asked.engine.glossary().terms_in(asked.text) if entry.formula]
    return _definition(asked, formulas[:1]) if formulas else None


def _statement_figure(asked: Asked) -> Answer | None:
    """A figure of a filing's statements, or a series of them."""
    made = plan_statements(*asked.figure) if asked.figure else []
    articles = {one.id for one in asked.records if one.metadata.kind not in FILINGS}
    return _settled(asked, _answer(asked, made), articles) if made else None


def _which(asked: Asked) -> Answer | None:
    """Which company or figure is meant, where several are and the reports give them."""
    if asked.figure:
        return None

    def gives(form: str) -> bool:
        found = asked.engine.filings.asked(form, asked.documents)
        return bool(found and plan_statements(*found))

    question, resolved = asked.question, asked.text if asked.text != asked.question else ""
    if forms := companies_meant(asked.text, asked.known.companies, gives):
        said = MORE_COMPANIES if len(forms) == MOST_CHOICES else WHICH_COMPANY
        return asked_back(question, said, forms, resolved)
    figures = figures_meant(asked.text, gives)
    if len(figures) == 1:
        meant = answer_to(asked.engine, figures[0], (), asked.documents)
        return replace(meant, question=question, resolved=figures[0])
    return asked_back(question, WHICH_MEASURE, figures, resolved) if figures else None


def _comparison(asked: Asked) -> Answer | None:
    """One figure of several companies; a refusal that names those whose filings don't give it."""
    if not asked.sides:
        return None
    made, lacking = comparison(asked.sides)
    if made:
        return _answer(asked, made)
    given = [one.name for one in asked.sides if one.name not in lacking]
    said = refusal.of_companies(asked.sides[0].plan.name, lacking, given)
    return Answer(asked.question, AnswerKind.REFUSAL, said, resolved=asked.shown_as)


def _items(asked: Asked) -> Answer | None:
    """Several figures of one company set against each other; a refusal that names those which its filings don't give."""
    if not asked.items:
        return None
    made, lacking = compared(asked.text, asked.items)
    if lacking:
        return Answer(asked.question, AnswerKind.REFUSAL, refusal.of_items(lacking), resolved=asked.shown_as)
    return _answer(asked, made) if made else None


def _topic(asked: Asked) -> Answer | None:
    """What of a report is asked in words: auditor, officers, employees."""
    made = topic_statements(asked.topic, asked.engine.store) if asked.topic else []
    return _answer(asked, made) if made else None


def _whose(asked: Asked) -> Answer | None:
    """A question back where "its" stands for nothing that was named, and there are several that it may be of."""
    found = POSSESSIVE.search(asked.text)
    if found is None or asked.resolved.leans or len(asked.known.companies) < 2:
        return None
    before = (token.text.lower() for token in tokens(asked.text[: found.start()]))
    if any(word not in words().stop for word in before):
        return None
    return Answer(asked.question, AnswerKind.REFUSAL, WHOSE)


def _turned(asked: Asked) -> Answer | None:
    """The sentence that tells of the opposite, where the question takes a rise for a fall."""
    premise = asked.premise
    if premise is None or premise.kind != "turn" or not (against := asked.answering.against()):
        return None
    return replace(_answer(asked, against, asked.hits), remark=premise.remark)


def _passages(asked: Asked) -> Answer | None:
    """Sentences, cells and calculations of the passages found.

    Not for a figure that the statements don't give beyond doubt: a sentence near it would be of another period or kind.
    """
    from app.summary import asks_summary, summarize

    if asks_summary(asked.text):
        made = summarize(asked.read, asked.hits, asked.answering.pages, asked.records)
    elif asked.topic or (asked.figure and (asked.figure[0].mode in MANY_YEARS or not asked.figure[0].yes_no)):
        return None
    else:
        made = asked.answering.statements()
    return _settled(asked, _answer(asked, made, asked.hits), {one.id for one in asked.records}) if made else None


def _parts(asked: Asked) -> Answer | None:
    """A question's parts answered each by itself, where one at least has an answer."""
    parts = parts_of(asked.read)
    if not parts:
        return None
    answers = [asked.engine.checked(answer_to(asked.engine, part, (), asked.documents)) for part in parts]
    return together(asked.question, parts, answers)


def _dated(asked: Asked) -> Answer | None:
    """The answer for a year that a follow-up names by another one ("and a year before?")."""
    dated = asked.resolved.dated
    if not dated or dated in (asked.question, asked.text):
        return None
    found = answer_to(asked.engine, dated, (), asked.documents)
    return replace(found, question=asked.question, resolved=dated) if found.kind is AnswerKind.ANSWER else None


def _proposed(asked: Asked) -> Answer | None:
    """The answer to the whole question that a language model makes of a follow-up which no rule makes whole."""
    model = asked.engine.language_model() if asked.resolved.leans and asked.history else None
    if model is None:
        return None
    from app.dialogue_model import proposed_question

    try:
        proposal = proposed_question(asked.question, asked.history, model, asked.engine.settings.home)
    except (ModelProblem, DataProblem) as error:
        return replace(_refused(asked), note=str(error))
    found = answer_to(asked.engine, proposal, (), asked.documents) if proposal else None
    return replace(found, question=asked.question, resolved=proposal) if found and found.statements else None


ROUTES: tuple[Callable[[Asked], Answer | None], ...] = (
    _reply,
    _calculation,
    _term,
    _never,
    _correction,
    _formula,
    _statement_figure,
    _which,
    _comparison,
    _items,
    _topic,
    _whose,
    _turned,
    _passages,
    _meaning,
    _parts,
    _dated,
    _proposed,
)


def _refused(asked: Asked) -> Answer:
    """A refusal that says what is missing and shows the nearest cells and passages."""
    lacking = lacking_items(*asked.figure) if asked.figure else []
    doubts = doubted_items(*asked.figure) if asked.figure else []
    items = names_of_items(lacking)
    said = refusal.doubtful(doubts) or refusal.text(asked.answering, asked.engine.documents(), items)
    nearest = (*dict.fromkeys(one.line.fact.row for one in doubts), *refusal.nearest(asked.hits))
    near = nearest_cells(*asked.figure, lacking) if asked.figure else asked.answering.tables.candidates
    if near and not asked.figure:
        said = f"{said} {refusal.CANDIDATES}"
    return Answer(
        asked.question, AnswerKind.REFUSAL, said, (), nearest[: refusal.NEAREST], asked.shown_as, candidates=near
    )


def _settled(asked: Asked, answer: Answer, documents: Collection[int]) -> Answer:
    """The answer, with what another of the documents says where that gives another figure."""
    if not documents or not disagreement.may_disagree(asked.read, answer.statements):
        return answer
    everything = asked.engine.documents()
    records = [one for one in everything if one.id in documents]
    found = asked.engine.search(asked.read.text, disagreement.FAR, documents)
    others = (
        asked.answering_of(hits).statements()
        for hits in disagreement.other_documents(asked.read, answer.statements, found, records)
    )
    periods = {one.name: one.metadata.period for one in everything}
    against = disagreement.differing(asked.read, answer.statements[0], others, periods.get)
    if not against:
        return answer
    statements = (*answer.statements, *against)
    return replace(answer, statements=statements, text=joined(statements), remark=disagreement.remark(statements))


def _definition(asked: Asked, entries: Sequence[GlossaryEntry]) -> Answer:
    """The entry of a term, and a second one where another source puts it in other words."""
    statements: list[Statement] = []
    for entry in entries:
        citation = asked.engine.cite_entry(entry)
        if citation and not any(_alike(citation.quote, other.text) for other in statements):
            statements.append(definitions.statement(citation))
    # Documents that redefine a term never crowd out the glossary's own entry.
    filed = [one for one in statements if one.citations[0].document == FILE_SOURCE]
    shown = tuple(dict.fromkeys([*statements[:1], *filed, *statements]))[:2]
    resolved = asked.text if asked.text != asked.question else ""
    return Answer(asked.question, AnswerKind.DEFINITION, joined(shown), shown, (), resolved)


def _answer(
    asked: Asked, statements: Sequence[Statement], hits: "Sequence[Hit]" = (), resolved: str | None = None
) -> Answer:
    understood = asked.shown_as if resolved is None else resolved
    nearest = refusal.nearest(hits)
    return Answer(asked.question, AnswerKind.ANSWER, joined(statements), tuple(statements), nearest, understood)


def _alike(one: str, other: str) -> bool:
    mine, theirs = (stems_of(text) - words().stop for text in (one, other))
    return len(mine & theirs) >= 0.6 * min(len(mine), len(theirs))
