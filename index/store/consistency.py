"""Whether what is in the store fits together."""

import sqlite3

from index.store.documents import Documents


class Consistency(Documents):
    """Checks over the whole store."""

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
