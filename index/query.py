"""A question read for retrieval: companies, periods, kinds of document, statements and the words that filings use."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from corpus.document import Kind, Period
from corpus.period import find_periods
from index.lexicon import Item, named_features, named_items

_SUFFIXES = frozenset(
    [
        "inc",
        "incorporated",
        "corp",
        "corporation",
        "co",
        "company",
        "companies",
        "plc",
        "ltd",
        "limited",
        "llc",
        "lp",
        "sa",
        "ag",
        "nv",
        "se",
        "holdings",
        "holding",
        "group",
        "the",
        "and",
        "of",
        "technologies",
        "technology",
        "international",
        "industries",
        "systems",
        "stores",
    ]
)
# First words that many companies share: a name that opens with one is told by two words.
_COMMON = frozenset(
    [
        "american",
        "best",
        "first",
        "general",
        "united",
        "national",
        "international",
        "new",
        "us",
        "global",
        "bank",
        "standard",
        "advanced",
        "foot",
        "south",
        "north",
        "west",
        "east",
        "royal",
    ]
)
_KINDS = (
    (re.compile(r"\b10-?K\b|\bannual report\b", re.IGNORECASE), Kind.ANNUAL_REPORT),
    (re.compile(r"\b10-?Q\b|\bquarterly report\b", re.IGNORECASE), Kind.QUARTERLY_REPORT),
    (re.compile(r"\b8-?K\b|\bcurrent report\b", re.IGNORECASE), Kind.CURRENT_REPORT),
    (re.compile(r"\bearnings (?:release|call)\b|\bpress release\b", re.IGNORECASE), Kind.EARNINGS_RELEASE),
)
_RANGE = re.compile(
    r"\b(?:FY\s?)?((?:19|20)\d\d)\s*(?:-|–|to|through|and)\s*(?:FY\s?)?((?:19|20)\d\d)\b", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Query:
    """What a question tells about where its answer stands. All of it is soft: it lifts scores and hides nothing."""

    text: str
    documents: frozenset[int]  # of the companies named; empty where none is
    periods: tuple[Period, ...]
    kinds: frozenset[Kind]
    features: frozenset[str]
    items: tuple[Item, ...]

    @property
    def expansions(self) -> tuple[str, ...]:
        """Names under which filings give what is asked."""
        return tuple(dict.fromkeys(name for item in self.items for name in item.names))


def read_query(text: str, names: Mapping[int, tuple[str, ...]]) -> Query:
    """Read a question. `names`: document id → the names of its company (its own, short forms, the file's)."""
    direct, needed = named_items(text)
    features = named_features(text) | {item.statement for item in (*direct, *needed)}
    periods = [found.period for found in find_periods(text, bare_years=True)]
    for match in _RANGE.finditer(text):
        first, last = int(match[1]), int(match[2])
        if 0 < last - first <= 10:
            periods += [Period(year) for year in range(first, last + 1)]
    return Query(
        text,
        frozenset(key for key, known in names.items() if any(_is_named(name, text) for name in known)),
        tuple(dict.fromkeys(periods)),
        frozenset(kind for pattern, kind in _KINDS if pattern.search(text)),
        frozenset(features),
        tuple(dict.fromkeys([*direct, *needed])),
    )


def company_names(company: str | None, file_name: str) -> tuple[str, ...]:
    """Names under which a question may call a company: without its legal form, by its first words, its initials; and
    the leading word of the file's name."""
    found: list[str] = []
    words = re.findall(r"[\w&]+", re.sub(r"['’.]", "", company or "").replace("&", " & "))
    telling = [word for word in words if word.lower() not in _SUFFIXES and word != "&"]
    if telling:
        found.append(" ".join(telling))
        first = telling[0].lower()
        if len(first) > 2 and first not in _COMMON:
            found.append(telling[0])
        elif len(telling) > 1:
            found.append(" ".join(telling[:2]))
        if len(telling) > 2:
            initials = "".join(word[0] for word in telling)
            found.append(initials.upper())
    lead = re.match(r"[A-Za-z]{3,}", file_name)
    if (lead and not company and lead[0].lower() not in _COMMON) or (lead and lead[0].isupper()):
        found.append(lead[0])
    return tuple(dict.fromkeys(found))


def _is_named(name: str, text: str) -> bool:
    plain = re.sub(r"['’.]", "", text)
    if name.isupper() and len(name) <= 4:
        return bool(re.search(rf"(?<!\w){re.escape(name)}(?!\w)", plain))
    joined = r"[\s&]*".join(re.escape(part) for part in name.split())
    if re.search(rf"(?<!\w){joined}s?(?!\w)", plain, re.IGNORECASE):
        return True
    # A file called BESTBUY is of Best Buy.
    return (
        " " not in name and name.isupper() and name.lower() in re.sub(r"[^a-z0-9]", "", plain.lower()) and len(name) > 5
    )
