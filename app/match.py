"""How well a sentence or a cell answers a question: words covered, names and periods kept, the right kind of figure."""

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache

from app.evidence import Sentence
from app.measure import of_measures
from app.plan import plan_words
from app.quantity import UnitKind, find_quantities, parse_quantity
from app.question import YEAR, Kind, MonthYear, Question, find_months
from app.terms import direction, match, stem, stems_in, stems_of, tokens, words
from corpus.document import Metadata, Period
from corpus.errors import CalculationError
from corpus.period import find_periods, header_period
from index.cells import CellFact
from index.store import Store

SUPPOSES = re.compile(r"\bwould (?:have|be)\b|\bif (?:it|they|the|we)\b", re.IGNORECASE)  # no fact
AROUND = 0.8  # what a word counts that stands in the heading or the sentence before, not in the sentence
_ACRONYM = re.compile(r"((?:[A-Za-z][\w-]*\s+){1,5}[A-Za-z][\w-]*)\s+\(([A-Z][A-Za-z]{1,6})s?\)")
_REVERSED = re.compile(r"\b([A-Z]{2,6})\s+\(((?:[A-Za-z][\w-]*\s+){1,5}[A-Za-z][\w-]*)\)")
_QUARTER = re.compile(r"\b(first|second|third|fourth)[\s-]+quarter\b|\bQ([1-4])\b", re.IGNORECASE)


class Weights:
    """How telling a word is: its inverse document frequency over the passages of the index."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._total = max(1, sum(record.passages for record in store.documents()))
        self._known: dict[str, float] = {}

    def __call__(self, text: str) -> float:
        """log(1 + N / (1 + df)) for N passages of which df hold the word (Spärck Jones, 1972)."""
        if text not in self._known:
            plain = " ".join(re.findall(r"\w+", text))
            held = self._store.frequency(f'"{plain}"') if plain else 0
            self._known[text] = math.log(1 + self._total / (1 + held))
        return self._known[text]


@dataclass(frozen=True)
class Acronyms:
    """Short and long forms that the texts at hand, or the glossary, give for one another."""

    pairs: tuple[tuple[str, frozenset[str]], ...]

    @cached_property
    def _held(self) -> frozenset[str]:
        return frozenset(stem for short, long in self.pairs for stem in (short, *long))

    def expand(self, stems: frozenset[str]) -> frozenset[str]:
        """`stems` with the long form of each short one, and the short form where the long one stands whole."""
        if self._held.isdisjoint(stems):
            return stems
        more = set(stems)
        for short, long in self.pairs:
            if short in stems:
                more |= long
            elif long <= stems:
                more.add(short)
        return frozenset(more)


def acronyms(texts: Iterable[str], known: Iterable[tuple[str, str]] = ()) -> Acronyms:
    """Acronyms that `texts` introduce ("Total processing performance (TPP)"), and the pairs (short, long) `known`."""
    found = {(stem(short), stems_of(long)) for short, long in known}
    for text in texts:
        if "(" not in text:
            continue
        for match_ in _ACRONYM.finditer(text):
            parts, short = match_[1].split(), match_[2]
            for count in range(2, len(parts) + 1):
                long = [piece for part in parts[-count:] for piece in part.split("-")]
                if "".join(part[0] for part in long).lower() == short.lower():
                    found.add((stem(short), frozenset(stem(part) for part in long)))
        for match_ in _REVERSED.finditer(text):
            if "".join(part[0] for part in match_[2].split()).lower() == match_[1].lower():
                found.add((stem(match_[1]), frozenset(stem(part) for part in match_[2].split())))
    return Acronyms(tuple(found))


@dataclass(frozen=True, slots=True)
class Fit:
    """How a sentence or cell fits: `own` and `total` are shares (0 to 1) of the question's words, by weight."""

    own: float
    total: float
    names: bool
    period: bool
    missing: float = 0.0  # the largest share of one word that is nowhere


def fit_sentence(question: Question, sentence: Sentence, weights: Weights, short: Acronyms) -> Fit:
    """How `sentence` fits `question`."""
    own = short.expand(sentence.stems)
    around = short.expand(sentence.around)
    wide = short.expand(around | sentence.previous_stems)
    mine, total, missing = _covered(question, own, wide, weights, sentence.text)
    # "In November the government told …": who, the sentence before says; but no figure is taken on that alone.
    near = wide if question.kind is not Kind.FIGURE and not sentence.names else around
    names = all(
        _named(name, own) or (_named(name, near) and not _about_another(name, sentence)) for name in question.names
    )
    return Fit(mine, total, names, _period_fits(question, sentence), missing)


def _covered(
    question: Question, own: frozenset[str], around: frozenset[str], weights: Weights, text: str
) -> tuple[float, float, float]:
    """Shares of the question's words in `own`, in `own` and `around`, and the largest of one that is in neither."""
    if not question.terms:
        return 1.0, 1.0, 0.0
    lists = words()
    same_way = question.direction and direction(text) == question.direction
    mine = total = everything = missing = 0.0
    for term in question.terms:
        weight = weights(term.text)
        turns = same_way and term.text.lower() in lists.rise | lists.fall
        here = 1.0 if turns else match(term.stem, own)
        there = max(here, AROUND * match(term.stem, around))
        mine += weight * here
        total += weight * there
        everything += weight
        missing = max(missing, 0.0 if there else weight)
    return (mine / everything, total / everything, missing / everything) if everything else (1.0, 1.0, 0.0)


def _named(name: tuple[str, ...], stems: frozenset[str]) -> bool:
    held = sum(part in stems for part in name)
    return held * 2 >= len(name) and held > 0


def _about_another(name: tuple[str, ...], sentence: Sentence) -> bool:
    """Whether the sentence has another owner: "Huawei's clusters" in a section on Cambricon."""
    opening = re.match(r"(?:In [\w ]+,? )?([A-Z][\w-]+(?: [A-Z][\w-]+)*)['’]s\b", sentence.text)
    return opening is not None and not _named(name, stems_of(opening[1]))


def asked_periods(question: Question) -> tuple[Period, ...]:
    """The fiscal periods asked for; a lone year is the year as a whole."""
    taken = {period.fiscal_year for period in question.periods} | {month.year for month in question.months}
    return (*question.periods, *(Period(year) for year in sorted(question.years - taken)))


def same_period(asked: Period, found: Period, strict: bool = True) -> bool:
    """Whether two name the same stretch; unless `strict`, a quarter may stand for its year."""
    if asked.fiscal_year is None or found.fiscal_year is None:
        return asked.end is not None and asked.end == found.end
    return asked.fiscal_year == found.fiscal_year and (
        asked.quarter == found.quarter or (not strict and asked.quarter is None)
    )


def _period_fits(question: Question, sentence: Sentence) -> bool:
    texts = (sentence.text, sentence.before, *sentence.section)
    held = {month for text in texts for _, _, month in find_months(text)}
    if not set(question.months) <= held:
        return False
    asked = asked_periods(question)
    if not asked or question.year_before:
        return True
    strict = question.kind is Kind.FIGURE
    found = list(sentence.periods)
    if not found and not strict:
        found = [Period(int(match_[1])) for match_ in YEAR.finditer(sentence.text)]
    if not found:
        # It names none itself: what it stands under holds for it.
        found = [
            item.period
            for text in (sentence.before, *reversed(sentence.section))
            for item in find_periods(text, bare_years=True)
        ]
        if sentence.metadata.period:
            found.append(sentence.metadata.period)
    years = {int(match_[1]) for match_ in YEAR.finditer(sentence.text)}
    if strict and years and not sentence.periods and not years & {one.fiscal_year for one in asked}:
        return False  # it speaks of other years
    return all(
        any(same_period(one, other, strict) for other in found) or (one.quarter is None and one.fiscal_year in years)
        for one in asked
    )


_CHANGES = re.compile(r"\b(?:chang|growth|differ|compar|faster|slower|by how much|by what)", re.IGNORECASE)
_BY = re.compile(
    r"\b(?:increas|decreas|declin|rose|ris|fell|fall|grew|grow|drop|jump|surg|gain|up|down|higher|lower)\w*\s+(?:of|by)\s+(?:approximately\s+|about\s+|over\s+|nearly\s+|almost\s+|around\s+)?(?:an?\s+)?$",
    re.IGNORECASE,
)


# What was done isn't what may be done: of a programme that was authorised, or what is left of it.
_DONE = re.compile(r"\bhow\s+(?:much|many)\b[^?]*\b(?:did|has|have)\b", re.IGNORECASE)
_MAY_BE = re.compile(
    r"\bauthori[sz](?:e|es|ed|ing|ation|ations)\b|\b(?:remain(?:s|ed|ing)?\s+)?available\s+(?:for|to|under)\b|\bup\s+to\s+[$€£¥]",
    re.IGNORECASE,
)


def new_figures(question: Question, text: str) -> bool:
    """Whether `text` gives a figure of the kind and the measure asked for that the question doesn't hold already."""
    if _DONE.search(question.text) and _MAY_BE.search(text) and not _MAY_BE.search(question.text):
        return False
    given = stems_of(question.text) - {part for name in question.names for part in name}
    every = find_quantities(text)
    fitting = of_measures(every, text, question.measures)
    if every and not fitting:
        return False  # it has figures, but of something else
    quantities = [item for item in fitting if stem(item.text) not in given]
    if not question.direction and not _CHANGES.search(question.text):
        # "It fell by 5 million" doesn't say how much it was.
        levels = [item for item in quantities if not _BY.search(text[: item.start])]
        if quantities and not levels:
            return False
        quantities = levels
    kinds = {item.quantity.unit.kind for item in quantities}
    if "percent" in question.wants:
        return bool(kinds & {UnitKind.PERCENT, UnitKind.POINTS})
    if "money" in question.wants:
        return UnitKind.CURRENCY in kinds
    digits = {
        token.stem
        for token in tokens(text)
        if token.stem[0].isdigit() and not YEAR.fullmatch(token.text) and re.fullmatch(r"[\d.,]+%?", token.stem)
    }
    return bool(quantities) or bool(digits - given)


def new_dates(question: Question, text: str) -> bool:
    """Whether `text` gives a date or a year that the question doesn't hold."""
    months = {month for _, _, month in find_months(text)} - set(question.months)
    years = {int(match_[1]) for match_ in YEAR.finditer(text)} - set(question.years)
    return bool(months) or bool(years) or any(item.period not in question.periods for item in find_periods(text))


def new_names(question: Question, text: str) -> bool:
    """Whether `text` names somebody or something that the question doesn't."""
    lists = words()
    found = tokens(text)
    return any(
        token.text[0].isupper()
        and token.text.lower() not in lists.stop
        and token.text not in lists.weak_names
        and token.stem not in question.stems
        and (number > 0 or token.text[1:] != token.text[1:].lower())
        for number, token in enumerate(found)
    )


# Cells


@dataclass(frozen=True, slots=True)
class Pick:
    """A cell chosen, and how well it fits."""

    fact: CellFact
    score: float
    period: Period | None


def cell_period(fact: CellFact) -> Period | None:
    """The period of a cell: its header's and its row label's, a quarter in the one and a year in the other joined."""
    return _stated_period(fact.header, fact.label, fact.metadata.period)


@lru_cache(maxsize=10_000)
def _stated_period(header: str, label: str, document: Period | None) -> Period | None:
    stated = header_period(header, document)
    if stated and (stated.end or stated == Period()):
        return stated  # a date, or no period that could be asked for
    found = [item.period for item in find_periods(f"{header} | {label}", bare_years=True)]
    whole = next((period for period in found if period.quarter), found[0] if found else None)
    quarter = _QUARTER.search(label) or _QUARTER.search(header)
    if whole and not whole.quarter and quarter:
        number = int(quarter[2]) if quarter[2] else ["first", "second", "third", "fourth"].index(quarter[1].lower()) + 1
        return replace(whole, quarter=number)
    return whole


_PER = re.compile(r"\bper\s+(?:\w+\s+){0,1}?(?!cent\b|annum\b|year\b|quarter\b)(\w+)", re.IGNORECASE)
_EXCEPT = re.compile(r"\bexcept\b[^)]*", re.IGNORECASE)  # "(in millions, except per share amounts)"
_FUTURE = re.compile(r"\bwill\b|\bnext\s+(?:year|quarter|month)\b|\bgoing\s+to\b", re.IGNORECASE)


def keeps_narrowing(question: str, *texts: str) -> bool:
    """Whether `texts` hold what makes the figure asked for another one: "adjusted", "forecast", "per share", "will"."""
    held = " ".join(texts)
    stems = stems_of(held)
    narrowing = [found[0] for found in plan_words().other.finditer(question)]
    per = [found[1] for found in _PER.finditer(question)]
    if any(not match(token.stem, stems) for word in (*narrowing, *per) for token in tokens(word)):
        return False
    return not _FUTURE.search(question) or any(token.text.lower() in words().future for token in tokens(held))


def pick_cell(
    question: Question, facts: Sequence[CellFact], weights: Weights, short: Acronyms, period: Period | None = None
) -> Pick | None:
    """The cell that answers a question for a figure, None where none does beyond doubt.

    Row label and column header together must hold nearly all that is asked, and the row little that isn't.
    """
    asked = (period,) if period else asked_periods(question)
    if len(asked) > 1 or (question.year_before and not period):
        return None
    picks = [pick for fact in facts if (pick := _fit_cell(question, fact, asked, weights, short))]
    if not picks:
        return None
    best = max(picks, key=lambda pick: pick.score)
    rivals = [pick for pick in picks if pick.score > best.score - 0.05 and pick.fact.text != best.fact.text]
    if rivals and not asked:
        # The same row in several periods, and none asked for: the latest.
        dated = [pick for pick in (best, *rivals) if pick.period and pick.fact.label == best.fact.label]
        if len(dated) == len(rivals) + 1:
            return max(dated, key=lambda pick: pick.period.order)  # type: ignore[union-attr]
    return None if rivals else best


def fitting_cells(question: Question, facts: Sequence[CellFact], weights: Weights, short: Acronyms) -> list[Pick]:
    """The cells that fit a question as well as the best one does, whatever their period."""
    picks = [pick for fact in facts if (pick := _fit_cell(question, fact, (), weights, short))]
    best = max((pick.score for pick in picks), default=0.0)
    return [pick for pick in picks if pick.score > best - 0.05]


def _fit_cell(
    question: Question, fact: CellFact, asked: tuple[Period, ...], weights: Weights, short: Acronyms
) -> Pick | None:
    if not (re.search(r"\d", fact.text) or (question.kind is Kind.YES_NO and fact.text.lower() in ("yes", "no"))):
        return None
    label = short.expand(stems_of(fact.label))
    header = short.expand(stems_of(fact.header))
    metadata = fact.metadata
    around = _surroundings((fact.caption, *fact.section, metadata.title, metadata.company))
    # A figure is of the company named: "Birch Energy" isn't "Elm Energy", though half of the name is the same.
    row = label | header
    if not all(name[0] in (row | around) and (_named(name, row) or _named(name, around)) for name in question.names):
        return None
    period = cell_period(fact)
    if not _cell_period_fits(asked, period, fact, metadata):
        return None
    if not set(question.months) <= set(months_in(f"{fact.header} | {fact.label} | {fact.caption}")):
        return None
    own, total, _ = _covered(question, label | header, short.expand(around), weights, fact.label)
    if own < 0.5 or total < 0.8:
        return None
    wanted = short.expand(question.stems | stems_of(question.text))
    label_share = _share(fact.label, wanted, bool(period))
    if label_share < 0.6 and not (any(_named(name, label) for name in question.names) and label_share >= 0.3):
        return None
    header_share = 1.0 if fact.first_column else _share(_without_unit(fact.header), wanted, True)
    if header_share < 0.4:
        return None
    if not _unit_fits(question, f"{fact.text} {fact.unit}"):
        return None
    caption = _EXCEPT.sub("", fact.caption or "")
    if not keeps_narrowing(question.text, fact.label, fact.header, *fact.section, caption):
        return None
    return Pick(fact, total + 0.5 * label_share + 0.3 * header_share, period)


@lru_cache(maxsize=1_000)
def _surroundings(texts: tuple[str | None, ...]) -> frozenset[str]:
    """Stems of what all cells of a table stand under."""
    return stems_in(*texts)


def _without_unit(header: str) -> str:
    """A header without the unit that it states in brackets: "Revenue (million EUR)" → "Revenue"."""
    found = re.search(r"\s*\((?:in\s+)?([^()\d]+)\)\s*$", header)
    if found is None:
        return header
    try:
        parse_quantity(f"1 {found[1]}")
    except CalculationError:
        return header
    return header[: found.start()]


def _share(text: str, wanted: frozenset[str], dated: bool) -> float:
    """The share of a label's telling words that the question holds."""
    lists = words()
    telling = [
        token
        for token in tokens(text)
        if (token.text.lower() not in lists.stop or token.text.lower() == "other")
        and not (dated and (YEAR.fullmatch(token.text) or token.stem in ("quarter", "first", "second", "third", "fourth") or re.fullmatch(r"Q[1-4]|FY\d*", token.text)))
        and token.stem not in ("total", "net", "year")
    ]  # fmt: skip
    if not telling:
        return 1.0
    return sum(match(token.stem, wanted) >= 1 for token in telling) / len(telling)


def _cell_period_fits(asked: tuple[Period, ...], period: Period | None, fact: CellFact, metadata: Metadata) -> bool:
    if not asked:
        return True
    if period:
        return same_period(asked[0], period)
    found = [
        item.period for text in (fact.caption, *reversed(fact.section)) for item in find_periods(text, bare_years=True)
    ]
    if metadata.period and not fact.placed:
        found.append(metadata.period)
    return any(same_period(asked[0], other) for other in found)


def _unit_fits(question: Question, text: str) -> bool:
    kinds = {item.quantity.unit.kind for item in find_quantities(text)}
    if "percent" in question.wants and "money" not in question.wants:
        return bool(kinds & {UnitKind.PERCENT, UnitKind.POINTS})
    return not ("money" in question.wants and kinds & {UnitKind.PERCENT, UnitKind.BYTES, UnitKind.TIME})


def months_in(text: str) -> list[MonthYear]:
    """The months with a year that a text names."""
    return [month for _, _, month in find_months(text)]
