"""Queries for FTS5 from words of a person: every term quoted, so that nothing in it is taken for syntax."""

import re
from collections.abc import Iterable

_WORD = re.compile(r"\w+", re.UNICODE)
_STOP = frozenset(
    [
        "a",
        "about",
        "also",
        "an",
        "and",
        "any",
        "are",
        "as",
        "at",
        "be",
        "been",
        "but",
        "by",
        "can",
        "could",
        "did",
        "do",
        "does",
        "for",
        "from",
        "given",
        "had",
        "has",
        "have",
        "how",
        "i",
        "if",
        "in",
        "into",
        "is",
        "it",
        "its",
        "me",
        "much",
        "many",
        "more",
        "of",
        "on",
        "or",
        "our",
        "please",
        "question",
        "answer",
        "respond",
        "say",
        "should",
        "than",
        "that",
        "the",
        "their",
        "them",
        "then",
        "there",
        "these",
        "they",
        "this",
        "to",
        "us",
        "using",
        "was",
        "we",
        "were",
        "what",
        "when",
        "where",
        "which",
        "who",
        "whom",
        "why",
        "will",
        "with",
        "would",
        "you",
        "your",
    ]
)
MOST_TERMS = 40


def words_of(text: str) -> list[str]:
    """The telling words of a text, each once, in order."""
    return list(
        dict.fromkeys(word for word in (match[0].lower() for match in _WORD.finditer(text)) if word not in _STOP)
    )


def fts_query(words: Iterable[str], phrases: Iterable[str] = ()) -> str | None:
    """Any of the words or phrases, None where there is none."""
    terms = [f'"{word}"' for word in words]
    terms += [f'"{" ".join(_WORD.findall(phrase))}"' for phrase in phrases if _WORD.search(phrase)]
    return " OR ".join(dict.fromkeys(terms[:MOST_TERMS])) or None
