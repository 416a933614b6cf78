"""Slips of the pen in follow-ups: a word that is one letter or one swap away from just one word of figures and asking."""

import re
from collections.abc import Iterator, Sequence
from functools import cache

from app.dialogue.wording import wording
from app.metrics import metrics
from index.concepts import concepts

_WORD = re.compile(r"[A-Za-z]{3,}")


def respelled(text: str, companies: Sequence[str]) -> str:
    """A follow-up with such words as they are meant; as it is where none is, or more than one word would fit."""
    names = {word.lower() for company in companies for word in re.findall(r"\w+", company)}

    def mended(found: re.Match[str]) -> str:
        word = found[0].lower()
        if word in _known() or word in names:
            return found[0]
        near = {one for one in _edits(word) if one in _known()} | {
            one for one in names if len(one) > 4 and one in _edits(word)
        }
        return next(iter(near)) if len(near) == 1 else found[0]

    return _WORD.sub(mended, text)


@cache
def _known() -> frozenset[str]:
    """The words of figures' names and of asking."""
    names = [name for one in concepts().values() for name in one.asked]
    names += [name for one in metrics().values() for name in one.names]
    found = {word.lower() for name in names for word in re.findall(r"[A-Za-z]+", name)}
    return frozenset(found | wording().asking | wording().silent)


def _edits(word: str) -> set[str]:
    """Words one step away: a letter more, fewer or another, or two neighbours swapped; of three letters only a swap."""
    return set(_swaps(word)) | (set(_steps(word)) if len(word) > 3 else set())


def _swaps(word: str) -> Iterator[str]:
    for at in range(len(word) - 1):
        yield word[:at] + word[at + 1] + word[at] + word[at + 2 :]


def _steps(word: str) -> Iterator[str]:
    letters = "abcdefghijklmnopqrstuvwxyz"
    for at in range(len(word) + 1):
        if at < len(word):
            yield word[:at] + word[at + 1 :]
            yield from (word[:at] + letter + word[at + 1 :] for letter in letters)
        yield from (word[:at] + letter + word[at:] for letter in letters)
