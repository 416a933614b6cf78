"""Facts and glossary entries of the stored documents: read, and facts built again put in the place of stale ones."""

import json
from collections.abc import Sequence

from corpus.document import Span
from corpus.glossary import GlossaryEntry
from index.facts import Fact, read_facts, read_lines, write_facts
from index.statement_cells import Line
from index.statement_facts import Entry
from index.store.documents import DocumentRecord
from index.store.pages import Pages


class StatementFacts(Pages):
    """Reading facts and terms."""

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
