"""Follow-ups over companies' reports: "by year", "and operating margin?", "who is the CEO?" after a question on a company.

A follow-up is made whole only into a question that is then understood word for word, so that a guess can't mislead.
"""

import re
from collections.abc import Iterator

from app.companies import called, named_companies, possessive
from app.dialogue.fragment import subject_of
from app.dialogue.state import Known, State
from app.dialogue.wording import plain_of, wording
from app.metrics import find_measures
from app.plan_series import read_series

_ITS = re.compile(r"\b(?:its|their|the company['’]s)\b", re.IGNORECASE)
_TREND = re.compile(
    r"(?:what(?:['’]?s|\s+(?:is|was))\s+)?(?:the\s+|its\s+)?(?:trend|development|trajectory)(?:\s+like)?", re.IGNORECASE
)
_IT = re.compile(r"\b(?:it|they|this|that|the company|the firm)\b", re.IGNORECASE)


def made_whole(question: str, state: State, known: Known) -> str | None:
    """The follow-up as a question that is understood; None where it is one by itself or can't be made one."""
    if known.reads(question):
        return None
    return next((text for text in _forms(question, state) if known.reads(text)), None)


def _forms(question: str, state: State) -> Iterator[str]:
    """What it may mean, the likeliest first."""
    plain = wording().opens["more"].sub("", plain_of(question), count=1)
    subject = next((text for text in state.questions if find_measures(text)), "")
    named = bool(named_companies(state.companies, question))
    if subject and not find_measures(plain) and not named and read_series(plain).asked:
        what = subject_of(subject)
        if _TREND.fullmatch(plain):
            yield f"How did {what} develop?"
        yield f"{_IT.sub(lambda _: what, plain, count=1)}?" if _IT.search(plain) else f"What was {what} {plain}?"
    if state.company and not named:
        name = called(state.company)
        if _ITS.search(plain):
            yield f"{_ITS.sub(possessive(name), plain, count=1)}?"
        elif _IT.search(plain):
            yield f"{_IT.sub(name, plain, count=1)}?"
        else:
            yield f"{plain} of {name}?"


def of(name: str) -> str:
    """The genitive of a name as a person wrote it."""
    return name if re.search(r"['’]s?$", name) else possessive(name)
