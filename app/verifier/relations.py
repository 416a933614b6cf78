"""How the parts of a sentence stand to each other: cause, order in time, condition, who did what to whom."""

import re
from collections.abc import Iterator

from app.verifier.alignment import Alignment
from app.verifier.finding import Finding, Kind
from app.verifier.lexicon import lexicon
from app.verifier.reading import Part, Reading, Word

_BE = frozenset("is are was were be been being got gets isn't aren't wasn't weren't".split())
_SUBORDINATE = re.compile(
    r",|;|\b(?:because|when|while|if|since|although|though|unless|so that|which|who|that|after|before)\b", re.IGNORECASE
)


def relation_findings(pair: Alignment) -> Iterator[Finding]:
    """What is wrong with how a claim puts the parts of its evidence together."""
    yield from _connectives(pair, Kind.CAUSE)
    yield from _connectives(pair, Kind.ORDER)
    yield from _conditions(pair)
    yield from _roles(pair)


def _connectives(pair: Alignment, kind: Kind) -> Iterator[Finding]:
    """A cause, or an order in time, only where the source gives one, and the same way round."""
    known = lexicon()
    patterns = known.causes if kind is Kind.CAUSE else known.orders
    theirs = _sides(pair.source, patterns)
    for before, after, said in _sides(pair.claim, patterns):
        if not theirs:
            loose = (
                kind is Kind.CAUSE
                and known.loose_causes.search(pair.source.text)
                and said.lower() in ("because", "so that", "therefore", "thus")
            )
            if not loose:
                what = "a cause" if kind is Kind.CAUSE else "an order in time"
                yield Finding(kind, f"the passage doesn't give {what}: “{said}”")
            continue
        turned = all(_count(pair, before, after_) and _count(pair, after, before_) for before_, after_, _ in theirs)
        if turned:
            what = "cause and effect" if kind is Kind.CAUSE else "earlier and later"
            yield Finding(kind, f"{what} have changed places")


def _sides(reading: Reading, patterns: tuple[tuple[re.Pattern[str], int], ...]) -> list[tuple[set[int], set[int], str]]:
    """Words of what came first (or caused) and of what followed, and the word between, for each connective."""
    found = []
    taken: list[tuple[int, int]] = []
    matches = sorted(
        ((match, sign) for pattern, sign in patterns for match in pattern.finditer(reading.text)),
        key=lambda one: one[0].start() - 0.001 * len(one[0][0]),
    )
    for match, sign in matches:
        if any(match.start() < end and start < match.end() for start, end in taken):
            continue
        taken.append(match.span())
        left = {n for n, word in enumerate(reading.words) if word.end <= match.start()}
        right = {n for n, word in enumerate(reading.words) if word.start >= match.end()}
        if not left and (comma := reading.text.find(",", match.end())) > 0:
            # "Because A, B"
            left = {n for n in right if reading.words[n].start > comma}
            right -= left
        found.append((left, right, match[0]) if sign > 0 else (right, left, match[0]))
    return found


def causes_in(reading: Reading) -> list[tuple[set[int], set[int], str]]:
    """What a text gives as causes: the numbers of the words of each cause, of its effect, and the word between."""
    return _sides(reading, lexicon().causes)


def gives_cause(word: Word, reading: Reading) -> bool:
    """Whether a word is of what says that one thing is why another is: "led to", "due to"."""
    return any(
        match.start() <= word.start < match.end()
        for pattern, _ in lexicon().causes
        for match in pattern.finditer(reading.text)
    )


def _count(pair: Alignment, mine: set[int], theirs: set[int]) -> int:
    """How many of the claim's words `mine` stand for one word of the source alone, and that among `theirs`."""
    return sum(_counts(pair.claim.words[n]) and len(pair.places[n]) == 1 and pair.places[n][0] in theirs for n in mine)


# Where what stands under an "if" or a "without" ends.
_CLAUSE_ENDS = re.compile(
    r"[,;:]|\b(?:it|they|he|she|we|would|will|could|may|might|is|are|was|were|has|had)\b", re.IGNORECASE
)


def _conditions(pair: Alignment) -> Iterator[Finding]:
    """A condition or exception of the source, where the claim tells the rest of the sentence."""
    pattern = lexicon().conditions
    kept = {match[0].lower() for match in pattern.finditer(pair.claim.text)}
    theirs = list(pattern.finditer(pair.source.text))
    told = {place for places in pair.places for place in places}
    for match in theirs:
        if kept:
            continue
        stop = _CLAUSE_ENDS.search(pair.source.text, match.end())
        end = stop.start() if stop else len(pair.source.text)
        under = [n for n, word in enumerate(pair.source.words) if match.end() <= word.start < end and _counts(word)]
        under = under if stop or match.start() else under[:3]
        first = max(
            (cut.end() for cut in re.finditer(r"[;:]|,\s+(?:and|but|while)\b", pair.source.text[: match.start()])),
            default=0,
        )
        rest = [
            n for n, word in enumerate(pair.source.words) if word.start >= first and _counts(word) and n not in under
        ]
        if rest and sum(n in told for n in rest) * 2 >= len(rest) and not set(under) <= told:
            yield Finding(Kind.CONDITION, f"the passage says it with “{match[0]}”, which the sentence leaves out")
    if kept and theirs and not {_sense(one) for one in kept} & {_sense(match[0]) for match in theirs}:
        said = sorted(kept)[0]
        denied = any(word.lower in lexicon().negators or word.lower.endswith("n't") for word in pair.claim.words)
        if not denied:
            yield Finding(Kind.CONDITION, f"the passage says it with “{theirs[0][0]}”, the sentence with “{said}”")
    if kept and not theirs:
        yield Finding(Kind.CONDITION, f"the passage has no “{sorted(kept)[0]}”")


def _sense(condition: str) -> bool:
    """Whether a condition says when a thing holds ("if"), and not when it doesn't ("unless", "except")."""
    return condition.lower() in ("if", "provided that", "provided the", "assuming", "only if", "even if")


def _roles(pair: Alignment) -> Iterator[Finding]:
    """Who did what to whom: what stands before a verb in the claim stands after it in the source, and the other way round."""
    claim, source = pair.claim, pair.source
    for number, word in enumerate(claim.words):
        if (
            word.part is not Part.CONTENT
            or _is_change(claim, number)
            or len(pair.places[number]) != 1
            or not _is_verb(word, source.words[pair.places[number][0]])
        ):
            continue
        there = pair.places[number][0]
        left, right = _near(claim, number)
        ahead = {n for n in range(there) if _counts(source.words[n])}
        behind = {n for n in range(there + 1, len(source.words)) if _counts(source.words[n])}
        mine, theirs = _passive(claim, number), _passive(source, there)
        if (mine == "by" and theirs == "by") or mine == theirs:
            before, after = ahead, behind
        elif mine == "by" or theirs == "by":
            before, after = behind, ahead
        elif mine and not theirs:
            # "Y was sued": Y is whom the source's verb is done to.
            subject = {n for place in left for n in pair.places[place]}
            if subject and subject <= ahead and not subject & behind and _transitive(source, there):
                yield Finding(Kind.ROLE, f"the passage doesn't say that it was done to “{claim.words[max(left)].text}”")
            continue
        else:
            continue
        lefts = {n for place in left for n in pair.places[place]}
        rights = {n for place in right for n in pair.places[place]}
        if lefts & after and not lefts & before and rights & before:
            yield Finding(Kind.ROLE, f"who and whom have changed places around “{word.text}”")


def _is_change(reading: Reading, number: int) -> bool:
    """Whether a word is a rise or a fall as a thing: "a 15% fall in costs", which its "in" tells what it is of."""
    before = reading.words[number - 1] if number else None
    after = reading.words[number + 1] if number + 1 < len(reading.words) else None
    thing = before is not None and (before.part is Part.NUMBER or before.lower in ("a", "an", "the"))
    turns = any(reading.words[number].lower in one.sides for one in lexicon().opposites)
    return thing and turns and after is not None and after.lower in ("in", "of")


def _is_verb(word: Word, other: Word) -> bool:
    verbs = lexicon().verbs
    return any(
        one.lower.endswith("ed") or one.stem in verbs or one.stem.removesuffix("s") in verbs for one in (word, other)
    )


def _counts(word: Word) -> bool:
    return word.part in (Part.CONTENT, Part.NAME)


def _near(reading: Reading, number: int) -> tuple[list[int], list[int]]:
    """The words of content before and after a verb within its own clause."""
    at = reading.words[number].start
    first = max((cut.end() for cut in _SUBORDINATE.finditer(reading.text[:at])), default=0)
    cut = _SUBORDINATE.search(reading.text, reading.words[number].end)
    last = cut.start() if cut else len(reading.text)
    left = [n for n in range(number) if reading.words[n].start >= first and _counts(reading.words[n])]
    right = [
        n for n in range(number + 1, len(reading.words)) if reading.words[n].start < last and _counts(reading.words[n])
    ]
    return left, right


def _passive(reading: Reading, number: int) -> str:
    """Whether a verb is in the passive voice: "by" with who did it, "be" without, "" where it isn't."""
    if reading.words[number].lower.endswith("ing"):
        return ""
    before = [word.lower for word in reading.words[max(0, number - 3) : number]]
    if before and before[-1] in ("a", "an", "the"):
        return ""  # "is a maker"
    after = [word.lower for word in reading.words[number + 1 : number + 7]]
    if not set(before) & _BE:
        # "net cash provided by operations", but not "rose by 5%"
        agent = reading.words[number + 2 : number + 3]
        done = reading.words[number].lower.endswith("ed") and after[:1] == ["by"] and agent
        return "by" if done and agent[0].part is not Part.NUMBER else ""
    return "by" if "by" in after else "be"


def _transitive(reading: Reading, number: int) -> bool:
    """Whether a verb has something done to right after it, not a preposition."""
    return number + 1 < len(reading.words) and reading.words[number + 1].lower not in (
        "in to by from at on for with since after before until over under".split()
    )
