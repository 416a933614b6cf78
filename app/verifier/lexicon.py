"""The word lists of claims.toml, looked up by stem."""

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

from app.terms import same, stem, words
from corpus.errors import DataProblem

_FILE = Path(__file__).parent / "claims.toml"


@dataclass(frozen=True, slots=True)
class Opposites:
    """Two lists of words that turn a sentence to its opposite; `says` names the mistake."""

    says: str
    sides: Mapping[str, int]  # word in lower case → 1 or -1


@dataclass(frozen=True, slots=True)
class Finite:
    """Words, in lower case, that are finite verbs wherever no other word makes them nouns."""

    auxiliaries: frozenset[str]
    verbs: frozenset[str]


@dataclass(frozen=True, slots=True)
class Lexicon:
    """The lists of claims.toml; single words in lower case."""

    neutral: frozenset[str]  # stems
    negators: frozenset[str]
    hedges: Mapping[str, str]  # word → its kind
    before_to: frozenset[str]  # hedges only where "to" or "that" follows
    bounds: Mapping[str, str]  # phrase → its kind
    quantifiers: Mapping[str, str]
    causes: tuple[tuple[re.Pattern[str], int], ...]  # a pattern; 1 where the cause stands before it, -1 after
    loose_causes: re.Pattern[str]
    asides: re.Pattern[str]  # what opens a cause, or what tells beside a figure why it is so
    orders: tuple[tuple[re.Pattern[str], int], ...]  # 1 where what stands before the word came first
    conditions: re.Pattern[str]
    qualifiers: frozenset[str]
    opposites: tuple[Opposites, ...]
    groups: Mapping[str, frozenset[int]]  # stem → the groups of `same`
    verbs: frozenset[str]  # stems
    speech: frozenset[str]  # verbs that give what follows as somebody's word, in lower case
    finite: Finite
    issuer: frozenset[str]  # words for the one that a document is of, in lower case
    document: frozenset[str]  # … for the document itself
    counted: frozenset[str]  # … for things that carry no content by themselves, and are counted all the same
    binding: re.Pattern[str]  # words that tie the clauses of a sentence together, so that none stands alone


@cache
def lexicon() -> Lexicon:
    """The lists, read once. Raises DataProblem where the file can't be read."""
    try:
        data = tomllib.loads(_FILE.read_text(encoding="utf-8"))
        weights = data["causes"]["weights"].split()
        groups: dict[str, set[int]] = {}
        for number, group in enumerate(data["same"]["groups"]):
            for word in group.split():
                groups.setdefault(stem(word), set()).add(number)
        return Lexicon(
            frozenset(stem(word) for word in data["neutral"].split()),
            frozenset(data["negators"].split()),
            _kinds(data["hedges"]),
            frozenset(data["before"]["to"].split()),
            {phrase: kind for kind, phrases in data["bounds"].items() for phrase in phrases},
            _kinds(data["quantifiers"]),
            ((phrases(data["causes"]["forward"]), 1), (weighted(data["causes"]["backward"], weights), -1)),
            phrases(data["causes"]["loose"]),
            weighted([*data["causes"]["backward"], *data["causes"]["beside"]], weights),
            ((phrases(data["orders"]["forward"]), 1), (phrases(data["orders"]["backward"]), -1)),
            phrases(data["conditions"]["words"]),
            frozenset(data["qualifiers"]["words"].split()),
            tuple(
                Opposites(one["says"], {word: sign for side, sign in (("one", 1), ("other", -1)) for word in one[side].split()})
                for one in data["opposites"]
            ),
            {word: frozenset(found) for word, found in groups.items()},
            frozenset(stem(word) for word in data["verbs"]["words"].split()),
            frozenset(data["speech"]["verbs"].split()),
            Finite(*(frozenset(data["finite"][name].split()) for name in ("auxiliaries", "verbs"))),
            frozenset(data["general"]["issuer"].split()),
            frozenset(data["general"]["document"].split()),
            frozenset(data["general"]["counted"].split()),
            phrases([*data["conditions"]["words"], *data["binding"]["words"], *" ".join(data["hedges"].values()).split()]),
        )  # fmt: skip
    except (KeyError, AttributeError, TypeError, tomllib.TOMLDecodeError) as error:
        raise DataProblem(f"{_FILE} isn't a list of words for claims: {error}. Restore the shipped file.") from error


def _kinds(lists: Mapping[str, str]) -> dict[str, str]:
    return {word: kind for kind, text in lists.items() for word in text.split()}


def phrases(found: Iterable[str]) -> re.Pattern[str]:
    """A pattern of whole words, the longest phrase first."""
    ordered = sorted(found, key=len, reverse=True)
    return re.compile(rf"\b(?:{'|'.join(re.escape(one) for one in ordered)})\b", re.IGNORECASE)


def weighted(found: Iterable[str], weights: Iterable[str]) -> re.Pattern[str]:
    """The same, where one of `weights` may stand before a phrase and between its words: "driven mainly by"."""
    weight = rf"(?:(?:{'|'.join(weights)})\s+)?"
    ordered = sorted(found, key=len, reverse=True)
    spaced = (rf"\s+{weight}".join(map(re.escape, one.split())) for one in ordered)
    return re.compile(rf"\b{weight}(?:{'|'.join(spaced)})\b", re.IGNORECASE)


@lru_cache(maxsize=100_000)
def alike(one: str, other: str) -> bool:
    """Whether two stems are one word, of one family, or mean the same by claims.toml."""
    if same(one, other):
        return True
    return bool(groups_of(one) & groups_of(other))


@lru_cache(maxsize=100_000)
def groups_of(word: str) -> frozenset[int]:
    """The groups of words that mean the same in which a stem is, by itself or without its ending."""
    groups = lexicon().groups
    if word in groups:
        return groups[word]
    for ending in ("ing", "ed", "d", "es"):
        short = word.removesuffix(ending)
        if short != word:
            for form in (short, short + "e"):
                if form in groups:
                    return groups[form]
    return frozenset()


@cache
def small_words() -> frozenset[str]:
    """Words that carry no content of their own; those that turn a meaning are checked by their kind."""
    known = lexicon()
    small = set(words().stop) | set(known.negators) | set(known.hedges) | set(known.quantifiers)
    for phrase in known.bounds:
        small.update(phrase.split())
    small -= {"exceeding", "exceeded", "estimated", "excess", "close"}
    return frozenset(small | set(_LINKS.split()))


_LINKS = """although though unless since until while whereas because therefore thus hence however moreover upon among within per via toward towards
despite during following amid across along together too quite rather well ever still already yet whether due owing thanks account consequently
onto beside besides beyond throughout alongside according instead otherwise thereby therein whereby let us able ago later earlier when if cannot"""
