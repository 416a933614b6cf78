"""Figures that no passage states but that follow from cited ones by a shown calculation."""

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache
from pathlib import Path

from app.answer import Calculation, Citation, Operand, Statement
from app.calculator import calculate, implied_base_bounds
from app.calculator.notation import shown_expression
from app.evidence import CellFact, Sentence
from app.match import Acronyms, Pick, Weights, asked_periods, cell_period, fit_sentence, pick_cell, same_period
from app.measure import find_measures, measure_of, of_measures
from app.quantity import FoundQuantity, Quantity, UnitKind, find_quantities, format_quantity, parse_quantity
from app.question import Kind, MonthYear, Question, Term, find_months
from app.terms import direction, match, same, tokens, words
from corpus.document import Period
from corpus.errors import CalculationError
from corpus.period import find_periods

RUN_RATE = re.compile(
    r"\brun[\s-]?rate|\bannuali[sz]ed?\b|\b(?:hold|holds|held|keep|keeps|kept|continue|continues|go(?:es)? on|last|lasts)\b.*\b(?:year|12 months|twelve months)\b",
    re.IGNORECASE,
)
SUPPOSES = re.compile(r"\bwould (?:have|be)\b|\bif (?:it|they|the|we)\b", re.IGNORECASE)  # no fact
MOST_RUN_RATES = 2
_PER_YEAR = {"quarter": 4, "month": 12}
_LONG_AFTER = re.compile(r"\bhow\s+(?:long|many\s+(?:months|years|days))\b", re.IGNORECASE)
_CONSISTENT = Decimal("0.05")  # a stated run-rate and the computed one may differ by rounding and an "over"


@dataclass(frozen=True, slots=True)
class Metric:
    """A figure computed from line items: `formula` in the calculator's grammar over the names of `items`."""

    names: tuple[str, ...]
    formula: str
    items: tuple[str, ...]
    show: str


@dataclass(frozen=True, slots=True)
class LineItem:
    """How tables label a line item, and how sentences give it (patterns with one quantity)."""

    rows: tuple[str, ...]
    prose: tuple[re.Pattern[str], ...]


_QUANTITY = r"(?P<quantity>(?:[A-Z]{0,3}[$€£¥]\s?)?[\d,.]+(?:\s+(?:thousand|million|billion|trillion))?(?:\s+(?:US |Chinese )?[A-Za-z]+)?)"


@cache
def metrics() -> tuple[tuple[Metric, ...], dict[str, LineItem]]:
    """The metrics and line items of metrics.toml."""
    data = tomllib.loads((Path(__file__).parent / "metrics.toml").read_text(encoding="utf-8"))
    found = tuple(
        Metric(tuple(one["names"]), one["formula"], tuple(one["items"]), one["show"])
        for one in data["metric"]
        if "items" in one
    )
    items = {
        name: LineItem(
            tuple(item["rows"]),
            tuple(re.compile(pattern.replace("QUANTITY", _QUANTITY), re.IGNORECASE) for pattern in item["prose"]),
        )
        for name, item in data["item"].items()
    }
    return found, items


# Facts as they are: cells


def cell_text(fact: CellFact) -> str:
    """A cell with its table's unit: "51.0 million euros"."""
    own = {item.quantity.unit.kind for item in find_quantities(fact.text)}
    if (
        not fact.unit
        or own - {UnitKind.PURE, UnitKind.COUNT}
        or not re.fullmatch(r"[$€£¥]?\s*\(?-?[\d.,]+\)?", fact.text)
    ):
        return fact.text
    return f"{fact.text} {fact.unit}"


def cell_citations(fact: CellFact) -> tuple[Citation, ...]:
    """The row, the column's header and the place that states the unit."""
    heads = fact.heads or (fact.head,)
    found = (fact.row, *heads, fact.corner if fact.unit or fact.caption else None)
    return tuple(dict.fromkeys(one for one in found if one))


def cell_statement(pick: Pick) -> Statement:
    """A cell as a sentence: label, header, value."""
    fact = pick.fact
    header = "" if fact.first_column and not find_periods(fact.header, bare_years=True) else f", {fact.header}"
    return Statement(f"{fact.label}{header}: {cell_text(fact)}.", cell_citations(fact))


def cell_operand(fact: CellFact, role: str = "") -> Operand:
    """A cell as an operand."""
    return _operand(cell_text(fact), fact.row, role or f"{fact.label}, {fact.header}")


def _operand(text: str, citation: Citation | None, role: str) -> Operand:
    try:
        quantity = parse_quantity(text)
        return Operand(text, quantity.value, quantity.unit.symbol, quantity.scale.name, citation, role)
    except CalculationError:
        number = re.search(r"[\d,]+(?:\.\d+)?", text)
        return Operand(text, Decimal(number[0].replace(",", "")) if number else Decimal(0), "", "", citation, role)


def expression_of(operand: Operand) -> str:
    """An operand in the calculator's grammar, without thousands separators."""
    number = format(operand.value, "f")
    if operand.unit == "%":
        return f"{number}%"
    return " ".join(part for part in (number, operand.scale, operand.unit) if part)


def computed(expression: str, operands: Sequence[Operand], label: str, note: str = "") -> Calculation:
    """A calculation by the calculator, with its operands as first steps. Raises CalculationError."""
    result = calculate(expression)
    quantity = result.quantity
    steps = [(operand.role or operand.text, operand.text) for operand in operands]
    steps.append((f"{label} = {shown_expression(expression)}", result.shown))
    return Calculation(
        expression, tuple(operands), result.shown, quantity.base, quantity.unit.symbol, quantity.scale.name,
        result.rounding, tuple(steps), note,
    )  # fmt: skip


def shown_quantity(quantity: Quantity) -> str:
    """A quantity as a person writes it."""
    return format_quantity(quantity)


def _cited(text: str, calculation: Calculation, more: Sequence[Citation] = ()) -> Statement:
    citations = [operand.citation for operand in calculation.operands if operand.citation]
    return Statement(text, tuple(dict.fromkeys([*citations, *more])), calculation)


def _about(rounding: str) -> str:
    return "About " if rounding else ""


# The year before, implied by a growth rate


def year_before(
    question: Question, found: Sequence[Sentence], facts: Sequence[CellFact], weights: Weights, short: Acronyms
) -> list[Statement]:
    """The figure of the same period a year earlier: as a table gives it, else implied by the growth rate."""
    asked = asked_periods(question)
    base = replace(question, year_before=False)
    if question.year_before:
        previous = asked[0] if asked else None
    else:
        # Asked by its own period: the growth stands with the one a year later.
        previous = _shift(asked[0], 1) if len(asked) == 1 else None
        if previous is None or question.kind is not Kind.FIGURE:
            return []
        base = replace(question, periods=(previous,), years=frozenset())
    if question.year_before:
        now = previous or _only_period(base, facts, weights, short)
        if now:
            pick = pick_cell(replace(base, periods=(), years=frozenset()), facts, weights, short, _shift(now, -1))
            if pick and pick.period:
                return [cell_statement(pick)]
    candidates = []
    for sentence in found:
        fit = fit_sentence(base, sentence, weights, short)
        pair = _growth_to(sentence, base)
        if pair and fit.names and fit.period and fit.own >= 0.3 and fit.total >= 0.5:
            candidates.append((fit.total + fit.own, sentence, pair))
    if not candidates:
        return []
    _, sentence, (amount, growth, sign) = max(candidates, key=lambda item: (item[0], -item[1].rank))
    return [implied_base(sentence, amount, growth, sign, _what(base, sentence))]


def _shift(period: Period, years: int) -> Period:
    return Period(None if period.fiscal_year is None else period.fiscal_year + years, period.quarter)


def _only_period(question: Question, facts: Sequence[CellFact], weights: Weights, short: Acronyms) -> Period | None:
    pick = pick_cell(replace(question, periods=(), years=frozenset()), facts, weights, short)
    return pick.period if pick else None


def _growth_to(sentence: Sentence, question: Question) -> tuple[FoundQuantity, FoundQuantity, int] | None:
    """The amount, the growth rate and its sign, where a sentence gives one of each."""
    sign = direction(sentence.text)
    fitting = of_measures(sentence.quantities, sentence.text, question.measures)
    rates = [item for item in fitting if item.quantity.unit.kind is UnitKind.PERCENT]
    amounts = [item for item in fitting if item.quantity.unit.kind is UnitKind.CURRENCY]
    terms = [term for term in question.terms if term.text.lower() not in words().rise | words().fall]
    if not sign or len(rates) != 1 or len(amounts) != 1 or not any(match(term.stem, sentence.stems) for term in terms):
        return None
    return amounts[0], rates[0], sign


def _what(question: Question, sentence: Sentence) -> str:
    """What an amount of a sentence is, in the question's word and the sentence's period: "revenue, Q1 2026"."""
    lists = words()
    named = [
        term.text.lower()
        for term in question.terms
        if match(term.stem, sentence.stems) and term.text.lower() not in lists.rise | lists.fall
    ]
    period = next(iter(sentence.periods), sentence.metadata.period)
    return ", ".join(part for part in (" ".join(named[:2]) or "amount", str(period) if period else "") if part)


def implied_base(sentence: Sentence, amount: FoundQuantity, growth: FoundQuantity, sign: int, what: str) -> Statement:
    """What an amount was before it grew (or fell) by a rate: amount ÷ (1 ± rate)."""
    later, rate = (
        _operand(amount.text, sentence.citation, what),
        _operand(
            growth.text, sentence.citation, "growth on the year before" if sign > 0 else "fall on the year before"
        ),
    )
    operator = "+" if sign > 0 else "-"
    expression = f"{expression_of(later)} / (1 {operator} {expression_of(rate)})"
    note = "The documents don't state the figure itself; it follows from two that they do."
    if sign > 0:
        low, high = implied_base_bounds(amount.quantity, growth.quantity)
        note += f" Both are rounded, so it lies between {format_quantity(low, 4)} and {format_quantity(high, 4)}."
    calculation = computed(expression, (later, rate), "base", note)
    text = f"{_about(calculation.rounding)}{calculation.result}, implied by the growth rate: {shown_expression(expression)}."
    return _cited(text, calculation)


# Run-rate


def run_rate(
    question: Question,
    found: Sequence[Sentence],
    facts: Sequence[CellFact],
    weights: Weights,
    short: Acronyms,
    glossary: Citation | None,
) -> list[Statement]:
    """A period's figure stretched to a year, and whether it agrees with the run-rate that the text states."""
    ask = replace(question, terms=_without_run_rate(question), year_before=False, months=())
    near = [
        one
        for one in found
        if not SUPPOSES.search(one.text) and (fit := fit_sentence(ask, one, weights, short)).names and fit.period
    ]
    stated = [
        (one, item)
        for one in near
        if _STATES_RUN_RATE.search(one.text)
        for item in one.quantities
        if item.quantity.unit.kind is UnitKind.CURRENCY
    ]
    bases = [
        (one.document, _operand(item.text, one.citation, f"the {name}'s figure"), name)
        for one in near
        for item, name in _short_period_amounts(one)
    ]
    documents = {one.document for one, _ in stated}
    bases += [
        (fact.document, cell_operand(fact), "quarter")
        for fact in facts
        if fact.document in documents and (period := cell_period(fact)) and period.quarter
    ]
    choices: dict[str, tuple[Operand, str, tuple[Sentence, FoundQuantity] | None]] = {}
    for claim in stated:
        for document, operand, name in bases:
            if document == claim[0].document and _agrees(operand, claim[1], _PER_YEAR[name]):
                choices.setdefault(document, (operand, name, claim))
    if not stated:
        choices |= {document: (operand, name, None) for document, operand, name in bases[:1]}
    # Who names no company means any: each that the documents give, the nearest first.
    shown = list(choices.values())[: 1 if question.names else MOST_RUN_RATES]
    return [one for operand, name, claim in shown for one in _stretched(operand, name, claim, glossary)]


def run_rate_year_before(
    question: Question,
    found: Sequence[Sentence],
    facts: Sequence[CellFact],
    weights: Weights,
    short: Acronyms,
    glossary: Citation | None,
) -> list[Statement]:
    """The run-rate of the same period a year earlier, where the growth since then is given."""
    ask = replace(question, terms=_without_run_rate(question), measures=frozenset(["revenue"]))
    if not ask.terms:
        ask = replace(ask, terms=(Term("revenue", "revenue"),))
    for statement in year_before(ask, found, (), weights, short):
        base = statement.calculation
        sentence = next((one for one in found if one.citation in statement.citations), None)
        names = {name for _, name in _short_period_amounts(sentence)} if sentence else set()
        if base and len(names) == 1:
            name = names.pop()
            times = Operand(
                str(_PER_YEAR[name]), Decimal(_PER_YEAR[name]), "", "", None, f"constant: {name}s in a year"
            )
            expression = f"{base.expression} * {times.text}"
            calculation = computed(expression, (*base.operands, times), "run-rate", base.note)
            text = f"{_about(calculation.rounding)}{calculation.result} a year before, implied by the growth rate: {shown_expression(expression)} {name}s."
            return [_cited(text, calculation, (glossary,) if glossary else ())]
    return []


def _stretched(
    operand: Operand, name: str, claimed: tuple[Sentence, FoundQuantity] | None, glossary: Citation | None
) -> list[Statement]:
    """The run-rate of one figure, and what the source says it is."""
    times = _PER_YEAR[name]
    constant = Operand(str(times), Decimal(times), "", "", None, f"constant: {name}s in a year")
    calculation = computed(f"{expression_of(operand)} * {times}", (operand, constant), "run-rate")
    text = f"{calculation.result}: {operand.text} × {times} {name}s."
    result = [_cited(text, calculation, (glossary,) if glossary else ())]
    if claimed:
        other, claim = claimed
        hedge = f"{claim.hedge} " if claim.hedge else ""
        given = f"The source gives {hedge}{other.text[claim.start : claim.end]}, which agrees."
        result.append(Statement(given, (other.citation,)))
    return result


_STATES_RUN_RATE = re.compile(r"run[\s-]?rate|annuali[sz]ed", re.IGNORECASE)
_RUN_RATE_WORDS = frozenset(["run", "rate", "hold", "pace", "whole", "arrive", "reach", "announce"])


def asks_run_rate(question: Question) -> bool:
    """Whether a question is after a run-rate itself, and not after something that is said of run-rates."""
    money = {token.stem for phrase in words().asks["money"] for token in tokens(phrase)}
    return bool(RUN_RATE.search(question.text)) and all(term.stem in money for term in _without_run_rate(question))


def _without_run_rate(question: Question) -> tuple[Term, ...]:
    return tuple(
        term
        for term in question.terms
        if not RUN_RATE.search(term.text) and not any(same(term.stem, word) for word in _RUN_RATE_WORDS)
    )


def _short_period_amounts(sentence: Sentence) -> list[tuple[FoundQuantity, str]]:
    """Amounts of money that a sentence gives for a quarter or a month."""
    text = f"{sentence.text} {sentence.before}"
    quarter = re.search(r"\bquarter|\bQ[1-4]\b", text, re.IGNORECASE)
    month = re.search(r"\bmonth", text, re.IGNORECASE)
    if not (quarter or month):
        metadata = sentence.metadata.period
        quarter = re.search("Q", "Q") if metadata and metadata.quarter else None
    name = "quarter" if quarter else "month" if month else ""
    run_rates = re.search(r"run[\s-]?rate|annuali[sz]ed", sentence.text, re.IGNORECASE)
    amounts = [item for item in sentence.quantities if item.quantity.unit.kind is UnitKind.CURRENCY]
    if run_rates and len(amounts) < 2:
        return []
    return [(item, name) for item in amounts if name and measure_of(item, sentence.text) in (None, "revenue")]


def _agrees(operand: Operand, claim: FoundQuantity, times: int) -> bool:
    quantity = calculate(expression_of(operand)).quantity
    if quantity.unit != claim.quantity.unit or not claim.quantity.base:
        return False
    return abs(quantity.base * times - claim.quantity.base) <= _CONSISTENT * claim.quantity.base


# Time between two events


@dataclass(frozen=True, slots=True)
class Event:
    """Something dated: the sentence that tells it, and its month."""

    sentence: Sentence
    month: MonthYear


def time_between(events: Sequence[Event]) -> list[Statement]:
    """Months between two dated events; empty where there aren't two, or they are of one month."""
    if len(events) != 2:
        return []
    first, second = sorted(events, key=lambda event: (event.month.year, event.month.month))
    earlier, later = first.month, second.month
    if earlier == later:
        return []
    operands = [
        Operand(
            str(one.month), Decimal(one.month.year * 12 + one.month.month), "months", "", one.sentence.citation, role
        )
        for one, role in ((first, "earlier event"), (second, "later event"))
    ]
    expression = f"({later.year} - {earlier.year}) * 12 + ({later.month} - {earlier.month})"
    calculation = computed(expression, operands, "months")
    months = int(calculation.value)
    years, rest = divmod(months, 12)
    parts = [f"{years} year{'s' * (years > 1)}"] * (years > 0) + [f"{rest} month{'s' * (rest > 1)}"] * (rest > 0)
    also = f" ({' and '.join(parts)})" if years else ""
    calculation = replace(calculation, result=f"{months} months", unit="months")
    return [_cited(f"{months} months{also} lie between {earlier} and {later}.", calculation)]


def asks_time_between(text: str) -> bool:
    """Whether a question asks how long one event came after another."""
    return bool(_LONG_AFTER.search(text)) and bool(
        re.search(r"\b(?:after|before|between|from|since|until|later)\b", text, re.IGNORECASE)
    )


def event_clauses(text: str) -> tuple[str, str] | None:
    """The two events that a question about a stretch of time names."""
    plain = text.strip().rstrip("?")
    if found := re.search(r"\bbetween\s+(.+?)\s+and\s+(.+)$", plain, re.IGNORECASE):
        return found[1], found[2]
    if found := re.search(r"\bfrom\s+(.+?)\s+(?:to|until)\s+(.+)$", plain, re.IGNORECASE):
        return found[1], found[2]
    if found := re.search(
        r"^(.*?),?\s+and\s+how\s+(?:long|many\s+\w+)\s+(?:after|later|before)(?:\s+that)?\s+(?:did|was|were|had|has)?\s*(.+)$",
        plain,
        re.IGNORECASE,
    ):
        return found[1], found[2]
    if found := re.search(
        r"how\s+(?:long|many\s+\w+)\s+(?:after|before|since)\s+(.+?)\s+(?:did|was|were|had|has)\s+(.+)$",
        plain,
        re.IGNORECASE,
    ):
        return found[1], found[2]
    return None


def dated_months(sentence: Sentence, wanted: Sequence[str]) -> list[tuple[int, MonthYear]]:
    """The months in a sentence, nearest after (or around) the words wanted first: (distance, month)."""
    held = tokens(sentence.text)
    places = [token.start for token in held if any(match(stem, frozenset([token.stem])) for stem in wanted)]
    found = []
    for start, _, month in find_months(sentence.text):
        # "began in October 2022 and were tightened in October 2023": a date belongs to the word before it.
        # A semicolon parts what is said of one event from what is said of another.
        before = [start - place + 200 * sentence.text.count(";", place, start) for place in places if place < start]
        after = [
            3 * (place - start) + 200 * sentence.text.count(";", start, place) for place in places if place > start
        ]
        found.append((min(before + after, default=10_000), month))
    return sorted(found, key=lambda item: item[0])


# Growth and difference between two periods; metrics


def growth_between(question: Question, facts: Sequence[CellFact], weights: Weights, short: Acronyms) -> list[Statement]:
    """How a row changed between two periods: both asked for, or one and the year before it."""
    lists = words()
    asks = question.direction or re.search(r"\b(?:chang|differ|compar|growth)", question.text, re.IGNORECASE)
    if not asks and len(asked_periods(question)) != 2:
        return []
    plain = replace(
        question,
        terms=tuple(
            term
            for term in question.terms
            if term.text.lower() not in lists.rise | lists.fall and not re.match(r"chang|differ|compar|growth|growing", term.text, re.IGNORECASE)
        ),
        periods=(), years=frozenset(), year_before=False, wants=frozenset(),
    )  # fmt: skip
    asked = sorted(asked_periods(question), key=lambda period: (period.fiscal_year or 0, period.quarter or 0))
    if not asked and (now := _only_period(plain, facts, weights, short)):
        asked = [now]
    if not plain.terms or len(asked) not in (1, 2):
        return []
    earlier, later = (_shift(asked[0], -1), asked[0]) if len(asked) == 1 else (asked[0], asked[1])
    first, last = (pick_cell(plain, facts, weights, short, period) for period in (earlier, later))
    if not first or not last or not first.period or not last.period or first.fact.label != last.fact.label:
        return []
    before, after = cell_operand(first.fact), cell_operand(last.fact)
    if before.unit == "%":
        return []
    more = (*cell_citations(first.fact), *cell_citations(last.fact))
    change = computed(f"growth({expression_of(after)}, {expression_of(before)})", (after, before), "growth")
    sign = "rose" if change.value > 0 else "fell" if change.value < 0 else "did not change"
    if question.direction and change.value * question.direction < 0:
        return []
    amount = change.result.lstrip("-−")
    text = (
        f"{last.fact.label} {sign} by {amount}, from {before.text} to {after.text}."
        if change.value
        else f"{last.fact.label} {sign}."
    )
    return [_cited(text, change, more)]


def metric(
    question: Question, found: Sequence[Sentence], facts: Sequence[CellFact], weights: Weights, short: Acronyms
) -> list[Statement]:
    """A metric computed from the line items of its formula, all of one document and one period."""
    known, items = metrics()
    lowered = " ".join(token.text.lower() for token in tokens(question.text))
    named = [
        (len(name), one, name) for one in known for name in one.names if re.search(rf"\b{re.escape(name)}\b", lowered)
    ]
    if not named or question.direction:
        return []
    _, wanted, name = max(named, key=lambda item: item[0])
    # Who names another measure besides asks for more than this one: a difference, a share.
    others = lowered.replace(name, "")
    if find_measures(others):
        return []
    asked = asked_periods(question)
    if len(asked) > 1 or question.year_before:
        return []
    ask = replace(question, terms=(), periods=asked, years=frozenset(), wants=frozenset())
    for document in dict.fromkeys([*(one.document for one in facts), *(one.document for one in found)]):
        cells = [one for one in facts if one.document == document]
        prose = [one for one in found if one.document == document]
        operands = [_item(items[item], item, ask, cells, prose, weights, short) for item in wanted.items]
        if all(operands):
            chosen = [operand for operand in operands if operand]
            expression = wanted.formula
            for item, (operand, _) in zip(wanted.items, chosen, strict=True):
                expression = re.sub(rf"\b{item}\b", expression_of(operand), expression)
            calculation = computed(expression, [operand for operand, _ in chosen], name)
            more = [citation for _, citations in chosen for citation in citations]
            label = name[0].upper() + name[1:]
            return [_cited(f"{label}: {calculation.result}, from {shown_expression(expression)}.", calculation, more)]
    return []


def _item(
    item: LineItem,
    name: str,
    ask: Question,
    cells: Sequence[CellFact],
    prose: Sequence[Sentence],
    weights: Weights,
    short: Acronyms,
) -> tuple[Operand, tuple[Citation, ...]] | None:
    rows = {_label(row) for row in item.rows}
    held = [fact for fact in cells if _label(fact.label) in rows]
    for label in dict.fromkeys(fact.label for fact in held):
        terms = tuple(Term(token.text, token.stem) for token in tokens(label))
        same_row = [fact for fact in held if fact.label == label]
        if pick := pick_cell(replace(ask, terms=terms), same_row, weights, short):
            return cell_operand(pick.fact), cell_citations(pick.fact)
    for sentence in prose:
        fit = fit_sentence(replace(ask, kind=Kind.FIGURE), sentence, weights, short)
        for pattern in item.prose:
            found = pattern.search(sentence.text)
            if found and fit.names and fit.period:
                quantities = find_quantities(found["quantity"])
                if quantities:
                    text = quantities[0].text
                    return _operand(text, sentence.citation, name.replace("_", " ")), (sentence.citation,)
    return None


def _label(text: str) -> str:
    return " ".join(re.findall(r"[a-z&]+", text.lower()))


# Figures of the turns before


def figure_of(statement: Statement) -> tuple[str, tuple[Operand, ...]] | None:
    """The figure that a statement gives: its expression and operands, None where it gives none or several alike."""
    if statement.calculation:
        return f"({statement.calculation.expression})", statement.calculation.operands
    found = find_quantities(statement.text)
    money = [item for item in found if item.quantity.unit.kind is UnitKind.CURRENCY]
    plain = [item for item in found if item.quantity.unit.kind is not UnitKind.PERCENT]
    chosen = next(iter(money or plain or found), None)
    if chosen is None or not statement.citations:
        return None
    operand = _operand(chosen.text, statement.citations[0], "figure of an earlier answer")
    return expression_of(operand), (operand,)


def compare(first: Statement, second: Statement) -> list[Statement]:
    """The difference of two earlier figures, and the first as a change from the second where both are amounts."""
    one, other = figure_of(first), figure_of(second)
    if one is None or other is None:
        return []
    operands = tuple(dict.fromkeys([*one[1], *other[1]]))
    calculation = computed(f"{one[0]} - {other[0]}", operands, "difference")
    if calculation.value < 0:
        one, other = other, one
        calculation = computed(f"{one[0]} - {other[0]}", operands, "difference")
    more = (*first.citations, *second.citations)
    result = [_cited(f"The difference is {calculation.result}.", calculation, more)]
    if calculation.unit != "%" and calculate(other[0]).quantity.base > 0:
        growth = computed(f"growth({one[0]}, {other[0]})", operands, "change")
        result.append(_cited(f"The larger is {growth.result} above the smaller.", growth, more))
    return result


__all__ = [
    "asks_time_between", "cell_statement", "compare", "dated_months", "event_clauses", "figure_of", "growth_between", "metric",
    "run_rate", "same_period", "time_between", "year_before",
]  # fmt: skip
