"""The JSON objects that the command line, the HTTP API and the MCP tools give for one and the same thing."""

from typing import TYPE_CHECKING, Any

from app.answer import Answer
from app.export import citations_of

if TYPE_CHECKING:
    from app.calculator import Result
    from app.chats import ChatRecord, FoundChat, Message, Rated
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


def chat_object(record: "ChatRecord") -> dict[str, Any]:
    """A chat in the list."""
    return {
        "id": record.id,
        "title": record.title,
        "created": record.created.isoformat(),
        "updated": record.updated.isoformat(),
        "messages": record.messages,
    }


def found_object(one: "FoundChat") -> dict[str, Any]:
    """A chat that a search found, and where; `found` is null where that is its title alone, or all were asked for."""
    found = one.found if one.found and one.found.message_id else None
    where = {"message": found.message_id, "text": f"{found.before}{found.hit}{found.after}"} if found else None
    return {**chat_object(one.record), "found": where}


def message_object(message: "Message") -> dict[str, Any]:
    """An exchange of a chat; `answer` as `answer_object`."""
    return {
        "id": message.id,
        "chat": message.chat_id,
        "question": message.question,
        "created": message.created.isoformat(),
        "pinned": message.pinned.isoformat() if message.pinned else None,
        "rating": message.rating.word if message.rating else None,
        "remark": message.remark,
        "answer": answer_object(message.answer),
    }


def rated_object(one: "Rated") -> dict[str, Any]:
    """A rated answer, with the command that writes its report."""
    message = one.message
    return {
        "message": message.id,
        "rating": message.rating.word if message.rating else None,
        "remark": message.remark,
        "question": message.question,
        "answer": message.answer.text,
        "asked": message.created.isoformat(),
        "chat": message.chat_id,
        "title": one.chat,
        "report": f"footnote export --message {message.id} --format report -o footnote-report-{message.id}.json",
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
