"""Whether one piece of evidence supports one claim: its words, names, measures, times and numbers are there, and as there."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

from app.measure import FoundMeasure
from app.terms import stem, words
from app.verifier.alignment import Alignment, align
from app.verifier.attribution import attribution_findings
from app.verifier.counts import count_findings, says_single
from app.verifier.evidence import Evidence
from app.verifier.finding import Finding, Kind
from app.verifier.lexicon import lexicon
from app.verifier.meaning import meaning_findings
from app.verifier.numbers import number_findings
from app.verifier.qualifiers import qualifier_findings
from app.verifier.reading import FoundTime, Part, Reading, Word, read, vocabulary
from app.verifier.relations import causes_in, gives_cause
from app.verifier.results import result_findings
from app.verifier.splices import clause_findings
from app.verifier.verbs import first_verb, names_before_verb, pronoun_of
from app.verifier.wordings import said_otherwise

FROM_START = 60  # characters within which a sentence names whom it is about


def findings_of(claim: str, evidence: Evidence, carried: frozenset[str] = frozenset()) -> list[Finding]:
    """Why the evidence doesn't support the claim; empty where it does.

    `carried` are names (stems) that the claim's sentence gave before it.
    """
    if _plain(claim) == _plain(evidence.text):
        return []
    if all(word.part is Part.SMALL for word in read(claim).words):
        return [Finding(Kind.WORD, "it says nothing that a passage could bear out")]
    if evidence.told and pronoun_of(claim):
        evidence = replace(evidence, told="")  # both say "it"
    pair = align(read(claim), evidence)
    found = [*_words(pair), *_subject(pair, carried), *_measures(pair), *_times(pair), *number_findings(pair)]
    if not pair.evidence.is_cell:
        found += [*_other_subject(pair), *clause_findings(pair), *count_findings(pair), *attribution_findings(pair)]
    return found if found else list(meaning_findings(pair))


def coverage(claim: str, evidence: Evidence) -> float:
    """The share, 0 to 1, of the claim's words and numbers that the evidence holds: which evidence it came from."""
    reading = read(claim)
    wanted = [word for word in reading.words if word.part is not Part.SMALL]
    if not wanted:
        return 0.0
    held = vocabulary(evidence.plain)
    return sum(held.says(word.stem) for word in wanted) / len(wanted)


def reach(claim: str, evidence: Evidence) -> float:
    """The same share, where what stands over the evidence counts as well: whether it's worth a look."""
    wanted = [word for word in read(claim).words if word.part is not Part.SMALL]
    if not wanted:
        return 0.0
    held, over = vocabulary(evidence.plain), vocabulary(evidence.around)
    return sum(held.says(word.stem) or word.stem in over.stems for word in wanted) / len(wanted)


def _plain(text: str) -> str:
    return " ".join(text.split()).rstrip(".").casefold()


def _words(pair: Alignment) -> Iterator[Finding]:
    """Each word of content must be the source's, or mean the same."""
    around = pair.around
    if (itself := _ITSELF.match(pair.claim.text)) and not pair.source.says(stem(itself[1].lower())):
        yield Finding(Kind.WORD, f"the passage doesn't say it of the {itself[1]}")
    causal = bool(causes_in(pair.source))
    measures = [
        (one.start, one.end) for one in pair.claim.measures if not _merged(pair.claim.text[one.start : one.end])
    ]
    for number, word in enumerate(pair.claim.words):
        if word.part not in (Part.CONTENT, Part.NAME) or pair.places[number]:
            continue
        if any(start <= word.start < end for start, end in measures) and word.part is Part.CONTENT:
            continue  # by its measure
        name = word.part is Part.NAME or word.text[0].isupper()
        if _stands_around(word, around, pair) or pair.expands(word) or said_otherwise(word, pair.claim, pair.source):
            continue
        if says_single(pair, number) or (causal and gives_cause(word, pair.claim)):
            continue
        if turned := _turned(word, pair):
            yield Finding(Kind.DIRECTION, f"the sentence gives {turned}: “{word.text}”")
        elif name and word.text[0].isupper():
            yield Finding(Kind.NAME, f"the passage doesn't name {word.text}")
        else:
            yield Finding(Kind.WORD, f"the word “{word.text}” isn't in the passage")


# "The document is no rule": of the document itself, where "the document says that …" only tells where it stands.
_ITSELF = re.compile(
    r"(?:The|This|That)\s+(document|passage|text|source|statement|item|thing|matter)\s+(?:is|was|has|had|will|can|may|does|did|isn't|wasn't)\b"
)


def _merged(phrase: str) -> bool:
    """Whether a measure is two side by side ("income tax expense"), of which the words before the last count too."""
    words_ = phrase.split()
    name = read(phrase).measures[0].measure.name if read(phrase).measures else ""
    return any(
        any(one.measure.name != name and one.end == len(head) for one in read(head).measures)
        for head in (" ".join(words_[:count]) for count in range(1, len(words_)))
    )


def _turned(word: Word, pair: Alignment) -> str:
    """What a word turns round that the source has the opposite of, which the claim doesn't say as well; "" for none."""
    told = {place for places in pair.places for place in places}
    theirs = {other.lower for n, other in enumerate(pair.source.words) if n not in told}
    return next(
        (
            one.says
            for one in lexicon().opposites
            if word.lower in one.sides and any(one.sides.get(other, 0) == -one.sides[word.lower] for other in theirs)
        ),
        "",
    )


def _stands_around(word: Word, around: Reading, pair: Alignment) -> bool:
    """Whether a word is in what stands over or right before the evidence: the company, a heading, who "it" is."""
    if word.stem in around.stems:
        return True
    if word.part is Part.NAME:
        return word.stem in read(pair.evidence.before).stems
    return around.says(word.stem)


def _subject(pair: Alignment, carried: frozenset[str]) -> Iterator[Finding]:
    """A name that only stands around the evidence mustn't take the place of one that the evidence itself gives."""
    if pair.evidence.is_cell:
        return
    told = {place for places in pair.places for place in places}
    strange = [
        word
        for n, word in enumerate(pair.claim.words)
        if word.text[0].isupper()
        and not pair.places[n]
        and _proper(word)
        and not said_otherwise(word, pair.claim, pair.source)
    ]
    lost = carried - pair.source.stems
    subjects = [
        word
        for n, word in enumerate(pair.source.words)
        if word.start < FROM_START and n not in told and word.stem not in carried and _names(word, n, pair.source)
    ]  # fmt: skip
    if subjects and strange:
        yield Finding(Kind.NAME, f"the passage says it of {subjects[0].text}, not of {strange[0].text}")
    elif subjects and lost and not lost <= pair.around.stems:
        yield Finding(Kind.NAME, f"the passage says it of {subjects[0].text}")


def _other_subject(pair: Alignment) -> Iterator[Finding]:
    """Whom a claim is about mustn't be somebody whom the source names only after its verb, about another."""
    if pair.voices_differ:
        return
    verb = first_verb(pair.source)
    mine = names_before_verb(pair.claim)
    if verb < 0 or not mine:
        return
    places = [places for word, places in zip(pair.claim.words, pair.places, strict=True) if word in mine]
    if not all(place and min(place) > verb for place in places):
        return
    told = {place for some in pair.places for place in some}
    theirs = names_before_verb(pair.source)
    leans = pronoun_of(pair.source.text)
    if leans or (theirs and not any(n in told for n, word in enumerate(pair.source.words) if word in theirs)):
        whom = f"“{leans[1]}”" if leans else theirs[-1].text
        yield Finding(Kind.NAME, f"the passage says it of {whom}, not of {mine[-1].text}")


def _proper(word: Word) -> bool:
    return word.part is Part.NAME or (word.start == 0 and word.part is Part.CONTENT)


def _names(word: Word, number: int, source: Reading) -> bool:
    """Whether a word of the source names whom its sentence is about; one that opens it may."""
    if word.text in words().weak_names:
        return False
    opens = number == 0 and word.part is Part.CONTENT and word.text[0].isupper()
    return word.part is Part.NAME or (opens and not any(one.start == word.start for one in source.measures))


def _measures(pair: Alignment) -> Iterator[Finding]:
    """What an amount is an amount of must be called so in the source, and without leaving out what makes it another."""
    held = {one.measure.name for one in pair.source.measures}
    wide = held | {one.measure.name for one in pair.around.measures}
    if pair.evidence.is_cell:
        wide |= {one.measure.name for one in read(pair.evidence.units).measures}
    said = Counter(one.measure.name for one in pair.claim.measures)
    given = Counter(one.measure.name for one in pair.source.measures)
    for name in said:
        if given[name] and said[name] > given[name] and held - set(said):
            yield Finding(
                Kind.MEASURE, f"the passage speaks of {_listed(held - set(said))} too, the sentence of {name} twice"
            )
    for one in pair.claim.measures:
        name = pair.claim.text[one.start : one.end]
        if one.measure.name not in wide and not _literal(pair, one):
            yield Finding(
                Kind.MEASURE,
                f"the passage speaks of {_listed(held)}, not of {name}"
                if held
                else f"the passage doesn't speak of {name}",
            )
    yield from qualifier_findings(pair)
    yield from result_findings(pair)


def _literal(pair: Alignment, one: FoundMeasure) -> bool:
    """Whether a measure's words are the source's own, though it reads as none there: "no employee"."""
    inside = [n for n, word in enumerate(pair.claim.words) if one.start <= word.start < one.end]
    return all(pair.claim.words[n].stem in pair.source.stems for n in inside)


def _listed(names: set[str]) -> str:
    return " and ".join(sorted(names))


def _times(pair: Alignment) -> Iterator[Finding]:
    """Each period and date must be the evidence's own, or stand over it where it has none of its kind."""
    own = {one.key for one in pair.source.times}
    kinds = {key[0] for key in own}
    around = {one.key for one in pair.around.times}
    before = {one.key for one in read(pair.evidence.before).times}
    for one in pair.claim.times:
        if one.key in own:
            continue
        if one.key[0] == "period":
            # "the first quarter of 2026" where the source has the quarter and its heading the year.
            parts = {("year", one.key[1]), ("quarter", one.key[2])}
            periods = {key for key in own if key[0] == "period"}
            if not periods and parts <= own | around and (parts & own or one.key in around) and not _rival(parts, own):
                continue
            if not periods and one.key in around and not kinds & {"quarter", "year"}:
                continue
        elif (one.key in around and one.key[0] not in kinds) or (
            one.key[0] == "year"
            and one.key in before
            and "year" not in kinds
            and "year" not in {key[0] for key in around}
        ):
            continue
        yield Finding(Kind.PERIOD, f"the passage doesn't say it of {_said(one, pair.claim.text)}")
    for phrase in _relative(pair.claim.text):
        if phrase not in _relative(pair.source.text):
            yield Finding(Kind.PERIOD, f"the passage doesn't speak of “{phrase}”")


def _rival(parts: set[tuple[str, str | int]], own: set[tuple[str | int, ...]]) -> bool:
    return any(key[0] == part[0] and key != part for part in parts for key in own) and not parts <= own


def _said(one: FoundTime, text: str) -> str:
    return text[one.start : one.end]


_RELATIVE = re.compile(
    r"\b(?:last|next|this|previous|prior|same|preceding|coming)\s+(?:fiscal\s+)?(?:year|quarter|month|week|decade)\b|\b(?:year|quarter|month)\s+(?:earlier|before|ago|later)\b|\b(?:yesterday|today|tomorrow)\b",
    re.IGNORECASE,
)


def _relative(text: str) -> set[str]:
    return {" ".join(match[0].lower().split()) for match in _RELATIVE.finditer(text)}
