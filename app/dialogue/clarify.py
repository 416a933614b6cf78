"""Asking back: a question that fits two companies or two measures equally gets the readings to choose from, no guess."""

import re
from collections.abc import Callable, Collection, Sequence

from app.answer import Answer, AnswerKind
from app.companies import called, name_span, named_companies, one_company
from app.dialogue.fragment import with_company
from app.dialogue.state import State
from app.dialogue.wording import plain_of, wording
from app.metrics import find_measures
from app.plan_reader import read_plan

MOST_CHOICES = 12
MOST_TRIED = 60  # companies whose reports are asked whether they have the figure
WHICH_COMPANY = "Which company is meant? The reports of more than one give this figure."
MORE_COMPANIES = f"{WHICH_COMPANY} These are some of them; any other can be named."
WHICH_MEASURE = "Which of these is meant? The question fits more than one figure."
_WORD = re.compile(r"[^\W_]+")


def companies_meant(question: str, companies: Collection[str], gives: Callable[[str], bool]) -> tuple[str, ...]:
    """The question for each of the companies that it may mean, by name; empty where it names one, or fits just one.

    `gives`: whether the reports answer a whole question.
    """
    named = named_companies(companies, question)
    if named and (one_company(named) or len({name_span(one, question) for one in named}) > 1):
        return ()
    among = sorted(named or companies, key=str.lower)
    if len(among) < 2 or one_company(among) or not _is_figure(question, named):
        return ()
    forms: list[str] = []
    plain = re.sub(r"\b(?:its|their)\s+", "", question, flags=re.IGNORECASE)  # nobody was named that it could stand for
    for company in among[:MOST_TRIED]:
        form = _of(plain, company, named)
        if form and form not in forms and gives(form):
            forms.append(form)
        if len(forms) == MOST_CHOICES:
            break
    return tuple(forms) if len(forms) > 1 else ()


def figures_meant(question: str, gives: Callable[[str], bool]) -> tuple[str, ...]:
    """The question for each of the figures that a short name in it may mean ("EPS"), of those that the reports give."""
    for name, figures in wording().several.items():
        found = re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", question, 0 if name.isupper() else re.IGNORECASE)
        if found and not any(one.start < found.end() and found.start() < one.end for one in find_measures(question)):
            forms = [f"{question[: found.start()]}{figure}{question[found.end() :]}" for figure in figures]
            return tuple(form for form in forms if gives(form))
    return ()


def _is_figure(question: str, named: Collection[str]) -> bool:
    return read_plan(question, sorted(named)) is not None


def _of(question: str, company: str, named: Collection[str]) -> str | None:
    """The question with the company's name in the place of the one that several share, or behind the figure."""
    if not named:
        return with_company(question, company, [company])
    shared = _shared(named)
    found = re.search(rf"\b{re.escape(shared)}\b(?P<ending>['’]s?(?=\s|\?|$))?", question) if shared else None
    if not found:
        return None
    name = called(company)
    ending = ("'" if name.endswith("s") else "'s") if found["ending"] else ""
    return f"{question[: found.start()]}{name}{ending}{question[found.end() :]}"


def _shared(named: Collection[str]) -> str:
    """The first word that all of the names have in common; "" where they have none."""
    firsts = {called(one).split()[0] for one in named}
    return next(iter(firsts)) if len(firsts) == 1 else ""


def asked_back(question: str, said: str, choices: Sequence[str], resolved: str = "") -> Answer:
    """A refusal that asks which of the choices is meant, each a whole question."""
    return Answer(question, AnswerKind.REFUSAL, said, resolved=resolved, choices=tuple(choices))


def chosen(question: str, state: State) -> str | None:
    """The choice that a follow-up picks of those last offered, by its place or by words that no other choice has."""
    last = state.last
    if last is None:
        return None
    if not last.answer.choices:
        return _other(question, state)
    choices = last.answer.choices
    said = plain_of(wording().opens["more"].sub("", plain_of(question), count=1)).lower()
    words = [
        word
        for word in _WORD.findall(said)
        if word not in ("the", "one", "number", "option", "choice", "company", "please")
    ]
    words = words or _WORD.findall(said)
    if len(words) == 1:
        place = next((place for place, names in enumerate(wording().ordinals) if words[0] in names), None)
        if place is not None:
            position = len(choices) - 1 if place == len(wording().ordinals) - 1 else place
            return choices[position] if position < len(choices) else None
    held = [one for one in choices if all(word in _WORD.findall(one.lower()) for word in words)]
    return held[0] if words and len(held) == 1 else None


def _other(question: str, state: State) -> str | None:
    """The other of two choices, after one of them was picked."""
    if not wording().says("other_choice", question):
        return None
    for before, after in zip(reversed(state.turns[:-1]), reversed(state.turns), strict=False):
        if len(before.answer.choices) == 2 and after.answer.resolved in before.answer.choices:
            return next(one for one in before.answer.choices if one != after.answer.resolved)
    return None
