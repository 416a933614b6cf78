"""Whether the verifier bears out that one of two things said says all that the other says, of the same time and subject."""

from app.elsewhere.core import Core, cores
from app.elsewhere.one_thing import of_one_time
from app.elsewhere.said import Said
from app.terms import stem
from app.verifier.evidence import Evidence
from app.verifier.reading import Part, read
from app.verifier.support import findings_of

FEWEST = 3  # words of content that a sentence must have to agree by its words


def supported(mine: Said, theirs: Said) -> bool:
    """Whether the verifier bears out that one says all that the other says, of the same time."""
    if mine.is_cell or theirs.is_cell:
        return False
    for claim, source in ((mine, theirs), (theirs, mine)):
        if len(_content(claim.plain)) < FEWEST or len(_content(claim.plain)) < len(_content(source.plain)) / 3:
            continue
        if findings_of(claim.plain, Evidence(source.plain, "", source.about)):
            continue
        if _one_time(claim, source) and _one_whom(claim, source):
            return True
    return False


def _content(text: str) -> list[str]:
    return [word.stem for word in read(text).words if word.part is not Part.SMALL]


def _one_time(claim: Said, source: Said) -> bool:
    for here in cores(claim):
        if not claim.citation and here.when is not None and not here.when.stated:
            continue  # a person's own words, which name no time
        if not any(of_one_time(here, there) or _timeless(here, there) for there in cores(source)):
            return False
    return True


_PAST = frozenset("was were had did".split())


def _timeless(here: Core, there: Core) -> bool:
    """Whether two clauses tell of no time: what a company does, not what it did."""
    for one in (here, there):
        reading = read(one.text)
        past = any(word.lower in _PAST or word.lower.endswith("ed") for word in reading.words)
        if one.figures or one.signs or past or one.when is None or one.when.stated:
            return False
    return True


def _one_whom(claim: Said, source: Said) -> bool:
    """Whether both are of one company, or the claim names whom it is of in the source's words."""
    named = {word.stem for word in read(claim.plain).words if word.part is Part.NAME}
    first = read(claim.plain).words[:1]
    named |= {word.stem for word in first if word.stem in claim.company | source.company or word.text.isupper()}
    if claim.company and source.company:
        if claim.company <= source.company or source.company <= claim.company:
            return True
        return bool(named & read(source.plain).stems - {stem("Q1")})
    return bool(named & (read(source.plain).stems | source.company)) or (
        bool(claim.document) and claim.document == source.document
    )
