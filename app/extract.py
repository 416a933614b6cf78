"""Sentences chosen and trimmed to an answer: the one that says it, a list, or a chain of causes in its order."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.answer import Statement
from app.answer_type import can_answer
from app.companies import telling_word
from app.evidence import Pages, Sentence
from app.match import SUPPOSES, Acronyms, Fit, Weights, fit_sentence, keeps_narrowing, new_dates, new_figures, new_names
from app.measure import find_measures, of_measures
from app.question import Kind, Question
from app.terms import capitalised, direction, match, stems_of, tokens, words
from corpus.document import Span
from index.hit import Hit

if TYPE_CHECKING:
    from index.embedding import PassageEmbedding

CANDIDATES = 16  # sentences compared by meaning; more would cost time and, ranked by words already, add little
ENOUGH = {True: (0.5, 0.7), False: (0.3, 0.6)}  # own and total share of the question's words; True for a figure
TOGETHER = 0.75  # words and meaning, where no figure is asked for: neither alone makes up for the other
LONE = 0.5  # cosine from which a sentence is about the one word that is asked about
MISSING = 0.25  # share of a figure's question, by weight, that one word may have and be absent
NEAR = 0.85  # of the best score: further sentences of an open answer
DUPLICATE = 0.6  # share of common words from which two sentences say the same
MOST = 4
_ANNOUNCES = re.compile(
    r"\b(?:two|three|four|five|six|seven|several|some|the following|these|many)\s+(?:\w+\s+){0,2}\w+s\b|:\s*$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Scored:
    """A sentence with how well it fits and how near it is in meaning (cosine)."""

    sentence: Sentence
    fit: Fit
    similarity: float

    @property
    def score(self) -> float:
        """Words first, meaning second, the passage's rank to break ties."""
        return 0.55 * self.fit.total + 0.15 * self.fit.own + 0.3 * self.similarity - 0.004 * self.sentence.rank


def rank(
    question: Question, found: Sequence[Sentence], weights: Weights, short: Acronyms, embedding: "PassageEmbedding"
) -> list[Scored]:
    """Sentences that keep the question's names and periods, best first."""
    fits = [(sentence, fit_sentence(question, sentence, weights, short)) for sentence in found]
    kept = [(sentence, fit) for sentence, fit in fits if fit.names and fit.period and not sentence.text.endswith("?")]
    kept.sort(key=lambda pair: (-pair[1].total - 0.3 * pair[1].own, pair[0].rank))
    kept = kept[:CANDIDATES]
    if not kept:
        return []
    vectors = embedding.embed([question.text, *(f"{one.before} {one.text}".strip() for one, _ in kept)])
    similarities = vectors[1:] @ vectors[0]
    scored = [Scored(one, fit, float(near)) for (one, fit), near in zip(kept, similarities, strict=True)]
    return sorted(scored, key=lambda one: -one.score)


def answers(question: Question, scored: Scored) -> bool:
    """Whether a sentence answers the question: words enough, and of the kind asked for."""
    text = scored.sentence.text
    if not can_answer(question, text):
        return False
    is_figure = question.kind is Kind.FIGURE
    own, total = ENOUGH[is_figure]
    # Near in meaning makes up for some of the words; not where a figure is asked for: the gross margin is near to the
    # operating margin in all but the word that matters.
    ease = 0.0 if is_figure else max(0.0, scored.similarity - 0.5)
    if is_figure and scored.fit.missing > MISSING:
        return False
    # Of a sentence that holds the question's words, a low cosine says only that it speaks of more besides.
    dated = question.kind is Kind.WHEN and scored.fit.total >= 0.85
    told = scored.fit.own >= 0.8 and len(question.terms) + len(question.names) > 1
    strange = scored.similarity < 0.25 and not (told or dated)
    # One word alone may be used in quite another sense.
    lone = len(question.terms) == 1 and not (question.names or question.months or question.periods)
    strange = strange or (lone and not is_figure and scored.similarity < LONE)
    if scored.fit.own < own - ease or scored.fit.total < total - ease or strange:
        return False
    if not is_figure and scored.fit.total + 0.5 * (scored.similarity - 0.4) < TOGETHER:
        return False
    if question.direction and direction(text) == -question.direction:
        return False
    if question.kind is Kind.YES_NO and question.measures and not _speaks_of(question, scored.sentence):
        return False  # whether revenue fell no sentence tells that isn't about revenue
    if question.kind is Kind.YES_NO and question.measures and question.direction and not _turns(question, text):
        return False  # nor one that has another thing fall
    if (is_figure or question.measures) and not keeps_narrowing(
        question.text, text, *scored.sentence.section, scored.sentence.before
    ):
        return False
    if _FUTURE.search(question.text) and not any(token.text.lower() in words().future for token in tokens(text)):
        return False  # what was tells nothing of what will be
    if question.kind is Kind.CAUSE and not of_measure(question, scored.sentence):
        return False
    if question.kind is Kind.WHO:
        return new_names(question, text)
    if question.kind is Kind.WHEN:
        return new_dates(question, text) or (
            _asks_condition(question) and scored.fit.own >= 0.6 and bool(_CONDITION.search(text))
        )
    if is_figure and SUPPOSES.search(text) and not SUPPOSES.search(question.text):
        return False
    return not is_figure or new_figures(question, text)


def of_measure(question: Question, sentence: Sentence) -> bool:
    """Whether a sentence's figures, if it has any, are of the measure that the question is about."""
    quantities = sentence.quantities
    return not quantities or bool(of_measures(quantities, sentence.text, question.measures))


def _speaks_of(question: Question, sentence: Sentence) -> bool:
    """Whether a sentence, or what it leans on, names a measure asked about."""
    texts = (sentence.text, sentence.before, *sentence.section)
    return any(found.measure.name in question.measures for text in texts for found in find_measures(text))


def _turns(question: Question, text: str) -> bool:
    """Whether a rise or fall that a sentence tells stands near a measure asked about."""
    lists = words()
    wanted = [found for found in find_measures(text) if found.measure.name in question.measures]
    changes = [one for one in tokens(text) if one.text.lower() in lists.rise | lists.fall]
    between = [text[min(one.end, found.end) : max(one.start, found.start)] for one in changes for found in wanted]
    return not wanted or any(len(gap) <= _REACH and gap.count(",") <= _COMMAS and ";" not in gap for gap in between)


_REACH, _COMMAS = 80, 2  # characters, and commas, between a measure and the word for its rise
_FUTURE = re.compile(
    r"^will\b|\b(?:what|when|who|how\s+\w+|which\s+\w+)\s+will\b|\bgoing\s+to\b|\bnext\s+(?:year|quarter|month)\b|\b(?:forecast|expected|predict\w*|outlook|guidance)\b",
    re.IGNORECASE,
)
_CONDITION = re.compile(r"\b(?:when|if|once|unless|as long as)\b", re.IGNORECASE)


def _asks_condition(question: Question) -> bool:
    """Whether "when" asks for a condition and not for a date: "when is a run-rate fair?"."""
    return bool(re.match(r"when\s+(?:is|are|does|do|can|should|may)\b", question.text, re.IGNORECASE))


def choose(question: Question, scored: Sequence[Scored], pages: Pages) -> list[Sentence]:
    """The sentences of the answer, in reading order; empty where none answers."""
    good = [one for one in scored if answers(question, one)]
    if not good:
        return []
    best = _latest(question, good)
    if question.kind in (Kind.OPEN, Kind.CAUSE, Kind.YES_NO, Kind.WHO) and _ANNOUNCES.search(best.sentence.text):
        listed = _follow(best.sentence, pages)
        if listed:
            return [best.sentence, *listed]
    if question.kind in (Kind.FIGURE, Kind.WHEN, Kind.WHO, Kind.YES_NO):
        return [best.sentence]
    if not question.terms:
        # "What is X?": the sentences whose subject is X.
        if _HAPPENED.search(question.text):
            return told_of(question, good)
        subjects = [one for one in good if _opens_with(question, one.sentence) and len(one.sentence.text.split()) > 4]
        good = subjects[:2] or good[:1]
    chosen = [good[0].sentence]
    for one in good[1:]:
        if one.score < NEAR * best.score or len(chosen) == MOST:
            break
        if all(_overlap(one.sentence, other) < DUPLICATE for other in chosen):
            chosen.append(one.sentence)
    return sorted(
        chosen,
        key=lambda one: (one.rank if one.document != best.sentence.document else -1, one.span.page, one.span.start),
    )


def _latest(question: Question, good: Sequence[Scored]) -> Scored:
    """The best sentence; of what a company says again from report to report, and no period is asked for, as it says it last."""
    best = good[0]
    company = telling_word(best.sentence.metadata.company or "")
    if question.periods or question.years or question.months or not company or best.sentence.metadata.period is None:
        return best
    again = [
        (period.order, one)
        for one in good
        if (period := one.sentence.metadata.period)
        and telling_word(one.sentence.metadata.company or "") == company
        and _overlap(one.sentence, best.sentence) >= DUPLICATE
    ]
    return max(again, key=lambda pair: pair[0])[1]


_HAPPENED = re.compile(
    r"\bhappen(?:ed|s|ing)?\b|\btell\s+me\s+(?:more\s+)?about\b|\bsays?\s+(?:about|of|on)\b|\bmentions?\b",
    re.IGNORECASE,
)


def told_of(question: Question, good: Sequence[Scored]) -> list[Sentence]:
    """What is told of a name that is asked about in general: the sentences that say most of it, of one document."""
    parts = {part for name in question.names for part in name}
    naming = [one.sentence for one in good if parts & one.sentence.stems or parts & stems_of(one.sentence.before)]
    named = [one for one in naming if one.document == naming[0].document]
    return sorted(distinct(best_of(named, MOST)), key=lambda one: (one.span.page, one.span.start))


def distinct(found: Iterable[Sentence]) -> list[Sentence]:
    """The sentences in their order without those that say again what one before them says."""
    chosen: list[Sentence] = []
    for sentence in found:
        if all(_overlap(sentence, other) < DUPLICATE for other in chosen):
            chosen.append(sentence)
    return chosen


def _opens_with(question: Question, sentence: Sentence) -> bool:
    opening = {token.stem for token in tokens(sentence.text)[:3]}
    return any(part in opening for name in question.names for part in name)


def _overlap(one: Sentence, other: Sentence) -> float:
    """The share of the shorter one's words that the other holds too."""
    return len(one.stems & other.stems) / max(1, min(len(one.stems), len(other.stems)))


def _follow(sentence: Sentence, pages: Pages) -> list[Sentence]:
    """What a sentence such as "Three things …" announces: the rest of its paragraph, or the items after a colon."""
    span = sentence.span
    text = pages.text(sentence.document_id, span.page)
    if re.search(r":\s+\S", sentence.text):
        return []  # it holds its list itself
    if sentence.text.endswith(":"):
        items = re.compile(r"\s*\n(?:[ \t]*\n)?((?:[ \t]*(?:[-•*]|\d+[.)])?[ \t]*\S[^\n]*(?:\n|$))+)").match(
            text, span.end
        )
        end = items.end() if items else span.end
    else:
        end = text.find("\n", span.end)
        end = len(text) if end < 0 else end
    found = pages.sentences_in(sentence.document_id, Span(span.page, span.end, end), sentence.section)
    return [one for one in found if one.span.start >= span.end][:MOST]


def under_heading(
    question: Question, hits: Sequence[Hit], pages: Pages, weights: Weights, *, whole: bool = False
) -> list[Sentence]:
    """The opening of the section whose heading says what an open question asks for; empty where there is none.

    `whole`: only a heading that holds all that is asked, and of two words at least.
    """
    if question.kind not in (Kind.OPEN, Kind.METHOD) or not question.terms or question.months or question.periods:
        return []
    if question.years or _FUTURE.search(question.text):
        return []  # what is said in general under a heading tells of no year
    if whole and len(question.terms) < 2:
        return []
    for hit in hits:
        heading = hit.section[-1] if hit.section else ""
        stems = stems_of(heading)
        telling = [stem for stem in stems if stem not in words().stop]
        asked = [(weights(term.text), bool(match(term.stem, stems) == 1)) for term in question.terms]
        covered = sum(weight for weight, held in asked if held) / max(sum(weight for weight, _ in asked), 1e-9)
        own = sum(match(stem, question.stems | stems_of(question.text)) == 1 for stem in telling)
        around = frozenset(token.stem for text in (*hit.section, hit.document) for token in tokens(text))
        named = question.names_in(around)
        fits = covered > 0.99 if whole else covered >= 0.75 and own >= 0.6 * len(telling)
        if named and telling and fits:
            found = [
                one
                for stored in pages.store.passages_of(hit.document_id, hit.span.page)
                if stored.passage.section == hit.section and not stored.passage.is_table
                for one in pages.sentences_in(hit.document_id, stored.passage.span, hit.section)
            ]
            return list(dict.fromkeys(found))[: MOST + 1]
    return []


def best_of(step: Sequence[Sentence], most: int = 2) -> list[Sentence]:
    """The sentences of a step that say most, in their order: dates, figures and names, not a remark on the sentence before."""

    def weight(number: int, one: Sentence) -> float:
        facts = len(re.findall(r"\d", one.text)) > 0
        names = sum(token.text[0].isupper() for token in tokens(one.text)[1:])
        leaning = bool(re.match(r"(?:this|that|these|it|so)\b", trim(one.text), re.IGNORECASE))
        content = len({stem for stem in one.stems if stem not in words().stop})
        return 1.5 * facts + 0.4 * min(names, 4) - 1.2 * leaning + 0.5 * (number == 0) + 0.03 * min(content, 25)

    ordered = sorted(range(len(step)), key=lambda number: -weight(number, step[number]))
    return [step[number] for number in sorted(ordered[:most])]


def trim(text: str) -> str:
    """A sentence as an answer opens it: on one line, without a connective that points to what isn't shown."""
    line = " ".join(text.split())
    for _ in range(2):
        for connective in words().connectives:
            # "So far" and "But for" are no connectives: these need their comma less, but a small letter after them.
            after = r"\s*,\s*|\s+(?=[a-z])" if connective in ("And", "But") else r"\s*,\s+"
            opening = re.match(rf"{re.escape(connective)}(?:{after})", line)
            if opening and len(line) > opening.end() + 10:
                rest = line[opening.end() :]
                line = capitalised(rest)
                break
    return line


def statements(chosen: Sequence[Sentence]) -> list[Statement]:
    """Each sentence as a statement with its citation."""
    return [Statement(trim(one.text), (one.citation,)) for one in chosen]
