"""Follow-ups over companies' reports: "by year", "and operating margin?", "who is the CEO?" after a question on a company.

A follow-up is made whole only into a question that is then understood word for word, so that a guess can't mislead.
"""

import re
from collections.abc import Callable, Iterator, Sequence

from app.answer import Turn
from app.metrics import find_measures
from app.plan_series import read_series
from index.query import is_named, telling_words

LOOKED_BACK = 6  # turns
_OPENING = re.compile(
    r"^(?:and|what about|how about|also|so|but|then|now|ok|okay)\b[\s,:]*(?:what about\s+|how about\s+)?", re.IGNORECASE
)
_ASKS = re.compile(
    r"^(?:what(?:['’]s|\s+(?:is|was|were|are|has been|have been))?|how\s+(?:much|many|did|does|has|have|was|were)|show me|tell me|give me)\s+(?:the\s+)?",
    re.IGNORECASE,
)
_WHEN = re.compile(
    r",?\s*\b(?:(?:in|for|of|at|from|to|until|since|between|and|through|during|the|end|fiscal|year|years|FY)\s*)*(?:FY\s?)?(?:19|20)\d\d\b(?:\s+onwards?)?",
    re.IGNORECASE,
)
_ITS = re.compile(r"\b(?:its|their|the company['’]s)\b", re.IGNORECASE)
_IT = re.compile(r"\b(?:it|they|this|that|the company|the firm)\b", re.IGNORECASE)


def made_whole(
    question: str, history: Sequence[Turn], companies: Sequence[str], reads: Callable[[str], bool]
) -> str | None:
    """The follow-up as a question that `reads` accepts; None where it is one by itself or can't be made one."""
    if not history or reads(question):
        return None
    return next((text for text in _forms(question.strip(), history[-LOOKED_BACK:], companies) if reads(text)), None)


def _forms(question: str, history: Sequence[Turn], companies: Sequence[str]) -> Iterator[str]:
    """What it may mean, the likeliest first."""
    plain = _OPENING.sub("", question).rstrip(" ?.!")
    before = [turn.answer.resolved or turn.question for turn in reversed(history)]
    subject = next((text for text in before if find_measures(text)), "")
    own = find_measures(plain)
    named = any(is_named(company, question) for company in companies)
    if subject and not own and not named and read_series(plain).asked:
        what = _subject(subject)
        yield f"{_IT.sub(lambda _: what, plain, count=1)}?" if _IT.search(plain) else f"What was {what} {plain}?"
    held = find_measures(before[0])
    if len(own) == 1 and len(held) == 1 and not named and own[0].start <= 4 and own[0].end == len(plain):
        yield before[0][: held[0].start] + plain[own[0].start :] + before[0][held[0].end :]
    company = next((one for text in before for one in companies if is_named(one, text)), None)
    if company and not named:
        name = _called(company)
        if _ITS.search(plain):
            yield f"{_ITS.sub(_of(name), plain, count=1)}?"
        elif _IT.search(plain):
            yield f"{_IT.sub(name, plain, count=1)}?"
        else:
            yield f"{plain} of {name}?"


def _subject(text: str) -> str:
    """What a question was about, without its years and its asking words: "Acorn Mills' revenue"."""
    plain = _OPENING.sub("", text).rstrip(" ?.!")
    for start, end in sorted(read_series(plain).places, reverse=True):
        plain = f"{plain[:start]} {plain[end:]}"
    plain = _ASKS.sub("", _WHEN.sub(" ", plain).strip(" ,"))
    return " ".join(plain.split()).strip(" ,")


def _called(company: str) -> str:
    name = " ".join(telling_words(company)) or company
    return name.title() if name.isupper() else name


def _of(name: str) -> str:
    return f"{name}'" if name.endswith("s") else f"{name}'s"
