"""A model's own calculation made one of ours: each operand is found again in the evidence, or there is no calculation."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from app.answer import Citation, Operand, Statement
from app.calculator import Result
from app.calculator.notation import shown_expression
from app.figures import calculation_of, quantity_operand
from app.measure import measure_of
from app.quantity import FoundQuantity, Quantity, UnitKind, find_quantities, format_quantity
from app.verifier.amounts import with_stated
from app.verifier.evidence import Evidence, Source, evidence_of, page_currency
from app.verifier.reading import read
from app.writer.evidence import Item, PageText
from corpus.errors import CalculationError

CONSTANTS = frozenset(["1", "100"])  # a formula's own; any other number must stand in the evidence or the question

FEWEST_DIGITS = 3  # of a number without scale and unit


@dataclass(frozen=True, slots=True)
class Place:
    """A number where it stands: in its scale and unit, with what it is of, as far as the text around it tells."""

    quantity: Quantity
    citation: Citation
    over: Citation  # the passage, which states a table's scale
    role: str


def traced(
    result: Result, items: Sequence[Item], question: str, page_text: PageText, about: Callable[[str], str]
) -> Statement:
    """The calculation as a statement whose operands are cited; of several places the nearest passage's is taken.

    Raises CalculationError for an operand that stands nowhere in the evidence in its value, scale and unit, and isn't
    given in the question.
    """
    given = {_key(one.quantity) for one in find_quantities(question)}
    places = list(_places(items, page_text, about))
    operands: list[Operand] = []
    cited: list[Citation] = []
    for quantity in result.operands:
        telling = _is_telling(quantity)
        place = next((one for one in places if telling and _key(one.quantity) == _key(quantity)), None)
        if place:
            cited += [place.citation, place.over]
            operands.append(quantity_operand(quantity, place.citation, place.role))
        elif telling and _key(quantity) in given:
            operands.append(quantity_operand(quantity, None, "given in the question"))
        elif (
            quantity.unit.kind is UnitKind.PURE and not quantity.scale.name and format(quantity.value, "f") in CONSTANTS
        ):
            operands.append(quantity_operand(quantity, None, "constant of the formula"))
        else:
            raise CalculationError(_untraced(quantity, places))
    if not cited:
        raise CalculationError("No number of it stands in a passage. Compute only with figures that the passages give.")
    text = f"{shown_expression(result.expression)} = {result.shown}."
    return Statement(text, tuple(dict.fromkeys(cited)), calculation_of(result, operands))


def _is_telling(quantity: Quantity) -> bool:
    """Whether a number can be found again: a bare 2 stands anywhere."""
    bare = quantity.unit.kind is UnitKind.PURE and not quantity.scale.name
    return not bare or len(quantity.value.as_tuple().digits) >= FEWEST_DIGITS


def _untraced(quantity: Quantity, places: Sequence[Place]) -> str:
    """What to say of an operand that isn't found: how the evidence writes the number, where it has it otherwise."""
    shown = format_quantity(quantity)
    near = next((one for one in places if abs(one.quantity.value) == abs(quantity.value)), None)
    if near:
        return f"{shown} is {format_quantity(near.quantity)} in the passages. Write it with that scale and unit."
    return f"{shown} stands in no passage that you were shown. Search for it first, or leave it out."


def _key(quantity: Quantity) -> object:
    return quantity.value, quantity.scale.factor, quantity.unit


def _places(items: Sequence[Item], page_text: PageText, about: Callable[[str], str]) -> Iterator[Place]:
    """Every number of the passages, in the order of the items."""
    for item in items:
        if not item.is_passage:
            continue
        passage = item.citations[0]
        currency = page_currency(page_text(passage.document, passage.page))
        for evidence in evidence_of([Source(passage, about(passage.document), currency)]):
            for found in find_quantities(evidence.text):
                citation = evidence.citation or _line_of(found, evidence, passage)
                if citation:
                    quantity = with_stated(found.quantity, evidence.units)
                    yield Place(quantity, citation, passage, _role(found, evidence))


def _line_of(found: FoundQuantity, evidence: Evidence, passage: Citation) -> Citation | None:
    """The line of a table that a cell is in: the first that holds its number and the label's first word."""
    label = evidence.text.split(",")[0].split(":")[0].strip()
    at = passage.start
    for line in passage.quote.splitlines(keepends=True):
        bare = line.strip()
        if found.text in bare and bare.lstrip("| ").startswith(label[:12]):
            start = at + line.index(bare)
            return Citation(passage.document, passage.page, start, start + len(bare), bare)
        at += len(line)
    return None


def _role(found: FoundQuantity, evidence: Evidence) -> str:
    """What a number is of: a cell's label and header; in a sentence its measure, and the period where it names one."""
    if evidence.is_cell:
        return evidence.text.rsplit(":", 1)[0]
    times = {evidence.text[one.start : one.end] for one in read(evidence.text).times if one.key[0] == "year"}
    parts = [measure_of(found, evidence.text) or "", times.pop() if len(times) == 1 else ""]
    return ", ".join(part for part in parts if part)
