"""Glossaries that are files of their own: the shipped TOML, and a person's TOML, CSV, Markdown or workbook."""

import difflib
import tomllib
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from corpus.errors import DataProblem, UnreadableFile
from corpus.glossary_entry import FILE_SOURCE, GlossaryEntry, normal

SHIPPED = Path(__file__).with_name("glossary.toml")

_KEYS = ("term", "definition", "aliases", "formula", "see_also")
_HEADER = "[[term]]"


def load_glossary(path: Path | None = None) -> tuple[GlossaryEntry, ...]:
    """The entries of a glossary file, the shipped one by default, in the order of their terms.

    A TOML file holds `[[term]]` tables with `term`, `definition` and, where wanted, `aliases`, `formula` and
    `see_also`. Any other kind is read as a document: a table with the columns term and definition, "Term: definition"
    lines, or headings each followed by a paragraph. `see_also` may name terms of the file and shipped ones.

    Raises DataProblem, which names the file, the line or row, the term, and what to do.
    """
    path = SHIPPED if path is None else Path(path)
    placed = _from_toml(path) if path.suffix.lower() == ".toml" else _from_document(path)
    entries = [entry for entry, _ in placed]
    _check_names(path, placed)
    known = {normal(name): entry.term for entry in reversed(entries) for name in entry.names}
    if path != SHIPPED and any(entry.see_also for entry in entries):
        shipped = {normal(name): entry.term for entry in load_glossary() for name in entry.names}
        known = shipped | known
    checked = [_resolved(path, entry, place, known) for entry, place in placed]
    return tuple(sorted(checked, key=lambda entry: (entry.term.casefold(), entry.term)))


def _from_toml(path: Path) -> list[tuple[GlossaryEntry, str]]:
    try:
        text = path.read_text(encoding="utf-8-sig")
        data = tomllib.loads(text)
    except OSError as error:
        raise DataProblem(f"{path} can't be opened ({error.strerror}). Check the path and its permissions.") from error
    except UnicodeDecodeError as error:
        raise DataProblem(f"{path} isn't UTF-8 text (byte {error.start}). Save it as UTF-8.") from error
    except tomllib.TOMLDecodeError as error:
        raise DataProblem(f"{path} isn't valid TOML: {error}. Correct that line.") from error
    if other := sorted(set(data) - {"term"}):
        raise DataProblem(
            f"{path} has {other[0]!r} outside of an entry. Begin each entry with a line {_HEADER}, and put only "
            f"{', '.join(_KEYS)} into it."
        )
    rows = data.get("term", [])
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise DataProblem(f"{path}: 'term' isn't a list of tables. Begin each entry with a line {_HEADER}.")
    lines = [number for number, line in enumerate(text.splitlines(), 1) if line.replace(" ", "").startswith(_HEADER)]
    if len(lines) != len(rows):  # written inline, or such a line stands within a string: count the entries instead
        return [(_entry(path, row, f"entry {number}"), f"entry {number}") for number, row in enumerate(rows, 1)]
    return [(_entry(path, row, f"line {line}"), f"line {line}") for line, row in zip(lines, rows, strict=True)]


def _entry(path: Path, row: dict[str, object], place: str) -> GlossaryEntry:
    where = f"{path}, {place}"
    if isinstance(row.get("term"), str):
        where += f", term {row['term']!r}"
    for key in row:
        if key not in _KEYS:
            near = difflib.get_close_matches(key, _KEYS, 1)
            advice = f"Did you mean {near[0]!r}?" if near else f"Use only {', '.join(_KEYS)}."
            raise DataProblem(f"{where}: the key {key!r} isn't known. {advice}")
    term, definition = (_text(row, key, where) for key in ("term", "definition"))
    formula = _text(row, "formula", where) if "formula" in row else None
    return GlossaryEntry(term, definition, _texts(row, "aliases", where), formula, _texts(row, "see_also", where))


def _text(row: dict[str, object], key: str, where: str) -> str:
    value = row.get(key)
    if value is None:
        raise DataProblem(f'{where}: {key!r} is missing. Add a line {key} = "…".')
    if not isinstance(value, str) or not normal(value):
        raise DataProblem(f"{where}: {key!r} is {value!r}. Write a text between quotes.")
    return " ".join(value.split())


def _texts(row: dict[str, object], key: str, where: str) -> tuple[str, ...]:
    value = row.get(key, [])
    if not isinstance(value, list) or not all(isinstance(one, str) and normal(one) for one in value):
        raise DataProblem(f'{where}: {key!r} is {value!r}. Write a list of texts, such as ["one", "two"].')
    return tuple(" ".join(one.split()) for one in value)


def _from_document(path: Path) -> list[tuple[GlossaryEntry, str]]:
    # Only now: every question has the shipped glossary, which is TOML.
    from corpus.glossary_list import glossary_of
    from corpus.glossary_table import incomplete_rows
    from corpus.readers import read

    try:
        document = read(path)
    except UnreadableFile as error:
        raise DataProblem(str(error)) from error
    for row, term in incomplete_rows(document):
        raise DataProblem(f"{path}, row {row}, term {term!r}: a term and a definition are needed. Fill both cells.")
    found = glossary_of(document, whole=True)
    if not found:
        raise DataProblem(
            f"{path} holds no terms. Give a table with the columns term and definition, or lines 'Term: definition'."
        )
    return [(replace(entry, source=FILE_SOURCE, span=None), f"entry {n}") for n, entry in enumerate(found, 1)]


def _check_names(path: Path, placed: Sequence[tuple[GlossaryEntry, str]]) -> None:
    taken: dict[str, tuple[str, str]] = {}
    for entry, place in placed:
        for name in entry.names:
            other, there = taken.setdefault(normal(name), (entry.term, place))
            if there != place:
                raise DataProblem(
                    f"{path}, {place}, term {entry.term!r}: the name {name!r} is already taken by {other!r} ({there}). "
                    "Remove one of the two."
                )


def _resolved(path: Path, entry: GlossaryEntry, place: str, known: dict[str, str]) -> GlossaryEntry:
    """The entry with its `see_also` in the spelling of the terms they name."""
    terms = []
    for name in entry.see_also:
        term = known.get(normal(name))
        where = f"{path}, {place}, term {entry.term!r}: see_also {name!r}"
        if term is None:
            near = difflib.get_close_matches(normal(name), known, 1)
            advice = f"Did you mean {known[near[0]]!r}?" if near else "Add that term, or remove the reference."
            raise DataProblem(f"{where} isn't a term here. {advice}")
        if term == entry.term:
            raise DataProblem(f"{where} refers to itself. Remove the reference.")
        terms.append(term)
    return replace(entry, see_also=tuple(dict.fromkeys(terms)))
