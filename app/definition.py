"""Definitions that a question gives for the figure it asks for: "DPO is defined as: 365 * …"."""

import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import lru_cache, partial

from app.formula import Formula
from app.formula_reader import Name, read_formula
from app.metrics import Measure, Metric, Named, find_measures, find_names, measure_formula
from corpus.errors import CalculationError

_SAYS = (
    re.compile(
        r"^(?:(?:please|and|where|here|with|we|i|let\s+us|you\s+(?:should|can|may))[\s,]+)*(?:define|calculate|compute|measure|take|treat|consider)\s+(?P<name>(?:(?!\b(?:as|to\s+be)\b).)+?)\s+(?:as|to\s+be)\b\s*:?\s*(?P<formula>[^.?]+?(?:\.\d[^.?]*)*)[.?]?$",
        re.IGNORECASE,
    ),
    re.compile(
        r"^(?:(?:and|where|here|if|with)[\s,]+)?(?P<name>[^.?=:]+?)\s+(?:is|are|was|should\s+be|can\s+be|being)\s+(?:defined|calculated|computed|measured|taken|given)\s+(?:as|by|to\s+be)\s*:?\s*(?P<formula>.+?)[.?]?$",
        re.IGNORECASE,
    ),
    re.compile(
        r"^(?:(?:and|where|here|if|with)[\s,]+)?(?P<name>(?:(?!\b(?:what|how|which|is|are)\b)[^.?=:]){2,70}?)\s+(?:here\s+|simply\s+)?(?:is|are|being|means?|refers?\s+to|stands?\s+for|equals?)\s*(?:here\s+|simply\s+)?:?\s*(?P<formula>[^?]*?(?:[/+*×÷]|\s[-−–]\s|\bplus\b|\bminus\b|\bless\b|\bdivided\s+by\b)[^?]*?)[.?]?$",
        re.IGNORECASE,
    ),
    re.compile(r"^(?:(?:and|where|here)[\s,]+)?(?P<name>[A-Za-z][^.?=:]*?)\s*=\s*(?P<formula>.+?)[.?]?$"),
)
_INSIDE = re.compile(
    r",?\s*[(\[]?(?:(?:which\s+is\s+|where\s+(?:it|this)\s+is\s+)?(?:defined|calculated|computed|measured)\s+as"
    r"|(?:if\s+|where\s+|when\s+)?(?:we|you|i)\s+(?:define|calculate|compute|measure)\s+(?:it|this|that)\s+(?:as|by)|(?:given|calculated)\s+by"
    r"|using\s+(?:the\s+)?(?:formula|equation)(?:\s+of)?|i\.e\.|that\s+is,"
    r"|which\s+is(?=[^?]*(?:[/+*×÷]|\s[-−–]\s|\b(?:over|plus|minus|less|divided\s+by)\b)))"
    r"\s*:?\s*(?P<formula>[^?]+?)[)\]]?(?P<end>[?.]?)$",
    re.IGNORECASE,
)
# "interest coverage (EBIT / interest expense)"
_IN_BRACKETS = re.compile(
    r"\s*\((?P<formula>[^()]*(?:\([^()]*\)[^()]*)*(?:[/÷×*+]|\s[-−–]\s)[^()]*(?:\([^()]*\)[^()]*)*)\)"
)
_PRONOUN = re.compile(r"(?:it|this|that|(?:this|that)?\s*(?:ratio|metric|measure|figure))", re.IGNORECASE)
_DEEPEST = 6
MOST = 20  # definitions of a question: each is looked for in the formulas of all others


@dataclass(frozen=True, slots=True)
class Definition:
    """A name and the text of its formula, as the question gives them."""

    name: str
    text: str


@dataclass(frozen=True, slots=True)
class Definitions:
    """The definitions of a question. Measures that it defines anew have its formula."""

    defined: tuple[Definition, ...] = ()
    formulas: dict[str, Formula] = field(default_factory=dict)  # by the definition's key

    def find(self, text: str) -> list[Name]:
        """The names that the question defines itself, in order."""
        found = []
        for one in self.defined:
            for form in _spellings(one.name):
                pattern = r"[\s-]+".join(re.escape(part) for part in form.split())
                found += [
                    Name(match.start(), match.end(), self.formulas[one.name])
                    for match in re.finditer(rf"(?<!\w){pattern}(?!\w)", text, re.IGNORECASE)
                    if one.name in self.formulas
                ]
        return _longest(found)

    def measures(self, text: str) -> list[Named]:
        """The measures that a text names, the question's own first."""
        whole = find_measures(text)
        mine = [
            one
            for one in self.find(text)
            if not any(
                other.start <= one.start and one.end <= other.end and other.end - other.start > one.end - one.start
                for other in whole
            )  # "EBITDA" within "EBITDA margin"
        ]
        own = [Named(one.start, one.end, self._own(text[one.start : one.end])) for one in mine]
        others = find_measures(_masked(text, mine))
        return sorted([*own, *others], key=lambda one: one.start)

    def _own(self, written: str) -> Measure:
        known = find_measures(written)
        if len(known) == 1 and known[0].start == 0 and known[0].end == len(written):
            return known[0].measure
        formula = next(formula for name, formula in self.formulas.items() if _same(name, written))
        return Metric(written, (written,), formula, "", "", "")

    def formula_of(self, measure: Measure) -> Formula:
        """A measure's formula: the question's own where it gives one."""
        return self.given_for(measure) or measure_formula(measure)

    def serve(self, measure: Measure) -> bool:
        """Whether each definition is the measure's, is used by another one, or says what is meant anyway."""
        used = " ".join(one.text for one in self.defined).lower()
        for one in self.defined:
            known = [found.measure for found in find_measures(one.name)]
            usual = len(known) == 1 and measure_formula(known[0]) == self.formulas[one.name]
            own = known == [measure] or measure.name.lower() == one.name.lower()
            if not (usual or own or any(form.lower() in used for form in _spellings(one.name))):
                return False
        return True

    def given_for(self, measure: Measure) -> Formula | None:
        """The question's own formula of a measure."""
        for one in self.defined:
            known = [found.measure for found in find_measures(one.name)]
            if one.name in self.formulas and (known == [measure] or measure.name.lower() == one.name.lower()):
                return self.formulas[one.name]
        return None


def read_definitions(sentences: Sequence[str]) -> tuple[Definitions | None, list[str]]:
    """The definitions among a question's sentences, and the sentences without them.

    None in place of the definitions where one of them can't be read, or where there are more than `MOST`: the figure asked
    for is then unknown.
    """
    given: list[Definition] = []
    rest: list[str] = []
    for written in (" ".join(one.split()) for one in sentences):
        sentence = written[1:-1] if re.fullmatch(r"\([^()]*\)", written) else written
        inside = _INSIDE.search(sentence)
        says = next((found for pattern in _SAYS if (found := pattern.match(sentence))), None)
        short = _IN_BRACKETS.search(sentence)
        if says and _is_formula(says["formula"]):
            name, company = _bare(says["name"])
            if _PRONOUN.fullmatch(name) and (named := find_measures(" ".join(rest))):
                name = " ".join(rest)[named[-1].start : named[-1].end]
            given.append(Definition(name, says["formula"]))
            if company:
                rest.append(says["name"])  # "Calculate the FY2021 quick ratio of Acme as …" asks as well
        elif inside and (named := find_measures(sentence[: inside.start()])):
            last = named[-1]
            formula = inside["formula"]
            formula += ")" * (formula.count("(") - formula.count(")"))  # taken for the remark's own bracket
            given.append(Definition(sentence[last.start : last.end], formula))
            rest.append(sentence[: inside.start()] + inside["end"])
        elif (
            short
            and (named := find_measures(sentence[: short.start()] + sentence[short.end() :]))
            and named[-1].end <= short.start()
            and not re.search(r"[-+*/×÷=−]|\d\s*$", sentence[named[-1].end : short.start()])
            and (len(named) == 1 or not sentence[named[-1].end : short.start()].strip())
            and find_measures(short["formula"])
        ):
            given.append(Definition(sentence[named[-1].start : named[-1].end], short["formula"]))
            rest.append(sentence[: short.start()] + sentence[short.end() :])
        else:
            rest.append(sentence)
    if len(given) > MOST:
        return None, rest
    result = Definitions(tuple(given))
    for _ in range(_DEEPEST):
        for one in given:
            if one.name not in result.formulas:
                with suppress(CalculationError):  # a name that is defined further on: read in a later round
                    result.formulas[one.name] = read_formula(one.text, partial(_names, result, one, given))
    return (result if len(result.formulas) == len({one.name for one in given}) else None), rest


def _names(known: Definitions, own: Definition, given: Sequence[Definition], text: str) -> list[Name]:
    """The names of a definition's formula; one that is defined too must have been read before."""
    mine = [one for one in known.find(text) if not _same(own.name, text[one.start : one.end])]
    waiting = [one for one in given if one is not own and one.name not in known.formulas]
    for unread in waiting:
        if any(re.search(rf"(?<!\w){re.escape(form)}(?!\w)", text, re.IGNORECASE) for form in _spellings(unread.name)):
            raise CalculationError(f"{unread.name} isn't read yet.")
    others = find_names(_masked(text, mine))
    return sorted([*mine, *others], key=lambda one: one.start)


def _masked(text: str, taken: Sequence[Name]) -> str:
    """A text with blanks where names were found, so that what stands beside them is found by itself."""
    for one in taken:
        text = text[: one.start] + " " * (one.end - one.start) + text[one.end :]
    return text


def _is_formula(text: str) -> bool:
    return bool(find_measures(text)) or bool(re.search(r"[-+*/×÷]|\bdivided by\b|\bless\b|\bminus\b|\bplus\b", text))


def _bare(name: str) -> tuple[str, bool]:
    """A defined name without brackets, years and articles, and whether it stood among other words."""
    plain = re.sub(r"^(?:the|its|their)\s+", "", re.sub(r"\([^)]*\)", "", name).strip(), flags=re.IGNORECASE)
    known = find_measures(plain)
    if len(known) == 1 and (known[0].start, known[0].end) != (0, len(plain)):
        return plain[known[0].start : known[0].end], True
    return " ".join(plain.split()), False


@lru_cache(maxsize=1024)
def _spellings(name: str) -> tuple[str, ...]:
    """A defined name and, where it is a known measure's, that measure's other names."""
    known = find_measures(name)
    if len(known) == 1 and (known[0].start, known[0].end) == (0, len(name)):
        measure = known[0].measure
        return tuple(dict.fromkeys([name, *(measure.names if isinstance(measure, Metric) else ())]))
    return (name,)


def _same(name: str, written: str) -> bool:
    return any(
        " ".join(re.split(r"[\s-]+", written)).lower() == " ".join(form.split()).lower() for form in _spellings(name)
    )


def _longest(found: list[Name]) -> list[Name]:
    kept: list[Name] = []
    for one in sorted(found, key=lambda one: (one.start - one.end, one.start)):
        if not any(one.start < other.end and other.start < one.end for other in kept):
            kept.append(one)
    return sorted(kept, key=lambda one: one.start)
