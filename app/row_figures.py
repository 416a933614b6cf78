"""Figures from the rows of tables and from prose: metrics of the shipped formulas."""

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from app.answer import Citation, Operand, Statement
from app.calculator import calculate
from app.calculator.notation import shown_expression
from app.evidence import Sentence
from app.figures import cell_citations, cell_operand, change_text, cited, computed, expression_of, operand_of
from app.match import Acronyms, Weights, asked_periods, fit_sentence, keeps_narrowing, pick_cell
from app.measure import find_measures
from app.quantity import find_quantities
from app.question import Kind, Question, Term
from app.terms import capitalised, tokens
from app.year_before import shift
from corpus.document import Period
from index.cells import CellFact

_CHANGE = re.compile(r"\bchang(?:e|ed|es)\b|\bdevelop(?:ed)?\b|\bevolved?\b|\bmoved?\b|\bbetween\b", re.IGNORECASE)
_BETTER = re.compile(r"\bimprov(?:e|ed|es|ing)\b", re.IGNORECASE)
_WORSE = re.compile(r"\bworsen(?:ed|s)?\b|\bdeteriorat(?:e|ed|es)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Metric:
    """A figure computed from line items: `formula` in the calculator's grammar over the names of `items`."""

    names: tuple[str, ...]
    formula: str
    items: tuple[str, ...]
    show: str
    better: int  # 1 where a higher figure is the better one, -1 where a lower is, 0 where neither plainly is


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
        Metric(
            tuple(one["names"]),
            one["formula"],
            tuple(one["items"]),
            one["show"],
            {"higher": 1, "lower": -1}.get(one.get("better", ""), 0),
        )
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


@dataclass(frozen=True, slots=True)
class _Figure:
    """A metric of one period: its expression in the calculator's grammar, what it is computed from, where that stands."""

    expression: str
    operands: tuple[Operand, ...]
    citations: tuple[Citation, ...]
    shown: str
    period: Period | None


def metric(
    question: Question, found: Sequence[Sentence], facts: Sequence[CellFact], weights: Weights, short: Acronyms
) -> list[Statement]:
    """A metric computed from the line items of its formula, all of one document and one period; or how it changed."""
    wanted = _wanted(question)
    asked = asked_periods(question)
    if wanted is None or question.year_before or len(asked) > 2:
        return []
    one, name = wanted
    better = bool(_BETTER.search(question.text)) - bool(_WORSE.search(question.text))
    turn = question.direction or better * one.better
    changes = bool(turn or better or len(asked) == 2 or _CHANGE.search(question.text))
    for document in dict.fromkeys([*(fact.document for fact in facts), *(said.document for said in found)]):
        given = _Given(
            question,
            [fact for fact in facts if fact.document == document],
            [said for said in found if said.document == document],
            weights,
            short,
        )
        if changes:
            if pair := _pair(one, given, asked):
                return [_change(name, one, *pair, turn if question.kind is Kind.YES_NO else 0)]
        elif figure := _figure(one, given, asked):
            calculation = computed(figure.expression, figure.operands, name)
            said = f"{capitalised(name)}: {calculation.result}, from {shown_expression(figure.expression)}."
            return [cited(said, calculation, figure.citations)]
    return []


@dataclass(frozen=True, slots=True)
class _Given:
    """What a document gives, and what is asked."""

    question: Question
    cells: Sequence[CellFact]
    prose: Sequence[Sentence]
    weights: Weights
    short: Acronyms


def _wanted(question: Question) -> tuple[Metric, str] | None:
    """The metric that a question names, and by which name."""
    lowered = " ".join(token.text.lower() for token in tokens(question.text))
    named = [
        (len(name), one, name)
        for one in metrics()[0]
        for name in one.names
        if re.search(rf"\b{re.escape(name)}\b", lowered)
    ]
    if not named:
        return None
    _, wanted, name = max(named, key=lambda item: item[0])
    # Who names another measure besides asks for more than this one: a difference, a share. So does who narrows it down.
    others = lowered.replace(name, "")
    return None if find_measures(others) or not keeps_narrowing(question.text, name) else (wanted, name)


def _figure(wanted: Metric, given: _Given, periods: tuple[Period, ...]) -> _Figure | None:
    """A metric of one period, or the latest where none is given; None where an item is lacking."""
    items = metrics()[1]
    ask = replace(given.question, terms=(), periods=periods, years=frozenset(), wants=frozenset(), direction=0)
    operands = [
        _item(items[item], item, ask, given.cells, given.prose, given.weights, given.short) for item in wanted.items
    ]
    chosen = [operand for operand in operands if operand]
    if len(chosen) < len(operands):
        return None
    expression = wanted.formula
    for item, (operand, _, _) in zip(wanted.items, chosen, strict=True):
        expression = re.sub(rf"\b{item}\b", expression_of(operand), expression)
    stated = {period for _, _, period in chosen}
    return _Figure(
        expression,
        tuple(operand for operand, _, _ in chosen),
        tuple(citation for _, citations, _ in chosen for citation in citations),
        calculate(expression).shown,
        periods[0] if periods else stated.pop() if len(stated) == 1 else None,
    )


def _pair(wanted: Metric, given: _Given, asked: tuple[Period, ...]) -> tuple[_Figure, _Figure] | None:
    """A metric of two periods, the earlier first: those asked for, else the latest and the same a year before."""
    if len(asked) == 2:
        figures = [_figure(wanted, given, (period,)) for period in sorted(asked, key=lambda period: period.order)]
    else:
        last = _figure(wanted, given, asked)
        if last is None or last.period is None or last.period.fiscal_year is None:
            return None
        figures = [_figure(wanted, given, (shift(last.period, -1),)), last]
    before, after = figures
    return (before, after) if before and after else None


def _change(name: str, wanted: Metric, before: _Figure, after: _Figure, asks: int) -> Statement:
    """How a metric went from one period to another; `asks`: whether it rose (1) or fell (-1)."""
    # A change in percent of a loss would tell nothing.
    in_percent = wanted.show == "amount" and calculate(before.expression).quantity.base >= 0
    call = "growth" if in_percent else "difference"
    expression = f"{call}({after.expression}, {before.expression})"
    operands = tuple(dict.fromkeys([*before.operands, *after.operands]))
    calculation = computed(expression, operands, f"change of {name}")
    ends = [(f"{name}, {period}", one.shown) for one, period in ((before, before.period), (after, after.period))]
    steps = (*calculation.steps[:-1], *ends, calculation.steps[-1])
    rose = (calculation.value > 0) - (calculation.value < 0)
    shown = f"{before.shown} in {before.period}", f"{after.shown} in {after.period}"
    said = change_text(capitalised(name), rose, calculation.result, shown, asks)
    return cited(said, replace(calculation, steps=steps), (*before.citations, *after.citations))


def _item(
    item: LineItem,
    name: str,
    ask: Question,
    cells: Sequence[CellFact],
    prose: Sequence[Sentence],
    weights: Weights,
    short: Acronyms,
) -> tuple[Operand, tuple[Citation, ...], Period | None] | None:
    rows = {_label(row) for row in item.rows}
    held = [fact for fact in cells if _label(fact.label) in rows]
    for label in dict.fromkeys(fact.label for fact in held):
        terms = tuple(Term(token.text, token.stem) for token in tokens(label))
        same_row = [fact for fact in held if fact.label == label]
        if pick := pick_cell(replace(ask, terms=terms), same_row, weights, short):
            return cell_operand(pick.fact), cell_citations(pick.fact), pick.period
    for sentence in prose:
        fit = fit_sentence(replace(ask, kind=Kind.FIGURE), sentence, weights, short)
        for pattern in item.prose:
            found = pattern.search(sentence.text)
            if found and fit.names and fit.period:
                quantities = find_quantities(found["quantity"])
                if quantities:
                    text = quantities[0].text
                    return operand_of(text, sentence.citation, name.replace("_", " ")), (sentence.citation,), None
    return None


def _label(text: str) -> str:
    return " ".join(re.findall(r"[a-z&]+", text.lower()))
