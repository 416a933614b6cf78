"""Questions to suggest: made of what the document holds, tried in turn, and kept where the document answers them."""

import re
import time
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from app.answer import AnswerKind
from app.asking import answer_to
from app.companies import called, possessive
from app.export import citations_of
from app.measure import find_measures
from app.overview.contents import Part
from corpus.document import Kind
from corpus.errors import FootnoteError
from index.facts import Fact

if TYPE_CHECKING:
    from app.evidence import Sentence
    from app.footnote import Footnote
    from corpus.glossary_entry import GlossaryEntry
    from index.store import DocumentRecord

REPORTS = (Kind.ANNUAL_REPORT, Kind.QUARTERLY_REPORT)
_POSSESSIVE = re.compile(r"\b([A-Z][\w&-]+(?: [A-Z][\w&-]+)*)['’]s\b")
_ASKS = re.compile(r"(?:what|why|how|who|when|where|which)\b(?P<more>\s+(?!the\b|an?\b|to\b)\w+)?", re.IGNORECASE)
MOST_QUESTIONS = 5
MOST_OF_A_KIND = 3  # kept of those that are made alike
MOST_TRIED = 40
SECONDS = 4.0  # in which they are tried


def candidates(
    record: "DocumentRecord",
    forms: dict[str, list[str]],
    facts: Sequence[Fact],
    sentences: "Sequence[Sentence]",
    parts: Sequence[Part],
    terms: "Sequence[GlossaryEntry]",
) -> list[list[str]]:
    """Questions by what they are made of: statements, sentences with figures, headings, terms."""
    metadata = record.metadata
    company = called(metadata.company) if metadata.company else ""
    kind = "report" if metadata.kind in REPORTS else "article" if metadata.kind is Kind.ARTICLE else "document"
    period = metadata.period
    year = max((one.year for one in facts), default=None) or (period.fiscal_year if period else None)
    filing = company and year and (facts or metadata.kind in REPORTS)
    measured = {
        (_whose(one.text) or company, found.measure.name): None
        for one in sentences
        for found in find_measures(one.text)
    }
    return [
        [form.format(company=company, whose=possessive(company), year=year) for form in forms["filing"]]
        if filing
        else [],
        [
            form.format(whose=possessive(name), measure=measure)
            for name, measure in measured
            if name
            for form in forms["measure"]
        ],
        [question for part in parts for question in _of_heading(part.name, forms["heading"])],
        [form.format(term=entry.term) for entry in terms for form in forms["term"]],
        [] if filing else [form.format(kind=kind) for form in forms["whole"]],
        [form.format(measure=measure) for _, measure in measured for form in forms["nameless"]],
    ]


def _whose(text: str) -> str:
    """The name that stands in the possessive in a sentence, "" for none."""
    found = _POSSESSIVE.search(text)
    return found[1] if found else ""


def _of_heading(heading: str, forms: Sequence[str]) -> list[str]:
    text = heading.rstrip(".:?!")
    if asks := _ASKS.match(text):
        return [f"{text}?"] if asks["more"] else []  # "What the rules do" asks nothing
    return [form.format(heading=_lowered(text)) for form in forms]


def answered(engine: "Footnote", record: "DocumentRecord", groups: Iterable[Sequence[str]]) -> tuple[str, ...]:
    """Those that the document alone answers, citing itself: a few of each group in turn, within `SECONDS`."""
    deadline = time.monotonic() + SECONDS
    kept: list[str] = []
    told: set[str] = set()  # what was answered: two questions with one answer are one too many
    for group in groups:
        of_kind = 0
        for question in group[:MOST_TRIED]:
            if len(kept) == MOST_QUESTIONS or time.monotonic() > deadline:
                return tuple(kept)
            if of_kind == MOST_OF_A_KIND:
                break
            if (text := _answer(engine, record, question)) and text not in told:
                told.add(text)
                kept.append(question)
                of_kind += 1
    return tuple(kept)


def _answer(engine: "Footnote", record: "DocumentRecord", question: str) -> str:
    """What the document answers, "" for nothing; never with the help of a language model."""
    try:
        answer = engine.checked(answer_to(engine, question, (), frozenset([record.id])))
    except FootnoteError:
        return ""
    if answer.kind is AnswerKind.REFUSAL or any(one.document != record.name for one in citations_of(answer)):
        return ""
    return answer.text


def _lowered(heading: str) -> str:
    """A heading inside a sentence: its first letter small, unless it is a name or an abbreviation."""
    words = heading.split()
    return " ".join([_small(words[0]), *words[1:]]) if words else heading


def _small(word: str) -> str:
    return word if word[1:] != word[1:].lower() else word[:1].lower() + word[1:]
