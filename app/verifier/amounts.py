"""Whether two quantities are the same: in value, scale and unit, with the bound or the rounding that is said."""

import re
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from functools import lru_cache

from app.quantity import PURE, FoundQuantity, Quantity, Unit, UnitKind, find_quantities, names
from app.verifier.bounds import bound_before

MOST_ROUNDING = Decimal("0.02")  # share of a figure by which "about" may be off
MOST_BOUND = Decimal("0.06")  # and by which "over" or "nearly" may


def equal(claimed: FoundQuantity, given: FoundQuantity, claim: str, source: str, stated: str) -> bool:
    """Whether a claimed quantity is the given one: in value and unit, with its bound, rounded only where it says so."""
    mine, theirs = claimed.quantity, with_stated(given.quantity, stated)
    if mine.unit.kind is UnitKind.COUNT and given.quantity.unit.kind is UnitKind.PURE:
        theirs = Quantity(theirs.value, PURE, theirs.scale)  # the table's currency isn't that of its shares
    if not units_meet(mine, theirs):
        return False
    value, true = abs(_in_family(mine)), abs(_in_family(theirs))
    bracketed = source[given.start - 1 : given.start] == "(" and source[given.end : given.end + 1] == ")"
    if mine.value < 0 <= theirs.value and not bracketed:
        return False
    hedge, bound = bound_before(claim, claimed.start), bound_before(source, given.start)
    if value == true:
        return hedge == bound or (bound == "" and hedge == "near") or (bound in ("near", "almost") and hedge == "near")
    if not true or bound not in ("", hedge):
        return False
    off = abs(value - true) / true
    if hedge == "near":
        return off <= MOST_ROUNDING and _is_rounded(mine, true)
    if hedge == "least":
        return value < true and off <= MOST_BOUND and not bound
    if hedge in ("most", "almost"):
        return value > true and off <= MOST_BOUND and not bound
    return False


def _is_rounded(shown: Quantity, true: Decimal) -> bool:
    """Whether a shown number is the true one, rounded half up at its last digit that isn't 0."""
    written = shown.value.normalize().as_tuple().exponent
    factor = shown.scale.factor * shown.unit.factor
    try:
        step = Decimal(1).scaleb(int(written))
        return (true / factor / step).quantize(Decimal(1), ROUND_HALF_UP) * step == abs(shown.value)
    except InvalidOperation:
        return False


def _in_family(quantity: Quantity) -> Decimal:
    return quantity.base * quantity.unit.factor


def units_meet(one: Quantity, other: Quantity) -> bool:
    """Whether two quantities are of one unit: dollars aren't euros, and percentage points no percent."""
    mine, theirs = one.unit, other.unit
    if mine.family == theirs.family and mine.kind == theirs.kind:
        return True
    pure = (UnitKind.PURE, UnitKind.COUNT)
    if mine.kind in pure and theirs.kind in pure:
        return UnitKind.PURE in (mine.kind, theirs.kind)
    # A unit left out: "2.88 billion" of "2.88 billion CNY"; or written as a word that is checked as a word.
    return mine.kind is UnitKind.PURE and theirs.kind is UnitKind.CURRENCY and bool(one.scale.name)


# "in millions, except per share data": a figure per share is in no scale.
_PER_SHARE_APART = re.compile(r"\bexcept[^;|]{0,40}?\bshares?\b[^;|]{0,20}", re.IGNORECASE)
_PER_SHARE = re.compile(r"\bper\s+(?:\w+\s+)?share\b|\bEPS\b|\bbasic\b|\bdiluted\b", re.IGNORECASE)


def with_stated(quantity: Quantity, stated: str) -> Quantity:
    """A bare number of a table in the scale and currency that stand over it."""
    if not stated or quantity.scale.name or quantity.unit.kind not in (UnitKind.PURE, UnitKind.CURRENCY):
        return quantity
    scales = scales_of(stated)
    if not scales:
        return quantity
    if _PER_SHARE_APART.search(stated) and _PER_SHARE.search(_PER_SHARE_APART.sub("", stated)):
        return (
            quantity
            if quantity.unit.kind is not UnitKind.PURE
            else Quantity(quantity.value, stated_currency(stated) or PURE)
        )
    known = names()
    unit = quantity.unit
    if unit.kind is UnitKind.PURE:
        unit = stated_currency(stated) or unit
    return Quantity(quantity.value, unit, known.scales[scales[0]])


_SCALE = re.compile(
    r"\b(?P<word>thousand|million|billion|trillion)s?\b|(?P<thousand>(?:['’´`]|(?<=[$€£¥(])|\bin\s+)000(?:['’]?s)?\b)|[$€£¥]\s?(?P<short>mn?|bn|k)\b",
    re.IGNORECASE,
)
_SHORT = {"m": "million", "mn": "million", "bn": "billion", "k": "thousand"}


@lru_cache(maxsize=4096)
def scales_of(text: str) -> tuple[str, ...]:
    """The scales that a text names, those of its amounts last: "in millions; 1.2 billion shares" → ("million", "billion")."""
    found: dict[str, bool] = {}
    for one in _SCALE.finditer(text):
        short = one["short"]
        name = "thousand" if one["thousand"] else _SHORT[short.lower()] if short else one["word"].lower()
        of_amount = bool(re.search(r"\d[\s-]*$", text[max(0, one.start() - 4) : one.start()]))
        found[name] = found.get(name, True) and of_amount
    return tuple(sorted(found, key=lambda name: found[name]))


@lru_cache(maxsize=4096)
def stated_currency(text: str) -> Unit | None:
    """The currency that a text names, None where it names none."""
    known = names()
    for found in find_quantities(re.sub(r"\b(?:thousand|million|billion)s?\s+(?:of\s+)?", "1 ", text)):
        if found.quantity.unit.kind is UnitKind.CURRENCY:
            return found.quantity.unit
    for sign, unit in known.signs.items():
        if unit.kind is UnitKind.CURRENCY and sign in text:
            return unit
    if re.search(r"\bdollars\b", text, re.IGNORECASE):
        return known.signs["$"]
    return None
