"""Terms: whether a question asks what one means, and the definition with its place."""

import re

from app.answer import Citation, Statement
from corpus.glossary import Glossary, GlossaryEntry, glossary_page

_ASKS = (
    re.compile(r"^(?:what|who)(?:'s|’s|\s+is|\s+are)\s+(?:meant\s+by\s+)?(?:an?\s+|the\s+(?:term|meaning\s+of|definition\s+of)\s+)?(?P<term>.+)$", re.IGNORECASE),
    re.compile(r"^what\s+(?:do|does)\s+(?:the\s+(?:term|abbreviation|acronym|word)\s+)?(?P<term>.+?)\s+(?:mean|stand\s+for|refer\s+to)(?:\s+here)?$", re.IGNORECASE),
    re.compile(r"^(?:please\s+)?(?:define|explain|describe)\s+(?:the\s+term\s+|the\s+meaning\s+of\s+|what\s+)?(?:an?\s+)?(?P<term>.+?)(?:\s+(?:is|means))?$", re.IGNORECASE),
    re.compile(r"^(?:the\s+)?(?:definition|meaning)\s+of\s+(?:an?\s+|the\s+)?(?P<term>.+)$", re.IGNORECASE),
    re.compile(r"^(?:什么是|什麼是)\s*(?P<term>.+)$"),
    re.compile(r"^(?P<term>.+?)\s*(?:是什么(?:意思)?|是什麼(?:意思)?|什么意思)$"),
    re.compile(r"^(?P<term>\S+(?:\s+\S+){0,3})$"),
)  # fmt: skip
_LONGEST = 60  # characters of a term


def asked_terms(question: str) -> list[str]:
    """What a question may ask the meaning of, the likeliest first; empty where it asks something else."""
    plain = question.strip().rstrip("?？!. ").strip("\"'“”")
    found = [match["term"].strip(" \"'“”") for pattern in _ASKS if (match := pattern.match(plain))]
    return [term for term in dict.fromkeys(found) if 0 < len(term) <= _LONGEST]


def define(question: str, glossary: Glossary) -> list[GlossaryEntry]:
    """The entries that answer a question about a term's meaning, the person's own first; empty where none does."""
    for term in asked_terms(question):
        entries = [entry for entry in glossary.find(term) if _is_exactly(term, entry)]
        if entries:
            return entries
    return []


def _is_exactly(term: str, entry: GlossaryEntry) -> bool:
    wanted = _plain(term)
    return any(
        wanted in (name, f"{name}s") or name == f"{wanted}s" for name in map(_plain, (entry.term, *entry.aliases))
    )


def _plain(text: str) -> str:
    return re.sub(r"[\s_-]+", "", text.lower())


class GlossaryPage:
    """The glossary's data file as a page that citations can point at."""

    def __init__(self, entries: tuple[GlossaryEntry, ...]) -> None:
        self.entries = entries
        self.text, self._spans = glossary_page(entries)

    def citation(self, entry: GlossaryEntry) -> Citation | None:
        """Where an entry stands: in its document, or on this page; None for one that is in neither."""
        if entry.source != "glossary":
            return None
        span = self._spans.get(entry.term)
        return Citation("glossary", 0, span.start, span.end, self.text[span.start : span.end]) if span else None


def statement(citation: Citation) -> Statement:
    """An entry as a statement: the text at its place, on one line."""
    return Statement(" ".join(citation.quote.split()), (citation,))
