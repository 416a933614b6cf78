"""Figures from the rows of tables and from prose: metrics of the shipped formulas."""

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from app.answer import Citation, Operand, Statement
from app.calculator.notation import shown_expression
from app.evidence import Sentence
from app.figures import cell_citations, cell_operand, cited, computed, expression_of, operand_of
from app.match import Acronyms, Weights, asked_periods, fit_sentence, keeps_narrowing, pick_cell
from app.measure import find_measures
from app.quantity import find_quantities
from app.question import Kind, Question, Term
from app.terms import tokens
from index.cells import CellFact


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
    # Who names another measure besides asks for more than this one: a difference, a share. So does who narrows it down.
    others = lowered.replace(name, "")
    if find_measures(others) or not keeps_narrowing(question.text, name):
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
            return [cited(f"{label}: {calculation.result}, from {shown_expression(expression)}.", calculation, more)]
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
                    return operand_of(text, sentence.citation, name.replace("_", " ")), (sentence.citation,)
    return None


def _label(text: str) -> str:
    return " ".join(re.findall(r"[a-z&]+", text.lower()))
