"""Whether what is in the store fits together, as problems that say what could mend them."""

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from index.part_files import left_over
from index.store.connection import is_busy
from index.store.documents import Documents
from index.store.kept_files import sha256_of
from index.store.passages import Passages
from index.store.schema import make


class Trouble(StrEnum):
    """What is wrong, by what would mend it."""

    FILE = "the database file"  # nothing but a backup, unless an index alone is damaged
    SCHEMA = "missing tables"
    ORPHANS = "rows of nothing"
    WORDS = "the word index"
    PAGES = "a document's text"  # to be read again from its kept copy
    EMBEDDINGS = "a document's embeddings"
    FACTS = "a document's facts"
    COPY = "a document's kept file"
    STRAYS = "files of nothing"


@dataclass(frozen=True, slots=True)
class Problem:
    """One inconsistency, in words; `document` is the id of the one that it is about."""

    trouble: Trouble
    text: str
    document: int | None = None


# Of a document: what is wrong with it, and how many times.
_COUNTED = {
    (Trouble.PAGES, "passages that aren't where they say in"): "SELECT passages.document_id, count(*) FROM passages "
    "LEFT JOIN pages ON pages.document_id = passages.document_id AND number = page "
    'WHERE pages.text IS NULL OR substr(pages.text, start + 1, "end" - start) <> passages.text GROUP BY 1',
    (
        Trouble.PAGES,
        "pages, none of them in passages, in",
    ): "SELECT document_id, count(*) FROM pages WHERE document_id NOT IN "
    "(SELECT document_id FROM passages) AND trim(text, char(9, 10, 11, 12, 13, 32)) <> '' GROUP BY 1",
    (Trouble.EMBEDDINGS, "passages without an embedding in"): "SELECT document_id, count(*) FROM passages "
    "LEFT JOIN embeddings ON passage_id = id WHERE passage_id IS NULL GROUP BY 1",
    (Trouble.FACTS, "facts that don't stand where they say in"): "SELECT facts.document_id, count(*) FROM facts "
    "LEFT JOIN pages ON pages.document_id = facts.document_id AND number = page "
    "WHERE pages.text IS NULL OR instr(substr(pages.text, start + 1, \"end\" - start), trim(facts.text, '()')) = 0 GROUP BY 1",
}
UNIT = 1e-3  # how far from 1 the length of a vector may be


class Consistency(Documents, Passages):
    """Checks over the whole store."""

    def check(self) -> list[str]:
        """What is inconsistent, in words; empty where all is well. Reads everything.

        Files that an interrupted write left are none: the next ingestion sweeps them away.
        """
        return [problem.text for problem in self.problems() if problem.trouble != Trouble.STRAYS]

    def problems(self) -> list[Problem]:
        """What is inconsistent; empty where all is well. Reads everything, the kept files too.

        Raises Busy where another process is writing for too long: the word index is checked by writing; SharedProblem where
        the shared database isn't there to be asked for kept files.
        """
        connection = self.connect()
        found = [
            Problem(Trouble.FILE, f"SQLite: {row[0]}")
            for row in connection.execute("PRAGMA integrity_check")
            if row[0] != "ok"
        ]
        missing = _names(_made()) - _names(connection)
        if missing:
            # Nothing more can be asked.
            return [*found, Problem(Trouble.SCHEMA, f"missing in the database: {', '.join(sorted(missing))}")]
        found += _orphans(connection)
        found += self._words()
        found += self._of_documents()
        strays = [*self.stray_files(), *left_over(self.home)]
        if strays:
            found.append(Problem(Trouble.STRAYS, f"{len(strays)} files that belong to no document"))
        return found

    def _words(self) -> Iterator[Problem]:
        if self.read_only:
            return
        try:
            with self._writing:
                self.connect().execute("INSERT INTO words (words, rank) VALUES ('integrity-check', 1)")
                self.connect().commit()
        except sqlite3.DatabaseError as error:
            self.connect().rollback()
            if is_busy(error):
                raise self._unwritable(error) from error
            yield Problem(Trouble.WORDS, f"the word index doesn't fit the passages ({error})")

    def _of_documents(self) -> Iterator[Problem]:
        records = {record.id: record for record in self.documents()}
        for (trouble, what), query in _COUNTED.items():
            for key, count in self.connect().execute(query).fetchall():
                if key in records:
                    yield Problem(trouble, f"{count} {what} {records[key].name}", key)
        for key, count in self._bad_vectors().items():
            if key in records:
                yield Problem(Trouble.EMBEDDINGS, f"{count} embeddings that can't be used in {records[key].name}", key)
        kept = {path.name[:64]: path for path in (self.home / "files").iterdir()}
        shared = self.shared.kept() if self.shared else frozenset(record.sha256 for record in records.values())
        for key, record in records.items():
            copy = kept.get(record.sha256) or self.kept_file(record.sha256)
            if copy is None:
                yield Problem(Trouble.COPY, f"the kept file of {record.name} is missing", key)
            elif sha256_of(copy) != record.sha256:
                yield Problem(Trouble.COPY, f"the kept file of {record.name} isn't as it was kept", key)
            elif record.sha256 not in shared:
                yield Problem(Trouble.COPY, f"the kept file of {record.name} isn't in the shared database", key)

    def _bad_vectors(self) -> dict[int, int]:
        """Document id → how many of its vectors have another length than most of its model's, or aren't unit."""
        bad: dict[int, int] = {}
        held = "FROM embeddings JOIN passages ON passages.id = passage_id JOIN documents ON documents.id = document_id"
        sizes = f"SELECT model, length(vector) {held} GROUP BY 1, 2 ORDER BY count(*)"
        usual = dict(self.connect().execute(sizes))  # the last of a model's, which is the most frequent
        for model, key, vector in self.connect().execute(f"SELECT model, document_id, vector {held}"):
            if len(vector) != usual[model] or len(vector) % 4 or not _is_unit(vector):
                bad[key] = bad.get(key, 0) + 1
        return bad


def _is_unit(vector: bytes) -> bool:
    length = float(np.linalg.norm(np.frombuffer(vector, "<f4").astype(np.float64)))
    return abs(length - 1) < UNIT  # not so for a number that is none


def _orphans(connection: sqlite3.Connection) -> Iterator[Problem]:
    counts: dict[str, int] = {}
    for table, *_ in connection.execute("PRAGMA foreign_key_check"):
        counts[table] = counts.get(table, 0) + 1
    for table, count in counts.items():
        yield Problem(Trouble.ORPHANS, f"{count} rows of {table} that belong to nothing")


def _made() -> sqlite3.Connection:
    connection = sqlite3.connect(":memory:")
    make(connection)
    return connection


def _names(connection: sqlite3.Connection) -> set[str]:
    return {row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE name NOT LIKE 'sqlite_%'")}
