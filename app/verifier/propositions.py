"""A sentence as the plain statements that it is made of: "X, which makes Y, sold Z" is "X makes Y" and "X sold Z".

Each is true or false by itself and is held against its own sentence of the source. A sentence whose parts are tied
together by a condition, a cause or a negation isn't parted there.
"""

import re
from collections.abc import Iterator

from app.terms import capitalised
from app.verifier.lexicon import lexicon
from app.verifier.reading import Part, Reading, read
from app.verifier.verbs import PREPOSED, first_verb, is_verb, lead, subject_of

MOST = 4  # plain statements of a sentence
_RELATIVE = re.compile(r"^(?P<subject>[^,]{2,90}), (?:which|who) (?P<said>[^,]{4,160}), (?P<rest>.+)$")
_APPOSED = re.compile(r"^(?P<subject>[^,]{2,90}), (?P<said>[^,]{4,160}), (?P<rest>.+)$")
_OPENED = re.compile(
    r"^(?P<said>(?:[A-Z][a-z]+ed|Built|Made|Written|Sold|Bought|Known|Held) [^,]{4,120}), (?P<rest>(?!and\b|but\b).+)$"
)
_TRAILING = re.compile(r"^(?P<rest>.+?), (?:which|who) (?P<said>.+)$")
_DATE_COMMA = re.compile(r"(\d),(?= (?:19|20)\d\d\b)")
_AND = re.compile(r",? (?:and|but) (?=\w)")
_ARTICLE = re.compile(r"(?:an?|the|its|their|one of)\s", re.IGNORECASE)
_NAME_AT_END = re.compile(r"((?:[A-Z][\w&'’-]*)(?:\s(?:[A-Z][\w&'’-]*|\d+))*)$")


def partings(sentence: str) -> Iterator[tuple[str, ...]]:
    """The ways to say a sentence in two or more plain ones, the surest first; none where it is plain itself."""
    for parts in _plain(_DATE_COMMA.sub(r"\1", sentence.strip().rstrip("."))):
        whole = tuple(f"{piece}." for part in parts for piece in (next(_plain(part), (part,))))
        if len(whole) <= MOST:
            yield whole
        if len(whole) > len(parts):
            yield tuple(f"{part}." for part in parts)


def _plain(text: str) -> Iterator[tuple[str, ...]]:
    """Partings of which each part has a verb."""
    return (parts for parts in _once(text) if all(first_verb(read(part)) > 0 for part in parts))


def _once(text: str) -> Iterator[tuple[str, ...]]:
    opening = lead(text)
    bare = text[len(opening) :]
    if (match := _RELATIVE.match(bare)) and _begins_with_verb(match["subject"], match["rest"]):
        yield (f"{match['subject']} {match['said']}", f"{opening}{match['subject']} {match['rest']}")
        return
    if (match := _APPOSED.match(bare)) and _begins_with_verb(match["subject"], match["rest"]):
        if (said := _apposed(match["said"])) and not PREPOSED.match(match["subject"]):
            yield (f"{match['subject']} {said}", f"{opening}{match['subject']} {match['rest']}")
    elif (match := _OPENED.match(text)) and (whom := subject_of(match["rest"])):
        said = match["said"][0].lower() + match["said"][1:]
        yield (f"{capitalised(whom)} was {said}", capitalised(match["rest"]))
    elif (match := _TRAILING.match(text)) and (name := _NAME_AT_END.search(match["rest"])):
        yield (match["rest"], f"{name[1]} {match['said']}")
    yield from _joined(opening, bare)


def _begins_with_verb(subject: str, rest: str) -> bool:
    """Whether what follows the commas goes on with the verb of the subject before them, which has none yet."""
    reading = read(f"{subject} {rest}")
    at = len(subject) + 1
    verb = first_verb(reading)
    return verb >= 0 and at <= reading.words[verb].start <= at + 24 and len(subject.split()) <= 10


def _apposed(said: str) -> str:
    """What stands between commas after a subject, as said of it: "a maker of …" → "is a maker of …"."""
    if lexicon().negators & set(said.lower().split()):
        return ""
    if _ARTICLE.match(said):
        return f"is {said}"
    if re.match(r"\w+ed\s", said):
        return f"was {said}"
    return f"is {said}" if read(f"x {said}").words[1].part is Part.NAME else ""


def _joined(opening: str, bare: str) -> Iterator[tuple[str, ...]]:
    """Two things that one subject did: "X did A and did B"."""
    whom = subject_of(bare)
    if not whom:
        return
    for cut in _AND.finditer(bare):
        first, second = bare[: cut.start()], bare[cut.end() :]
        if cut.start() < len(whom) or _tied(first) or second.lower().startswith(("not ", "no ")):
            continue
        if _opens_with_verb(whom, second):
            yield (f"{opening}{first}", f"{opening}{whom} {second}")
        elif (there := subject_of(second)) and second.startswith(there) and len(there.split()) <= 6:
            yield (f"{opening}{first}", f"{opening}{second}")


def _opens_with_verb(whom: str, second: str) -> bool:
    reading = read(f"{whom} {second}")
    at = len(whom) + 1
    number = next((n for n, word in enumerate(reading.words) if word.start >= at), -1)
    return number > 0 and is_verb(reading, number)


def _tied(first: str) -> bool:
    """Whether what follows depends on what stands before: a negation or a doubt there covers both."""
    known = lexicon()
    reading: Reading = read(first)
    doubts = {word.lower for word in reading.words} & (set(known.hedges) | known.negators)
    return bool(doubts or known.conditions.search(first) or any("n't" in word.lower for word in reading.words))
