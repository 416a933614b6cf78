"""Whether two things said agree, contradict each other, or are merely related: in doubt they are related."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from app.elsewhere.core import RISE_OR_FALL, Core, Figure, cores
from app.elsewhere.figures import Match, match, of_one_kind
from app.elsewhere.one_thing import (
    differ_in_names,
    may_contradict,
    of_one_subject,
    of_one_thing,
    of_one_time,
    on_other_sides,
    subject_named,
)
from app.elsewhere.said import Said
from app.elsewhere.supported import supported
from app.verifier.bounds import with_bound
from app.verifier.evidence import Evidence
from app.verifier.finding import Kind
from app.verifier.lexicon import lexicon
from app.verifier.reading import read
from app.verifier.support import findings_of

FEWEST = 3  # words of content that two clauses share before one denies the other or turns it round


class Relation(StrEnum):
    """How a passage stands to what is said."""

    AGREES = "agrees"
    CONTRADICTS = "contradicts"
    RELATED = "related"


class Reason(StrEnum):
    """Why, which the page and the command line put into words."""

    SAME_FIGURE = "same figure"
    ROUNDS = "rounds to the same"
    FITS = "fits the bound"
    SAME_WORDS = "same words"
    OTHER_FIGURE = "another figure"
    OPPOSITE = "opposite direction"
    DENIED = "denied"
    PERIOD = "another period"
    SUBJECT = "another subject"
    UNIT = "another unit"
    MEASURE = "another measure"
    CARE = "said with care"
    UNSURE = "not surely another figure"
    NEAR = "near"


WORDS = {
    Reason.SAME_FIGURE: "says the same figure: {theirs}",
    Reason.ROUNDS: "says {theirs}, here {mine}: rounds to the same",
    Reason.FITS: "says {theirs}, here {mine}: one fits the other",
    Reason.SAME_WORDS: "says the same",
    Reason.OTHER_FIGURE: "says {theirs}, here {mine}: another figure",
    Reason.OPPOSITE: "says “{theirs}”, here “{mine}”: the opposite direction",
    Reason.DENIED: "says “{theirs}”, here “{mine}”: one denies what the other says",
    Reason.PERIOD: "is of another period: {theirs}, here {mine}",
    Reason.SUBJECT: "is of another subject: {theirs}, here {mine}",
    Reason.UNIT: "is in another unit: {theirs}, here {mine}",
    Reason.MEASURE: "is of another measure or part",
    Reason.CARE: "is said with other care: an expectation, a possibility or a part",
    Reason.UNSURE: "says {theirs}, here {mine}: may be the same",
    Reason.NEAR: "speaks of something near to it",
}
_ORDER = (Relation.CONTRADICTS, Relation.AGREES, Relation.RELATED)
# Of the reasons for "related", the one that tells most comes first.
_TELLING = tuple(Reason)


@dataclass(frozen=True, slots=True)
class Comparison:
    """The relation with its reason; `theirs` and `mine` are what the two say, "" where the reason names nothing."""

    relation: Relation
    reason: Reason
    theirs: str = ""
    mine: str = ""

    @property
    def words(self) -> str:
        """The difference in words: "says 2.9 billion CNY, here 2.88 billion CNY: rounds to the same"."""
        return WORDS[self.reason].format(theirs=self.theirs, mine=self.mine)


def prints_the_same(mine: Said, theirs: Said) -> bool:
    """Whether a passage gives a figure of the same measure, period and amount, though perhaps of a part of it."""
    return any(
        match(one, other) in (Match.SAME, Match.ROUNDED)
        for here in cores(mine)
        for there in cores(theirs)
        if here.measures & there.measures and here.when and there.when and here.when.same(there.when)
        for one in here.figures
        for other in there.figures
        if of_one_kind(one, other)
    )


NEAR = Comparison(Relation.RELATED, Reason.NEAR)


def compare(mine: Said, theirs: Said) -> Comparison:
    """How what stands elsewhere (`theirs`) stands to what is said (`mine`)."""
    found = [one for here in cores(mine) for there in cores(theirs) for one in _compared(here, there)]
    best = min(found, key=_rank, default=NEAR)
    if best.relation is Relation.CONTRADICTS and any(one.relation is Relation.AGREES for one in found):
        # It says both: which of them is meant can't be told.
        return Comparison(Relation.RELATED, Reason.UNSURE, best.theirs, best.mine)
    if best.relation is Relation.RELATED and supported(mine, theirs):
        return Comparison(Relation.AGREES, Reason.SAME_WORDS)
    return best


def _rank(one: Comparison) -> tuple[int, int]:
    return _ORDER.index(one.relation), _TELLING.index(one.reason)


def _compared(here: Core, there: Core) -> Iterator[Comparison]:
    """What comparing two clauses gives; nothing where they aren't of one thing."""
    if not of_one_thing(here, there):
        if differ_in_names(here, there) and subject_named(here) != subject_named(there):
            yield Comparison(Relation.RELATED, Reason.SUBJECT, subject_named(there), subject_named(here))
            return
        if here.measures & there.measures and here.figures and there.figures:
            yield Comparison(Relation.RELATED, Reason.MEASURE)
        return
    if not of_one_subject(here, there):
        yield Comparison(Relation.RELATED, Reason.SUBJECT, subject_named(there), subject_named(here))
        return
    if here.hedges != there.hedges or here.quantifiers != there.quantifiers:
        yield Comparison(Relation.RELATED, Reason.CARE)
        return
    if not of_one_time(here, there):
        known = here.when and there.when and str(here.when) and str(there.when) and not here.when.same(there.when)
        if known and str(here.when) != str(there.when):
            yield Comparison(Relation.RELATED, Reason.PERIOD, str(there.when), str(here.when))
        else:
            yield NEAR
        return
    yield from _turned(here, there) if not (here.figures and there.figures) else _figures(here, there)


def _figures(here: Core, there: Core) -> Iterator[Comparison]:
    """Two clauses with figures."""
    pairs = [(one, other) for one in here.figures for other in there.figures if of_one_kind(one, other)]
    if not pairs:
        apart = ((one, other) for one in here.figures for other in there.figures if one.kind is other.kind)
        one, other = next(apart, (None, None))
        if one and other and one.unit != other.unit and not (one.changes or other.changes):
            yield Comparison(Relation.RELATED, Reason.UNIT, other.text, one.text)
        return
    alone = [
        (one, other)
        for one, other in pairs
        if sum(first is one for first, _ in pairs) == 1 and sum(second is other for _, second in pairs) == 1
    ]
    for one, other in alone:
        yield _figure_pair(here, there, one, other)
    if not alone:
        yield Comparison(Relation.RELATED, Reason.NEAR)


def _figure_pair(here: Core, there: Core, one: Figure, other: Figure) -> Comparison:
    mine, theirs = _shown(one, here), _shown(other, there)
    how = match(one, other)
    turned = one.changes and other.changes and one.changes != other.changes
    if turned or (how is not Match.OTHER and _signs_differ(here, there)):
        if how is Match.OTHER or not (may_contradict(here, there) and turned) or here.negations != there.negations:
            return Comparison(Relation.RELATED, Reason.UNSURE, theirs, mine)
        return Comparison(Relation.CONTRADICTS, Reason.OPPOSITE, _turning(there), _turning(here))
    if here.negations != there.negations or on_other_sides(here, there):
        return Comparison(Relation.RELATED, Reason.UNSURE, theirs, mine)
    if how is Match.OTHER:
        if not may_contradict(here, there) or _says(there, one) or _says(here, other) or _vetoed(here, there):
            return Comparison(Relation.RELATED, Reason.UNSURE, theirs, mine)
        return Comparison(Relation.CONTRADICTS, Reason.OTHER_FIGURE, theirs, mine)
    if how is Match.UNSURE or _vetoed(here, there):
        return Comparison(Relation.RELATED, Reason.UNSURE, theirs, mine)
    reason = {Match.SAME: Reason.SAME_FIGURE, Match.ROUNDED: Reason.ROUNDS, Match.FITS: Reason.FITS}[how]
    return Comparison(Relation.AGREES, reason, theirs, mine)


_VETO = frozenset({Kind.NEGATION, Kind.MEASURE, Kind.CONDITION, Kind.QUANTIFIER})


def _vetoed(here: Core, there: Core) -> bool:
    """Whether the verifier has a reason of another kind than the figure against taking the two for one thing."""
    if here.said.is_cell or there.said.is_cell:
        return False
    evidence = Evidence(" ".join(there.kept.split()), "", there.said.about)
    return any(one.kind in _VETO for one in findings_of(" ".join(here.kept.split()), evidence))


def _says(core: Core, figure: Figure) -> bool:
    """Whether the whole of what is said gives a figure too, beside the one that was compared."""
    for one in read(core.said.plain).quantities:
        base = one.quantity.base * one.quantity.unit.factor
        if one.quantity.unit.family == figure.unit and abs(abs(base) - abs(figure.base)) <= figure.place / 2:
            return True
    return False


def _shown(one: Figure, core: Core) -> str:
    if core.said.is_cell:
        return core.text.rpartition(": ")[2]
    found = next((each for each in read(core.text).quantities if each.text == one.text), None)
    return with_bound(found, core.text) if found else one.text


def _signs_differ(here: Core, there: Core) -> bool:
    mine, theirs = dict(here.signs), dict(there.signs)
    both = RISE_OR_FALL in mine and RISE_OR_FALL in theirs
    return both and mine[RISE_OR_FALL] != theirs[RISE_OR_FALL]


def _turning(core: Core) -> str:
    sides = lexicon().opposites[RISE_OR_FALL].sides
    return next((word.text for word in read(core.text).words if word.lower in sides), core.text)


def _turned(here: Core, there: Core) -> Iterator[Comparison]:
    """Two clauses of the same words, one of them at least without a figure: the same, denied, or turned round."""
    if bool(here.figures) != bool(there.figures) or not _bare(here) or not _bare(there):
        if _turns(here, there) and may_contradict(here, there) and here.negations == there.negations == 0:
            yield Comparison(Relation.CONTRADICTS, Reason.OPPOSITE, _turning(there), _turning(here))
        else:
            yield NEAR
        return
    if here.negations != there.negations:
        if here.signs == there.signs and may_contradict(here, there) and {here.negations, there.negations} == {0, 1}:
            yield Comparison(Relation.CONTRADICTS, Reason.DENIED, _short(there.text), _short(here.text))
        else:
            yield NEAR
        return
    turned = {
        place
        for place, side in here.signs
        if (place, -side) in there.signs and (place, side) not in there.signs and (place, -side) not in here.signs
    }
    if turned and here.negations == 0 and may_contradict(here, there):
        yield Comparison(Relation.CONTRADICTS, Reason.OPPOSITE, _side(there, turned), _side(here, turned))
    else:
        yield NEAR


def _turns(here: Core, there: Core) -> bool:
    """Whether one says that a thing rose and the other that it fell, and each says one of them alone."""
    mine = {side for place, side in here.signs if place == RISE_OR_FALL}
    theirs = {side for place, side in there.signs if place == RISE_OR_FALL}
    return len(mine) == len(theirs) == 1 and mine != theirs and bool(here.measures)


def _bare(core: Core) -> bool:
    return len(core.every) >= FEWEST or bool(core.measures and core.signs)


def _side(core: Core, turned: set[int]) -> str:
    known = [one.sides for place, one in enumerate(lexicon().opposites) if place in turned]
    return next((word.text for word in read(core.text).words if any(word.lower in one for one in known)), core.text)


def _short(text: str) -> str:
    return text if len(text) <= 90 else f"{text[:88].rsplit(' ', 1)[0]} …"
