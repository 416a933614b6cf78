"""Follow-ups over articles: the words of the question before that a new one lacks, or one name in another's place."""

import re

from app import definitions
from app.dialogue.state import Known, Resolved, State, came_to_nothing, compares, whole
from app.match import asked_periods
from app.question import POSSESSIVE, YEAR, YEAR_BEFORE, Question, find_months, read_question
from app.terms import tokens, words
from corpus.period import find_periods

_OPENING = re.compile(r"^(?:and|what about|how about|also|so|but|then)\b[\s,:]*", re.IGNORECASE)
_PRONOUN = re.compile(r"\b(?:it|they|them|that|this|those|these|he|she|there|such)\b", re.IGNORECASE)
# "What is CoWoS?" starts anew; "what was Nvidia's?" doesn't.
_NEW_SUBJECT = re.compile(r"(?:what|who)(?:['’]s|\s+(?:is|are|was|were))\s+(?!.*['’]s\W*$)", re.IGNORECASE)
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
_WHOLE = re.compile(r"(?:who|when|where|why)\s+\w+\s+\w", re.IGNORECASE)


def resolve(question: str, state: State, known: Known) -> Resolved:
    """What `question` means after the turns before it; itself where it leans on none."""
    turns = [turn for turn in reversed(state.turns) if not compares(turn)]
    last = next((turn for turn in turns if not came_to_nothing(turn)), turns[0] if turns else state.last)
    if last is None:
        return Resolved(question)
    before = whole(last)
    own = read_question(question, known.names)
    if definitions.define(question, known.glossary) or (own.names and _NEW_SUBJECT.match(question)):
        return Resolved(question)
    if not _leans(question, own):
        return Resolved(question)
    earlier = read_question(before, known.names)
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


def _leans(text: str, own: Question) -> bool:
    if _OPENING.match(text) or (YEAR_BEFORE.search(text) and not own.names):
        return True
    if own.names and own.terms:
        return False
    # "Who makes HBM?" is whole: it asks something of what it names.
    short = len(tokens(text)) <= 4 and not (own.names and _WHOLE.match(text))
    # "Which chips …, and when were they tightened?" explains its pronoun itself.
    return bool((_PRONOUN.search(text) or POSSESSIVE.search(text)) and len(own.clauses) < 2) or (
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
            if asks_own and (POSSESSIVE.search(text) or own.terms):
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
