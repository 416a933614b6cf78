"""Queries for FTS5 from words of a person: every term quoted, so that nothing in it is taken for syntax."""

import re
from collections.abc import Callable, Iterable

_WORD = re.compile(r"\w+")
# Words that tell nothing, and those with which a question asks for the form of its answer.
_STOP = frozenset(
    "a about also among an and any are as ask asked at based be been being but by can could did do does doing for from "
    "give given had has have how i if in into is it its like me much many more most of on only or other our over please "
    "question answer respond round say should so state such tell than that the their them then there these they this "
    "those to us use used using was we were what when where whether which who whom whose why will with would you your".split()
)
MOST_TERMS = 40
MOST_MATCHES = 10_000


def words_of(text: str) -> list[str]:
    """The telling words of a text in lower case, each once, in order."""
    found = (match[0].lower() for match in _WORD.finditer(text))
    return list(dict.fromkeys(word for word in found if word not in _STOP and word.strip("_")))


def fts_query(
    words: Iterable[str], phrases: Iterable[str] = (), frequency: Callable[[str], int] | None = None
) -> str | None:
    """An FTS5 query for any of the words or phrases, `MOST_TERMS` at most; None where there is none.

    `frequency` tells how many passages hold a word, up to `MOST_MATCHES`. Given it, the most frequent terms are left out until the query
    can match fewer than `MOST_MATCHES` passages: each match is scored, and what stands in very many passages tells little of each.
    """
    parts = ([word for word in _WORD.findall(term) if word.strip("_")] for term in (*words, *phrases))
    terms = {f'"{" ".join(part)}"': part for part in parts if part}
    kept = list(terms)[:MOST_TERMS]
    if frequency is not None:
        # A phrase is in no more passages than its rarest word.
        counts = {term: min(frequency(word) for word in terms[term]) for term in kept}
        matches = 0
        affordable: set[str] = set()
        for term in sorted(kept, key=counts.__getitem__):
            if matches + counts[term] > MOST_MATCHES or counts[term] == MOST_MATCHES:
                break
            matches += counts[term]
            affordable.add(term)
        kept = [term for term in kept if term in affordable]
    return " OR ".join(kept) or None
