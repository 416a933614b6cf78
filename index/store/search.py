"""Search by words: SQLite's FTS5 over the passages."""

from collections.abc import Collection

from index.store.connection import Connections

CONTEXT_WEIGHT = 0.5  # of a word in a passage's context header, against 1 in the passage itself


class Search(Connections):
    """What FTS5 is asked."""

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
