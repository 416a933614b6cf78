"""Word pieces that tell little once the words beside them have been read: marks and function words, from light_words.toml.

After Goyal and others, "PoWER-BERT", 2020, which leaves out pieces layer by layer; here which ones is told by a list.
"""

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from corpus.errors import DataProblem

FILE = Path(__file__).parent / "light_words.toml"


@cache
def light_words() -> frozenset[str]:
    """The function words. Raises DataProblem where the file isn't as it should be."""
    try:
        return frozenset(tomllib.loads(FILE.read_text(encoding="utf-8"))["words"].split())
    except (OSError, tomllib.TOMLDecodeError, KeyError, AttributeError) as error:
        raise DataProblem(f"{FILE.name} can't be used: {error!r}. Compare it with the one that is shipped.") from error


def light_pieces(vocabulary: Mapping[str, int], framing: frozenset[int]) -> frozenset[int]:
    """Which pieces of a model's vocabulary (piece → number) are light; those that frame a text never are."""
    words = light_words()
    return frozenset(
        number
        for piece, number in vocabulary.items()
        if number not in framing and (piece in words or not any(map(str.isalnum, piece.removeprefix("##"))))
    )
