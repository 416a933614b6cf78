"""Two figures of one thing: the same, the same when rounded, one that fits the other's bound, or another."""

from decimal import Decimal
from enum import StrEnum

from app.elsewhere.core import Figure
from app.quantity import UnitKind
from app.verifier.amounts import MOST_BOUND

NEAR = Decimal("0.05")  # share of a figure within which "about" may be meant


class Match(StrEnum):
    """How two figures of one thing stand to each other."""

    SAME = "same"
    ROUNDED = "rounded"  # one is the other, rounded
    FITS = "fits"  # one is a bound or a round figure that the other keeps
    UNSURE = "unsure"  # neither the same nor surely another
    OTHER = "other"


def of_one_kind(one: Figure, other: Figure) -> bool:
    """Whether two figures can be compared: of one unit, and both levels or both changes."""
    if bool(one.changes) != bool(other.changes):
        return False
    pure = (UnitKind.PURE, UnitKind.COUNT)
    if one.kind in pure and other.kind in pure:
        return one.unit == other.unit or UnitKind.PURE in (one.kind, other.kind)
    if (one.kind, one.unit) == (other.kind, other.unit):
        return True
    # A currency left out: "2,725 million" of a company whose statements are in one.
    return {one.kind, other.kind} == {UnitKind.PURE, UnitKind.CURRENCY} and one.scaled and other.scaled


def match(one: Figure, other: Figure) -> Match:
    """How two figures of one kind stand to each other; their direction apart."""
    first, second = abs(one.base), abs(other.base)
    if first == second:
        return Match.SAME if one.bound == other.bound else _bounded(one, other)
    if one.bound or other.bound:
        return _bounded(one, other)
    if _signed(one) != _signed(other):
        return Match.UNSURE
    coarse = max(one.place, other.place)
    off = abs(first - second)
    if one.place != other.place and off <= coarse / 2:
        return Match.ROUNDED
    # A last digit that differs by one may be rounding, and zeros at the end may be too.
    if off <= coarse or off <= max(one.loose, other.loose) / 2:
        return Match.UNSURE
    return Match.OTHER


def _signed(one: Figure) -> bool:
    return one.base < 0


def _bounded(one: Figure, other: Figure) -> Match:
    """With a bound before one of them: kept closely, not surely kept, or broken."""
    if one.bound and other.bound:
        close = abs(abs(one.base) - abs(other.base)) <= NEAR * abs(one.base)
        if one.bound == other.bound and abs(one.base) == abs(other.base):
            return Match.SAME
        return Match.FITS if close and {one.bound, other.bound} <= {"near", "almost"} else Match.UNSURE
    bound, given = (one, other) if one.bound else (other, one)
    limit, value = abs(bound.base), abs(given.base)
    if not value:
        return Match.UNSURE
    off = abs(limit - value) / value
    kept = {
        "least": value >= limit,
        "most": value <= limit,
        "almost": value <= limit + given.place / 2,
        "near": off <= NEAR,
    }[bound.bound]
    if kept:
        return Match.FITS if off <= (NEAR if bound.bound == "near" else MOST_BOUND) else Match.UNSURE
    return Match.OTHER if off > 2 * NEAR else Match.UNSURE
