"""Which of the companies of the documents a text names, and where it does: the one that is named by most of its words."""

import re
from collections.abc import Collection, Iterable

from index.query import is_named, telling_words

_BETWEEN = r"[\W_]*(?:(?:of|and|the|for)[\W_]+)?"


def telling_word(company: str) -> str:
    """The first word that tells of a company's name, in small letters: it stays where "Systems Incorporated" becomes "Inc."."""
    return next((word.lower() for word in telling_words(company)), "")


def named_companies(companies: Iterable[str], text: str) -> set[str]:
    """The companies that a text names. "Cedar Foods" names that one, and not Cedar Bancorp, which "Cedar" would name too."""
    spans = {one: name_span(one, text) for one in companies if is_named(one, text)}
    return {
        one
        for one, mine in spans.items()
        if mine is None
        or not any(other and other != mine and other[0] <= mine[0] and mine[1] <= other[1] for other in spans.values())
    }


def name_span(company: str, text: str, *, loose: bool = False) -> tuple[int, int] | None:
    """Where a text names a company by its first telling words, as many as stand there, half-open; None for nowhere.

    A single word must begin with a capital, or with `loose` may be small where it has four letters or more.
    """
    words = telling_words(company)
    for count in range(len(words), 0, -1):
        body = _BETWEEN.join("['’]?".join(map(re.escape, word)) for word in words[:count])
        found = re.search(rf"(?<!\w){body}s?(?![\w])", text, re.IGNORECASE)
        if found and (count > 1 or found[0][0].isupper() or (loose and len(words[0]) > 3)):
            return found.span()
    return None


def called(company: str) -> str:
    """A company's name as a question has it: without its legal form, and not in capitals."""
    words = telling_words(company)
    if not company.isupper():
        return " ".join(words) or company
    if len(words) == 1 and len(words[0]) < 5:
        return words[0]  # IBM
    return " ".join(word.title() if re.search("[AEIOU]", word) else word for word in words) or company


def possessive(name: str) -> str:
    """A name's genitive: "Acorn Mills'", "Birch's"."""
    return f"{name}'" if name.endswith("s") else f"{name}'s"


def one_company(companies: Collection[str]) -> bool:
    """Whether names are those of one company, as different filings write it: "Acme Systems Inc.", "ACME, INC.", "Ac-Me Stores"."""
    keys = sorted({"".join(telling_words(name)).lower() for name in companies})
    return bool(keys) and all(key.startswith(keys[0]) for key in keys)


def one_name_each(names: Iterable[str]) -> list[str]:
    """The companies that filings name, each by its shortest name: "ADOBE INC." and "ADOBE SYSTEMS INCORPORATED" are one."""
    found: list[str] = []
    for name in sorted(set(names), key=lambda one: (len("".join(telling_words(one))), one)):
        if not any(one_company([name, other]) for other in found):
            found.append(name)
    return sorted(found)
