"""Answers from the text around a table: the sentence that holds most of what is asked, and the words in it that answer."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from math import log

from app.tabletext.matching import stems
from app.tabletext.reply import Passage, Reply
from app.tabletext.request import Form, Request
from app.tabletext.when import When, fit, mentions
from app.terms import same, synonyms
from corpus.document import Span
from corpus.sentences import sentence_spans

_AMOUNT = re.compile(
    r"(?:(?:US|HK|S|A|C|NT)?[$€£¥]|RMB|USD|EUR|GBP)\s?\(?\d[\d,]*(?:\.\d+)?\)?(?:\s?(?:thousand|million|billion|trillion|m|bn)\b)?"
    r"|\(?\d[\d,]*(?:\.\d+)?\)?\s?(?:%|per ?cent\b|percent\b|(?:thousand|million|billion)\b|pence\b|p\b)?",
)
_SPELT = r"(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|twenty|thirty)"
_BECAUSE = re.compile(
    r"(?:(?:was|were|is|are|has been|have been|which was)\s+)?(?:(?:primarily|mainly|largely|principally|partly|partially|mostly|substantially|predominantly)\s+)?"
    r"(?:as\s+(?:a|the)\s+result\s+of|(?:the|a)?\s*result\s+of|results?\s+from|resulted\s+from|resulting\s+from|due\s+to|because\s+of|because|driven\s+by|attribut(?:able|ed)\s+to|caused\s+by|owing\s+to|reflect(?:s|ed|ing)|impacted\s+by|led\s+by|arising\s+from|stemm(?:ed|ing)\s+from)\s+(?:primarily\s+|mainly\s+)?",
    re.IGNORECASE,
)
_PURPOSE = re.compile(r"\b(?:in order to|so that|to (?=[a-z]+))", re.IGNORECASE)
_SAYS = re.compile(
    r"\b(?:refers?\s+to|means?|represents?|consists?\s+(?:primarily\s+|mainly\s+|principally\s+)?of|consisted\s+(?:primarily\s+|mainly\s+)?of|compris(?:e|es|ed|ing)(?:\s+of)?|includes?|included|indicates?|relates?\s+(?:primarily\s+|mainly\s+)?to|related\s+to|"
    r"(?:is|are|was|were)\s+defined\s+as|(?:is|are)\s+based\s+on|depends?\s+on|excludes?|excluded|contains?|requires?|provides?|reflects?|measures?)\s+",
    re.IGNORECASE,
)
_IS = re.compile(r"\b(?:is|are|was|were)\s+", re.IGNORECASE)
_HOW = re.compile(
    r"\b(?:is|are|was|were|be|been)\s+(?=(?:\w+ly\s+)?(?:calculated|computed|determined|measured|recognised|recognized|recorded|valued|estimated|amortised|amortized|depreciated|classified|stated|accounted|presented|based|derived|defined|allocated|translated|assessed|reported|carried|charged|treated|disclosed|reviewed|tested|used|included))",
    re.IGNORECASE,
)
_DATE = re.compile(
    r"(?:\d{1,2}\s+)?(?:January|February|March|April|May|June|July|August|September|October|November|December)(?:\s+\d{1,2})?(?:,?\s+\d{4})?|\b(?:fiscal\s+(?:year\s+)?)?(?:19|20)\d{2}\b",
)
_DURATION = re.compile(
    rf"(?:(?:approximately|about|over|a weighted[- ]average period of)\s+)?(?:\d[\d.]*|{_SPELT})(?:\s+to\s+(?:\d[\d.]*|{_SPELT}))?(?:[\s-]+)(?:years?|months?|days?|weeks?|quarters?)",
    re.IGNORECASE,
)
_PREPOSITIONS = "to|in|of|on|by|for|with|from|at|as|under|into|against"
_KINDS = (
    ("cause", re.compile(r"^\W*why\b|\breasons?\b|\bcauses?\b|\bcaused\b|\bdriven by\b|\bdue to\b|\battributable to\b|\bled to\b|\bimpacted\b|\binfluenced\b|\bdrove\b|\brationale\b|\bresult of\b", re.IGNORECASE)),
    ("ends", re.compile(rf"\b(?P<verb>[a-z]+)(?:\s+(?:primarily|mainly|principally))?\s+(?P<word>{_PREPOSITIONS})\W*$", re.IGNORECASE)),
    ("date", re.compile(r"^\W*when\b|\b(?:which|what) (?:date|day|month)\b", re.IGNORECASE)),
    ("duration", re.compile(r"\bhow long\b|\bover (?:what|how many)\b|\b(?:what|which) (?:is the |was the )?(?:\w+ ){0,4}(?:period|term|life|lives|duration)\b", re.IGNORECASE)),
    ("percent", re.compile(r"^\W*(?:what|how much).*?(?:\bpercent(?:age)?\b|%|\b(?:tax|interest|discount|hurdle|growth|inflation) rates?\b|\brate\b)", re.IGNORECASE)),
    ("count", re.compile(r"^\W*(?:[^?]*\b)?how many\b", re.IGNORECASE)),
    ("yes", re.compile(r"^\W*(?:is|are|was|were|did|does|do|has|have|can|will)\b", re.IGNORECASE)),
    ("method", re.compile(r"^\W*how (?:is|are|was|were|does|do|did|has|have|can|will)\b(?! (?:much|many))", re.IGNORECASE)),
    ("where", re.compile(r"^\W*where\b", re.IGNORECASE)),
    ("who", re.compile(r"^\W*who\b", re.IGNORECASE)),
    ("says", re.compile(r"^\W*what (?:does|do|did)\b|\b(?:refer to|consist of|comprise of|comprise|represent|mean|include|included|including|exclude|excluded|indicate|relate to)\b", re.IGNORECASE)),
    ("amount", re.compile(r"^\W*(?:[^?]*\b)?how much\b|\b(?:amount|value|total|cost|costs|expenses?|revenues?|income|price|balance|increase|decrease|loss|losses|gains?|sales|compensation|number|fees?|tax|profit|cash|charges?|allowance|provision|shares|average)\b", re.IGNORECASE)),
)  # fmt: skip


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


def kind_of(text: str) -> str:
    """What kind of words a question wants: "cause", "amount", …; "open" for any."""
    return next((kind for kind, pattern in _KINDS if pattern.search(text)), "open")


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
        parts = _respectively(request, sentence.text) if len(request.periods) > 1 else []
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
            {"score": score, "recall": recall},
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
        return 0.2 if _BECAUSE.search(text) else 0.0
    if kind in ("amount", "count", "percent"):
        found = amounts(text)
        if kind == "percent":
            found = [one for one in found if re.search(r"%|per ?cent", text[one[0] : one[1]])]
        return 0.12 if found else -0.12
    if kind == "date":
        return 0.1 if _DATE.search(text) else -0.1
    if kind == "duration":
        return 0.15 if _DURATION.search(text) else 0.0
    if kind == "says":
        return 0.08 if _SAYS.search(text) else 0.0
    return 0.0


def amounts(text: str) -> list[tuple[int, int]]:
    """Half-open places of the amounts in a sentence: no years, dates, note numbers or ordinals."""
    dated = [(one.start, one.end) for one in mentions(text)]
    found = []
    for match in _AMOUNT.finditer(text):
        start, end = match.span()
        while end > start and text[end - 1] in " ,.":
            end -= 1
        piece = text[start:end]
        if piece.startswith("(") != piece.endswith(")"):
            start += piece.startswith("(")
            end -= piece.endswith(")")
        if any(first < end and start < last for first, last in dated):
            continue
        if re.search(
            r"(?:\b(?:note|notes|item|level|asc|ifrs|ias|section|rule|topic|asu|no\.|phase|tier|part|page|article|scope|form)\s*|[A-Za-z]-?)$",
            text[:start],
            re.IGNORECASE,
        ):
            continue
        if re.match(r"(?:st|nd|rd|th)\b|-[A-Z]\b|[A-Za-z]", text[end:]) or not re.search(r"\d", text[start:end]):
            continue
        if text[start:end].startswith("(") and len(text[start:end]) < 5:
            continue  # a list's number
        found.append((start, end))
    return found


def _respectively(request: Request, text: str) -> list[tuple[int, int]]:
    """The amount of each period asked for, in the question's order, where the sentence pairs amounts and periods."""
    paired = _runs(request, text) or paired_amounts(text)
    found = []
    for when in request.periods:
        best = next((place for place, other in paired if fit(when, other) >= 0.6), None)
        if best is None:
            return []
        found.append(best)
    return found if len(set(found)) == len(found) else []


def _runs(request: Request, text: str) -> list[tuple[tuple[int, int], When]]:
    """Where a sentence gives several runs of amounts for the same periods: the run whose words are asked for."""
    dates = list({one.when: one for one in mentions(text)}.values())
    money = [
        one for one in amounts(text) if re.search(r"[$€£¥]|RMB|USD|million|billion|thousand|%", text[one[0] : one[1]])
    ]
    if len(dates) < 2 or len(money) <= len(dates) or len(money) % len(dates):
        return []
    wanted = stems(request.text)
    best: tuple[int, list[tuple[tuple[int, int], When]]] = (-1, [])
    for first in range(0, len(money), len(dates)):
        run = money[first : first + len(dates)]
        before = money[first - 1][1] if first else 0
        after = money[first + len(dates)][0] if first + len(dates) < len(money) else len(text)
        own = stems(text[before : run[0][0]]) + stems(text[run[-1][1] : min(after, run[-1][1] + 60)])
        hits = sum(any(same(one, other) for other in own) for one in wanted)
        if hits > best[0]:
            best = (hits, [(place, one.when) for place, one in zip(run, dates, strict=True)])
    return best[1]


def paired_amounts(text: str) -> list[tuple[tuple[int, int], When]]:
    """(place of an amount, its period): in order where there are as many of each, or the nearest that follows."""
    places = amounts(text)
    dated = mentions(text)
    dates = list({one.when: one for one in dated}.values())
    money = [one for one in places if re.search(r"[$€£¥]|RMB|USD|million|billion|thousand", text[one[0] : one[1]])]
    for group in (money, [one for one in places if "%" in text[one[0] : one[1]]], places):
        if len(group) == len(dates) > 1:
            return [(place, one.when) for place, one in zip(group, dates, strict=True)]
    groups = money or places
    if len(dates) == 1 and len(groups) == 1:
        return [(groups[0], dates[0].when)]
    found = []
    for place in groups:
        after = next((one for one in dated if one.start >= place[1] and one.start - place[1] < 60), None)
        if after:
            found.append((place, after.when))
    return found


def extract(request: Request, text: str, kind: str) -> tuple[int, int]:
    """The half-open place of the words that answer, the whole sentence where no part is plainly asked for."""
    whole = _trimmed(text, 0, len(text))
    if kind == "cause":
        if match := _last_fit(_BECAUSE, text, request):
            return _trimmed(text, match, len(text))
        if purpose := re.match(r"To [a-z][^,]+(?=,)", text):
            return purpose.span()
        return whole
    if kind == "ends":
        return _after_verb(request, text) or _said(request, text, "says") or whole
    if kind in ("amount", "count", "percent"):
        return _amount(request, text, kind) or whole
    if kind == "duration" and (found := list(_DURATION.finditer(text))):
        return found[0].span()
    if kind == "date" and (place := _date(request, text)):
        return place
    if kind == "date" and (
        match := re.search(r"\b(?:when|where|upon|once|if|after|before|until)\b(?=\s+\w+)", text[10:])
    ):
        return _trimmed(text, 10 + match.start(), len(text))
    if kind == "who" and (
        named := re.search(
            r"\bby ((?:the )?(?:[A-Z][\w.&]*)(?:\s+(?:of|and|the|[A-Z][\w.&]*))*)(?<! of)(?<! and)(?<! the)", text
        )
    ):
        return named.span(1)
    if kind in ("says", "open", "method", "where", "who"):
        found = _said(request, text, kind)
        return _unsaid(request, text, *found) if found else whole
    return whole


def _after_verb(request: Request, text: str) -> tuple[int, int] | None:
    """What follows the question's last verb and preposition: "limited to …", "mainly engaged in …"."""
    asked = dict(_KINDS)["ends"].search(request.text)
    if asked is None:
        return None
    stem = re.escape(asked["verb"][: max(4, len(asked["verb"]) - 3)])
    for match in re.finditer(rf"\b{stem}\w*\s+(?:\w+ly\s+)?{asked['word']}\s+", text, re.IGNORECASE):
        if len(text) - match.end() > 3:
            return _trimmed(text, match.end(), len(text))
    return None


def _unsaid(request: Request, text: str, start: int, end: int) -> tuple[int, int]:
    """An answer without the words it begins with that the question holds already: "calculated by adding" → "by adding"."""
    wanted = stems(request.text)
    for match in re.finditer(r"[\w’'-]+\s+", text[start:end]):
        own = stems(match[0])
        if not (own and any(same(one, other) for one in wanted for other in own) and not _SILENTLY.match(match[0])):
            break
        start += len(match[0])
        if match.end() + 12 > end - start:
            break
        return start, end
    return start, end


_SILENTLY = re.compile(r"(?:the|a|an|of|to|in|by|for|and|its?|our|their)\b", re.IGNORECASE)


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    mark = re.match(r"\s*(?:\(\d{1,2}\)|\(\w\)|[•*–-])\s+", text[start:end])
    start += mark.end() if mark else 0
    while start < end and text[start] in " ,;:–-":
        start += 1
    while end > start and text[end - 1] in " ,;.":
        end -= 1
    return start, end


def _last_fit(pattern: re.Pattern[str], text: str, request: Request) -> int | None:
    """Where the words after a cue begin: the first cue behind the question's words."""
    wanted = stems(request.text)
    for match in pattern.finditer(text):
        before = stems(text[: match.start()])
        if any(same(one, other) for one in wanted for other in before) or match.start() == 0:
            return match.end()
    return None


def _amount(request: Request, text: str, kind: str) -> tuple[int, int] | None:
    places = amounts(text)
    percents = [one for one in places if re.search(r"%|per ?cent", text[one[0] : one[1]])]
    if kind == "percent":
        places = percents or places
    elif kind == "amount" and len(percents) < len(places):
        places = [one for one in places if one not in percents]
        money = [one for one in places if re.search(r"[$€£¥]|RMB|USD", text[one[0] : one[1]])]
        if money and not re.search(
            r"\b(?:number|shares|units|options|customers|employees)\b", request.text, re.IGNORECASE
        ):
            places = money
    if not places:
        return None
    if request.periods:
        paired = [
            place for place, when in paired_amounts(text) if fit(request.periods[0], when) >= 0.6 and place in places
        ]
        if len(paired) == 1:
            return paired[0]
        places = paired or places
    wanted = stems(request.text)
    words = [(match.start(), match.end()) for match in re.finditer(r"[A-Za-z][\w’'-]*", text)]
    hits = [
        place
        for place in words
        if any(same(one, other) for one in wanted for other in stems(text[place[0] : place[1]]))
    ]

    def near(place: tuple[int, int]) -> float:
        return sum(1 / (8 + min(abs(place[0] - end), abs(start - place[1]))) for start, end in hits)

    return max(places, key=near)


def _date(request: Request, text: str) -> tuple[int, int] | None:
    found = list(_DATE.finditer(text))
    asked = {year for when in request.periods for year in when.years}
    fresh = [one for one in found if not any(str(year) in one[0] for year in asked)] or found
    whole = [one for one in fresh if re.search(r"[A-Z]", one[0])] or fresh
    return whole[0].span() if whole else None


def _said(request: Request, text: str, kind: str) -> tuple[int, int] | None:
    """What follows the verb after the subject that the question names."""
    patterns = (_HOW, _SAYS, _IS) if kind == "method" else (_SAYS, _IS)
    wanted = stems(request.text)
    for pattern in patterns:
        for match in pattern.finditer(text):
            before = stems(text[: match.start()])
            if any(same(one, other) for one in wanted for other in before) and len(text) - match.end() > 8:
                return _trimmed(text, match.end(), len(text))
    return None
