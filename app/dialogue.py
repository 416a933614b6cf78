"""Follow-ups: a question that leans on the turns before it, made whole."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from app import definitions
from app.answer import AnswerKind, Statement, Turn
from app.figures import figure_of
from app.match import asked_periods
from app.question import YEAR, YEAR_BEFORE, Question, find_months, read_question
from app.terms import tokens, words
from corpus.glossary import Glossary
from corpus.period import find_periods

_OPENING = re.compile(r"^(?:and|what about|how about|also|so|but|then)\b[\s,:]*", re.IGNORECASE)
_PRONOUN = re.compile(r"\b(?:it|they|them|that|this|those|these|he|she|there|such)\b", re.IGNORECASE)
# "What is CoWoS?" starts anew; "what was Nvidia's?" doesn't.
_NEW_SUBJECT = re.compile(r"(?:what|who)(?:['’]s|\s+(?:is|are|was|were))\s+(?!.*['’]s\W*$)", re.IGNORECASE)
_POSSESSIVE = re.compile(r"\b(?:its|their|his|her)\b", re.IGNORECASE)
_TERM = re.compile(
    r"\b(?:that|this|the)\s+(?:term|word|abbreviation|acronym|expression)\b|^what\s+does\s+(?:that|this|it)\s+mean",
    re.IGNORECASE,
)
_COMPARE = re.compile(
    r"^(?:and\s+)?(?:please\s+)?(?:compare\s+(?:the\s+two|them|those|both|these)|(?:what(?:'s|’s|\s+is)\s+)?the\s+difference(?:\s+between\s+(?:the\s+two|them|those|both))?"
    r"|by\s+how\s+much\s+(?:do|did)\s+they\s+differ|how\s+do\s+(?:they|the\s+two)\s+compare)\W*$",
    re.IGNORECASE,
)
# Words of a question that are about asking or about an event, not about its subject.
_VERBS = frozenset(
    [
        "begin",
        "began",
        "begun",
        "start",
        "started",
        "starts",
        "happen",
        "happened",
        "report",
        "reported",
        "announce",
        "announced",
        "arrive",
        "arrived",
        "tighten",
        "tightened",
        "calculate",
        "calculated",
        "reach",
        "reached",
        "fall",
        "fell",
        "rise",
        "rose",
        "grow",
        "grew",
        "grown",
        "jump",
        "jumped",
        "go",
        "went",
        "made",
        "make",
    ]
)
# "Was that better than the year before?", of a figure.
_TURNS = {
    "better": "improve", "an improvement": "improve", "worse": "worsen", "higher": "rise", "more": "rise", "an increase": "rise",
    "lower": "fall", "less": "fall", "a decrease": "fall",
}  # fmt: skip
_BETTER = re.compile(
    rf"(?:and\s+)?(?:is|was|were|are)\s+(?:that|it|this|they|those)\s+({'|'.join(_TURNS)})\b(?=.*\byear\b)",
    re.IGNORECASE,
)
_FISCAL = re.compile(r"\bFY((?:19|20)\d\d)\b")
_LOOSE = re.compile(r"\b(?:quarter|year|month|period)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Resolved:
    """A question made whole: `text`; the two figures to compare; or the term asked about."""

    text: str
    compare: tuple[Statement, Statement] | None = None
    leans: bool = False
    dated: str = ""  # the same with the year before named by its number, where it asks for that


def resolve(question: str, history: Sequence[Turn], glossary: Glossary, known: Collection[str]) -> Resolved:
    """What `question` means after the turns before it; itself where it leans on none."""
    if not history:
        return Resolved(question)
    if _COMPARE.match(question.strip()):
        figures = _figures(history)
        if len(figures) >= 2:
            return Resolved(question, (figures[-1], figures[-2]), True)
    # What compares two figures names nothing that could be carried on.
    last = next((turn for turn in reversed(history) if not _COMPARE.match(turn.question.strip())), history[-1])
    before = last.answer.resolved or last.question
    if _TERM.search(question):
        term = _term_of(history, glossary)
        return Resolved(f"What does {term} mean?", leans=True) if term else Resolved(question)
    own = read_question(question, known)
    if definitions.define(question, glossary) or (own.names and _NEW_SUBJECT.match(question)):
        return Resolved(question)
    if not _leans(question, own):
        return Resolved(question)
    earlier = read_question(before, known)
    if swapped := _swapped(own, earlier, question, before):
        return Resolved(swapped, leans=True)
    carried = _carried(question, own, earlier, before)
    if (better := _BETTER.match(question.strip())) and carried:
        return Resolved(f"Did {carried} {_TURNS[better[1].lower()]}?", leans=True)
    # Inside the question mark, so that it stays one sentence.
    plain = question.rstrip(" ?")
    dated = _year_earlier(question, earlier, before)
    return Resolved(f"{plain}, {carried}?" if carried else question, leans=True, dated=dated)


def _year_earlier(text: str, earlier: Question, before: str) -> str:
    """The question before for the year before, where the new one asks just that and the one before names one year."""
    asked = asked_periods(earlier)
    years = list(YEAR.finditer(before)) or list(_FISCAL.finditer(before))
    only = _OPENING.sub("", YEAR_BEFORE.sub("", text))
    if not YEAR_BEFORE.search(text) or len(asked) != 1 or len(years) != 1 or re.search(r"\w{4,}", _LOOSE.sub("", only)):
        return ""
    year = years[0]
    return before[: year.start(1)] + str(int(year[1]) - 1) + before[year.end(1) :]


def _swapped(own: Question, earlier: Question, text: str, before: str) -> str | None:
    """The question before with one name in another's place: "and the H200?" after "how much has the H100?"."""
    if own.terms or len(own.names) != 1 or own.periods or own.months or own.years or own.year_before:
        return None
    new = [token.text for token in tokens(text) if token.stem in own.names[0]]
    shape = _shape(new[0])
    old = [name for name in earlier.names if _shape_of(name, before) == shape]
    if len(old) != 1:
        return None
    places = [token for token in tokens(before) if token.stem in old[0]]
    return before[: places[0].start] + " ".join(new) + before[places[-1].end :]


def _shape_of(name: tuple[str, ...], text: str) -> str:
    return next((_shape(token.text) for token in tokens(text) if token.stem in name), "word")


def _figures(history: Sequence[Turn]) -> list[Statement]:
    found = []
    for turn in history:
        if turn.answer.kind is AnswerKind.ANSWER:
            statement = next((one for one in turn.answer.statements if figure_of(one)), None)
            if statement:
                found.append(statement)
    return found


def _term_of(history: Sequence[Turn], glossary: Glossary) -> str | None:
    """The term that the last turns turned on: in a calculation's label, in the question, or first in the answer."""
    for turn in reversed(history):
        labels = [
            label
            for statement in turn.answer.statements
            if statement.calculation
            for label, _ in statement.calculation.steps[-1:]
        ]
        for text in (*labels, turn.answer.resolved or turn.question, turn.answer.text):
            found = glossary.terms_in(text)
            if found:
                return found[0][2].term
    return None


def _leans(text: str, own: Question) -> bool:
    if _OPENING.match(text) or (YEAR_BEFORE.search(text) and not own.names):
        return True
    if own.names and own.terms:
        return False
    short = len(tokens(text)) <= 4
    # "Which chips …, and when were they tightened?" explains its pronoun itself.
    return bool((_PRONOUN.search(text) or _POSSESSIVE.search(text)) and len(own.clauses) < 2) or (
        short and not own.terms
    )


def _carried(text: str, own: Question, before: Question, before_text: str) -> str:
    """The words of the question before that the new one keeps, in their order."""
    has_period = bool(own.periods or own.months or own.years)
    asks_own = bool(own.terms) and not (_PRONOUN.search(_OPENING.sub("", text)))
    drop: list[tuple[int, int]] = []
    if has_period:
        drop += [(item.start, item.end) for item in find_periods(before_text)]
        drop += [(start, end) for start, end, _ in find_months(before_text)]
        drop += [match.span() for match in YEAR.finditer(before_text)]
    drop += [match.span() for match in YEAR_BEFORE.finditer(before_text) if YEAR_BEFORE.search(text)]
    periods = [(item.start, item.end) for item in find_periods(before_text)]
    periods += [(start, end) for start, end, _ in find_months(before_text)]
    periods += [match.span() for match in YEAR.finditer(before_text)]
    kept = []
    names = {stem for name in before.names for stem in name}
    # A name takes the place of one of its sort: a product code of a product code, a company of a company.
    replaced = {_shape(token.text) for token in tokens(text) if any(token.stem in name for name in own.names)}
    lists = words()
    end_of_last = -1
    for token in tokens(before_text):
        inside = any(start <= token.start < end for start, end in periods)
        if token.start < end_of_last or any(start <= token.start < end for start, end in drop):
            continue
        is_name = token.stem in names
        if is_name and _shape(token.text) in replaced:
            continue
        if not (inside or is_name):
            if asks_own and (_POSSESSIVE.search(text) or own.terms):
                continue
            if token.text.lower() in lists.stop or token.text.lower() in _VERBS:
                continue
        if token.stem in own.stems:
            continue
        kept.append(token.text)
        end_of_last = token.end
    return " ".join(kept)


def _shape(name: str) -> str:
    if any(character.isdigit() for character in name):
        return "code"
    return "acronym" if name.isupper() else "word"
