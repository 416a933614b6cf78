"""Facts in the store: figures of primary statements as rows of SQLite, written with their document and asked for."""

import json
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from corpus.document import Metadata, Span
from index.cells import CellFact
from index.citation import Citation
from index.concepts import concepts
from index.statement_cells import Column, Line
from index.statement_facts import Entry

_COLUMNS = (
    "id, document_id, statement, place, label, section, year, quarter, months, period_end, text, value, unit, scale, "
    'page, start, "end", confidence, failed, shown'
)


@dataclass(frozen=True, slots=True)
class Fact:
    """A figure that a filing's statement gives for a line item and a period."""

    document: str
    company: str
    concept: str  # its id in concepts.toml; "" for a row that is none of them
    element: str  # of the us-gaap taxonomy
    statement: str
    label: str  # as printed
    section: tuple[str, ...]  # headings it stands under, outermost first
    year: int
    quarter: int | None  # None or 4: the year's end
    months: int | None  # that a flow covers; None where the column doesn't say
    end: date | None  # last day of the period, where the column says so
    value: Decimal  # of the item, in `scale` `unit`; of a row that is none, as printed with brackets as minus
    unit: str
    scale: str
    text: str  # as printed
    page: int  # from 0
    start: int  # of the cell in the page's text
    stop: int
    confidence: float  # from 0 to 1
    failed: str  # the check that it fails, "" where it fails none

    @property
    def period(self) -> str:
        """ "FY2018", "Q2 FY2023", "9 months to Q3 FY2023"."""
        if self.quarter is None or (self.quarter == 4 and self.months != 3):
            return f"FY{self.year}"
        months = f"{self.months} months to " if self.months not in (None, 3) else ""
        return f"{months}Q{self.quarter} FY{self.year}"

    def to_json(self) -> dict[str, Any]:
        """The object of `facts --json`: `page` from 1, the value as exact text."""
        return {
            "document": self.document,
            "company": self.company,
            "concept": self.concept,
            "element": self.element,
            "statement": self.statement,
            "label": self.label,
            "section": list(self.section),
            "period": self.period,
            "year": self.year,
            "quarter": self.quarter,
            "months": self.months,
            "end": self.end.isoformat() if self.end else None,
            "value": format(self.value, "f"),
            "unit": self.unit,
            "scale": self.scale,
            "text": self.text,
            "page": self.page + 1,
            "start": self.start,
            "stop": self.stop,
            "confidence": self.confidence,
            "failed": self.failed,
        }


def write_facts(connection: sqlite3.Connection, document_id: int, entries: Sequence[Entry], stamp: str) -> None:
    """Put a document's facts in the place of those it had, inside the caller's transaction."""
    connection.execute("DELETE FROM facts WHERE document_id = ?", (document_id,))
    for entry in entries:
        cursor = connection.execute(
            f"INSERT INTO facts ({_COLUMNS}) VALUES ({', '.join('?' * 20)})", (None, document_id, *_row(entry.line))
        )
        connection.executemany(
            "INSERT INTO fact_items VALUES (?, ?, ?)",
            ((cursor.lastrowid, concept, format(amount, "f")) for concept, amount in entry.items),
        )
    connection.execute("UPDATE documents SET facts = ? WHERE id = ?", (stamp, document_id))


def _row(line: Line) -> tuple[Any, ...]:
    fact, column = line.fact, line.column
    scale, unit = _parted(fact.unit)
    cell = fact.cell or Span(fact.row.page, fact.row.start, fact.row.end)
    shown = {
        "header": fact.header,
        "caption": fact.caption,
        "row": [fact.row.start, fact.row.end],
        "head": _place(fact.head),
        "heads": [_place(one) for one in fact.heads],
        "corner": _place(fact.corner),
        "first": fact.first_column,
        "placed": fact.placed,
        "place": fact.place,
    }
    return (
        line.statement,
        line.place,
        fact.label,
        json.dumps(fact.section, ensure_ascii=False),
        column.year,
        column.quarter,
        column.months,
        column.end.isoformat() if column.end else None,
        fact.text,
        format(line.value, "f"),
        unit,
        scale,
        cell.page,
        cell.start,
        cell.end,
        line.confidence,
        line.failed,
        json.dumps(shown, ensure_ascii=False),
    )


def _parted(unit: str) -> tuple[str, str]:
    """Scale and unit of "million USD", ("", "USD") of "USD", ("million", "") of "million"."""
    words = unit.split()
    if words and words[0] in ("thousand", "million", "billion", "trillion"):
        return words[0], " ".join(words[1:])
    return "", unit


def _place(citation: Citation | None) -> list[int] | None:
    return [citation.page, citation.start, citation.end] if citation else None


def read_lines(
    connection: sqlite3.Connection, document_id: int, name: str, metadata: Metadata, text: Callable[[int], str]
) -> list[Line]:
    """A document's facts as the cells of its statements, in the order they were found; `text` gives a page's text."""
    rows = connection.execute(f"SELECT {_COLUMNS} FROM facts WHERE document_id = ? ORDER BY id", (document_id,))
    return [_line(row, name, metadata, text) for row in rows]


def _line(row: Sequence[Any], name: str, metadata: Metadata, text: Callable[[int], str]) -> Line:
    (_, document_id, statement, place, label, section, year, quarter, months, end, printed, value, unit, scale, page, start,
     stop, confidence, failed, shown) = row  # fmt: skip
    more = json.loads(shown)

    def cited(where: list[int] | None) -> Citation | None:
        return quoted(where) if where else None

    def quoted(where: list[int]) -> Citation:
        return Citation(name, where[0], where[1], where[2], text(where[0])[where[1] : where[2]])

    fact = CellFact(
        document_id,
        name,
        metadata,
        tuple(json.loads(section)),
        more["caption"],
        label,
        more["header"],
        printed,
        f"{scale} {unit}".strip(),
        quoted([page, *more["row"]]),
        cited(more["head"]),
        cited(more["corner"]),
        more["first"],
        tuple(quoted(one) for one in more["heads"]),
        more["placed"],
        Span(page, start, stop),
        tuple(more["place"]),
    )
    column = Column(year, quarter, months, date.fromisoformat(end) if end else None)
    return Line(fact, statement, column, Decimal(value), place, confidence, failed)


def read_facts(
    connection: sqlite3.Connection,
    documents: Sequence[int] | None = None,
    concept: str = "",
    year: int | None = None,
    every: bool = False,
) -> Iterator[Fact]:
    """Facts by document, then as they stand in the statements; `every`: also of rows that are no known item."""
    clauses, values = ["1"], []
    if documents is not None:
        clauses.append(f"facts.document_id IN ({', '.join(str(int(key)) for key in documents)})")
    if concept:
        clauses.append("concept = ?")
        values.append(concept)
    if year is not None:
        clauses.append("year = ?")
        values.append(str(year))
    rows = connection.execute(
        "SELECT name, company, concept, statement, label, section, year, facts.quarter, months, facts.period_end, "
        'coalesce(amount, value), unit, scale, text, page, start, "end", confidence, failed FROM facts '
        f"JOIN documents ON documents.id = facts.document_id {'LEFT ' if every else ''}JOIN fact_items ON fact_id = facts.id "
        f"WHERE {' AND '.join(clauses)} ORDER BY name COLLATE NOCASE, facts.id, concept",
        values,
    )
    for (name, company, known, statement, label, section, at, quarter, months, end, value, unit, scale, text, page, start, stop,
         confidence, failed) in rows:  # fmt: skip
        item = concepts().get(known or "")
        yield Fact(
            name,
            company or "",
            known or "",
            item.element if item else "",
            statement,
            label,
            tuple(json.loads(section)),
            at,
            quarter,
            months,
            date.fromisoformat(end) if end else None,
            Decimal(value),
            unit,
            "" if item and item.kind == "per share" else scale,
            text,
            page,
            start,
            stop,
            confidence,
            failed,
        )
