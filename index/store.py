"""The one SQLite file in which everything is kept: documents, pages, tables, passages, words, embeddings, chats.

A document and all that belongs to it is written or removed in one transaction, so that a crash leaves it in or out.
The file is in WAL mode: readers don't wait for a writer. Derived files (FAISS) follow `revision`.
"""

import errno
import json
import shutil
import sqlite3
import threading
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from corpus.document import Cell, Document, Kind, Metadata, Page, Passage, Period, Row, Span, Table
from corpus.errors import DataProblem, IndexMismatch, UnknownDocument
from corpus.glossary import FILE_SOURCE, GlossaryEntry
from index.facts import Fact, read_facts, read_lines, write_facts
from index.statement_cells import Line
from index.statement_facts import Entry

SCHEMA_VERSION = 3
# What an older file lacks, by the version that it is brought to; new files get all of it from schema.sql.
MIGRATIONS = {
    2: (
        "ALTER TABLE page_tables ADD COLUMN unit_page INTEGER",
        "ALTER TABLE page_tables ADD COLUMN unit_start INTEGER",
        "ALTER TABLE page_tables ADD COLUMN unit_end INTEGER",
        "ALTER TABLE page_tables ADD COLUMN confident INTEGER NOT NULL DEFAULT 1",
        "ALTER TABLE page_tables ADD COLUMN rows TEXT NOT NULL DEFAULT '[]'",
    ),
    3: ("ALTER TABLE documents ADD COLUMN facts TEXT NOT NULL DEFAULT ''",),
}
FILE_NAME = "footnote.db"
CONTEXT_WEIGHT = 0.5  # of a word in a passage's context header, against 1 in the passage itself
FULL = (errno.ENOSPC, errno.EDQUOT, errno.EROFS)
VARIABLES = 500  # bound to one statement at most; SQLite's own limit is far higher


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


@dataclass(frozen=True, slots=True)
class StoredPassage:
    """A passage with its key and the document that it belongs to."""

    id: int
    document_id: int
    document: str
    passage: Passage


class Store:
    """All data under one directory. Safe to use from several threads; each gets its own connection."""

    def __init__(self, home: Path) -> None:
        """Open, or create, the data directory `home`.

        Raises DataProblem where it can't be used, IndexMismatch where a newer version of Footnote wrote it.
        """
        self.home = Path(home)
        self._local = threading.local()
        self._connections: list[sqlite3.Connection] = []
        self._writing = threading.RLock()
        self._closed = False
        try:
            (self.home / "files").mkdir(parents=True, exist_ok=True)
            version = self.connect().execute("PRAGMA user_version").fetchone()[0]
            if version > SCHEMA_VERSION:
                raise IndexMismatch(
                    f"{self.file} was written by a newer Footnote (schema {version}, this one knows {SCHEMA_VERSION}). "
                    "Update Footnote, or name another data directory with --home."
                )
            if version < SCHEMA_VERSION:
                with self._writing, self.connect() as connection:
                    if version:
                        _migrate(connection)
                    connection.executescript((Path(__file__).parent / "schema.sql").read_text(encoding="utf-8"))
                    connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
        except (sqlite3.DatabaseError, OSError) as error:
            self.close()
            raise DataProblem(
                f"The data directory {self.home} can't be used: {error}. Check its permissions and free space; if the file "
                f"{FILE_NAME} is damaged, move it away and ingest your documents again."
            ) from error

    @property
    def file(self) -> Path:
        """The SQLite file."""
        return self.home / FILE_NAME

    def connect(self) -> sqlite3.Connection:
        """This thread's connection, with foreign keys on; the caller doesn't close it."""
        if self._closed:
            raise DataProblem("The data directory was closed; open it again.")
        connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if connection is None:
            connection = sqlite3.connect(self.file, timeout=60, check_same_thread=False)
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = NORMAL")
            connection.execute("PRAGMA foreign_keys = ON")
            connection.execute("PRAGMA secure_delete = ON")
            self._local.connection = connection
            self._connections.append(connection)
        return connection

    def close(self) -> None:
        """Close every thread's connection."""
        self._closed = True
        for connection in self._connections:
            connection.close()
        self._connections.clear()

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        with self.writing() as connection:
            yield connection
            connection.execute(
                "INSERT INTO meta VALUES ('revision', '1') "
                "ON CONFLICT (key) DO UPDATE SET value = CAST(value AS INTEGER) + 1"
            )

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """A transaction that no other thread or process writes beside: all of it is kept, or nothing.

        Raises DataProblem where the data directory can't be written.
        """
        connection = self.connect()
        try:
            with self._writing:
                connection.execute("BEGIN IMMEDIATE")
                try:
                    yield connection
                    connection.commit()
                except BaseException:
                    connection.rollback()
                    raise
        except sqlite3.IntegrityError:
            raise  # a defect of ours, not of the directory
        except sqlite3.DatabaseError as error:
            raise self._unwritable(error) from error

    def _unwritable(self, error: Exception) -> DataProblem:
        return DataProblem(
            f"The data directory {self.home} can't be written: {error}. Free space on its disk, check its permissions, "
            "or wait for another Footnote that is writing; then try again. What was there before is kept."
        )

    def revision(self) -> int:
        """A number that grows with every change of the documents: what was derived at another revision is stale."""
        row = self.connect().execute("SELECT value FROM meta WHERE key = 'revision'").fetchone()
        return int(row[0]) if row else 0

    def model(self) -> str | None:
        """The embedding model of the index, None while it is empty.

        Raises IndexMismatch where documents were embedded with different models (an interrupted re-indexing).
        """
        models = [row[0] for row in self.connect().execute("SELECT DISTINCT model FROM documents ORDER BY model")]
        if len(models) > 1:
            raise IndexMismatch(
                f"Documents were embedded with different models: {', '.join(models)}. "
                "Finish the change of model with: footnote ingest --reindex"
            )
        return models[0] if models else None

    def require_model(self, model: str) -> None:
        """Raise IndexMismatch unless the index is empty or was embedded with `model`."""
        built_with = self.model()
        if built_with not in (None, model):
            raise IndexMismatch(
                f"The index was built with the embedding model {built_with}, the one in use is {model}. Embed the documents "
                "again with: footnote ingest --reindex (or set embedding_model back)."
            )

    # Documents

    def add(
        self,
        document: Document,
        passages: Sequence[Passage],
        embeddings: NDArray[np.float32],
        model: str,
        glossary: Sequence[GlossaryEntry] = (),
        features: dict[int, frozenset[str]] | None = None,
        reading: str = "",
        source: Path | None = None,
        facts: Sequence[Entry] = (),
        facts_stamp: str = "",
    ) -> int:
        """Write a document, its `passages` and their `embeddings` ((n, d) float32, unit rows) in one transaction.

        A document read before from the same path is replaced and keeps its id. `source` is the file whose bytes are
        kept (default: `document.path`); `facts_stamp` tells what `facts` were built with. Gives the document's id; raises
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
            if old:
                self._delete(connection, old[0])
                row |= {"id": old[0], "name": old[1]}
            else:
                row |= {"id": None, "name": self._free_name(connection, document.name)}
            columns = ", ".join(row)
            cursor = connection.execute(
                f"INSERT INTO documents ({columns}) VALUES ({', '.join(f':{column}' for column in row)})", row
            )
            key = int(cursor.lastrowid or 0)
            connection.executemany(
                "INSERT INTO pages VALUES (?, ?, ?, ?)",
                ((key, page.number, page.label, page.text) for page in document.pages),
            )
            connection.executemany(
                'INSERT INTO page_tables (document_id, page, start, "end", header_rows, caption, cells, unit_page, '
                "unit_start, unit_end, confident, rows) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (_table_row(key, table) for table in document.tables),
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
            self.sweep()
        return key

    def remove(self, document_id: int) -> DocumentRecord:
        """Take a document out, with its passages, words, embeddings and kept file. Raises UnknownDocument."""
        record = self.document(document_id)
        with self._transaction() as connection:
            self._delete(connection, document_id)
            # FTS5 only marks deleted words until its segments are merged.
            connection.execute("INSERT INTO words (words) VALUES ('optimize')")
        self.sweep()
        # So that the text is gone from the log of writes too, as far as no reader holds it open.
        self.connect().execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return record

    def move(self, document_id: int, path: str) -> None:
        """Note that a document's file is at another path now; its name stays, so that what cites it still does."""
        with self.writing() as connection:
            connection.execute("UPDATE documents SET path = ? WHERE id = ?", (path, document_id))

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

    def documents(self) -> list[DocumentRecord]:
        """All documents, in the order of their names."""
        return self._records("ORDER BY name COLLATE NOCASE", ())

    def document(self, key: int | str) -> DocumentRecord:
        """A document by its id or its name. Raises UnknownDocument."""
        found = self._records("WHERE id = ?" if isinstance(key, int) else "WHERE name = ?", (key,))
        if not found:
            raise UnknownDocument(
                f"There is no document {key!r} in the index. `footnote documents` lists what there is."
            )
        return found[0]

    def by_path(self, path: str) -> DocumentRecord | None:
        """The document read from `path`, None where there is none."""
        return next(iter(self._records("WHERE path = ?", (path,))), None)

    def by_sha256(self, sha256: str) -> DocumentRecord | None:
        """A document with these bytes, None where there is none."""
        return next(iter(self._records("WHERE sha256 = ? ORDER BY id", (sha256,))), None)

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

    def page(self, document_id: int, number: int) -> Page:
        """One page. Raises UnknownDocument where the document or the page isn't there."""
        row = (
            self.connect()
            .execute("SELECT label, text FROM pages WHERE document_id = ? AND number = ?", (document_id, number))
            .fetchone()
        )
        if row is None:
            raise UnknownDocument(f"Document {document_id} has no page {number + 1} in the index.")
        return Page(number, row[1], row[0])

    def pages(self, document_id: int) -> list[Page]:
        """All pages of a document, in order."""
        rows = self.connect().execute(
            "SELECT number, text, label FROM pages WHERE document_id = ? ORDER BY number", (document_id,)
        )
        return [Page(*row) for row in rows]

    def replace_facts(self, record: DocumentRecord, facts: Sequence[Entry], facts_stamp: str) -> None:
        """Give a document the facts built again from its pages; nothing where it was removed or read anew meanwhile.

        No change of the documents: what is derived from them isn't stale for it.
        """
        with self.writing() as connection:
            same = connection.execute(
                "SELECT 1 FROM documents WHERE id = ? AND sha256 = ? AND reading = ?",
                (record.id, record.sha256, record.reading),
            ).fetchone()
            if same:
                write_facts(connection, record.id, facts, facts_stamp)

    def lines(self, record: DocumentRecord) -> list[Line]:
        """The cells of a document's statements, as its stored facts give them."""
        texts: dict[int, str] = {}

        def text(page: int) -> str:
            if page not in texts:
                texts[page] = self.page(record.id, page).text
            return texts[page]

        return read_lines(self.connect(), record.id, record.name, record.metadata, text)

    def facts(
        self, documents: Sequence[int] | None = None, concept: str = "", year: int | None = None, every: bool = False
    ) -> list[Fact]:
        """Stored facts, of all documents or those named by id; `every`: also of rows that are no known item."""
        return list(read_facts(self.connect(), documents, concept, year, every))

    def features_of(self, document_id: int) -> dict[int, frozenset[str]]:
        """Page → what it was recognised as, of one document."""
        found: dict[int, set[str]] = {}
        rows = self.connect().execute("SELECT page, feature FROM page_features WHERE document_id = ?", (document_id,))
        for page, feature in rows:
            found.setdefault(page, set()).add(feature)
        return {page: frozenset(features) for page, features in found.items()}

    def page_features(self) -> dict[tuple[int, int], frozenset[str]]:
        """(document id, page) → what the page was recognised as."""
        found: dict[tuple[int, int], set[str]] = {}
        for document_id, page, feature in self.connect().execute(
            "SELECT document_id, page, feature FROM page_features"
        ):
            found.setdefault((document_id, page), set()).add(feature)
        return {key: frozenset(features) for key, features in found.items()}

    def tables(self, document_id: int, page: int | None = None) -> list[Table]:
        """A document's tables, or one page's, in reading order."""
        rows = self.connect().execute(
            'SELECT page, start, "end", header_rows, caption, cells, unit_page, unit_start, unit_end, confident, rows FROM page_tables '
            "WHERE document_id = ? AND (? IS NULL OR page = ?) ORDER BY page, start",
            (document_id, page, page),
        )
        return [
            Table(
                Span(number, start, end),
                tuple(
                    Cell(row, column, text, None if first is None else Span(number, first, last), *unit)
                    for row, column, text, first, last, *unit in json.loads(cells)
                ),
                header_rows,
                caption,
                None if unit_page is None else Span(unit_page, unit_start, unit_end),
                bool(confident),
                tuple(Row(row, label, tuple(section)) for row, label, section in json.loads(more)),
            )
            for number, start, end, header_rows, caption, cells, unit_page, unit_start, unit_end, confident, more in rows
        ]

    def source_file(self, document_id: int) -> Path:
        """The kept copy of a document's file. Raises UnknownDocument where the document or its file is gone."""
        record = self.document(document_id)
        found = next((self.home / "files").glob(f"{record.sha256}*"), None)
        if found is None:
            raise UnknownDocument(
                f"The kept file of {record.name} is missing from {self.home / 'files'}; ingest it again."
            )
        return found

    def _keep_file(self, document: Document, source: Path) -> None:
        # In the transaction, so that no other process sweeps it away before the document is in.
        target = self.home / "files" / f"{document.sha256}{source.suffix.lower()}"
        if target.exists() or not source.exists():
            return
        temporary = target.parent / f"part-{target.name}"
        try:
            shutil.copyfile(source, temporary)
            temporary.replace(target)
        except OSError as error:
            temporary.unlink(missing_ok=True)
            if error.errno in FULL or error.filename == str(temporary):
                raise self._unwritable(error) from error
            raise

    def sweep(self) -> None:
        """Remove kept files that belong to no document: of a removed one, or of one that was interrupted."""
        with self.writing() as connection:
            kept = {row[0] for row in connection.execute("SELECT sha256 FROM documents")}
            for path in (self.home / "files").iterdir():
                if path.name[:64] not in kept:
                    try:
                        path.unlink(missing_ok=True)
                    except OSError as error:
                        raise self._unwritable(error) from error

    # Passages

    def passages(self, ids: Sequence[int]) -> list[StoredPassage]:
        """Passages in the order asked; ids that aren't there are left out."""
        found: dict[int, StoredPassage] = {}
        for start in range(0, len(ids), VARIABLES):
            some = [int(key) for key in ids[start : start + VARIABLES]]
            found |= {
                stored.id: stored
                for stored in self._passages(f"WHERE passages.id IN ({', '.join('?' * len(some))})", tuple(some))
            }
        return [found[int(key)] for key in ids if int(key) in found]

    def passages_of(self, document_id: int, page: int | None = None) -> list[StoredPassage]:
        """A document's passages, or one page's, in reading order."""
        return self._passages(
            "WHERE document_id = ? AND (? IS NULL OR page = ?) ORDER BY page, start", (document_id, page, page)
        )

    def passage_places(self) -> NDArray[np.int64]:
        """(n, 3) int64: passage id, document id and page of every passage, by id."""
        # From the index alone: the rows of the table are in the way, with their text, where there are many.
        rows = self.connect().execute("SELECT id, document_id, page FROM passages INDEXED BY passages_document")
        places = np.fromiter(chain.from_iterable(rows), np.int64).reshape(-1, 3)
        return places[np.argsort(places[:, 0], kind="stable")]

    def _passages(self, clause: str, parameters: tuple[Any, ...]) -> list[StoredPassage]:
        rows = self.connect().execute(
            'SELECT passages.id, document_id, name, page, start, "end", text, context, section, is_table '
            f"FROM passages JOIN documents ON documents.id = document_id {clause}",
            parameters,
        )
        return [
            StoredPassage(
                key,
                document_id,
                name,
                Passage(Span(page, start, end), text, tuple(json.loads(section)), context, bool(is_table)),
            )
            for key, document_id, name, page, start, end, text, context, section, is_table in rows
        ]

    def embeddings(self, after: int = 0, most: int = -1) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Passage ids (n,) int64 in rising order and their vectors (n, d) float32, unit rows; (0,) and (0, 0) if empty.

        `after` and `most` give the next ones after an id, for reading them lot by lot.
        """
        ids, blobs = [], []
        for key, blob in self.connect().execute(
            "SELECT passage_id, vector FROM embeddings WHERE passage_id > ? ORDER BY passage_id LIMIT ?", (after, most)
        ):
            ids.append(key)
            blobs.append(blob)
        if not ids:
            return np.empty(0, np.int64), np.empty((0, 0), np.float32)
        vectors = np.frombuffer(b"".join(blobs), dtype="<f4").reshape(len(ids), -1)
        return np.asarray(ids, np.int64), vectors

    def vectors_of(self, document_id: int) -> dict[str, NDArray[np.float32]]:
        """Embedded text → vector ((d,) float32) of a document's passages."""
        rows = self.connect().execute(
            "SELECT vector, text, context FROM passages JOIN embeddings ON passage_id = id WHERE document_id = ?",
            (document_id,),
        )
        return {
            Passage(Span(0, 0, 0), text, (), context).embedded_text: np.frombuffer(vector, dtype="<f4")
            for vector, text, context in rows
        }

    def match(self, fts_query: str, k: int, documents: Collection[int] | None = None) -> list[tuple[int, float]]:
        """The `k` passages that match an FTS5 query best, as (passage id, BM25 score, higher is better).

        BM25 as SQLite computes it (Robertson and others, TREC-3, 1994; k1 = 1.2, b = 0.75).
        """
        if documents is not None and not documents:
            return []
        # The passages are looked up only where they must be: it costs as much as the scoring.
        joined, scope = "", ""
        if documents is not None:
            joined = "JOIN passages ON passages.id = words.rowid"
            scope = f"AND document_id IN ({', '.join(str(int(key)) for key in documents)})"
        rows = self.connect().execute(
            f"SELECT words.rowid, -bm25(words, 1.0, {CONTEXT_WEIGHT}) AS score FROM words {joined} "
            f"WHERE words MATCH ? {scope} ORDER BY score DESC, words.rowid LIMIT ?",
            (fts_query, k),
        )
        return [(int(key), float(score)) for key, score in rows]

    def frequency(self, fts_query: str, limit: int = 2000) -> int:
        """How many passages match an FTS5 query, counted up to `limit`."""
        row = self.connect().execute(
            "SELECT count(*) FROM (SELECT rowid FROM words WHERE words MATCH ? LIMIT ?)", (fts_query, limit)
        )
        return int(row.fetchone()[0])

    def glossary(self) -> list[GlossaryEntry]:
        """The entries found in documents, with their place; `source` is the document's name."""
        rows = self.connect().execute(
            'SELECT term, definition, aliases, formula, see_also, name, page, start, "end" FROM glossary '
            "JOIN documents ON documents.id = document_id ORDER BY glossary.id"
        )
        return [
            GlossaryEntry(
                term,
                definition,
                tuple(json.loads(aliases)),
                formula,
                tuple(json.loads(see_also)),
                name,
                Span(page, start, end),
            )
            for term, definition, aliases, formula, see_also, name, page, start, end in rows
        ]

    def check(self) -> list[str]:
        """What is inconsistent, in words; empty where all is well. Reads everything."""
        connection = self.connect()
        problems = [f"SQLite: {row[0]}" for row in connection.execute("PRAGMA integrity_check") if row[0] != "ok"]
        try:
            connection.execute("INSERT INTO words (words, rank) VALUES ('integrity-check', 1)")
            connection.commit()
        except sqlite3.DatabaseError as error:
            problems.append(f"the word index doesn't fit the passages ({error})")
        queries = {
            "passages that aren't where they say in": "SELECT name, count(*) FROM passages JOIN documents ON documents.id = "
            "passages.document_id JOIN pages ON pages.document_id = passages.document_id AND number = page "
            'WHERE substr(pages.text, start + 1, "end" - start) <> passages.text GROUP BY name',
            "passages without an embedding in": "SELECT name, count(*) FROM passages JOIN documents ON documents.id = document_id "
            "LEFT JOIN embeddings ON passage_id = passages.id WHERE passage_id IS NULL GROUP BY name",
        }
        for what, query in queries.items():
            problems += [f"{count} {what} {name}" for name, count in connection.execute(query)]
        problems += [
            f"the kept file of {record.name} is missing"
            for record in self.documents()
            if not any((self.home / "files").glob(f"{record.sha256}*"))
        ]
        return problems


def _migrate(connection: sqlite3.Connection) -> None:
    """Bring a file of an older version to this one, in one transaction; another process may have done it meanwhile."""
    connection.execute("BEGIN IMMEDIATE")
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    for later in range(version + 1, SCHEMA_VERSION + 1):
        for statement in MIGRATIONS[later]:
            connection.execute(statement)
    connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
    connection.commit()


def _table_row(document_id: int, table: Table) -> tuple[Any, ...]:
    cells = [
        [
            cell.row,
            cell.column,
            cell.text,
            *((cell.span.start, cell.span.end) if cell.span else (None, None)),
            cell.unit,
        ]
        for cell in table.cells
    ]
    span = table.span
    return (
        document_id,
        span.page,
        span.start,
        span.end,
        table.header_rows,
        table.caption,
        json.dumps(cells, ensure_ascii=False),
        *((table.unit.page, table.unit.start, table.unit.end) if table.unit else (None, None, None)),
        table.confident,
        json.dumps([[row.number, row.label, row.section] for row in table.rows], ensure_ascii=False),
    )


def _glossary_row(document_id: int, entry: GlossaryEntry) -> tuple[Any, ...]:
    assert entry.span is not None
    return (
        document_id, entry.term, entry.definition, json.dumps(entry.aliases, ensure_ascii=False), entry.formula,
        json.dumps(entry.see_also, ensure_ascii=False), entry.span.page, entry.span.start, entry.span.end,
    )  # fmt: skip
