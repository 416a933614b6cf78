"""The cells nearest to a figure that is refused: the line item in other years, or rows that are named like it.

None of them is beyond doubt the figure asked for: they are shown as what was found, with their places, never as an answer.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from app.answer import Candidate
from app.figures import cell_text
from app.formula import Item, items_of
from app.operands import Filing
from app.plan import Plan
from app.statement_figures import moment, with_years
from index.concepts import Concept, concepts, label_rank, plain_label
from index.statement_cells import Line

MOST = 6
LEAST = 0.5  # share of the words of a line item's name that a row must hold, and of the row's that the name must


@dataclass(frozen=True, slots=True)
class _Near:
    """A cell with how near its row is (1 is the line item itself) and by how many years its column is off."""

    line: Line
    likeness: float
    off: int


def names_of_items(items: Sequence[Item]) -> list[str]:
    """The line items' names, each once."""
    return list(dict.fromkeys(concepts()[item.concept].name for item in items))


def nearest_cells(plan: Plan, filings: Sequence[Filing], lacking: Sequence[Item]) -> tuple[Candidate, ...]:
    """The nearest cells for the line items that a plan lacks, or for all of them where each alone is given."""
    plan = with_years(plan, filings)
    if not plan.years:
        return ()
    wanted = lacking or [item for year in plan.years for item in items_of(moment(plan, year))]
    chosen: dict[tuple[str, str], Line] = {}
    each = max(2, MOST // max(1, len(set(wanted))))
    for item in dict.fromkeys(wanted):
        for near in _nearest(item, plan, filings)[:each]:
            fact = near.line.fact
            chosen.setdefault((plain_label(fact.label), f"{near.line.column} {fact.header}"), near.line)
    return tuple(_candidate(line) for line in list(chosen.values())[:MOST])


def _nearest(item: Item, plan: Plan, filings: Sequence[Filing]) -> list[_Near]:
    """Rows that are it or are named like it, those of the period asked for first; one cell a row and period."""
    concept, year = concepts()[item.concept], item.year or plan.years[-1]
    found: dict[tuple[str, int], _Near] = {}
    for filing in filings:
        for line in filing.lines:
            if line.statement != concept.statement or not _whole_period(line, filing, plan, concept):
                continue
            likeness = _likeness(concept, line, plan.literal)
            if likeness < LEAST:
                continue
            near = _Near(line, likeness, abs(line.column.year - year))
            key = (plain_label(line.fact.label), line.column.year)
            if key not in found or near.line.place < found[key].line.place:
                found[key] = near
    own = [one for one in found.values() if one.likeness == 1]
    return sorted(own or found.values(), key=lambda one: (one.off, -one.likeness))


def _whole_period(line: Line, filing: Filing, plan: Plan, concept: Concept) -> bool:
    kind = filing.metadata.kind
    return line.column.fits(line.column.year, plan.quarter, concept.statement, kind)


def _likeness(concept: Concept, line: Line, literal: str) -> float:
    if label_rank(concept, line.fact.label, line.fact.section) is not None:
        return 1.0
    label = set(plain_label(line.fact.label).split()) - _SMALL
    named = [set(plain_label(name).split()) - _SMALL for name in (*concept.asked, concept.name, literal) if name]
    shares = [len(label & words) / max(len(words), len(label)) for words in named if words and label]
    return 0.99 * max(shares, default=0.0)


_SMALL = frozenset("the of and a an in for to from on net total other".split())


def _candidate(line: Line) -> Candidate:
    fact = line.fact
    header = " ".join(fact.header.split())
    return Candidate(" ".join(fact.label.split()), header, cell_text(fact), fact.row)
