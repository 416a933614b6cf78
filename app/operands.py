"""Which filing gives which operand of a formula: all from one where one has them, a later one where it restates."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from app.calculator import calculate
from app.formula import Binary, Call, Formula, Item, Number, dated
from app.metrics import formula_text
from app.plan import Plan
from corpus.document import Kind, Metadata
from index.checks import ENOUGH
from index.concepts import concepts
from index.derive import may_derive
from index.line_items import ItemValue, find_item
from index.statement_cells import Line

_SAME = Decimal("0.0005")  # relative: two filings give the same figure, apart from rounding


@dataclass(frozen=True, slots=True)
class Filing:
    """A document of a company with the cells of its primary statements."""

    name: str
    metadata: Metadata
    lines: Sequence[Line]

    @property
    def year(self) -> int:
        """Its fiscal year, 0 where it isn't known."""
        return (self.metadata.period.fiscal_year if self.metadata.period else None) or 0


@dataclass(frozen=True, slots=True)
class Bound:
    """A formula whose every item is found."""

    formula: Formula
    values: dict[Item, ItemValue]
    filing: str  # "" where several were needed
    note: str = ""


def bind(formula: Formula, plan: Plan, filings: Sequence[Filing]) -> Bound | None:
    """All items from one filing where one has them: that of the last year asked for, or a later one that restates it."""
    last = max(plan.years)
    for kinds in ((Kind.ANNUAL_REPORT,), (Kind.EARNINGS_RELEASE, Kind.QUARTERLY_REPORT)):
        own = sorted(
            (one for one in filings if one.metadata.kind in kinds and one.year >= last), key=lambda one: one.year
        )
        whole = [bound for one in own if (bound := bind_in(formula, plan, one))]
        if whole:
            return _latest(whole)
        if kinds[0] is Kind.ANNUAL_REPORT and (bound := _in_several(formula, plan, filings)):
            return bound
    return None


def lacking(formula: Formula, plan: Plan, filings: Sequence[Filing]) -> list[Item]:
    """The line items that no filing gives for a period that the formula needs, each once."""
    missing: dict[Item, None] = {}

    def find(item: Item) -> ItemValue | None:
        values = (_value(item, plan, one) for one in filings if one.year >= (item.year or 0))
        value = next((one for one in values if one), None)
        known = concepts()[item.concept]
        if value is None and (not known.derive or known.derive_if):
            missing.setdefault(item)
        return value

    filled(formula, {}, find, lambda item: not concepts()[item.concept].derive_if)
    return list(missing)


def bind_in(formula: Formula, plan: Plan, filing: Filing) -> Bound | None:
    """All items from this filing, None where it lacks one."""
    values: dict[Item, ItemValue] = {}
    found = filled(
        formula, values, lambda item: _value(item, plan, filing), lambda item: _may_derive(item, plan, filing)
    )
    return Bound(found, values, filing.name) if found else None


def _in_several(formula: Formula, plan: Plan, filings: Sequence[Filing]) -> Bound | None:
    """Each item from the filing of its own year, else from the next that has it."""
    annual = sorted((one for one in filings if one.metadata.kind is Kind.ANNUAL_REPORT), key=lambda one: one.year)

    def find(item: Item) -> ItemValue | None:
        later = (one for one in annual if one.year >= (item.year or 0))
        return next((value for one in later if (value := _value(item, plan, one))), None)

    def derivable(item: Item) -> bool:
        return any(_may_derive(item, plan, one) for one in annual if one.year >= (item.year or 0))

    values: dict[Item, ItemValue] = {}
    found = filled(formula, values, find, derivable)
    return Bound(found, values, "") if found else None


def doubted(formula: Formula, plan: Plan, filings: Sequence[Filing]) -> list[ItemValue]:
    """What filings give for the formula's items in cells that a check of their statement speaks against, each once."""
    found: dict[str, ItemValue] = {}

    def find(item: Item) -> ItemValue | None:
        values = [value for one in filings if one.year >= (item.year or 0) and (value := _cell(item, plan, one))]
        for value in values:
            if value.line.confidence < ENOUGH and not any(one.line.confidence >= ENOUGH for one in values):
                found.setdefault(value.line.failed, value)
        return next(iter(values), None)

    filled(formula, {}, find, lambda item: not concepts()[item.concept].derive_if)
    return list(found.values())


def _value(item: Item, plan: Plan, filing: Filing) -> ItemValue | None:
    value = _cell(item, plan, filing)
    return value if value and value.line.confidence >= ENOUGH else None


def _may_derive(item: Item, plan: Plan, filing: Filing) -> bool:
    return may_derive(concepts()[item.concept], filing.lines, item.year or 0, plan.quarter, plan.literal)


def _cell(item: Item, plan: Plan, filing: Filing) -> ItemValue | None:
    return (
        find_item(filing.lines, concepts()[item.concept], item.year or 0, plan.quarter, plan.literal)
        if filing.lines
        else None
    )


def filled(
    formula: Formula,
    values: dict[Item, ItemValue],
    find: Callable[[Item], ItemValue | None],
    derivable: Callable[[Item], bool] = lambda item: True,
    within: frozenset[str] = frozenset(),
) -> Formula | None:
    """The formula with each item found, or written out where it follows from others; None where one is missing.

    `derivable` tells whether an item may be written out; `within` are the items that are being: none is by itself.
    """
    if isinstance(formula, Number):
        return formula
    if isinstance(formula, Item):
        if formula not in values and (value := find(formula)):
            values[formula] = value
        if formula in values:
            return formula
        derive = concepts()[formula.concept].derive
        if not derive or formula.concept in within or not derivable(formula):
            return None
        whole = dated(formula_text(derive), formula.year or 0)
        return filled(whole, values, find, derivable, within | {formula.concept})
    if isinstance(formula, Binary):
        left = filled(formula.left, values, find, derivable, within)
        right = filled(formula.right, values, find, derivable, within)
        return Binary(formula.sign, left, right) if left and right else None
    parts = [filled(one, values, find, derivable, within) for one in formula.arguments]
    return Call(formula.name, tuple(one for one in parts if one)) if all(parts) else None


def _latest(found: Sequence[Bound]) -> Bound:
    """The earliest filing's figures, unless a later one gives other ones: then those, and a note that says so."""
    first, chosen = found[0], found[0]
    for later in found[1:]:
        if note := restated(first, later):
            chosen = replace(later, note=note)
    return chosen


def restated(earlier: Bound, later: Bound) -> str:
    """What a later filing gives otherwise than an earlier one under the same label, as a note; "" where nothing."""
    item = next(
        (
            item
            for item, before in earlier.values.items()
            if item in later.values and not _alike(before, later.values[item])
        ),
        None,
    )
    if item is None:
        return ""
    before, now = earlier.values[item], later.values[item]
    if before.line.fact.label.lower() != now.line.fact.label.lower():
        return ""  # another row, perhaps another figure: not plainly a restatement
    return f"{item_name(item)} was {before.text} in {earlier.filing}; {later.filing} gives it as {now.text}, which is used."


def _alike(one: ItemValue, other: ItemValue) -> bool:
    first, second = (calculate(value.expression).quantity.base for value in (one, other))
    return abs(first - second) <= _SAME * max(abs(first), abs(second))


def item_name(item: Item, quarter: int | None = None) -> str:
    """A line item and its period: "revenue, FY2018"."""
    return f"{concepts()[item.concept].name}, {period_name(item.year or 0, quarter)}"


def period_name(year: int, quarter: int | None = None) -> str:
    """ "FY2018", "Q2 FY2023"."""
    return f"Q{quarter} FY{year}" if quarter else f"FY{year}"
