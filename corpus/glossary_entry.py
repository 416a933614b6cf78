"""An entry of the glossary, and the forms under which its names are compared."""

import re
import unicodedata
from dataclasses import dataclass

from corpus.document import Span

FILE_SOURCE = "glossary"

_IGNORED = re.compile(r"[\s\-‐‑‒–_./'’]+")
_ALSO = re.compile(
    r"(?:also(?: known as| called)?|or|aka|a\.k\.a\.|abbr(?:eviated|\.)?(?: as)?|short(?: for)?)[:\s]+", re.I
)
_GRAMMAR = frozenset(
    {"noun", "verb", "adj", "adjective", "adverb", "plural", "singular", "n", "v", "finance", "accounting"}
)
_SHORTEST_PLURAL = 4  # characters; "EPS" is no plural
_SHORTEST_SINGULAR = 7  # "current asset" stands for "current assets", but "sale" isn't "sales"


@dataclass(frozen=True, slots=True)
class GlossaryEntry:
    """A term and what it means.

    `source` is "glossary" for an entry of a data file, which has no `span`. For an entry of a document it's the
    document's name, and `span` is the place of the whole entry there, from its term to the end of its definition.
    """

    term: str
    definition: str
    aliases: tuple[str, ...] = ()
    formula: str | None = None
    see_also: tuple[str, ...] = ()
    source: str = FILE_SOURCE
    span: Span | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """The term, then its aliases."""
        return (self.term, *self.aliases)


def normal(name: str) -> str:
    """A name for comparison: case, width, spaces, hyphens, dots, slashes and apostrophes don't count."""
    return _IGNORED.sub("", unicodedata.normalize("NFKC", name).casefold())


def singulars(key: str) -> list[str]:
    """A normal form and what it may be the plural of, the likeliest first."""
    found = [key]
    if len(key) >= _SHORTEST_PLURAL and key.endswith("s") and not key.endswith("ss"):
        found.append(key[:-1])
        if key.endswith("ies"):
            found.append(f"{key[:-3]}y")
        elif key.endswith(("ches", "shes", "sses", "xes")):
            found.append(key[:-2])
    elif key.endswith("sses"):
        found.append(key[:-2])
    return found


def forms(key: str) -> list[str]:
    """A normal form, its singular forms, and its plural ones where it's long enough to be told."""
    found = singulars(key)
    if len(key) >= _SHORTEST_SINGULAR and not key.endswith("s"):
        found.append(f"{key}s")
        if key.endswith("y"):
            found.append(f"{key[:-1]}ies")
    return found


def names_in(text: str) -> tuple[str, ...]:
    """The other names that stand in parentheses after a term: "also X", "X; Y"; no remark on grammar or figure."""
    plain = _ALSO.sub("", " ".join(text.split()))
    names = [name.strip(" \"'“”‘’") for name in re.split(r"[;/]|, | or ", plain)]
    return tuple(
        dict.fromkeys(
            name
            for name in names
            if 2 <= len(name) <= 60
            and len(name.split()) <= 8
            and name.casefold().rstrip(".") not in _GRAMMAR
            and re.search(r"[^\W\d_]", name)
        )
    )
