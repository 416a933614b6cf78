"""Financial names that stand for one another, from lexicon.toml: line items, metrics and topics."""

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from corpus.document import Kind
from corpus.errors import DataProblem
from index.concepts import concepts

FILE = Path(__file__).parent / "lexicon.toml"


@dataclass(frozen=True, slots=True)
class Item:
    """A line item: its names, the first of them the usual one, and the statement that it stands in."""

    names: tuple[str, ...]
    statement: str


@dataclass(frozen=True, slots=True)
class Metric:
    """A figure that is computed, and the line items that its formula needs."""

    names: tuple[str, ...]
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Topic:
    """A subject, the features of pages that treat it and the kinds of document that usually report it."""

    names: tuple[str, ...]
    features: tuple[str, ...]
    kinds: tuple[Kind, ...] = ()


@dataclass(frozen=True, slots=True)
class Lexicon:
    """All that lexicon.toml holds."""

    items: tuple[Item, ...]
    metrics: tuple[Metric, ...]
    topics: tuple[Topic, ...]
    common_words: frozenset[str]
    legal_words: frozenset[str]


@dataclass(frozen=True, slots=True)
class Named:
    """What a text names: line items, those that a metric it names is computed from, and topics."""

    items: tuple[Item, ...] = ()
    needed: tuple[Item, ...] = ()
    topics: tuple[Topic, ...] = ()


@cache
def lexicon(path: Path = FILE) -> Lexicon:
    """The lexicon in `path`. Raises DataProblem where it can't be read or a metric needs an item that isn't there."""
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
        items = tuple(Item(_names(one), one["statement"]) for one in data["item"])
        by_name = {name: item for item in reversed(items) for name in item.names}
        return Lexicon(
            items,
            tuple(Metric(tuple(one["names"]), _needed(one, by_name, path)) for one in data["metric"]),
            tuple(
                Topic(tuple(one["names"]), tuple(one["features"]), tuple(Kind(kind) for kind in one.get("kinds", ())))
                for one in data["topic"]
            ),
            frozenset(data["common_words"]),
            frozenset(data["legal_words"]),
        )
    except (OSError, tomllib.TOMLDecodeError, KeyError, ValueError) as error:
        raise DataProblem(f"{path.name} can't be used: {error}. Compare it with the one that is shipped.") from error


def _names(item: dict[str, Any]) -> tuple[str, ...]:
    """An item's names: those that its concept is asked for by, then its own. Raises KeyError for an unknown concept."""
    asked = concepts()[item["concept"]].asked if "concept" in item else ()
    return tuple(dict.fromkeys([*asked, *item.get("names", ())]))


def _needed(metric: dict[str, Any], by_name: dict[str, Item], path: Path) -> tuple[Item, ...]:
    unknown = [name for name in metric["items"] if name not in by_name]
    if unknown:
        raise DataProblem(
            f"{path.name}: the metric {metric['names'][0]!r} needs {unknown[0]!r}, which is no item's name. Add the item."
        )
    return tuple(by_name[name] for name in metric["items"])


@cache
def phrase(name: str) -> re.Pattern[str]:
    """A pattern that finds a name as whole words; white space, hyphens, commas and a plural don't matter.

    A short name in capitals ("EPS") is found as written only.
    """
    exact = len(name) <= 5 and name.isupper()
    return re.compile(rf"(?<!\w){_body(name)}(?:s|es)?(?!\w)", 0 if exact else re.IGNORECASE)


@cache
def row(item: Item) -> re.Pattern[str]:
    """A pattern that finds a line of a table whose label begins with one of the item's names."""
    names = "|".join(_body(name) for name in sorted(item.names, key=len, reverse=True))
    return re.compile(
        rf"^\W*(?:total |net |less:? |consolidated )?(?:{names})(?:s|es)?\b", re.IGNORECASE | re.MULTILINE
    )


def _body(name: str) -> str:
    parts = (re.escape(part).replace("'", "['’‘]?") for part in re.split(r"[\s,-]+", name))
    return r"[\s,-]+".join(parts)


def _folded(text: str) -> str:
    return re.sub("['’‘]", "", text).casefold()


def _may_stand(name: str, folded: str) -> bool:
    """Whether all words of a name are somewhere in a text; to make its pattern takes longer than to look for it."""
    return all(part in folded for part in _words(name))


@cache
def _words(name: str) -> list[str]:
    return re.split(r"[\s,-]+", _folded(name))


def read_names(text: str) -> Named:
    """What of the lexicon a text names.

    The longest name takes its place: "operating cash flow ratio" is that metric and not operating cash flow.
    """
    known = lexicon()
    entries: list[tuple[str, Item | Metric]] = [(name, item) for item in known.items for name in item.names]
    entries += [(name, metric) for metric in known.metrics for name in metric.names]
    folded = _folded(text)
    taken: list[tuple[int, int]] = []
    items: list[Item] = []
    needed: list[Item] = []
    for name, entry in sorted(entries, key=lambda one: -len(one[0])):
        if not _may_stand(name, folded):
            continue
        for match in phrase(name).finditer(text):
            if any(match.start() < end and start < match.end() for start, end in taken):
                continue
            taken.append(match.span())
            if isinstance(entry, Item):
                items.append(entry)
            else:
                needed += entry.items
    topics = (
        topic
        for topic in known.topics
        if any(_may_stand(name, folded) and phrase(name).search(text) for name in topic.names)
    )
    return Named(tuple(dict.fromkeys(items)), tuple(dict.fromkeys(needed)), tuple(topics))
