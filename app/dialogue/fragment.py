"""A follow-up that names only what changes: another company, figure or period, put into the question before."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from app.companies import called, name_span, named_companies, possessive
from app.dialogue.measures import measures_in, measures_of
from app.dialogue.periods import Said, regions, said_of_period, with_period
from app.dialogue.state import Known, State
from app.dialogue.wording import plain_of, wording
from app.plan_series import read_series

RECENT = 3  # questions whose words a fragment may say again
_ASKS = re.compile(
    r"^(?:what(?:['’]?s|\s+(?:is|was|were|are|has been|have been))?|(?:by\s+)?how\s+(?:much|many|far|fast)(?:\s+(?:did|does|has|have|was|were|is))?|why\s+did|show me|tell me|give me)\s+(?:the\s+)?",
    re.IGNORECASE,
)
_KIND = re.compile(
    r"(?:by\s+)?how\s+(?:much|many|far|fast)\b|(?:how|what)(?!\s+(?:about|if)\b)|why|when|who|where|which",
    re.IGNORECASE,
)
_OF_NAME = re.compile(r"\b[A-Z][\w&.-]*['’]s?\s|\bof\s+[A-Z]")
_WORD = re.compile(r"[^\W_][\w&’'.-]*")
_MINE = re.compile(r"^(?:['’]s|['’])?\s*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Fragment:
    """What a follow-up names. `left`: its words that are none of these and don't say nothing."""

    company: str
    measure: str  # in its own words
    period: Said
    left: tuple[str, ...]

    @property
    def whole(self) -> bool:
        """Whether it names something, and all of it is understood."""
        return not self.left and bool(self.company or self.measure or self.period.anything)


def read_fragment(text: str, companies: Sequence[str]) -> Fragment:
    """What a follow-up names, its opening words taken off before."""
    named = _named(text, companies)
    company = next(iter(named)) if len(named) == 1 else ""
    blanked = text
    if company and (span := name_span(company, text, loose=True)):
        rest = _MINE.match(text[span[1] :])
        blanked = f"{text[: span[0]]}{' ' * (span[1] - span[0] + len(rest[0] if rest else ''))}{text[span[1] + len(rest[0] if rest else '') :]}"
    measures = measures_in(blanked)
    measure = blanked[measures[0].start : measures[-1].end] if measures else ""
    for one in measures:
        blanked = blanked[: one.start] + " " * (one.end - one.start) + blanked[one.end :]
    period = said_of_period(blanked)
    for start, end in period.places:
        blanked = blanked[:start] + " " * (end - start) + blanked[end:]
    silent = wording().silent
    own = {word.lower() for word in re.findall(r"\w+", company)}
    left = tuple(
        word
        for word in _WORD.findall(blanked)
        if word.lower().strip(".'’") not in silent and not (own and word.lower() in own)
    )
    return Fragment(
        company, measure if len(measures) == 1 else "", period, left if len(measures) < 2 else (*left, measure)
    )


def _named(text: str, companies: Sequence[str]) -> set[str]:
    """The companies named, also in small letters: "and birch?"."""
    if named := named_companies(companies, text):
        return named
    spans = {one: span for one in companies if (span := name_span(one, text, loose=True))}
    return {
        one
        for one, (start, _) in spans.items()
        if not any(each.start <= start < each.end for each in measures_in(text))
    }


def forms(fragment: Fragment, state: State) -> Iterator[str]:
    """Whole questions that a fragment may mean: those before with what it names in the place of what they name."""
    defined = _defined(state) if not fragment.measure else ""
    for base in state.questions:
        measure = fragment.measure or (defined if base == state.questions[0] else "")
        if made := edited(base, fragment.company, measure, fragment.period, state):
            yield made
    measure = fragment.measure or defined or _measure_of(state.base)
    company = fragment.company or state.company or ""
    if measure and company:
        text = f"What was {possessive(called(company))} {measure}?"
        period = fragment.period if fragment.period.anything else Said(named=_period_of(state), lead="in")
        if (period.named or period.anything) and (dated := with_period(text, period, latest_year(state))):
            yield dated
        if not fragment.period.anything:
            yield text


def edited(base: str, company: str, measure: str, period: Said, state: State) -> str | None:
    """A question with another company, figure or period in the place of its own; None where it has no such place."""
    text: str | None = base
    if measure and (text := with_measure(base, measure, state.companies)) is None:
        return None
    if company and (text := with_company(text or "", company, state.companies)) is None:
        return None
    if period.anything and (text := with_period(text or "", period, latest_year(state))) is None:
        return None
    return text


def with_measure(base: str, measure: str, companies: Sequence[str]) -> str | None:
    """A question with another figure; None where it asks for none."""
    found = measures_of(base, companies)
    return base[: found[0].start] + measure + base[found[-1].end :] if found else None


def with_company(base: str, company: str, companies: Sequence[str]) -> str | None:
    """A question of another company; None where it isn't plain where its name would stand."""
    named = named_companies(companies, base)
    name = called(company)
    if not named:
        measures = measures_of(base, companies)
        return f"{base[: measures[-1].end]} of {name}{base[measures[-1].end :]}" if measures else None
    if len({called(one).split()[0].lower() for one in named}) > 1:
        return None
    span = name_span(next(iter(named)), base, loose=True)
    if span is None:
        return None
    tail = base[span[1] :]
    if ending := re.match(r"['’]s?(?=\s|\?|$)", tail):
        return f"{base[: span[0]]}{possessive(name)}{tail[ending.end() :]}"
    return f"{base[: span[0]]}{name}{tail}"


def _defined(state: State) -> str:
    """The measure whose meaning was asked for last; "" where the last exchange was about something else."""
    last = state.last
    if last is None or last.answer.kind != "definition":
        return ""
    asked = last.answer.resolved or last.question
    found = measures_in(asked)
    return asked[found[0].start : found[0].end] if len(found) == 1 else ""


def _measure_of(text: str) -> str:
    found = measures_in(text)
    return text[found[0].start : found[-1].end] if found else ""


def _period_of(state: State) -> str:
    """The period of the last question that names one."""
    for text in state.questions:
        if found := regions(text):
            return found[-1]["what"]
    return ""


def latest_year(state: State) -> str:
    """The fiscal year that the last figure was given for: "FY2021"; "" where none was."""
    for _, statement in state.figures:
        for what, read in statement.understood:
            if what == "Periods" and re.fullmatch(r"FY\d{4}", read):
                return read
    return ""


def subject_of(text: str) -> str:
    """What a question was about, without its years and its asking words: "Acorn Mills' revenue"."""
    plain = wording().opens["more"].sub("", plain_of(text), count=1)
    for start, end in sorted(read_series(plain).places, reverse=True):
        plain = f"{plain[:start]} {plain[end:]}"
    for region in reversed(regions(plain)):
        plain = f"{plain[: region.start()]} {plain[region.end() :]}"
    return " ".join(_ASKS.sub("", " ".join(plain.split()).strip(" ,")).split()).strip(" ,")


def _asks_otherwise(text: str, base: str) -> bool:
    """Whether a follow-up is a question of another kind than the one before ("how is it reached?" after "what was it?"), or
    names what it is about by itself: then it takes nobody's place."""
    own, before = _KIND.match(text), _KIND.match(base)
    if own is None:
        return False
    return own[0].lower() != (before[0].lower() if before else "") or bool(_OF_NAME.search(text))


def resolved_fragment(text: str, state: State, known: Known) -> str | None:
    """A fragment made whole: over reports a question that is understood word for word; elsewhere the last one edited."""
    fragment = read_fragment(text, state.companies)
    if fragment.left:  # what the questions before say too is understood with it
        said = {word.lower() for asked in state.questions[:RECENT] for word in _WORD.findall(asked)}
        fragment = replace(fragment, left=tuple(word for word in fragment.left if word.lower() not in said))
    if not fragment.whole:
        return None
    made = list(dict.fromkeys(forms(fragment, state)))
    meant = wording().several.get(fragment.measure.lower(), ())
    if len(meant) == 1 and not any(known.reads(one) for one in made):
        made = list(dict.fromkeys(forms(replace(fragment, measure=meant[0]), state)))
    read = next((one for one in made if known.reads(one)), None)
    if read:
        return read
    base = state.base
    if _asks_otherwise(text, base):
        return None
    if not base or fragment.company or (fragment.period.shift == -1 and not known.reads(base)):
        return made[0] if fragment.company and known.reads(base) and made else None
    return edited(base, "", fragment.measure, fragment.period, state)
