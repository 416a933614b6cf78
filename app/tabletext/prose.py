"""The sentences around a table, searched: the one that holds most of what is asked, of the kind that is asked."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from math import log

from app.tabletext.amounts import amounts, respectively
from app.tabletext.matching import stems
from app.tabletext.quote import BECAUSE, DATE, DURATION, SAYS, extract, kind_of
from app.tabletext.reply import Passage, Reply
from app.tabletext.request import Form, Request
from app.tabletext.when import When, fit, mentions
from app.terms import same, synonyms
from corpus.document import Span
from corpus.sentences import sentence_spans

_MOVED = r"(?:increas|decreas|gr[eo]w|declin|r[io]se|f[ae]ll|chang|drop|reduc)\w*"
# A sentence that tells by how much something changed: "increased $4 million", "an increase of 12%", "a $7 million decrease".
_TELLS = re.compile(
    rf"\b{_MOVED}(?:\s+[a-z]+){{0,4}}?\s+[$€£]?\d|[$€£]?\d[\d.,]*%?(?:\s+[a-z]+){{0,2}}\s+{_MOVED}", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class TextSentence:
    """A sentence of the text around a table; `span` is its place on the page."""

    text: str
    span: Span
    paragraph: int


def sentences_of(text: str, span: Span, paragraph: int) -> list[TextSentence]:
    """The sentences of a paragraph that stands at `span`."""
    return [
        TextSentence(text[start:end], Span(span.page, span.start + start, span.start + end), paragraph)
        for start, end in sentence_spans(text)
    ]


class Prose:
    """The sentences around one table, searched."""

    def __init__(self, sentences: Sequence[TextSentence]) -> None:
        self.sentences = list(sentences)

    @cached_property
    def _stems(self) -> list[frozenset[str]]:
        return [frozenset(stems(one.text)) for one in self.sentences]

    @cached_property
    def _counts(self) -> dict[str, int]:
        counts: dict[str, int] = {}
        for held in self._stems:
            for one in held:
                counts[one] = counts.get(one, 0) + 1
        return counts

    def _weight(self, word: str) -> float:
        return log(1 + len(self.sentences) / (0.5 + self._counts.get(word, 0))) + 0.2

    def ranked(self, request: Request) -> list[tuple[float, float, TextSentence]]:
        """(score, share of the question's words it holds, sentence), best first."""
        wanted = stems(request.text)
        total = sum(self._weight(one) for one in wanted) or 1.0
        kind = kind_of(request.text)
        alike = {
            one: {other for other in self._counts if other == one or same(one, other) or synonyms(one, other)}
            for one in wanted
        }
        found = []
        for number, (sentence, held) in enumerate(zip(self.sentences, self._stems, strict=True)):
            recall = sum(self._weight(one) for one in wanted if alike[one] & held) / total
            score = recall + 0.08 * _periods_fit(request.periods, sentence.text) + _has(kind, sentence.text)
            score -= 0.002 * number + (0.15 if len(sentence.text.split()) < 5 else 0.0)
            found.append((score, recall, sentence))
        return sorted(found, key=lambda one: -one[0])

    def answer(self, request: Request) -> Reply | None:
        """The best sentence's words that answer; None where no sentence shares a word with the question."""
        ranked = self.ranked(request)
        if not ranked or ranked[0][1] <= 0:
            return None
        score, recall, sentence = ranked[0]
        kind = kind_of(request.text)
        if kind == "open" and request.form is Form.VALUE and request.periods and amounts(sentence.text):
            kind = "amount"  # what something was in a period, where the sentence gives amounts
        parts = respectively(request, sentence.text) if len(request.periods) > 1 else []
        if not parts:
            parts = [extract(request, sentence.text, kind)]
        passages = tuple(
            Passage(
                sentence.text[start:end],
                Span(sentence.span.page, sentence.span.start + start, sentence.span.start + end),
                sentence.span,
            )
            for start, end in parts
        )
        return Reply(
            Form.PROSE,
            tuple(one.text for one in passages),
            None,
            "",
            "",
            "",
            (),
            passages,
            {"score": score, "recall": recall, "tells": float(_TELLS.search(sentence.text) is not None)},
            0.0,
        )


def _periods_fit(asked: Sequence[When], text: str) -> float:
    if not asked:
        return 0.0
    given = [one.when for one in mentions(text)]
    held = sum(any(fit(when, other) >= 0.6 for other in given) for when in asked) / len(asked)
    return held if held else -0.5 if given else 0.0


def _has(kind: str, text: str) -> float:
    if kind == "cause":
        return 0.2 if BECAUSE.search(text) else 0.0
    if kind in ("amount", "count", "percent"):
        found = amounts(text)
        if kind == "percent":
            found = [one for one in found if re.search(r"%|per ?cent", text[one[0] : one[1]])]
        return 0.12 if found else -0.12
    if kind == "date":
        return 0.1 if DATE.search(text) else -0.1
    if kind == "duration":
        return 0.15 if DURATION.search(text) else 0.0
    if kind == "says":
        return 0.08 if SAYS.search(text) else 0.0
    return 0.0
