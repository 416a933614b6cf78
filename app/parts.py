"""A question with several parts as questions of their own, and one answer of what these get.

What a part leans on (the name that "its" stands for, the period) is taken from the parts before it. The answer says of
each part that gets none why it doesn't.
"""

import re
from collections.abc import Sequence
from dataclasses import replace

from app.answer import Answer, AnswerKind, joined
from app.question import MONTH_YEAR, POSSESSIVE, YEAR, Kind, Question, read_question
from app.terms import tokens
from corpus.period import find_periods

MOST = 4
_IT = re.compile(r"\b(?:it|they|them|he|she)\b", re.IGNORECASE)
_DATED = frozenset([Kind.FIGURE, Kind.CAUSE, Kind.YES_NO])
_END = re.compile(r"[\s?.!,]+$")


def parts_of(question: Question) -> list[str]:
    """The parts of a question, each whole by itself; empty where it has one only, or one leans on what isn't plain."""
    if not 1 < len(question.clauses) <= MOST:
        return []
    whole: list[str] = []
    subject = period = ""
    for clause in question.clauses:
        plain = _END.sub("", clause)
        if not plain:
            return []
        own = read_question(plain)
        names = _names(plain, question)
        pronoun = POSSESSIVE.search(plain) or _IT.search(plain)
        if pronoun and not (names and plain.find(names[0]) < pronoun.start()):
            if not subject:
                return []
            plain = _IT.sub(subject, POSSESSIVE.sub(f"{subject}'s", plain))
            names = [subject]
        subject = names[0] if names else subject
        stated = _periods(plain)
        if not stated and period and own.kind in _DATED:
            plain = f"{plain} in {period}"
        period = stated or period
        whole.append(f"{plain[0].upper()}{plain[1:]}?")
    return whole


def together(question: str, parts: Sequence[str], answers: Sequence[Answer]) -> Answer | None:
    """One answer of the parts' own; None where none of them has one."""
    given = [one for one in answers if one.kind is not AnswerKind.REFUSAL and one.statements]
    if not given:
        return None
    statements = tuple(dict.fromkeys(statement for one in given for statement in one.statements))
    remarks = [one.remark for one in given if one.remark]
    remarks += [
        f"Not answered: “{part}” {one.text}"
        for part, one in zip(parts, answers, strict=True)
        if one.kind is AnswerKind.REFUSAL
    ]
    kind = AnswerKind.ANSWER if len({one.kind for one in given}) > 1 else given[0].kind
    nearest = tuple(dict.fromkeys(citation for one in answers for citation in one.nearest))
    return replace(given[0], question=question, kind=kind, text=joined(statements), statements=statements, nearest=nearest, resolved="",
                   candidates=(), remark=" ".join(remarks))  # fmt: skip


def _names(text: str, question: Question) -> list[str]:
    """The question's names that a part holds, as they are written there."""
    known = {stem for name in question.names for stem in name}
    runs: list[tuple[int, int]] = []
    for token in tokens(text):
        if token.stem not in known:
            continue
        if runs and not text[runs[-1][1] : token.start].strip():
            runs[-1] = (runs[-1][0], token.end)
        elif not runs or token.start >= runs[-1][1]:
            runs.append((token.start, token.end))
    return [re.sub(r"['’]s?$", "", text[start:end]) for start, end in runs]


def _periods(text: str) -> str:
    """The one period that a part names, in its words; "" for none or several."""
    spans = [(one.start, one.end) for one in find_periods(text)]
    spans += [found.span() for found in MONTH_YEAR.finditer(text)]
    for found in YEAR.finditer(text):
        if not any(start <= found.start() < end for start, end in spans):
            spans.append(found.span())
    return text[spans[0][0] : spans[0][1]] if len(spans) == 1 else ""
