"""What a question means after the turns before it: itself, a whole question, or something about the last answer."""

import re
from collections.abc import Sequence

from app import definitions
from app.answer import AnswerKind, Turn
from app.companies import name_span, named_companies
from app.dialogue import articles, reports
from app.dialogue.about_answer import about_answer
from app.dialogue.clarify import WHICH_MEASURE, asked_back, chosen
from app.dialogue.compare import growth_of_two
from app.dialogue.derived import derived
from app.dialogue.fragment import read_fragment, resolved_fragment, with_company
from app.dialogue.measures import measures_in
from app.dialogue.periods import between
from app.dialogue.spelling import respelled
from app.dialogue.state import Known, Resolved, State
from app.dialogue.wording import plain_of, wording
from app.question import POSSESSIVE

_LEANS = re.compile(r"\b(?:it|its|they|their|them|that|this|those|these)\b", re.IGNORECASE)
_ASKS_MEANING = re.compile(r"^(?:what|who)(?:['’]?s|\s+(?:is|are))\s+|^(?:define|explain)\b", re.IGNORECASE)


def resolve(question: str, history: Sequence[Turn], known: Known) -> Resolved:
    """What `question` means after the turns before it; itself where it leans on none."""
    opens = wording().opens
    asked = question.strip()
    if started := opens["new_topic"].match(asked):
        return Resolved(asked[started.end() :].strip() or question, leans=True)
    state = State.of(history, known.companies)
    if returned := opens["return"].match(asked):
        return _returned(returned["what"], asked[returned.end() :].strip(), state, known) or Resolved(question)
    if not state.turns:
        return Resolved(question)
    if choice := chosen(asked, state):
        return Resolved(choice, leans=True)
    if found := about_answer(asked, state, known):
        return found
    if found := _follow_up(asked, state, known) or _respelled(asked, state, known):
        return found
    corrects = opens["correction"].match(asked)
    return articles.resolve(f"and {asked[corrects.end() :]}" if corrects else question, state, known)


def _follow_up(asked: str, state: State, known: Known) -> Resolved | None:
    """A follow-up on a figure: a correction, a figure made from the last one, or what takes the place of a part of it."""
    opens = wording().opens
    corrects = opens["correction"].match(asked)
    text = asked[corrects.end() :] if corrects else asked
    if behind := opens["meant"].match(text):
        corrects, text = behind, text[: behind.start("tail")]
    opened = opens["more"].match(text)
    text = text[opened.end() :] if opened else text
    text = opens["more"].sub("", text, count=1) if opened else text
    leans = bool(corrects or opened or _LEANS.search(text))
    if _is_term(asked, text, state, known):
        return Resolved(f"What is {plain_of(text)}?" if opened and not _ASKS_MEANING.match(text) else text)
    if found := derived(text, state, known):
        if len(found) > 1:
            return Resolved(asked, leans=True, reply=asked_back(asked, WHICH_MEASURE, found))
        over = len(state.questions) > 1 and between(*state.questions[:2])
        if over and wording().says("growth", text) and not known.reads(found[0]):
            return Resolved(found[0], leans=True, reply=growth_of_two(asked, state, found[0]))
        return Resolved(found[0], leans=True)
    if not leans and known.reads(asked) and named_companies(known.companies, asked):
        return Resolved(asked)
    if (leans or not known.reads(asked)) and (whole := resolved_fragment(text, state, known)):
        return Resolved(whole, leans=True)
    if not definitions.define(asked, known.glossary) and (whole := reports.made_whole(asked, state, known)):
        return Resolved(whole, leans=True)
    return None


def _is_term(asked: str, text: str, state: State, known: Known) -> bool:
    """Whether the meaning of a term is asked: in so many words, or with a bare term that is no figure of the dialogue."""
    if not definitions.define(text, known.glossary):
        return False
    if _ASKS_MEANING.match(text) and not re.match(r"what['’]?s?\s+(?:is\s+)?the\b", text, re.IGNORECASE):
        return True
    last = state.last
    defined = last is not None and last.answer.kind is AnswerKind.DEFINITION
    return defined or not (measures_in(text) and state.questions)


def _respelled(asked: str, state: State, known: Known) -> Resolved | None:
    """A follow-up with a slip of the pen, where it is understood with the slip mended."""
    mended = respelled(asked, known.companies)
    if mended == asked:
        return None
    found = about_answer(mended, state, known) or _follow_up(mended, state, known)
    return found if found and found.text != mended else None


def _returned(what: str, rest: str, state: State, known: Known) -> Resolved | None:
    """ "Back to Acme: what was its revenue?" asked of Acme, or of what was last asked of it."""
    about = [
        turn for turn in state.turns
        if what.lower() in (turn.answer.resolved or turn.question).lower()
    ]  # fmt: skip
    named = named_companies(known.companies, what) or {
        one for one in known.companies if name_span(one, what, loose=True)
    }
    if len(named) == 1:
        company = next(iter(named))
        if known.reads(rest) and named_companies(known.companies, rest):
            return Resolved(rest)
        own = with_company(rest, company, known.companies)
        if own and known.reads(own):
            return Resolved(own, leans=True)
    if POSSESSIVE.search(rest):
        return Resolved(POSSESSIVE.sub(reports.of(what), rest, count=1), leans=True)
    if re.search(r"\b(?:it|they)\b", rest, re.IGNORECASE):
        return Resolved(re.sub(r"\b(?:it|they)\b", what, rest, count=1, flags=re.IGNORECASE), leans=True)
    if about and not read_fragment(rest, known.companies).left:
        earlier = State(state.turns[: state.turns.index(about[-1]) + 1], state.companies)
        return _follow_up(f"and {rest}", earlier, known)
    return (
        Resolved(rest, leans=True)
        if what.lower() in rest.lower()
        else Resolved(f"{rest.rstrip(' ?')} of {what}?", leans=True)
    )
