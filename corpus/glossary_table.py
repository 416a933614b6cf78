"""Tables of terms: a header that names a column of terms and one of definitions, a term a row."""

import re

from corpus.document import Document, Span, Table
from corpus.glossary_entry import GlossaryEntry, names_in, normal

_COLUMNS = {
    "term": re.compile(r"terms?|word|concept|expression|术语|名词|词语"),
    "definition": re.compile(r"definitions?|meaning|explanation|description|定义|含义|解释|说明"),
    "aliases": re.compile(
        r"alias(?:es)?|synonyms?|abbreviations?|acronyms?|shortform|longform|fullform|fullname|standsfor|"
        r"alsoknownas|alsocalled|缩写|别名|简称"
    ),
    "formula": re.compile(r"formula|calculation|公式"),
    "see_also": re.compile(r"seealso|related(?:terms)?|参见"),
}


def incomplete_rows(document: Document) -> list[tuple[int, str]]:
    """The rows, from 1, of the document's tables of terms that lack their term or their definition."""
    found = []
    for table in document.tables:
        roles = _roles(table)
        for number, row in _rows(table).items() if roles else ():
            cells = {role: row[column][0] for role, column in roles.items() if column in row}
            if any(cells.values()) and not (cells.get("term") and cells.get("definition")):
                found.append((number + 1, cells.get("term", "")))
    return found


def _rows(table: Table) -> dict[int, dict[int, tuple[str, Span | None]]]:
    """The rows below the header: row → column → text and place."""
    found: dict[int, dict[int, tuple[str, Span | None]]] = {}
    for cell in table.cells:
        if cell.row >= max(1, table.header_rows):
            found.setdefault(cell.row, {})[cell.column] = (" ".join(cell.text.split()), cell.span)
    return found


def _roles(table: Table) -> dict[str, int]:
    """Which column holds what; empty unless the header names both a term and a definition."""
    found: dict[str, int] = {}
    for cell in table.cells:
        for role, name in _COLUMNS.items():
            if cell.row == 0 and name.fullmatch(normal(cell.text)):
                found.setdefault(role, cell.column)
    if "term" not in found and "aliases" in found:
        found["term"] = found.pop("aliases")
    return found if {"term", "definition"} <= set(found) else {}


def entries_in(document: Document, table: Table) -> list[GlossaryEntry]:
    """The entries of a table of terms, each with the span from its term to its definition; none of another table."""
    roles, found = _roles(table), []
    for row in _rows(table).values() if roles else ():
        text = {role: row[column][0] for role, column in roles.items() if column in row}
        places = [row[roles[role]][1] for role in ("term", "definition") if roles[role] in row]
        spans = [place for place in places if place]
        if not text.get("term") or not text.get("definition") or len(spans) < 2 or spans[0].page != spans[1].page:
            continue
        name = re.fullmatch(r"(?P<term>.+?)\s*(?:[(（](?P<alias>[^()（）]+)[)）])?", text["term"])
        term = name["term"] if name else text["term"]
        aliases = [*names_in(name["alias"] or "" if name else ""), *_split(text.get("aliases", ""))]
        span = Span(spans[0].page, min(s.start for s in spans), max(s.end for s in spans))
        found.append(
            GlossaryEntry(
                term,
                text["definition"],
                tuple({normal(alias): alias for alias in aliases if normal(alias) != normal(term)}.values()),
                text.get("formula") or None,
                tuple(_split(text.get("see_also", ""))),
                document.name,
                span,
            )
        )
    return found


def _split(text: str) -> list[str]:
    """A cell's names, parted by semicolons, else by commas."""
    return [name.strip() for name in text.split(";" if ";" in text else ",") if normal(name)]
