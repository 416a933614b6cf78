"""The glossary: what terms mean, from documents, a person's own file and the shipped one, and where texts use them."""

import bisect
import difflib
import re
from collections.abc import Iterable

from corpus.document import Span
from corpus.glossary_entry import FILE_SOURCE, GlossaryEntry, forms, normal, singulars
from corpus.glossary_file import SHIPPED, load_glossary
from corpus.glossary_list import glossary_of

__all__ = [
    "FILE_SOURCE",
    "SHIPPED",
    "Glossary",
    "GlossaryEntry",
    "glossary_of",
    "glossary_page",
    "load_glossary",
    "normal",
]

_NEAR = 0.82  # difflib's ratio from which a misspelt name is taken for one that is there
_SAME = 0.9  # difflib's ratio from which two names of one term are spellings of one another
_SHORTEST_NEAR = 4  # "DSO" and "DPO" aren't misspellings of each other
_LONGEST_NAME = 80
_LONGEST_CAPITALS = 5  # an abbreviation up to this length counts in a text only in capitals: "SEC", not "sec"

_TOKEN = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]|[^\W_\u3040-\u30ff\u3400-\u9fff]+|[^\w\s\-‐‑‒–./'’]")
_GAP = re.compile(r"|[^\S\n]*\n?[^\S\n]*|[-‐‑]\n?|[‒–./_]|['’][^\S\n]+")  # between the words of one name
_ARTICLE = re.compile(r"(?:an?|the)\s+(?=\S)", re.IGNORECASE)


def glossary_page(entries: Iterable[GlossaryEntry]) -> tuple[str, dict[str, Span]]:
    """Entries as one page of text, a paragraph each in the order of their terms, and where each term's paragraph is.

    `text[span.start : span.end]` is exactly one entry as shown. Of two entries for one term the first given counts.
    The same entries give the same page whatever else is known.
    """
    shown: dict[str, GlossaryEntry] = {}
    for entry in entries:
        shown.setdefault(entry.term, entry)
    parts: list[str] = []
    spans: dict[str, Span] = {}
    position = 0
    for term, entry in sorted(shown.items(), key=lambda item: (item[0].casefold(), item[0])):
        text = _shown(entry)
        spans[term] = Span(0, position, position + len(text))
        parts.append(text)
        position += len(text) + 2
    return "\n\n".join(parts), spans


def _shown(entry: GlossaryEntry) -> str:
    names = [normal(entry.term), normal(entry.definition)]
    others = []
    for alias in entry.aliases:
        # Only what says more: not "Annualised run-rate" for a run-rate, nor one name in two spellings.
        key = normal(alias)
        if key not in names[1] and names[0] not in key and not difflib.get_close_matches(key, names, 1, _SAME):
            others.append(alias)
            names.append(key)
    aliases = f" ({', '.join(others)})" if others else ""
    formula = f" Formula: {entry.formula}." if entry.formula else ""
    return f"{entry.term}{aliases}: {entry.definition}{formula}"


class Glossary:
    """Entries to look up. A term's entries from documents come first, then those of files in the order given.

    Give a person's own file before the shipped one. `entries` holds all of them in the order of their terms.
    """

    def __init__(self, entries: Iterable[GlossaryEntry]) -> None:
        # A sort keeps the order given among entries of the same rank.
        ranked = sorted(entries, key=lambda entry: entry.source == FILE_SOURCE)
        self.entries: tuple[GlossaryEntry, ...] = tuple(sorted(ranked, key=lambda each: each.term.casefold()))
        named: dict[str, list[tuple[bool, bool, int]]] = {}
        lower: set[str] = set()
        for number, entry in enumerate(ranked):
            filed = entry.source == FILE_SOURCE
            for place, name in enumerate(entry.names):
                key = normal(name)
                if key:
                    named.setdefault(key, []).append((filed, bool(place) and not filed, number))
                if not (name.isalpha() and name.isupper() and len(name) <= _LONGEST_CAPITALS):
                    lower.add(key)
        self._named = {
            key: tuple(ranked[number] for number in dict.fromkeys(number for *_, number in sorted(places)))
            for key, places in named.items()
        }
        self._capitals = self._named.keys() - lower
        self._keys = sorted(self._named)

    def __len__(self) -> int:
        return len(self.entries)

    def find(self, term: str) -> list[GlossaryEntry]:
        """The entries of a term or an alias; case, spaces, hyphens and number apart. Else those of close spellings.

        A person's own entries come first. Empty where no name is close.
        """
        plain = term.strip().strip("\"'“”‘’?!.").strip()
        if exact := self._exact(plain) or self._exact(_ARTICLE.sub("", plain, count=1)):
            return list(exact)
        # "HBM (High Bandwidth Memory)"
        if match := re.fullmatch(r"(?P<term>[^()]+)\((?P<alias>[^()]+)\)", plain):
            exact = self._exact(match["term"]) or self._exact(match["alias"])
            if exact:
                return list(exact)
        wanted = normal(plain)
        if not _SHORTEST_NEAR <= len(wanted) <= _LONGEST_NAME:
            return []
        near = difflib.get_close_matches(wanted, self._keys, 3, _NEAR)
        return [*dict.fromkeys(entry for key in near for entry in self._named[key])]

    def _exact(self, name: str) -> tuple[GlossaryEntry, ...]:
        return next((self._named[key] for key in forms(normal(name)) if key in self._named), ())

    def search(self, text: str, k: int = 20) -> list[GlossaryEntry]:
        """At most `k` entries for what a person types: by name first, then by the words of the entry; all for none."""
        wanted, words = normal(text), text.casefold().split()
        if not wanted:
            return list(self.entries[: max(0, k)])
        exact = self._exact(text)

        def rank(entry: GlossaryEntry) -> int:
            names = [normal(name) for name in entry.names]
            if entry in exact:
                return exact.index(entry)
            if any(name.startswith(wanted) for name in names):
                return len(exact)
            if len(wanted) > 1 and any(wanted in name for name in names):
                return len(exact) + 1
            body = " ".join((*entry.names, entry.definition, entry.formula or "", entry.source)).casefold()
            return len(exact) + 2 if all(re.search(rf"\b{re.escape(word)}", body) for word in words) else -1

        ranked = [(rank(entry), number) for number, entry in enumerate(self.entries)]
        found = [self.entries[number] for place, number in sorted(ranked) if place >= 0]
        return (found or self.find(text))[: max(0, k)]

    def terms_in(self, text: str) -> list[tuple[int, int, GlossaryEntry]]:
        """Where a text uses a term or an alias: half-open ranges in order, without overlap, the longest name at each.

        Names count as whole words, in any case and number, with spaces or hyphens; short abbreviations in capitals only.
        """
        words = [(match.start(), match.end(), normal(match[0])) for match in _TOKEN.finditer(text)]
        found: list[tuple[int, int, GlossaryEntry]] = []
        number = 0
        while number < len(words):
            last, key = self._longest(text, words, number)
            if key:
                found.append((words[number][0], words[last][1], self._named[key][0]))
            number = last + 1
        return found

    def _longest(self, text: str, words: list[tuple[int, int, str]], first: int) -> tuple[int, str]:
        """The last word and the key of the longest name that begins at a word; the word itself and "" for none."""
        start = words[first][0]
        best = (first, "")
        # "pre-revenue" isn't revenue.
        if start >= 2 and text[start - 1] in "-‐‑" and text[start - 2].isalnum():
            return best
        key = ""
        for last in range(first, len(words)):
            if last > first and not _GAP.fullmatch(text, words[last - 1][1], words[last][0]):
                break
            key += words[last][2]
            written = text[start : words[last][1]]
            for form in singulars(key):
                if form in self._named and (form not in self._capitals or _in_capitals(written)):
                    best = (last, form)
                    break
            at = bisect.bisect_left(self._keys, key)
            if at == len(self._keys) or not self._keys[at].startswith(key):
                break
        return best


def _in_capitals(written: str) -> bool:
    return written.isupper() or (written[-1] == "s" and written[:-1].isupper())
