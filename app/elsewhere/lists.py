"""The word lists of words.toml."""

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from app.terms import stem
from app.verifier.lexicon import phrases


@dataclass(frozen=True, slots=True)
class Lists:
    """The lists of words.toml; words as stems, phrases as patterns."""

    giving: frozenset[str]
    compares: re.Pattern[str]
    narrowing: frozenset[str]  # in lower case
    headings: frozenset[str]


@cache
def lists() -> Lists:
    """The lists, read once."""
    data = tomllib.loads((Path(__file__).parent / "words.toml").read_text(encoding="utf-8"))
    return Lists(
        frozenset(map(stem, data["giving"].split())),
        phrases(data["compares"]),
        frozenset(data["narrowing"].split()),
        frozenset(map(stem, data["headings"].split())),
    )
