"""Mending a data directory: what can be made again from what is sound is made again, and the rest is named."""

import shutil
import sqlite3
from collections.abc import Callable, Iterable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from corpus.errors import FootnoteError, VectorsProblem
from corpus.ocr.ocr import NO_OCR, Ocr
from index.embedding import PassageEmbedding
from index.fact_build import stored_facts
from index.ingest import ingest
from index.part_files import sync_folder, working_folder
from index.statement_facts import stamp
from index.store import DocumentRecord, Problem, Store, Trouble, word_index
from index.store.kept_files import sha256_of
from index.store.schema import make
from index.vector_choice import FAISS, VectorChoice

# What a row belongs to, where that can be gone: (table, column, table of what it belongs to), in the order of mending.
_BELONGS = (
    ("pages", "document_id", "documents"),
    ("recognised_pages", "document_id", "documents"),
    ("page_features", "document_id", "documents"),
    ("page_tables", "document_id", "documents"),
    ("facts", "document_id", "documents"),
    ("fact_items", "fact_id", "facts"),
    ("glossary", "document_id", "documents"),
    ("passages", "document_id", "documents"),
    ("embeddings", "passage_id", "passages"),
    ("staged_embeddings", "passage_id", "passages"),
    ("collection_documents", "document_id", "documents"),
    ("document_owners", "document_id", "documents"),
)
FOUND_CHAT = "Messages whose chat was lost"


@dataclass(frozen=True, slots=True)
class Mended:
    """What was done about a problem (`done`), or what a person has to do."""

    done: bool
    text: str


def repair(
    store: Store,
    embedding: Callable[[], PassageEmbedding],
    passage_tokens: int = 220,
    max_file_mb: int = 200,
    ocr: Ocr = NO_OCR,
    choice: VectorChoice = FAISS,
) -> list[Mended]:
    """Mend what can be mended; empty where nothing was wrong. `embedding` is loaded only where a document is read again.

    Documents whose text or vectors are damaged are read again from their kept file, with the same id; chats are never
    removed. Raises DataProblem where the data directory can't be written, Busy where another process writes for too long.
    """
    try:
        return _repair(store, embedding, passage_tokens, max_file_mb, ocr, choice)
    except sqlite3.DatabaseError as error:
        return [_lost(str(error))]


def _repair(
    store: Store,
    embedding: Callable[[], PassageEmbedding],
    passage_tokens: int,
    max_file_mb: int,
    ocr: Ocr,
    choice: VectorChoice,
) -> list[Mended]:
    done: list[Mended] = []
    found = store.problems()
    if _of(found, Trouble.FILE):
        # Damage of an index alone is mended by making it again; that of a table isn't.
        with store.writing() as connection:
            connection.execute("REINDEX")
        done.append(Mended(True, "Made the database's indexes again."))
        found = store.problems()
        if _of(found, Trouble.FILE):
            return [_lost("; ".join(problem.text for problem in _of(found, Trouble.FILE)[:3]))]
    if _of(found, Trouble.SCHEMA):
        with store.writing() as connection:
            make(connection)
        done.append(Mended(True, f"Made what was {_of(found, Trouble.SCHEMA)[0].text}."))
        found = store.problems()
    if _of(found, Trouble.ORPHANS):
        done += _mend_orphans(store)
        found = store.problems()
    if _of(found, Trouble.WORDS):
        done.append(_mend_words(store))
        found = store.problems()
    done += [_mend_copy(store, store.document(key)) for key in _documents(found, Trouble.COPY)]
    broken = _documents(found, Trouble.PAGES, Trouble.EMBEDDINGS)
    if broken:
        done += _read_again(store, [store.document(key) for key in broken], embedding, passage_tokens, max_file_mb, ocr)
        found = store.problems()
    sound = [key for key in _documents(found, Trouble.FACTS) if key not in _documents(found, Trouble.PAGES)]
    done += [_mend_facts(store, store.document(key)) for key in sound]
    if _of(found, Trouble.STRAYS):
        store.sweep()
        done.append(Mended(True, f"Removed {_of(found, Trouble.STRAYS)[0].text}."))
    done += _mend_vectors(store, choice)
    said = {one.text for one in done}
    found = store.problems() if done else found
    left = [problem for problem in found if problem.text not in said and problem.trouble != Trouble.COPY]
    return [*done, *(Mended(False, f"Still there: {problem.text}.") for problem in left)]


def _of(found: Iterable[Problem], *troubles: Trouble) -> list[Problem]:
    return [problem for problem in found if problem.trouble in troubles]


def _documents(found: Iterable[Problem], *troubles: Trouble) -> list[int]:
    return sorted({problem.document for problem in _of(found, *troubles) if problem.document is not None})


def _lost(why: str) -> Mended:
    return Mended(
        False,
        f"The database file itself is damaged ({why}). Restore a backup with `footnote restore FILE --force`, which keeps this "
        "directory under another name, or move it away and ingest your documents again.",
    )


def _mend_vectors(store: Store, choice: VectorChoice) -> list[Mended]:
    try:
        with closing(choice.open(store)) as vectors:
            wrong = vectors.differences()
            if wrong:
                vectors.rebuild()
    except VectorsProblem as error:
        return [Mended(False, str(error))]
    return [Mended(True, f"Made the search vectors again: {wrong} weren't those of the database.")] if wrong else []


def _mend_orphans(store: Store) -> list[Mended]:
    """Remove rows of documents that are gone; messages of lost chats are put into one of their own."""
    removed = 0
    with store.writing() as connection:
        lost = "SELECT count(*) FROM messages WHERE chat_id NOT IN (SELECT id FROM chats)"
        messages = connection.execute(lost).fetchone()[0]
        if messages:
            chat = connection.execute(
                "INSERT INTO chats (title, created, updated) SELECT ?, min(created), max(created) FROM messages "
                "WHERE chat_id NOT IN (SELECT id FROM chats)",
                (FOUND_CHAT,),
            ).lastrowid
            connection.execute("UPDATE messages SET chat_id = ? WHERE chat_id NOT IN (SELECT id FROM chats)", (chat,))
        for table, column, owner in _BELONGS:
            removed += connection.execute(
                f"DELETE FROM {table} WHERE {column} NOT IN (SELECT id FROM {owner})"
            ).rowcount
    done = []
    if removed:
        done.append(Mended(True, f"Removed {removed} rows that belonged to no document."))
    if messages:
        done.append(Mended(True, f'Put {messages} messages that had lost their chat into "{FOUND_CHAT}".'))
    return done


def _mend_words(store: Store) -> Mended:
    with store.writing() as connection:
        word_index.rebuild(connection, "words")
    return Mended(True, "Made the word index again from the passages.")


def _mend_copy(store: Store, record: DocumentRecord) -> Mended:
    """Keep a document's file again: from the shared database, or from where it was read, if that is still the same.

    Where servers share the corpus, the database has it afterwards, too.
    """
    source, folder = Path(record.path), store.home / "files"
    here = next(folder.glob(f"{record.sha256}*"), None)
    if store.shared and here and _is_that(here, record):
        store.shared.keep_again(record.sha256)
        return Mended(True, f"Sent the kept file of {record.name} to the shared database again.")
    if store.shared and (brought := store.shared.fetch(record.sha256)) and _is_that(brought, record):
        return Mended(True, f"Brought the kept file of {record.name} again from the shared database.")
    if not _is_that(source, record):
        return Mended(
            False,
            f"The kept file of {record.name} is missing or damaged, and {record.path} isn't that file any more: its pages "
            "can't be shown as they were printed. What it says is still there; ingest the file again if you have it.",
        )
    with store.writing():
        for path in folder.glob(f"{record.sha256}*"):
            path.unlink()
        part = folder / f"part-{record.sha256}{source.suffix.lower()}"
        shutil.copyfile(source, part)
        part.replace(folder / f"{record.sha256}{source.suffix.lower()}")
        sync_folder(folder)
    if store.shared:
        store.shared.keep_again(record.sha256)
    return Mended(True, f"Kept the file of {record.name} again, from {record.path}.")


def _is_that(path: Path, record: DocumentRecord) -> bool:
    """Whether a path is the file that a document was read from."""
    try:
        return path.is_file() and sha256_of(path) == record.sha256
    except OSError:
        return False


def _mend_facts(store: Store, record: DocumentRecord) -> Mended:
    store.replace_facts(record, stored_facts(store, record), stamp())
    return Mended(True, f"Built the facts of {record.name} again from its pages.")


def _read_again(
    store: Store,
    records: list[DocumentRecord],
    embedding: Callable[[], PassageEmbedding],
    passage_tokens: int,
    max_file_mb: int,
    ocr: Ocr,
) -> list[Mended]:
    done = []
    with working_folder(store.home) as folder:
        for record in records:
            # Under its own name: that may tell its company or period.
            file = folder / str(record.id) / Path(record.path).name
            try:
                kept = store.source_file(record.id)
                if sha256_of(kept) != record.sha256:
                    raise FootnoteError("its kept file is damaged too")
                file.parent.mkdir()
                shutil.copyfile(kept, file)
                model = embedding()
                if model.model_id != record.model:
                    raise FootnoteError(f"it was embedded with {record.model}; `footnote reindex` comes first")
                # Without its passages no vector is taken over, and another reading makes it be read.
                with store.writing() as connection:
                    connection.execute("DELETE FROM passages WHERE document_id = ?", (record.id,))
                    connection.execute("UPDATE documents SET reading = '' WHERE id = ?", (record.id,))
                _mend_words(store)
                report = ingest([file], store, model, passage_tokens=passage_tokens, max_file_mb=max_file_mb, ocr=ocr)
                if not report.replaced or report.replaced[0].id != record.id:
                    raise FootnoteError(report.failed[0][1] if report.failed else "another document has the same bytes")
            except (FootnoteError, OSError) as error:
                done.append(
                    Mended(
                        False,
                        f"{record.name} is damaged and can't be read again ({error}). Remove it (footnote remove {record.id}) "
                        "and ingest its file.",
                    )
                )
            else:
                done.append(Mended(True, f"Read {record.name} again from its kept file."))
    return done
