"""The glossary: terms from the shipped data file, the person's own file, and lists found in documents."""

import difflib
import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from corpus.document import Document, Page, Span
from corpus.errors import DataProblem

SHIPPED = Path(__file__).parent / "glossary.toml"
FILE_SOURCE = "glossary"
_KEYS = frozenset(["term", "definition", "aliases", "formula", "see_also"])
_NEAR = 0.82  # similarity from which a misspelt term is taken for one that is there
_LONGEST_TERM = 60
_LEAST_DEFINITION = 20

# "- HBM (High Bandwidth Memory): A type of memory …" — a bullet, or a line that stands in a list of such lines.
_ENTRY = re.compile(
    r"^[ \t]*(?P<bullet>(?:[-*•·▪◦]|\d{1,2}[.)])[ \t]+)?(?P<term>[^\W_][^:\n()|]{0,58}?)[ \t]*(?:\((?P<alias>[^()\n]{2,60})\))?[ \t]*"
    r"(?::|[ \t][–—-])[ \t]+(?P<definition>[A-Z][^\n]{20,})$",
    re.MULTILINE,
)


@dataclass(frozen=True, slots=True)
class GlossaryEntry:
    """A term and what it means. `source` is "glossary" for a data file, else the document's name, with its `span`."""

    term: str
    definition: str
    aliases: tuple[str, ...] = ()
    formula: str | None = None
    see_also: tuple[str, ...] = ()
    source: str = FILE_SOURCE
    span: Span | None = None


def load_glossary(path: Path | None = None) -> tuple[GlossaryEntry, ...]:
    """The entries of a data file, the shipped one by default, in the order of their terms.

    Raises DataProblem, naming the file, the entry and what to do.
    """
    path = path or SHIPPED
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError) as error:
        raise DataProblem(f"The glossary {path} can't be read: {error}.") from error
    except tomllib.TOMLDecodeError as error:
        raise DataProblem(f"The glossary {path} isn't valid TOML: {error}. Correct the line named.") from error
    rows = data.get("term", [])
    if not isinstance(rows, list) or set(data) - {"term"}:
        raise DataProblem(f"The glossary {path} holds [[term]] tables only; found {sorted(data)}.")
    entries = [_entry(row, number, path) for number, row in enumerate(rows, 1)]
    taken: dict[str, str] = {}
    for entry in entries:
        for name in (entry.term, *entry.aliases):
            other = taken.setdefault(normal(name), entry.term)
            if other != entry.term:
                raise DataProblem(
                    f"The glossary {path} has {name!r} under both {other!r} and {entry.term!r}; remove one."
                )
    terms = {entry.term for entry in entries}
    for entry in entries:
        unknown = [name for name in entry.see_also if name not in terms]
        if unknown:
            raise DataProblem(f"The glossary {path}: {entry.term!r} refers to {unknown[0]!r}, which it doesn't hold.")
    return tuple(sorted(entries, key=lambda entry: entry.term.lower()))


def _entry(row: object, number: int, path: Path) -> GlossaryEntry:
    if not isinstance(row, dict):
        raise DataProblem(f"The glossary {path}: entry {number} isn't a [[term]] table.")
    where = f"The glossary {path}: entry {number} ({row.get('term')!r})"
    if unknown := sorted(set(row) - _KEYS):
        raise DataProblem(f"{where} has the unknown key {unknown[0]!r}; known are {', '.join(sorted(_KEYS))}.")
    for key in ("term", "definition"):
        if not isinstance(row.get(key), str) or not row[key].strip():
            raise DataProblem(f"{where} needs a text {key!r}.")
    for key in ("aliases", "see_also"):
        value = row.get(key, [])
        if not isinstance(value, list) or not all(isinstance(one, str) and one.strip() for one in value):
            raise DataProblem(f'{where}: {key!r} is a list of texts, such as ["one", "two"].')
    if not isinstance(row.get("formula", ""), str):
        raise DataProblem(f"{where}: 'formula' is a text.")
    return GlossaryEntry(
        row["term"].strip(), " ".join(row["definition"].split()), tuple(row.get("aliases", ())), row.get("formula"),
        tuple(row.get("see_also", ())),
    )  # fmt: skip


def glossary_of(document: Document) -> tuple[GlossaryEntry, ...]:
    """The entries of "Term: definition" lists in a document, each with its line's span.

    A list is two or more such items one after the other; a lone "Note: …" is none.
    """
    return tuple(entry for page in document.pages for entry in _entries_of(page, document.name))


def _entries_of(page: Page, name: str) -> list[GlossaryEntry]:
    runs: list[list[re.Match[str]]] = []
    for match in _ENTRY.finditer(page.text):
        if not _is_term(match):
            continue
        last = runs[-1][-1] if runs else None
        between = page.text[last.end() : match.start()] if last else ""
        if last and not between.strip() and between.count("\n") <= 2 and bool(last["bullet"]) == bool(match["bullet"]):
            runs[-1].append(match)
        else:
            runs.append([match])
    found: dict[str, GlossaryEntry] = {}
    for run in runs:
        if len(run) < 2:
            continue
        for match in run:
            term, alias = match["term"].strip(), match["alias"]
            start = match.start("term")
            found.setdefault(
                normal(term),
                GlossaryEntry(
                    term,
                    match["definition"].strip(),
                    (alias.strip(),) if alias else (),
                    None,
                    (),
                    name,
                    Span(page.number, start, match.end("definition")),
                ),  # fmt: skip
            )
    return list(found.values())


def _is_term(match: re.Match[str]) -> bool:
    term, definition = match["term"].strip(), match["definition"].strip()
    words = term.split()
    return (
        len(words) <= 6
        and len(definition.split()) >= 4
        and not re.search(r"[.!?;,]", term)
        and not re.search(r"https?$", term)
        # Labelled data ("Revenue: 2.88 billion") isn't a definition, and neither is a row of figures.
        and not re.match(r"[\d$€£¥]", definition)
        and len(re.findall(r"\d", definition)) * 5 < len(definition)
    )


def glossary_page(entries: Iterable[GlossaryEntry]) -> tuple[str, dict[str, Span]]:
    """A data file's entries as one page of text, an entry a paragraph, and the span of each term's paragraph."""
    parts, spans, position = [], {}, 0
    for entry in entries:
        alias = f" ({', '.join(entry.aliases)})" if entry.aliases else ""
        formula = f" Formula: {entry.formula}." if entry.formula else ""
        text = f"{entry.term}{alias}: {entry.definition}{formula}"
        spans[entry.term] = Span(0, position, position + len(text))
        parts.append(text)
        position += len(text) + 2
    return "\n\n".join(parts), spans


def normal(name: str) -> str:
    """A name for comparison: lower case, no spaces, hyphens or plural ending."""
    plain = re.sub(r"[\s_\-–—./]+", "", name.casefold())
    return plain[:-1] if len(plain) > 3 and plain.endswith("s") and not plain.endswith("ss") else plain


class Glossary:
    """Entries to look up. Those given first win: a person's own before the shipped ones."""

    def __init__(self, entries: Iterable[GlossaryEntry]) -> None:
        """A glossary of `entries`, in rising order of distance from the person."""
        self._given = tuple(entries)
        self.entries = tuple(sorted(self._given, key=lambda entry: entry.term.casefold()))
        self._named: dict[str, list[GlossaryEntry]] = {}
        for entry in self._given:
            for name in dict.fromkeys(normal(one) for one in (entry.term, *entry.aliases)):
                self._named.setdefault(name, []).append(entry)

    def __len__(self) -> int:
        return len(self.entries)

    def find(self, term: str) -> list[GlossaryEntry]:
        """The entries of a term or alias, case, hyphens and plural apart; else those of the nearest spelling."""
        wanted = normal(term)
        if not wanted:
            return []
        if wanted in self._named:
            return list(self._named[wanted])
        if match := re.fullmatch(r"\s*(.+?)\s*\(([^()]+)\)\s*", term):
            return self.find(match[1]) or self.find(match[2])
        if len(wanted) < 4 or len(wanted) > _LONGEST_TERM:
            return []
        near = difflib.get_close_matches(wanted, self._named, 1, _NEAR)
        return list(self._named[near[0]]) if near else []

    def search(self, text: str, k: int = 20) -> list[GlossaryEntry]:
        """Entries that match what a person types: by name first, then by words of the definition; all for no text."""
        wanted = normal(text)
        if not wanted:
            return list(self.entries[:k])
        words = text.casefold().split()

        def rank(entry: GlossaryEntry) -> int:
            names = [normal(one) for one in (entry.term, *entry.aliases)]
            if wanted in names:
                return 0
            if any(name.startswith(wanted) for name in names):
                return 1
            if any(wanted in name for name in names):
                return 2
            body = f"{entry.term} {' '.join(entry.aliases)} {entry.definition} {entry.formula or ''}".casefold()
            return 3 if all(word in body for word in words) else 9

        ranked = sorted((rank(entry), number) for number, entry in enumerate(self.entries))
        found = [self.entries[number] for place, number in ranked if place < 9]
        return (found or self.find(text))[:k]

    def terms_in(self, text: str) -> list[tuple[int, int, GlossaryEntry]]:
        """Where terms and aliases stand in a text: half-open ranges in order, the longest name first, none twice over."""
        found = []
        for match in self._pattern.finditer(text) if self._named else ():
            entries = self._named.get(normal(match[0]))
            # A short form such as "PE" or "AI" counts only as written; "pe" is no term.
            if entries and (
                len(match[0]) > 4 or match[0] in {entries[0].term, *entries[0].aliases} or match[0][:-1].isupper()
            ):
                found.append((match.start(), match.end(), entries[0]))
        return found

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        names = {name for entry in self._given for name in (entry.term, *entry.aliases)}
        bodies = sorted(
            (r"[\s-]+".join(map(re.escape, re.split(r"[\s-]+", name))) for name in names), key=len, reverse=True
        )
        return re.compile(rf"(?<![\w-])(?:{'|'.join(bodies)})s?(?![\w-])", re.IGNORECASE)
