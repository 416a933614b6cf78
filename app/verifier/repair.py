"""Repairs that are certain: a sentence that garbles one sentence of its source gives way to that sentence itself."""

import re
from collections.abc import Sequence

from app.answer import Statement
from app.extract import trim
from app.verifier.evidence import Evidence
from app.verifier.finding import Finding, Kind
from app.verifier.reading import Part, read
from app.verifier.support import coverage

ENOUGH = 0.6  # share of a sentence's words that the source's sentence must hold
CLEAR = 0.15  # by which it must lead the next
_LEANS = re.compile(r"^(?:it|he|she|they|this|that|these|those|its|their|such|both|neither)\b", re.IGNORECASE)
_MENDABLE = frozenset(set(Kind) - {Kind.CITATION, Kind.NAME, Kind.PERIOD, Kind.MEASURE, Kind.CALCULATION, Kind.MEANING})


def repaired(statement: Statement, findings: Sequence[Finding], evidence: Sequence[Evidence]) -> Statement | None:
    """The source's own sentence, cited alone, where it is beyond doubt which one was meant; None elsewhere.

    Beyond doubt: what failed isn't whom, when or what the sentence is about; one sentence of the source holds most of
    its words, clearly more than any other; and that sentence stands by itself.
    """
    if any(one.kind not in _MENDABLE for one in findings):
        return None
    sentences = [one for one in evidence if not one.is_cell and one.citation]
    ranked = sorted(((coverage(statement.text, one), n) for n, one in enumerate(sentences)), reverse=True)
    if not ranked or ranked[0][0] < ENOUGH or (len(ranked) > 1 and ranked[0][0] - ranked[1][0] < CLEAR):
        return None
    best = sentences[ranked[0][1]]
    if _LEANS.match(best.text) or not re.search(r"[.!?]$", best.text) or not _keeps(statement.text, best.text):
        return None
    return Statement(trim(best.text), (best.citation,)) if best.citation else None


def _keeps(text: str, source: str) -> bool:
    """Whether the source's sentence names all that the sentence names, and speaks of the same measures and times."""
    mine, theirs = read(text), read(source)
    names = {word.stem for word in mine.words if word.part is Part.NAME}
    measures = {one.measure.name for one in mine.measures}
    times = {one.key for one in mine.times}
    return (
        names <= theirs.stems
        and measures <= {one.measure.name for one in theirs.measures}
        and times <= {one.key for one in theirs.times}
    )
