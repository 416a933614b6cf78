"""Run-rates: a short period's figure stretched to a year, now or a year earlier."""

import re
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from app.answer import Citation, Operand, Statement
from app.calculator import calculate
from app.calculator.notation import shown_expression
from app.evidence import Sentence
from app.figures import about, cell_operand, cited, computed, expression_of, operand_of
from app.match import SUPPOSES, Acronyms, Weights, cell_period, fit_sentence
from app.measure import measure_of
from app.quantity import FoundQuantity, UnitKind
from app.question import Question, Term
from app.terms import same, tokens, words
from app.year_before import year_before
from index.cells import CellFact

RUN_RATE = re.compile(
    r"\brun[\s-]?rate|\bannuali[sz]ed?\b|\b(?:hold|holds|held|keep|keeps|kept|continue|continues|go(?:es)? on|last|lasts)\b.*\b(?:year|12 months|twelve months)\b",
    re.IGNORECASE,
)
MOST_RUN_RATES = 2
_PER_YEAR = {"quarter": 4, "month": 12}
_CONSISTENT = Decimal("0.05")  # a stated run-rate and the computed one may differ by rounding and an "over"


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
        (one.document, operand_of(item.text, one.citation, f"the {name}'s figure"), name)
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
            times = _times(name)
            expression = f"{base.expression} * {times.text}"
            calculation = computed(expression, (*base.operands, times), "run-rate", base.note)
            text = f"{about(calculation.rounding)}{calculation.result} a year before, implied by the growth rate: {shown_expression(expression)} {name}s."
            return [cited(text, calculation, (glossary,) if glossary else ())]
    return []


def _times(name: str) -> Operand:
    """How many quarters or months a year has."""
    return Operand(str(_PER_YEAR[name]), Decimal(_PER_YEAR[name]), "", "", None, f"constant: {name}s in a year")


def _stretched(
    operand: Operand, name: str, claimed: tuple[Sentence, FoundQuantity] | None, glossary: Citation | None
) -> list[Statement]:
    """The run-rate of one figure, and what the source says it is."""
    times = _times(name)
    calculation = computed(f"{expression_of(operand)} * {times.text}", (operand, times), "run-rate")
    text = f"{calculation.result}: {operand.text} × {times.text} {name}s."
    result = [cited(text, calculation, (glossary,) if glossary else ())]
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
    quarter = bool(re.search(r"\bquarter|\bQ[1-4]\b", text, re.IGNORECASE))
    month = bool(re.search(r"\bmonth", text, re.IGNORECASE))
    if not (quarter or month):
        metadata = sentence.metadata.period
        quarter = bool(metadata and metadata.quarter)
    name = "quarter" if quarter else "month" if month else ""
    amounts = [item for item in sentence.quantities if item.quantity.unit.kind is UnitKind.CURRENCY]
    if _STATES_RUN_RATE.search(sentence.text) and len(amounts) < 2:
        return []
    return [(item, name) for item in amounts if name and measure_of(item, sentence.text) in (None, "revenue")]


def _agrees(operand: Operand, claim: FoundQuantity, times: int) -> bool:
    quantity = calculate(expression_of(operand)).quantity
    if quantity.unit != claim.quantity.unit or not claim.quantity.base:
        return False
    return abs(quantity.base * times - claim.quantity.base) <= _CONSISTENT * claim.quantity.base
