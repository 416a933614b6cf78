"""The same said from the other side: who bought from somebody was sold to by them, and what is higher has something lower."""

import re
from collections.abc import Iterator

from app.terms import capitalised

_NAME = r"(?:[Tt]he\s+)?[A-Z][\w&'’.-]*(?:\s+(?:[A-Z][\w&'’.-]*|of|and))*"
_DEALS = (
    # what the one did, with what stands before the other; what the other did, the same
    (r"bought|purchased|acquired", "from", "sold", "to"),
    (r"sold", "to", "bought", "from"),
    (r"lent", "to", "borrowed", "from"),
    (r"borrowed", "from", "lent", "to"),
    (r"supplies", "to", "gets", "from"),
    (r"supplied", "to", "got", "from"),
)
_SIDES = (
    ("higher", "lower"), ("larger", "smaller"), ("more", "less"), ("greater", "smaller"), ("faster", "slower"), ("stronger", "weaker"),
    ("longer", "shorter"), ("costlier", "cheaper"), ("better", "worse"), ("bigger", "smaller"),
)  # fmt: skip
_OTHER = {one: other for pair in _SIDES for one, other in (pair, pair[::-1])}
_THAN = re.compile(
    rf"^(?P<when>(?:In|During|At)\s[^,]{{3,30}},\s+)?(?P<one>[^,;]+?)\s+(?P<be>is|are|was|were)\s+(?P<how>{'|'.join(_OTHER)})(?P<what>\s+[a-z ]+)?\s+than\s+"
    r"(?P<other>[^,;\d]+?)(?P<rest>(?:\s+(?:in|during)\s+(?:[A-Z]\w+\s+)?(?:19|20)\d\d)?)\.?$"
)
_EXCEEDS = re.compile(
    r"^(?P<one>[^,;\d]+?)\s+(?P<verb>exceeds?|exceeded)\s+(?P<other>[^,;\d]+?)(?P<rest>(?:\s+(?:in|during)\s+(?:[A-Z]\w+\s+)?(?:19|20)\d\d)?)\.?$"
)
_PLACE = re.compile(r"\s(?P<at>in|at|for|of)\s+(?P<name>(?:the\s+)?[^,;]+)$")


def converses(text: str) -> Iterator[str]:
    """A sentence told from the other side, where its form shows how; none for most sentences."""
    for verb, towards, turned, back in _DEALS:
        match = re.match(rf"^(?P<when>(?:In|On)\s[^,]{{3,30}},?\s+)?(?P<one>{_NAME})\s+(?:{verb})\s+(?P<what>[^,;]+?)\s+{towards}\s+(?P<other>{_NAME})(?P<rest>[^;]*?)\.?$", text)  # fmt: skip
        if match and not re.search(rf"\b(?:not|never|{towards})\b", match["what"]):
            yield f"{match['when'] or ''}{capitalised(match['other'])} {turned} {match['what']} {back} {match['one']}{match['rest']}."
    if match := _THAN.match(text):
        yield from _compared(match, match["be"], match["how"], match["when"] or "", match["what"] or "")
    if match := _EXCEEDS.match(text):
        be = {"exceeds": "is", "exceed": "are"}.get(match["verb"].lower(), "was")
        yield f"{match['one']} {be} higher than {match['other']}{match['rest']}."
        yield from _compared(match, be, "higher", "", "")


def _compared(match: re.Match[str], be: str, how: str, when: str, what: str) -> Iterator[str]:
    one, other = match["one"], match["other"]
    if other.startswith(("in ", "at ", "for ")):
        # "costs in Brno are lower than in Essen": what is compared stands once
        place = _PLACE.search(one)
        if place and other.startswith(place["at"] + " "):
            yield f"{when}{one[: place.start()]} {other} {be} {_OTHER[how]}{what} than {place['at']} {place['name']}{match['rest']}."
    elif not other.startswith(("that ", "those ", "it ")):
        yield f"{when}{capitalised(other)} {be} {_OTHER[how]}{what} than {_small(one)}{match['rest']}."


def _small(text: str) -> str:
    """A phrase that opened a sentence, within one: a common word loses its capital."""
    first, _, rest = text.partition(" ")
    return text[0].lower() + text[1:] if first[1:].islower() and not rest[:1].isupper() else text
