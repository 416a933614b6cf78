"""A company called by the name that its file bears: "Block" for the filing BLOCK_2020_10K of Square, Inc."""

import re
from collections.abc import Iterable

from corpus.document import Kind
from index.query import is_named, telling_words
from index.statement_cells import FILINGS
from index.store import DocumentRecord

_OPENING = re.compile(r"[A-Za-z]{4,}")
_NAME = re.compile(r"\b[A-Z]\w{3,}")
# Words that begin the names of files and name nobody.
_PLAIN = frozenset(word for kind in Kind for word in kind.value.split()) | frozenset(
    "form filing filings results financial statements company investor final draft copy download exhibit".split()
)


def with_companies(question: str, records: Iterable[DocumentRecord]) -> str:
    """The question with such a name replaced by the company's own; as it is where companies are named, or two would fit."""
    companies: dict[str, set[str]] = {}
    for record in records:
        company, opening = record.metadata.company, _OPENING.match(record.name)
        if company is None or record.metadata.kind not in FILINGS:
            continue
        if is_named(company, question):
            return question
        if opening and opening[0].lower() not in _PLAIN:
            companies.setdefault(opening[0].lower(), set()).add(" ".join(telling_words(company)).lower())

    def own(found: re.Match[str]) -> str:
        names = companies.get(found[0].lower(), set())
        return next(iter(names)).title() if len(names) == 1 else found[0]

    return _NAME.sub(own, question)
