"""Causes: the sentence that gives the reason, or a chain of causes in its order."""

import re
from collections.abc import Sequence
from dataclasses import replace

from app.evidence import Pages, Sentence
from app.extract import Scored, answers, best_of, distinct
from app.match import Acronyms, Weights, fit_sentence, keeps_narrowing
from app.measure import find_measures, nearest_measure
from app.question import Question
from app.terms import direction, match, tokens, words
from corpus.document import Span
from index.hit import Hit

TITLE_WORDS = 4  # of a sentence that is only a title
_STEP = re.compile(
    r"^(?:first|second|third|fourth|fifth|next|then|finally|furthermore|moreover|in addition|also|lastly)\b|^\d[.)]",
    re.IGNORECASE,
)


# Words before which stands what came of it, and after which why.
_DUE_TO = re.compile(
    r"\b(?:due to|because|as a result of|driven by|attributable to|resulting from|caused by|owing to|thanks to)\b",
    re.IGNORECASE,
)

_BARE = re.compile(
    r"^(?:The|This|That|These|Such)\s+(?:net\s+|overall\s+)?(?:increases?|decreases?|declines?|growth|changes?|rise|fall|drop)\b(?!\s+(?:in|of|for)\b)",
)


def gives_reason(question: Question, scored: Scored) -> bool:
    """Whether a sentence answers and says why: it has "because", "since", "due to" and the like."""
    because = words().because
    return (
        answers(question, scored)
        and scored.fit.own >= 0.6
        and any(token.text.lower() in because for token in tokens(scored.sentence.text))
    )


def explains(question: Question, sentence: Sentence) -> bool:
    """Whether what a sentence gives a reason for is a measure asked about; true of one that gives no reason so."""
    due = _DUE_TO.search(sentence.text)
    if due is None or not question.measures:
        return True
    told = [sentence.text[: due.start()], sentence.before]
    if _BARE.match(sentence.text):
        # "The increase" is of what the sentence before speaks of: where that is a part's revenue, it isn't the whole's.
        told = [sentence.previous]
        if not keeps_narrowing(question.text, sentence.previous):
            return False
    elif not direction(told[0]):
        return True
    return any(found.measure.name in question.measures for text in told for found in find_measures(text))


def with_antecedent(sentence: Sentence, pages: Pages) -> list[Sentence]:
    """The sentence, after the one before it where it begins with a bare "The increase": of what, that one says."""
    if not (sentence.previous and _BARE.match(sentence.text)):
        return [sentence]
    place, text = sentence.span, pages.text(sentence.document_id, sentence.span.page)
    start = text.rfind(sentence.previous, 0, place.start)
    span = Span(place.page, start, start + len(sentence.previous))
    return [replace(sentence, span=span, text=sentence.previous, before="", previous=""), sentence]


def contradicts(question: Question, found: Sequence[Sentence], weights: Weights, short: Acronyms) -> list[Sentence]:
    """The sentences that say the opposite of the direction that the question takes for granted; none where one bears it out."""
    if not question.direction:
        return []
    lists = words()
    plain = frozenset(term.stem for term in question.terms if term.text.lower() not in lists.rise | lists.fall)
    about = [
        (sentence, direction(sentence.text))
        for sentence in found
        if plain
        and all(match(one, sentence.stems) for one in plain)
        and (fit := fit_sentence(question, sentence, weights, short)).names
        and fit.period
    ]
    if any(way == question.direction for _, way in about):
        return []
    return [sentence for sentence, way in about if way == -question.direction]


def turns(question: Question, sentence: Sentence) -> bool:
    """Whether what a sentence says of a rise or fall it says of the measure asked about, not of another beside it."""
    lists = words()
    return all(
        nearest_measure(token.start, token.end, sentence.text) in question.measures
        for token in tokens(sentence.text)
        if token.text.lower() in lists.rise | lists.fall
    )


def chain(question: Question, hits: Sequence[Hit], pages: Pages, headline: Sentence | None) -> list[Sentence]:
    """A chain of causes: the steps under a heading or a sentence that asks or announces them, each by its best sentences.

    Steps are subsections, or paragraphs that open with "First", "Second", "Furthermore". Empty where there is none.
    """
    steps = _steps_by_section(question, hits, pages) or _steps_by_opening(question, hits, pages)
    if len(steps) < 2:
        return []
    return distinct([*([headline] if headline else []), *(one for step in steps for one in best_of(step))])


def _asks_cause(text: str) -> bool:
    lists = words()
    return any(token.text.lower() in lists.cause or token.stem in lists.cause for token in tokens(text)) or bool(
        re.search(r"\bdriving\b|\bchain of\b", text, re.IGNORECASE)
    )


def _steps_by_section(question: Question, hits: Sequence[Hit], pages: Pages) -> list[list[Sentence]]:
    for hit in hits:
        for depth, heading in enumerate(hit.section, 1):
            if not _asks_cause(heading) or not _concerns(question, hit, heading):
                continue
            prefix = hit.section[:depth]
            parts: dict[tuple[str, ...], list[Sentence]] = {}
            for stored in pages.store.passages_of(hit.document_id):
                passage = stored.passage
                if passage.section[:depth] == prefix and not passage.is_table:
                    held = parts.setdefault(passage.section, [])
                    for sentence in pages.sentences_in(hit.document_id, passage.span, passage.section):
                        if passage.span.start <= sentence.span.start < passage.span.end and sentence not in held:
                            held.append(sentence)
            deeper = [found for section, found in parts.items() if len(section) > depth and found]
            return deeper or _paragraph_leads(parts.get(prefix, []), pages)
    return []


def _leads_to(question: Question, hit: Hit, before: Sequence[Sentence]) -> bool:
    """Whether what stands up to an announced chain of causes tells what is asked about."""
    told = frozenset(stem for one in before for stem in one.stems)
    around = told | frozenset(token.stem for text in (*hit.section, hit.document) for token in tokens(text))
    named = question.names_in(around)
    held = sum(bool(match(term.stem, told)) for term in question.terms)
    return named and held * 2 >= len(question.terms)


def _concerns(question: Question, hit: Hit, heading: str) -> bool:
    """Whether a heading's section is about what is asked: its names and some of its words."""
    around = frozenset(token.stem for text in (*hit.section, hit.document, hit.text) for token in tokens(text))
    named = question.names_in(around)
    held = sum(bool(match(term.stem, around)) for term in question.terms)
    return named and held * 2 >= len(question.terms)


def _paragraph_leads(found: Sequence[Sentence], pages: Pages) -> list[list[Sentence]]:
    """The first sentence of each paragraph, with the next one where it is only a title ("Season.")."""
    leads: list[list[Sentence]] = []
    for sentence in found:
        text = pages.text(sentence.document_id, sentence.span.page)
        if (
            sentence.span.start == 0
            or text[text.rfind("\n", 0, sentence.span.start) + 1 : sentence.span.start].strip("*_ ") == ""
        ):
            leads.append([sentence])
        elif leads and len(leads[-1]) == 1 and len(leads[-1][0].text.split()) <= TITLE_WORDS:
            leads[-1].append(sentence)
    return leads


def _steps_by_opening(question: Question, hits: Sequence[Hit], pages: Pages) -> list[list[Sentence]]:
    """Paragraphs after a sentence that asks for or announces causes, from "First" on."""
    for hit in hits:
        text = pages.text(hit.document_id, hit.span.page)
        whole = Span(hit.span.page, 0, len(text))
        found = pages.sentences_in(hit.document_id, whole, ())
        anchor = next(
            (number for number, one in enumerate(found) if _asks_cause(one.text) and _opens(found, number)), None
        )
        if anchor is None or not _leads_to(question, hit, found[: anchor + 1]):
            continue
        steps: list[list[Sentence]] = []
        for one in found[anchor + 1 :]:
            opening = one.span.start == 0 or text[one.span.start - 1] == "\n"
            if opening and _STEP.match(one.text):
                steps.append([one])
            elif opening and steps:
                break
            elif steps:
                steps[-1].append(one)
        if len(steps) > 1:
            return steps
    return []


def _opens(found: Sequence[Sentence], number: int) -> bool:
    """Whether a step opens soon after the sentence."""
    return any(_STEP.match(one.text) for one in found[number + 1 : number + 5])
