"""A document in or out: each change is one transaction, so that a crash leaves all of it or nothing."""

import json
import sqlite3
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from corpus.document import Document, Passage, Period
from corpus.glossary import FILE_SOURCE, GlossaryEntry
from index.facts import write_facts
from index.statement_facts import Entry
from index.store import word_index
from index.store.documents import DocumentRecord, Documents
from index.store.kept_files import REMOVED, owe
from index.store.pages import table_row, words_json
from index.store.passages import Passages

# What names a document by its id and stays where it is replaced: table → its other column.
_BELONGS = {"collection_documents": "collection_id", "document_owners": "user_id"}


class Writing(Documents, Passages):
    """Adding, replacing and removing documents."""

    def add(
        self,
        document: Document,
        passages: Sequence[Passage],
        embeddings: NDArray[np.float32],
        model: str,
        glossary: Sequence[GlossaryEntry] = (),
        features: Mapping[int, frozenset[str]] | None = None,
        reading: str = "",
        source: Path | None = None,
        facts: Sequence[Entry] = (),
        facts_stamp: str = "",
        owner: int | None = None,
    ) -> int:
        """Write a document, its `passages` and their `embeddings` ((n, d) float32, unit rows) in one transaction.

        A document read before from the same path is replaced and keeps its id, its owners and its collections. `source` is
        the file whose bytes are kept (default: `document.path`); `facts_stamp` tells what `facts` were built with; `owner`
        is whose it becomes, by the person's id. Gives the document's id; raises
        ValueError where the counts differ.
        """
        if len(passages) != len(embeddings):
            raise ValueError(f"{len(passages)} passages, {len(embeddings)} embeddings")
        vectors = np.ascontiguousarray(embeddings, dtype="<f4")
        metadata, period = document.metadata, document.metadata.period or Period()
        row = {
            "path": document.path,
            "sha256": document.sha256,
            "reading": reading,
            "model": model,
            "media_type": document.media_type,
            "title": metadata.title,
            "company": metadata.company,
            "kind": str(metadata.kind),
            "language": metadata.language,
            "fiscal_year": period.fiscal_year,
            "quarter": period.quarter,
            "period_end": period.end.isoformat() if period.end else None,
            "notes": json.dumps(document.notes),
            "added": datetime.now(UTC).isoformat(timespec="seconds"),
        }
        with self._transaction() as connection:
            self._keep_file(document, source or Path(document.path))
            old = connection.execute(
                "SELECT id, name, sha256 FROM documents WHERE path = ?", (document.path,)
            ).fetchone()
            belongs = _belongings(connection, old[0]) if old else {}
            if old:
                self._delete(connection, old[0])
                row |= {"id": old[0], "name": old[1]}
            else:
                row |= {"id": None, "name": self._free_name(connection, _named(connection, document.name, owner))}
            columns = ", ".join(row)
            cursor = connection.execute(
                f"INSERT INTO documents ({columns}) VALUES ({', '.join(f':{column}' for column in row)})", row
            )
            key = int(cursor.lastrowid or 0)
            for table, rows in belongs.items():
                connection.executemany(
                    f"INSERT INTO {table} ({_BELONGS[table]}, document_id) VALUES (?, ?)",
                    ((other, key) for other in rows),
                )
            if owner is not None and not old:
                connection.execute("INSERT INTO document_owners VALUES (?, ?)", (key, owner))
            connection.executemany(
                "INSERT INTO pages VALUES (?, ?, ?, ?)",
                ((key, page.number, page.label, page.text) for page in document.pages),
            )
            connection.executemany(
                "INSERT INTO recognised_pages VALUES (?, ?, ?)",
                ((key, page, words_json(words)) for page, words in document.recognised.items()),
            )
            connection.executemany(
                'INSERT INTO page_tables (document_id, page, start, "end", header_rows, caption, cells, unit_page, '
                "unit_start, unit_end, confident, rows) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (table_row(key, table) for table in document.tables),
            )
            connection.executemany(
                "INSERT INTO page_features VALUES (?, ?, ?)",
                ((key, page, feature) for page, found in (features or {}).items() for feature in sorted(found)),
            )
            for passage, vector in zip(passages, vectors, strict=True):
                inserted = connection.execute(
                    'INSERT INTO passages (document_id, page, start, "end", text, context, section, is_table) '
                    "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                    (
                        key,
                        passage.span.page,
                        passage.span.start,
                        passage.span.end,
                        passage.text,
                        passage.context,
                        json.dumps(passage.section, ensure_ascii=False),
                        passage.is_table,
                    ),
                )
                connection.execute("INSERT INTO embeddings VALUES (?, ?)", (inserted.lastrowid, vector.tobytes()))
            connection.executemany(
                'INSERT INTO glossary (document_id, term, definition, aliases, formula, see_also, page, start, "end") '
                "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (_glossary_row(key, entry) for entry in glossary if entry.span),
            )
            write_facts(connection, key, facts, facts_stamp)
            if old and old[2] != document.sha256:
                owe(connection, "")
        if old and old[2] != document.sha256:
            self.sweep()
        return key

    def locked(self) -> frozenset[int]:
        """The documents that may not be removed: none of a whole index."""
        return frozenset()

    def remove(self, document_id: int) -> DocumentRecord:
        """Take a document out, with its passages, words, embeddings and kept file. Raises UnknownDocument.

        Copies of the database from before a change of schema go too: they hold it.
        """
        return self.remove_all([document_id])[0]

    def remove_all(
        self, document_ids: Iterable[int], progress: Callable[[int, int], None] | None = None
    ) -> list[DocumentRecord]:
        """Take documents out as `remove` does, all of them or, where one isn't there, none. Raises UnknownDocument.

        `progress` is told how many are done and of how many; nothing is gone before the last of them.
        """
        ids = list(dict.fromkeys(document_ids))
        if not ids:
            return []
        with self._transaction() as connection:
            # Asked inside: another process may take one out at any moment.
            records = [self.document(key) for key in ids]
            for number, key in enumerate(ids, 1):
                self._delete(connection, key)
                if progress:
                    progress(number, len(ids))
            word_index.merge(connection, "words")
            owe(connection, REMOVED)
        self.sweep()
        return records

    def move(self, document_id: int, path: str) -> None:
        """Note that a document's file is at another path now; its name stays, so that what cites it still does."""
        with self.writing() as connection:
            connection.execute("UPDATE documents SET path = ? WHERE id = ?", (path, document_id))

    def keep_overview(self, document_id: int, sha256: str, text: str) -> None:
        """Keep what a document with these bytes holds, for `overview`; nothing where it has been replaced or removed."""
        with self.writing() as connection:
            connection.execute(
                "UPDATE documents SET overview = ? WHERE id = ? AND sha256 = ?", (text, document_id, sha256)
            )

    def replace_embeddings(self, document_id: int, embeddings: NDArray[np.float32], model: str) -> None:
        """Give a document's passages, in the order of `passages_of`, the embeddings of another model."""
        ids = [stored.id for stored in self.passages_of(document_id)]
        if len(ids) != len(embeddings):
            raise ValueError(f"{len(ids)} passages, {len(embeddings)} embeddings")
        vectors = np.ascontiguousarray(embeddings, dtype="<f4")
        with self._transaction() as connection:
            connection.executemany(
                "UPDATE embeddings SET vector = ? WHERE passage_id = ?",
                ((vector.tobytes(), key) for key, vector in zip(ids, vectors, strict=True)),
            )
            connection.execute("UPDATE documents SET model = ? WHERE id = ?", (model, document_id))

    def let_go(self, document_id: int, owner: int) -> bool:
        """Take a document from one of its owners; False, and nothing done, where there is no other: it would be everyone's."""
        with self.writing() as connection:
            owners = {
                row[0]
                for row in connection.execute(
                    "SELECT user_id FROM document_owners WHERE document_id = ?", (document_id,)
                )
            }
            if owners - {owner}:
                connection.execute(
                    "DELETE FROM document_owners WHERE document_id = ? AND user_id = ?", (document_id, owner)
                )
            return bool(owners - {owner})

    @staticmethod
    def _delete(connection: sqlite3.Connection, document_id: int) -> None:
        # Passages first: triggers of a cascade don't all fire, and the words must go with them.
        connection.execute("DELETE FROM passages WHERE document_id = ?", (document_id,))
        connection.execute("DELETE FROM documents WHERE id = ?", (document_id,))

    @staticmethod
    def _free_name(connection: sqlite3.Connection, wanted: str) -> str:
        taken = {row[0] for row in connection.execute("SELECT name FROM documents")}
        name, count = wanted, 1
        # "glossary" is what citations of the glossary's data file name.
        while name in taken or name == FILE_SOURCE:
            count += 1
            name = f"{wanted} ({count})"
        return name


def _belongings(connection: sqlite3.Connection, document_id: int) -> dict[str, list[int]]:
    """What a document belongs to, by table."""
    return {
        table: [
            row[0] for row in connection.execute(f"SELECT {column} FROM {table} WHERE document_id = ?", (document_id,))
        ]
        for table, column in _BELONGS.items()
    }


def _named(connection: sqlite3.Connection, name: str, owner: int | None) -> str:
    """A document's name with its owner's: no two people's are alike, so that none tells of another's."""
    found = connection.execute("SELECT name FROM users WHERE id = ?", (owner,)).fetchone()
    return f"{name} ({found[0]})" if found else name


def _glossary_row(document_id: int, entry: GlossaryEntry) -> tuple[Any, ...]:
    assert entry.span is not None
    return (
        document_id, entry.term, entry.definition, json.dumps(entry.aliases, ensure_ascii=False), entry.formula,
        json.dumps(entry.see_also, ensure_ascii=False), entry.span.page, entry.span.start, entry.span.end,
    )  # fmt: skip
