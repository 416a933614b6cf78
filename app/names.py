"""Names: the words that documents write with a capital only, so that questions may write them small."""

import re

from app.terms import words
from index.store import Store

MOST_PAGES_FOR_NAMES = 400
_CAPITAL = re.compile(r"(?<=[a-z,;] )([A-Z][\w-]*[a-z0-9])(?:['’]s)?\b")
_SMALL = re.compile(r"\b[a-z][a-z-]{2,}\b")


def names_of(store: Store) -> frozenset[str]:
    """Words that documents write with a capital in the middle of sentences, and never without; companies' names too."""
    capital: dict[str, int] = {}
    small: set[str] = set()
    seen = 0
    for record in store.documents():
        for part in re.findall(r"\w+", record.metadata.company or ""):
            if len(part) > 3:
                capital[part.lower()] = capital.get(part.lower(), 0) + 1
        for page in store.pages(record.id)[:40] if seen < MOST_PAGES_FOR_NAMES else ():
            seen += 1
            for match in _CAPITAL.finditer(page.text):
                capital[match[1].lower()] = capital.get(match[1].lower(), 0) + 1
            small.update(_SMALL.findall(page.text))
    weak = {word.lower() for word in words().weak_names}
    return frozenset(word for word in capital if word not in small and word not in weak)
