"""The JSON objects that the command line, the HTTP API and the MCP tools give for one and the same thing."""

from typing import TYPE_CHECKING, Any

from app.answer import Answer
from app.export import citations_of

if TYPE_CHECKING:
    from app.calculator import Result
    from corpus.glossary_entry import GlossaryEntry
    from index.hit import Hit
    from index.store import CollectionRecord, DocumentRecord


def answer_object(answer: Answer) -> dict[str, Any]:
    """The object of `ask --json`, and `citations`: the distinct ones in order, so that mark [n] is at n - 1."""
    return {**answer.to_json(), "citations": [citation.to_json() for citation in citations_of(answer)]}


def hit_object(hit: "Hit") -> dict[str, Any]:
    """A passage found; `page` from 1."""
    return {
        "document": hit.document,
        "page": hit.span.page + 1,
        "start": hit.span.start,
        "end": hit.span.end,
        "text": hit.text,
        "score": round(float(hit.score), 6),
    }


def entry_object(entry: "GlossaryEntry") -> dict[str, Any]:
    """A term of the glossary."""
    return {
        "term": entry.term,
        "definition": entry.definition,
        "aliases": list(entry.aliases),
        "formula": entry.formula,
        "see_also": list(entry.see_also),
        "source": entry.source,
    }


def result_object(result: "Result") -> dict[str, Any]:
    """A calculation's result; `value` exact, in base units."""
    return {
        "expression": result.expression,
        "result": result.shown,
        "value": str(result.quantity.base),
        "unit": result.quantity.unit.symbol,
        "rounding": result.rounding,
        "steps": [list(step) for step in result.steps],
    }


def document_object(record: "DocumentRecord") -> dict[str, Any]:
    """A document of the index and what was understood of it."""
    metadata = record.metadata
    return {
        "id": record.id,
        "document": record.name,
        "path": record.path,
        "title": metadata.title,
        "company": metadata.company,
        "period": str(metadata.period) if metadata.period else None,
        "kind": str(metadata.kind),
        "pages": record.pages,
        "passages": record.passages,
        "sha256": record.sha256,
        "added": record.added.isoformat(),
        "notes": list(record.notes),
    }


def collection_object(record: "CollectionRecord") -> dict[str, Any]:
    """A collection, its documents counted."""
    return {
        "id": record.id,
        "collection": record.name,
        "count": record.documents,
        "shared": record.shared,
        "created": record.created.isoformat(),
    }
