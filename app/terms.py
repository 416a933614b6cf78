"""Words: how a question's are matched to a sentence's, by stem, family and synonym. Lists stand in words.toml."""

import re
import tomllib
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import NamedTuple

TOKEN = re.compile(r"[0-9][0-9,]*(?:\.[0-9]+)?%?|[^\W_][\w’'&+-]*(?:\.(?=[A-Z]\.)[A-Z]\.?)*", re.UNICODE)

# What may follow a common stem for two words to be of one family: instruct/instruction, tighten/tightening.
_ENDINGS = frozenset(
    ["", "s", "es", "ed", "d", "e", "ing", "ings", "ion", "ions", "ation", "ment", "ments", "er", "ers", "or", "ors", "al", "ly", "ity", "ive", "ise",
     "ize", "y", "ies", "ied", "ance", "en", "ened", "ening", "ening", "ally", "ised", "ized", "ising", "izing", "ization", "isation"]
)  # fmt: skip
_ENDING = re.compile(r"(['’]s?|-)$")  # of a word as TOKEN finds it, and no part of it
_SHORTEST_FAMILY = 5
_SPELLING = ((re.compile(r"centre"), "center"), (re.compile(r"licenc"), "licens"), (re.compile(r"(\w{3,})is(e[sd]?|ing|ation)$"), r"\1iz\2"),
             (re.compile(r"(\w{3,})our(s?)$"), r"\1or\2"), (re.compile(r"fulfil$"), "fulfill"))  # fmt: skip


@dataclass(frozen=True, slots=True)
class Words:
    """The lists of words.toml."""

    stop: frozenset[str]
    generic: frozenset[str]
    weak_names: frozenset[str]
    not_names: frozenset[str]
    cause: frozenset[str]
    because: frozenset[str]
    future: frozenset[str]
    rise: frozenset[str]
    fall: frozenset[str]
    connectives: tuple[str, ...]
    hedges: tuple[str, ...]
    small_talk: frozenset[str]
    numbers: dict[str, str]
    asks: dict[str, tuple[str, ...]]
    groups: dict[str, frozenset[int]]  # stem → the synonym groups that it is in


@cache
def words() -> Words:
    """The lists, read once."""
    data = tomllib.loads((Path(__file__).parent / "words.toml").read_text(encoding="utf-8"))
    numbers = data["numbers"]
    groups: dict[str, set[int]] = {}
    for number, group in enumerate(data["synonyms"]):
        for word in group:
            groups.setdefault(_stem(word), set()).add(number)
    return Words(
        frozenset(data["stop"].split()),
        frozenset(_stem(word) for word in data["generic"].split()),
        frozenset(data["weak_names"].split()),
        frozenset(data["not_names"].split()),
        frozenset(data["cause"].split()),
        frozenset(data["because"].split()),
        frozenset(data["future"].split()),
        frozenset(data["rise"].split()),
        frozenset(data["fall"].split()),
        tuple(sorted(data["connectives"], key=len, reverse=True)),
        tuple(data["hedges"]),
        frozenset(data["small_talk"]),
        dict(numbers),
        {kind: tuple(phrases) for kind, phrases in data["asks"].items()},
        {stem: frozenset(found) for stem, found in groups.items()},
    )


class Token(NamedTuple):
    """A word where it stands."""

    start: int
    end: int
    text: str
    stem: str


def tokens(text: str) -> list[Token]:
    """The words and numbers of `text`, in order; a possessive ending is left off."""
    found = []
    for match in TOKEN.finditer(text):
        if pieces := _pieces(match[0]):
            start = match.start()
            end = start + len(pieces[0][0])
            found += [Token(start, end, piece, form) for piece, form in pieces]
    return found


@lru_cache(maxsize=5_000)
def stems_of(text: str) -> frozenset[str]:
    """Stems of the words of `text`; those of texts seen before are remembered, since headings and labels come again and again."""
    return frozenset(token.stem for token in tokens(text))


def stems_in(*texts: str | None) -> frozenset[str]:
    """Stems of the words of all texts."""
    return frozenset[str]().union(*(stems_of(text) for text in texts if text))


@lru_cache(maxsize=100_000)
def _pieces(found: str) -> tuple[tuple[str, str], ...]:
    """A word as it is found, and its parts where it has a hyphen ("state-funded"), each with its stem."""
    word = _ENDING.sub("", found)
    if not word:
        return ()
    return tuple((piece, stem(piece)) for piece in (word, *(word.split("-")[1:] if "-" in word else ())))


@lru_cache(maxsize=100_000)
def stem(word: str) -> str:
    """A word's form for comparison: lower case, one spelling, number words as digits, no plural or verb ending."""
    lowered = word.lower().replace("’", "'")
    return words().numbers.get(lowered) or _stem(lowered)


def _stem(word: str) -> str:
    word = word.lower()
    for pattern, replacement in _SPELLING:
        word = pattern.sub(replacement, word)
    if any(character.isdigit() for character in word):
        return word.rstrip("s") if re.fullmatch(r"[a-z]+\d+s", word) else word.replace(",", "")
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    if len(word) > 4 and word.endswith(("sses", "shes", "ches", "xes")):
        return word[:-2]
    if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word


@lru_cache(maxsize=200_000)
def same(one: str, other: str) -> bool:
    """Whether two stems are one word or of one family."""
    if one == other:
        return True
    if one[:3] != other[:3] or not (one.isalpha() and other.isalpha()):
        return False
    common = 0
    for a, b in zip(one, other, strict=False):
        if a != b:
            break
        common += 1
    longest = max(len(one), len(other))
    if common < min(4, len(one), len(other)) or common < 0.55 * longest:
        return False
    if common < _SHORTEST_FAMILY and longest - common > 3:
        return False
    return one[common:] in _ENDINGS and other[common:] in _ENDINGS


def synonyms(one: str, other: str) -> bool:
    """Whether two stems stand for one another (words.toml)."""
    return not _groups(one).isdisjoint(_groups(other))


@lru_cache(maxsize=100_000)
def _groups(word: str) -> frozenset[int]:
    groups = words().groups
    if word in groups:
        return groups[word]
    for ending in ("ing", "ed", "d", "s"):
        if word.endswith(ending) and word[: -len(ending)] in groups:
            return groups[word[: -len(ending)]]
    return frozenset()


def match(wanted: str, stems: frozenset[str]) -> float:
    """How well one of `stems` stands for `wanted`: 1 the word or its family, 0.8 a synonym, 0 none."""
    if wanted in stems:
        return 1.0
    start = wanted[:3]  # that families share
    if any(other.startswith(start) and same(wanted, other) for other in stems):
        return 1.0
    groups = _groups(wanted)
    return 0.8 if groups and any(not groups.isdisjoint(_groups(other)) for other in stems) else 0.0


def direction(text: str) -> int:
    """1 where a text speaks of a rise, -1 of a fall, 0 of neither or both."""
    lists = words()
    found = {token.text.lower() for token in tokens(text)}
    up, down = bool(found & lists.rise - {"up", "higher"}) or "up" in found, bool(found & lists.fall)
    return int(up) - int(down)


def capitalised(text: str) -> str:
    """The same with its first letter a capital, the others as they are."""
    return text[:1].upper() + text[1:]
