"""Words that turn a sentence's meaning: negation, direction, care, quantity, cause, order, and who did what to whom."""

import re
from collections import Counter
from collections.abc import Iterator
from functools import cache

from app.verifier.alignment import Alignment
from app.verifier.bounds import before_number, in_bound_phrase
from app.verifier.comparisons import comparison_findings
from app.verifier.finding import Finding, Kind
from app.verifier.hedges import hedge_findings
from app.verifier.lexicon import lexicon
from app.verifier.reading import Part, Reading, Word
from app.verifier.relations import relation_findings
from app.verifier.scope import scope_findings
from app.verifier.wholes import whole_findings

SCOPE = 4  # words after a "not" or a "may" within which it is told what isn't, or may be
CLEARLY = 1.2


def meaning_findings(pair: Alignment) -> Iterator[Finding]:
    """What a claim turns round, whose words are all its evidence's."""
    yield from _negation(pair)
    yield from _directions(pair)
    yield from hedge_findings(pair)
    yield from _quantifiers(pair)
    if pair.evidence.is_cell:
        return
    yield from _narrowed(pair)
    yield from relation_findings(pair)
    yield from scope_findings(pair)
    yield from whole_findings(pair)
    yield from comparison_findings(pair)


def _is_negator(word: Word) -> bool:
    return word.lower in lexicon().negators or word.lower.endswith("n't")


def _scope(words: tuple[Word, ...], number: int) -> list[int]:
    """The words that a small word before them is about: the next few that carry content."""
    found = []
    for place in range(number + 1, len(words)):
        if words[place].lower == "longer" and words[place - 1].lower == "no":
            continue  # "no longer prints"
        if words[place].part is not Part.SMALL or words[place].lower in _turning():
            found.append(place)
        if len(found) == 2 or place > number + SCOPE:
            break
    return found


@cache
def _turning() -> frozenset[str]:
    return frozenset(word for one in lexicon().opposites for word in one.sides)


def _negation(pair: Alignment) -> Iterator[Finding]:
    """Each "not" of the claim stands over what one of the source's stands over, and the other way round."""
    claim, source = pair.claim, pair.source
    mine = [n for n, word in enumerate(claim.words) if _is_negator(word) and not _in_bound(claim, word)]
    theirs = [n for n, word in enumerate(source.words) if _is_negator(word) and not _in_bound(source, word)]
    if len(mine) > len(theirs):
        yield Finding(Kind.NEGATION, f"the passage doesn't say “{claim.words[mine[-1]].text}”")
        return
    said_words = {word.lower for word in claim.words}
    free = {n: set(_scope(source.words, n)) for n in theirs}
    for n in mine:
        said = {place for part in _scope(claim.words, n) for place in pair.places[part]}
        match = next((other for other, told in free.items() if told & said), None)
        if match is not None:
            del free[match]
        elif said:
            yield Finding(Kind.NEGATION, f"the passage doesn't say “{claim.words[n].text}” of that")
    near = {
        place
        for n in mine
        for part in (*_scope(claim.words, n), *range(max(0, n - 2), n))
        for place in pair.places[part]
    }
    for n in theirs:
        scope = _scope(source.words, n)[:1]
        told = bool(scope) and (
            any(scope[0] in places for places in pair.places) or source.words[scope[0]].lower in said_words
        )
        if told and len(mine) < len(theirs) and scope[0] not in near:
            yield Finding(Kind.NEGATION, f"the passage says “{source.words[n].text} {source.words[scope[0]].text}”")
            return
    yield from _negations_lost(pair, mine, theirs)


def _negations_lost(pair: Alignment, mine: list[int], theirs: list[int]) -> Iterator[Finding]:
    """A word that the source denies twice and the claim, which has it as often, denies once."""
    claim, source = pair.claim, pair.source
    denied = Counter(source.words[place].stem for n in theirs for place in _scope(source.words, n)[:1])
    said = Counter(claim.words[place].stem for n in mine for place in _scope(claim.words, n)[:1])
    for stem, count in denied.items():
        told = sum(word.stem == stem for word in claim.words)
        if count > 1 and told >= sum(word.stem == stem for word in source.words) and said[stem] < count:
            yield Finding(Kind.NEGATION, f"the passage denies “{stem}” more often than the sentence")


def _in_bound(reading: Reading, word: Word) -> bool:
    """Whether a "not" or "no" belongs to "no more than" or "not only … but"."""
    rest = reading.text[word.start :]
    if re.match(r"not\s+(?:only|just)\b", rest, re.IGNORECASE):
        return bool(re.search(r"\bbut\b", rest))
    return bool(re.match(r"(?:no|not)\s+(?:(?:more|less|fewer)\s+than\s+[$€£¥]?\d|quite\b)", rest, re.IGNORECASE))


def _directions(pair: Alignment) -> Iterator[Finding]:
    """A rise is no fall. Where a source has both, the one that stands in the same place counts."""
    for one in lexicon().opposites:
        mine = [(n, one.sides[word.lower]) for n, word in enumerate(pair.claim.words) if word.lower in one.sides]
        theirs = [(n, one.sides[word.lower]) for n, word in enumerate(pair.source.words) if word.lower in one.sides]
        mine = [(n, sign) for n, sign in mine if not in_bound_phrase(pair.claim, pair.claim.words[n])]
        signs = {sign for _, sign in theirs}
        inside = frozenset(n for n, _ in mine)
        if len(signs) == 2 and len({sign for _, sign in mine}) == 1:
            number, sign = mine[-1]
            if len(mine) > sum(other == sign for _, other in theirs):
                yield Finding(Kind.DIRECTION, f"the sentence gives {one.says}: “{pair.claim.words[number].text}”")
        for number, sign in mine:
            word = pair.claim.words[number]
            turned = bool(theirs) and sign not in signs
            if len(signs) == 2:
                own = [place for place, other in theirs if other == sign]
                against = [place for place, other in theirs if other == -sign]
                turned = any(all(_prefers(pair, number, rival, place, inside) for place in own) for rival in against)
            if turned:
                yield Finding(Kind.DIRECTION, f"the sentence gives {one.says}: “{word.text}”")
            elif not theirs and word.part is Part.SMALL and word.lower not in _HARMLESS:
                yield Finding(Kind.DIRECTION, f"the passage doesn't say “{word.text}”")
        lost = [n for n, _ in theirs if pair.source.words[n].lower in _STRONG_SMALL]
        lost = [n for n in lost if _next_said(pair, n) and not in_bound_phrase(pair.source, pair.source.words[n])]
        if lost and not mine:
            yield Finding(Kind.DIRECTION, f"the passage says “{pair.source.words[lost[0]].text}”, the sentence doesn't")


def _prefers(pair: Alignment, number: int, rival: int, own: int, inside: frozenset[int]) -> bool:
    against, for_own = pair.preferred(number, rival, own, inside, apart=True)
    return against > CLEARLY * for_own


_HARMLESS = frozenset("with over up down most under since next prior previous able used short".split())
_STRONG_SMALL = frozenset("above below".split())


def _next_said(pair: Alignment, number: int) -> bool:
    return any(number + 1 in places or number - 1 in places for places in pair.places)


def _quantifiers(pair: Alignment) -> Iterator[Finding]:
    """All, most, some, few, only: of the kind that the source has."""
    kinds = lexicon().quantifiers
    mine = {kinds[word.lower]: word for word in pair.claim.words if word.lower in kinds}
    theirs = {kinds[word.lower]: word for word in pair.source.words if word.lower in kinds}
    for kind, word in mine.items():
        if (
            kind in theirs
            or word.lower == "just"
            or in_bound_phrase(pair.claim, word)
            or (kind not in _OF_EACH and before_number(pair.claim, word))
        ):
            continue
        if word.lower in _EVERY and {other.lower for other in theirs.values()} & _EVERY:
            continue
        if any(pair.places[n] for n, other in enumerate(pair.claim.words) if other is word):
            continue
        yield Finding(Kind.QUANTIFIER, f"the passage doesn't say “{word.text}”")
    for number, word in enumerate(pair.claim.words[:-1]):
        # "in each direction" where the source has "both directions".
        before = {pair.source.words[place - 1].lower for place in pair.places[number + 1] if place}
        beside = {kinds[one] for one in before if one in kinds}
        if (
            beside
            and kinds.get(word.lower, next(iter(beside))) not in beside
            and not (word.lower in _EVERY and before & _EVERY)
        ):
            yield Finding(Kind.QUANTIFIER, f"the passage doesn't say “{word.text}” of that")
    for kind, word in theirs.items():
        if kind in mine or kind in ("all", "each", "any", "only") or before_number(pair.source, word):
            continue
        number = pair.source.words.index(word)
        scope = [
            place
            for place in range(number + 1, min(number + 4, len(pair.source.words)))
            if pair.source.words[place].part is not Part.SMALL
        ][:1]
        if any(place in places for place in scope for places in pair.places):
            yield Finding(Kind.QUANTIFIER, f"the passage says “{word.text}”, the sentence doesn't")


# Say of each or of all together, so that a number after them isn't bounded by them.
_OF_EACH = frozenset(("each", "together", "most"))
_EVERY = frozenset(("each", "every"))


def _narrowed(pair: Alignment) -> Iterator[Finding]:
    """What narrows a word of the source is kept: "the largest customer", "fourth-quarter revenue"; "one of" isn't "all"."""
    told = {place for places in pair.places for place in places}
    superlatives = next(one.sides for one in lexicon().opposites if "largest" in one.sides)
    mine = {word.lower for word in pair.claim.words if word.lower in superlatives}
    for number, word in enumerate(pair.source.words[:-1]):
        beside = not re.search(r"[,;:]", pair.source.text[word.end : pair.source.words[number + 1].start])
        if (
            word.lower in superlatives
            and word.lower not in ("most", "least")
            and not mine
            and beside
            and number + 1 in told
        ):
            yield Finding(Kind.QUANTIFIER, f"the passage says “{word.text} {pair.source.words[number + 1].text}”")
    keys = {one.key for one in (*pair.claim.times, *pair.around.times)}
    for time in pair.source.times:
        after = next((n for n, word in enumerate(pair.source.words) if word.start >= time.end), -1)
        if time.key[0] in ("quarter", "half") and time.key not in keys and after in told:
            last = pair.source.words[after]
            if re.fullmatch(r"[\s-]+", pair.source.text[time.end : last.start]):
                yield Finding(Kind.PERIOD, f"the passage says it of {pair.source.text[time.start : last.end]}")
    for phrase in _ONE_OF.findall(pair.claim.text):
        if phrase.lower() not in pair.source.text.lower():
            yield Finding(Kind.QUANTIFIER, f"the passage doesn't say “{phrase}”")


_ONE_OF = re.compile(r"\b(?:one of|either|a few of|half of|none of)\b", re.IGNORECASE)
