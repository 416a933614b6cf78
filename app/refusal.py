"""Refusals: what is said where nothing answers, and the nearest passages. Never a figure."""

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from app.answer import Citation
from app.lack import lacking_text
from app.measure import find_measures, measure_of
from app.question import Kind, Question
from app.terms import match, tokens
from index.hit import Hit
from index.line_items import ItemValue
from index.store import DocumentRecord

if TYPE_CHECKING:
    from app.answering import Answering

NEAREST = 3
LONGEST = 400  # characters of a passage shown
_MOST_PHRASES = 3
_CHINESE = re.compile(r"[\u4e00-\u9fff]")
_OPENING = "The documents don't say."
_OPENINGS = {
    Kind.WHO: "The documents don't say who.",
    Kind.WHEN: "The documents don't say when.",
    Kind.CAUSE: "The documents don't say why.",
    Kind.METHOD: "The documents don't say how.",
    Kind.FIGURE: "The documents don't give that figure.",
}
_CHINESE_QUESTION = (
    "The question is in Chinese and the documents aren't: ask in English, or look up a term (“什么是HBM？”). "
    "这些文档不是中文的，请用英文提问，或查询术语。"
)
CANDIDATES = "The rows shown may be meant, but not beyond doubt: ask with a row's own words and the period."
_HINT = "Ask for a fact, a cause, a figure or the meaning of a term that your documents hold."


def text(answering: "Answering", documents: Sequence[DocumentRecord], lacking: Sequence[str] = ()) -> str:
    """What a refusal says: which kind of thing is missing, of what, and what the nearest passages give instead.

    `lacking`: line items that the figure asked for would need and the statements don't give beyond doubt.
    """
    question = answering.question
    absent = lacking_text(question, documents, answering.store.frequency)
    if lacking:
        why = f"It needs {_listed(lacking)}, which no statement here gives beyond doubt for each period asked about."
        return " ".join(one for one in ("The documents don't give that figure.", absent, why) if one)
    if len(_CHINESE.findall(question.text)) > 2 and not any(one.metadata.language == "zh" for one in documents):
        return _CHINESE_QUESTION
    if absent:
        return f"{_OPENINGS.get(question.kind, _OPENING)} {absent}"
    asked = _phrases(question)
    if question.kind is Kind.OPEN and asked and not _any_known(answering, asked):
        return f"Nothing in the documents is about {_listed(asked)}. {_HINT}"
    about = f" Nothing found on {_listed(asked)} that answers it." if asked else ""
    return f"{_OPENINGS.get(question.kind, _OPENING)}{about}{_instead(answering)}"


def of_items(lacking: Sequence[str]) -> str:
    """What is said where figures of one company are set against each other and its statements don't give all of them."""
    said = f"The documents don't give {_listed(lacking)} beyond doubt for the period asked about, so that nothing is compared."
    return f"{said} Ask for each figure by itself."


def of_companies(figure: str, lacking: Sequence[str], given: Sequence[str]) -> str:
    """What is said where several companies are asked about and not all of their statements give the figure."""
    said = f"The documents don't give {figure} beyond doubt for {_listed(lacking)}, so that nothing is compared."
    return f"{said} They give it for {_listed(given)}: ask for that alone." if given else said


def doubtful(values: Sequence[ItemValue]) -> str:
    """What is said where the cells are found and a check of their statement speaks against them; "" where none are."""
    names = dict.fromkeys(value.concept.name for value in values)
    if not values:
        return ""
    return (
        f"The documents don't give that figure beyond doubt. The cells for {_listed(list(names))} were found (shown below), but a "
        "total of their statement isn't the sum of its parts as read, so nothing is computed from them. See the page itself."
    )


def nearest(hits: Sequence[Hit]) -> tuple[Citation, ...]:
    """The best passages, each cut at a sentence where it is long."""
    return tuple(_shortened(hit) for hit in hits[:NEAREST])


def _shortened(hit: Hit) -> Citation:
    shown = hit.text
    if len(shown) > LONGEST:
        cut = max(shown.rfind(mark, 100, LONGEST) for mark in (". ", "\n", "; "))
        shown = shown[: cut + 1 if cut > 0 else LONGEST].rstrip()
    return Citation(hit.document, hit.span.page, hit.span.start, hit.span.start + len(shown), shown)


def _phrases(question: Question) -> list[str]:
    """The question's own words that an answer would be about, those side by side together; none with a digit."""
    runs: list[tuple[int, int]] = []
    for token in tokens(question.text):
        if token.stem not in question.stems or any(character.isdigit() for character in token.text):
            continue
        if runs and re.fullmatch(r"(?:['’]s)?[\s-]*", question.text[runs[-1][1] : token.start]):
            runs[-1] = (runs[-1][0], max(token.end, runs[-1][1]))
        elif not runs or token.start >= runs[-1][1]:
            runs.append((token.start, token.end))
    return list(dict.fromkeys(question.text[start:end] for start, end in runs))[:_MOST_PHRASES]


def _listed(phrases: Sequence[str]) -> str:
    return ", ".join(f"“{phrase}”" for phrase in phrases)


def _any_known(answering: "Answering", phrases: Sequence[str]) -> bool:
    """Whether the passages found hold a word of any of the phrases."""
    held = _stems(*(text for hit in answering.hits for text in (hit.text, hit.document)))
    return any(match(token.stem, held) for phrase in phrases for token in tokens(phrase))


def _stems(*texts: str | None) -> frozenset[str]:
    return frozenset(token.stem for text in texts if text for token in tokens(text))


def _instead(answering: "Answering") -> str:
    """Of which other measures the nearest passages give figures, where a figure was asked for."""
    question = answering.question
    if question.kind is not Kind.FIGURE or not question.measures:
        return ""
    near = [one for one in answering.found if one.rank < NEAREST and question.names_in(one.stems | one.around)]
    given = {
        name
        for one in near
        for quantity in one.quantities
        if (name := measure_of(quantity, one.text)) and name not in question.measures
    }
    documents = {hit.document for hit in answering.hits[:NEAREST]}
    given |= {
        found.measure.name
        for fact in answering.facts
        if fact.document in documents
        and re.search(r"\d", fact.text)
        and question.names_in(_stems(fact.label, fact.caption, fact.metadata.company, fact.metadata.title))
        for found in find_measures(fact.label)
        if found.measure.name not in question.measures
    }
    names = sorted(given)[:4]
    return f" The nearest passages give figures for {', '.join(names)} instead." if names else ""
