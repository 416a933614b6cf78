"""Financial names that stand for one another, from lexicon.toml."""

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from corpus.errors import DataProblem


@dataclass(frozen=True, slots=True)
class Item:
    """A line item: its names, the first of them the usual one, and the statement that it stands in."""

    names: tuple[str, ...]
    statement: str


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Line items, metrics (names → items) and topics (names → feature of a page)."""

    items: tuple[Item, ...]
    metrics: tuple[tuple[tuple[str, ...], tuple[Item, ...]], ...]
    topics: tuple[tuple[tuple[str, ...], str], ...]


@cache
def lexicon() -> Lexicon:
    """The lexicon. Raises DataProblem where a metric names an item that isn't there."""
    data = tomllib.loads((Path(__file__).parent / "lexicon.toml").read_text(encoding="utf-8"))
    items = tuple(Item(tuple(one["names"]), one["statement"]) for one in data["item"])
    by_name = {name: item for item in items for name in item.names}
    metrics = []
    for one in data["metric"]:
        unknown = [name for name in one["items"] if name not in by_name]
        if unknown:
            raise DataProblem(f"lexicon.toml: the metric {one['names'][0]!r} needs the unknown item {unknown[0]!r}.")
        metrics.append((tuple(one["names"]), tuple(by_name[name] for name in one["items"])))
    topics = tuple((tuple(one["names"]), one["feature"]) for one in data["topic"])
    return Lexicon(items, tuple(metrics), topics)


@cache
def phrase(name: str) -> re.Pattern[str]:
    """A pattern that finds a name as whole words, white space, hyphens and plural apart; short forms as written."""
    body = r"[\s-]+".join(re.escape(part) for part in re.split(r"[\s-]+", name))
    exact = len(name) <= 4 and name.isupper()
    return re.compile(rf"(?<!\w){body}(?:s|es)?(?!\w)", 0 if exact else re.IGNORECASE)


def named_items(text: str) -> tuple[list[Item], list[Item]]:
    """The line items that a text names, and those that the metrics it names are computed from."""
    known = lexicon()
    # "Operating cash flow ratio" is that metric, not operating cash flow: the longest name takes its place.
    direct: list[Item] = []
    needed: list[Item] = []
    names = [(name, item, None) for item in known.items for name in item.names]
    names += [(name, None, parts) for all_names, parts in known.metrics for name in all_names]  # type: ignore[misc]
    taken: list[tuple[int, int]] = []
    for name, item, parts in sorted(names, key=lambda one: -len(one[0])):
        for match in phrase(name).finditer(text):
            if any(match.start() < end and start < match.end() for start, end in taken):
                continue
            taken.append(match.span())
            if item:
                direct.append(item)
            else:
                needed += parts or ()
    return list(dict.fromkeys(direct)), list(dict.fromkeys(needed))


def named_features(text: str) -> set[str]:
    """The features of pages that a text's topics lead to."""
    return {feature for names, feature in lexicon().topics if any(phrase(name).search(text) for name in names)}
