"""The figure of the same period a year earlier: as a table gives it, or implied by a growth rate."""

from collections.abc import Sequence
from dataclasses import replace

from app.answer import Statement
from app.calculator import implied_base_bounds
from app.calculator.notation import shown_expression
from app.evidence import Sentence
from app.figures import about, cell_statement, cited, computed, expression_of, operand_of
from app.match import Acronyms, Weights, asked_periods, fit_sentence, pick_cell
from app.measure import of_measures
from app.quantity import FoundQuantity, UnitKind, format_quantity
from app.question import Kind, Question
from app.terms import direction, match, words
from corpus.document import Period
from index.cells import CellFact


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
        previous = shift(asked[0], 1) if len(asked) == 1 else None
        if previous is None or question.kind is not Kind.FIGURE:
            return []
        base = replace(question, periods=(previous,), years=frozenset())
    if question.year_before:
        now = previous or only_period(base, facts, weights, short)
        if now:
            pick = pick_cell(replace(base, periods=(), years=frozenset()), facts, weights, short, shift(now, -1))
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


def shift(period: Period, years: int) -> Period:
    """The same period some years later, or earlier."""
    return Period(None if period.fiscal_year is None else period.fiscal_year + years, period.quarter)


def only_period(question: Question, facts: Sequence[CellFact], weights: Weights, short: Acronyms) -> Period | None:
    """The period of the row asked for where no period is asked: the latest."""
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
        operand_of(amount.text, sentence.citation, what),
        operand_of(
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
    text = f"{about(calculation.rounding)}{calculation.result}, implied by the growth rate: {shown_expression(expression)}."
    return cited(text, calculation)
