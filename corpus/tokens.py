"""A fast estimate of how many word pieces an embedding model makes of a text; it errs on the high side."""

import re
from functools import lru_cache

_PIECES = re.compile(r"[A-Za-z]+|\d+|[^\sA-Za-z\d]")
_WHOLE_WORD = 8  # letters up to which a word is mostly one piece
_WHOLE_NUMBER = 2  # digits up to which a number is always one piece


def estimate_tokens(text: str) -> int:
    """Estimate the number of word pieces: short words one, long words one for each five letters, digits in pairs."""
    return sum(map(_of_word, text.split()))


@lru_cache(maxsize=1 << 14)
def _of_word(word: str) -> int:
    total = 0
    for piece in _PIECES.findall(word):
        length = len(piece)
        if length == 1:
            total += 1
        elif piece[0].isdigit():
            total += 1 if length <= _WHOLE_NUMBER else (length + 2) // 2 - (length == 4)
        elif length <= _WHOLE_WORD:
            total += 1
        else:
            total += 1 + length // 7
    return total
