"""Computed statements: the calculation is done again, its operands are cited, and the text says what it gives."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal

from app.answer import Calculation, Statement
from app.formula import items_of
from app.metrics import Metric, formula_text
from app.metrics import find_measures as find_named
from app.quantity import FoundQuantity, Quantity, UnitKind, find_quantities
from app.verifier.amounts import with_stated
from app.verifier.bounds import bound_before
from app.verifier.finding import Finding, Kind
from app.verifier.lexicon import lexicon
from app.verifier.reading import Part, read
from app.verifier.recalculation import FORMULA, canonical, digits_of, miscalculated, miscited, parts_of, rounds
from index.concepts import concepts


def calculation_findings(statement: Statement, question: str, about: str = "") -> Iterator[Finding]:
    """What is wrong with a statement's calculation, or with what its text says of it."""
    calculation = statement.calculation
    if calculation is None:
        return
    statement = replace(statement, text=_without_labels(statement))
    if reason := miscalculated(calculation) or miscited(statement, calculation, question):
        yield Finding(Kind.CALCULATION, reason)
        return
    yield from _numbers(statement, calculation, question)
    yield from _direction(statement.text, calculation)
    yield from _roles(statement.text, calculation)
    yield from _names(statement, calculation, question, about)


def _numbers(statement: Statement, calculation: Calculation, question: str) -> Iterator[Finding]:
    """Every number of the text is the result, a part of it, an operand, or stands in a citation in the same unit."""
    result = find_quantities(calculation.result)
    parts = parts_of(calculation.expression)
    operands = [one for operand in calculation.operands for one in find_quantities(operand.text)]
    operands += find_quantities(calculation.expression)
    cited = [one for citation in statement.citations for one in find_quantities(citation.quote)]
    stated = " ".join(citation.quote for citation in statement.citations)
    months = _months(calculation)
    for one in find_quantities(statement.text):
        mine = one.quantity
        if one.text in FORMULA and _OPERATOR.search(statement.text[max(0, one.start - 3) : one.end + 3]):
            continue  # the formula's own: "1 − dividends ÷ net income"
        about = bound_before(statement.text, one.start) == "near" or statement.text[: one.start].endswith("About ")
        if any(_same(mine, other.quantity) for other in (*result, *operands)):
            continue
        if any(_same(mine, with_stated(other.quantity, stated)) for other in cited):
            continue
        if any(rounds(mine, part.base, 0 if about else 1) and _kin(mine, part) for part in parts):
            continue
        if about and rounds(mine, calculation.value, 0) and (not result or _kin(mine, result[0].quantity)):
            continue
        if mine.unit.family == "months" and mine.base in months:
            continue
        if _in_label(one, statement.text, stated):
            continue
        yield _wrong(one, (*result, *operands), question)
    allowed = {
        number
        for text in (calculation.expression, calculation.result, stated, *(one.text for one in calculation.operands))
        for number in digits_of(text)
    }
    allowed |= {number for one in calculation.operands for number in digits_of(one.role)} | {
        canonical(str(month)) for month in months
    }
    allowed |= {f"20{year}" for year in _SHORT_YEAR.findall(stated)}
    allowed |= {canonical(format(abs(one.quantity.value), "f")) for one in find_quantities(statement.text)}
    for number in digits_of(statement.text) - allowed:
        if not any(number in word.stem for word in read(question).words if word.part is Part.NUMBER):
            yield Finding(Kind.NUMBER, f"the number {number} is neither cited nor computed")


def _in_label(one: FoundQuantity, text: str, quotes: str) -> bool:
    """Whether a number stands among the same words in a citation, of a row's label: "net of tax of $1, $11 and $4"."""
    before = _TWO_WORDS.search(text[: one.start])
    after = _ONE_WORD.match(text[one.end :])
    if not before or not after:
        return False
    return " ".join(f"{before[0]}{one.text}{after[0]}".split()) in " ".join(quotes.split())


_TWO_WORDS = re.compile(r"\S*[^\W\d]\S*\s+\S+\s+$")
_ONE_WORD = re.compile(r"\s*\S+")
_SHORT_YEAR = re.compile(r"\bFY?\s?['’]?(\d\d)\b")
_OPERATOR = re.compile(r"[−÷×+*/(]\s?\d|\d\s?[−÷×+*/]")


def _wrong(one: FoundQuantity, known: Sequence[FoundQuantity], question: str) -> Finding:
    near = next((other for other in known if abs(other.quantity.value) == abs(one.quantity.value)), None)
    if near is None:
        return Finding(Kind.NUMBER, f"the number {one.text} is neither cited nor computed")
    kind = Kind.SCALE if near.quantity.scale.factor != one.quantity.scale.factor else Kind.UNIT
    return Finding(kind, f"the calculation gives {near.text}, not {one.text}")


def _months(calculation: Calculation) -> set[Decimal]:
    if calculation.unit != "months":
        return set()
    months = int(abs(calculation.value))
    return {Decimal(months), Decimal(months // 12), Decimal(months % 12), Decimal(months // 12 * 12)}


def _same(one: Quantity, other: Quantity) -> bool:
    if UnitKind.PURE in (one.unit.kind, other.unit.kind):
        return abs(one.base) == abs(other.base) and _kin(one, other)  # "4 quarters" where the operand is 4
    return abs(one.base * one.unit.factor) == abs(other.base * other.unit.factor) and _kin(one, other)


def _kin(one: Quantity, other: Quantity) -> bool:
    loose = (UnitKind.PURE, UnitKind.COUNT, UnitKind.TIME)
    if one.unit.kind in loose and other.unit.kind in loose:
        return True
    return one.unit.family == other.unit.family or (
        one.unit.kind is UnitKind.PURE and other.unit.kind is UnitKind.CURRENCY
    )


def _direction(text: str, calculation: Calculation) -> Iterator[Finding]:
    """Rose or fell as the result's sign says, where the calculation is a change."""
    change = re.match(r"\s*growth\(", calculation.expression) or (calculation.unit in ("pp", "percentage points"))
    pair = re.search(r"\bfrom\b.*\bto\b", text)
    sides = lexicon().opposites[0].sides
    said = {
        sides[word.lower]
        for word in read(text).words
        if word.lower in sides and word.lower not in ("growth", "down", "up", "cut", "gain")
    }
    if not (change and pair) or len(said) != 1 or not calculation.value:
        return
    if (calculation.value > 0) != (said == {1}) and not _goes(text, said == {1}):
        yield Finding(Kind.DIRECTION, f"the calculation gives {calculation.result}, the sentence says the opposite")


_ENDS = re.compile(r"\bfrom\b(?P<first>.*?)\bto\b(?P<last>.*)")


def _goes(text: str, up: bool) -> bool:
    """Whether the two numbers that a change is told from and to go the way that is said: a difference has no sign then."""
    match = _ENDS.search(text)
    ends = [find_quantities(match[side]) for side in ("first", "last")] if match else []
    if not ends or not all(ends):
        return False
    first, last = (one[0].quantity for one in ends)
    return first.value >= 0 <= last.value and (last.base > first.base) is up and last.base != first.base


def _roles(text: str, calculation: Calculation) -> Iterator[Finding]:
    """An operand's number stands with the period that it is of."""
    reading = read(text)
    years = [one for one in reading.times if one.key[0] in ("year", "period")]
    for found in reading.quantities:
        mine = [
            one
            for one in calculation.operands
            if any(_same(found.quantity, other.quantity) for other in find_quantities(one.text))
        ]
        periods = {time.key for one in mine for time in read(one.role).times}
        after = next((one for one in years if one.start >= found.end), None)
        if (
            not periods
            or after is None
            or not re.fullmatch(r"\s+(?:in|for)\s+(?:FY\s?|fiscal\s+)?", text[found.end : after.start])
        ):
            continue
        if after.key not in periods:
            yield Finding(Kind.PERIOD, f"{found.text} is of {mine[0].role}, not of {text[after.start : after.end]}")
    known = {time.key for one in calculation.operands for time in (*read(one.role).times, *read(one.text).times)}
    if known:
        spans = range(min(_year(known), default=0), max(_year(known), default=0) + 1)
        for one in years:
            if one.key[0] == "year" and one.key[1] not in spans:
                yield Finding(Kind.PERIOD, f"the calculation isn't of {text[one.start : one.end]}")
            if one.key[0] == "period" and not any(key == one.key or key[0] != "period" for key in known):
                yield Finding(Kind.PERIOD, f"the calculation isn't of {text[one.start : one.end]}")


def _year(keys: set[tuple[str | int, ...]]) -> list[int]:
    return [int(key[1]) for key in keys if key[0] in ("year", "period")]


def _names(statement: Statement, calculation: Calculation, question: str, about: str) -> Iterator[Finding]:
    """Names and measures of the text are those of the citations, the operands or the question."""
    roles = " ; ".join(f"{one.role} {one.text}" for one in calculation.operands)
    quotes = " ; ".join(one.quote for one in statement.citations)
    steps = " ; ".join(f"{label} {value}" for label, value in calculation.steps)
    cited = read(f"{roles} ; {quotes} ; {about}")
    metrics = [(one.start, one.end) for one in find_named(statement.text)]  # checked as such
    for word in read(statement.text).words:
        if (
            not any(start <= word.start < end for start, end in metrics)
            and word.part is Part.NAME
            and word.stem not in cited.stems
            and word.stem not in read(f"{calculation.expression} ; {calculation.result}").stems
        ):
            yield Finding(Kind.NAME, f"the calculation doesn't name {word.text}")
    yield from _measures(statement.text, roles, question, [roles, quotes, steps, question])


def has_item(item: str, items: set[str]) -> bool:
    """Whether a line item is among the operands, or all that it is computed from is."""
    if item in items:
        return True
    derive = concepts()[item].derive if item in concepts() else ""
    return bool(derive) and {one.concept for one in items_of(formula_text(derive))} <= items


_TOKEN = re.compile(r"[\w.,]*\w")


def _without_labels(statement: Statement) -> str:
    """The text with blanks in place of what it puts in quotation marks and its citations hold."""
    held = {word for one in statement.citations for word in _TOKEN.findall(one.quote)}

    def blank(match: re.Match[str]) -> str:
        return " " * len(match[0]) if set(_TOKEN.findall(match[1])) <= held else match[0]

    return re.sub(r"“([^”]*)”", blank, statement.text)


def _measures(text: str, roles: str, question: str, sources: Sequence[str]) -> Iterator[Finding]:
    """A metric of the text is one whose line items are the operands, or that the question asks for by name."""
    asked = {one.measure.id for one in find_named(question)}
    items = {one.measure.id for one in find_named(roles)}
    spans: list[tuple[int, int]] = []
    for one in find_named(text):
        spans.append((one.start, one.end))
        if one.measure.id in asked | items:
            continue
        needed = [item.concept for item in items_of(one.measure.formula)] if isinstance(one.measure, Metric) else []
        if not needed or not all(has_item(item, items) for item in needed):
            yield Finding(Kind.MEASURE, f"the calculation isn't of {text[one.start : one.end]}")
    held = {one.measure.name for source in sources for one in read(source).measures}
    for found in read(text).measures:
        if found.measure.name not in held and not any(start <= found.start < end for start, end in spans):
            yield Finding(Kind.MEASURE, f"the calculation isn't of {text[found.start : found.end]}")
