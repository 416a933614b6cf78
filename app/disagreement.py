"""Two documents that give different figures for what was asked: told with both, never one alone as if it were settled.

A figure found in one document is asked of each other document that comes near. Where one gives another figure for the
same measure, subject and period, the answer shows both. Restatements between a company's filings are told by what reads
their statements (docs/figures.md).
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from app.answer import Statement
from app.match import asked_periods
from app.measure import of_measures
from app.quantity import Quantity, UnitKind, find_quantities, parse_quantity
from app.question import Kind, Question
from app.terms import stems_in
from corpus.document import Period
from corpus.errors import CalculationError
from corpus.period import find_periods
from index.hit import Hit
from index.store import DocumentRecord

FAR = 60  # passages looked through for other documents, so that many copies of one text don't hide another
MOST = 3  # other documents that are asked


@dataclass(frozen=True, slots=True)
class _Figure:
    base: Decimal
    unit: str
    place: Decimal  # of its last digit, in base units
    hedged: bool


def may_disagree(question: Question, made: Sequence[Statement]) -> bool:
    """Whether what was found is one figure that another document could give otherwise."""
    if question.kind not in (Kind.FIGURE, Kind.OPEN) or not question.measures or not made:
        return False
    documents = {citation.document for statement in made for citation in statement.citations}
    return len(documents) == 1 and not made[0].series and bool(_figures(question, made[0]))


def other_documents(
    question: Question, made: Sequence[Statement], hits: Iterable[Hit], records: Sequence[DocumentRecord]
) -> list[list[Hit]]:
    """The passages of each other document that speaks of what was asked, those with the same text once."""
    own = {citation.document for statement in made for citation in statement.citations}
    known = {record.id: record for record in records}
    found: dict[str, list[Hit]] = {}
    seen: set[str] = set()
    for hit in hits:
        plain = " ".join(hit.text.split()).lower()
        if hit.document in own or hit.document_id not in known or plain in seen:
            continue
        seen.add(plain)
        metadata = known[hit.document_id].metadata
        if question.names_in(stems_in(hit.text, *hit.section, metadata.company, metadata.title)):
            found.setdefault(hit.document, []).append(hit)
    return list(found.values())[:MOST]


def differing(
    question: Question,
    made: Statement,
    others: Iterable[Sequence[Statement]],
    period_of: Callable[[str], Period | None],
) -> list[Statement]:
    """The statements of other documents that give another figure for the same period, each figure once.

    `period_of` gives the period that a document is of.
    """
    mine = _figures(question, made)
    when = _period(question, made, period_of)
    found: list[Statement] = []
    for other in others:
        theirs = _figures(question, other[0]) if other and not other[0].series else []
        if not theirs or _period(question, other[0], period_of) != when or when is None:
            continue
        known = [mine, *(_figures(question, one) for one in found)]
        if all(_differ(one, theirs) for one in known):
            found.append(other[0])
    return found


def remark(statements: Sequence[Statement]) -> str:
    """What is said of statements that disagree: which documents they are of."""
    documents = dict.fromkeys(citation.document for one in statements for citation in one.citations[:1])
    return f"The documents disagree on this figure: {' and '.join(documents)} give different ones. Each is shown with its source."


def _figures(question: Question, statement: Statement) -> list[_Figure]:
    """The figures of a statement that are of the measure and of the kind that is asked for."""
    try:
        if statement.calculation:
            held = [(statement.calculation.result, parse_quantity(statement.calculation.result), "")]
        else:
            quantities = of_measures(find_quantities(statement.text), statement.text, question.measures)
            held = [(one.text, one.quantity, one.hedge or "") for one in quantities]
    except CalculationError:
        return []
    percent = "percent" in question.wants
    of_kind = [one for one in held if (one[1].unit.kind in (UnitKind.PERCENT, UnitKind.POINTS)) == percent]
    money = [one for one in of_kind if one[1].unit.kind is UnitKind.CURRENCY]
    return [_figure(quantity, bool(hedge)) for _, quantity, hedge in (money or of_kind or held)]


def _figure(quantity: Quantity, hedged: bool) -> _Figure:
    exponent = quantity.value.as_tuple().exponent
    place = Decimal(1).scaleb(exponent if isinstance(exponent, int) else 0)
    return _Figure(quantity.base, quantity.unit.symbol, place * quantity.scale.factor, hedged)


def _differ(one: Sequence[_Figure], other: Sequence[_Figure]) -> bool:
    """Whether no figure of the one is one of the other's, rounding apart, though they are in the same unit."""
    pairs = [(first, second) for first in one for second in other if first.unit == second.unit]
    return bool(pairs) and not any(_same(first, second) for first, second in pairs)


def _same(one: _Figure, other: _Figure) -> bool:
    coarser = max(one.place, other.place)
    if one.hedged or other.hedged:
        return abs(one.base - other.base) <= max(coarser, abs(one.base) / 20)
    return abs(one.base - other.base) <= coarser / 2


def _period(question: Question, statement: Statement, period_of: Callable[[str], Period | None]) -> Period | None:
    """The period that a statement's figure is of: that asked for, else its own, else its document's."""
    if asked := asked_periods(question):
        return asked[0] if len(asked) == 1 else None
    own = [one.period for one in find_periods(statement.text, bare_years=True)]
    if own:
        return own[0]
    return period_of(statement.citations[0].document) if statement.citations else None
