"""The row of a statement that gives a line item for a period, found beyond doubt or not at all."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from index.cells import is_dash
from index.concepts import BALANCE, Concept, concepts, is_part, label_rank, plain_label, pure_loss, tax_label_sign
from index.statement_cells import Line

_CHECKED = Decimal("0.002")  # of income before tax: how far a sum of rounded figures may be from its total
_PER_SHARE = re.compile(r"\bper (?:common )?share\b", re.IGNORECASE)
_NO_AMOUNT = re.compile(
    r"\bper (?:\w+ )?share\b|\bshares? (?:outstanding|used|issued|authorized)\b|\b(?:weighted|average|number of)\b.*\bshares\b",
    re.IGNORECASE,
)

_LEFT = re.compile(
    r"^(?:(?:consolidated )?net (?:income|earnings|loss)|(?:income|earnings|loss|profit) (?:loss )?(?:from continuing operations|for the year)|(?:income|earnings) before equity)(?!.*(?:noncontrolling|per share|before income tax))"
)


@dataclass(frozen=True, slots=True)
class ItemValue:
    """A line item in a period: the cell, and its amount with the sign that the item has in formulas."""

    concept: Concept
    year: int
    line: Line
    amount: Decimal  # in the cell's unit

    @property
    def unit(self) -> str:
        """Scale and currency of the amount: "million USD"; a figure per share has the currency alone."""
        unit = self.line.fact.unit
        return unit.split()[-1] if self.concept.kind == "per share" and unit else unit

    @property
    def text(self) -> str:
        """The figure as printed, with its unit; a dash stays one."""
        if is_dash(self.line.fact.text):
            return f"– {self.unit}".strip()
        figure = re.sub(r"[$€£¥\s]", "", self.line.fact.text)
        if self.amount > 0:
            figure = figure.strip("()")  # printed as what goes out, meant as an amount
        return f"{figure} {self.unit}".strip()

    @property
    def expression(self) -> str:
        """The amount in the calculator's grammar."""
        number = f"{format(abs(self.amount), 'f')} {self.unit}".strip()
        return f"(-{number})" if self.amount < 0 else number


def find_item(
    lines: Sequence[Line], concept: Concept, year: int, quarter: int | None = None, literal: str = ""
) -> ItemValue | None:
    """A line item of one document for a period, None where no row is it beyond doubt.

    `literal` is the item in a question's words: a row that is called exactly so comes first.
    """
    kind = lines[0].fact.metadata.kind if lines else None
    near = [line for line in lines if line.statement == concept.statement]
    held = [line for line in near if kind and line.column.fits(year, quarter, concept.statement, kind)]
    ranked: list[tuple[int, int, Line]] = []
    possible = _above(concept, held)
    for line in possible:
        rank = label_rank(concept, line.fact.label, line.fact.section)
        if rank is None or not _of_kind(concept, line):
            continue
        exact = literal and plain_label(line.fact.label) in (literal, f"total {literal}") and not concept.parts
        ranked.append((line.place, -1 if exact else rank, line))
    if any(row.fullmatch(plain_label(line.fact.label)) for line in held for row in concept.avoid_rows):
        ranked = [one for one in ranked if re.search(r"\bnet\b|\bless\b", plain_label(one[2].fact.label))]
    if concept.before_preferred and any("preferred" in plain_label(line.fact.label) for line in held):
        ranked = [one for one in ranked if "common" not in plain_label(one[2].fact.label)]
    if not ranked:
        return None
    place, rank = min(one[:2] for one in ranked)
    best = [line for at, order, line in ranked if (at, order) == (place, rank)]
    if len({line.value for line in best}) > 1:
        return None
    chosen = best[0]
    rows = [line for line in possible if line.place == place]
    if _only_a_part(concept, chosen, rows, [line for at, _, line in ranked if at == place]):
        return None
    amount = _signed(concept, chosen, near)
    return None if amount is None else ItemValue(concept, year, chosen, amount)


def _of_kind(concept: Concept, line: Line) -> bool:
    """Whether a line gives what the item is: an amount, an amount a share, a number of shares."""
    shares = line.fact.unit.split()[-1:] == ["shares"]
    if concept.kind == "amount":
        return not shares and not _is_per_share(line)
    return shares == (concept.kind == "shares")


def _above(concept: Concept, held: Sequence[Line]) -> list[Line]:
    """The lines that a concept may be: on each page those above the total that it is part of, all where there is none."""
    ends: dict[int, int] = {}
    for number, line in enumerate(held):
        if any(row.fullmatch(plain_label(line.fact.label)) for row in concept.above):
            ends.setdefault(line.place, number)
    return [line for number, line in enumerate(held) if number <= ends.get(line.place, number)]


def _is_per_share(line: Line) -> bool:
    if _NO_AMOUNT.search(line.fact.label) or "shares" in line.fact.unit:
        return True
    # On a balance sheet a heading tells the par value of what stands under it: "Common stock, $1 par value per share".
    headings = () if line.statement == BALANCE else line.fact.section[-1:]
    return any(_PER_SHARE.search(heading) for heading in headings)


def _only_a_part(concept: Concept, chosen: Line, rows: Sequence[Line], alike: Sequence[Line]) -> bool:
    label = plain_label(chosen.fact.label)
    if concept.alone and any(plain_label(line.fact.label) != label for line in alike):
        return True
    if not concept.parts or label.startswith("total"):
        return False
    return any(is_part(concept, line.fact.label) and plain_label(line.fact.label) != label for line in rows)


def _signed(concept: Concept, line: Line, near: Sequence[Line]) -> Decimal | None:
    if concept.sign in ("outflow", "cost"):
        return abs(line.value)
    if concept.sign == "tax":
        return _tax(line, near)
    if concept.sign == "change":
        words = set(plain_label(line.fact.label).split())
        return None if line.value > 0 and "decrease" in words and "increase" not in words else line.value
    if pure_loss(line.fact.label) and line.value > 0:
        return None  # a loss printed without brackets, or a profit under last year's label
    return line.value


def _tax(line: Line, near: Sequence[Line]) -> Decimal | None:
    """A tax charge as a positive amount: told by what the statement itself adds up to, else by the label."""
    column = [one for one in near if one.column == line.column and one.place == line.place]
    before = _value(column, "income_before_tax")
    if before is not None:
        slack = max(_CHECKED * abs(before), Decimal(1))
        size = abs(line.value)
        # What is left stands under its own name, with discontinued operations or without.
        left = [one.value for one in column if _LEFT.search(plain_label(one.fact.label))]
        charge = any(abs(before - size - after) <= slack for after in left)
        credit = any(abs(before + size - after) <= slack for after in left)
        if charge != credit:
            return size if charge else -size
    sign = tax_label_sign(line.fact.label)
    if line.value < 0 and sign > 0 and "benefit" not in plain_label(line.fact.label):
        return None  # a provision in brackets: deducted, or a credit?
    return line.value * sign


def _value(column: Sequence[Line], name: str) -> Decimal | None:
    concept = concepts()[name]
    ranked = [(label_rank(concept, one.fact.label), one.value) for one in column]
    known = sorted((rank, value) for rank, value in ranked if rank is not None)
    return known[0][1] if known else None
