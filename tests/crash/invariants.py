"""What must hold of a data directory at any moment: each function gives what doesn't, in words."""

import hashlib
import json
import os
import sqlite3
from pathlib import Path

import numpy as np

from app.chats import Chats
from index.part_files import INCOMING, left_over
from index.postgres.shared import SharedDatabase
from index.postgres.tables import META, tables
from index.store import Store
from index.vectors import FaissVectors
from tests.crash.world import SHARED

# Everything stored of a document but its ids, its name, its time of adding and the stamps of what is derived.
OF_A_DOCUMENT = (
    "SELECT sha256, reading, model, media_type, title, company, kind, language, fiscal_year, quarter, period_end, notes, "
    "facts FROM documents WHERE id = ?",
    "SELECT number, label, text FROM pages WHERE document_id = ? ORDER BY 1",
    "SELECT page, words FROM recognised_pages WHERE document_id = ? ORDER BY 1",
    "SELECT page, feature FROM page_features WHERE document_id = ? ORDER BY 1, 2",
    'SELECT page, start, "end", header_rows, caption, cells, unit_page, unit_start, unit_end, confident, rows FROM page_tables '
    "WHERE document_id = ? ORDER BY id",
    'SELECT statement, place, label, section, year, quarter, months, period_end, text, value, unit, scale, page, start, "end", '
    "confidence, failed, shown FROM facts WHERE document_id = ? ORDER BY id",
    "SELECT concept, amount FROM fact_items JOIN facts ON facts.id = fact_id WHERE document_id = ? ORDER BY facts.id, 1",
    'SELECT page, start, "end", text, context, section, is_table, hex(vector) FROM passages LEFT JOIN embeddings ON '
    "passage_id = passages.id WHERE document_id = ? ORDER BY passages.id",
    'SELECT term, definition, aliases, formula, see_also, page, start, "end" FROM glossary WHERE document_id = ? ORDER BY id',
)


def digests(store: Store) -> dict[str, str]:
    """File name → a digest of every row of its document: two are equal where nothing is lacking, doubled or old."""
    return {Path(record.path).name: f"{record.name} {digest_of(store, record.id)}" for record in store.documents()}


def digest_of(store: Store, document_id: int) -> str:
    """The same of one document, whatever it is called."""
    connection = store.connect()
    rows = [connection.execute(query, (document_id,)).fetchall() for query in OF_A_DOCUMENT]
    return hashlib.sha256(json.dumps(rows).encode()).hexdigest()


def chats_of(store: Store) -> dict[int, tuple[str, tuple[str, ...], str]]:
    """Chat id → title, questions and whose it is; each answer must be readable."""
    chats = Chats(store)
    return {
        record.id: (record.title, tuple(message.question for message in chats.get(record.id).messages), record.owner)
        for record in chats.list()
    }


def of_the_database(store: Store) -> list[str]:
    """Damage, rows of nothing, spans that aren't their passages', words that aren't the passages', lost copies."""
    connection = store.connect()
    wrong = store.check()
    wrong += [f"foreign key: {row}" for row in connection.execute("PRAGMA foreign_key_check")]
    for record in store.documents():
        texts = {page.number: page.text for page in store.pages(record.id)}
        for stored in store.passages_of(record.id):
            span = stored.passage.span
            if texts[span.page][span.start : span.end] != stored.passage.text:
                wrong.append(f"passage {stored.id} of {record.name} isn't the text at its place")
        if not store.source_file(record.id).is_file():
            wrong.append(f"no kept file of {record.name}")
    passages, words, vectors = (
        [row[0] for row in connection.execute(f"SELECT {column} FROM {table} ORDER BY 1")]
        for table, column in (("passages", "id"), ("words_docsize", "id"), ("embeddings", "passage_id"))
    )
    if not passages == words == vectors:
        wrong.append(f"{len(passages)} passages, {len(words)} in the word index, {len(vectors)} embeddings")
    return wrong + _of_the_chats(store)


def _of_the_chats(store: Store) -> list[str]:
    connection = store.connect()
    wrong = []
    empty = connection.execute("SELECT count(*) FROM chats WHERE id NOT IN (SELECT chat_id FROM messages)").fetchone()
    if empty[0]:
        wrong.append(f"{empty[0]} chats without an exchange")
    messages, found = (
        [row[0] for row in connection.execute(f"SELECT {column} FROM {table} ORDER BY 1")]
        for table, column in (("messages", "id"), ("message_words", "rowid"))
    )
    if messages != found:
        wrong.append(f"{len(messages)} exchanges, {len(found)} in the search of chats")
    return wrong


def of_the_vectors(store: Store) -> list[str]:
    """FAISS against SQLite: the same ids, the same vectors to the last bit, from the file and again after it is written."""
    wrong = []
    ids, stored = store.embeddings()
    for _ in range(2):
        vectors = FaissVectors(store)
        index = vectors.client
        if index is None:
            held = np.empty(0, np.int64)
        else:
            import faiss

            held = np.asarray(faiss.vector_to_array(index.id_map), np.int64)
        if not np.array_equal(held, ids):
            wrong.append(f"FAISS holds {len(held)} passages, the store {len(ids)}, or others")
        elif len(ids) and not np.array_equal(index.index.reconstruct_n(0, len(ids)), stored):
            wrong.append("FAISS holds other vectors than the store")
        if vectors.differences():
            wrong.append("the file of vectors differs from the store")
    return wrong


def of_the_files(store: Store) -> list[str]:
    """Once the next command has run: a kept file for each document and none besides, nothing half written."""
    wrong = [f"{path.name} was left half written" for path in left_over(store.home)]
    waiting = store.home / INCOMING
    wrong += [f"{path.name} was left on its way in" for path in (waiting.iterdir() if waiting.exists() else ())]
    kept = sorted(path.name[:64] for path in (store.home / "files").iterdir())
    if kept != sorted({record.sha256 for record in store.documents()}):
        wrong.append(f"{len(kept)} kept files, {len(store.documents())} documents")
    return wrong


def rows(store: Store) -> dict[str, list[str]]:
    """Everything that servers share, as one copy has it."""
    found = {}
    for table in tables():
        only = f" WHERE key IN ({', '.join(map(repr, META))})" if table.name == "meta" else ""
        query = f"SELECT {table.selected} FROM main.{table.name}{only}"
        found[table.name] = sorted(repr(row) for row in store.connect().execute(query))
    found["sequences"] = sorted(repr(row) for row in store.connect().execute("SELECT name, seq FROM sqlite_sequence"))
    return found


def of_the_copies(store: Store) -> list[str]:
    """Of a shared corpus: this copy is as the database is, and so is that of another server, which follows from trial to trial."""
    if store.shared is None:
        return []
    wrong = store.shared.differences()
    other = Store(store.home.with_name(f"{store.home.name}-other"), shared=SharedDatabase(os.environ[SHARED]))
    mine, others = rows(store), rows(other)
    wrong += [f"{name} isn't alike on two servers" for name in mine if mine[name] != others[name]]
    wrong += of_the_database(other)
    other.close()
    return wrong


def integrity(file: Path) -> list[str]:
    """SQLite's own check, by a connection that knows nothing of Footnote."""
    connection = sqlite3.connect(file)
    try:
        return [row[0] for row in connection.execute("PRAGMA integrity_check") if row[0] != "ok"]
    finally:
        connection.close()
