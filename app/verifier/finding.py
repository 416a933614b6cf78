"""What the verifier says: a finding is one reason against a claim, a verdict what became of one sentence."""

from dataclasses import dataclass
from enum import StrEnum

from app.answer import Statement, joined


class Kind(StrEnum):
    """What a finding is about."""

    CITATION = "citation"  # none, or its text isn't at its place
    NUMBER = "number"
    UNIT = "unit"
    SCALE = "scale"
    PERIOD = "period"
    NAME = "name"
    MEASURE = "measure"
    WORD = "word"
    DIRECTION = "direction"
    NEGATION = "negation"
    HEDGE = "hedge"
    QUANTIFIER = "quantifier"
    CAUSE = "cause"
    ORDER = "order"
    ROLE = "role"  # who did what to whom; which number is whose
    CONDITION = "condition"
    CALCULATION = "calculation"
    MEANING = "meaning"  # too far from its passages by embedding


@dataclass(frozen=True, slots=True)
class Claim:
    """A part of a sentence that is true or false by itself: half-open [start, end) in the sentence."""

    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Finding:
    """A reason why a claim isn't supported, in a person's words."""

    kind: Kind
    reason: str
    claim: str = ""  # the text of the claim that it is about


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of one sentence: it stands, `repaired` takes its place, or it is withheld for its `findings`."""

    statement: Statement
    claims: tuple[Claim, ...] = ()
    findings: tuple[Finding, ...] = ()
    repaired: Statement | None = None

    @property
    def stands(self) -> bool:
        """Whether the sentence is shown as it was written."""
        return not self.findings

    @property
    def shown(self) -> Statement | None:
        """The sentence to show: as written, as repaired, or None."""
        return self.statement if self.stands else self.repaired


@dataclass(frozen=True, slots=True)
class VerifiedAnswer:
    """The verdicts on an answer's sentences, in their order."""

    question: str
    verdicts: tuple[Verdict, ...]

    @property
    def statements(self) -> tuple[Statement, ...]:
        """The sentences that may be shown, each once."""
        return tuple(dict.fromkeys(one.shown for one in self.verdicts if one.shown))

    @property
    def withheld(self) -> tuple[Verdict, ...]:
        """The sentences that don't stand as they were written."""
        return tuple(one for one in self.verdicts if not one.stands)

    @property
    def text(self) -> str:
        """The sentences that may be shown, as one text without marks."""
        return joined(self.statements)

    @property
    def summary(self) -> str:
        """What was withheld and why: "2 sentences withheld: …"; "" where all stands."""
        cut = [one for one in self.withheld if one.repaired is None]
        mended = [one for one in self.withheld if one.repaired is not None]
        parts = [
            f"{len(some)} sentence{'s' if len(some) > 1 else ''} {what}: {_reasons(some)}."
            for some, what in ((cut, "withheld"), (mended, "put in the source's own words"))
            if some
        ]
        return " ".join(parts)


def _reasons(verdicts: list[Verdict]) -> str:
    return "; ".join(dict.fromkeys(one.findings[0].reason.rstrip(".") for one in verdicts))
