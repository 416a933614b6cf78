"""The words of a question that name lines: cut from what asks, and parted in two."""

import re

from app.tabletext.request import Request
from app.tabletext.when import without
from app.tabletext.wording import ASK, TAIL


def phrase_of(text: str) -> str:
    """The words that name a line: without the asking words, periods and what states a unit."""
    bare = " ".join(TAIL.sub(" ", without(text)).split())
    bare = re.sub(
        r",\s*(?:what|how much|how many)\s+(?:is|was|are|were|did|does)?\s*(?:the)?\b", " ", bare, flags=re.IGNORECASE
    )
    bare = re.sub(r"^(?:for|in|of|on|as of)\s*(?:,|(?=what\b|how\b))", "", bare.strip(), flags=re.IGNORECASE).strip(
        " ,"
    )
    return " ".join(ASK.sub(" ", bare).split()).strip(" ,.:'\"")


def cut(base: Request, pattern: re.Pattern[str]) -> str:
    """The phrase without the words that ask for a calculation."""
    return " ".join(re.sub(r"^(?:in|of|for|between|from|to)\b", "", pattern.sub(" ", base.phrase).strip()).split())


def stripped(phrase: str) -> str:
    """A phrase without the small words that it begins or ends with."""
    return " ".join(
        re.sub(
            r"^(?:was|were|is|are|did|does|had|has|have|the|in|of|for)\b\s*|\s*\b(?:was|were|is|are|did)$",
            "",
            phrase.strip(),
            flags=re.IGNORECASE,
        ).split()
    )


def split_and(phrase: str) -> tuple[tuple[str, str], ...]:
    """The ways to part a phrase in two at an "and" or a comma before it."""
    return tuple(
        (phrase[: match.start()].strip(" ,"), phrase[match.end() :].strip(" ,"))
        for match in re.finditer(r"\s*,?\s+(?:and|to|&|versus|vs\.?|from|less|minus)\s+", phrase)
    )


_STRONG = re.compile(
    r"\s+(?:out of|over|among|against|as a part of|relative to|(?:as )?compared (?:to|with)|divided by|to|and)\s+(?:the\s+)?",
    re.IGNORECASE,
)
_WEAK = re.compile(r"\s+(?:in|within|of|for|from|on)\s+(?:the\s+)?", re.IGNORECASE)


def parts_of(match: re.Match[str], bare: str) -> tuple[tuple[str, str], ...]:
    """The ways to part what a share or ratio is of, those at "over", "to" and the like first."""
    groups = match.groupdict()
    if groups.get("both") is None:
        one, two = " ".join(ASK.sub(" ", groups["one"]).split()), groups["two"].strip()
        return ((one, two),) if one and two else ()
    both = groups["both"]
    found = []
    for pattern in (_STRONG, _WEAK):
        for cut in pattern.finditer(both):
            one, two = both[: cut.start()].strip(" ,"), both[cut.end() :].strip(" ,")
            if has_content(one) and has_content(two):
                found.append((one, two))
    return tuple(found)


def has_content(text: str) -> bool:
    """Whether a text holds a word that could name a line."""
    return bool(
        re.search(
            r"[a-z]{2}",
            re.sub(
                r"\b(?:the|and|fiscal|year|years|end|of|in|for|ended|to|as|at|on|by|from|its?|their|both)\b",
                " ",
                text.lower(),
            ),
        )
    )
