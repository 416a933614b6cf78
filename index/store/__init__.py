"""The one SQLite file in which everything is kept: documents, pages, tables, passages, words, embeddings, chats.

A document and all that belongs to it is written or removed in one transaction, so that a crash leaves it in or out.
The file is in WAL mode: readers don't wait for a writer. Derived files (FAISS) follow `revision`.
"""

from index.store.collections import CollectionRecord, Collections
from index.store.consistency import Consistency, Problem, Trouble
from index.store.documents import DocumentRecord
from index.store.facts import StatementFacts
from index.store.passages import StoredPassage
from index.store.schema import SCHEMA_VERSION
from index.store.search import Search
from index.store.staging import Staging
from index.store.writing import Writing

__all__ = ["SCHEMA_VERSION", "CollectionRecord", "DocumentRecord", "Problem", "Store", "StoredPassage", "Trouble"]


class Store(Writing, Staging, Collections, Search, StatementFacts, Consistency):
    """All data under one directory. Safe to use from several threads; each gets its own connection.

    Each part has what is about one noun: `connection`, `kept_files`, `documents`, `pages`, `passages`, `search`, `facts`,
    `collections`, `writing` (a document in or out), `staging` (vectors of another model), `consistency`.
    """
