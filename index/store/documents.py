"""Documents in the store, without their text: what they are, which model embedded them, where their files are kept."""

import json
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from corpus.document import Kind, Metadata, Period
from corpus.errors import IndexMismatch, UnknownDocument
from index.store.kept_files import KeptFiles


@dataclass(frozen=True, slots=True)
class DocumentRecord:
    """A document in the index, without its text."""

    id: int
    name: str
    path: str
    sha256: str
    reading: str
    model: str
    media_type: str
    metadata: Metadata
    pages: int
    passages: int
    added: datetime
    notes: tuple[str, ...] = ()
    facts: str = ""  # stamp of what its facts were built with, "" where none were


class Documents(KeptFiles):
    """Reading which documents there are."""

    def documents(self) -> list[DocumentRecord]:
        """All documents, in the order of their names; read again only where something was written since."""
        connection, order = self.connect(), "ORDER BY name COLLATE NOCASE"
        if connection.in_transaction:
            return self._records(order, ())  # what it writes may still be taken back
        # What others have committed, and what this connection has written.
        state = (connection.execute("PRAGMA data_version").fetchone()[0], connection.total_changes)
        kept: tuple[tuple[int, int], list[DocumentRecord]] | None = getattr(self._local, "documents", None)
        if kept is None or kept[0] != state:
            kept = self._local.documents = (state, self._records(order, ()))
        return list(kept[1])

    def document(self, key: int | str) -> DocumentRecord:
        """A document by its id or its name. Raises UnknownDocument."""
        found = self._records("WHERE id = ?" if isinstance(key, int) else "WHERE name = ?", (key,))
        if not found:
            raise UnknownDocument(
                f"There is no document {key!r} in the index. `footnote documents` lists what there is."
            )
        return found[0]

    def found_in(self, document_id: int) -> tuple[int, int]:
        """How many tables and how many glossary terms a document has."""
        counts = self.connect().execute(
            "SELECT (SELECT count(*) FROM page_tables WHERE document_id = :id), "
            "(SELECT count(*) FROM glossary WHERE document_id = :id)",
            {"id": document_id},
        )
        tables, terms = counts.fetchone()
        return int(tables), int(terms)

    def overview(self, document_id: int) -> str:
        """What was kept of what a document holds, as `keep_overview` was given it; "" for nothing."""
        row = self.connect().execute("SELECT overview FROM documents WHERE id = ?", (document_id,)).fetchone()
        return str(row[0]) if row else ""

    def by_path(self, path: str) -> DocumentRecord | None:
        """The document read from `path`, None where there is none."""
        return next(iter(self._records("WHERE path = ?", (path,))), None)

    def by_sha256(self, sha256: str, owner: int | None = None) -> DocumentRecord | None:
        """A document with these bytes that is everyone's, or else `owner`'s; None where there is none.

        Not another person's: that it is there would tell of theirs, and it goes when they take it out.
        """
        theirs = "EXISTS (SELECT 1 FROM document_owners WHERE document_id = documents.id"
        found = self._records(
            f"WHERE sha256 = ? AND (NOT {theirs}) OR {theirs} AND user_id = ?)) ORDER BY id", (sha256, owner)
        )
        return next(iter(found), None)

    def _records(self, clause: str, parameters: tuple[Any, ...]) -> list[DocumentRecord]:
        rows = self.connect().execute(
            "SELECT id, name, path, sha256, reading, model, media_type, title, company, kind, language, fiscal_year, quarter, "
            "period_end, notes, added, facts, (SELECT count(*) FROM pages WHERE document_id = documents.id), "
            f"(SELECT count(*) FROM passages WHERE document_id = documents.id) FROM documents {clause}",
            parameters,
        )
        records = []
        for (key, name, path, sha256, reading, model, media, title, company, kind, language, year, quarter, end, notes, added,
             facts, pages, passages) in rows:  # fmt: skip
            period = Period(year, quarter, date.fromisoformat(end) if end else None)
            metadata = Metadata(title, company, None if period == Period() else period, Kind(kind), language)
            records.append(
                DocumentRecord(
                    key,
                    name,
                    path,
                    sha256,
                    reading,
                    model,
                    media,
                    metadata,
                    pages,
                    passages,
                    datetime.fromisoformat(added),
                    tuple(json.loads(notes)),
                    facts,
                )  # fmt: skip
            )
        return records

    def models(self) -> list[str]:
        """The embedding models of the index: one, or none while it is empty, except after an interrupted change."""
        return [row[0] for row in self.connect().execute("SELECT DISTINCT model FROM documents ORDER BY model")]

    def model(self) -> str | None:
        """The embedding model of the index, None while it is empty.

        Raises IndexMismatch where documents were embedded with different models (an interrupted re-indexing).
        """
        models = self.models()
        if len(models) > 1:
            raise IndexMismatch(
                f"Documents were embedded with different models: {', '.join(models)}. "
                "Finish the change of model with: footnote reindex"
            )
        return models[0] if models else None

    def require_model(self, model: str) -> None:
        """Raise IndexMismatch unless the index is empty or was embedded with `model`."""
        built_with = self.model()
        if built_with not in (None, model):
            raise IndexMismatch(
                f"The index was built with the embedding model {built_with}, the one in use is {model}. Embed the documents "
                "again with: footnote reindex (or set embedding_model back)."
            )

    def source_file(self, document_id: int) -> Path:
        """The kept copy of a document's file. Raises UnknownDocument where the document or its file is gone."""
        record = self.document(document_id)
        found = self.kept_file(record.sha256)
        if found is None:
            raise UnknownDocument(
                f"The kept file of {record.name} is missing from {self.home / 'files'}; ingest it again."
            )
        return found
